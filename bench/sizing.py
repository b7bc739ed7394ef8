"""Figure `sizing`: how many offices one centre on PostgreSQL takes in a night, simulated from measured costs.

`run.py bench --only sizing`. The processor's work of an exchange (program and database) is measured over real HTTP, for
an office that just began and for one with years of lines; then a night is simulated: each office comes in the minute
that the program gives to its code, and waits where the cores are busy.
"""

import heapq
import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from signal import SIGINT
from typing import Any

from msgspec.structs import replace

from app import compose
from app.core.messages import LineAccepted, LinePrinted
from bench.measuring import Figure
from schema.database import first_column, first_value
from schema.postgres import open_centre
from sync.entries import held_line_hash
from sync.exchange import sync_now
from sync.journal import Journal
from sync.nodes import read_peers
from sync.outgoing_files import make_parcel, missing_spans
from sync.scheduler import night_slot
from tests.postgres import Server, server
from tests.proof.offices import TOGETHER, Office, found, now
from tests.proof.processes import Process

OFFICES = {"a regency": 21, "every kecamatan": 7_285, "514 regencies of 21": 514 * 21}
YEARLY = 3_500
"""Cases of a kecamatan in a year, as in the office with 35,000 cases of ten years."""
YEARS = 10
FILE = 20
"""Dispatches in a file of the past."""
FILES = 50
"""Of the office with a past: 19,000 lines, each accepted and printed. `growth` shows that the cost does not grow."""
TIMES = 20
EVENING = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
"""18.00 in the west of Indonesia, when the night of the exchange begins."""
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Seconds of one core for an exchange with nothing new and for one with a day's work, at the centre."""

    nothing: float
    day: float


@dataclass(frozen=True)
class Night:
    """How a night went: hours of a core, the most offices of one minute, minutes that the last of a hundred waited."""

    hours: float
    crowd: int
    waited: float
    after_outage: float
    """Minutes until all are served when all come at once."""


def main(_rounds: int) -> list[Figure]:
    """What the past costs, and for each number of offices how long the slowest one waits with two cores."""
    with tempfile.TemporaryDirectory(prefix="loket-sizing-") as folder:
        young, old, bytes_of_a_line = measure(Path(folder))
    share = old.day / young.day
    context = f"with a past {old.nothing * 1000:.1f} and {old.day * 1000:.0f} ms, without {young.day * 1000:.0f} ms"
    figures = [Figure("sizing", f"a day's exchange after {FILES * FILE * 19:,} lines", 1.5, False, share, "x", context)]
    for place, count in OFFICES.items():
        one, two = (simulate(count, old.day, cores) for cores in (1, 2))
        disk = count * YEARLY * YEARS * bytes_of_a_line / 1e9
        context = (
            f"{one.hours:.2f} core-hours, {one.crowd} in the fullest minute, one core: {one.waited:.2f} min;"
            f" all at once: {two.after_outage:.0f} min; {YEARS} years: {disk:,.0f} GB"
        )
        figures.append(
            Figure("sizing", f"{place}, {count:,}: wait, p99, two cores", 10, False, two.waited, "min", context)
        )
    return figures


# -- measured ------------------------------------------------------------------------------------------------------


def measure(folder: Path) -> tuple[Cost, Cost, float]:
    """Costs of an office without and with a past, and the bytes that a line with its answers takes in the database."""
    with server() as postgres, postgres.database() as address:
        young, old = found(folder, 2, 0, address)
        with centre(folder, address) as process:
            meter = Meter(process, postgres)
            db = open_centre(address)
            journal = compose.journal("centre", db)
            before = int(first_value(db, "SELECT pg_database_size(current_database())"))
            fill(old, process, journal)
            grown = int(first_value(db, "SELECT pg_database_size(current_database())")) - before
            costs = [cost_of(office, process, journal, meter) for office in (young, old)]
            db.close()
        for office in (young, old):
            office.node.db.close()
    return costs[0], costs[1], grown / (FILES * FILE * (TOGETHER - 1))


@contextmanager
def centre(folder: Path, address: str) -> Iterator[Process]:
    """The centre's own command on PostgreSQL."""
    process = Process(folder / "pusat", address)
    process.start()
    try:
        yield process
    finally:
        process.stop(SIGINT)


def fill(office: Office, process: Process, journal: Journal) -> None:
    """Send years of dispatches, file by file, and answer every line of them."""
    peer, line = read_peers(office.node.db)[0], office.carrier(process.place)
    for number in range(FILES):
        for _ in range(FILE):
            office.work()
        span = replace(missing_spans(office.node, peer)[0], after=number * FILE * TOGETHER)
        line.send(make_parcel(office.node, peer, span, now()).sealed)
        answer_all(journal, office.node.name)
    line.close()
    exchange(office, process)


def answer_all(journal: Journal, office: str) -> None:
    """Accept and print every line that waits, in one transaction."""
    db = journal.db
    lines = first_column(db, "SELECT line FROM incoming_line WHERE source = ? AND state = 'waiting'", (office,))
    hashes = {line: held_line_hash(db, office, line) for line in lines}
    subjects = {line: f"line/{office}/{line}" for line in lines}
    said: list[tuple[Any, str]] = [(LineAccepted(line, line_hash=hashes[line]), subjects[line]) for line in lines]
    said += [
        (LinePrinted(line, serial(office, line), "2026-03-02", line_hash=hashes[line]), subjects[line])
        for line in lines
    ]
    with journal.transaction():
        journal.record_many(said, actor="yuni", at=now(), stream=office, lane=office)


def serial(office: str, line: str) -> str:
    return f"S{office}{int(line.rpartition('/')[2]):08}"


def exchange(office: Office, process: Process, times: int = 1) -> None:
    """So many exchanges over HTTP, each on a connection of its own. Raises RuntimeError where one fails."""
    for _ in range(times):
        line = office.carrier(process.place)
        report = sync_now(office.node, read_peers(office.node.db)[0], line, now())
        line.close()
        if not report.ok:
            raise RuntimeError(" ".join(report.sentences))


def cost_of(office: Office, process: Process, journal: Journal, meter: "Meter") -> Cost:
    """Each kind of exchange several times; the mean of the centre's work, for ticks are as long as a small exchange."""
    nothing, day = 0.0, 0.0
    for _ in range(TIMES):
        office.work()
        answer_all(journal, office.node.name)  # of the day before
        day += meter.spent_on(partial(exchange, office, process))
        nothing += meter.spent_on(partial(exchange, office, process, 10)) / 10
    return Cost(nothing / TIMES, day / TIMES)


class Meter:
    """Seconds of a core that the centre and its database have used."""

    def __init__(self, process: Process, postgres: Server) -> None:
        assert process.program is not None
        self.program = process.program.pid
        self.database = int((postgres.folder / "data" / "postmaster.pid").read_text().split()[0])

    def spent_on(self, work: Callable[[], None]) -> float:
        before = self.used()
        work()
        return self.used() - before

    def used(self) -> float:
        children = Path(f"/proc/{self.database}/task/{self.database}/children").read_text().split()
        own = sum(sum(self.times(process)[:2]) for process in (self.program, *map(int, children)))
        return (own + sum(self.times(self.database))) / TICK

    @staticmethod
    def times(process: int) -> list[int]:
        """Ticks of a process in program and system, and of its ended children."""
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return [int(value) for value in after_name[11:15]]


# -- simulated -----------------------------------------------------------------------------------------------------


def simulate(count: int, cost: float, cores: int, seed: int = 1) -> Night:
    """One night of so many offices: each comes in its own minute, somewhere in it, and takes a free core."""
    chance = random.Random(seed)
    minutes = [minute_of(f"{110_000 + number}") for number in range(count)]
    comings = sorted(minute * 60 + chance.uniform(0, 60) for minute in minutes)
    free, waits = [0.0] * cores, list[float]()
    for came in comings:
        begun = max(came, heapq.heappop(free))
        waits.append(begun - came)
        heapq.heappush(free, begun + cost)
    waits.sort()
    crowd = max(minutes.count(minute) for minute in set(minutes))
    return Night(count * cost / 3600, crowd, waits[int(count * 0.99)] / 60, count * cost / cores / 60)


def minute_of(code: str) -> int:
    """The minute of the night that the program gives to an office."""
    next_noon = EVENING + timedelta(hours=17)
    return int((night_slot(code, next_noon) - EVENING).total_seconds()) // 60

"""The server of a centre's database dies while its offices exchange and a clerk prints; its standby takes over.

Three processes of the centre's own command stand behind one address. Nobody tells them or the offices: they find the
promoted server by themselves. What was acknowledged to an office or to the clerk is written down here, beside all
databases, and compared in the end.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT
from typing import TypeVar

from msgspec.structs import replace

from app import compose
from app.centre import queries, service
from app.core.problems import Problem, storage_problem
from schema.database import Database
from schema.postgres import open_centre
from sync.exchange import sync_now
from sync.journal import Journal
from sync.nodes import read_peers
from sync.outgoing_files import make_parcel, missing_spans
from tests.centre.print_centre import YUNI
from tests.proof.offices import TOGETHER, Figures, Office, compare, found, now
from tests.proof.parts import Part
from tests.proof.processes import PASSING, PROCESSES, Process, started
from tests.proof.proxy import before
from tests.proof.standby import Pair, two_servers

PATIENCE = 120.0
"""Seconds for which an office or a clerk goes on trying."""
PAUSE = 0.1
BLANKS = 100_000
DISPATCHES = 20
"""In one file: 400 entries."""
T = TypeVar("T")
Card = tuple[str, str]
"""(office, line) of one card."""


@dataclass
class Takeover:
    """What happened. Times in seconds; `lost_entries`: what the standby had not received when it was promoted."""

    synchronous: bool
    figures: Figures
    retries: int = 0
    codes: set[str] = field(default_factory=set)
    exchanges: list[float] = field(default_factory=list)
    """When each exchange ended well."""
    promoting: float = 0.0
    waiting: float = 0.0
    restarts: int = 0
    lost_entries: int = 0
    returns: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    printed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)
    """Never set: who comes again waits on it."""

    def line(self, seed: int) -> str:
        """The figures on one line."""
        kind = "synchronous" if self.synchronous else "asynchronous, detached before"
        return (
            f"failover: seed {seed}, {kind}, {self.figures.offices} offices x {self.figures.entries} entries,"
            f" {len(self.exchanges)} exchanges, {self.retries} came again, standby promoted in {self.promoting:.1f} s,"
            f" first exchange {self.waiting:.1f} s after the kill, {self.restarts} processes restarted,"
            f" {self.printed} cards, entries the standby lacked {self.lost_entries},"
            f" returns {len(self.returns)}, lost or doubled {self.figures.lost}, faults {len(self.faults)}"
        )


# -- who works meanwhile -------------------------------------------------------------------------------------------


def live(office: Office, address: str, takeover: Takeover) -> None:
    """Work and exchange until all is sent; a passing trouble is met by coming again."""
    try:
        for _ in range(office.entries // TOGETHER):
            office.work()
            deliver(office, address, takeover)
    except Exception as error:  # noqa: BLE001 (a thread that dies in silence would prove nothing)
        takeover.faults.append(f"{office.node.name}: {error!r}")
    finally:
        office.node.db.close()


def deliver(office: Office, address: str, takeover: Takeover) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        line = office.carrier(address)
        report = sync_now(office.node, read_peers(office.node.db)[0], line, now())
        line.close()
        if report.ok:
            takeover.exchanges.append(time.monotonic())
            return
        takeover.codes.add(report.code)
        if report.code not in PASSING:
            break
        with takeover.lock:
            takeover.retries += 1
        takeover.over.wait(PAUSE)
    takeover.faults.append(f"{office.node.name}: {report.code}: {' '.join(report.sentences)}")


class Clerk:
    """Somebody at a printer: takes lines into the queue, prints a card, scans its serial number until it is taken.

    `cards` is the truth beside all databases: which card left the printer with which serial, and which were confirmed.
    """

    def __init__(self, folder: Path, address: str, takeover: Takeover) -> None:
        self.takeover = takeover
        self.journal: Journal = compose.journal("centre", open_centre(address))
        (folder / "petugas").mkdir()
        compose.watch_connections(self.journal, folder / "petugas", now)
        self.journal.db.close()  # that of this thread; the clerk works in another one
        self.cards: dict[Card, str] = {}
        self.confirmed: set[Card] = set()
        self.offered_again = 0

    @property
    def db(self) -> Database:
        return self.journal.db

    def ask(self, work: Callable[[], T]) -> T | None:
        """Do it, again while the server is away; None where a rule says no."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return work()
            except Problem:
                return None
            except Exception as error:
                if storage_problem(error) is None or time.monotonic() > until:
                    raise
                self.takeover.over.wait(PAUSE)

    def print_until(self, done: threading.Event) -> None:
        try:
            self.ask(lambda: service.receive_blanks(self.journal, YUNI, count=BLANKS, letter="471/1", now=now()))
            while not done.wait(PAUSE / 4):
                self.print_one()
        except Exception as error:  # noqa: BLE001 (a thread that dies in silence would prove nothing)
            self.takeover.faults.append(f"clerk: {error!r}")
        finally:
            self.db.close()

    def print_one(self) -> None:
        row = self.ask(lambda: queries.next_in_queue(self.db))
        if row is None:
            waiting = self.ask(lambda: self.db.one("SELECT source, line FROM incoming_line WHERE state = 'waiting'"))
            if waiting:
                office, line = waiting
                self.ask(lambda: service.accept_lines(self.journal, YUNI, office=office, lines=[line], now=now()))
            return
        card = (row.source, row.line)
        self.offered_again += card in self.cards  # it lies in the drawer: nothing is printed a second time
        serial = self.cards.setdefault(card, f"S{len(self.cards):06}")
        self.ask(lambda: self.scan(card, serial))

    def scan(self, card: Card, serial: str) -> None:
        office, line = card
        service.print_line(
            self.journal, YUNI, office=office, line=line, serial=serial, now=now(), compared="kartu keluarga"
        )
        self.confirmed.add(card)


# -- what happens to them ------------------------------------------------------------------------------------------


def wait_for(takeover: Takeover, count: int) -> None:
    """Until so many exchanges went well, or somebody is at fault."""
    while len(takeover.exchanges) < count and not takeover.faults:
        takeover.over.wait(0.02)


def newest_entry(pair: Pair, *, promoted: bool) -> int:
    server = pair.standby if promoted else pair.primary
    return int(str(server.run("SELECT max(id) FROM journal", "loket")[0][0]))


def take_over(pair: Pair, takeover: Takeover) -> None:
    """The primary dies, the standby is promoted; until the first exchange with it."""
    before_kill = 0 if takeover.synchronous else newest_entry(pair, promoted=False)
    killed = time.monotonic()
    pair.primary.kill()
    pair.promote()
    takeover.promoting = time.monotonic() - killed
    if before_kill:
        takeover.lost_entries = before_kill - newest_entry(pair, promoted=True)
    seen = len(takeover.exchanges)
    wait_for(takeover, seen + 1)
    takeover.waiting = takeover.exchanges[seen] - killed if len(takeover.exchanges) > seen else 0.0


def restart_each(processes: list[Process], takeover: Takeover) -> None:
    """A rolling restart, as for a new version."""
    for process in processes:
        process.stop(SIGINT)
        process.start()
        takeover.restarts += 1


def prove_takeover(
    folder: Path, *, offices: int, entries: int, seed: int, synchronous: bool = True, options: tuple[str, ...] = ()
) -> Takeover:
    """All of it. `entries` is a multiple of TOGETHER. Without `synchronous` the standby loses what came last."""
    takeover = Takeover(synchronous, Figures("postgres", offices, entries))
    chance, total = random.Random(seed), offices * entries // TOGETHER
    with two_servers(*options) as pair:
        stage = found(folder, offices, entries, pair.address)
        if synchronous:
            pair.wait_for_standby()
        clerk, done = Clerk(folder, pair.address, takeover), threading.Event()
        with started(folder, pair.address) as processes, before(lambda: [one.place for one in processes]) as proxy:
            workers = [threading.Thread(target=live, args=(one, proxy.address, takeover)) for one in stage]
            printing = threading.Thread(target=clerk.print_until, args=(done,))
            for thread in (*workers, printing):
                thread.start()
            wait_for(takeover, chance.randrange(total // 4, total // 2))
            if not synchronous:
                pair.detach()
                wait_for(takeover, len(takeover.exchanges) + total // 8)
            take_over(pair, takeover)
            restart_each(processes, takeover)
            for thread in workers:
                thread.join()
            for _ in range(2):  # what came back has to be told once more
                for one in stage:
                    deliver(one, proxy.address, takeover)
            wait_for_cards(clerk)
            done.set()
            printing.join()
        compare(folder, stage, pair.address, takeover.figures)
        takeover.faults += judge(pair.address, takeover, clerk)
        for one in stage:
            one.node.db.close()
    return takeover


def measure_processes(folder: Path, address: str, *, offices: int, rounds: int) -> Part:
    """Entries a second that one, two and three processes take from so many offices at once, in turn in one run: held to
    a tenth of a core each, as if every one had a machine of its own, and then with all that this machine has left."""
    stage = found(folder, offices, 0, address)
    files = {office.node.name: sealed_files(office, 2 * rounds * PROCESSES) for office in stage}
    held: dict[int, float] = {}
    with started(folder, address) as processes:
        if os.access(GROUPS, os.W_OK):
            with ExitStack() as last:
                for process in processes:
                    last.enter_context(held_to_a_tenth(process))
                held = measure_each(stage, files, processes, rounds)
        free = measure_each(stage, files, processes, rounds)
    for office in stage:
        office.node.db.close()
    shares = f"a tenth of a core each: {told(held)}" if held else "not held to a share of a core"
    beside = f"{os.cpu_count()} cores with all else that runs: {told(free)}"
    return Part(f"processes: {offices} offices at once, best of {rounds}, {shares}; {beside}")


def told(rates: dict[int, float]) -> str:
    """Rates of one process, two and three."""
    return ", ".join(f"{count} take {rate:.0f}/s ({rate / rates[1]:.2f} x)" for count, rate in rates.items())


def measure_each(
    stage: list[Office], files: dict[str, list[bytes]], processes: list[Process], rounds: int
) -> dict[int, float]:
    """The best rate of each number of processes."""
    rates = dict.fromkeys(range(1, len(processes) + 1), 0.0)
    for _ in range(rounds):
        for count in rates:
            began = time.monotonic()
            send_at_once(stage, files, [one.place for one in processes[:count]])
            rates[count] = max(rates[count], len(stage) * TOGETHER * DISPATCHES / (time.monotonic() - began))
    return rates


GROUPS = Path("/sys/fs/cgroup/cpu")
"""Control groups of the first kind; where we may make none, only the machine as it is is measured."""


@contextmanager
def held_to_a_tenth(process: Process) -> Iterator[None]:
    """A running process with ten milliseconds of every hundred. Raises OSError where we may not."""
    assert process.program is not None
    program = str(process.program.pid)
    group = GROUPS / f"loket-{program}"
    group.mkdir()
    try:
        for file, value in (("cpu.cfs_period_us", "100000"), ("cpu.cfs_quota_us", "10000"), ("cgroup.procs", program)):
            (group / file).write_text(value)
        yield
    finally:
        (GROUPS / "cgroup.procs").write_text(program)
        group.rmdir()


def sealed_files(office: Office, count: int) -> list[bytes]:
    """Files of an office, ready to be sent one after the other, so that whoever sends them has next to no work."""
    peer, made = read_peers(office.node.db)[0], list[bytes]()
    for number in range(count):
        for _ in range(DISPATCHES):
            office.work()
        span = replace(missing_spans(office.node, peer)[0], after=number * DISPATCHES * TOGETHER)
        made.append(make_parcel(office.node, peer, span, now()).sealed)
    office.node.db.close()
    return made


def send_at_once(stage: list[Office], files: dict[str, list[bytes]], places: list[str]) -> None:
    """The next file of every office, each to one of the processes."""

    def send(number: int, office: Office) -> None:
        line = office.carrier(places[number % len(places)])
        line.send(files[office.node.name].pop(0))
        line.close()
        office.node.db.close()

    with ThreadPoolExecutor(len(stage)) as threads:
        for done in [threads.submit(send, number, office) for number, office in enumerate(stage)]:
            done.result()


def wait_for_cards(clerk: Clerk) -> None:
    """Let the clerk come to each card that lies in the drawer, for as long as that goes on."""
    until = time.monotonic() + PATIENCE / 4
    while set(clerk.cards) != clerk.confirmed and time.monotonic() < until:
        clerk.takeover.over.wait(PAUSE)


def judge(address: str, takeover: Takeover, clerk: Clerk) -> Iterator[str]:
    """What a takeover may not have done."""
    db = open_centre(address)
    takeover.printed = len(clerk.confirmed)
    takeover.returns = [str(cause) for (cause,) in db.run("SELECT cause FROM side_return ORDER BY epoch")]
    if takeover.figures.lost:
        yield f"{takeover.figures.lost} entries lost or doubled"
    if takeover.synchronous and takeover.returns:
        yield f"a second epoch was opened: {takeover.returns}"
    if not takeover.synchronous and len(takeover.returns) != 1:
        yield f"the return was noticed {len(takeover.returns)} times"
    if not takeover.synchronous and not takeover.lost_entries:
        yield "the standby lacked nothing: the proof proves nothing"
    yield from judge_cards(db, clerk)
    db.close()


def judge_cards(db: Database, clerk: Clerk) -> Iterator[str]:
    """Each card that was confirmed to the clerk stands in the tables, with its serial, once."""
    if not clerk.confirmed:
        yield "no card was printed"
    rows = list(db.run("SELECT source, line, serial FROM incoming_line WHERE state = 'printed'"))
    held = {(source, line): serial for source, line, serial in rows}
    for card in clerk.confirmed:
        if held.get(card) != clerk.cards[card]:
            yield f"card of {card} was confirmed and stands with {held.get(card)}"
    for card, serial in held.items():
        if clerk.cards.get(card) != serial:
            yield f"{card} is printed as {serial}, but no such card left the printer"
    if len(set(held.values())) != len(rows):
        yield "a serial stands twice"

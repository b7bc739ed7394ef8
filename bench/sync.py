"""Figure `sync`: 10,000 entries from an office to the centre, against JSON lines, gzip and an upsert.

Ours does all that an exchange does: read the journal, seal (gzip, sign, age), open, verify, check the chain, store the
lines, apply them, acknowledge with a signed receipt. The reference writes the same content as JSON lines of 500 each,
gzips, gunzips, parses and upserts them into one table with a primary key, each batch one FULL commit.
"""

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import apsw
import msgspec
import requests
from flask import Flask

from app import compose
from app.cli.serving import Running
from app.core.messages import DispatchLine, DispatchSent, dispatch_digest
from bench.aims import judged
from bench.citizens import Citizen, Citizens
from bench.measuring import Figure, Pair, Seconds, bare_connection, in_turn, ratio, spread, timed, typical
from bench.relay import Relay
from schema.database import open_office
from schema.migrations import migrate_database
from schema.postgres import open_centre
from sync import answers, enrolment
from sync.carriers import MemoryCarrier
from sync.entries import Kind, apply_nothing
from sync.events import KINDS as ROAD_KINDS
from sync.exchange import sync_now
from sync.http_client import HttpCarrier
from sync.http_server import install_server
from sync.journal import Journal
from sync.keys import load_or_make_keys
from sync.nodes import Node, read_peers

OFFICE, CENTRE, STREAM = "350899", "dukcapil-3508", "dukcapil"
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ENTRIES, TOGETHER, BATCH = 10_000, 400, 500
SMALL_ROUNDS, SIZE_ROUNDS = 30, 9
VILLAGES = tuple(f"3508992{number:03d}" for number in range(1, 11))


@dataclass(frozen=True)
class Small:
    """A small exchange over HTTP: all bytes both ways, and its time in bare round trips of the same stack."""

    size: float
    trips: float
    spread: str


def main(rounds: int) -> list[Figure]:
    """Speed, bytes an entry and the exchange with nothing new."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        bodies = prepare(base)
        plain = [as_plain(body, number) for number, body in enumerate(bodies, start=1)]
        carried: list[int] = []
        pairs = in_turn(
            lambda: ours(base, Path(folder) / "ours", carried),
            lambda: bare(plain, Path(folder) / "bare.db"),
            rounds,
        )
        idle, ten = small_exchanges(base, Path(folder) / "small")
    return figures(pairs, carried[-1], idle, ten)


def figures(pairs: list[Pair], carried: int, idle: Small, ten: Small) -> list[Figure]:
    """The figures of an exchange."""
    usual = typical(pairs)
    rates = [Pair(ENTRIES / pair.ours, ENTRIES / pair.bare) for pair in pairs]
    told = f"{ENTRIES / usual.ours:,.0f} against {ENTRIES / usual.bare:,.0f} entries/s; {spread(rates)}"
    bodies = "all bodies of the exchange both ways: files, receipts, state"
    every = "every byte on the connection both ways, HTTP headers included"
    return [
        judged("rate", ratio(rates), told),
        judged("entry", carried / ENTRIES, bodies),
        judged("idle trips", idle.trips, idle.spread),
        judged("idle bytes", idle.size, every),
        judged("ten trips", ten.trips, ten.spread),
        judged("ten bytes", ten.size, f"{every}; the median of {SIZE_ROUNDS}, for age adds a stanza of random length"),
    ]


# -- the content -----------------------------------------------------------------------------------------------


def dispatches(
    citizens: Citizens, entries: int = ENTRIES, together: int = TOGETHER
) -> Iterator[DispatchLine | DispatchSent]:
    """Dispatches of 399 lines and the entry that closes each."""
    for dispatch_id in range(1, entries // together + 1):
        yield from one_dispatch(citizens, dispatch_id, together, (dispatch_id - 1) * together)


def one_dispatch(
    citizens: Citizens, dispatch_id: int, together: int, sent: int
) -> Iterator[DispatchLine | DispatchSent]:
    """One dispatch with the entry that closes it, behind so many that were sent before."""
    ordinals = range(1, together)
    cases = (dispatch_id - 1) * (together - 1)
    lines = [line_of(citizens.next(), dispatch_id, ordinal, cases + ordinal) for ordinal in ordinals]
    ids = [f"1/{STREAM}/{sent + ordinal}" for ordinal in ordinals]
    yield from lines
    number = f"{dispatch_id:03d}/KIRIM/2026"
    yield DispatchSent(
        dispatch_id,
        number,
        f"470/{dispatch_id}/427.86/2026",
        f"470/{dispatch_id}/BA/427.86/2026",
        "2026-03-02",
        len(lines),
        dispatch_digest(lines, ids),
        "agung",
    )


def line_of(citizen: Citizen, dispatch_id: int, ordinal: int, case_id: int) -> DispatchLine:
    """What travels of one case."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    code = "".join(alphabet[hash_of(citizen.nik, at) % 32] for at in range(11))
    return DispatchLine(
        dispatch_id=dispatch_id,
        dispatch=f"{dispatch_id:03d}/KIRIM/2026",
        ordinal=ordinal,
        case_id=case_id,
        number=f"{case_id:04d}/KTP/2026",
        code=code,
        service="ktp-el",
        revision="00",
        kind=citizen.kind,
        kind_label=citizen.kind.replace("_", " ").capitalize(),
        name=citizen.name,
        area=citizen.village,
        area_name=f"Desa {citizen.village[-2:]}",
        main_key=citizen.nik,
        fields=citizen.stored(),
        received_on="2026-02-25",
        completed_on="2026-02-26",
        due_on="2026-03-16",
        sent_on="2026-03-02",
        step="print",
        place="dukcapil",
        recording="bio_captured",
        recorded_on="2026-02-27",
        items=["village_letter", "signature_applicant", "signature_village_head", "photo", "kk_copy"],
    )


def hash_of(text: str, at: int) -> int:
    """A letter of a slip code: random to gzip, the same in every run."""
    return (int(text) * (2 * at + 3) ** 7 >> (at + 5)) & 0xFFFF


def as_plain(body: msgspec.Struct, number: int) -> dict[str, Any]:
    """The same content as a bare program would send it."""
    kind = "dispatch.line" if isinstance(body, DispatchLine) else "dispatch.sent"
    head = {"id": number, "kind": kind, "source": OFFICE, "at": "2026-03-02T02:00:00Z", "actor": "agung"}
    return head | {
        key: json.dumps(value) if isinstance(value, dict | list) else value
        for key, value in msgspec.to_builtins(body).items()
    }


# -- ours ------------------------------------------------------------------------------------------------------


def prepare(folder: Path, entries: int = ENTRIES, together: int = TOGETHER) -> list[DispatchLine | DispatchSent]:
    """An office and a centre that know each other, and (by default 10,000) entries that wait in the office."""
    folder.mkdir()
    office, centre = open_world(folder)
    for node in (office, centre):
        node.journal.open_epoch(node.keys.node, NOW)
    code = enrolment.issue_code(centre, OFFICE, office.label, address="127.0.0.1:1", actor="admin", now=NOW)
    request, _ = enrolment.request_file(office, code, centre.keys.public, NOW)
    enrolment.finish_enrolment(
        office, enrolment.accept_office(centre, request, NOW), centre.keys.public, "127.0.0.1:1", NOW
    )
    bodies = list(dispatches(Citizens(VILLAGES), entries, together))
    with office.journal.transaction():
        named = [(body, subject_of(body)) for body in bodies]
        office.journal.record_many(named, actor="agung", at=NOW, stream=STREAM)
    close(office, centre)
    return bodies


def subject_of(body: DispatchLine | DispatchSent) -> str:
    """What an entry of the dispatch is about."""
    return f"case/{body.case_id}" if isinstance(body, DispatchLine) else f"dispatch/{body.dispatch_id}"


def open_world(folder: Path) -> tuple[Node, Node]:
    """Both sides of a folder. The office only testifies its lines: what it applies is no part of this figure."""
    lines = [
        Kind("dispatch.line", 1, DispatchLine, apply_nothing),
        Kind("dispatch.sent", 1, DispatchSent, apply_nothing),
    ]
    office_db, centre_db = open_office(folder / "office.db"), open_centre(folder / "centre.db")
    migrate_database(office_db, "office")
    migrate_database(centre_db, "centre")
    office = Node(Journal(office_db, [*ROAD_KINDS, *lines]), load_or_make_keys(folder / "a", OFFICE), "Contoh")
    centre = Node(compose.journal("centre", centre_db), load_or_make_keys(folder / "b", CENTRE), "Dispenduk Capil")
    return office, centre


def close(*nodes: Node) -> None:
    """Close the databases, so that a folder can be copied."""
    for node in nodes:
        node.db.close()


@contextmanager
def copied(base: Path, folder: Path) -> Iterator[tuple[Node, Node]]:
    """Both sides as they were prepared."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    office, centre = open_world(folder)
    try:
        yield office, centre
    finally:
        close(office, centre)


def ours(base: Path, folder: Path, carried: list[int]) -> Seconds:
    """One exchange that brings everything; `carried` gets the bytes of all bodies."""
    with copied(base, folder) as (office, centre):
        counter = Counter(centre)
        report = []
        took = timed(lambda: report.append(sync_now(office, read_peers(office.db)[0], counter.carrier, NOW)))
        here = centre.db.one(
            "SELECT count(*) FROM incoming_line JOIN incoming_dispatch d USING (source, dispatch_id)"
            " WHERE d.complete = 1"
        )
        expected = ENTRIES // TOGETHER * (TOGETHER - 1)
        if not report[0].ok or report[0].sent != ENTRIES or here != (expected,):
            raise RuntimeError(f"the exchange did not bring everything: {report[0].sentences} {here}")
    carried.append(counter.size)
    return took


@dataclass
class Counter:
    """Carries in memory and counts the bodies both ways."""

    centre: Node
    size: int = 0

    @property
    def carrier(self) -> MemoryCarrier:
        """The line to the centre."""
        return MemoryCarrier(
            lambda data: self.count(data, answers.answer_batch(self.centre, OFFICE, data, NOW)),
            lambda after: self.count(b"", answers.answer_fetch(self.centre, OFFICE, after, NOW)),
            lambda: self.count(b"", answers.answer_state(self.centre, OFFICE, NOW)),
        )

    def count(self, asked: bytes, answer: bytes) -> bytes:
        """Add what went and what came."""
        self.size += len(asked) + len(answer)
        return answer


def small_exchanges(base: Path, folder: Path) -> tuple[Small, Small]:
    """One with nothing new and one with ten new lines, after everything was brought."""
    citizens = Citizens(VILLAGES)
    with copied(base, folder) as (office, centre), serving(centre) as port, Relay(port) as relay:

        def write_ten(number: int) -> None:
            with office.journal.transaction():
                sent = office.journal.tail(OFFICE, 1, STREAM).n
                named = [(body, subject_of(body)) for body in one_dispatch(citizens, 10_000 + number, 10, sent)]
                office.journal.record_many(named, actor="agung", at=NOW, stream=STREAM)

        for _ in range(2):
            over_http(office, centre, relay.address)
        small = []
        for prepare_one in (lambda _number: None, write_ten):
            pairs = []
            for number in range(SMALL_ROUNDS):
                prepare_one(number)
                took = over_http(office, centre, f"127.0.0.1:{port}")
                pairs.append(Pair(took, round_trip(port)))
            sizes = []
            for number in range(SMALL_ROUNDS, SMALL_ROUNDS + SIZE_ROUNDS):
                prepare_one(number)
                relay.carried = 0
                over_http(office, centre, relay.address)
                sizes.append(relay.carried)
            small.append(Small(median(sizes), ratio(pairs), spread(pairs)))
    return small[0], small[1]


def over_http(office: Node, centre: Node, address: str) -> Seconds:
    """One exchange on a connection of its own. Raises RuntimeError where it fails."""
    line = HttpCarrier(address, office.keys, centre.keys.public, lambda: NOW)
    reports = []
    try:
        took = timed(lambda: reports.append(sync_now(office, read_peers(office.db)[0], line, NOW)))
    finally:
        line.close()
    if not reports[0].ok:
        raise RuntimeError(" ".join(reports[0].sentences))
    return took


def round_trip(port: int) -> Seconds:
    """The median of a few bare answers of the same server to the same client, on a kept connection."""
    with requests.Session() as session:
        session.trust_env = False
        address = f"http://127.0.0.1:{port}/api/v1/centre"
        session.get(address, timeout=5)
        return median(timed(lambda: session.get(address, timeout=5).content) for _ in range(5))


@contextmanager
def serving(node: Node) -> Iterator[int]:
    """The centre's HTTP interface behind waitress; gives its port."""
    app = Flask("centre")
    install_server(app, node, lambda: NOW)
    running = Running(app, 0)
    try:
        yield running.port
    finally:
        running.stop()


# -- the reference ---------------------------------------------------------------------------------------------


def bare(rows: list[dict[str, Any]], path: Path) -> Seconds:
    """JSON lines, gzip, upsert: what one writes in an hour."""
    names = list(dict.fromkeys(name for row in rows[:TOGETHER] for name in row))
    connection = bare_connection(path)
    connection.execute(f"CREATE TABLE line (id INTEGER PRIMARY KEY, {quoted(names[1:], '{}')})")
    sql = (
        f"INSERT INTO line ({quoted(names, '{}')}) VALUES ({', '.join(f':{name}' for name in names)})"
        f" ON CONFLICT (id) DO UPDATE SET {quoted(names[1:], '{0} = excluded.{0}')}"
    )
    empty = dict.fromkeys(names)
    took = timed(lambda: exchange(rows, connection, sql, empty))
    connection.close()
    return took


def quoted(names: list[str], form: str) -> str:
    """Column names in a form, as SQL wants them."""
    return ", ".join(form.format(f'"{name}"') for name in names)


def exchange(rows: list[dict[str, Any]], connection: apsw.Connection, sql: str, empty: dict[str, Any]) -> None:
    """All rows, batch by batch, each batch one transaction."""
    for start in range(0, len(rows), BATCH):
        packed = gzip.compress("\n".join(json.dumps(row) for row in rows[start : start + BATCH]).encode(), 6)
        received = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
        with connection:
            connection.executemany(sql, [empty | row for row in received])

"""Two sides on real SQLite files, enrolled with each other, with a tiny official table to watch."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import msgspec

from schema.database import Database, open_office
from schema.migrations import migrate_database
from schema.postgres import open_centre
from schema.structs import Travel
from sync import answers, enrolment
from sync.carriers import MemoryCarrier
from sync.enrolment import EnrolmentCode
from sync.entries import Entry, Kind
from sync.events import KINDS
from sync.exchange import sync_now
from sync.journal import Journal
from sync.keys import NodeKeys, load_or_make_keys
from sync.nodes import Node, Peer, read_peers
from sync.problems import SyncReport

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OFFICE, CENTRE, OUT = "350899", "dukcapil-3508", "dukcapil"
ADDRESS = "127.0.0.1:8135"


class CardAsked(msgspec.Struct, frozen=True):
    TRAVEL: ClassVar = Travel("office", "card/{number}")

    number: int
    name: str


class CardPrinted(msgspec.Struct, frozen=True):
    TRAVEL: ClassVar = Travel("centre", "card/{number}")

    number: int
    serial: str


class CardNoted(msgspec.Struct, frozen=True):
    """Something about a card that travels and is kept in an official table of the program itself."""

    TRAVEL: ClassVar = Travel("centre", "card/{number}")

    number: int


class RefusedError(ValueError):
    """A rule of the room that applies; its sentence may travel."""

    sentence = "Nomor kartu tidak boleh negatif."


def apply_asked(db: Database, entry: Entry) -> None:
    if entry.body.number < 0:
        raise RefusedError
    db.run("INSERT INTO card (number, name, state) VALUES (?, ?, 'asked')", (entry.body.number, entry.body.name))


def apply_asked_many(db: Database, entries: Sequence[Entry]) -> None:
    if any(entry.body.number < 0 for entry in entries):
        raise RefusedError
    db.many(
        "INSERT INTO card (number, name, state) VALUES (?, ?, 'asked')",
        [(entry.body.number, entry.body.name) for entry in entries],
    )


def apply_printed(db: Database, entry: Entry) -> None:
    db.run("UPDATE card SET state = ? WHERE number = ?", (entry.body.serial, entry.body.number))


def apply_noted(db: Database, entry: Entry) -> None:
    db.run(
        "INSERT INTO set_aside_line (source, epoch, stream, n, kind, subject, reason, told_by, told_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'alasan', ?, ?)",
        (entry.source, entry.epoch, entry.stream, entry.n, entry.kind, entry.subject, entry.source, entry.at),
    )


CARDS = [
    Kind("card.asked", 1, CardAsked, apply_asked, apply_many=apply_asked_many),
    Kind("card.printed", 1, CardPrinted, apply_printed),
    Kind("card.noted", 1, CardNoted, apply_noted),
]


def open_side(path: Path | str, side: str, name: str, at: datetime = NOW, cards: list[Kind] = CARDS) -> Journal:
    """A migrated, founded journal with the watched table."""
    db = open_office(path) if side == "office" else open_centre(path)
    migrate_database(db, side)
    with db.writing(), db.applying():
        db.run("CREATE TABLE IF NOT EXISTS card (number INTEGER PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL)")
    journal = Journal(db, [*KINDS, *cards])
    if not journal.has_identity:
        journal.open_epoch(name, at)
    return journal


@dataclass
class World:
    """An office and a centre in one folder."""

    folder: Path
    office: Node
    centre: Node
    now: datetime = NOW

    @property
    def peer(self) -> Peer:
        """The centre as the office knows it."""
        return read_peers(self.office.db)[0]

    @property
    def office_peer(self) -> Peer:
        """The office as the centre knows it."""
        return read_peers(self.centre.db)[0]

    def later(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now

    def ask(self, count: int, start: int = 1) -> None:
        """The office asks for cards: one entry each, in its stream for the centre."""
        bodies = [(CardAsked(n, f"Warga {n}"), f"card/{n}") for n in range(start, start + count)]
        with self.office.journal.transaction():
            self.office.journal.record_many(bodies, actor="sari", at=self.now, stream=OUT)

    def print_cards(self, count: int, start: int = 1) -> None:
        """The centre prints cards: one entry each, in its stream for the office."""
        bodies = [(CardPrinted(n, f"S{n}"), f"card/{n}") for n in range(start, start + count)]
        with self.centre.journal.transaction():
            self.centre.journal.record_many(bodies, actor="printer", at=self.now, stream=OFFICE, lane=OFFICE)

    def memory(self) -> MemoryCarrier:
        return memory_carrier(self)

    def sync(self) -> SyncReport:
        return sync_now(self.office, self.peer, self.memory(), self.now)

    def level(self) -> bool:
        """Whether both sides hold the same lines of both streams and the same cards."""
        shared = [(OFFICE, OUT), (CENTRE, OFFICE)]
        return digest(self.office.db) == digest(self.centre.db) and all(
            lines(self.office, *which) == lines(self.centre, *which) for which in shared
        )


def memory_carrier(world: World) -> MemoryCarrier:
    centre, office = world.centre, world.office.name
    return MemoryCarrier(
        lambda data: answers.answer_batch(centre, office, data, world.now),
        lambda after: answers.answer_fetch(centre, office, after, world.now),
        lambda: answers.answer_state(centre, office, world.now),
    )


def lines(road: Node, source: str, stream: str) -> list[tuple[int, int, bytes]]:
    rows = road.db.run(
        "SELECT epoch, n, hash FROM journal WHERE source = ? AND stream = ? ORDER BY epoch, n",
        (source, stream),
    )
    return [(row[0], row[1], bytes(row[2])) for row in rows]


def digest(db: Database) -> str:
    """One digest over the watched table."""
    rows = list(db.run("SELECT number, name, state FROM card ORDER BY number"))
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


def keys_of(folder: Path, node: str) -> NodeKeys:
    return load_or_make_keys(folder / "keys" / node, node)


def enrol(office: Node, centre: Node, now: datetime) -> EnrolmentCode:
    """The whole enrolment, without a network."""
    code = enrolment.issue_code(centre, office.name, office.label, address=ADDRESS, actor="admin", now=now)
    public = centre.keys.public
    request, _ = enrolment.request_file(office, code, public, now)
    enrolment.finish_enrolment(office, enrolment.accept_office(centre, request, now), public, ADDRESS, now)
    return code


def make_world(folder: Path, centre_db: Path | str | None = None) -> World:
    office = Node(open_side(folder / "office.db", "office", OFFICE), keys_of(folder, OFFICE), "Yosowilangun")
    centre = Node(
        open_side(centre_db or folder / "centre.db", "centre", CENTRE),
        keys_of(folder, CENTRE),
        "Dispenduk Capil Lumajang",
    )
    enrol(office, centre, NOW)
    return World(folder, office, centre)

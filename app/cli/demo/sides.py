"""The two sides of the demo in one folder: founded, enrolled with each other, and exchanging without a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from app import compose
from app.centre.settings import create_centre
from app.cli.beside import carrier_to, enrol_in_process
from app.cli.demo.offices import KECAMATAN, DemoOffice, DemoPartner
from app.core.permissions import SYSTEM, Actor
from app.platform.office import standards
from app.platform.office.service import FOUNDER, NewPerson, found_office
from app.platform.people import credentials
from app.platform.people import service as people
from app.platform.people.changes import AddPerson
from app.platform.people.queries import actor_named, changes_about
from app.platform.practice.founding import sign_standards
from schema.database import SqliteDatabase
from schema.migrations import Side, migrate_database
from sync.carriers import MemoryCarrier
from sync.exchange import sync_now
from sync.journal import Journal
from sync.keys import load_or_make_keys
from sync.nodes import Node, Peer, read_peers
from sync.problems import CarrierError, SyncReport
from sync.scheduler import note_result
from tests.world.cast import FIRST_PASSWORD, PASSWORD, PIN, QUICK, Member

FOLDERS: dict[Side, str] = {"office": "kantor", "centre": "pusat"}
SECOND = "bank"
"""Below the data of a demo: the folder of a second partner."""


@dataclass
class Sides:
    """Office and partner as the program opens them, in folders of their own below `folder`."""

    folder: Path
    office: Node
    centre: Node
    demo: DemoOffice = KECAMATAN

    def side_folder(self, side: Side) -> Path:
        return self.folder / FOLDERS[side]

    def journal(self, side: Side) -> Journal:
        if side == "office":
            return self.office.journal
        return self.centre.journal

    def actor(self, username: str, on: date) -> Actor:
        """Somebody of the cast with the rights of that day. Raises LookupError for a stranger."""
        for node in (self.office, self.centre):
            found = actor_named(node.db, username, on)
            if found is not None:
                return found
        raise LookupError(username)

    @property
    def peer(self) -> Peer:
        """The centre as the office knows it."""
        return read_peers(self.office.db)[0]

    def carrier(self, now: datetime) -> MemoryCarrier:
        """What travels without a network."""
        return carrier_to(self.centre, self.demo.code, now)

    def exchange(self, now: datetime) -> SyncReport:
        """Bring both sides level, as one evening does, and keep the result for the header of the pages."""
        report = sync_now(self.office, self.peer, self.carrier(now), now)
        note_result(self.office.db, self.peer.name, report, now, 0.5)
        return report

    def no_network(self, now: datetime) -> None:
        """An evening without a network: the attempt is noted, nothing travels."""
        report = SyncReport()
        report.fail(CarrierError("offline"))
        note_result(self.office.db, self.peer.name, report, now, 0.5)

    def close(self) -> None:
        self.office.db.close()
        self.centre.db.close()


def open_journal(side: Side, folder: Path) -> Journal:
    """One side's journal over the SQLite file in its folder, whatever LOKET_CENTRE_DB says: a demo fills no server."""
    folder.mkdir(parents=True, exist_ok=True)
    db = SqliteDatabase(folder / compose.FILES[side])
    db.folder = folder
    migrate_database(db, side)
    return compose.journal(side, db)


@contextmanager
def without_disk_sync(*journals: Journal) -> Iterator[None]:
    """No waiting for the disk while a fresh folder is filled; the usual care afterwards."""
    for journal in journals:
        journal.db.run("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        for journal in journals:
            journal.db.run("PRAGMA synchronous=FULL")
            journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")


def make_sides(
    data: Path,
    *,
    centre_address: str,
    now: datetime,
    on: date,
    starts: dict[str, int] | None = None,
    demo: DemoOffice = KECAMATAN,
) -> Sides:
    """Both sides at their first day: set up, staffed, enrolled. `starts`: numbers with which the series begin."""
    assert demo.partner is not None
    office = make_office(data, demo, now=now, on=on, starts=starts or {})
    centre = make_demo_partner(data, demo.partner, centre_address, now)
    with without_disk_sync(office, centre):
        label = demo.partner.name
        sides = Sides(
            data, open_link(office, data, "office", demo.name), open_link(centre, data, "centre", label), demo
        )
        enrol_office(sides, centre_address, now + timedelta(minutes=10))
    return sides


def make_office(data: Path, demo: DemoOffice, *, now: datetime, on: date, starts: dict[str, int]) -> Journal:
    """An office whose people have their passwords and PINs and have signed its standards."""
    journal = open_journal("office", data / FOLDERS["office"])
    with without_disk_sync(journal):
        newcomers = [
            NewPerson(person.username, person.name, person.roles, FIRST_PASSWORD, person.nip, person.area)
            for person in demo.cast
        ]
        found_office(
            journal,
            identity=demo.identity,
            people=newcomers,
            starts=starts,
            effective_on=on,
            profile=demo.profile,
            now=now,
            cost=QUICK,
        )
        for text in demo.further_standards():
            standards.propose_standard(journal, FOUNDER, text=text, effective_on=on, now=now)
        make_own_secrets(journal, demo.cast, now)
        sign_standards(journal, now, PIN)
    return journal


def make_demo_partner(data: Path, partner: DemoPartner, address: str, now: datetime) -> Journal:
    journal = open_journal("centre", data / FOLDERS["centre"])
    first, *others = partner.cast
    with without_disk_sync(journal):
        create_centre(
            journal,
            identity={**partner.identity, "centre.address": address},
            name=first.name,
            username=first.username,
            password=FIRST_PASSWORD,
            now=now,
            cost=QUICK,
        )
        for other in others:
            people.add_person(
                journal,
                SYSTEM,
                AddPerson(username=other.username, name=other.name, roles=tuple(other.roles)),
                password=FIRST_PASSWORD,
                cost=QUICK,
                now=now,
            )
        make_own_secrets(journal, partner.cast, now)
    return journal


def add_partner(data: Path, office: Journal, demo: DemoOffice, address: str, now: datetime) -> Journal:
    """A second partner of an office, in the folder :data:`SECOND`, enrolled with it; its journal is to be closed."""
    assert demo.second is not None
    journal = make_demo_partner(data / SECOND, demo.second, address, now)
    here = open_link(office, data, "office", demo.name)
    there = open_link(journal, data / SECOND, "centre", demo.second.name)
    enrol_office(Sides(data, here, there, replace(demo, partner=demo.second)), address, now)
    return journal


def open_link(journal: Journal, data: Path, side: Side, label: str) -> Node:
    return Node(journal, load_or_make_keys(data / FOLDERS[side] / "keys", journal.source), label)


def make_own_secrets(journal: Journal, cast: tuple[Member, ...], now: datetime) -> None:
    """Everybody's first sign-in: own password, own PIN; those who sign get their letterhead data.

    Whoever set the side up makes the first PIN and vouches for the others face to face.
    """
    first, *others = sorted(cast, key=lambda member: not {"admin", "centre_admin"} & set(member.roles))
    founder = actor_named(journal.db, first.username, now.date())
    assert founder is not None  # was added a moment ago
    for person in (first, *others):
        actor = actor_named(journal.db, person.username, now.date())
        assert actor is not None
        credentials.set_password(journal, actor, old=FIRST_PASSWORD, new=PASSWORD, now=now, cost=QUICK)
        if credentials.set_pin(journal, actor, password=PASSWORD, pin=PIN, now=now, cost=QUICK) > now:
            people.vouch_for_pin(journal, founder, actor.person_id, now=now)
        if person.rank:
            title = person.post
            if title == msgspec.structs.replace(actor, title="").post:
                title = ""
            people.change_person(
                journal,
                SYSTEM,
                actor.person_id,
                name=person.name,
                nip=person.nip,
                rank=person.rank,
                title=title,
                now=now,
            )
    for (person_id,) in journal.db.run("SELECT id FROM person"):
        newest = max((change.id for change in changes_about(journal.db, person_id)), default=0)
        credentials.acknowledge_changes(journal.db, person_id, newest)  # of their first day they have long read


def enrol_office(sides: Sides, address: str, now: datetime) -> None:
    assert sides.demo.partner is not None
    admin = sides.actor(sides.demo.partner.cast[0].username, now.date())
    enrol_in_process(sides.office, sides.centre, admin, name=sides.demo.name, address=address, now=now)

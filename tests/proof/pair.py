"""An office and a centre on real files, enrolled with each other, with their people: the stage of all proofs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from app import compose
from app.centre import service
from app.centre.settings import set_up_centre
from app.cli.demo.offices import KECAMATAN
from app.cli.demo.sides import Sides
from app.core.permissions import SYSTEM, Actor
from app.platform.office.service import NewPerson, found_office
from app.platform.people.changes import AddPerson
from app.platform.people.hashing import Cost
from app.platform.people.service import add_person
from app.platform.practice.founding import sign_standards
from schema.database import SqliteDatabase
from schema.migrations import Side, migrate_database
from sync import enrolment
from sync.enrolment import EnrolmentCode
from sync.exchange import sync_now
from sync.keys import load_or_make_keys
from sync.nodes import Node
from sync.problems import SyncReport
from tests.world.cast import find_member

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OFFICE, CENTRE = "350807", "dukcapil-3508"
ADDRESS = "127.0.0.1:8135"
CHEAP = Cost(4, 8, 1)
PASSWORD = "beras kencur 45"
STAFF = {name: find_member(name).roles for name in ("wiji", "hendra", "agung", "retno", "fajar")}
STAFF["laila"] = find_member("nurlaila").roles
"""People of the demo in their roles; here they bear shorter names."""


@dataclass
class Pair(Sides):
    """Both sides with the same clock, `now`."""

    now: datetime = START

    def later(self, **span: float) -> datetime:
        """Let time pass for both."""
        self.now += timedelta(**span)
        return self.now

    def who(self, username: str) -> Actor:
        """Somebody of the office, or `yuni` of the print room."""
        return self.actor(username, date(2026, 3, 2))

    def sync(self) -> SyncReport:
        """One exchange."""
        return sync_now(self.office, self.peer, self.carrier(self.now), self.now)


Opened = Mapping[str, Callable[[Path], SqliteDatabase]]
"""Side → how its database is opened in a folder, where it is not opened as the program does."""


def open_database(side: Side, folder: Path, opened: Opened) -> SqliteDatabase:
    """The migrated database of a side."""
    folder.mkdir(parents=True, exist_ok=True)
    db = opened[side](folder) if side in opened else compose.open_side(side, folder)
    assert isinstance(db, SqliteDatabase)
    migrate_database(db, side)
    return db


def open_office_road(folder: Path, opened: Opened = MappingProxyType({})) -> Node:
    """A furnished office in a folder."""
    db = open_database("office", folder, opened)
    journal = compose.journal("office", db)
    people = [NewPerson(name, name.title() + " Contoh", roles, PASSWORD) for name, roles in STAFF.items()]
    people.append(NewPerson("desi", "Desi Contoh", ("village",), PASSWORD, area="3508072002"))
    found_office(
        journal,
        identity=KECAMATAN.identity,
        people=people,
        starts={},
        effective_on=date(2026, 1, 1),
        now=START,
        cost=CHEAP,
    )
    sign_standards(journal, START)
    return Node(journal, load_or_make_keys(folder / "keys", OFFICE), "Yosowilangun")


def open_centre_road(folder: Path, opened: Opened = MappingProxyType({})) -> Node:
    """A furnished centre in a folder."""
    db = open_database("centre", folder, opened)
    journal = compose.journal("centre", db)
    set_up_centre(
        journal,
        now=START,
        identity={
            "centre.code": CENTRE,
            "centre.name": "Pusat Cetak",
            "centre.regency": "Kabupaten Lumajang",
            "centre.place": "Lumajang",
            "centre.address": "127.0.0.1:8135",
        },
    )
    add_person(
        journal,
        SYSTEM,
        AddPerson(username="yuni", name="Yuni Contoh", roles=("printer", "centre_admin")),
        password=PASSWORD,
        now=START,
        cost=CHEAP,
    )
    return Node(journal, load_or_make_keys(folder / "keys", CENTRE), "Pusat Cetak")


def pair(folder: Path, *, durable: bool = False, address: str = ADDRESS, opened: Opened = MappingProxyType({})) -> Pair:
    """Both sides, enrolled, with blanks in stock. `durable` keeps synchronous=FULL; at `address` the centre listens."""
    made = Pair(folder, open_office_road(folder / "kantor", opened), open_centre_road(folder / "pusat", opened))
    for node in (made.office, made.centre):
        if not durable and isinstance(node.db, SqliteDatabase):
            node.db.run("PRAGMA synchronous=OFF")
    enrol(made, address)
    yuni = made.who("yuni")
    service.receive_blanks(made.centre.journal, yuni, count=5000, letter="SP-1", now=made.now)
    return made


def enrol(made: Pair, address: str = ADDRESS) -> None:
    """Enrol the office by the code of the centre, without a network."""
    code = enrolment.issue_code(made.centre, OFFICE, "Yosowilangun", address=address, actor="yuni", now=made.now)
    typed = EnrolmentCode.read(code.text())
    request, _ = enrolment.request_file(made.office, typed, made.centre.keys.public, made.now)
    answer = enrolment.accept_office(made.centre, request, made.now)
    enrolment.finish_enrolment(made.office, answer, made.centre.keys.public, typed.address, made.now)

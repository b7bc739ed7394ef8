"""An office of a profile with its partners, each side served on loopback under a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from app.cli.demo.half_year import make_half_year
from app.cli.demo.offices import OFFICES, DemoOffice
from app.cli.demo.programs import Programs, SetClock
from app.cli.demo.sides import FOLDERS, SECOND, add_partner, make_demo_partner, open_journal
from app.cli.demo.year import make_year
from app.cli.serving import Running, free_port
from app.core.clock import at_office, office_date
from app.platform.office.exchange import OfficeExchange
from app.platform.office.queries import office_calendar
from schema.database import Database
from schema.profiles import load_profile
from schema.zone import use_zone
from sync.nodes import read_peers
from tests.world.cast import Member

TODAY = date(2026, 11, 24)
OPENS, CLOSES = 8, 15
EMPTY = "kosong"
"""The office that is founded on its own set-up pages."""
KINDS = (*OFFICES, EMPTY)
DAYS = {"kecamatan": 60, "semua": 30, "poltekkes": 30, "biro": 30}
"""Days that lie behind an office, and cases of the year."""
CASES = 60


@dataclass
class Side:
    """One side at work: its address, its people, and its tables."""

    name: str
    address: str
    cast: tuple[Member, ...]
    db: Database


class World:
    """An office and its partners. `kind` is one of :data:`KINDS`."""

    def __init__(self, folder: Path, kind: str, programs: Programs, clock: SetClock) -> None:
        self.folder, self.kind, self.programs, self.clock = folder, kind, programs, clock
        self.demo: DemoOffice = OFFICES[kind if kind != EMPTY else "kecamatan"]
        self.sides: dict[str, Side] = {}
        self.ports: dict[str, int] = {}
        self.cut: set[str] = set()

    def side(self, name: str) -> Side:
        """A side by its name: `office`, `centre`, `bank`, `kiosk`. Raises KeyError for one that is not here."""
        return self.sides[name]

    @property
    def today(self) -> date:
        """The day on the office's calendar."""
        return office_date(self.clock())

    # -- time --------------------------------------------------------------------------------------------------------

    def minutes_pass(self, minutes: int) -> bool:
        """Let time pass; whether a night came between."""
        self.clock.forward(minutes)
        if self.clock() < at_office(self.today, CLOSES):
            return False
        self.night()
        return True

    def night(self) -> None:
        """The partner is asked in the evening; every room does its work of the night; the next working day begins."""
        self.exchange()
        calendar = office_calendar(self.side("office").db)
        day = self.today
        while True:
            day += timedelta(days=1)
            self.clock.go(day, 2)
            self.programs.look_round()
            if calendar.is_workday(day):
                break
        self.clock.go(day, OPENS)
        self.programs.look_round()

    def exchange(self) -> None:
        """What the evening does by itself: entries go to the partners that can be reached and come back."""
        journal = self.programs.journals[0]
        if journal.has_identity and read_peers(journal.db):
            OfficeExchange(journal, self.folder / FOLDERS["office"]).sync(self.clock())

    # -- partners ----------------------------------------------------------------------------------------------------

    def lose_partner(self, name: str) -> None:
        """A partner is not to be reached from now on."""
        if name not in self.cut:
            self.programs.centres[self.partners.index(name)].stop()
            self.cut.add(name)

    def find_partner(self, name: str) -> None:
        """The partner is back at its address."""
        if name in self.cut:
            place = self.partners.index(name)
            self.programs.centres[place] = Running(self.programs.publishers[place].centre, self.ports[name])
            self.cut.remove(name)

    @property
    def partners(self) -> list[str]:
        """The names of the partners."""
        return list(self.ports)


def partner_names(demo: DemoOffice) -> list[tuple[str, str]]:
    """(name, folder below the data) of each partner of an office."""
    found = []
    if demo.partner:
        found.append((demo.partner.word, ""))
    if demo.second:
        found.append((demo.second.word, SECOND))
    return found


def prepare(folder: Path, kind: str, ports: dict[str, int], days: Mapping[str, int]) -> None:
    """The folders of an office of a kind and its partners, with a few weeks of work behind them."""
    if kind == EMPTY:
        partner = OFFICES["kecamatan"].partner
        assert partner is not None
        make_demo_partner(
            folder, partner, f"127.0.0.1:{ports['pusat']}", at_office(TODAY - timedelta(days=1), 8)
        ).db.close()
        return
    demo = OFFICES[kind]
    first = next(iter(ports.values()), 1)
    address = f"127.0.0.1:{first}"
    if kind == "kecamatan":
        make_year(folder, TODAY, cases=CASES, days=days[kind] + 10, centre_address=address).close()
    else:
        make_half_year(folder, demo, TODAY, days=days[kind], centre_address=address)
    if demo.second:
        office = open_journal("office", folder / FOLDERS["office"])
        at = at_office(TODAY - timedelta(days=1), 14)
        add_partner(folder, office, demo, f"127.0.0.1:{ports[demo.second.word]}", at).db.close()
        office.db.close()


@contextmanager
def running_world(folder: Path, kind: str, days: Mapping[str, int] = DAYS) -> Iterator[World]:
    """A world at eight in the morning of :data:`TODAY`, its sides at work."""
    demo = OFFICES[kind if kind != EMPTY else "kecamatan"]
    names = partner_names(demo)
    ports = {name: free_port(0) for name, _ in names}
    use_zone(load_profile(demo.profile).zone)
    prepare(folder, kind, ports, days)
    clock = SetClock(at_office(TODAY, OPENS))
    programs = Programs(folder, clock)
    world = World(folder, kind, programs, clock)
    world.ports = ports
    try:
        start_sides(world, names)
        yield world
    finally:
        for name in list(world.cut):
            world.find_partner(name)
        programs.stop()


def start_sides(world: World, names: list[tuple[str, str]]) -> None:
    """Serve the office, its kiosk and each partner."""
    programs, demo = world.programs, world.demo
    address = programs.start_office(free_port(0), 1)
    journal = programs.journals[0]
    cast = demo.cast if world.kind != EMPTY else ()
    world.sides["office"] = Side("office", address, cast, journal.db)
    casts = [one.cast for one in (demo.partner, demo.second) if one]
    for (name, below), people in zip(names, casts, strict=True):
        served = programs.start_centre(world.ports[name], below)
        world.sides[name] = Side(name, served, people, programs.journals[-1].db)
    assert programs.kiosk is not None
    world.sides["kiosk"] = Side("kiosk", programs.kiosk.address, (), journal.db)

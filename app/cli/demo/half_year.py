"""Half a year of an office: whoever plays one of its services has his turn on every working day."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Protocol

from app import compose
from app.cli.demo.offices import DemoOffice
from app.cli.demo.sides import make_office, make_sides, without_disk_sync
from app.cli.demo.stories import SPAN
from app.cli.demo.year import IdentityCards
from app.core.clock import at_office
from app.core.workdays import Calendar
from app.platform.office import queries as office
from app.services.ktp.tables import SERVICE
from schema.profiles import load_profile
from schema.zone import use_zone
from tests.world.evaluation_staff import EvaluationStaff
from tests.world.front_desk import FrontDesk
from tests.world.hotline_staff import HotlineDesk
from tests.world.indicator_staff import IndicatorStaff
from tests.world.ktm_staff import CardDesk
from tests.world.office_day import Moments
from tests.world.pns_staff import CardBureau
from tests.world.service_staff import Scene

DAYS = 182
SEED = 990001
QUIET = timedelta(days=5)
Progress = Callable[[int, int], None]


class Player(Protocol):
    """Who plays a service of the office, one working day after the other."""

    def day(self, today: date) -> None: ...


STAFF: dict[str, Callable[[Scene], Player]] = {"hotline": HotlineDesk, "kartu-pns": CardBureau, "ktm": CardDesk}
"""Service → who plays it."""


def make_half_year(
    data: Path,
    demo: DemoOffice,
    today: date,
    *,
    centre_address: str,
    progress: Progress = lambda _done, _all: None,
    days: int = DAYS,
    seed: int = SEED,
) -> None:
    """The office (and its partner) in `data` after so many days that ended on the day before `today`."""
    use_zone(load_profile(demo.profile).zone)
    start = today - timedelta(days=days)
    at = at_office(start - timedelta(days=1), 8)
    sides = None
    journal = None
    if demo.partner:
        sides = make_sides(data, demo=demo, centre_address=centre_address, now=at, on=at.date())
        journal = sides.office.journal
    else:
        journal = make_office(data, demo, now=at, on=at.date(), starts={})
    with without_disk_sync(journal):
        compose.begin_rooms(journal, at)
        last = today - timedelta(days=1)
        live(Scene(journal, demo, Moments(Random(seed), at), Random(seed), last, sides), start, days, progress)
    journal.db.close()
    if sides:
        sides.centre.db.close()


def live(scene: Scene, start: date, days: int, progress: Progress) -> None:
    calendar = office.office_calendar(scene.journal.db)
    players = [STAFF[service](scene) for service in scene.demo.services if service in STAFF]
    players += look_after(scene, calendar, start, days)
    if scene.demo.profile == "poltekkes":
        players += [IndicatorStaff(scene), EvaluationStaff(scene)]
    for n in range(days):
        today = start + timedelta(days=n)
        progress(n + 1, days)
        if calendar.is_workday(today):
            scene.tick.begin(today, 8)
            run_daily(scene)
            for player in players:
                player.day(today)
            scene.evening(today)
        elif today - scene.tick.at.date() >= QUIET:
            scene.tick.begin(today, 6)
            run_daily(scene)


def look_after(scene: Scene, calendar: Calendar, start: date, days: int) -> list[Player]:
    """Who keeps the book, the box and the recaps: in a kecamatan whoever makes its identity cards as well, where there
    is enough time for them."""
    workdays = [day for day in (start + timedelta(days=n) for n in range(days)) if calendar.is_workday(day)]
    if SERVICE not in scene.demo.services or scene.sides is None:
        return [FrontDesk(scene)]
    if len(workdays) > SPAN:
        return [IdentityCards(scene, start, workdays)]
    return []


def run_daily(scene: Scene) -> None:
    for room in compose.rooms("office"):
        for job in room.daily:
            job(scene.journal, scene.tick())

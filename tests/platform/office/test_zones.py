"""An office east of Java reckons its days by its own clock: at the same moment it is the next day there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app import compose
from app.casework.desk import oversight
from app.casework.desk.opening import Application, open_case
from app.casework.desk.service import case_by_id
from app.core.clock import at_office, office_date, office_time
from app.platform.office.events import VillageData
from app.platform.office.service import NewPerson, found_office
from app.platform.people.queries import actor_named
from app.platform.practice.founding import sign_standards
from schema.zone import IN_USE, use_zone
from sync.backup import last_slot
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.desk.papers import application, asked_of
from tests.platform.people import CHEAP, MUNDER, PASSWORD

BEFORE_MIDNIGHT = datetime(2026, 3, 12, 16, 30, tzinfo=UTC)
"""23.30 WIB on 12 March, 00.30 WITA on 13 March."""
FOUNDED = datetime(2026, 3, 2, 1, tzinfo=UTC)
PEOPLE = [
    NewPerson("ratna", "Ratna Puspita", ("sekretaris", "admin"), PASSWORD),
    NewPerson("camat", "Hadi Purnomo", ("camat",), PASSWORD),
    NewPerson("budi", "Budi Santoso", ("kasi",), PASSWORD),
    NewPerson("sari", "Sari Dewi", ("counter",), PASSWORD),
]


@pytest.fixture(autouse=True)
def zone_of_all_other_tests() -> Iterator[None]:
    yield
    use_zone("WIB")


def office_in(zone: str, journal: Journal) -> Journal:
    identity = {"office.code": "350807", "office.name": "Kantor Contoh", "office.regency": "Contoh"}
    found_office(
        journal,
        identity=identity | {"office.place": "Contoh", "office.zone": zone},
        people=PEOPLE,
        starts={},
        own=[VillageData(MUNDER, "Munder")],
        effective_on=date(2026, 1, 1),
        now=FOUNDED,
        cost=CHEAP,
    )
    sign_standards(journal, FOUNDED)
    return journal


@pytest.mark.parametrize(("zone", "day", "hour"), [("WIB", 12, 23), ("WITA", 13, 0), ("WIT", 13, 1)])
def test_a_case_opened_towards_midnight_bears_the_day_of_its_office(
    zone: str, day: int, hour: int, empty: Journal, tmp_path: Path
) -> None:
    journal = office_in(zone, empty)
    assert IN_USE.name == zone
    assert (office_date(BEFORE_MIDNIGHT).day, office_time(BEFORE_MIDNIGHT).hour) == (day, hour)
    assert at_office(date(2026, 3, day), hour, 30) == BEFORE_MIDNIGHT
    assert office_time(last_slot(BEFORE_MIDNIGHT)).strftime("%H.%M") == "18.30"
    sari = actor_named(journal.db, "sari", date(2026, 3, day))
    assert sari is not None
    opened = asked_of(
        lambda heeded: open_case(
            journal,
            sari,
            Application(service="ktp-el", raw=application(), ticked={}, heeded=heeded),
            now=BEFORE_MIDNIGHT,
        )
    )
    case = case_by_id(journal.db, opened.id)
    assert case is not None
    assert case.received_on == f"2026-03-{day}"
    assert oversight.late_entries(journal.db) == [], "entered on its own day, whatever the day in Jakarta"
    use_zone("WIB")
    compose.journal("office", journal.db)
    assert IN_USE.name == zone, "a start reads it"
    verdict = verify_side(journal, "office", tmp_path / "ulang.sqlite3")
    assert verdict.faults == []


def test_an_office_from_before_the_choice_keeps_western_time(journal: Journal) -> None:
    assert IN_USE.name == "WIB"
    assert office_date(BEFORE_MIDNIGHT) == date(2026, 3, 12)

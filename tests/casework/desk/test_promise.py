"""A promise is explained by the calendar of its day, and says so when the calendar has changed since."""

from datetime import date

from app.casework.desk import service, story
from app.casework.desk.moving import case_definition
from app.core.permissions import Actor
from app.platform.office import queries as office
from app.platform.office import service as office_service
from app.platform.office.events import HolidayData
from sync.journal import Journal
from tests.casework.desk.test_counter_check import decide
from tests.platform.people import START, Browser

SECRETARY = Actor(0, "Loket", "system", frozenset({"sekretaris"}))


def test_a_day_off_that_came_later_changes_neither_the_promise_nor_its_explanation(
    journal: Journal, as_sari: Browser, opened: object
) -> None:
    decide(as_sari, "complete")
    case = service.case_by_id(journal.db, 1)
    assert case is not None
    due = date.fromisoformat(case.due_on or "")
    before = story.due_days(case_definition(journal.db, case), office.office_calendar(journal.db), case, [])
    assert before[-1].date == due
    assert {day.reason for day in before if day.kind == "off"} > {"Sabtu", "Minggu"}
    new = [HolidayData(due.isoformat(), "Libur Pilkada", "lokal", "Keputusan Bupati", "Kantor")]
    office_service.set_holidays(journal, SECRETARY, days=new, removed=[], reason="Baru diumumkan", now=START)
    after = story.due_days(case_definition(journal.db, case), office.office_calendar(journal.db), case, [])
    assert after == before
    page = as_sari.get("/berkas/1").text
    assert "Kalender berubah sesudah janji ini diberikan" in page

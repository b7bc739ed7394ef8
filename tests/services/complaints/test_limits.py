"""Sections and limits are the office's own data: what may be entered, what is refused, which day a limit gives."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from app.core.problems import Problem
from app.platform.office import queries as office
from app.services.complaints import kiosk, limits
from app.services.complaints.words import LIMITS
from tests.platform.people import START
from tests.services.complaints.desk import BookDesk


def section(book: BookDesk, code: str = "kessos", who: str = "ratna", **told: Any) -> None:
    limits.set_section(
        book.journal, book.who(who), now=book.clock(), **{"code": code, "name": "Kesos", "head": ""} | told
    )


def limit(book: BookDesk, name: str = "desk", who: str = "camat", **told: Any) -> None:
    values = {"days": 7, "unit": "working_days", "source": "SK Camat"} | told
    limits.set_limit(book.journal, book.who(who), name=name, now=book.clock(), **values)


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("code", {"code": "kes sos"}),
        ("code", {"code": ""}),
        ("name", {"name": " "}),
        ("name", {"name": "K" * 81}),
        ("head", {"head": "nobody"}),
    ],
)
def test_a_section_needs_a_code_a_name_and_a_known_head(book: BookDesk, field: str, told: dict[str, str]) -> None:
    before = limits.section_names(book.journal.db)
    with pytest.raises(Problem) as wrong:
        section(book, **told)
    assert set(wrong.value.fields) == {field}
    assert limits.section_names(book.journal.db) == before


def test_a_section_is_entered_and_changed(book: BookDesk) -> None:
    section(book, name=" " + "K" * 79, head="budi")
    row = limits.find_section(book.journal.db, "kessos")
    assert row is not None
    assert (row.name, row.head, row.active) == ("K" * 79, "budi", 1)
    section(book, name="Kesejahteraan Sosial")
    assert limits.section_names(book.journal.db)["kessos"] == "Kesejahteraan Sosial"
    assert limits.find_section(book.journal.db, "nowhere") is None


def test_a_section_with_work_is_not_retired(book: BookDesk) -> None:
    book.write(category="comfort")
    with pytest.raises(Problem, match="1 pengaduan") as busy:
        section(book, "umum", active=False)
    assert busy.value.code == "conflict"
    section(book, "pelayanan", name="Pelayanan", active=False)
    assert [row.code for row in limits.list_sections(book.journal.db)] == ["umum"]
    assert [row.code for row in limits.list_sections(book.journal.db, active=False)] == ["pelayanan"]
    assert list(limits.section_names(book.journal.db)) == ["umum", "pelayanan"]


def test_the_last_section_in_use_stays(book: BookDesk) -> None:
    section(book, "pelayanan", active=False)
    with pytest.raises(Problem, match="terakhir"):
        section(book, "umum", active=False)
    section(book, "pelayanan", active=True)
    section(book, "umum", active=False)


@pytest.mark.parametrize(
    "told", [{"days": 0}, {"days": -1}, {"days": 366}, {"unit": "weeks"}, {"source": " "}, {"source": "S" * 201}]
)
def test_a_limit_needs_days_a_unit_and_where_it_comes_from(book: BookDesk, told: dict[str, Any]) -> None:
    with pytest.raises(Problem) as wrong:
        limit(book, **told)
    assert set(wrong.value.fields) == set(told)


def test_an_unknown_limit_is_not_found(book: BookDesk) -> None:
    with pytest.raises(Problem) as wrong:
        limit(book, name="nothing")
    assert wrong.value.code == "not_found"


@pytest.mark.parametrize("days", [1, 365])
def test_a_limit_is_changed_within_a_year(book: BookDesk, days: int) -> None:
    limit(book, days=days, source=" " + "S" * 200)
    row = limits.all_limits(book.journal.db)["desk"]
    assert (row.days, row.label, row.source) == (days, LIMITS["desk"].label, "S" * 200)


def test_a_limit_counts_working_days_or_days_of_the_calendar(book: BookDesk) -> None:
    """From Thursday 12 March 2026, with the days off of the joint decree: 18 to 24 March, and 3 April."""
    db, start = book.journal.db, date(2026, 3, 12)
    assert limits.due_from(db, "first_answer", start).on == "2026-03-17"
    assert limits.due_from(db, "information", start).on == "2026-03-26"
    limit(book, name="information", days=5, unit="calendar_days")
    assert limits.due_from(db, "information", start).on == "2026-03-17"
    with db.writing(), db.applying():
        db.run("DELETE FROM complaint_limit")
    assert limits.due_from(db, "first_answer", start).on == "2026-03-17"


def test_the_first_limits_and_sections_come_once(book: BookDesk) -> None:
    def entries() -> tuple[int, ...]:
        return tuple(book.journal.db.one("SELECT count(*) FROM journal") or ())

    before = entries()
    limits.seed_office(book.journal, START)
    assert entries() == before
    assert {row.name: (row.days, row.unit) for row in limits.all_limits(book.journal.db).values()} == {
        "first_answer": (3, "working_days"),
        "information": (5, "working_days"),
        "desk": (14, "working_days"),
        "field": (60, "working_days"),
    }


def test_what_a_form_offers(book: BookDesk) -> None:
    names = limits.service_names(book.journal.db, date(2026, 3, 12))
    assert list(names) == ["ktp-el", limits.OTHER_SERVICE]
    assert limits.service_names(book.journal.db, date(2025, 12, 31)) == {limits.OTHER_SERVICE: limits.OTHER_SERVICE}
    assert list(limits.area_names(book.journal.db).values())[-1] == office.OUTSIDE


def test_a_complainant_is_told_how_late_it_is_in_the_unit_of_the_limit_that_runs(book: BookDesk) -> None:
    """The first answer counts days of the calendar, what settles the line working days."""
    limit(book, "first_answer", days=1, unit="calendar_days")
    limit(book, "desk", days=2, unit="working_days")
    line, db = book.row(book.write()), book.journal.db
    long_after = book.clock().date() + timedelta(days=60)
    panel = kiosk.line_panel(db, line, "", long_after)
    unanswered, answered = (kiosk.with_limits(db, panel, line, told, long_after) for told in (False, True))
    assert (unanswered.due_label, answered.due_label) == ("Dijawab paling lambat", "Selesai paling lambat")
    assert re.fullmatch(r"Sudah lewat \d+ hari\.", unanswered.late)
    assert answered.late.endswith("hari kerja.")

"""The demo's complaint book has lived a whole year: whatever an office can do with a line is to be seen in it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.cli.demo.sides import Sides
from app.cli.demo.year import make_year
from app.core.quarters import Quarter
from app.platform.office import queries as office
from app.quality.quarter.figures import Figures, parse_figures
from app.quality.quarter.recount import count_again
from app.services.complaints.words import CHANNELS, PAUSES
from sync.verification import verify_side

TODAY = date(2026, 10, 21)
YEAR = (Quarter(2025, 4), Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 3))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    made = make_year(tmp_path_factory.mktemp("book"), TODAY, centre_address="127.0.0.1:8135", cases=40)
    yield made
    made.close()


def words(year: Sides, sql: str) -> set[str]:
    return {str(one) for (one,) in year.office.db.run(sql)}


def figures(year: Sides) -> dict[str, Figures]:
    return {quarter: parse_figures(text) for quarter, text in year.office.db.run("SELECT quarter, figures FROM recap")}


def test_every_channel_and_every_state(year: Sides) -> None:
    assert words(year, "SELECT DISTINCT channel FROM complaint") == set(CHANNELS) - {"hotline"}, "there is none here"
    assert words(year, "SELECT DISTINCT state FROM complaint") == {"open", "followed", "answered", "closed"}
    assert words(year, "SELECT DISTINCT type FROM complaint") == {"complaint", "aspiration", "information"}
    assert words(year, "SELECT DISTINCT weight FROM complaint") == {"light", "medium", "heavy"}
    assert words(year, "SELECT DISTINCT handling FROM complaint") == {"information", "desk", "field"}
    assert words(year, "SELECT DISTINCT section FROM complaint") == {"pelayanan", "umum"}
    found = year.office.db.one("SELECT count(*), count(DISTINCT substr(received_on, 1, 7)) FROM complaint")
    assert found is not None
    assert found[0] >= 140
    assert found[1] == 13


@pytest.mark.parametrize(
    "what",
    [
        "FROM complaint WHERE anonymous = 1",
        "FROM complaint WHERE confidential = 1 AND second_word <> ''",
        "FROM complaint WHERE levy = 1 AND weight = 'heavy'",
        "FROM complaint WHERE reopened > 0 AND state = 'closed'",
        "FROM complaint WHERE satisfied = 1",
        "FROM complaint WHERE satisfied = 0",
        "FROM complaint WHERE state <> 'closed' AND settle_due_on < '2026-10-21'",
        "FROM complaint WHERE closed_on > settle_due_on",
        "FROM complaint WHERE channel = 'box' AND first_due_on IS NULL AND state = 'closed'",
        "FROM complaint WHERE channel = 'box' AND first_due_on IS NOT NULL AND answered_on IS NOT NULL",
        "FROM complaint WHERE received_on < substr(entered_at, 1, 10)",
        "FROM complaint_link",
        "FROM complaint_scan",
        "FROM complaint_route",
        "FROM complaint_pause WHERE to_on IS NOT NULL",
        "FROM complaint_pause WHERE to_on IS NULL",
        "FROM complaint_column WHERE struck_by <> '' AND name = 'follow_up'",
        "FROM paper_print WHERE paper = 'complaint_receipt' AND actor = 'system'",
        "FROM paper_print WHERE paper = 'complaint_receipt' AND actor <> 'system'",
        "FROM paper_print WHERE paper = 'poster' AND came_out = 1",
        "FROM box_opening WHERE slips = 0 AND note = 'nihil'",
        "FROM box_opening WHERE slips > 1",
        "FROM recap_addendum",
    ],
)
def test_whatever_can_happen_to_a_line_has_happened(year: Sides, what: str) -> None:
    found = year.office.db.one(f"SELECT count(*) {what}")
    assert found is not None
    assert found[0] > 0


def test_every_reason_of_a_pause(year: Sides) -> None:
    assert words(year, "SELECT DISTINCT reason FROM complaint_pause") == set(PAUSES)


def test_the_box_was_opened_on_all_working_days_but_two(year: Sides) -> None:
    calendar = office.office_calendar(year.office.db)
    first, last = min(words(year, "SELECT on_date FROM box_opening")), "2026-10-20"
    days = calendar.workdays_between(date.fromisoformat(first), date.fromisoformat(last)) + 1
    assert days - len(words(year, "SELECT on_date FROM box_opening")) == 2


def test_ltpps_in_every_state_from_every_source(year: Sides) -> None:
    assert words(year, "SELECT DISTINCT state FROM capa") == {"open", "done", "effective", "again"}
    assert words(year, "SELECT DISTINCT source FROM capa") == {
        "complaint",
        "audit",
        "quality_target",
        "survey",
    }
    assert words(year, "SELECT max(round) FROM capa WHERE state = 'effective'") == {"2"}
    own = year.office.db.one("SELECT count(*) FROM capa_round WHERE checked_by = person")
    assert own is not None
    assert own[0] == 0
    many = "SELECT count(*) FROM capa_complaint GROUP BY capa_id ORDER BY 1 DESC LIMIT 1"
    assert int(words(year, many).pop()) > 1


def test_four_recaps_hang_or_hung_on_the_board(year: Sides) -> None:
    rows = list(year.office.db.run("SELECT quarter, state FROM recap ORDER BY quarter"))
    assert rows == [(str(one), "published") for one in YEAR]
    assert words(year, "SELECT DISTINCT quarter FROM posting") == {str(one) for one in YEAR}
    returned = year.office.journal.about(f"recap/{YEAR[1]}")
    assert [one.kind for one in returned if one.kind.startswith("recap.")][:5] == [
        "recap.drafted",
        "recap.returned",
        "recap.drafted",
        "recap.checked",
        "recap.approved",
    ]
    for quarter in YEAR:
        again = count_again(year.office.journal, quarter)
        assert again.same, again.sentence


def test_recaps_carry_over_late_and_paused_lines(year: Sides) -> None:
    told = list(figures(year).values())
    assert all(figure.totals.received > 10 for figure in told)
    assert any(figure.carried.totals.settled for figure in told)
    assert any(item.follow_up for figure in told for item in figure.carried.lines)
    assert any(figure.totals.late or figure.carried.totals.late for figure in told)
    assert all(figure.causes for figure in told)
    assert any(figure.capas for figure in told)
    assert any(row.applications for figure in told for row in figure.sums.villages)


def test_promises_were_kept_in_time_late_not_at_all_and_withdrawn(year: Sides) -> None:
    states = {pledge.state for told in figures(year).values() for pledge in told.pledges}
    assert states == {"kept", "late", "broken", "withdrawn"}
    assert words(year, "SELECT DISTINCT deed FROM pledge_history") == {
        "corrected",
        "withdrawn",
        "kept",
        "note",
    }
    assert words(year, "SELECT DISTINCT void FROM pledge") == {"0", "1"}


def test_the_last_recaps_lie_at_the_centre(year: Sides) -> None:
    sent = words(year, "SELECT quarter FROM recap WHERE regency_on IS NOT NULL")
    there = {quarter for (quarter,) in year.centre.db.run("SELECT quarter FROM office_recap")}
    assert there == sent == {"2026-Q2", "2026-Q3"}


def test_the_journal_of_the_book_proves_itself(year: Sides, tmp_path: Path) -> None:
    assert verify_side(year.office.journal, "office", tmp_path / "scratch.sqlite3").faults == []

"""Due dates with pauses: running + paused = elapsed, and the explanation ends where the due date says."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.core.procedure import limits
from app.core.procedure.deadline import (
    Ledger,
    Pause,
    counting_calendar,
    days_ledger,
    due_after_pause,
    due_date,
    explain_due,
    pause_reasons,
)
from app.core.procedure.limits import Deadline, parse_time
from app.core.workdays import Calendar, Holiday
from tests.core.procedure.services import ktp, staff_card

START = date(2026, 3, 2)  # a Monday
CALENDAR = Calendar({date(2026, 3, 18): Holiday("Cuti bersama", "cuti_bersama")})

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def closed_pauses(draw: st.DrawFn) -> list[Pause]:
    spans = draw(st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 30)), max_size=4))
    return [Pause("blanks_out", START + timedelta(a), START + timedelta(a + n)) for a, n in spans]


def test_twelve_working_days_without_a_pause() -> None:
    assert due_date(ktp(), CALENDAR, START) == CALENDAR.add_workdays(START, 12) == date(2026, 3, 19)


def test_a_pause_moves_the_date_by_its_working_days() -> None:
    pause = Pause("blanks_out", date(2026, 3, 6), date(2026, 3, 10))  # Friday and Monday; the weekend moves nothing
    assert due_date(ktp(), CALENDAR, START, [pause]) == date(2026, 3, 23)


def test_overlapping_pauses_count_once() -> None:
    first = Pause("blanks_out", date(2026, 3, 4), date(2026, 3, 6))
    second = Pause("central_outage", date(2026, 3, 5), date(2026, 3, 6))
    assert due_date(ktp(), CALENDAR, START, [first, second]) == due_date(ktp(), CALENDAR, START, [first])


def test_an_open_pause_leaves_the_date_unknown_unless_it_begins_after_it() -> None:
    assert due_date(ktp(), CALENDAR, START, [Pause("blanks_out", date(2026, 3, 5))]) is None
    assert due_date(ktp(), CALENDAR, START, [Pause("blanks_out", date(2026, 3, 20))]) == date(2026, 3, 19)


def test_the_explanation_names_each_pause_and_each_day_off() -> None:
    pause = Pause("blanks_out", date(2026, 3, 4), date(2026, 3, 5))
    lines = explain_due(ktp(), CALENDAR, START, [pause])
    said = {line.date.day: (line.kind, line.number, line.reason) for line in lines}
    assert said[2] == ("start", None, "Hari mulai, belum dihitung")
    assert said[3] == ("running", 1, "Hari kerja ke-1")
    assert said[4] == ("paused", None, "Jeda: Blangko habis")
    assert said[5] == ("running", 2, "Hari kerja ke-2")
    assert said[18] == ("off", None, "Cuti bersama")
    assert (lines[-1].date, lines[-1].number) == (due_date(ktp(), CALENDAR, START, [pause]), 12)


def test_an_open_pause_is_explained_up_to_a_day() -> None:
    open_pause = Pause("device_broken", date(2026, 3, 4))
    lines = explain_due(ktp(), CALENDAR, START, [open_pause], until=date(2026, 3, 8))
    assert [line.kind for line in lines] == ["start", "running", "paused", "paused", "paused", "off", "off"]
    assert explain_due(ktp(), CALENDAR, START, [open_pause])[-1].kind == "paused"


def test_without_a_promise_nothing_is_counted() -> None:
    free = replace(ktp(), promise=None)
    assert due_date(free, CALENDAR, START) is None
    assert explain_due(free, CALENDAR, START) == []
    assert days_ledger(free, CALENDAR, START, date(2026, 3, 20)) == Ledger(0, 0, 0)


def test_the_ledger_counts_up_to_and_including_a_day() -> None:
    pause = Pause("blanks_out", date(2026, 3, 4), date(2026, 3, 6))
    assert days_ledger(ktp(), CALENDAR, START, START) == Ledger(0, 0, 0)
    assert days_ledger(ktp(), CALENDAR, START, date(2026, 3, 3)) == Ledger(1, 1, 0)
    assert days_ledger(ktp(), CALENDAR, START, date(2026, 3, 6), [pause]) == Ledger(4, 2, 2)


def test_an_open_pause_after_a_closed_one_still_leaves_the_date_unknown() -> None:
    closed, open_one = (
        Pause("blanks_out", date(2026, 3, 4), date(2026, 3, 5)),
        Pause("blanks_out", date(2026, 3, 9)),
    )
    assert due_date(ktp(), CALENDAR, START, [closed, open_one]) is None
    assert due_date(ktp(), CALENDAR, START, [open_one, closed]) is None
    lines = explain_due(ktp(), CALENDAR, START, [closed, open_one])
    assert [(line.kind, line.number) for line in lines[1:]] == [
        ("running", 1),
        ("paused", None),
        ("running", 2),
        ("running", 3),
        ("off", None),
        ("off", None),
        ("paused", None),
    ]
    assert [line.reason for line in lines if line.number] == [
        "Hari kerja ke-1",
        "Hari kerja ke-2",
        "Hari kerja ke-3",
    ]
    early = Pause("blanks_out", date(2026, 2, 20))
    assert [line.date for line in explain_due(ktp(), CALENDAR, START, [early])] == [START]


def test_a_reason_of_an_older_standard_is_named_as_it_was_noted() -> None:
    lines = explain_due(ktp(), CALENDAR, START, [Pause("flood", date(2026, 3, 4), date(2026, 3, 5))])
    assert [line.reason for line in lines if line.kind == "paused"] == ["Jeda: flood"]


def test_calendar_days_with_a_pause_and_the_day_of_the_start() -> None:
    friday = date(2026, 3, 20)
    pause = Pause("blanks_out", date(2026, 3, 21), date(2026, 3, 22))
    assert due_date(staff_card(), CALENDAR, friday) == date(2026, 3, 23)
    assert due_date(staff_card(), CALENDAR, friday, [pause]) == date(2026, 3, 24)
    assert [line.kind for line in explain_due(staff_card(), CALENDAR, friday)] == ["start", *["running"] * 3]


def test_a_promise_in_calendar_days_counts_the_weekend() -> None:
    lines = explain_due(staff_card(), CALENDAR, date(2026, 3, 20))
    assert [line.reason for line in lines[1:]] == ["Hari ke-1", "Hari ke-2", "Hari ke-3"]


def test_pauses_are_off_until_the_office_switches_them_on() -> None:
    assert pause_reasons(ktp()) == ()
    assert [each.id for each in pause_reasons(ktp(), ["blanks_out"])] == ["blanks_out"]
    assert len(ktp().pauses) == 6


@given(closed_pauses(), st.integers(0, 150))
def test_running_and_paused_make_what_has_elapsed(pauses: list[Pause], ahead: int) -> None:
    until = START + timedelta(ahead)
    book = days_ledger(ktp(), CALENDAR, START, until, pauses)
    assert book.running + book.paused == book.elapsed == CALENDAR.workdays_between(START, until)


@given(closed_pauses())
def test_on_the_due_date_exactly_the_promised_days_have_run(pauses: list[Pause]) -> None:
    due = due_date(ktp(), CALENDAR, START, pauses)
    assert due is not None
    assert days_ledger(ktp(), CALENDAR, START, due, pauses).running == 12
    assert days_ledger(ktp(), CALENDAR, START, due - timedelta(1), pauses).running == 11
    lines = explain_due(ktp(), CALENDAR, START, pauses)
    assert [line.number for line in lines if line.number] == list(range(1, 13))
    assert [line.date for line in lines] == [START + timedelta(i) for i in range((due - START).days + 1)]


@given(days, closed_pauses())
def test_a_pause_never_brings_a_due_date_forward(start: date, pauses: list[Pause]) -> None:
    assert (due_date(ktp(), CALENDAR, start, pauses) or date.max) >= CALENDAR.add_workdays(start, 12)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=4),
    st.sampled_from(["working_days", "calendar_days"]),
)
def test_pauses_that_follow_one_another_move_a_date_one_by_one_as_all_at_once(
    spans: list[tuple[int, int]], unit: str
) -> None:
    """The complaint book keeps a due date and moves it at the end of each pause; a case reckons anew: one rule."""
    definition, day, pauses = ktp(), START - timedelta(3), []
    assert definition.promise is not None
    definition = replace(definition, promise=replace(definition.promise, unit=unit))
    for ahead, long in spans:
        pauses.append(Pause("blanks_out", day + timedelta(ahead), day + timedelta(ahead + long)))
        day += timedelta(ahead + long)
    counted = counting_calendar(unit, CALENDAR)
    due = counted.add_workdays(START, 12)
    for pause in pauses:
        due = due_after_pause(pause, counted, START, due)
    assert due == due_date(definition, CALENDAR, START, pauses)


def test_friday_to_sunday_is_one_day_of_pause() -> None:
    friday, due = date(2026, 3, 6), date(2026, 3, 19)
    weekend = Pause("blanks_out", friday, date(2026, 3, 8))
    assert (
        due_after_pause(weekend, CALENDAR, START, due)
        == due_date(ktp(), CALENDAR, START, [weekend])
        == date(2026, 3, 20)
    )
    assert due_after_pause(Pause("blanks_out", friday), CALENDAR, START, due) == due


@pytest.mark.parametrize(
    ("due", "late"),
    [("2026-03-12", parse_time("2026-03-13")), ("2026-03-12T10:30", parse_time("2026-03-12T10:30"))],
)
def test_a_limit_is_over_at_midnight_after_its_day_or_at_its_moment(due: str, late: datetime) -> None:
    runs = Deadline("promise", "working_days", "2026-03-02", due)
    assert [limits.is_over(runs, late - timedelta(minutes=1)), limits.is_over(runs, late)] == [False, True]
    for still in ({"paused": due}, {"paused": "2026-03-11"}, {"stopped": "2026-03-11"}, {"void": True}):
        assert not limits.is_over(replace(runs, **still), late), still
    assert limits.is_over(replace(runs, paused="2026-03-14"), late), "a pause that began when it was over"

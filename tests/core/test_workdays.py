"""Working days against the vectors of the field brief and against a naive count day by day."""

import csv
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.workdays import Calendar, Day, Holiday
from schema.seed_data import CALENDAR_FOLDER, seed_holidays


def seeded(without_leave: bool = False) -> Calendar:
    rows = [row for row in seed_holidays() if not (without_leave and row.kind == "cuti_bersama")]
    return Calendar({row.date: Holiday(row.name, row.kind) for row in rows})


OFFICE = seeded()

VECTORS = [  # complete on, 12 working days, 12 if cuti bersama is forgotten, 14, 60
    ("2026-02-09", "2026-02-27", "2026-02-26", "2026-03-03", "2026-05-19"),
    ("2026-03-02", "2026-03-25", "2026-03-18", "2026-03-27", "2026-06-10"),
    ("2026-03-13", "2026-04-08", "2026-04-01", "2026-04-10", "2026-06-24"),
    ("2026-05-13", "2026-06-05", "2026-06-03", "2026-06-09", "2026-08-13"),
    ("2026-06-08", "2026-06-25", "2026-06-25", "2026-06-29", "2026-09-03"),
    ("2026-12-18", "2027-01-11", "2027-01-08", "2027-01-13", "2027-03-31"),
]


@pytest.mark.parametrize(("start", "twelve", "forgotten", "fourteen", "sixty"), VECTORS)
def test_vectors(start: str, twelve: str, forgotten: str, fourteen: str, sixty: str) -> None:
    begin = date.fromisoformat(start)
    assert [OFFICE.add_workdays(begin, n).isoformat() for n in (12, 14, 60)] == [twelve, fourteen, sixty]
    assert seeded(without_leave=True).add_workdays(begin, 12).isoformat() == forgotten


def test_quarters_of_2026() -> None:
    starts = [date(2026, month, 1) for month in (1, 4, 7, 10)] + [date(2027, 1, 1)]
    eve = [start - timedelta(days=1) for start in starts]
    assert [OFFICE.workdays_between(a, b) for a, b in pairwise(eve)] == [55, 57, 64, 64]


def naive(calendar: Calendar, start: date, n: int) -> date:
    day = start
    while n:
        day += timedelta(days=1)
        n -= calendar.is_workday(day)
    return day


days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
calendars = st.one_of(
    st.just(OFFICE),
    st.sets(days, max_size=300).map(lambda off: Calendar({day: Holiday("Hari lokal", "lokal") for day in off})),
)


@given(calendars, days, st.integers(0, 90))
def test_adding_agrees_with_the_naive_count(calendar: Calendar, start: date, n: int) -> None:
    due = calendar.add_workdays(start, n)
    assert due == naive(calendar, start, n)
    assert calendar.workdays_between(start, due) == n
    assert calendar.workdays_between(due, start) == -n
    lines = calendar.explain(start, n)
    assert lines[-1].date == due
    assert [line.date for line in lines] == [start + timedelta(days=i) for i in range((due - start).days + 1)]
    assert [line.number for line in lines if line.number] == list(range(1, n + 1))


@given(calendars, days, days)
def test_between_counts_every_workday_once(calendar: Calendar, start: date, end: date) -> None:
    low, high = min(start, end), max(start, end)
    count = sum(calendar.is_workday(low + timedelta(days=i)) for i in range(1, (high - low).days + 1))
    assert calendar.workdays_between(start, end) == (count if start <= end else -count)


def test_explanation_gives_the_reason_of_each_day() -> None:
    lines = {line.date.isoformat()[5:]: line for line in OFFICE.explain(date(2026, 3, 13), 12)}
    assert lines["03-13"] == Day(date(2026, 3, 13), None, "Hari mulai, belum dihitung", "start")
    assert lines["03-14"] == Day(date(2026, 3, 14), None, "Sabtu", "weekend")
    assert lines["03-16"] == Day(date(2026, 3, 16), 1, "Hari kerja ke-1", "workday")
    assert lines["03-18"] == Day(date(2026, 3, 18), None, "Cuti Bersama Hari Suci Nyepi", "cuti_bersama")
    assert lines["03-21"] == Day(date(2026, 3, 21), None, "Sabtu, Hari Raya Idul Fitri", "libur")
    assert lines["04-08"].number == 12


def test_the_last_filled_year_warns_of_later_deadlines() -> None:
    assert OFFICE.last_known_year == 2027
    assert OFFICE.is_known(date(2027, 12, 31))
    assert not OFFICE.is_known(date(2028, 1, 3))
    one_local_day = {row.date: Holiday(row.name, row.kind) for row in seed_holidays()}
    one_local_day[date(2028, 1, 10)] = Holiday("Hari jadi", "lokal")
    assert Calendar(one_local_day).last_known_year == 2027
    assert Calendar({}).last_known_year is None
    assert not Calendar({}).is_known(date(2026, 1, 1))


def test_negative_numbers_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        OFFICE.add_workdays(date(2026, 3, 2), -1)


def test_seed_has_the_days_of_the_decrees() -> None:
    counts = {
        year: tuple(
            sum(r.date.year == year and r.kind == kind for r in seed_holidays()) for kind in ("libur", "cuti_bersama")
        )
        for year in (2025, 2026, 2027)
    }
    assert counts == {2025: (17, 11), 2026: (17, 8), 2027: (18, 8)}
    by_date = {row.date: row for row in seed_holidays()}
    assert len(by_date) == len(seed_holidays())
    assert by_date[date(2025, 8, 18)].kind == "cuti_bersama"
    assert all(row.basis and row.source for row in seed_holidays())


def test_every_shipped_day_names_its_decree_with_numbers_and_date() -> None:
    basis = {row.date: row.basis for row in seed_holidays()}
    first = "SKB 3 Menteri No. 1017/2024, 2/2024, 2/2024 (14-10-2024)"
    assert {text for day, text in basis.items() if day.year == 2025 and day != date(2025, 8, 18)} == {first}
    assert basis[date(2025, 8, 18)].startswith("SKB 3 Menteri No. 933/2025, 1/2025, 3/2025 (07-08-2025)")
    assert "perubahan SKB No. 1017/2024" in basis[date(2025, 8, 18)]
    assert basis[date(2026, 5, 15)] == "SKB 3 Menteri No. 1497/2025, 2/2025, 5/2025 (19-09-2025)"
    assert basis[date(2027, 3, 10)] == "SKB 3 Menteri No. 1205/2026, 3/2026, 2/2026 (15-09-2026)"


def test_a_year_that_holds_one_estimate_is_not_known_and_its_due_dates_say_so() -> None:
    off = {row.date: Holiday(row.name, row.kind, row.basis) for row in seed_holidays()}
    assert Calendar(off).estimate_note(date(2027, 1, 6)) == ""
    for guess in (
        Holiday("Hari Raya Idul Fitri (perkiraan)"),
        Holiday("Hari Raya Idul Fitri", "libur", "belum ada SKB (perkiraan)"),
    ):
        calendar = Calendar(off | {date(2027, 3, 10): guess})
        assert calendar.last_known_year == 2026
        assert calendar.estimate_note(date(2026, 12, 31)) == ""
        assert calendar.estimate_note(date(2027, 1, 6)) == "perkiraan: hari libur 2027 belum ditetapkan"
    local = Calendar(off | {date(2027, 3, 17): Holiday("Hari jadi (perkiraan)", "lokal")})
    assert local.estimate_note(date(2027, 1, 6)) == ""
    assert Calendar(off).estimate_note(date(2028, 1, 3)) == "perkiraan: hari libur 2028 belum ditetapkan"


def test_seed_files_hold_one_year_each_in_order() -> None:
    for path in sorted(CALENDAR_FOLDER.glob("hari-libur-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            dates = [row["date"] for row in csv.DictReader(file)]
        assert dates == sorted(dates)
        assert {d[:4] for d in dates} == {path.stem[-4:]}


def test_ten_national_holidays_make_a_year_filled() -> None:
    for count, filled in ((9, None), (10, 2026)):
        off = {date(2026, 1, n): Holiday("Libur") for n in range(1, count + 1)}
        assert Calendar(off).last_known_year == filled
    gap = {date(year, 1, n): Holiday("Libur") for year in (2026, 2027, 2029) for n in range(1, 11)}
    assert Calendar(gap).last_known_year == 2027


def test_days_off_of_a_span_leave_the_start_out_and_take_the_end_in() -> None:
    off = {date(2026, 3, n): Holiday(f"Libur {n}") for n in (2, 3, 6, 7)}
    found = Calendar(off).off_days(date(2026, 3, 2), date(2026, 3, 6))
    assert found == [("2026-03-03", "Libur 3"), ("2026-03-06", "Libur 6")]


def test_there_is_no_working_day_before_none() -> None:
    with pytest.raises(ValueError, match="negative"):
        OFFICE.add_workdays(date(2026, 3, 2), -1)
    assert OFFICE.add_workdays(date(2026, 3, 1), 0) == date(2026, 3, 1)

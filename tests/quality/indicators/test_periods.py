"""Periods of measuring: codes, spans, the year to which one belongs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.periods import KINDS, Period, last_ended, periods_of_year
from app.core.problems import ValueProblem

DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))


@pytest.mark.parametrize(
    ("code", "start", "end", "label"),
    [
        ("2026", (2026, 1, 1), (2026, 12, 31), "Tahun 2026"),
        ("2026-S2", (2026, 7, 1), (2026, 12, 31), "Semester II 2026"),
        ("2026-Q3", (2026, 7, 1), (2026, 9, 30), "Triwulan III 2026"),
        ("2028-02", (2028, 2, 1), (2028, 2, 29), "Februari 2028"),
        ("2026-A1", (2025, 8, 1), (2026, 1, 31), "Semester ganjil 2025/2026"),
        ("2026-A2", (2026, 2, 1), (2026, 7, 31), "Semester genap 2025/2026"),
        ("2026-A", (2025, 8, 1), (2026, 7, 31), "Akhir masa studi 2025/2026"),
        ("2026-W", (2025, 8, 1), (2026, 1, 31), "Enam bulan setelah wisuda 2025"),
        ("2026-07-K02", (2026, 7, 1), (2026, 7, 31), "Kegiatan ke-2 Juli 2026"),
    ],
)
def test_a_code_names_its_days(code: str, start: tuple[int, ...], end: tuple[int, ...], label: str) -> None:
    one = Period.parse(code)
    assert (one.code, one.start, one.end, one.label) == (code, date(*start), date(*end), label)
    assert one.year == one.end.year, "a period is of the year in which it ends"


@pytest.mark.parametrize(
    "text", ["", "2026-Q5", "2026-S3", "2026-A3", "2026-13", "2026-07-K00", "26-Q1", "２０２６", "2026Q1"]
)
def test_what_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueProblem, match="Periode tidak terbaca"):
        Period.parse(text)


@given(DAYS, st.sampled_from(["month", "quarter", "semester", "semester_end"]))
def test_every_day_lies_in_one_period_of_a_kind(day: date, kind: str) -> None:
    chosen = next(one for one in KINDS if one == kind)
    one = Period.of(chosen, day)
    assert one.start <= day <= one.end
    assert Period.parse(one.code) == one
    assert one.before.end + timedelta(days=1) == one.start
    around = [item for year in (day.year, day.year + 1) for item in periods_of_year(chosen, year)]
    assert [item for item in around if item.start <= day <= item.end] == [one]


@given(DAYS, st.sampled_from(KINDS))
def test_the_last_period_that_is_over_is_the_newest_of_those(day: date, kind: str) -> None:
    chosen = next(one for one in KINDS if one == kind)
    one = last_ended(chosen, day)
    years = range(day.year - 3, day.year + 2)
    assert all(item.end.year == year for year in years for item in periods_of_year(chosen, year))
    over = [item.end for year in years for item in periods_of_year(chosen, year) if item.end < day]
    assert one.end == max(over)

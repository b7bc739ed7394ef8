"""Indonesian dates and numbers; CLDR (through Babel) is the oracle."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from app.core import dates
from app.core.dates import parse_date
from app.core.problems import ValueProblem
from app.core.procedure.deadline import counting_calendar
from app.core.workdays import Calendar, Holiday
from schema.seed_data import seed_holidays
from schema.service_words import number_in_words

DAY = date(2026, 3, 25)
OFFICE = Calendar({row.date: Holiday(row.name, row.kind) for row in seed_holidays()})


def test_forms_of_one_day() -> None:
    assert dates.long_date(DAY) == "Rabu, 25 Maret 2026"
    assert dates.plain_date(DAY) == "25 Maret 2026"
    assert dates.short_date(DAY) == "25 Mar 2026"
    assert dates.short_day(DAY) == "Rab 25 Mar"
    assert dates.numeric_date(DAY) == "25-03-2026"
    assert dates.month_year(DAY) == "Maret 2026"


def test_every_day_of_a_year_as_cldr_writes_it() -> None:
    for offset in range(366):
        day = date(2024, 1, 1) + timedelta(days=offset)
        assert dates.long_date(day) == format_date(day, "EEEE, d MMMM y", locale="id")
        assert dates.short_date(day) == format_date(day, "d MMM y", locale="id")
        assert dates.short_day(day) == format_date(day, "EEE d MMM", locale="id")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_what_is_written_can_be_typed_back(day: date) -> None:
    for form in (dates.long_date, dates.plain_date, dates.short_date, dates.numeric_date):
        assert parse_date(form(day), DAY) == day


def test_clock_time_is_office_time() -> None:
    at = datetime(2026, 3, 24, 17, 14, tzinfo=UTC)
    assert dates.clock_time(at) == "00.14"
    assert dates.long_moment(at) == "Rabu, 25 Maret 2026 pukul 00.14"
    with pytest.raises(ValueError, match="zone"):
        dates.clock_time(at.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("due", "today", "said"),
    [
        ("2026-03-25", "2026-03-25", "Hari ini"),
        ("2026-03-26", "2026-03-25", "Besok"),
        ("2026-03-30", "2026-03-27", "1 hari kerja lagi"),  # Friday to Monday
        ("2026-03-30", "2026-03-25", "3 hari kerja lagi"),
        ("2026-03-25", "2026-03-17", "1 hari kerja lagi"),  # Nyepi and Idul Fitri in between
        ("2026-03-25", "2026-03-26", "Lewat 1 hari kerja"),
        ("2026-03-27", "2026-03-31", "Lewat 2 hari kerja"),
        ("2026-03-27", "2026-03-29", "Lewat 1 hari kerja"),  # Sunday after a Friday
    ],
)
def test_how_far_a_due_date_is_in_working_days(due: str, today: str, said: str) -> None:
    assert dates.relative_due(date.fromisoformat(due), date.fromisoformat(today), OFFICE) == said


@pytest.mark.parametrize(
    ("due", "today", "said"),
    [
        ("2026-03-25", "2026-03-25", "Hari ini"),
        ("2026-03-30", "2026-03-27", "3 hari lagi"),
        ("2026-03-27", "2026-03-31", "Lewat 4 hari"),
        ("2022-03-27", "2026-03-27", "Lewat 1.461 hari"),  # three years of 365 days and one of 366
    ],
)
def test_a_limit_in_calendar_days_is_said_in_days(due: str, today: str, said: str) -> None:
    every_day = counting_calendar("calendar_days", OFFICE)
    assert dates.relative_due(date.fromisoformat(due), date.fromisoformat(today), every_day) == said


def test_spelled_date_of_a_berita_acara() -> None:
    assert (
        dates.spelled_date(date(2026, 3, 12)) == "Kamis, tanggal dua belas, bulan Maret, tahun dua ribu dua puluh enam"
    )
    assert dates.spelled_date(date(2026, 3, 3)) == "Selasa, tanggal tiga, bulan Maret, tahun dua ribu dua puluh enam"


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (31, "tiga puluh satu"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (1000, "seribu"),
        (1999, "seribu sembilan ratus sembilan puluh sembilan"),
        (11_000, "sebelas ribu"),
        (201_000, "dua ratus satu ribu"),
        (1_001_100, "satu juta seribu seratus"),
    ],
)
def test_spelled_numbers(n: int, words: str) -> None:
    assert number_in_words(n) == words


def test_spelled_numbers_are_all_different() -> None:
    assert len({number_in_words(n) for n in range(5000)}) == 5000
    with pytest.raises(ValueError, match="0 to"):
        number_in_words(-1)


@given(st.integers(-(10**9), 10**9))
def test_whole_numbers_as_cldr_writes_them(n: int) -> None:
    assert dates.format_number(n) == format_decimal(n, locale="id")


def test_decimals() -> None:
    assert (dates.format_number(1234), dates.format_number(1234.5, 1), dates.format_number(0.25, 2)) == (
        "1.234",
        "1.234,5",
        "0,25",
    )


@pytest.mark.parametrize(
    ("today", "future", "year"),
    [(2080, True, 2101), (2080, False, 2001), (2020, True, 2001), (2049, True, 2001), (2052, True, 2101)],
)
def test_two_digits_of_a_year_mean_the_nearest_one_that_may_be(today: int, future: bool, year: int) -> None:
    assert parse_date("1-7-01", date(today, 7, 1), future=future) == date(year, 7, 1)


SPELLED = {
    2: "februari feb pebruari peb",
    8: "agustus agu agt ags agst aug",
    9: "september sep sept",
    10: "oktober okt oct",
    11: "november nov nopember nop",
    12: "desember des dec",
}
"""Months as registers spell them: in full, by their first letters, as before 1972, as in English."""


@pytest.mark.parametrize(("month", "words"), SPELLED.items())
def test_a_month_is_read_however_registers_spell_it(month: int, words: str) -> None:
    for word in words.split():
        for typed in (f"17 {word} 1990", f"17-{word.capitalize()}-90", f"17 {word.upper()}. 1990"):
            assert parse_date(typed, date(2026, 3, 12)) == date(1990, month, 17), typed


@pytest.mark.parametrize(
    "weekday", ["Senin", "selasa,", "RABU", "Kamis,", "Jumat", "Jum'at,", "Sabtu", "Minggu", "Ahad"]
)
def test_the_day_of_the_week_before_a_date_is_passed_over(weekday: str) -> None:
    assert parse_date(f"{weekday} 17-08-1990", date(2026, 3, 12)) == date(1990, 8, 17)


@pytest.mark.parametrize(("year", "known"), [(1899, False), (1900, True), (2199, True), (2200, False)])
def test_years_from_1900_to_2199_are_read(year: int, known: bool) -> None:
    if known:
        assert parse_date(f"1-7-{year}", DAY) == date(year, 7, 1)
    else:
        with pytest.raises(ValueProblem, match="di luar 1900 sampai 2199"):
            parse_date(f"1-7-{year}", DAY)

"""Quarters against the calendar counted day by day, and the person whom a search of held data names."""

from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest

from app.core.holdings import Sought, plain_number, plain_words, read_sought
from app.core.problems import Problem, ValueProblem
from app.core.quarters import Quarter

DAYS = [date(2023, 1, 1) + timedelta(days=step) for step in range(4 * 365 + 1)]
QUARTER_OF_MONTH = dict(zip(range(1, 13), [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], strict=True))


def test_every_day_of_four_years_lies_in_its_quarter_and_all_days_of_it_belong_together() -> None:
    spans = [(key, list(days)) for key, days in groupby(DAYS, lambda day: (day.year, QUARTER_OF_MONTH[day.month]))]
    quarters = []
    for (year, n), days in spans:
        [quarter] = {Quarter.of(day) for day in days}
        assert (quarter.year, quarter.n, quarter.start, quarter.end) == (year, n, days[0], days[-1])
        assert quarter.months == tuple(dict.fromkeys(day.strftime("%Y-%m") for day in days))
        assert Quarter.parse(f" {quarter.code.lower()} ") == quarter == Quarter.parse(f"{year}q{n}")
        assert str(quarter) == quarter.code == f"{year}-Q{n}"
        quarters.append(quarter)
    assert [one.after for one in quarters[:-1]] == quarters[1:]
    assert [one.before for one in quarters[1:]] == quarters[:-1]
    assert [one.year_ago for one in quarters[4:]] == quarters[:-4]
    assert all(earlier < later for earlier, later in pairwise(quarters))


@pytest.mark.parametrize(
    ("code", "label", "span"),
    [
        ("2026-Q1", "Triwulan I 2026", "Januari sampai Maret 2026"),
        ("2026-Q2", "Triwulan II 2026", "April sampai Juni 2026"),
        ("2026-Q3", "Triwulan III 2026", "Juli sampai September 2026"),
        ("1900-Q4", "Triwulan IV 1900", "Oktober sampai Desember 1900"),
    ],
)
def test_a_quarter_is_called_by_its_roman_number(code: str, label: str, span: str) -> None:
    assert (Quarter.parse(code).label, Quarter.parse(code).span) == (label, span)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-Q0", "2026-Q5", "26-Q1", "1899-Q1", "2100-Q1", "2026-Q11", "２026-Q1"]
)
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueProblem, match="2026-Q3"):
        Quarter.parse(text)


# -- whom a search of held data names -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("3508 9912 0379 0001", "3508991203790001"),
        ("3508.9912.0379.0001", "3508991203790001"),
        ("p 1234 567 890 123 456 789", "P1234567890123456789"),
        ("P27 1234", "P271234"),
        ("12.345", "12.345"),
        ("A3508991203790001", "A3508991203790001"),
    ],
)
def test_a_nik_is_read_as_it_is_read_out_and_other_numbers_as_written(typed: str, plain: str) -> None:
    assert plain_number(typed) == plain


def test_a_name_is_found_whole_and_no_part_of_another() -> None:
    sought = Sought("3508991203790001", "Siti Aminah")
    assert sought.is_named_in("", "Ibu SITI  AMINAH, Krai")
    assert sought.is_named_in("siti-aminah")
    assert not sought.is_named_in("Siti Aminahwati", "Aminah Siti", "Rositi Aminah")
    assert sought.is_numbered_in("x", "NIK 3508991203790001.")
    assert not sought.is_numbered_in("350899120379000", "")
    assert plain_words("  Moch.  ILHAM! ") == " moch ilham "
    assert sought.like == "%aminah%"
    assert Sought("1", "!").like == "%%"


@pytest.mark.parametrize(
    ("number", "name", "phone", "wrong"),
    [
        ("12345", "Siti", "", ["number"]),
        ("1" * 41, "Siti", "", ["number"]),
        ("", "", "", ["number", "name"]),
        ("123456", "S", "", ["name"]),
        ("123456", "x" * 101, "", ["name"]),
        ("123456", "Siti", "12", ["phone"]),
    ],
)
def test_a_search_asks_for_number_and_name(number: str, name: str, phone: str, wrong: list[str]) -> None:
    with pytest.raises(Problem) as refused:
        read_sought(number, name, phone)
    assert (refused.value.code, list(refused.value.fields)) == ("invalid", wrong)


def test_a_search_at_its_limits_is_taken() -> None:
    assert read_sought("123456", "Si", " ", " ab ", "kata") == Sought("123456", "Si", "", "ab", "kata")
    longest = read_sought("1" * 40, "x" * 100, "0812 3456 7890")
    assert (longest.number, longest.name) == ("1" * 40, "x" * 100)
    assert longest.phone.endswith("81234567890")

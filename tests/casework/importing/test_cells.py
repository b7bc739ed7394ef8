"""Cleaners of single cells under arbitrary content: a value or a sentence, never a guess about a NIK."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.importing.cells import (
    clean_address,
    clean_birth,
    clean_day,
    clean_kk,
    clean_nik,
    clean_person,
    clean_phone,
    clean_rt_rw,
    clean_sex,
    quote_cell,
    split_birth,
)
from app.casework.importing.file_formats import number_cell
from app.casework.importing.lines import clean_kind, clean_state
from app.casework.importing.spreadsheet import Cell
from app.core.identity import Nik
from app.core.problems import ValueProblem
from tests.casework.importing.books import RULES, TODAY, VILLAGES, WORDS

BIRTHS = st.dates(date(1930, 1, 1), date(2009, 1, 1))
NIKS = st.builds(
    lambda born, woman, serial: f"350899{born.day + 40 * woman:02d}{born:%m%y}{serial:04d}",
    BIRTHS,
    st.booleans(),
    st.integers(1, 9999),
)
TEXTS = st.text(max_size=60) | st.text("0123456789 /-.,'OIl", max_size=30)
CELLS = st.one_of(
    st.builds(Cell, TEXTS),
    st.builds(number_cell, st.integers(-10, 10**17) | st.floats(allow_nan=False, allow_infinity=False)),
    st.dates().map(lambda day: Cell(day.strftime("%d/%m/%Y"), "date", day)),
    st.builds(Cell, TEXTS, st.sampled_from(["error", "formula"])),
)
CLEANERS: list[Callable[[Cell], Any]] = [
    lambda cell: clean_nik(cell, []),
    lambda cell: clean_kk(cell, None, []),
    lambda cell: clean_person(cell, []),
    lambda cell: clean_sex(cell, None, []),
    lambda cell: clean_phone(cell, []),
    lambda cell: clean_day(cell, TODAY),
    lambda cell: clean_birth(split_birth(cell)[1], None, TODAY, 16, []),
    lambda cell: clean_kind(cell, WORDS, []),
    lambda cell: clean_state(cell, cell, TODAY, RULES, []),
    lambda cell: clean_address(cell, []),
    lambda cell: clean_rt_rw(cell, "RT", []),
    lambda cell: VILLAGES.find_village(cell, []),
]


def outcome(clean: Callable[[Cell], Any], cell: Cell) -> str:
    """`value`, or the sentence of the ValueProblem; anything else is raised."""
    try:
        clean(cell)
    except ValueProblem as problem:
        return problem.sentence
    return "value"


@pytest.mark.parametrize("clean", CLEANERS)
@given(cell=CELLS)
def test_any_cell_gives_a_value_or_a_whole_sentence(clean: Callable[[Cell], Any], cell: Cell) -> None:
    said = outcome(clean, cell)
    assert said == "value" or said.endswith((".", "?")), said
    assert len(said) < 400


@given(
    NIKS,
    st.lists(st.tuples(st.integers(0, 16), st.sampled_from(" .-\u00a0\u2013")), max_size=6),
    st.sampled_from(["", "'", "`", "="]),
)
def test_noise_around_and_inside_a_nik_changes_nothing(digits: str, noise: list[tuple[int, str]], before: str) -> None:
    text = digits
    for place, mark in noise:
        text = text[:place] + mark + text[place:]
    assert clean_nik(Cell(before + text), []) == (Nik(digits), False)


@given(NIKS)
def test_a_nik_that_went_through_a_number_cell_is_never_taken(digits: str) -> None:
    kept = int(digits) // 10 * 10
    for cell in (
        number_cell(kept),
        number_cell(float(kept)),
        Cell(f"{kept}.0"),
        Cell(f"{kept:.5E}".replace(".", ",")),
    ):
        assert "tersimpan sebagai angka" in outcome(lambda one: clean_nik(one, []), cell)


@given(NIKS, st.integers(0, 15))
def test_a_nik_that_lacks_a_digit_is_never_taken(digits: str, gone: int) -> None:
    assert "NIK 15 angka" in outcome(lambda one: clean_nik(one, []), Cell(digits[:gone] + digits[gone + 1 :]))


@given(NIKS)
def test_letters_for_digits_are_told_as_a_repair(digits: str) -> None:
    nik, repaired = clean_nik(Cell(digits.replace("0", "O").replace("1", "l")), [])
    assert (nik.full, repaired) == (digits, "0" in digits or "1" in digits)


SPELLINGS: list[Callable[[date], str]] = [
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day.day}-{day.month}-{day.year}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day:%d.%m.%y}",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day:%d%m%Y}",
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1][:3].upper()} {day.year}",
]
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]


@given(BIRTHS, st.sampled_from(SPELLINGS), st.sampled_from(["", "LUMAJANG, ", "Lumajang ", "KAB. MALANG / "]))
def test_every_spelling_of_a_birth_gives_place_and_date(born: date, spell: Callable[[date], str], place: str) -> None:
    found, cell = split_birth(Cell(place + spell(born)))
    assert clean_birth(cell, None, date(2025, 1, 26), 16, []) == born
    assert found == place.strip(" ,/")


@given(BIRTHS)
def test_a_date_cell_and_its_day_number_mean_the_same(born: date) -> None:
    serial = number_cell((born - date(1899, 12, 30)).days)
    assert clean_birth(Cell("x", "date", born), None, TODAY, 16, []) == clean_birth(serial, None, TODAY, 16, [])


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_a_file_never_comes_in_tomorrow(day: date) -> None:
    said = outcome(lambda one: clean_day(one, TODAY), Cell(f"{day:%d/%m/%Y}"))
    assert (said == "value") == (day <= TODAY)


@given(st.integers(1, 999), st.integers(1, 999))
def test_every_spelling_of_rt_and_rw_is_read(rt: int, rw: int) -> None:
    spellings = [
        f"{rt}/{rw}",
        f"RT {rt} RW {rw}",
        f"RT.{rt:03d}/RW.{rw:03d}",
        f"DUSUN LOR RT {rt:02d} RW {rw:02d}",
        f"Jl. Mawar No. 7 RT{rt}/RW{rw}",
        f"RT/RW {rt} / {rw} DSN LOR",
    ]
    for text in spellings:
        found = clean_address(Cell(text), [])
        assert tuple(found[1:]) == (f"{rt:03d}", f"{rw:03d}"), text


def test_an_address_without_rt_stays_whole() -> None:
    assert clean_address(Cell("Perumahan Asri Blok C-12"), [])[0] == "Perumahan Asri Blok C-12"


@given(NIKS, st.text("ABC ", max_size=20))
def test_a_quoted_cell_never_shows_a_long_number(digits: str, words: str) -> None:
    assert "350899" not in quote_cell(f"{words}{digits[:6]} {digits[6:]}{words}")


@given(st.integers(0, 10**5))
def test_ages_are_asked_at_the_day_of_receipt(days: int) -> None:
    received = TODAY - timedelta(days=days % 5000)
    warn: list[str] = []
    assert clean_birth(Cell("1/1/1950"), None, received, 16, warn) == date(1950, 1, 1)
    assert warn == []

"""Dates as they are typed at the counter."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.dates import age_on, parse_date, photo_background
from app.core.problems import ValueProblem

TODAY = date(2026, 3, 25)
BORN = date(1990, 8, 17)


@pytest.mark.parametrize(
    "typed",
    [
        "17081990",
        "17-08-1990",
        "17/8/1990",
        "17.8.1990",
        "17 8 1990",
        "1990-08-17",
        "1990/8/17",
        "17 Agustus 1990",
        "17 Agt 1990",
        "17 agu 1990",
        "17 AGUSTUS 90",
        "17-Agt-90",
        "17Agustus1990",
        "170890",
        "17-8-90",
        " '17/08/90 ",
        "Jumat, 17 Agustus 1990",
        "Jum'at 17-08-1990",
    ],
)
def test_spellings_of_one_day(typed: str) -> None:
    assert parse_date(typed, TODAY) == BORN


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Tanggal belum diisi."),
        ("31-02-1990", "31 Februari tidak ada."),
        ("310290", "31 Februari tidak ada."),
        ("31 April 2001", "31 April tidak ada."),
        ("00-05-1990", "0 Mei tidak ada."),
        ("29-02-1991", "29 Februari 1991 tidak ada. Tahun 1991 bukan tahun kabisat."),
        ("19900817", "Bulan 90 tidak ada. Ketik hari, bulan, tahun, misalnya 17-08-1990."),
        ("17-13-1990", "Bulan 13 tidak ada. Ketik hari, bulan, tahun, misalnya 17-08-1990."),
        ("17-08-1090", "Tahun 1090 di luar 1900 sampai 2199. Ketik hari, bulan, tahun, misalnya 17-08-1990."),
        ("17 Agustos 1990", "Bulan “Agustos” tidak dikenal. Ketik hari, bulan, tahun, misalnya 17-08-1990."),
        ("kemarin", "Tanggal tidak terbaca. Ketik hari, bulan, tahun, misalnya 17-08-1990."),
        ("17-08", "Tanggal tidak terbaca. Ketik hari, bulan, tahun, misalnya 17-08-1990."),
        ("\u0661\u0667-08-1990", "Tanggal tidak terbaca. Ketik hari, bulan, tahun, misalnya 17-08-1990."),
        ("1" * 5_000_000, "Tanggal terlalu panjang. Ketik hari, bulan, tahun, misalnya 17-08-1990."),
    ],
)
def test_refusals_say_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(ValueProblem) as raised:
        parse_date(typed, TODAY)
    assert raised.value.sentence == sentence


def test_two_digit_years_lie_in_the_past_unless_the_future_is_meant() -> None:
    assert parse_date("25-03-26", TODAY) == TODAY
    assert parse_date("26-03-26", TODAY) == date(1926, 3, 26)
    assert parse_date("26-03-26", TODAY, future=True) == date(2026, 3, 26)
    assert parse_date("01-01-99", TODAY, future=True) == date(1999, 1, 1)
    assert parse_date("29-02-00", TODAY) == date(2000, 2, 29)
    assert parse_date("17-08-2030", TODAY) == date(2030, 8, 17)


@given(
    st.dates(date(1927, 1, 1), TODAY),
    st.sampled_from(["%d%m%Y", "%d-%m-%Y", "%Y-%m-%d", "%d/%m/%y", "%d%m%y"]),
)
def test_any_date_of_a_life_reads_back(born: date, pattern: str) -> None:
    assert parse_date(born.strftime(pattern), TODAY) == born


def read(typed: str) -> str:
    """The date or the sentence."""
    try:
        return parse_date(typed, TODAY).isoformat()
    except ValueProblem as problem:
        return problem.sentence


@given(st.text(max_size=60))
def test_anything_else_is_a_sentence_and_never_a_crash(typed: str) -> None:
    assert re.fullmatch(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}|.*\.", read(typed), re.DOTALL)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (BORN, date(2007, 8, 16), 16),
        (BORN, date(2007, 8, 17), 17),
        (date(2008, 2, 29), date(2025, 2, 28), 16),
        (date(2008, 2, 29), date(2025, 3, 1), 17),
        (date(2026, 3, 26), TODAY, -1),
    ],
)
def test_age(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age


def test_photo_background_by_parity_of_the_birth_year() -> None:
    assert [photo_background(date(year, 1, 1)) for year in (1989, 1990, 2000, 2009)] == [
        "red",
        "blue",
        "blue",
        "red",
    ]

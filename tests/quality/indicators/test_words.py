"""Figures in words and in cells, and what the typing of one refuses: each expected text is written out by hand."""

from fractions import Fraction
from typing import Any

import msgspec
import pytest

from app.core.periods import Period
from app.platform.printing.spreadsheet import Percent
from app.quality.indicators import wording
from app.quality.indicators.papers import value_cell
from app.quality.indicators.queries import Achievement, State, Target
from app.quality.indicators.service import NEGATIVE, Typed, read_figure
from schema.indicator_values import Value, number
from schema.indicators import Indicator, load_indicators

FILE = load_indicators("poltekkes-banten-2022")
YEAR = Period("year", 2026)


def indicator(name: str = "sk_pbm_tepat_waktu", **changes: Any) -> Indicator:
    made = FILE.find(name)
    assert made is not None
    return msgspec.structs.replace(made, **changes)


SHARE, RATIO = indicator(), indicator("rasio_beasiswa")
INDEX = indicator("judul_penelitian", unit="index", noun="")


def reached(one: Indicator, value: Value | None = None, state: State = "reached", **more: Any) -> Achievement:
    return Achievement(one.id, one, YEAR, state, value=value, **more)


@pytest.mark.parametrize(
    ("one", "value", "cell"),
    [
        (SHARE, number(Fraction(175, 2)), Percent(Fraction(7, 8))),
        (INDEX, number(Fraction(3457, 1000)), 3.46),
        (SHARE, Value("range", Fraction(80), Fraction(90)), "80-90%"),
        (RATIO, Value("ratio", Fraction(1), Fraction(30)), "1:30"),
        (indicator("judul_penelitian"), number(30), 30),
        (indicator("judul_penelitian", unit="days", noun=""), number(0), 0),
        (SHARE, None, "belum ada data"),
    ],
)
def test_a_cell_holds_a_number_where_one_reckons_with_it(one: Indicator, value: Value | None, cell: Any) -> None:
    made = value_cell(one, value)
    assert (type(made), made) == (type(cell), cell)


def test_parts_are_told_where_there_are_two() -> None:
    twelve: dict[str, Any] = {"numerator": Fraction(12), "denominator": Fraction(15)}
    assert wording.parts_words(reached(SHARE, **twelve)) == "12 dari 15"
    assert wording.parts_words(reached(SHARE, numerator=Fraction(0), denominator=Fraction(15))) == "0 dari 15"
    assert wording.parts_words(reached(SHARE, numerator=Fraction(12))) == ""
    assert wording.parts_words(reached(SHARE, denominator=Fraction(15))) == ""
    computed = indicator(query="promise")
    assert wording.parts_words(reached(computed, **twelve)) == "12 dari 15"
    days = msgspec.structs.replace(computed, unit="days")
    assert wording.parts_words(reached(days, **twelve)) == "dari 15 kejadian"


@pytest.mark.parametrize(
    ("one", "above", "below", "wrong"),
    [
        (RATIO, "-1", "10", {"numerator": NEGATIVE}),
        (SHARE, "-1", "10", {}),  # a share may fall below nothing: growth
        (SHARE, "10", "10", {}),
        (SHARE, "11", "10", {"numerator": "Lebih besar daripada pembaginya. Periksa, atau jelaskan di Keterangan."}),
        (RATIO, "11", "10", {}),
        (SHARE, "-20", "-10", {"denominator": NEGATIVE}),
    ],
)
def test_what_no_figure_can_be(one: Indicator, above: str, below: str, wrong: dict[str, str]) -> None:
    said: dict[str, str] = {}
    read_figure(one, Typed(numerator=above, denominator=below), said)
    assert said == wrong


def test_a_share_above_the_whole_is_taken_with_a_note() -> None:
    said: dict[str, str] = {}
    assert read_figure(SHARE, Typed(numerator="11", denominator="10", note="Dua lulusan lama"), said) == (
        ("11", "10"),
        "110",
    )
    assert said == {}


@pytest.mark.parametrize(
    ("direction", "words"),
    [("more", "paling sedikit 87,5%"), ("less", "paling banyak 87,5%"), ("nearer", "mendekati 87,5%")],
)
def test_a_target_says_on_which_side_of_it_one_should_be(direction: str, words: str) -> None:
    one = indicator(direction=direction)
    target = Target(one.id, 2026, number(Fraction(175, 2)))
    assert wording.target_words(reached(one, target=target)) == words
    assert wording.target_words(reached(one)) == ""

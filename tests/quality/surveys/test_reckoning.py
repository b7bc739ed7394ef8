"""The index: examples by hand, every edge of every band, missing answers, and a second way of reckoning."""

import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from app.quality.surveys.papers import before_words
from app.quality.surveys.reckoning import element_band, fewest_respondents, krejcie_morgan, reckon_index, round_half_up
from schema.definitions import DefinitionError
from schema.surveys import SURVEYS, Survey, load_survey, read_survey

KEP25, SKM14 = load_survey("kep25"), load_survey("skm14")
ELEMENTS = {
    "kep25": [
        "Prosedur",
        "Persyaratan",
        "Kejelasan petugas",
        "Kedisiplinan petugas",
        "Tanggung jawab petugas",
        "Kemampuan petugas",
        "Kecepatan",
        "Keadilan",
        "Kesopanan dan keramahan",
        "Kewajaran biaya",
        "Kepastian biaya",
        "Kepastian jadwal",
        "Kenyamanan lingkungan",
        "Keamanan",
    ],
    "skm14": [
        "Persyaratan",
        "Sistem, mekanisme, dan prosedur",
        "Waktu penyelesaian",
        "Biaya atau tarif",
        "Produk spesifikasi",
        "Kompetensi pelaksana",
        "Perilaku pelaksana",
        "Penanganan pengaduan, saran, dan masukan",
        "Sarana dan prasarana",
    ],
}
"""The elements of both regulations, as the domain brief lists them."""

KREJCIE_MORGAN_TABLE = {
    10: 10,
    15: 14,
    20: 19,
    25: 24,
    30: 28,
    35: 32,
    40: 36,
    45: 40,
    50: 44,
    55: 48,
    60: 52,
    65: 56,
    70: 59,
    75: 63,
    80: 66,
    85: 70,
    90: 73,
    95: 76,
    100: 80,
    110: 86,
    120: 92,
    130: 97,
    140: 103,
    150: 108,
    160: 113,
    170: 118,
    180: 123,
    190: 127,
    200: 132,
    210: 136,
    220: 140,
    230: 144,
    240: 148,
    250: 152,
    260: 155,
    270: 159,
    280: 162,
    290: 165,
    300: 169,
    320: 175,
    340: 181,
    360: 186,
    380: 191,
    400: 196,
    420: 201,
    440: 205,
    460: 210,
    480: 214,
    500: 217,
    550: 226,
    600: 234,
    650: 242,
    700: 248,
    750: 254,
    800: 260,
    850: 265,
    900: 269,
    950: 274,
    1000: 278,
    1100: 285,
    1200: 291,
    1300: 297,
    1400: 302,
    1500: 306,
    1600: 310,
    1700: 313,
    1800: 317,
    1900: 320,
    2000: 322,
    2200: 327,
    2400: 331,
    2600: 335,
    2800: 338,
    3000: 341,
    3500: 346,
    4000: 351,
    4500: 354,
    5000: 357,
    6000: 361,
    7000: 364,
    8000: 367,
    9000: 368,
    10000: 370,
    15000: 375,
    20000: 377,
    30000: 379,
    40000: 380,
    50000: 381,
    75000: 382,
    100000: 384,
}
"""The table as it is printed (Krejcie and Morgan, 1970)."""
PRINTED_OTHERWISE = {100000: 383}
"""Where the formula gives something else than the table: that is what the program uses."""


@pytest.mark.parametrize("survey", [KEP25, SKM14])
def test_the_files_hold_the_elements_of_their_regulation(survey: Survey) -> None:
    wanted = ELEMENTS[survey.id]
    assert len(survey.elements) == len(wanted)
    for element, words in zip(survey.elements, wanted, strict=True):
        assert element.name.startswith(words)
        assert len(set(element.answers)) == 4
        assert element.question.endswith(("?", "."))
    assert {one.id for one in survey.asked} == {"age", "sex", "education", "occupation"}


def test_the_worked_example_with_the_printed_weight_and_with_the_exact_one() -> None:
    """Means that sum to 43,08 (x 1/14 = 3,0771): printed 76,47, exact 76,93 (43,08 x 25 / 14 = 76,92857...)."""
    means = [Fraction(n, 100) for n in (308, 306, 310, 305, 307, 312, 300, 308, 315, 311, 306, 304, 307, 309)]
    assert sum(means) == Fraction(4308, 100)
    # of 100 people so many give 4 that the mean is as wanted, the others 3
    answers = ["".join("4" if place < (mean - 3) * 100 else "3" for mean in means) for place in range(100)]
    result = reckon_index(KEP25, answers)
    assert [element.mean for element in result.elements] == means
    assert result.exact == Fraction(4308, 56)
    assert (str(result.index), result.mark, result.words) == ("76.93", "B", "Baik")
    assert result.by_table == (("0.071", Decimal("76.47")),)


def test_perfect_scores_are_a_hundred_and_worst_ones_twenty_five() -> None:
    best = reckon_index(KEP25, ["4" * 14] * 3)
    assert (str(best.index), best.mark) == ("100.00", "A")
    assert best.by_table == (("0.071", Decimal("99.40")),)
    skm = reckon_index(SKM14, ["4" * 9])
    assert (skm.respondents, str(skm.index), skm.mark) == (1, "100.00", "A")
    assert skm.by_table == (("0.11", Decimal("99.00")), ("0.111", Decimal("99.90")))
    assert str(reckon_index(SKM14, ["1" * 9]).index) == "25.00"


def test_nobody_is_no_data_and_never_zero() -> None:
    empty = reckon_index(SKM14, [])
    assert (empty.respondents, empty.index, empty.exact, empty.mark) == (0, None, None, "")
    assert empty.unanswered == ()


def test_the_mean_counts_those_who_answered_and_few_answers_set_aside() -> None:
    answers = ["444444444", "2-2222222", "----4444-"]
    result = reckon_index(SKM14, answers)
    assert (result.respondents, result.set_aside) == (2, 1)  # the third gave four of nine answers
    assert [element.mean for element in result.elements] == [3, 4, 3, 3, 3, 3, 3, 3, 3]
    assert result.exact == Fraction(8 * 3 + 4, 9) * 25
    assert reckon_index(SKM14, ["----4444-", "----44444"]).respondents == 1


def test_an_element_that_nobody_answered_leaves_no_index_and_is_named() -> None:
    result = reckon_index(SKM14, ["444-44444", "333-33333"])
    assert (result.respondents, result.index) == (2, None)
    assert result.unanswered == ("Biaya atau tarif",)


@pytest.mark.parametrize(
    ("survey", "edges"),
    [
        (KEP25, ["25.00 D", "43.75 D", "43.76 C", "62.50 C", "62.51 B", "81.25 B", "81.26 A", "100.00 A"]),
        (SKM14, ["25.00 D", "64.99 D", "65.00 C", "76.60 C", "76.61 B", "88.30 B", "88.31 A", "100.00 A"]),
    ],
)
def test_every_edge_of_every_band(survey: Survey, edges: list[str]) -> None:
    for edge in edges:
        value, mark = edge.split()
        assert survey.band_of(Decimal(value)).mark == mark, edge


def test_one_rounding_at_the_end_decides_the_band() -> None:
    """76,605 is 76,61 and B; a hair below stays 76,60 and C. Rounding the means first would decide otherwise."""
    assert round_half_up(Fraction("76.605")) == Decimal("76.61")
    assert round_half_up(Fraction("76.605") - Fraction(1, 10**9)) == Decimal("76.60")
    assert SKM14.band_of(round_half_up(Fraction("76.605"))).mark == "B"
    assert [round_half_up(Fraction(n, 200)) for n in (1, 3, 5)] == [Decimal("0.01"), Decimal("0.02"), Decimal("0.03")]
    element = reckon_index(SKM14, ["311111111", "411111111"]).elements[0]
    assert (element.value, getattr(element_band(SKM14, element), "mark", "")) == (Decimal("87.50"), "B")


def test_random_answers_agree_with_a_naive_reckoning() -> None:
    """A second way: element by element with plain sums, the index by integer division with its own rounding."""
    draw = random.Random(20261123)
    for _ in range(300):
        survey = draw.choice([KEP25, SKM14])
        count = len(survey.elements)
        answers = ["".join(draw.choice("12344-") for _ in range(count)) for _ in range(draw.randint(1, 40))]
        valid = [answer for answer in answers if sum(mark in "1234" for mark in answer) * 2 > count]
        columns = [[int(answer[place]) for answer in valid if answer[place] != "-"] for place in range(count)]
        result = reckon_index(survey, answers)
        assert (result.respondents, result.set_aside) == (len(valid), len(answers) - len(valid))
        assert [(element.total, element.answered) for element in result.elements] == [(sum(c), len(c)) for c in columns]
        if not all(columns):
            assert result.index is None
            continue
        common = 1
        for column in columns:
            common *= len(column)
        numerator = 25 * 100 * sum(sum(column) * (common // len(column)) for column in columns)
        hundredths, rest = divmod(numerator, common * count)
        hundredths += rest * 2 >= common * count
        assert result.index == Decimal(hundredths) / 100
        assert Decimal(25) <= result.index <= 100


def test_sample_sizes_follow_the_formula_and_differ_from_the_table_where_said() -> None:
    found = {people: krejcie_morgan(people) for people in KREJCIE_MORGAN_TABLE}
    assert {people: size for people, size in found.items() if size != KREJCIE_MORGAN_TABLE[people]} == PRINTED_OTHERWISE
    assert [krejcie_morgan(one) for one in (0, 1, 2)] == [0, 1, 2]
    assert (fewest_respondents(KEP25, 3), fewest_respondents(KEP25, 90_000)) == (150, 150)
    assert (fewest_respondents(SKM14, 200), fewest_respondents(SKM14, 0)) == (132, 0)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('first = "65.00"', 'first = "65.01"', "bands[2].first"),
        ('last = "100.00"', 'last = "99.99"', "mutu tertinggi harus sampai 100.00."),
        ('id = "U4"', 'id = "U5"', "unsur ke-4 harus bernama U4."),
        ('table_weights = ["0.11", "0.111"]', 'table_weights = ["0.071"]', "0.071 bukan pembulatan dari 1/9."),
        ('table_weights = ["0.11", "0.111"]', 'table_weights = ["0.1088"]', "0.1088 bukan pembulatan dari 1/9."),
        ("fewest_answers = 5", "fewest_answers = 10", "hanya ada 9 unsur."),
        ('id = "female"', 'id = "male"', "pilihan male sudah ada."),
        ('words = "Baik"', 'words = "Baik"\ncolour = "green"', "colour"),
    ],
)
def test_a_wrong_file_is_refused_with_file_line_and_key(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    text = (SURVEYS / "skm14.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "skm14.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_survey(path)
    shown = str(caught.value)
    assert sentence in shown
    assert shown.startswith("skm14.toml, baris ")


def test_a_survey_bears_the_name_of_its_file(tmp_path: Path) -> None:
    text = (SURVEYS / "skm14.toml").read_text(encoding="utf-8")
    for name, refused in (("skm14.toml", False), ("lain.toml", True)):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        if refused:
            with pytest.raises(DefinitionError, match="harus sama dengan nama dokumen: lain"):
                read_survey(path)
        else:
            assert read_survey(path).id == "skm14"


@pytest.mark.parametrize(
    ("index", "before", "words"),
    [
        ("81.25", "80.05", "naik 1,20"),
        ("80.05", "80.40", "turun 0,35"),
        ("79.50", "80.40", "turun 0,90"),
        ("70.00", "80.00", "turun 10,00"),
        ("80.00", "80.00", "tetap"),
        (None, "80.00", ""),
        ("80.00", None, ""),
    ],
)
def test_an_index_is_compared_with_that_before(index: str | None, before: str | None, words: str) -> None:
    assert before_words(index, before) == words

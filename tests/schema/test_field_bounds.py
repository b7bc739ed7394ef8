"""What a field of a message may hold: the first and last value that is right beside the first that is not."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union

import msgspec
import pytest

from schema.refusals import allowed_values, explain_toml, explain_value, shortened, type_words
from schema.structs import (
    BIGGEST,
    BoundError,
    Count,
    Day,
    DayOrNone,
    Hex64,
    Hex64OrNone,
    Id,
    LineId,
    Moment,
    Named,
    Short,
    Text,
    check_fields,
    text_lengths,
    text_like,
    text_up_to,
    type_test,
)

HALF_PAIR, FROM_RIGHT = "\ud800", "\u202e"
EDGES: Mapping[str, tuple[Any, list[Any], list[Any]]] = {
    "a day of these two centuries": (
        Day,
        ["1900-01-01", "2199-12-31", "2024-02-29"],
        ["1899-12-31", "2200-01-01", "2023-02-29", "20240229", "2024-W09-4", "", "2024-02-29 "],
    ),
    "a day, or none": (DayOrNone, ["", "1900-01-01"], ["1899-12-31", " "]),
    "a moment that the clock of a PC can show": (
        Moment,
        ["1970-01-01T00:00:00Z", "2199-12-31T23:59:59Z"],
        [
            "1969-12-31T23:59:59Z",
            "2200-01-01T00:00:00Z",
            "2026-03-02T24:14:00Z",
            "2026-03-02 01:14:00Z",
            "2026-03-02T01:14:00",
            "2026-03-02T01:14:00+07:00",
            "2026-03-02T01:14:00.0Z",
            "2026-03-02-01:14:00Z",
            "2026-03-02101:14:00Z",
            "",
        ],
    ),
    "a number of a row": (Id, [1, BIGGEST], [0, -1, BIGGEST + 1, True, 1.0, "1"]),
    "how many": (Count, [0, 10_000_000], [-1, 10_000_001, False]),
    "a number without a bound of its own": (int, [-BIGGEST, BIGGEST], [-BIGGEST - 1, BIGGEST + 1, True]),
    "a short line": (Short, ["", "x" * 100, "a\u00a0b"], ["x" * 101, "a\nb", "a\tb", FROM_RIGHT, HALF_PAIR]),
    "a name": (Named, ["x", "x" * 200], ["", "x" * 201, "a\nb"]),
    "a text of several lines": (Text, ["", "x" * 2000, "a\nb"], ["x" * 2001, "a\tb", "a\rb", f"a\n{FROM_RIGHT}"]),
    "a text without a bound of its own": (str, ["", "x" * 2000, "a\nb"], ["x" * 2001, "a\tb"]),
    "a digest": (Hex64, ["0f" * 32], ["0f" * 31 + "0", "0f" * 32 + "0", "0F" * 32, "0g" * 32, "", "0f" * 32 + "\n"]),
    "a digest, or none": (Hex64OrNone, ["", "0f" * 32], ["0f", "0f" * 64]),
    "a line of a stream": (
        LineId,
        ["1/a/1", f"99999999/office-3/{'9' * 16}", f"1/{'a' * 40}/1"],
        [
            "0/a/1",
            "1/a/0",
            "01/a/1",
            "100000000/a/1",
            f"1/{'a' * 41}/1",
            "1//1",
            "1/A/1",
            "1/a",
            "1/a/10000000000000000",
        ],
    ),
    "a list of texts": (tuple[str, ...], [(), ("a",) * 2000], [("a",) * 2001, ("a", "\t")]),
    "a pair": (tuple[str, int], [("a", 1)], [("a", True), ("\t", 1)]),
    "texts by their names": (
        dict[str, str],
        [{}, {"x" * 60: "x" * 2000}, {f"n{n}": "" for n in range(200)}, {"a": "b\nc"}],
        [{"x" * 61: ""}, {f"n{n}": "" for n in range(201)}, {"a": "x" * 2001}, {"a": "b\tc"}, {"a\t": ""}],
    ),
    "numbers by their names": (dict[str, int], [{"a": 1}], [{"a": True}, {"a\t": 1}, {"x" * 61: 1}]),
    "one of two kinds": (Union[Id, Day], [1, "1900-01-01"], [0, "1899-12-31", None]),  # noqa: UP007
    "one kind or nothing": (Id | None, [1, None], [0, ""]),
}


@pytest.mark.parametrize("what", EDGES)
def test_the_edges_of_a_field(what: str) -> None:
    hint, right, wrong = EDGES[what]
    holds = type_test(hint)
    assert [value for value in right if not holds(value)] == []
    assert [value for value in wrong if holds(value)] == []


def test_a_pattern_that_may_be_empty_is_still_asked() -> None:
    assert [text for text in ("", "ab", "abab", "a") if text_like("ab", empty=True).holds(text)] == ["", "ab"]
    assert not text_like("ab").holds("")


def test_only_a_plain_text_is_seen_together_with_others() -> None:
    assert (text_lengths(str), text_lengths(Short), text_lengths(Named)) == ((0, 2000), (0, 100), (1, 200))
    assert (text_lengths(int), text_lengths(Id), text_lengths(Hex64)) == (None, None, None)
    assert text_lengths(Annotated[str, text_up_to(5), text_like("a*")]) is None


class Slip(msgspec.Struct):
    first: Annotated[str, text_up_to(3, least=1)]
    second: Annotated[str, text_up_to(5, lines=True)] = ""
    day: DayOrNone = ""
    number: Count = 0


@pytest.mark.parametrize(
    ("slip", "field"),
    [
        (Slip(""), "first"),
        (Slip("abcd"), "first"),
        (Slip("a\n"), "first"),
        (Slip("a", "x" * 6), "second"),
        (Slip("a", "\t"), "second"),
        (Slip("a", day="2200-01-01"), "day"),
        (Slip("a", number=-1), "number"),
    ],
)
def test_the_field_that_does_not_fit_is_named_and_its_value_is_not(slip: Slip, field: str) -> None:
    with pytest.raises(BoundError) as caught:
        check_fields(slip)
    assert caught.value.sentence == f"Isian {field} di luar batas yang boleh."


@pytest.mark.parametrize("slip", [Slip("abc", "x" * 5), Slip("a", "b\nc"), Slip("a\u00a0", day="2199-12-31")])
def test_what_fits_is_taken_whether_its_texts_are_plain_or_not(slip: Slip) -> None:
    check_fields(slip)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Literal["a", "b"], ["a", "b"]),
        (Annotated[Literal["a"], msgspec.Meta()], ["a"]),
        (Literal["a"] | None, ["a"]),
        (Union[Literal["a"], Literal["b"]], ["a", "b"]),  # noqa: UP007
        (tuple[Literal["a", "b"], ...], ["a", "b"]),
        (dict[Literal["a"], str], []),
        (str, []),
    ],
)
def test_which_values_a_refusal_offers(kind: Any, values: list[str]) -> None:
    """Those of a key itself; the names of a table are no values of it."""
    assert allowed_values(kind) == values


def test_a_quoted_value_is_cut_after_eighty_letters() -> None:
    assert shortened("x" * 80) == "x" * 80
    assert shortened("x" * 81) == f"{'x' * 80}…"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("int", "bilangan bulat"),
        ("int | null", "bilangan bulat"),
        ("str | bool", "teks di antara tanda petik atau true atau false"),
        ("null", "kosong"),
        ("ext", "nilai lain"),
    ],
)
def test_a_type_is_said_in_words(name: str, words: str) -> None:
    assert type_words(name) == words


@pytest.mark.parametrize(
    ("said", "path", "sentence"),
    [
        ("Expected `str` of length >= 1", (), "isinya kosong atau kurang; perlu paling sedikit 1."),
        ("Expected `array` of length <= 9 - at `$.a[2]`", ("a", 2), "isinya terlalu panjang; paling banyak 9."),
        ("Expected `array` of length 2", (), "isinya harus tepat 2."),
        ("Expected `int` >= -3 - at `$[0].b-c`", (0, "b-c"), "angkanya terlalu kecil; paling sedikit -3."),
        ("Expected `int` <= 31", (), "angkanya terlalu besar; paling banyak 31."),
        ("Expected `int`, got `str`", (), "jenis nilainya teks di antara tanda petik; seharusnya bilangan bulat."),
        ("Invalid enum value 'x'", (), "nilai “x” tidak dikenal; yang boleh: a, b."),
        ("Invalid enum value 7", (), "nilai 7 tidak dikenal; yang boleh: a, b."),
        ("Something new", (), "nilainya tidak dapat dipakai."),
    ],
)
def test_what_the_reader_says_becomes_a_sentence(said: str, path: tuple[str | int, ...], sentence: str) -> None:
    assert explain_value(said, Literal["a", "b"]) == (path, sentence)


def test_a_line_that_is_no_toml_says_why() -> None:
    assert explain_toml("Expected '=' after a key in a key/value pair") == "tanda = sesudah nama kunci tidak ada"
    assert explain_toml("Cannot overwrite a value") == "kunci atau tabel ini sudah ditulis sebelumnya"
    assert explain_toml("Something new") == "baris ini bukan kunci, tabel, atau catatan (#)"

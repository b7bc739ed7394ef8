"""Every wrong key and every wrong value of a definition: the refusal names file, line and key, says in Indonesian
what is allowed, and never ends the program."""

import json
import re
from collections.abc import Iterator

import pytest

from schema.definitions import DefinitionError, load_revision
from schema.refusals import PATTERN_WORDS
from schema.service_standard import UNIT_WORDS
from tests.casework.desk.market import TEXT
from tests.core.procedure.services import STAFF_CARD, changed
from tests.services.market_with_partner import WITH_PARTNER
from tests.world.nightly import by_day

WRONG_VALUES = (
    '"teks salah"',
    "-1",
    "{ x = 1 }",
    '["a b"]',
    f'"{"x" * 5000}"',
    '""',
    "[]",
    "{}",
    "3.5",
    "true",
    "[[1]]",
    "2020-01-01T10:00:00",
    "10:00:00",
    "999999999999",
    "inf",
)
ENGLISH = re.compile(
    r"\b(Expected|Invalid|value|string|array|object|null|None|got|regex|matching|Cannot|unexpected|int|str|bool)\b"
    r"|\^\[|RFC|Error|`"
)
PLACE = re.compile(r'^uji\.toml, baris [1-9][0-9]*(, kunci "[^"]+")?: .+\.$', re.DOTALL)
OWN_KEYS = re.compile(r'"[^"]*"|\bchoice\b')
"""What stands in quotes is the administrator's own text or a key to write."""


def refusals(text: str) -> list[str]:
    try:
        load_revision(text, "uji.toml")
    except DefinitionError as error:
        return error.sentences
    return []


def keys_once(text: str) -> Iterator[tuple[int, str]]:
    """Line number and name of each key of a text, once for every table in which it stands."""
    table, seen = "", set[tuple[str, str]]()
    for number, line in enumerate(text.split("\n")):
        if head := re.match(r"^\[+([a-z_.]+)\]+$", line):
            table = head[1]
        key = re.match(r"^([a-z_]+) = (?!\[$)", line)
        if key and (table, key[1]) not in seen:
            seen.add((table, key[1]))
            yield number, key[1]


def assert_readable(sentences: list[str], what: str) -> None:
    for sentence in sentences:
        assert PLACE.match(sentence), (what, sentence)
        assert not ENGLISH.search(OWN_KEYS.sub("", sentence)), (what, sentence)
        assert len(sentence) < 2500, (what, len(sentence))


@pytest.mark.parametrize("shift", range(by_day(1, len(WRONG_VALUES))))
def test_every_key_with_a_wrong_value_is_refused_readably(shift: int) -> None:
    """By day each key has one of the wrong values, at night each of them."""
    lines = WITH_PARTNER.split("\n")
    for nth, (number, key) in enumerate(keys_once(WITH_PARTNER), start=shift):
        value = WRONG_VALUES[nth % len(WRONG_VALUES)]
        wrong = [*lines[:number], f"{key} = {value}", *lines[number + 1 :]]
        assert_readable(refusals("\n".join(wrong)), f"{key} = {value[:40]}")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x", "tanda = sesudah nama kunci tidak ada"),
        ("= 3", "baris ini bukan kunci, tabel, atau catatan"),
        ("[identity", "kurung siku penutup nama tabel tidak ada"),
        ("id = ", "nilainya kosong atau tidak terbaca; teks ditulis di antara tanda petik"),
        ("id = tru", "nilainya kosong atau tidak terbaca"),
        ('id = "', "tanda petik penutup teks tidak ada"),
        ("id = '''", "tanda petik penutup teks tidak ada"),
        ("id = 1\nid = 2", "kunci atau tabel ini sudah ditulis sebelumnya"),
        ("[fee]\n[fee]", "kunci atau tabel ini sudah ditulis sebelumnya"),
        ("id.a = 1\nid = 2", "kunci atau tabel ini sudah ditulis sebelumnya"),
        ("on = 2020-13-01", "ada tulisan lain di belakang nilainya"),
        ("on = 2020-02-31", "tanggalnya tidak ada"),
        ('id = "\\q"', "garis miring terbalik di dalam teks harus ditulis dua kali"),
        ('id = "\x01"', "huruf yang tidak terlihat"),
        ("id = {b = 1\n}", "kurung penutup daftar atau tabel tidak ada"),
        ("id = [1", "kurung penutup daftar atau tabel tidak ada"),
        ("id = " + "[" * 5000 + "]" * 5000, "bersarang lebih dari 30 tingkat"),
        ("id = " + "{ a = " * 3000 + "1" + "}" * 3000, "bersarang lebih dari 30 tingkat"),
    ],
)
def test_a_text_that_is_no_toml(text: str, sentence: str) -> None:
    (told,) = refusals(text)
    assert sentence in told
    assert told.startswith(f"uji.toml, baris {2 if chr(10) in text and '{' not in text else 1}: ")
    assert_readable([told], text[:40])


@pytest.mark.parametrize(
    ("swap", "key", "allowed"),
    [
        (('15, unit = "working_minutes"', '15, unit = "menit"'), "steps[1].standard_time.unit", UNIT_WORDS),
        (('unit = "working_days"', 'unit = "jam"'), "promise.unit", ("working_days", "calendar_days")),
        (('symbol = "decision"', 'symbol = "kotak"'), "rows[2].symbol", ("terminal", "process", "decision")),
        (('level = "warn"', 'level = "tanya"'), "conditions[2].level", ("refuse", "warn")),
    ],
)
def test_a_value_that_is_none_of_those_allowed_names_them_all(
    swap: tuple[str, str], key: str, allowed: tuple[str, ...]
) -> None:
    text = changed(TEXT, swap)
    (told,) = refusals(text)
    number = next(n for n, line in enumerate(text.split("\n"), 1) if swap[1].split("\n")[0] in line)
    assert told.startswith(f'uji.toml, baris {number}, kunci "{key}": nilai “')
    assert [one for one in allowed if one not in told] == []
    assert not any("unit" in key and words not in told for words in map(UNIT_WORDS.get, allowed) if words)


@pytest.mark.parametrize("after", ["\nstarts_on", " }]\n"])
def test_units_of_limits_and_notices_are_named(after: str) -> None:
    swap = (f'unit = "working_minutes"{after}', f'unit = "menit"{after}')
    (told,) = refusals(changed(WITH_PARTNER, swap))
    assert "yang boleh: working_seconds (detik), working_minutes (menit kerja), working_hours (jam kerja)" in told


def test_a_pattern_is_told_in_words() -> None:
    (told,) = refusals(changed(TEXT, ('case_code = "IKP"', 'case_code = "ikp"')))
    assert told.endswith("2 sampai 10 huruf besar atau angka, diawali huruf, misalnya IKP.")


def test_every_pattern_of_the_format_has_its_words() -> None:
    from schema.definitions import schema_text

    patterns: set[str] = set()

    def collect(node: object) -> None:
        if isinstance(node, dict):
            patterns.update([node["pattern"]] if isinstance(node.get("pattern"), str) else [])
            for held in node.values():
                collect(held)
        elif isinstance(node, list):
            for held in node:
                collect(held)

    collect(json.loads(schema_text()))
    assert patterns - set(PATTERN_WORDS) == set()


def test_an_old_format_with_tables_of_other_kinds_is_refused_too() -> None:
    for wrong in ("fields = 3", "actors = [1]", "identity = []", 'id = ["ktp-el"]', 'id = "../profiles/kecamatan"'):
        key = wrong.split(" ")[0]
        kept = [line for line in STAFF_CARD.split("\n") if not line.startswith(f"{key} = ")]
        assert_readable(refusals("\n".join([kept[0], wrong, *kept[1:]]).replace(f"\n[[{key}]]", "\n[[weg]]")), wrong)

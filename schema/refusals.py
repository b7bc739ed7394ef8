"""Why a key of a file is refused, in Indonesian: what msgspec and tomllib say of it in English, and what is allowed."""

import re
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from schema.service_standard import UNIT_WORDS
from schema.toml_lines import KeyPath

LONGEST_QUOTED = 80
NAME_HINT = "huruf kecil, angka, dan garis bawah, diawali huruf, misalnya surat_kuasa"
PATTERN_WORDS = {
    r"^[a-z][a-z0-9_]*$": NAME_HINT,
    r"^@?[a-z][a-z0-9_]*$": f"{NAME_HINT}; untuk sebuah akhir diawali @, misalnya @done",
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "huruf kecil, angka, dan tanda hubung, diawali huruf, misalnya izin-kios",
    r"^[A-Z][A-Z0-9]{1,9}$": "2 sampai 10 huruf besar atau angka, diawali huruf, misalnya IKP",
    r"^[0-9]{2,3}$": "dua atau tiga angka, misalnya 01",
    r"^[0-9]+(\.[0-9]+)*$": "angka yang dipisah titik, misalnya 4.2",
    r"^([0-9]+(\.[0-9]+)*)?$": "angka yang dipisah titik, misalnya 4.2, atau kosong",
    r"^([1-9][0-9]?:[1-9][0-9]?)?$": "dua angka dengan titik dua, misalnya 3:4",
    r"^([a-z][a-z_]*\.[a-z][a-z_]*)?$": "nama ruang, titik, dan nama halaman, misalnya batches.dispatch",
    r"^(@opened|[a-z][a-z0-9_]*\.@?[a-z][a-z0-9_]*)$": "@opened, langkah.@entered, atau langkah.hasil",
    r"^[a-z0-9-]{1,40}$": "huruf kecil, angka, dan tanda hubung, paling banyak 40, misalnya dinas-pasar",
    r"^[0-9A-Za-z.]{0,20}$": "angka, huruf, dan titik, paling banyak 20, misalnya 400.12.2",
    r"^([01][0-9]|2[0-3])\.[0-5][0-9]-([01][0-9]|2[0-3])\.[0-5][0-9]$": "jam mulai dan selesai, misalnya 08.00-12.00",
}
"""Pattern of a struct → what it asks, as an administrator writes it."""
CHOICE_WORDS: dict[Any, str] = {**UNIT_WORDS}
"""Allowed words that do not explain themselves: units of time."""

_TYPE_WORDS = {
    "str": "teks di antara tanda petik",
    "int": "bilangan bulat",
    "float": "pecahan",
    "bool": "true atau false",
    "array": "daftar [ ]",
    "object": "tabel { }",
    "date": "tanggal, misalnya 2026-01-31",
    "datetime": "tanggal dan jam",
    "time": "jam",
    "null": "kosong",
}
_MESSAGES: list[tuple[str, str]] = [
    (r"`(?:str|array)` of length >= (\d+)", "isinya kosong atau kurang; perlu paling sedikit {0}."),
    (r"`(?:str|array)` of length <= (\d+)", "isinya terlalu panjang; paling banyak {0}."),
    (r"`(?:str|array)` of length (\d+)", "isinya harus tepat {0}."),
    (r"`int` >= (-?\d+)", "angkanya terlalu kecil; paling sedikit {0}."),
    (r"`int` <= (-?\d+)", "angkanya terlalu besar; paling banyak {0}."),
    (r"out of range", "angkanya terlalu besar atau terlalu kecil."),
    (r"Invalid RFC3339 encoded date", "tanggalnya tidak terbaca; tulis tahun-bulan-hari, misalnya 2026-01-31."),
]
_TOML_MESSAGES: list[tuple[str, str]] = [
    (r"Expected '=' after a key", "tanda = sesudah nama kunci tidak ada"),
    (r"Expected '\]", "kurung siku penutup nama tabel tidak ada"),
    (r"Unterminated string|Expected (\"'''\"|'\"\"\"')", "tanda petik penutup teks tidak ada"),
    (r"Unclosed (array|inline table)", "kurung penutup daftar atau tabel tidak ada"),
    (
        r"twice|Cannot overwrite|Cannot redefine|Cannot mutate|Duplicate",
        "kunci atau tabel ini sudah ditulis sebelumnya",
    ),
    (r"Expected newline", "ada tulisan lain di belakang nilainya"),
    (r"Unescaped|hex value|Unicode scalar", "garis miring terbalik di dalam teks harus ditulis dua kali"),
    (r"[Ii]nvalid character|Illegal character", "ada huruf yang tidak terlihat atau baris yang terputus di dalamnya"),
    (r"Invalid initial character", "nama kuncinya kosong atau memakai huruf yang tidak boleh"),
    (r"Invalid date", "tanggalnya tidak ada"),
    (r"Invalid value", "nilainya kosong atau tidak terbaca; teks ditulis di antara tanda petik"),
]


def explain_toml(message: str) -> str:
    """Why a text is no TOML, from what tomllib says."""
    known = (words for pattern, words in _TOML_MESSAGES if re.search(pattern, message))
    return next(known, "baris ini bukan kunci, tabel, atau catatan (#)")


def key_of_step(index: str, name: str) -> int | str:
    """One of the two is empty: a step leads to a place in a list or to a name."""
    if index:
        return int(index)
    return name


def explain_value(message: str, kind: Any) -> tuple[KeyPath, str]:
    """Path below the key and a sentence: why a value is not what `kind` asks, from what msgspec says."""
    what, _, where = message.partition(" - at `$")
    steps = re.findall(r"\[(\d+)\]|\.([A-Za-z0-9_-]+)", where.rstrip("`"))
    path: KeyPath = tuple(key_of_step(index, name) for index, name in steps)
    if what.startswith("Invalid enum value "):
        return path, refuse_choice(what.removeprefix("Invalid enum value "), kind)
    if match := re.search(r"matching regex '(.*)'", what):
        return path, refuse_text(match[1].replace("\\\\", "\\"))
    if match := re.search(r"Expected `([^`]*)`, got `([^`]*)`", what):
        return path, f"jenis nilainya {type_words(match[2])}; seharusnya {type_words(match[1])}."
    for pattern, sentence in _MESSAGES:
        if match := re.search(pattern, what):
            return path, sentence.format(*match.groups())
    return path, "nilainya tidak dapat dipakai."


def refuse_choice(value: str, kind: Any) -> str:
    """A value that is none of those allowed, which are all named; units with their words."""
    allowed = ", ".join(map(choice_text, allowed_values(kind)))
    return f"nilai {quoted(value)} tidak dikenal; yang boleh: {allowed}."


def refuse_text(pattern: str) -> str:
    return f"tulisannya tidak sesuai; yang boleh: {PATTERN_WORDS.get(pattern, pattern)}."


def quoted(value: str) -> str:
    """A value as msgspec names it, a text in its quotes."""
    shown = shortened(value.strip("'"))
    if value.startswith("'"):
        return f"“{shown}”"
    return shown


def shortened(text: str) -> str:
    if len(text) <= LONGEST_QUOTED:
        return text
    return f"{text[:LONGEST_QUOTED]}…"


def choice_text(value: Any) -> str:
    words = CHOICE_WORDS.get(value, "")
    shown = str(value) or "kosong"
    if words:
        return f"{shown} ({words})"
    return shown


def allowed_values(kind: Any) -> list[Any]:
    """The values of every `Literal` in a type."""
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if get_origin(kind) is Annotated:
        return allowed_values(get_args(kind)[0])
    if get_origin(kind) not in (Union, UnionType, tuple):
        return []
    return [value for argument in get_args(kind) for value in allowed_values(argument)]


def type_words(name: str) -> str:
    """`int | null` in words; that a key may be left out is no value to write."""
    kinds = [part.strip() for part in name.split("|") if part.strip() != "null"]
    return " atau ".join(_TYPE_WORDS.get(kind, "nilai lain") for kind in kinds) or "kosong"

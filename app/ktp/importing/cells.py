"""Cleans single cells: each function gives a value or raises ValueProblem; doubts become sentences in `warn`.

No sentence repeats a NIK, a No. KK or a name: reports are printed and passed around.
"""

from __future__ import annotations

import re
import unicodedata

from app.core.values import (
    Nik,
    NoKK,
    Sex,
    ValueProblem,
    clean_name,
    kk_warnings,
    limit_text,
    parse_phone,
)
from app.ktp.importing.book import DATE, ERROR, FORMULA, NUMBER, Cell
from app.ktp.importing.fields import squeeze

Warn = list[str]
TEXT_LIMIT = 200
_WRAPPER = re.compile(r"""^[\s'"`´\u2018\u2019\u201c\u201d=]+|[\s'"`´\u2018\u2019\u201c\u201d;,]+$""")
_NOISE = re.compile(r"[\s.\-\u2010-\u2015\u200b-\u200f\ufeff\u00ad]+")
_LONG_NUMBER = re.compile(r"[0-9](?:[\s.'\-]*[0-9]){8,}")
_EXPONENT = re.compile(r"[0-9]+(?:[.,][0-9]+)?e\+?[0-9]+", re.IGNORECASE)
_DECIMAL_TAIL = re.compile(r"[0-9]{15,}[.,]0+")
_LOOK_ALIKES = str.maketrans("OoIl|", "00111")
_DITTO = frozenset({'"', "''", "”", "″", "〃", ",,", "idem", "sda", "s.d.a", "s.d.a.", "sama", '-"-'})
_DEGREE = re.compile(
    r",\s*\S|\b(?:S\.?\s?(?:PD|SOS|H|E|KOM|AG|T|IP|AP|KM|ST|FARM|HUT|PT|P)|A\.?\s?M\.?\s?D|M\.?\s?(?:PD|SI|M|H|AG)"
    r"|DRS|DRA|IR|DR|H|HJ|KH|R|RR)\.",
    re.IGNORECASE,
)
_TWO_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]")
_DIGIT = re.compile(r"\d")
_NO_NAME = frozenset({"", "x", "xx", "xxx", "tanpanama", "noname", "kosong", "nihil", "na", "null"})
_LONGEST_NO_NAME = 16
_FEMALE = frozenset({"p", "pr", "perempuan", "wanita", "w", "wnt", "prm", "perempun", "f", "female", "2"})
_MALE = frozenset({"l", "lk", "lakilaki", "laki", "pria", "lki", "m", "male", "1"})


def readable(cell: Cell, label: str, limit: int = TEXT_LIMIT) -> str:
    """The text of a cell, trimmed. Raises ValueProblem for spreadsheet errors and for what is too long."""
    if cell.kind == ERROR:
        raise ValueProblem(f"Sel {label} berisi galat Excel. Isi ulang sel itu.")
    if cell.kind == FORMULA:
        raise ValueProblem(f"Sel {label} berisi rumus tanpa hasil. Buka di Excel, simpan, lalu impor lagi.")
    text = cell.text
    if (
        len(text) <= limit and text.isascii() and text.isprintable()
    ):  # nearly every cell; spares the slow look
        return " ".join(text.split())
    return limit_text(text, limit=limit, label=label)


def quote(text: str, limit: int = 30) -> str:
    """What stands in a cell, short enough for a sentence; a long number in it is not repeated."""
    shown = _LONG_NUMBER.sub("…", text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def is_ditto(cell: Cell) -> bool:
    """Whether the cell says "as above"."""
    return cell.text.strip().lower() in _DITTO


def clean_nik(cell: Cell, warn: Warn) -> tuple[Nik, bool]:
    """The NIK, and whether letters were read as digits (then something else must confirm it)."""
    digits, repaired = _sixteen(cell, "NIK")
    nik = Nik.parse(digits)
    if nik.serial == "0000":
        warn.append(
            "Empat angka terakhir NIK adalah 0000, padahal nomor urut mulai dari 0001. Cocokkan dengan KK."
        )
    return nik, repaired


def clean_kk(cell: Cell, nik: Nik | None, warn: Warn) -> NoKK:
    """The No. KK; the caller leaves an empty cell alone. `nik` is compared with it when known."""
    digits, repaired = _sixteen(cell, "No. KK")
    kk = NoKK.parse(digits)
    if repaired:
        warn.append("No. KK memuat huruf di tempat angka (O dibaca 0, I dibaca 1). Cocokkan dengan KK.")
    warn += kk_warnings(kk, nik, office_region=kk.region6)
    return kk


def _sixteen(cell: Cell, label: str) -> tuple[str, bool]:
    """Digits of a long number. What went through a number cell is refused: Excel keeps 15 digits and makes
    the last one 0, so the number looks sound and belongs to somebody else."""
    text = readable(cell, label)
    if cell.kind == DATE:
        raise ValueProblem(
            f"{label} tersimpan sebagai tanggal. Ubah selnya menjadi Teks, ketik ulang 16 angkanya."
        )
    plain = _WRAPPER.sub("", unicodedata.normalize("NFKC", text))
    if cell.kind == NUMBER and len(plain) < 16 and plain.isdecimal():
        told = f"{label} hanya {len(plain)} angka dan tersimpan sebagai angka"
        raise ValueProblem(f"{told}; seharusnya 16 angka sebagai teks.")
    if cell.kind == NUMBER or _EXPONENT.fullmatch(plain) or _DECIMAL_TAIL.fullmatch(plain):
        raise ValueProblem(
            f"{label} tersimpan sebagai angka. Excel hanya menyimpan 15 angka, jadi angka terakhirnya tidak "
            "dapat dipercaya. Ubah selnya menjadi Teks, lalu ketik ulang dari KK."
        )
    digits = _NOISE.sub("", plain)
    if not digits:
        raise ValueProblem(f"{label} kosong.")
    repaired = digits.translate(_LOOK_ALIKES)
    if repaired.isdecimal() and len(repaired) != 16:
        raise ValueProblem(f"{label} {len(repaired)} angka; seharusnya 16 angka. Cocokkan dengan KK.")
    return repaired, repaired != digits


def clean_person(cell: Cell, warn: Warn, label: str = "Nama") -> str:
    """A person's name in block letters; a degree stays, with a warning."""
    text = readable(cell, label, limit=TEXT_LIMIT)
    if len(text) < _LONGEST_NO_NAME and squeeze(text) in _NO_NAME:
        raise ValueProblem(f"{label} kosong.")
    name = clean_name(text, label=label)
    if not _TWO_LETTERS.search(name):
        raise ValueProblem(f"{label} hanya satu huruf. Tulis nama lengkap seperti di KK.")
    if _DIGIT.search(name):
        warn.append(f"{label} memuat angka. Cocokkan dengan KK.")
    elif _DEGREE.search(name):
        warn.append(f"{label} memuat gelar. Cocokkan penulisannya dengan KK.")
    return name


def clean_sex(cell: Cell, nik: Nik | None, warn: Warn) -> Sex | None:
    """L/P in many spellings; an unreadable cell falls back on the NIK with a warning."""
    word = squeeze(readable(cell, "L/P"))
    told: Sex | None = "female" if word in _FEMALE else "male" if word in _MALE else None
    if nik is None:
        return told
    if told is None:
        if word:
            warn.append("Kolom L/P tidak terbaca; diisi menurut NIK.")
        return nik.sex
    if told != nik.sex:
        warn.append("Jenis kelamin di kolom L/P berbeda dengan NIK. Cocokkan dengan KK.")
    return told


def clean_phone(cell: Cell, warn: Warn) -> str:
    """A telephone number, or empty with a warning: a wrong one must not cost the line."""
    text = readable(cell, "Telepon")
    if not any(character.isdecimal() for character in text):
        return ""
    try:
        return parse_phone(text)
    except ValueProblem:
        warn.append("Nomor telepon tidak terbaca; disimpan sebagai catatan.")
        return ""

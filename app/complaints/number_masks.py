"""What is found by its shape alone: e-mail, accounts, RT/RW, streets, slip codes, and every number that is long."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*")
NUMBER, PLACE, MAIL, NAME, CODE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
SHOWN = {NUMBER: "[nomor]", PLACE: "[alamat]", MAIL: "[surel]", NAME: "[nama]", CODE: "[kode]"}
MARKS = frozenset(SHOWN)

_MAIL = re.compile(r"[\w.+\-]+\s?(?:@|\(at\)|\[at\])\s?[\w\-]+(?:\s?\.\s?[\w\-]+)+", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<!\w)@\w[\w.]+|(?:https?://|www\.)\S+", re.IGNORECASE)
_CODE = re.compile(r"\b(?=[0-9A-Z\- ]*\d)[0-9A-Z]{4}[- ][0-9A-Z]{4}[- ][0-9A-Z]{3}\b")
_RT = re.compile(
    r"\bR\.?\s?T\.?\s*(?:/\s*R\.?\s?W\.?)?\s*[:.]?\s*\d{1,3}(?:\s*[/,\-]?\s*(?:R\.?\s?W\.?\s*[:.]?)?\s*\d{1,3}\b)?"
    r"|\bR\.?W\.?\s*[:.]?\s*\d{1,3}\b",
    re.IGNORECASE,
)
_HOUSE = r"(?:[\s,]*\b(?:No|Nomor|Nmr|Blok|Kav)\b\.?\s*[\dA-Z][\w/\-]*|\s+\d{1,4}[A-Z]?\b)*"
_STREET = re.compile(
    r"\b(?:(?:Jl|Jln|Gg|Dsn|Dk)\b\.?\s*[^\W\d_][\w'.\-]*|(?:Dusun|Dukuh|Perum|Perumahan|Lingkungan)\s+[^\W\d_][\w'\-]*"
    r"|(?-i:[Jj]alan|JALAN|[Gg]ang|GANG|[Bb]lok)\s+(?-i:[A-Z0-9])[\w'\-]*)(?:\s+(?!(?:No|Nomor|Nmr|RT|RW|Blok|Kav)\b)(?-i:[A-Z])[\w'\-]*){0,4}"
    + _HOUSE,
    re.IGNORECASE,
)
_RUN = re.compile(r"\+?\(?\d(?:[\s.,\-\u2010-\u2015_/():|*]{0,3}\d)*\)?")
_LETTER_O = re.compile(r"\b[Oo]8(?:[\s.\-]{0,2}\d){6,}")
_DATE = r"(?:(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-\d\d)"
_TIME = r"(?:[01]?\d|2[0-3])[.:][0-5]\d"
_KEPT = re.compile(
    rf"{_DATE}(?:[\s,(]{{1,3}}{_TIME}\)?)?|(?:19|20)\d\d\s?[-/\u2013]\s?(?:19|20)\d\d|\d\.\d{{3}}\.\d{{3}}|{_TIME}\s?[-\u2013]\s?{_TIME}"
)
_BEFORE = re.compile(
    r"\b(?:hp|wa|whatsapp|telp|tlp|telepon|telpon|sms|hubungi|rekening|rek|nik|kk|nomor hp|no hp|kontak)"
    r"\W{0,3}(?:no\W{0,3}|nomor\s)?$",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\bRp\.?\s?$", re.IGNORECASE)
LONG, SHORT, MOST_MONEY = 7, 4, 8
"""Digits from which a number is taken out: anywhere, after a word such as *HP*; and at most of an amount in rupiah."""


def strip(text: str) -> str:
    """The text on one line without invisible signs (they could split a number that a reader sees as one)."""
    kept = (" " if one in "\n\r\t" else one for one in text)
    return "".join(one for one in kept if unicodedata.category(one)[0] != "C")


def replace_any_case(text: str, what: str) -> str:
    """Every appearance of a contact, whatever its case."""
    return re.sub(re.escape(strip(unicodedata.normalize("NFKC", what))), MAIL, text, flags=re.IGNORECASE)


def mask(text: str) -> str:
    """Marks in place of mail addresses, accounts, codes, RT/RW, streets and long numbers."""
    for pattern, mark in (
        (_MAIL, MAIL),
        (_ACCOUNT, MAIL),
        (_CODE, CODE),
        (_RT, PLACE),
        (_STREET, PLACE),
        (_LETTER_O, NUMBER),
    ):
        text = pattern.sub(mark, text)
    return _RUN.sub(_judge, text)


def _judge(run: re.Match[str]) -> str:
    """A run of digits stays when it is short, a date, an hour, a span of years or an amount."""
    digits = sum(one.isdigit() for one in run[0])
    before = run.string[max(0, run.start() - 24) : run.start()]
    if _BEFORE.search(before):
        return NUMBER if digits >= SHORT else run[0]
    if digits < LONG or _KEPT.fullmatch(run[0].strip()):
        return run[0]
    return run[0] if _MONEY.search(before) and digits <= MOST_MONEY else NUMBER


def shown(text: str) -> str:
    """Marks as words in brackets, neighbours put together, single blanks."""
    for mark, word in SHOWN.items():
        text = re.sub(f"{mark}(?:[\\s.]*{mark})*", word, text)
    return " ".join(text.split())


def without_numbers(text: str) -> str:
    """A text as the staff reads it, its lines kept, without what is found by its shape; names stay."""
    clean = mask("\n".join(strip(line) for line in text.splitlines()))
    return "\n".join(shown(line) for line in clean.split("\n"))

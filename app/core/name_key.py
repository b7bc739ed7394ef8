"""Names as they sound: one key for the many spellings of an Indonesian name.

Clerks write Moch., Moh. or Muhammad for one man and Soekarno or Sukarno for another; old spelling (oe,
dj, tj, sj), Arabic transliteration (kh, ch, sy, dh, z) and doubled letters differ from paper to paper.
The key is only for comparison and never shown or stored as a name.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.core.text import fold

_MUHAMMAD = "MUHAMAD"
_SHORT_FORMS = dict.fromkeys(("M", "MD", "MHD", "MOCH", "MOH", "MUCH", "MUH", "MUHD", "MOHD"), _MUHAMMAD)
_SHORT_FORMS |= {"ST": "SITI", "STI": "SITI", "NR": "NUR"}
_TITLES = frozenset(
    ["H", "HJ", "HAJI", "HAJJAH", "HAJAH", "KH", "K", "R", "RR", "RA", "DR", "DRS", "DRA", "IR", "PROF",
     "TN", "NY", "SDR", "ALM", "ALMH", "ALMARHUM", "BIN", "BINTI", "BT"]
)  # fmt: skip
_MUHAMMAD_SPELLINGS = re.compile(r"M[OU]C?K?H?[AU]?M+A[DT]")
_OLD_SPELLING = re.compile("OE|DJ|TJ|SJ|NJ")
_OLD_Y = re.compile("(?<![DTSN])J")  # Widjaja: the second j was read as y
_ABDUL = re.compile("^ABDU[RSN](?=[RSN])|^ABDU?L?$")
_OLD_AND_ARABIC = (  # in order: what stands earlier is gone when the later is tried
    (re.compile("OE|OO"), "U"),
    (re.compile("DJ"), "J"),
    (re.compile("TJ"), "C"),
    (re.compile("SJ|SY|SH"), "S"),
    (re.compile("NJ(?=[AIUEO])"), "NY"),
    (re.compile("KH|(?<!^)CH|^CH(?=[OU])"), "H"),
    (re.compile("CH"), "C"),
    (re.compile("TH|TS"), "T"),
    (re.compile("DH|DL|DZ"), "D"),
    (re.compile("GH"), "G"),
    (re.compile("PH|V|F"), "P"),
    (re.compile("Z"), "S"),
    (re.compile("Q"), "K"),
    (re.compile("X"), "KS"),
    (re.compile("I[YE](?=[AUO])|Y(?=[^AIUEO]|$)"), "I"),
    (re.compile("UW(?=[AIEO])"), "U"),
    (re.compile("D$"), "T"),
    (re.compile("(?<=[AIUEO])H$"), ""),
)
_DOUBLED = re.compile(r"(.)\1+")
_SEPARATORS = re.compile(r"[.,/\-]+")
_NOT_LETTERS = re.compile(r"[^A-Z ]+")
_VOWELS = re.compile("[AIUEO]")
_LONGEST = 200  # characters of a name that are looked at
_LONGEST_KEY = 24


@lru_cache(20_000)
def name_tokens(name: str) -> tuple[str, ...]:
    """The words of a name in their common spelling, without titles: `H. Moch. Soleh` -> MUHAMAT, SOLE."""
    folded = fold(name[:_LONGEST])
    before_degrees = folded.partition(",")[0] or folded
    words = _NOT_LETTERS.sub("", _SEPARATORS.sub(" ", before_degrees)).split()
    named = [word for word in words if word not in _TITLES] or words
    return tuple(_common(word, first=place == 0 and len(named) > 1) for place, word in enumerate(named))


@lru_cache(20_000)
def skeleton(tokens: tuple[str, ...]) -> str:
    """First letter and consonants of the whole name: equal for most spellings, joined words included."""
    joined = "".join(tokens)
    return (joined[:1] + _DOUBLED.sub(r"\1", _VOWELS.sub("", joined[1:])))[:_LONGEST_KEY]


@lru_cache(20_000)  # words repeat far more than whole names
def _common(word: str, *, first: bool) -> str:
    if first and word in _SHORT_FORMS:
        word = _SHORT_FORMS[word]
    if _MUHAMMAD_SPELLINGS.fullmatch(word):
        word = _MUHAMMAD
    if _OLD_SPELLING.search(word):
        word = _OLD_Y.sub("Y", word)
    word = _ABDUL.sub("ABDUL", word)
    for pattern, sound in _OLD_AND_ARABIC:
        word = pattern.sub(sound, word)
    return _DOUBLED.sub(r"\1", word) or word

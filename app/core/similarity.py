"""Names as they sound: one key for the many spellings of an Indonesian name.

Clerks write Moch., Moh. or Muhammad for one man and Soekarno or Sukarno for another; old spelling (oe,
dj, tj, sj), Arabic transliteration (kh, ch, sy, dh, z) and doubled letters differ from paper to paper.
The key is only for comparison and never shown or stored as a name.
"""

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Literal

import msgspec

from app.core.text import fold_text

_MUHAMMAD = "MUHAMAD"
_SHORT_FORMS = dict.fromkeys(("M", "MD", "MHD", "MOCH", "MOH", "MUCH", "MUH", "MUHD", "MOHD"), _MUHAMMAD)
_SHORT_FORMS |= {"ST": "SITI", "STI": "SITI", "NR": "NUR"}
_TITLES = frozenset(
    [
        "H",
        "HJ",
        "HAJI",
        "HAJJAH",
        "HAJAH",
        "KH",
        "K",
        "R",
        "RR",
        "RA",
        "DR",
        "DRS",
        "DRA",
        "IR",
        "PROF",
        "TN",
        "NY",
        "SDR",
        "ALM",
        "ALMH",
        "ALMARHUM",
        "BIN",
        "BINTI",
        "BT",
    ]
)
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
_NOT_LETTERS_OR_DIGITS = re.compile(r"[^A-Z0-9]+")
_VOWELS = re.compile("[AIUEO]")
_LONGEST = 200  # characters of a name that are looked at
_LONGEST_KEY = 24


@lru_cache(20_000)
def name_tokens(name: str) -> tuple[str, ...]:
    """The words of a name in their common spelling, without titles: `H. Moch. Soleh` -> MUHAMAT, SOLE."""
    folded = fold_text(name[:_LONGEST])
    before_degrees = folded.partition(",")[0] or folded
    words = _NOT_LETTERS.sub("", _SEPARATORS.sub(" ", before_degrees)).split()
    named = [word for word in words if word not in _TITLES] or words
    return tuple(_common_spelling(word, first=place == 0 and len(named) > 1) for place, word in enumerate(named))


@lru_cache(20_000)
def consonant_key(tokens: tuple[str, ...]) -> str:
    """First letter and consonants of the whole name: equal for most spellings, joined words included."""
    joined = "".join(tokens)
    return (joined[:1] + _DOUBLED.sub(r"\1", _VOWELS.sub("", joined[1:])))[:_LONGEST_KEY]


@lru_cache(20_000)  # words repeat far more than whole names
def _common_spelling(word: str, *, first: bool) -> str:
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


SHOW_FROM = 0.8  # candidates below this are not worth a clerk's time
_NAME = 0.5
_BIRTH = 0.3
_FAMILY = 0.2
_WITHOUT_FAMILY = 0.95  # name and birth date alone never make certain
_OTHER_NAME = 0.78  # below this two words are taken for two names
_OTHER_MOTHER = -0.25
_SLIP_OF_A_LETTER = 0.88  # whole names this close differ by a letter or two, words joined or not
_FAR_APART = 0.45
_ENOUGH_LETTERS = 5  # a lone SRI inside a longer name proves nothing
_PART_OF_A_NAME = 0.8
_ENOUGH_OF_A_WORD = 3


NameMatch = Literal["same", "spelling", "alike", "other"]


def match_names(one: str, other: str) -> NameMatch:
    """How two names stand to each other: letter for letter, the same sound spelt differently, alike, or another name.

    Marks, blanks and accents count for nothing: `SITI NUR'AINI` is `SITI NURAINI`.
    """
    if bare_letters(one) == bare_letters(other):
        return "same"
    likeness = _name_likeness(one, other)
    if likeness >= 1.0:
        return "spelling"
    if likeness >= _OTHER_NAME:
        return "alike"
    return "other"


def bare_letters(name: str) -> str:
    return "".join(letter for letter in fold_text(name[:_LONGEST]) if letter.isalnum())


def is_same_address(one: str, other: str, left_out: Collection[str] = ()) -> bool:
    """Whether two streets or hamlets may be one place: the words of one stand in the other, spelling forgiven.

    `left_out` are words in small letters that count for nothing (`jl`, `dusun`). Of numbers all must agree where both
    have some; an address that says nothing contradicts nothing.
    """
    words, numbers = _address_words(one, left_out)
    others, other_numbers = _address_words(other, left_out)
    if numbers and other_numbers and numbers != other_numbers:
        return False
    shorter, longer = sorted((words, others), key=len)
    return all(any(_is_same_word(word, known) for known in longer) for word in shorter)


def _address_words(text: str, left_out: Collection[str]) -> tuple[list[str], set[str]]:
    plain = _NOT_LETTERS_OR_DIGITS.sub(" ", fold_text(text[:_LONGEST]))
    words = []
    numbers = set()
    for word in plain.split():
        if word.lower() in left_out:
            continue
        if word.isdecimal():
            numbers.add(word.lstrip("0"))
        else:
            words.append(word)
    return words, numbers


def _is_same_word(one: str, other: str) -> bool:
    """Also `JEND` for `JENDERAL`, and a slip of a letter."""
    shorter, longer = sorted((one, other), key=len)
    if one == other or (len(shorter) >= _ENOUGH_OF_A_WORD and longer.startswith(shorter)):
        return True
    sound = _common_spelling(one, first=False)
    other_sound = _common_spelling(other, first=False)
    return _letters_in_common(sound, other_sound) >= _SLIP_OF_A_LETTER


class Person(msgspec.Struct, frozen=True):
    """What two records are compared by; unknown parts stay empty. `kk` is the full number."""

    name: str
    birth_on: date | None = None
    mother: str = ""
    kk: str = ""


class Likeness(msgspec.Struct, frozen=True):
    """`score` from 0 (nothing in common) to 1 (the same in all that is known), with its reasons."""

    score: float
    reasons: tuple[str, ...]


def compare_persons(one: Person, other: Person) -> Likeness:
    name = _name_likeness(one.name, other.name)
    birth = _birth_likeness(one.birth_on, other.birth_on)
    family, family_reasons = _family_likeness(one, other)
    reasons = [*_name_reason(one.name, other.name, name), *_BIRTH_REASONS.get(birth, ()), *family_reasons]
    if birth == 1.0 and name < 1.0 and family == 1.0:
        reasons.append("Bisa jadi saudara kembar")
    parts = [(_NAME, name), (_BIRTH, birth), (_FAMILY, family)]
    known = [(weight, value) for weight, value in parts if value is not None]
    score = sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)
    if family is None or birth is None:
        score *= _WITHOUT_FAMILY
    if name < _OTHER_NAME:
        score = min(score, _NAME)
    return Likeness(round(max(0.0, score), 3), tuple(reasons))


def find_resemblance(one: Person, other: Person) -> Likeness | None:
    """The likeness when it is worth a clerk's time, else None: nearly all are turned away by their name alone."""
    if _name_likeness(one.name, other.name) < _OTHER_NAME:
        return None
    likeness = compare_persons(one, other)
    if likeness.score >= SHOW_FROM:
        return likeness
    return None


@lru_cache(maxsize=64)
def blocking_keys(name: str, birth_on: date | None) -> frozenset[str]:
    """Short texts for an indexed column: two records are compared only when they share one.

    One key per way to be the same: same birth date (day and month in either order), same sound of the
    name and year, same sound of the name and day of the year.
    """
    sound = consonant_key(name_tokens(name))
    if birth_on is None:
        return frozenset({f"n:{sound}"})
    low, high = sorted((birth_on.day, birth_on.month))
    day = f"{birth_on.month:02d}{birth_on.day:02d}"
    return frozenset({f"b:{birth_on.year}{low:02d}{high:02d}", f"y:{sound}:{birth_on.year}", f"d:{sound}:{day}"})


def _name_reason(one: str, other: str, likeness: float) -> list[str]:
    if likeness >= 1.0 and fold_text(one) == fold_text(other):
        return ["Nama sama"]
    if likeness >= 1.0:
        return ["Nama sama dengan ejaan lain"]
    if likeness >= 0.9:
        return ["Nama hampir sama"]
    if likeness >= _OTHER_NAME:
        return ["Nama mirip"]
    return []


def _name_likeness(one: str, other: str) -> float:
    """1 for the same sound, else by letters in common, word by word: a shared SITI alone is no likeness."""
    words = name_tokens(one)
    others = name_tokens(other)
    joined = "".join(words)
    joined_too = "".join(others)
    if joined == joined_too:
        return 1.0 if joined else 0.0
    whole = _letters_in_common(joined, joined_too)
    if whole < _FAR_APART:
        return whole
    if len(words) == len(others):
        aligned = min(_aligned_likeness(words, others), _aligned_likeness(others, words))
    else:
        shorter, longer = sorted((words, others), key=len)
        aligned = 0.0
        if sum(map(len, shorter)) >= _ENOUGH_LETTERS:
            aligned = 0.9 * _aligned_likeness(shorter, longer)
    if whole < _SLIP_OF_A_LETTER:
        whole = min(whole, _OTHER_NAME - 0.01)
    return max(aligned, whole)


def _aligned_likeness(words: tuple[str, ...], others: tuple[str, ...]) -> float:
    """Halfway between the mean and the worst of the best matches of each word."""
    if not words:
        return 0.0
    best = [_best_match(word, others) for word in words]
    return (sum(best) / len(best) + min(best)) / 2


def _best_match(word: str, others: tuple[str, ...]) -> float:
    if word in others:
        return 1.0
    return max(_letters_in_common(word, other) for other in others)


def _letters_in_common(one: str, other: str) -> float:
    """Twice the longest common subsequence over both lengths, one machine word per letter (Hyyrö 2004)."""
    if not one or not other:
        return 0.0
    places, full = _letter_places(one)
    open_ = full
    for letter in other:
        hit = open_ & places.get(letter, 0)
        open_ = ((open_ + hit) | (open_ - hit)) & full
    return 2 * (len(one) - open_.bit_count()) / (len(one) + len(other))


@lru_cache(20_000)
def _letter_places(word: str) -> tuple[dict[str, int], int]:
    """Where each letter of a word stands, as bits, and a word of ones as long as the word."""
    places: dict[str, int] = {}
    for place, letter in enumerate(word):
        places[letter] = places.get(letter, 0) | 1 << place
    return places, (1 << len(word)) - 1


_BIRTH_REASONS: dict[float | None, tuple[str, ...]] = {
    1.0: ("Tanggal lahir sama",),
    0.9: ("Tanggal lahir sama bila hari dan bulannya ditukar",),
    0.7: ("Tanggal lahir berbeda satu angka",),
    0.4: ("Sebagian tanggal lahir sama",),
}


def _birth_likeness(one: date | None, other: date | None) -> float | None:
    """None when either is unknown; steps of 1 (same), 0.9, 0.7, 0.4 and 0 as the reasons tell."""
    if one is None or other is None:
        return None
    if one == other:
        return 1.0
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return 0.9
    same = (one.day == other.day) + (one.month == other.month) + (one.year == other.year)
    if same < 2:
        return 0.0
    written = zip(one.isoformat(), other.isoformat(), strict=True)
    unlike = sum(digit != digit_too for digit, digit_too in written)
    return 0.7 if unlike == 1 else 0.4


def _mother_likeness(one: str, other: str) -> float:
    """As between names, but a mother is often written with one of her names only."""
    likeness = _name_likeness(one, other)
    shorter, longer = sorted((set(name_tokens(one)), set(name_tokens(other))), key=len)
    if shorter and shorter <= longer:
        return max(likeness, _PART_OF_A_NAME)
    return likeness


def _family_likeness(one: Person, other: Person) -> tuple[float | None, list[str]]:
    """Mother or family card, whichever speaks louder. Another card says nothing, another mother much."""
    mother = None
    if one.mother and other.mother:
        mother = _mother_likeness(one.mother, other.mother)
    same_kk = bool(one.kk) and one.kk == other.kk
    reasons = ["No. KK sama"] if same_kk else []
    if mother is not None:
        words = "berbeda"
        if mother >= _OTHER_NAME:
            words = "sama" if mother >= 1.0 else "mirip"
        reasons.append(f"Nama ibu {words}")
    if same_kk:
        return 1.0, reasons
    if mother is None:
        return None, reasons
    if mother < _OTHER_NAME:
        return _OTHER_MOTHER, reasons
    return mother, reasons

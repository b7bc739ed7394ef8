"""Passwords and PINs that are guessed first: common words, keyboard rows, repetitions, dates, a person's own data.

A password is cut into its cheapest pieces and each piece counts the bits that a guesser needs for it: a common word
few, a letter without sense more. Capitals and signs that look like letters (`p4ssw0rd`) change nothing. The list is
read at the first question, not at the start.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from schema import regions

WORDS = Path(__file__).with_name("common_words.txt")
ENOUGH = 32
"""Bits from which a password counts as good: three common words, or a few letters that nobody would guess."""
WORD, ROW, RUN, KNOWN, DIGIT, LETTER, SIGN = 11, 8, 5, 3, 2, 4.7, 2
LONGEST = 60
"""Letters that are looked at; whoever types more has enough of them."""
SHORTEST_NAME = 4
LOOK_ALIKES = tuple(str.maketrans("013457869@$!+", f"o{one}eastbbga{more}t")
                    for one, more in (("i", "si"), ("l", "sl")))  # fmt: skip
ROWS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "1234567890", "0123456789",
    "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p", "zaq1xsw2cde3vfr4bgt5",
    "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j", "qweasdzxc", "123qweasdzxc", "!@#$%^&*()_+",
    "147258369", "159357", "13579", "24680",
)  # fmt: skip


def is_guessable(password: str, known: Iterable[str] = ()) -> bool:
    """Whether a password is among the first that are tried; `known`: names and numbers of its owner."""
    text = unicodedata.normalize("NFKC", password).casefold()[:LONGEST]
    text = "".join(text.split())
    return text.isdigit() or strength(text, own_words(known)) < ENOUGH


def strength(text: str, own: frozenset[str] = frozenset()) -> float:
    """Bits of a text without blanks and capitals; a repeated block counts once."""
    block = next((n for n in range(1, len(text) // 2 + 1) if is_repeated(text.rstrip("0123456789"), n)), 0)
    if block and len(text) > 2 * block:
        tail = len(text) - len(text.rstrip("0123456789"))
        return strength(text[:block], own) + RUN + DIGIT * tail
    best = [0.0]
    for end in range(1, len(text) + 1):
        best.append(min(best[begin] + bits(text[begin:end], own) for begin in range(max(0, end - 36), end)))
    return best[-1]


def is_repeated(text: str, block: int) -> bool:
    """Whether a text is its first letters over and over, the last time perhaps cut short."""
    return len(text) >= 2 * block and all(
        text[place] == text[place - block] for place in range(block, len(text))
    )


def bits(piece: str, own: frozenset[str]) -> float:
    """Bits of one piece, taken as a whole."""
    if len(piece) == 1:
        return DIGIT if piece.isdigit() else LETTER if piece.isalpha() else SIGN
    if len(piece) > 2 and len(set(piece)) == 1:
        return RUN
    if len(piece) > 2 and any(piece in row or piece[::-1] in row for row in ROWS):
        return ROW
    spelled = {piece} if piece.isdigit() else {piece, *(piece.translate(one) for one in LOOK_ALIKES)}
    if not own.isdisjoint(spelled):
        return KNOWN
    return WORD if not common_words().isdisjoint(spelled) else 1000


def own_words(known: Iterable[str]) -> frozenset[str]:
    """Names and numbers of a person, whole and in their parts."""
    parts = [part for text in known for part in (text.casefold(), *text.casefold().split())]
    plain = ("".join(sign for sign in part if sign.isalnum()) for part in parts)
    return frozenset(part for part in plain if len(part) >= SHORTEST_NAME)


@cache
def common_words() -> frozenset[str]:
    """Words and PINs of the list, and names of the region's kecamatan and villages."""
    lines = WORDS.read_text(encoding="ascii").splitlines()
    found = {word for line in lines if not line.startswith("#") for word in line.split()}
    for name in ("kabupaten.csv", "kecamatan.csv", "desa.csv"):
        with (regions.FOLDER / name).open(encoding="utf-8", newline="") as file:
            found |= {"".join(row[1].casefold().split()) for row in csv.reader(file)}
    return frozenset(found)


def is_guessable_pin(pin: str, known: Iterable[str] = ()) -> bool:
    """Whether six digits are tried first: rows, repetitions, dates, digits of the owner's numbers."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    pairs = pin[0] == pin[1] and pin[2] == pin[3] and pin[4] == pin[5]
    repeated = pin[:3] == pin[3:] or pin[:2] == pin[2:4] == pin[4:] or pin == pin[::-1]
    inside = any(pin in "".join(sign for sign in text if sign.isdigit()) for text in known)
    return (len(steps) == 1 or len(set(pin)) < 3 or pairs or repeated or is_date(pin) or inside
            or pin in common_words())  # fmt: skip


def is_date(pin: str) -> bool:
    """Whether six digits may be a day (ddmmyy, yymmdd) or a month with its year (mmyyyy, yyyymm)."""
    first, second, last = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    day = 1 <= second <= 12 and (1 <= first <= 31 or 1 <= last <= 31)
    month = (1 <= first <= 12 and 1930 <= int(pin[2:]) <= 2039) or (
        1 <= last <= 12 and 1930 <= int(pin[:4]) <= 2039
    )
    return day or month

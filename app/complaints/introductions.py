"""Where a text introduces somebody: the words that are a name by their place (`istri saya Ngatini`, `a.n. MISNAN`).

Three strengths. After a title or *nama* a name follows in whatever spelling. After a relative, a post or *KTP* it is a
word with a capital letter that is no everyday word. And some words are names wherever they stand (`name_words.py`).
Where everything is written in capitals they say nothing, and words are weighed as if they were small.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.complaints.number_masks import MARKS, WORD
from app.complaints.word_lists import (
    COMMON,
    HOLDERS,
    NAMED,
    NAMESAKES,
    PLACES,
    POSSESSIVE,
    POSTS,
    RELATIONS,
    SIGNERS,
    TITLES,
    is_name_like,
)
from app.core.text import fold_text

PREFIXES = ("di", "ter", "ber", "mem", "men", "mer", "mel", "pem", "pen", "per", "pel", "ke", "se")
CLITICS = ("nya", "ku", "mu", "lah", "kah")
BETWEEN = frozenset(("lengkap", "adalah", "di", "ktp", "panggilan"))
MOST = 4
"""Words of a name."""


def plain_word(word: str) -> str:
    """A word as it is compared: lower case, without accents and apostrophes."""
    return "".join(one for one in fold_text(word).lower() if one.isalnum())


class Words(NamedTuple):
    """The words of a text: where they stand, as written, as compared, and what stands before each."""

    spans: list[tuple[int, int]]
    raw: list[str]
    folded: list[str]
    gaps: list[str]
    tail: str
    places: frozenset[str]
    shouted: bool

    @classmethod
    def of(cls, text: str, places: frozenset[str] = frozenset()) -> Words:
        """Read a text. `places`: words of places that the office knows."""
        spans = [(match.start(), match.end()) for match in WORD.finditer(text)]
        raw = [text[start:end] for start, end in spans]
        ends = [0, *(end for _, end in spans)]
        gaps = [text[ends[n] : start] for n, (start, _) in enumerate(spans)]
        letters = [one for one in text if one.isalpha()]
        shouted = len(letters) > 20 and sum(one.isupper() for one in letters) > len(letters) * 0.7
        return cls(spans, raw, [plain_word(one) for one in raw], gaps, text[ends[-1] :], places, shouted)

    def near(self, n: int, also: str = "") -> bool:
        """Whether a word follows the one before it with nothing but blanks, dots, quotes or a colon between."""
        gap = self.gaps[n] if 0 < n < len(self.raw) else "x"
        bare = gap.strip(" \n")
        return len(bare) <= 3 and not bare.strip(".:\"'" + also).strip()

    def is_great(self, n: int) -> bool:
        """Written with a capital letter, where that says something."""
        return self.raw[n][:1].isupper() and not self.shouted

    def is_place(self, n: int) -> bool:
        return self.folded[n] in self.places or self.folded[n] in PLACES

    def is_free(self, n: int) -> bool:
        """No everyday word, no post, no mark: it may be a name."""
        word = self.folded[n]
        stem = next((word[: -len(one)] for one in CLITICS if word.endswith(one)), word)
        return not (
            word in COMMON
            or word in POSTS
            or word in TITLES
            or word in MARKS
            or word in RELATIONS
            or stem in COMMON
            or len(word) < 2
        )

    def is_stated(self, n: int) -> bool:
        """A name by its look alone: a capital letter and no everyday word, or a word that only names have."""
        return self.is_free(n) and (self.is_great(n) or is_name_like(self.folded[n]))

    def is_small_name(self, n: int) -> bool:
        """After a title: a small word that is neither an everyday word nor a verb."""
        word = self.folded[n]
        if not self.is_free(n) or len(word) < 3:
            return False
        return is_name_like(word) or not (word.startswith(PREFIXES) and len(word) > 6)

    def is_namesake(self, n: int) -> bool:
        return self.folded[n] in NAMESAKES and self.is_great(n)

    def is_title(self, n: int) -> bool:
        """*Pak*, *Bu*; *H.* with its dot."""
        dotted = n + 1 < len(self.raw) and self.gaps[n + 1][:1] == "."
        return self.folded[n] in TITLES or (self.raw[n] in ("H", "KH", "Hj") and dotted)

    def begins_name(self, n: int) -> bool:
        """A word that is a name together with the one behind it: `Hari Utami`, `tri wahyuni`."""
        if self.folded[n] not in NAMESAKES or n + 1 == len(self.raw) or self.gaps[n + 1] != " ":
            return False
        if self.raw[n][:1].isupper() != self.raw[n + 1][:1].isupper():
            return False
        return is_name_like(self.folded[n + 1]) or (
            self.is_great(n) and (self.is_stated(n + 1) or self.is_namesake(n + 1)) and not self.is_place(n + 1)
        )


def introduced_spans(words: Words) -> Iterator[tuple[int, int]]:
    """(first, end) of the words that are names by their place. They may overlap."""
    for n in range(len(words.raw)):
        yield from by_itself(words, n)
        yield from after_title(words, n)
        yield from after_holder(words, n)
        yield from around_bin(words, n)
    yield from signature_spans(words)


def by_itself(words: Words, n: int) -> Iterator[tuple[int, int]]:
    """A word that is a name wherever it stands, with the capital words beside it."""
    if not is_name_like(words.folded[n]) or words.is_place(n) or words.raw[n] in MARKS:
        return
    first, end = n, n + 1
    while first > 0 and words.near(first) and words.gaps[first] == " " and is_part(words, first - 1):
        first -= 1
    while end < len(words.raw) and end - first < MOST and words.gaps[end] == " " and is_part(words, end):
        end += 1
    yield first, end


def is_part(words: Words, n: int) -> bool:
    """A word beside a name that belongs to it: with a capital letter like a name, no place."""
    return words.is_great(n) and (words.is_free(n) or words.is_namesake(n)) and not words.is_place(n)


def after_title(words: Words, n: int) -> Iterator[tuple[int, int]]:
    """What follows *Pak*, *nama*, *a.n.*: also a word that nobody knows and that is written small."""
    named = is_named(words, n)
    if not named and not words.is_title(n):
        return
    first, weak = n + 1, False
    while first < len(words.raw) and words.near(first, ",-" if named else ""):
        word = words.folded[first]
        if word in POSTS or (word in POSSESSIVE and not named):
            weak = True
        elif word not in TITLES and word not in POSSESSIVE and word not in BETWEEN:
            break
        first += 1
    if first < len(words.raw) and first > n and words.near(first, "," if named else ""):
        yield from (weak_run if weak else strong_run)(words, first)


def is_named(words: Words, n: int) -> bool:
    """*nama*, *bernama*, *an.*, and the second letter of *a.n.* or *a/n*."""
    word = words.folded[n]
    if word == "an":
        return n + 1 < len(words.raw) and words.gaps[n + 1].strip() in (".", ":", ".:", "")
    if word == "n" and n and words.folded[n - 1] == "a":
        return words.gaps[n].strip() in (".", "/")
    return word in NAMED


def strong_run(words: Words, first: int) -> Iterator[tuple[int, int]]:
    """Words with capital letters, or else at most two small ones that are neither everyday words nor verbs."""
    end = first
    while (
        end < len(words.raw)
        and end - first < MOST
        and (end == first or words.near(end))
        and (words.is_stated(end) or words.is_namesake(end) or words.begins_name(end))
    ):
        end += 1
    if end == first and words.is_small_name(first):
        end = first + 1
    if first < end < len(words.raw) and end - first < 2 and words.near(end) and not words.is_great(first):
        further = words.is_small_name(end) and len(words.raw[end]) > 3 and not words.is_place(end)
        end += further or words.folded[end] in NAMESAKES
    if end > first:
        yield first, end


def weak_run(words: Words, first: int) -> Iterator[tuple[int, int]]:
    """Words with capital letters, or known as names, that are no places."""
    end = first
    while (
        end < len(words.raw)
        and end - first < MOST
        and (end == first or words.near(end))
        and (
            (words.is_stated(end) and not words.is_place(end))
            or (end > first and words.is_namesake(end))
            or words.begins_name(end)
        )
    ):
        end += 1
    if end > first:
        yield first, end


def after_holder(words: Words, n: int) -> Iterator[tuple[int, int]]:
    """What follows a relative, a post, *saya* or *KTP*: `istriku Ngatini`, `kakak saya, Gito,`, `KTP NGATINI`."""
    word = words.folded[n]
    stem = next((word[: -len(one)] for one in CLITICS if word.endswith(one) and word[: -len(one)] in RELATIONS), word)
    kin = stem in RELATIONS or stem in POSTS
    if not (kin or word in HOLDERS or word in SIGNERS or word == "saya"):
        return
    first = n + 1
    while (
        first < len(words.raw)
        and words.near(first)
        and (words.folded[first] in POSSESSIVE or (kin and words.folded[first] in (RELATIONS | POSTS | TITLES)))
    ):
        first += 1
    behind_comma = kin or word in SIGNERS or "hormat" in words.folded[max(0, n - 1) : n]
    if first < len(words.raw) and words.near(first, "," if behind_comma else ""):
        if word in SIGNERS and ":" in words.gaps[first]:
            yield from strong_run(words, first)
        yield from (weak_run(words, first) if not words.shouted or word != "milik" else strong_run(words, first))


def around_bin(words: Words, n: int) -> Iterator[tuple[int, int]]:
    """`Kasan bin Karto`: both sides, whatever their spelling."""
    if words.folded[n] in ("bin", "binti") and words.near(n) and n + 1 < len(words.raw) and words.near(n + 1):
        if words.folded[n - 1] not in COMMON:
            yield n - 1 - (n > 1 and words.near(n - 1) and words.is_stated(n - 2)), n + 2
        else:
            yield n + 1, n + 2


def signature_spans(words: Words) -> Iterator[tuple[int, int]]:
    start = max((n for n in range(len(words.raw)) if "\n" in words.gaps[n]), default=0)
    last = range(start, len(words.raw))
    joined = "".join(words.gaps[start + 1 :]) + words.tail
    if (
        start
        and len(last) <= MOST
        and not joined.strip(" .,-()")
        and all(words.is_stated(n) and words.is_small_name(n) and not words.is_place(n) for n in last)
    ):
        yield start, len(words.raw)

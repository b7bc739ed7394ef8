"""Words of a public text that may still be a name: offered to the eye that reads it, word by word.

A capital letter or a quotation mark and neither an everyday word nor a place that the office knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.complaints.figures import Figures
from app.complaints.introductions import Words
from app.complaints.masks import known_places
from app.complaints.number_masks import SHOWN
from schema.database import Database

QUOTES = frozenset("\"'“”‘’«»")
_SHOWN = frozenset(one.strip("[]") for one in SHOWN.values())


def doubtful_words(db: Database, figures: Figures) -> list[str]:
    """The words of a recap's public texts that a person should look at, in the order of the alphabet, each once."""
    places = known_places(db)
    seen: dict[str, str] = {}
    for text in public_texts(figures):
        words = Words.of(text, places)
        for n, word in enumerate(words.raw):
            if is_doubtful(words, n):
                seen.setdefault(words.folded[n], word)
    return [seen[one] for one in sorted(seen)]


def public_texts(figures: Figures) -> Iterator[str]:
    """Every text of a recap that was written by somebody and will hang on the board."""
    for line in (*figures.lines, *figures.carried.lines):
        yield from (line.gist, line.follow_up)
    for one in figures.capas:
        yield from (one.problem, one.cause, one.action)
    for pledge in figures.pledges:
        yield from (pledge.what, pledge.why)


def is_doubtful(words: Words, n: int) -> bool:
    """Whether a word has the look of a name that nobody knows."""
    quoted = bool(QUOTES & set(words.gaps[n]))
    said = words.folded[n] in _SHOWN and "[" in words.gaps[n]
    return (words.is_great(n) or quoted) and words.is_free(n) and not words.is_place(n) and not said

"""How much the masks miss of 300 invented identities, and how often they touch an everyday sentence that has none.

The lists stand in tests/services/complaints: `identities.py` (made by combination) and `everyday.txt` (every second
line is the holdout). Half of each was set aside before the masks were written and is only measured.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.services.complaints.known_names import Names, plain_word
from app.services.complaints.masks import Masker, region_names
from tests.proof.parts import Part
from tests.services.complaints.identities import Planted, planted
from tests.services.complaints.strangers import innocent, strangers

EVERYDAY = Path(__file__).parent.parent / "services" / "complaints" / "everyday.txt"
MOST_MISSED, MOST_TOUCHED = 0.05, 0.03
MOST_MISSED_STRANGERS, MOST_TOUCHED_STRANGERS = 0.10, 0.05
"""Of the list that was only measured when the masks were finished (tests/services/complaints/strangers.py)."""
PLACES = (
    "Yosowilangun",
    "Yosowilangun Lor",
    "Yosowilangun Kidul",
    "Krai",
    "Munder",
    "Kraton",
    "Kebonsari",
    "Wotgalih",
)
"""Places that the office knows: its kecamatan and some of its villages."""


class Measured(NamedTuple):
    """What one half of the lists gave."""

    identities: int
    missed: list[str]
    sentences: int
    touched: list[str]


@cache
def masker() -> Masker:
    """Masks that know nobody: only what gives somebody away by its shape and place."""
    known = (*PLACES, *region_names())
    return Masker(
        Names.from_people([]), places=frozenset(plain_word(word) for place in known for word in place.split())
    )


def missed(one: Planted) -> bool:
    """Whether something of an identity can still be read, as it was written or as a reader sees it."""
    clean = masker().text(one.text)
    forms = {form for secret in one.secrets for form in (secret, unicodedata.normalize("NFKC", secret))}
    return any(stands_in(form, clean) for form in forms)


def stands_in(secret: str, text: str) -> bool:
    """Whether a word or a short number stands by itself in a text, or a longer one anywhere."""
    edge = r"[^\W\d_]" if secret.isalpha() else r"\d" if len(secret) <= 4 else r"(?!)."
    return re.search(rf"(?<!{edge}){re.escape(secret)}(?!{edge})", text, re.IGNORECASE) is not None


def measure(*, holdout: bool, seed: int = 1) -> Measured:
    """Mask one half of both lists."""
    sentences = EVERYDAY.read_text("utf-8").splitlines()[1 if holdout else 0 :: 2]
    return measured(planted(holdout=holdout, seed=seed), sentences)


def measure_strangers(*, holdout: bool, seed: int = 1) -> Measured:
    """Mask the second list, what was used while the words were chosen or what was set aside."""
    return measured(strangers(holdout=holdout, seed=seed), innocent(holdout=holdout))


def measured(identities: Sequence[Planted], sentences: Sequence[str]) -> Measured:
    gone = [
        f"{identity.kind}: {identity.text!r} -> {masker().text(identity.text)!r}"
        for identity in identities
        if missed(identity)
    ]
    touched = [f"{sentence!r} -> {clean!r}" for sentence in sentences if "[" in (clean := masker().text(sentence))]
    return Measured(len(identities), gone, len(sentences), touched)


def prove_masks(_folder: Path, seed: int) -> Part:
    """Both halves together and the list of strangers; a fault where more is missed or touched than allowed."""
    halves = [measure(holdout=one, seed=seed) for one in (False, True)]
    identities, gone = sum(half.identities for half in halves), sum(len(half.missed) for half in halves)
    sentences, touched = sum(half.sentences for half in halves), sum(len(half.touched) for half in halves)
    faults = [
        f"masks: {name}, {share:.1%} {what}"
        for name, half in zip(("working half", "holdout"), halves, strict=True)
        for what, share, most in (
            ("missed", len(half.missed) / half.identities, MOST_MISSED),
            ("over-masked", len(half.touched) / half.sentences, MOST_TOUCHED),
        )
        if share >= most
    ]
    strange = measure_strangers(holdout=True, seed=seed)
    missed_share, touched_share = (
        len(strange.missed) / strange.identities,
        len(strange.touched) / strange.sentences,
    )
    if missed_share >= MOST_MISSED_STRANGERS or touched_share >= MOST_TOUCHED_STRANGERS:
        faults.append(f"masks: strangers, {missed_share:.1%} missed, {touched_share:.1%} over-masked")
    figures = (
        f"masks: missed {gone / identities:.1%} of {identities}, over-masked {touched / sentences:.1%} of {sentences};"
        f" strangers: missed {missed_share:.1%} of {strange.identities}, over-masked {touched_share:.1%} of"
        f" {strange.sentences}"
    )
    return Part(figures, faults)

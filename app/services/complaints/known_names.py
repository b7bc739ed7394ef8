"""Names that the office knows, as the masks compare them; pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import msgspec

from app.core.text import fold_text
from app.services.complaints.number_masks import WORD
from app.services.complaints.word_lists import ACADEMIC, COMMON, is_derived

ENDINGS = ("nya", "lah", "kah", "ku", "mu", "s")
OFTEN = 3
"""So many people of the office's own cases bear a name that is taken for one wherever it stands."""


def plain_word(word: str) -> str:
    """A word as it is compared: lower case, without accents and apostrophes."""
    return "".join(sign for sign in fold_text(word).lower() if sign.isalnum())


@lru_cache(maxsize=8192)
def words_of_name(name: str) -> tuple[str, ...]:
    """The words of a whole name as they are compared. Kept: each line that is written is compared with the names of
    up to 5,000 applicants, which are the same ones as for the line before."""
    found = [plain_word(match[0]) for match in WORD.finditer(name)]
    return tuple(word for word in found if len(word) > 1 and word not in ACADEMIC)


def word_digest(word: str) -> str:
    """What the figures keep of a further word that is left out: its print, so that the name itself is not kept."""
    return hashlib.sha256(f"loket-hide-1 {plain_word(word)}".encode()).hexdigest()[:16]


class Names(msgspec.Struct, frozen=True):
    """Known names as sets: words that are only names, words that may be something else, pairs, names in one word."""

    sure: frozenset[str]
    maybe: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    @classmethod
    def from_people(cls, names: Iterable[str]) -> "Names":
        """Each word of whole names (`Siti Aminah Wati`), and which stand beside each other; also all of it in one word.

        The first and the last word are a pair too, all pairs in both orders: people leave the middle word out, or turn
        a name round.
        """
        single: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        for name in names:
            words = words_of_name(name)
            single.update(words)
            if len(words) > 1:
                single.add("".join(words))
                pairs.update(pairwise(words))
                pairs.add((words[0], words[-1]))
        sure = frozenset(word for word in single if len(word) > 2 and word not in COMMON)
        turned = {(second, first) for first, second in pairs}
        return cls(sure=sure, maybe=frozenset(single) - sure, pairs=frozenset(pairs | turned))


class OwnWords(msgspec.Struct, frozen=True):
    """What a complainant told of himself: words of the address, and contacts that are no telephone number."""

    address: frozenset[str] = frozenset()
    contacts: tuple[str, ...] = ()


def is_known_name(word: str, sure: frozenset[str]) -> bool:
    """Whether a word is a name, also with an ending such as `Budinya`."""
    if word in sure:
        return True
    return any(word.endswith(end) and word[: -len(end)] in sure for end in ENDINGS if len(word) > len(end) + 2)


def frequent_names(names: Iterable[str]) -> list[str]:
    """The words that several of these people bear and that are no everyday words: names of the region."""
    counts = Counter(word for name in set(names) for word in set(words_of_name(name)))
    often = [word for word, count in counts.items() if count >= OFTEN and len(word) > 3]
    return [word for word in often if word not in COMMON and not is_derived(word)]


def own_words_of(address: str, contact: str) -> OwnWords:
    words_of_address = [plain_word(match[0]) for match in WORD.finditer(address)]
    words = frozenset(word for word in words_of_address if len(word) > 2 and word not in COMMON)
    if any(sign.isalpha() for sign in contact):
        return OwnWords(words, (contact.strip(),))
    return OwnWords(words, ())

"""Names, NIK, KK, telephone numbers, addresses and e-mail out of a text that will hang on the wall (SP 11.9).

What is known is taken out wherever it stands: names of all complainants, applicants and staff of the quarter, the
complainant's own address and contact. What is not known is found by its shape: long numbers, RT/RW, street names,
a word after *Pak* or *Bu*. Rather a word too many than one too few; a human eye reads the result (Sekretaris).

This is the one place beside `identity.py` that reads complainants: nobody sees what it reads, so no look is logged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

import msgspec

from app.complaints import introductions, number_masks
from app.complaints.introductions import Words, plain_word
from app.complaints.number_masks import MARKS, NAME, PLACE, WORD
from app.complaints.word_lists import COMMON
from app.core.quarters import Quarter
from app.desk.queries import applicant_names
from app.office import queries as office
from app.people.queries import person_names as staff_names
from schema.database import Database
from schema.seed_data import seed_kecamatan

MASKS = 2
"""Version of the masks. Raise it when they find more: kept texts are masked anew, approved recaps stay as they are."""
GIST = 170
YEAR = timedelta(days=400)
ENDINGS = ("nya", "lah", "kah", "ku", "mu", "s")
ACADEMIC = frozenset(
    (
        "h",
        "hj",
        "dr",
        "drs",
        "dra",
        "ir",
        "se",
        "sh",
        "st",
        "sp",
        "spd",
        "sag",
        "sos",
        "stp",
        "mm",
        "msi",
        "mpd",
        "bin",
        "binti",
    )
)


def words_of_name(name: str) -> list[str]:
    found = [plain_word(match[0]) for match in WORD.finditer(name)]
    return [one for one in found if len(one) > 1 and one not in ACADEMIC]


def word_digest(word: str) -> str:
    """What the figures keep of a further word that is left out: its print, so that the name itself is not kept."""
    return hashlib.sha256(f"loket-hide-1 {plain_word(word)}".encode()).hexdigest()[:16]


class Names(msgspec.Struct, frozen=True):
    """Known names as sets: words that are only names, words that may be something else, pairs, names in one word."""

    sure: frozenset[str]
    maybe: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, names: Iterable[str]) -> Names:
        single: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        for name in names:
            words = words_of_name(name)
            single.update(words)
            if len(words) > 1:
                single.add("".join(words))
                pairs.update(pairwise(words))
                pairs.add((words[0], words[-1]))
        sure = frozenset(one for one in single if len(one) > 2 and one not in COMMON)
        return cls(sure, frozenset(single) - sure, frozenset(pairs | {(b, a) for a, b in pairs}))


class OwnWords(msgspec.Struct, frozen=True):
    """What a complainant told of himself: words of the address, and contacts that are no telephone number."""

    address: frozenset[str] = frozenset()
    contacts: tuple[str, ...] = ()


class Masker(msgspec.Struct, frozen=True):
    """Takes people out of texts. `own` maps the id of a line to what its complainant told."""

    names: Names
    own: Mapping[int, OwnWords] = msgspec.field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    def text(self, text: str, line_id: int = 0) -> str:
        return number_masks.show_marks(self.marked(text, line_id))

    def page(self, text: str, line_id: int = 0) -> str:
        return "\n".join(number_masks.show_marks(line) for line in self.marked(text, line_id).split("\n"))

    def marked(self, text: str, line_id: int) -> str:
        own = self.own.get(line_id, OwnWords())
        clean = number_masks.plain_text(text)
        for contact in own.contacts:
            clean = number_masks.replace_any_case(clean, contact)
        clean = number_masks.mask_numbers(clean)
        return self.without_names(clean, own)

    def gist(self, text: str, line_id: int = 0, limit: int = GIST) -> str:
        """The beginning of a text without identity, cut at a word."""
        clean = self.text(text, line_id)
        return clean if len(clean) <= limit else clean[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"

    def without_names(self, text: str, own: OwnWords) -> str:
        words = Words.of(text, self.places)
        marks = [self.mark(n, words, own) for n in range(len(words.raw))]
        for start, end in introductions.introduced_spans(words):
            marks[start:end] = [
                mark or ("" if word in MARKS else NAME)
                for mark, word in zip(marks[start:end], words.raw[start:end], strict=True)
            ]
        parts, done = [], 0
        for (start, end), mark in zip(words.spans, marks, strict=True):
            if mark:
                parts += [text[done:start], mark]
                done = end
        return "".join([*parts, text[done:]])

    def mark(self, n: int, words: Words, own: OwnWords) -> str:
        word, raw, folded, names = words.folded[n], words.raw, words.folded, self.names
        if word in MARKS:
            return ""
        before = folded[n - 1] if words.near(n) else ""
        after = folded[n + 1] if words.near(n + 1) else ""
        if (before, word) in names.pairs or (word, after) in names.pairs or is_known_name(word, names.sure):
            return NAME
        if word in names.maybe and before and raw[n].istitle() and not raw[n - 1].istitle():
            return NAME
        if self.hidden and (word_digest(word) in self.hidden):
            return NAME
        return PLACE if word in own.address else ""


def is_known_name(word: str, sure: frozenset[str]) -> bool:
    """Whether a word is a name, also with an ending such as `Budinya`."""
    if word in sure:
        return True
    return any(word.endswith(end) and word[: -len(end)] in sure for end in ENDINGS if len(word) > len(end) + 2)


CONCERNED = (
    "c.received_on <= ?1 AND c.entered_at <= ?2 AND (c.received_on >= ?3 OR c.closed_on IS NULL OR c.closed_on >= ?4)"
)
"""Lines whose people may be named in a quarter's texts: those of the last year, and whatever was still open."""


def masker_of_quarter(db: Database, quarter: Quarter, cut: str, hidden: Iterable[str] = ()) -> Masker:
    """The masker of a quarter: knows everybody whose name the office knew at `cut` and who may stand in its texts."""
    start = quarter.start
    asked = (quarter.end.isoformat(), cut, (start - YEAR).isoformat(), start.isoformat())
    people = list(
        db.run(
            "SELECT c.id, p.name, p.address, p.contact, p.about FROM complaint c JOIN complainant p"
            f" ON p.complaint_id = c.id WHERE {CONCERNED}",
            asked,
        )
    )
    texts = db.run(
        f"SELECT c.words FROM complaint c WHERE {CONCERNED} UNION ALL SELECT k.text FROM complaint_column k"
        f" JOIN complaint c ON c.id = k.complaint_id WHERE k.name = 'follow_up' AND k.at <= ?2 AND {CONCERNED}",
        asked,
    )
    places = known_places(db)
    told = [about for *_, about in people] + list(introduced_names((text for (text,) in texts), places))
    staff = [name for (name,) in db.run("SELECT name FROM person WHERE added_at <= ?", (cut,))]
    applicants = applicant_names(db, start, quarter.end, cut)
    names = Names.of([*(row[1] for row in people), *told, *applicants, *staff])
    own = {number: own_words_of(address, contact) for number, _, address, contact, _ in people if address or contact}
    return Masker(names, own, frozenset(hidden), places)


def introduced_names(texts: Iterable[str], places: frozenset[str] = frozenset()) -> Iterator[str]:
    for text in texts:
        words = Words.of(number_masks.plain_text(text), places)
        for first, end in introductions.introduced_spans(words):
            if words.is_great(first):
                yield " ".join(words.raw[first:end])


def known_places(db: Database) -> frozenset[str]:
    names = [*office.village_names(db).values(), *(one.name for one in seed_kecamatan())]
    return frozenset(plain_word(match[0]) for name in names for match in WORD.finditer(name))


def own_words_of(address: str, contact: str) -> OwnWords:
    words = frozenset(
        one
        for one in map(plain_word, (match[0] for match in WORD.finditer(address)))
        if len(one) > 2 and one not in COMMON
    )
    return OwnWords(words, (contact.strip(),) if any(one.isalpha() for one in contact) else ())


PART = 500
"""Lines that one statement asks for."""


class CleanWords(NamedTuple):
    """Words and hope of a line without identity, line by line as they were written."""

    words: str
    hope: str


def clean_words(db: Database, ids: Iterable[int]) -> dict[int, CleanWords]:
    """Id → words without identity, of the lines that exist; what was not yet masked is masked and kept now."""
    wanted = list(dict.fromkeys(ids))
    held = read_kept(db, wanted)
    missing = [one for one in wanted if one not in held]
    return held | keep_clean_words(db, missing) if missing else held


def read_kept(db: Database, ids: Sequence[int]) -> dict[int, CleanWords]:
    held: dict[int, CleanWords] = {}
    for part in id_portions(ids):
        rows = db.run(
            "SELECT complaint_id, words, hope FROM complaint_masked WHERE masks = ? AND complaint_id IN"
            f" ({', '.join('?' * len(part))})",
            (MASKS, *part),
        )
        held |= {number: CleanWords(words, hope) for number, words, hope in rows}
    return held


def clean_text(db: Database, complaint_id: int, text: str) -> str:
    [(_, _, _, masker)] = line_maskers(db, [complaint_id])
    return masker.page(text, complaint_id)


def line_maskers(db: Database, ids: Sequence[int]) -> list[tuple[int, str, str, Masker]]:
    """(id, words, hope, masker) of lines: each masker knows its complainant and the staff."""
    staff, places, made = tuple(staff_names(db).values()), known_places(db), []
    for part in id_portions(ids):
        rows = db.run(
            "SELECT c.id, c.words, c.hope, p.name, p.address, p.contact, p.about FROM complaint c"
            " LEFT JOIN complainant p ON p.complaint_id = c.id"
            f" WHERE c.id IN ({', '.join('?' * len(part))})",
            part,
        )
        for number, words, hope, name, address, contact, about in rows:
            own = own_words_of(address or "", contact or "")
            masker = Masker(Names.of([name or "", about or "", *staff]), {number: own}, places=places)
            made.append((number, words, hope, masker))
    return made


def keep_clean_words(db: Database, ids: Sequence[int]) -> dict[int, CleanWords]:
    fresh = {
        number: CleanWords(masker.page(words, number), masker.page(hope, number))
        for number, words, hope, masker in line_maskers(db, ids)
    }
    with db.writing():
        for number, clean in fresh.items():
            db.run(
                "INSERT OR REPLACE INTO complaint_masked (complaint_id, masks, words, hope) VALUES (?, ?, ?, ?)",
                (number, MASKS, *clean),
            )
    return fresh


def id_portions(ids: Sequence[int]) -> Iterable[tuple[int, ...]]:
    return (tuple(ids[start : start + PART]) for start in range(0, len(ids), PART))

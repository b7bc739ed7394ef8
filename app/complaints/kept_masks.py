"""The words of lines as those read them who may not know the people: masked once and kept beside the journal.

A line's words never change, so they are masked when it is written, or when it is first read after the masks became
better (`MASKS`). The table can be emptied at any time. Every page, paper and list of the book reads from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.complaints.masks import MASKS, Masker, Names, known_places, own_of
from app.people.queries import names as staff_names
from schema.database import Database

PART = 500
"""Lines that one statement asks for."""


class Clean(NamedTuple):
    """Words and hope of a line without identity, line by line as they were written."""

    words: str
    hope: str


def clean_words(db: Database, ids: Iterable[int]) -> dict[int, Clean]:
    """Id → words without identity, of the lines that exist; what was not yet masked is masked and kept now."""
    wanted = list(dict.fromkeys(ids))
    held = kept(db, wanted)
    missing = [one for one in wanted if one not in held]
    return held | keep(db, missing) if missing else held


def kept(db: Database, ids: Sequence[int]) -> dict[int, Clean]:
    """What is kept from these masks."""
    held: dict[int, Clean] = {}
    for part in parts(ids):
        rows = db.run("SELECT complaint_id, words, hope FROM complaint_masked WHERE masks = ? AND complaint_id IN"
                      f" ({', '.join('?' * len(part))})", (MASKS, *part))  # fmt: skip
        held |= {number: Clean(words, hope) for number, words, hope in rows}
    return held


def clean_text(db: Database, complaint_id: int, text: str) -> str:
    """Another text about a line, masked as its words are; nothing is kept."""
    [(_, _, _, masker)] = maskers(db, [complaint_id])
    return masker.page(text, complaint_id)


def maskers(db: Database, ids: Sequence[int]) -> list[tuple[int, str, str, Masker]]:
    """(id, words, hope, masker) of lines: each masker knows its complainant and the staff."""
    staff, places, made = tuple(staff_names(db).values()), known_places(db), []
    for part in parts(ids):
        rows = db.run("SELECT c.id, c.words, c.hope, p.name, p.address, p.contact, p.about FROM complaint c"
                      " LEFT JOIN complainant p ON p.complaint_id = c.id"
                      f" WHERE c.id IN ({', '.join('?' * len(part))})", part)  # fmt: skip
        for number, words, hope, name, address, contact, about in rows:
            own = own_of(address or "", contact or "")
            masker = Masker(Names.of([name or "", about or "", *staff]), {number: own}, places=places)
            made.append((number, words, hope, masker))
    return made


def keep(db: Database, ids: Sequence[int]) -> dict[int, Clean]:
    """Mask the words of lines and keep them."""
    fresh = {
        number: Clean(masker.page(words, number), masker.page(hope, number))
        for number, words, hope, masker in maskers(db, ids)
    }
    with db.writing():
        for number, clean in fresh.items():
            db.run("INSERT OR REPLACE INTO complaint_masked (complaint_id, masks, words, hope) VALUES (?, ?, ?, ?)",
                   (number, MASKS, *clean))  # fmt: skip
    return fresh


def parts(ids: Sequence[int]) -> Iterable[tuple[int, ...]]:
    """Ids in portions."""
    return (tuple(ids[start : start + PART]) for start in range(0, len(ids), PART))

"""No room that holds a person is forgotten when somebody asks what is held of him (UU 27/2022 art. 7)."""

from datetime import timedelta

import msgspec
import pytest

from app import compose
from app.core.holdings import read_sought
from app.records.privacy.queries import find_person
from schema.person_fields import has_person
from sync.journal import Journal
from tests.platform.people import START, actor_of
from tests.rules.test_person_fields import KINDS, PLANTED, plain

ROOMS = {room.kinds.path.split(".")[2]: room for room in compose.rooms("office")}
HELD = sorted(name for name, kind in KINDS.items() if name.startswith("office:") and has_person(kind.body))
IN_JOURNAL_ONLY = {
    "office": "notes about the office's own standards, hours and papers",
    "files": "what a file is called and why it went; the room of its subject lists it",
    "signatures": "where a root certificate came from",
    "capa": "an LTPP names people in its words only",
    "surveys": "answers belong to nobody",
    "retention": "why a record is held back",
    "checks": "verdicts name people in their words only",
}
"""Rooms without a page of their own about a person: only the journal finds them, and why."""


def test_every_room_that_holds_a_person_says_what_or_stands_in_the_list() -> None:
    holding = {name for name, room in ROOMS.items() if any(has_person(kind.body) for kind in room.kinds)}
    saying = {name for name, room in ROOMS.items() if room.kept.find}
    assert holding - saying - set(IN_JOURNAL_ONLY) == set(), (
        "give the room `kept.find`, or say why the journal is enough"
    )
    assert set(IN_JOURNAL_ONLY) - (holding - saying) == set(), "no longer needed in the list"


@pytest.fixture
def planted(journal: Journal) -> Journal:
    """An office whose journal holds the person once in an entry of every kind that can hold one."""
    for n, name in enumerate(HELD, start=1):
        kind = KINDS[name]
        body = msgspec.json.encode(plain(kind.body))
        columns = ("office", 1, "office", 90_000 + n, "", 90_000 + n, kind.name, f"planted/{n}")
        at = f"{START + timedelta(seconds=n):%Y-%m-%dT%H:%M:%SZ}"
        with journal.db.writing():
            journal.db.run(
                "INSERT INTO journal (source, epoch, stream, n, lane, seq, kind, subject, at, clock, head, hash)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'ok', x'00', randomblob(32))",
                (*columns, at),
            )
            journal.db.run("INSERT INTO journal_body (id, body) VALUES (last_insert_rowid(), ?)", (body,))
    return journal


def test_a_person_is_found_in_every_kind_of_entry_that_holds_one(planted: Journal) -> None:
    found = find_person(planted.db, actor_of(planted.db, "ida", START.date()), read_sought(PLANTED, "Siapa Saja"))
    subjects = {mention.subject for mention in found.mentions if mention.sure}
    lost = {name for n, name in enumerate(HELD, start=1) if f"planted/{n}" not in subjects}
    assert len(HELD) > 40
    assert lost == set()

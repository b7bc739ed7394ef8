"""How a case's rows are written, below peewee: every change of a case comes through here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from app.cases.tables import CaseFile
from schema.database import Database
from sync.journal import Entry
from sync.line import stamp


class Checked(Protocol):
    """One line of a checklist, as entries carry it."""

    @property
    def item(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def seen(self) -> str: ...


def as_text(fields: dict[str, str]) -> str:
    """The fields of a form as they are stored."""
    return msgspec.json.encode(fields).decode()


def way(db: Database, entry: Entry, case_id: int, on: str, action: str, step_from: str, step_to: str,
        note: str = "") -> None:  # fmt: skip
    """One more line of a case's way."""
    db.run(
        "INSERT INTO case_event (case_id, at, on_date, action, step_from, step_to, actor, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (case_id, stamp(entry.at), on, action, step_from, step_to, entry.actor, note),
    )


def index_case(
    db: Database, case_id: int, name: str, keys: Sequence[tuple[str, str]], blocks: Sequence[str]
) -> None:
    """Write the search indexes of one case anew."""
    db.run("DELETE FROM case_key WHERE case_id = ?", (case_id,))
    db.run("DELETE FROM case_likeness WHERE case_id = ?", (case_id,))
    db.run("DELETE FROM case_fts WHERE rowid = ?", (case_id,))
    index_new(db, case_id, name, keys, blocks)


def index_new(
    db: Database, case_id: int, name: str, keys: Sequence[tuple[str, str]], blocks: Sequence[str]
) -> None:
    """Write the search indexes of a case that has none."""
    db.many(
        "INSERT OR IGNORE INTO case_key (case_id, name, value) VALUES (?, ?, ?)",
        [(case_id, *key) for key in keys],
    )
    db.many(
        "INSERT OR IGNORE INTO case_likeness (block, case_id) VALUES (?, ?)",
        [(one, case_id) for one in blocks],
    )
    db.run("INSERT INTO case_fts (rowid, name) VALUES (?, ?)", (case_id, name))


def put_items(db: Database, entry: Entry, case_id: int, items: Sequence[Checked], on: str) -> None:
    """Write what was found of a checklist; the newest finding of an item counts."""
    db.many("REPLACE INTO case_item (case_id, item, state, note, seen, rule, on_date, actor)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(case_id, one.item, one.state, one.note, one.seen, one.rule, on, entry.actor)
             for one in items])  # fmt: skip


def touch(db: Database, entry: Entry, case_id: int, **changes: Any) -> None:
    """Change columns of a case and note when."""
    CaseFile.alter(db, {"id": case_id}, changed_at=stamp(entry.at), **changes)

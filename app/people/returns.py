"""A side that came back from a backup, a copy or an old disk: told on every page until a person confirms it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database
from schema.remembered import remembered
from sync.events import ReturnConfirmed
from sync.journal import Journal
from sync.line import moment

NOTE_LIMIT = 300


class Return(msgspec.Struct, frozen=True):
    """One return: `epoch` was opened after `before`, for a cause of `sync.marker`."""

    epoch: int
    cause: str
    before: int
    at: datetime


@remembered
def unconfirmed(db: Database) -> tuple[Return, ...]:
    """Returns that nobody has confirmed, the newest first. The table changes with an entry and never otherwise."""
    rows = db.run(
        "SELECT epoch, cause, before, at FROM side_return WHERE confirmed_at = '' ORDER BY epoch DESC"
    )
    return tuple(Return(epoch, cause, before, moment(at)) for epoch, cause, before, at in rows)


def confirm(journal: Journal, actor: Actor, *, permission: str, note: str, now: datetime) -> None:
    """A person has read it and says what was done. Raises Problem `forbidden`, `invalid`, `conflict`."""
    require(actor, permission)
    words = " ".join(note.split())
    if not words or len(words) > NOTE_LIMIT:
        raise Problem.of("invalid", {"note": "Tulis apa yang sudah dilakukan, paling panjang 300 huruf."})
    with journal.transaction():
        waiting = unconfirmed(journal.db)
        if not waiting:
            raise Problem.of("conflict", why="Tidak ada yang perlu dipastikan lagi. Muat ulang halaman.")
        body = ReturnConfirmed(waiting[0].epoch, words)
        journal.record(body, subject=f"epoch/{journal.source}/{body.epoch}", actor=actor.username, at=now)

"""The centre's own clock: offices go by it, so a person settles it when it jumped (sync.md section 1)."""

from __future__ import annotations

from datetime import datetime

from app.centre.rules import free_text
from app.core.permissions import Actor, require
from app.core.problems import Problem
from sync.journal import Journal
from sync.kinds import ClockSettled


def confirm_clock(journal: Journal, actor: Actor, *, note: str, now: datetime) -> None:
    """Somebody compared the centre's clock with another one: from here on it is trusted, and offices hear it again.

    Raises Problem `forbidden`, `invalid`, `conflict`.
    """
    require(actor, "centre.offices")
    words = free_text(note, "note")
    if not words:
        raise Problem.of("invalid", {"note": "Tulis dengan apa jam dicocokkan."})
    with journal.transaction():
        if journal.clock_at(now) == "ok":
            raise Problem.of("conflict", why="Jam komputer sudah wajar; tidak ada yang perlu dipastikan.")
        journal.record(ClockSettled(words), subject="clock", actor=actor.username, at=now)

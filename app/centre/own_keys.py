"""The centre's own keys: what is in force, who still uses the earlier ones, and changing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.centre.rules import free_text
from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database
from sync.events import KeysRotated
from sync.journal import Journal

Rotate = Callable[[bool, str, str, datetime], None]
"""The road's part of a change: (announced, reason, actor, now). Handed in by the composition."""

PAUSE = timedelta(hours=1)
"""A second change so soon is a second click."""
WAYS = ("announced", "stolen")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the keys, as the journal keeps it; `announced` under the key before."""

    at: datetime
    actor: str
    signer: str
    reason: str
    announced: bool


def changes(journal: Journal) -> list[Change]:
    """Every change, the newest first."""
    found = journal.about(f"keys/{journal.source}")
    return [Change(one.at, one.actor, one.body.signer, one.body.reason, one.body.succession is not None)
            for one in reversed(found) if isinstance(one.body, KeysRotated)]  # fmt: skip


def behind(db: Database, sealed_to: str) -> list[tuple[str, str]]:
    """(code, name) of offices whose last file was still sealed for an earlier key than `sealed_to`."""
    rows = db.run(
        "SELECT name, label FROM road_peer WHERE seals_to <> '' AND seals_to <> ? ORDER BY label",
        (sealed_to,),
    )
    return [(name, label) for name, label in rows]


def rotate_keys(
    journal: Journal, actor: Actor, *, way: str, reason: str, rotate: Rotate, now: datetime
) -> None:
    """Change the centre's signing and age key. Ask the PIN before.

    `way`: `announced` (every office follows by itself) or `stolen` (the old key may speak for nobody any more, so each
    office needs a new code). Raises Problem `forbidden`, `invalid`, `conflict`.
    """
    require(actor, "centre.offices")
    wrong = {} if way in WAYS else {"way": "Pilih salah satu."}
    why = free_text(reason, "reason")
    if not why:
        wrong["reason"] = "Tulis alasannya."
    if wrong:
        raise Problem.of("invalid", wrong)
    known = changes(journal)
    if known and abs(now - known[0].at) < PAUSE:
        raise Problem.of("conflict", why="Kunci pusat baru saja diganti. Tidak perlu diganti lagi.")
    rotate(way == "announced", why, actor.username, now)

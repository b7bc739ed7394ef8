"""Why something was refused, counted for each known sender and reason; all strangers share a row, so junk is small."""

from __future__ import annotations

import logging
from datetime import datetime

import msgspec

from schema.bulk import is_environment
from schema.database import Database
from sync.line import stamp
from sync.problems import RoadError

STRANGERS = "?"
"""The row of all senders that are not known."""
MOST_CODES = 60
log = logging.getLogger("loket.road")


class NotTaken(msgspec.Struct, frozen=True):
    """How often something of a side was not taken, for one reason, with the last sentence and when (UTC text)."""

    what: str
    count: int
    sentence: str
    last_at: str


NOT_TAKEN = (
    "SELECT 'Ditolak' AS what, count, sentence, last_at FROM road_refusal WHERE sender = ?"
    " UNION ALL SELECT 'Berkas disimpan dulu', count(*), max(sentence), max(kept_at) FROM road_aside"
    " WHERE sender = ? AND settled_at IS NULL GROUP BY code"
    " UNION ALL SELECT 'Catatan disisihkan', count(*), reason, max(at) FROM journal"
    " WHERE source = ? AND verdict = 'set_aside' GROUP BY reason"
    " UNION ALL SELECT 'Menunggu pembaruan', count(*), w.why, max(j.at) FROM journal_waiting w"
    " JOIN journal j ON j.id = w.id WHERE j.source = ? GROUP BY w.why"
    " ORDER BY 4 DESC, 1, 3 LIMIT 60"
)


def not_taken(db: Database, sender: str) -> list[NotTaken]:
    """Everything of a side that was refused, kept, set aside or waits here, added up by reason, the newest first."""
    return [NotTaken(*row) for row in db.run(NOT_TAKEN, (sender,) * 4)]


def note_refusal(db: Database, sender: str, problem: RoadError, now: datetime) -> None:
    """Count one refusal. It never makes the refusal itself fail; a busy or full disk costs only the count."""
    try:
        with db.writing():
            known = (
                "\0" not in sender and db.one("SELECT 1 FROM road_peer WHERE name = ?", (sender,)) is not None
            )
            name = sender if known else STRANGERS
            db.run(
                "INSERT INTO road_refusal (sender, code, count, sentence, last_at) VALUES (?, ?, 1, ?, ?)"
                " ON CONFLICT (sender, code) DO UPDATE SET count = road_refusal.count + 1,"
                " sentence = excluded.sentence, last_at = excluded.last_at",
                (name, problem.code[:MOST_CODES], problem.sentence.replace("\0", "")[:400], stamp(now)),
            )
    except Exception as error:
        if not is_environment(error):
            raise
        log.warning("a refusal could not be counted: %s", type(error).__name__)

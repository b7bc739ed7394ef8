"""Why something was refused, counted for each known sender and reason. All strangers share a row: junk fills little."""

from __future__ import annotations

import logging
from datetime import datetime

from schema.bulk import is_environment
from schema.database import Database
from sync.line import stamp
from sync.problems import RoadError

STRANGERS = "?"
MOST_CODES = 60
log = logging.getLogger("loket.road")


def note_refusal(db: Database, sender: str, problem: RoadError, now: datetime) -> None:
    """Count one refusal. It never makes the refusal itself fail; a busy or full disk costs only the count."""
    try:
        with db.writing():
            known = db.one("SELECT 1 FROM road_peer WHERE name = ?", (sender,)) is not None
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

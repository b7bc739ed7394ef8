"""Epochs of a stream: which ones are known, and which number comes next (docs/decisions/0012).

The centre grants an office its epochs. Without its word a side that came back opens a provisional one at a random
distance, so that two PCs from one backup do not share a number. So epochs are sparse: nobody counts from 1 upwards.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from schema.database import Database
from sync import marks
from sync.journal import Journal
from sync.problems import RoadError

MAX_EPOCH = 99_999_999
"""Ids of the last epoch still are exact numbers in JSON and in a 64-bit column."""

JUMP = 17_575
"""26 ** 3 - 1: how far a provisional epoch may lie above the last; letters behind numbers stay few."""

GRANTED = "epoch.granted"
"""Mark of the last epoch that the centre granted to this office; kept from the first provisional one on."""


def known_epochs(db: Database, source: str) -> list[int]:
    """Epochs of a source in our journal, ascending; one step in the index for each."""
    found: list[int] = []
    while True:
        last = found[-1] if found else 0
        row = db.one("SELECT min(epoch) FROM journal WHERE source = ? AND epoch > ?", (source, last))
        if row is None or row[0] is None:
            return found
        found.append(int(row[0]))


def acknowledged_epochs(db: Database, source: str) -> list[int]:
    """Epochs of a source that some peer spoke of."""
    return [int(row[0]) for row in db.run("SELECT DISTINCT epoch FROM road_ack WHERE origin = ?", (source,))]


def next_epoch(db: Database, office: str) -> int:
    """For the centre: the number above everything that was ever heard of an office. Raises RoadError("epoch_full")."""
    granted = db.one("SELECT max(epoch) FROM road_key WHERE peer = ?", (office,))
    heard = [*known_epochs(db, office)[-1:], *acknowledged_epochs(db, office), int((granted or [0])[0] or 0)]
    return bounded(max(heard) + 1)


def bounded(epoch: int) -> int:
    """The epoch itself. Raises RoadError("epoch_full") beyond the last number."""
    if not 0 < epoch <= MAX_EPOCH:
        raise RoadError("epoch_full")
    return epoch


def open_provisional(journal: Journal, cause: str, now: datetime, above: int = 0) -> int:
    """Open an epoch without the centre's word, at random above our own and `above`; `cause` is a word of `marker`.

    Returns it. Raises RoadError("epoch_full").
    """
    with journal.transaction():
        source, before = journal.identity()
        floor = max(before, above, *known_epochs(journal.db, source)[-1:])
        epoch = bounded(floor + 1 + secrets.randbelow(JUMP))
        if not marks.get(journal.db, GRANTED):
            marks.put(journal.db, GRANTED, str(before))
        journal.found(source, now, epoch=epoch, actor="system", cause=cause)
    return epoch


def granted_epoch(journal: Journal) -> int:
    """The epoch under which this side's files travel: its own, or the last granted one while that is provisional."""
    known = marks.get(journal.db, GRANTED)
    return min(int(known), journal.epoch) if known else journal.epoch

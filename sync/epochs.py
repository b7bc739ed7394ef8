"""Epochs of a side: which there are, the next one, one that opens without the centre, and which a partner granted."""

import secrets
from datetime import datetime

from schema.database import Database, first_value
from sync.entries import JournalError, keep_fact, read_fact
from sync.journal import NO_IDENTITY, Journal
from sync.problems import SyncError

MAX_EPOCH = 99_999_999
"""Ids of the last epoch still are exact numbers in JSON and in a 64-bit column."""

JUMP = 17_575
"""26 ** 3 - 1: how far a provisional epoch may lie above the last; letters behind numbers stay few."""

GRANTED = "epoch.granted"
"""Mark of the last epoch that the centre granted to this office; kept from the first provisional one on. With a
partner's code behind it: the last one in which this office may write to that partner."""

GIVEN = "epoch.given"
"""With a partner's code behind it: the last epoch that this very partner granted with a code."""


def known_epochs(db: Database, source: str) -> list[int]:
    """Epochs of a source in the journal, by jumping along its index."""
    epochs: list[int] = []
    epoch = 0
    sql = "SELECT min(epoch) FROM journal WHERE source = ? AND epoch > ?"
    while epoch := first_value(db, sql, (source, epoch)):
        epochs.append(epoch)
    return epochs


def next_epoch(db: Database, office: str) -> int:
    """For the centre: the number above everything that was ever heard of an office. Raises SyncError("epoch_full")."""
    granted = first_value(db, "SELECT max(epoch) FROM road_key WHERE peer = ?", (office,))
    acknowledged = first_value(db, "SELECT max(epoch) FROM road_ack WHERE origin = ?", (office,))
    return to_valid_epoch(max(*known_epochs(db, office), acknowledged or 0, granted or 0, 0) + 1)


def to_valid_epoch(epoch: int) -> int:
    """The epoch itself. Raises SyncError("epoch_full") beyond the last number."""
    if not 0 < epoch <= MAX_EPOCH:
        raise SyncError("epoch_full")
    return epoch


def open_provisional(journal: Journal, cause: str, now: datetime, above: int = 0) -> int:
    """Open an epoch without the centre's word, at random above our own and `above`; `cause` is a word of `marker`.

    Returns it. Raises SyncError("epoch_full").
    """
    with journal.transaction():
        source, before = journal.identity()
        newest = max(before, above, *known_epochs(journal.db, source)[-1:])
        epoch = to_valid_epoch(newest + 1 + secrets.randbelow(JUMP))
        if not read_fact(journal.db, GRANTED):
            keep_fact(journal.db, GRANTED, str(before))
        journal.open_epoch(source, now, epoch=epoch, actor="system", cause=cause)
    return epoch


def granted_epoch(journal: Journal, partner: str) -> int:
    """The epoch under which files for a partner travel: this side's own, or the last granted one while that is
    provisional."""
    return min(running_and_granted(journal, partner))


def is_granted(journal: Journal, partner: str) -> bool:
    """Whether a partner granted the epoch in which this side writes."""
    running, granted = running_and_granted(journal, partner)
    return granted >= running


def running_and_granted(journal: Journal, partner: str) -> tuple[int, int]:
    """(this side's epoch, the last one that a partner granted), asked together. Raises JournalError before `found`."""
    named = f"{GRANTED}.{partner}"
    rows = journal.db.run("SELECT key, value FROM identity WHERE key IN ('epoch', ?, ?)", (named, GRANTED))
    known = dict(rows)
    if "epoch" not in known:
        raise JournalError(NO_IDENTITY)
    running = int(known["epoch"])
    return running, int(known.get(named) or known.get(GRANTED) or running)


def given_epoch(journal: Journal, partner: str) -> int:
    """The epoch that this very partner granted last; 0 where that was before it was noted."""
    return int(read_fact(journal.db, f"{GIVEN}.{partner}") or 0)

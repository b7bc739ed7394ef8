"""A database that several processes serve (PostgreSQL): each looks, at its start, with each new connection and once a
minute, whether the database came back, and opens one epoch for all of them when it did."""

from datetime import datetime
from pathlib import Path

from schema.database import Database
from schema.database_errors import run_with_retries
from sync.entries import read_fact
from sync.evidence import (
    COPIED,
    OLDER,
    TOKEN,
    Marker,
    disk_failure_ignored,
    has_marked_entry,
    open_return_epoch,
    read_marker,
    write_marker,
)
from sync.incarnations import (
    DATABASE,
    is_doubtful_promotion,
    is_elsewhere,
    note_database,
    note_timeline,
    read_incarnations,
    renew_incarnation,
)
from sync.journal import Journal


def begin_shared_session(journal: Journal, path: Path, now: datetime) -> str:
    """At each start of a process, and once a minute: notice a return, then let its marker name the newest entry.

    Returns the cause. The evidence is looked at before it is replaced, so it never moves backwards.
    """
    return run_with_retries(lambda: go_on_in_shared_session(journal, path, now))


def go_on_in_shared_session(journal: Journal, path: Path, now: datetime) -> str:
    cause = check_shared_marker(journal, path, now)
    with journal.transaction():
        if not read_incarnations(journal.db):
            renew_incarnation(journal.db)
        elif not read_fact(journal.db, DATABASE):
            note_database(journal.db)
        note_timeline(journal.db)
    with disk_failure_ignored():  # after the commit: a file must name no entry that is not there yet
        write_marker(journal, path, [read_fact(journal.db, TOKEN)], "")
    return cause


def check_shared_marker(journal: Journal, path: Path, now: datetime) -> str:
    """Open an epoch when the database lacks what this process saw; once for all processes. Returns the cause.

    Asked at the start and with the first writing of each new connection: behind it may stand a standby that took over.
    """
    known = read_marker(path)
    if not shared_cause(journal.db, known):
        return ""
    with journal.transaction():
        journal.db.hold("marker")
        cause = shared_cause(journal.db, known)  # another process may have opened its epoch meanwhile
        if cause:
            incarnation = ""
            if known:
                incarnation = known.incarnation
            open_return_epoch(journal, cause, now, incarnation)
    return cause


def shared_cause(db: Database, known: Marker | None) -> str:
    incarnations = read_incarnations(db)
    if is_elsewhere(db):
        return COPIED
    if is_doubtful_promotion(db):
        return OLDER
    if known is None:
        return ""  # a process that never served it, or was moved to another folder
    if known.incarnation in incarnations[:-1]:
        return ""  # its epoch was opened by the process that noticed first
    if known.incarnation and known.incarnation not in incarnations:
        return OLDER
    if has_marked_entry(db, known):
        return ""
    return OLDER

"""Taking people out of a side: bodies lose their person, and the tables become what the journal then gives.

No room writes a word about its tables here. The journal is applied to an empty database with the redacted bodies, and
each row that differs is put into the office's tables in the transaction that destroys the bodies. So tables and journal
agree before and after, and whoever is killed in between has changed nothing.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from schema.database import Database, first_value
from schema.database_errors import is_environment_error
from schema.migrations import Side
from sync.chains import BODIES_DESTROYED, Place, ProofResult, is_local
from sync.entries import JournalError, Kind
from sync.events import BodyDestroyed, Destroyed
from sync.journal import Journal
from sync.verification import (
    TOGETHER,
    apply_batch,
    columns_of,
    entries_in_order,
    held_line,
    official_tables,
    read_snapshot,
    scratch_journal,
    scratch_side,
)

TRIES = 4
"""So often the comparison is made beside the office's work; then once while its writers wait."""
IN_ONE_ENTRY = 500
"""Bodies that one `body.destroyed` names."""

Change = tuple[str, str, Sequence[Any]]
"""A table, the SQL statement that brings one of its rows to what the journal gives, and the statement's values."""


class StillNeededError(JournalError):
    """The tables still rest on a body that shall go; `str` names the first of them."""


def destroy_bodies(
    journal: Journal,
    side: Side,
    redacted: Mapping[Place, bytes],
    *,
    reason: str,
    actor: str,
    at: datetime,
    scratch: Path,
) -> None:
    """Put `redacted` in the place of the bodies of those entries, on which no table rests any more, and destroy these.

    `scratch` names a database file that does not exist yet; the caller removes it. Raises JournalError for an entry
    that is not ours alone, is not personal, has no body, or would not read; StillNeededError.
    """
    told_in = [check_destroyable(journal, place, body).told_in for place, body in redacted.items()]
    erase_people(
        journal,
        side,
        redacted,
        reason=reason,
        actor=actor,
        at=at,
        scratch=scratch,
        only=frozenset(filter(None, told_in)),
    )


def check_destroyable(journal: Journal, place: Place, redacted: bytes) -> Kind:
    """The kind of an entry of our own that may go alone. Raises JournalError."""
    name = "{} {}/{}/{}".format(*place)
    if not is_local(place[:3], journal.source):
        raise JournalError(f"{name} is not ours alone")
    head, _ = held_line(journal, place)
    try:
        entry = journal.decode(head, redacted)
    except Exception as error:
        if is_environment_error(error):
            raise
        raise JournalError(f"the redacted body of {name} cannot be read") from error
    kind = journal.kinds[entry.kind]
    if not kind.personal:
        raise JournalError(f"{name} holds no personal data")
    return kind


def erase_people(
    journal: Journal,
    side: Side,
    redacted: Mapping[Place, bytes],
    *,
    reason: str,
    actor: str,
    at: datetime,
    scratch: Path,
    along: Callable[[], None] = lambda: None,
    only: frozenset[str] | None = None,
) -> int:
    """Destroy these bodies, and take what they held out of every table. `along` records more in the same transaction.

    The tables must agree with the journal before: whoever calls has proved it. `scratch` names a database file that
    does not exist yet; the caller removes it. `only`: the tables that may change, else all may. Returns the number of
    changed rows. Raises JournalError where a body is not held, or the journal does not apply with the redacted ones;
    StillNeededError where another table would change. Then nothing was changed.
    """
    for place in redacted:
        held_line(journal, place)
    with scratch_side(scratch, side) as empty:
        copy = scratch_journal(journal, empty)
        reached = 0
        for _ in range(TRIES):
            reached = replay_on(journal, copy, reached, redacted)
            with read_snapshot(journal.db):
                current = newest_entry(journal.db) == reached
                changes = None
                if current:
                    changes = table_changes(journal.db, empty, only)
            with journal.transaction():
                if changes is not None and newest_entry(journal.db) == reached:
                    return finish(journal, redacted, changes, reason=reason, actor=actor, at=at, along=along)
        with journal.transaction():
            replay_on(journal, copy, reached, redacted)
            changes = table_changes(journal.db, empty, only)
            return finish(journal, redacted, changes, reason=reason, actor=actor, at=at, along=along)


def newest_entry(db: Database) -> int:
    return first_value(db, "SELECT max(id) FROM journal WHERE seq IS NOT NULL") or 0


def replay_on(journal: Journal, copy: Journal, after: int, redacted: Mapping[Place, bytes]) -> int:
    """Apply what came after an entry of our own; the entry up to which the copy stands now."""
    verdict = ProofResult()
    newest = newest_entry(journal.db)
    entries = entries_in_order(journal, newest + 1, redacted, after)
    while batch := list(islice(entries, TOGETHER)):
        if not apply_batch(copy, batch, verdict):
            raise JournalError(verdict.faults[0])
    return newest


def finish(
    journal: Journal,
    redacted: Mapping[Place, bytes],
    changes: Sequence[Change],
    *,
    reason: str,
    actor: str,
    at: datetime,
    along: Callable[[], None],
) -> int:
    """Write the rows and destroy the bodies, inside the open transaction."""
    with journal.db.applying():
        for _, sql, values in changes:
            journal.db.run(sql, values)
    places = iter(redacted)
    while part := list(islice(places, IN_ONE_ENTRY)):
        bodies = [
            Destroyed(*place, redacted[place].decode(), hashlib.sha256(held_line(journal, place)[1]).hexdigest())
            for place in part
        ]
        journal.record(BodyDestroyed(bodies, reason), subject=BODIES_DESTROYED, actor=actor, at=at)
    along()
    return len(changes)


# -- rows that differ ----------------------------------------------------------------------------------------------


def table_changes(live: Database, copy: Database, only: frozenset[str] | None) -> list[Change]:
    """What makes every official table of `live` the one of `copy`. Raises StillNeededError for one beside `only`."""
    changes = []
    for table in official_tables(copy):
        changes += [(table, *change) for change in row_changes(live, copy, table)]
        if changes and only is not None and changes[-1][0] not in only:
            raise StillNeededError(f"Tabel {table}.")
    return changes


def row_changes(live: Database, copy: Database, table: str) -> Iterator[tuple[str, Sequence[Any]]]:
    columns = columns_of(copy, table)
    key = row_key(copy, table)
    shown = ", ".join(dict.fromkeys([*key, *columns]))
    sql = f"SELECT {shown} FROM {table} ORDER BY {', '.join(key)}"
    names = shown.split(", ")
    for ours, theirs in paired_rows(live.run(sql), copy.run(sql), len(key)):
        if theirs is None:
            yield f"DELETE FROM {table} WHERE {equal_to(key)}", ours[: len(key)]
        elif ours is None:
            yield f"INSERT INTO {table} ({shown}) VALUES ({', '.join('?' * len(names))})", theirs
        else:
            changed = []
            values = []
            for name, old, new in zip(names, ours, theirs, strict=True):
                if old != new:
                    changed.append(f"{name} = ?")
                    values.append(new)
            yield f"UPDATE {table} SET {', '.join(changed)} WHERE {equal_to(key)}", [*values, *ours[: len(key)]]


def row_key(db: Database, table: str) -> list[str]:
    """The primary key; the number of the row where a table has none, for those are only added to."""
    rows = db.run("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return [str(row[0]) for row in rows] or ["rowid"]


def equal_to(names: Sequence[str]) -> str:
    return " AND ".join(f"{name} IS ?" for name in names)


def paired_rows(left: Any, right: Any, width: int) -> Iterator[tuple[Any, Any]]:
    """Rows of two tables in the order of their key, its `width` first columns: those that differ, side by side."""
    ours = next(left, None)
    theirs = next(right, None)
    while ours is not None or theirs is not None:
        place = compare_keys(ours, theirs, width)
        if place < 0:
            yield ours, None
            ours = next(left, None)
        elif place > 0:
            yield None, theirs
            theirs = next(right, None)
        else:
            if ours != theirs:
                yield ours, theirs
            ours = next(left, None)
            theirs = next(right, None)


def compare_keys(ours: Any, theirs: Any, width: int) -> int:
    """-1 where our row comes first, 1 where theirs does, 0 for the same key."""
    if ours is None or theirs is None:
        return 1 if ours is None else -1
    if ours[:width] == theirs[:width]:
        return 0
    if [*map(sort_key, ours[:width])] < [*map(sort_key, theirs[:width])]:
        return -1
    return 1


def sort_key(value: Any) -> tuple[int, Any]:
    """As SQLite orders values of several types."""
    if value is None:
        return 0, 0
    if isinstance(value, str):
        return 2, value.encode()
    if isinstance(value, bytes):
        return (3, value)
    return (1, value)

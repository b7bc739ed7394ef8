"""Answers that hold until the journal grows: official tables change with an entry and never otherwise.

A page asks for calendar, villages, settings, roles and counts again and again. What a function of official tables
answered is therefore kept together with the id of the last entry, and asked anew when there is a newer one, whoever
wrote it. Tables beside the journal (drafts, sessions, what the exchange learnt) must not be read by such a function.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from schema.database import Database, SqliteDatabase, first_value

P = ParamSpec("P")
T = TypeVar("T")
MOST_ANSWERS = 256
"""Answers that are kept for one database; a busy day needs a few dozen."""


class HeldState(threading.local):
    """The state of the journal that this thread looks at for the length of one request, if it looks at one.

    `changes` counts what its connection wrote: after an own write it looks again.
    """

    db: Database | None = None
    version = 0
    changes = 0


_held_state = HeldState()


def cached_until_next_entry(ask: Callable[Concatenate[Database, P], T]) -> Callable[Concatenate[Database, P], T]:
    """Keep the answers of a query. Its arguments must be hashable, and nobody may change what it gives.

    Inside a transaction it is always asked: what stands there may still be rolled back. PostgreSQL gives out ids
    before they are committed, so there it is always asked too.
    """

    @wraps(ask)
    def answer_once(db: Database, *args: P.args, **named: P.kwargs) -> T:
        if not isinstance(db, SqliteDatabase) or db.in_transaction():
            return ask(db, *args, **named)
        version = held_version(db)
        known = db.kept_answers
        key = (ask, args, tuple(named.items()))
        held = known.get(key)
        if held is not None and held[0] == version:
            answered: T = held[1]
            return answered
        if len(known) >= MOST_ANSWERS:
            known.clear()
        answered = ask(db, *args, **named)
        known[key] = (version, answered)
        return answered

    return answer_once


def newest_entry_id(db: Database) -> int:
    return int(first_value(db, "SELECT max(id) FROM journal") or 0)


def held_version(db: SqliteDatabase) -> int:
    if _held_state.db is not db:
        return newest_entry_id(db)
    if _held_state.changes != db.connection().total_changes():
        hold_journal_state(db)
    return _held_state.version


def hold_journal_state(db: Database) -> None:
    if isinstance(db, SqliteDatabase):
        _held_state.db, _held_state.version = db, newest_entry_id(db)
        _held_state.changes = db.connection().total_changes()


def release_journal_state() -> None:
    _held_state.db = None

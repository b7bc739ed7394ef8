"""Answers that hold until the journal grows: official tables change with an entry and never otherwise.

A page asks for calendar, villages, settings, roles and counts again and again. What a function of official tables
answered is therefore kept together with the id of the last entry, and asked anew when there is a newer one, whoever
wrote it. Tables beside the journal (drafts, sessions, what the road learnt) must not be read by such a function.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from schema.database import Database, SqliteDatabase

P = ParamSpec("P")
T = TypeVar("T")
MOST = 256
"""Answers that are kept for one database; a busy day needs a few dozen."""


class Moment(threading.local):
    """The state of the journal that this thread looks at for the length of one page, if it looks at one."""

    db: Database | None = None
    version = 0


_moment = Moment()
_kept: WeakKeyDictionary[Database, dict[Any, tuple[int, Any]]] = WeakKeyDictionary()


def remembered(ask: Callable[Concatenate[Database, P], T]) -> Callable[Concatenate[Database, P], T]:
    """Keep the answers of a query. Its arguments must be hashable, and nobody may change what it gives.

    Inside a transaction it is always asked: what stands there may still be rolled back. PostgreSQL gives out ids
    before they are committed, so there it is always asked too.
    """

    @wraps(ask)
    def answer(db: Database, *args: P.args, **named: P.kwargs) -> T:
        if not isinstance(db, SqliteDatabase) or db.in_transaction():
            return ask(db, *args, **named)
        version = _moment.version if _moment.db is db else newest(db)
        known = _kept.setdefault(db, {})
        key = (ask, args, tuple(named.items()))
        held = known.get(key)
        if held is not None and held[0] == version:
            found: T = held[1]
            return found
        if len(known) >= MOST:
            known.clear()
        found = ask(db, *args, **named)
        known[key] = (version, found)
        return found

    return answer


def newest(db: Database) -> int:
    """Id of the last entry, 0 before the first."""
    row = db.one("SELECT max(id) FROM journal")
    return int(row[0] or 0) if row else 0


def hold(db: Database) -> None:
    """Until :func:`release`, remembered answers in this thread come from one and the same state of the journal.

    For a page that only reads: it is asked once how far the journal is, not at every answer.
    """
    if isinstance(db, SqliteDatabase):
        _moment.db, _moment.version = db, newest(db)


def release() -> None:
    """Look at the journal again."""
    _moment.db = None

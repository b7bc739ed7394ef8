"""One database interface for the office (SQLite through APSW) and the centre (SQLite or PostgreSQL).

Every connection is kept by its thread. Writes go through :meth:`writing`, reads stay outside a transaction.
On SQLite a guard watches the official tables: a row that changes while no journal entry is being applied
turns the commit into a rollback, so no path around the journal can leave a trace.
"""

import os
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import apsw
from peewee import PostgresqlDatabase
from playhouse.apsw_ext import APSWDatabase

from schema import cipher

Row = tuple[Any, ...]
T = TypeVar("T")
P = ParamSpec("P")
MOST_ANSWERS = 256
"""Answers of queries that are kept for one database; a busy day needs a few dozen."""
NORMAL = 1
"""`PRAGMA synchronous`: the WAL is flushed at a checkpoint, no longer at each commit."""
CONNECT_SECONDS = 5
"""How long to wait for a PostgreSQL that does not answer."""
NOTICED_SOON = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Parameters of libpq: a server whose cable was pulled says nothing, and Linux would wait a quarter of an hour for what
was sent to it. Seconds, the last one milliseconds. A server whose commit waits for a standby goes on answering."""


class Database(Protocol):
    """What rooms may ask of a database, whichever engine stands behind it.

    `folder` is the data folder of its side, for secrets that no database may hold; None for one that stands alone.
    `hooks` are what the rooms of the side do for each other's cases (:class:`app.room.SideHooks`).
    """

    folder: Path | None
    hooks: Any

    def run(self, sql: str, params: Sequence[Any] = ()) -> Any: ...
    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None: ...
    def one(self, sql: str, params: Sequence[Any] = ()) -> Row | None: ...
    def writing(self) -> Any: ...
    def learning(self) -> Any: ...
    def applying(self) -> Any: ...
    def hold(self, name: str) -> None: ...
    def in_transaction(self) -> bool: ...
    def close(self) -> Any: ...


def first_value(db: Database, sql: str, params: Sequence[Any] = ()) -> Any:
    """First column of the first row; None without a row."""
    row = db.one(sql, params)
    return row[0] if row else None


def first_column(db: Database, sql: str, params: Sequence[Any] = ()) -> list[Any]:
    """First column of all rows."""
    return [row[0] for row in db.run(sql, params)]


def to_stored_value(value: object) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date | Decimal):
        return str(value)
    return value


class Guard:
    """Per-connection memory of who may change official tables at this moment."""

    def __init__(self) -> None:
        self.depth = 0
        self.beside: frozenset[str] = frozenset()
        self.patterns: tuple[str, ...] = ()
        self.trespass: str | None = None

    def learn_names(self, names: Sequence[str]) -> None:
        """Take the names of the tables that live beside the journal; a trailing % is a prefix."""
        prefixes = [name for name in names if name.endswith("%")]
        self.beside = frozenset(names).difference(prefixes)
        self.patterns = tuple(prefix[:-1] for prefix in prefixes)

    def on_row(self, _op: int, _db: str, table: str, _rowid: int) -> None:
        if self.depth or table in self.beside or self.trespass:
            return
        if not table.startswith((*self.patterns, "sqlite_")):
            self.trespass = table

    def on_commit(self) -> bool:
        trespass, self.trespass = self.trespass, None
        return trespass is not None

    def on_rollback(self) -> None:
        self.trespass = None


def wait_by_asking(conn: apsw.Connection) -> None:
    """On Windows SQLite would let the system wait for a lock. Where that goes wrong (Wine 8) nobody wakes it, and a
    writer whose turn has come is told ten seconds later that somebody else writes; so it asks again by itself."""
    if os.name == "nt":
        conn.setlk_timeout(0, 0)


class SqliteDatabase(APSWDatabase):
    """APSW with the settings of sync.md: WAL, synchronous=FULL, foreign keys, secure_delete."""

    folder: Path | None = None
    hooks: Any = None

    def __init__(self, path: Path | str, **kwargs: Any) -> None:
        self._guards = threading.local()
        self._opened: weakref.WeakSet[apsw.Connection] = weakref.WeakSet()
        self._file = 0
        """Which file lies at the path: counted up when another one is put there."""
        self.kept_answers: dict[Any, tuple[int, Any]] = {}
        """What queries answered, with the id of the newest entry at that time (:func:`cached_until_next_entry`)."""
        super().__init__(str(path), timeout=10, **kwargs)

    @property
    def is_file(self) -> bool:
        """Whether it is a file on a disk: neither in memory nor in pieces inside of another file."""
        return self.database != ":memory:" and "vfs" not in self.connect_params

    def _add_conn_hooks(self, conn: apsw.Connection) -> None:
        if self.is_file:
            cipher.give_key(conn, cipher.key_of(Path(self.database)))
        super()._add_conn_hooks(conn)
        wait_by_asking(conn)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "cache_size=-6144",
            "temp_store=MEMORY",
        ):
            conn.execute("PRAGMA " + pragma)
        self._guards.file = self._file
        self._opened.add(conn)
        conn.convert_binding = self._to_binding  # type: ignore[attr-defined]  # apsw's stubs lack it
        self._guards.guard = guard = Guard()
        load_guard_tables(conn, guard)
        conn.set_update_hook(guard.on_row)
        conn.set_commit_hook(guard.on_commit)
        conn.set_rollback_hook(guard.on_rollback)

    def is_closed(self) -> bool:
        """Whether this thread has no connection to the file that lies there now."""
        if getattr(self._guards, "file", self._file) != self._file:
            self._state.reset()
            self._guards.file = self._file
        return bool(self._state.closed)

    def let_go(self) -> None:
        """Close the connections of all threads, so that the file may be exchanged; each opens anew when it is used.

        Only where nobody works with it. Raises apsw.Error when somebody does.
        """
        self._file += 1
        for connection in list(self._opened):
            connection.close()
        self._opened.clear()

    @staticmethod
    def _to_binding(_cursor: object, _number: int, value: object) -> Any:
        return to_stored_value(value)

    def relearn(self) -> None:
        load_guard_tables(self.connection(), self._guards.guard)

    def run(self, sql: str, params: Sequence[Any] = ()) -> Any:
        return self.connection().execute(sql, params)

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self.connection().executemany(sql, rows)

    def one(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        return next(iter(self.connection().execute(sql, params)), None)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT; inside an open transaction it simply takes part in that one."""
        if self.in_transaction():
            yield
            return
        with self.atomic("IMMEDIATE"):
            if _held_state.db is self:  # from here on nobody else writes: what was held is looked at once more
                hold_journal_state(self)
            yield

    @contextmanager
    def learning(self) -> Iterator[None]:
        """As :meth:`writing`, for what an exchange tells anew and nothing rests on: the commit does not wait for the
        disk, and the next one that does makes it certain too. No entry may be recorded in it.

        Inside an open transaction it takes part in that one.
        """
        if self.in_transaction():
            yield
            return
        connection, guards = self.connection(), self._guards
        usual = connection.pragma("synchronous")
        guards.learns = True
        connection.pragma("synchronous", min(usual, NORMAL))
        try:
            with self.writing():
                yield
        finally:
            guards.learns = False
            connection.pragma("synchronous", usual)

    def hold(self, name: str) -> None:
        """Keep other writers of `name` out until the transaction ends; here every writing transaction does."""

    @contextmanager
    def applying(self) -> Iterator[None]:
        """Allow changes of official tables: only the journal and migrations do this. Raises RuntimeError where the
        commit would not wait for the disk."""
        if getattr(self._guards, "learns", False):
            raise RuntimeError("an entry waits for the disk")
        conn = self.connection()
        guard: Guard = self._guards.guard
        guard.depth += 1
        conn.set_update_hook(None)  # a call for each row costs a tenth of a bulk write, and here all may change
        try:
            yield
        finally:
            guard.depth -= 1
            if not guard.depth:
                conn.set_update_hook(guard.on_row)


def load_guard_tables(conn: apsw.Connection, guard: Guard) -> None:
    """Tell a connection's guard which tables live beside the journal."""
    known = list(conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'beside'"))
    names = [str(name) for (name,) in conn.execute("SELECT name FROM beside")] if known else ["%"]
    guard.learn_names(names)


TAKE_TURN = "INSERT INTO turn (name, taken) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET taken = turn.taken + 1"


class CentrePostgres(PostgresqlDatabase):
    """PostgreSQL with the same `?` placeholders, so that the rooms know one language.

    A server that was restarted leaves dead connections behind. One is noticed at its next use and opened anew: a
    question and the beginning of a transaction are asked again, whatever could have changed something is not.

    `on_new_connection` is called in the first transaction of each connection: another server may stand behind it.
    """

    on_new_connection: Callable[[], None] = staticmethod(lambda: None)
    warned = False
    """Whether this process has told of a standby that nobody waits for."""
    folder: Path | None = None
    hooks: Any = None

    def __init__(self, *args: Any, **named: Any) -> None:
        self._looked_at = threading.local()
        """Of each thread: the connection with which something was committed since it was opened, how many transactions
        were, and whether it is `learning`."""
        super().__init__(*args, **named)

    def ask_again(self, work: Callable[[], T], harmless: bool) -> T:
        """Do `work`; when the connection proves dead outside a transaction, forget it, and ask again if harmless."""
        inside = self.in_transaction()
        try:
            return work()
        except Exception:
            if inside or self._state.closed or not self._state.conn.closed:
                raise
            self._state.reset()
            if not harmless:
                raise
        return work()

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """What peewee's own queries go through."""
        return self.ask_again(lambda: super(CentrePostgres, self).execute_sql(sql, params), is_question(sql))

    def begin(self, isolation_level: Any = None) -> None:
        self.ask_again(lambda: super(CentrePostgres, self).begin(isolation_level), True)

    def relearn(self) -> None:
        """PostgreSQL has no guard hooks; nothing to read."""

    def run(self, sql: str, params: Sequence[Any] = ()) -> Any:
        values = [to_stored_value(value) for value in params] or None
        return self.ask_again(lambda: self.connection().execute(to_postgres_sql(sql), values), is_question(sql))

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with self.connection().cursor() as cursor:
            stored = [[*map(to_stored_value, row)] for row in rows]
            cursor.executemany(to_postgres_sql(sql), stored)

    def one(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        return self.run(sql, params).fetchone()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One serialisable transaction; inside an open one it takes part in that."""
        if self.in_transaction():
            yield
            return
        with self.atomic():
            connection = self.connection()
            if not self.is_known(connection):
                self.look_at_evidence()
            yield
        self._looked_at.connection = connection
        if not getattr(self._looked_at, "learns", False):
            self._looked_at.commits = self.commits + 1

    def is_known(self, connection: Any) -> bool:
        """Whether this thread committed something with it, so that the evidence was looked at."""
        return self._looked_at.__dict__.get("connection") is connection

    def look_at_evidence(self) -> None:
        """In the open transaction, which waits for the disk whatever it was begun for: an epoch may be opened."""
        learns = getattr(self._looked_at, "learns", False)
        self._looked_at.learns = False
        try:
            self.on_new_connection()
        finally:
            self._looked_at.learns = learns

    @property
    def commits(self) -> int:
        """Transactions that this thread committed, without those of `learning`, which may be repeated as they are."""
        return getattr(self._looked_at, "commits", 0)

    @contextmanager
    def learning(self) -> Iterator[None]:
        """As on SQLite: a commit that does not wait for the disk, and no entry is recorded in it."""
        if self.in_transaction():
            yield
            return
        self._looked_at.learns = True
        try:
            with self.writing():
                if self.is_known(self.connection()):
                    self.run("SET LOCAL synchronous_commit = off")
                yield
        finally:
            self._looked_at.learns = False

    def hold(self, name: str) -> None:
        """Keep other writers of `name` out until the transaction ends; what is read afterwards is up to date.

        The row is changed, not only locked: where the isolation keeps an older picture of it, the transaction is
        refused here (40001) and runs again, instead of writing what rests on that picture.
        """
        self.run(TAKE_TURN, (name,))

    @contextmanager
    def applying(self) -> Iterator[None]:
        """As on SQLite; which tables are official only SQLite knows. Raises RuntimeError where the commit would not
        wait for the disk."""
        if getattr(self._looked_at, "learns", False):
            raise RuntimeError("an entry waits for the disk")
        yield


def is_question(sql: str) -> bool:
    return sql.lstrip()[:6].upper() == "SELECT"


def to_postgres_sql(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def open_office(path: Path | str) -> SqliteDatabase:
    return SqliteDatabase(path)


def open_centre(where: Path | str) -> SqliteDatabase | CentrePostgres:
    if str(where).startswith(("postgresql://", "postgres://")):
        return CentrePostgres(str(where), prefer_psycopg3=True, **NOTICED_SOON)
    return SqliteDatabase(where)


SqliteFile = apsw.Connection
"""A file that stands alone, without the office's settings and its guard."""


def open_sqlite_file(path: Path) -> SqliteFile:
    """A connection without the office's settings. Raises SqliteError."""
    return cipher.connect(path)


def take_ids(db: Database, table: str, count: int) -> Sequence[int]:
    if isinstance(db, CentrePostgres):
        asked = "SELECT nextval(pg_get_serial_sequence(?, 'id')) FROM generate_series(1, ?)"
        return [row[0] for row in db.run(asked, (table, count))]
    row = db.one(f"SELECT max(id) FROM {table}")
    first = (row[0] if row and row[0] else 0) + 1
    return range(first, first + count)


def distinct_values(db: Database, table: str, column: str) -> list[Any]:
    """The different values of an indexed column in their order, by jumping along the index from one to the next: as
    many steps as values, however many rows. Both names are ours."""
    following = f"SELECT min({column}) FROM {table} WHERE {column} > v.value"
    rows = db.run(
        f"WITH RECURSIVE v (value) AS (SELECT min({column}) FROM {table} UNION ALL"
        f" SELECT ({following}) FROM v WHERE v.value IS NOT NULL) SELECT value FROM v WHERE value IS NOT NULL"
    )
    return [value for (value,) in rows]


class HeldState(threading.local):
    """The state of the journal that this thread looks at for the length of one request, if it looks at one.

    `changes` counts what its connection wrote: after an own write it looks again.
    """

    db: Database | None = None
    version = 0
    changes = 0


_held_state = HeldState()


def cached_until_next_entry(ask: Callable[Concatenate[Database, P], T]) -> Callable[Concatenate[Database, P], T]:
    """Keep the answers of a query until the journal grows: official tables change with an entry and never otherwise.

    A page asks for calendar, villages, settings, roles and counts again and again. An answer is kept together with the
    id of the last entry, and asked anew when there is a newer one, whoever wrote it. So the query must not read tables
    beside the journal (drafts, sessions, what the exchange learnt). Its arguments must be hashable, and nobody may
    change what it gives.

    A transaction is answered so too until it writes something; then it is always asked, for what stands there may still
    be rolled back. PostgreSQL gives out ids before they are committed, so there it is always asked too.
    """

    @wraps(ask)
    def answer_once(db: Database, *args: P.args, **named: P.kwargs) -> T:
        if not isinstance(db, SqliteDatabase) or (version := held_version(db)) is None:
            return ask(db, *args, **named)
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


def held_version(db: SqliteDatabase) -> int | None:
    """Id of the newest entry; None in a transaction that wrote something, or that belongs to no request."""
    inside, held = db.in_transaction(), _held_state.db is db
    if not held:
        return None if inside else newest_entry_id(db)
    if _held_state.changes != db.connection().total_changes():
        if inside:
            return None
        hold_journal_state(db)
    return _held_state.version


def hold_journal_state(db: Database) -> None:
    if isinstance(db, SqliteDatabase):
        _held_state.db, _held_state.version = db, newest_entry_id(db)
        _held_state.changes = db.connection().total_changes()


def release_journal_state(_error: BaseException | None = None) -> None:
    """At the end of a request."""
    _held_state.db = None

"""A database as the rooms see it, of the office and the centre: its transactions, its statements, its rows.

SQLite stands here (through APSW), PostgreSQL in `postgres.py`. Every connection is kept by its thread. Writes go
through :meth:`writing`, reads stay outside a transaction.
On SQLite a guard watches the official tables: a row that changes while no journal entry is being applied
turns the commit into a rollback, so no path around the journal can leave a trace.
"""

import os
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

import apsw
import msgspec
import peewee
from playhouse.apsw_ext import APSWDatabase

from schema import cipher
from schema.sql_steps import FromSql
from schema.sql_texts import Columns, compare_field, insert_sql, select_sql, shared_fields, to_comparison, update_sql

Row = tuple[Any, ...]
T = TypeVar("T")
P = ParamSpec("P")
MOST_ANSWERS = 256
"""Answers of queries that are kept for one database; a busy day needs a few dozen."""
PLAIN = {str, int, bytes, type(None)}
NORMAL = 1
"""`PRAGMA synchronous`: the WAL is flushed at a checkpoint, no longer at each commit."""


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
    def take_ids(self, table: str, count: int) -> Sequence[int]: ...
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

    def take_ids(self, table: str, count: int) -> Sequence[int]:
        """So many fresh ids of a table that gives them itself; nobody else writes meanwhile."""
        first = int(first_value(self, f"SELECT coalesce(max(id), 0) + 1 FROM {table}"))
        return range(first, first + count)

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
    names = ["%"]
    if known:
        names = [str(name) for (name,) in conn.execute("SELECT name FROM beside")]
    guard.learn_names(names)


def open_office(path: Path | str) -> SqliteDatabase:
    return SqliteDatabase(path)


SqliteFile = apsw.Connection
"""A file that stands alone, without the office's settings and its guard."""


def open_sqlite_file(path: Path) -> SqliteFile:
    """A connection without the office's settings. Raises SqliteError."""
    return cipher.connect(path)


class Table(peewee.Model, metaclass=FromSql):
    """A table that exactly one room writes: row, list and writes. Its columns are those of the SQL steps.

    No table knows a database: every call names it. Named conditions compare columns: a tuple means one of these, None
    NULL. Anything richer goes through peewee's own queries (`.execute(db)`) or plain SQL.
    """

    @classmethod
    def first(cls, db: Database, *where: Any, order: Any = "", **equal: Any) -> Self | None:
        """First row that satisfies all conditions, or None."""
        return next(iter(cls.rows(db, *where, order=order, limit=1, **equal)), None)

    @classmethod
    def rows(cls, db: Database, *where: Any, order: Any = "", limit: int | None = None, **equal: Any) -> list[Self]:
        """All rows that satisfy the conditions, as objects. `order` is SQL: `at DESC, id`.

        Plain comparisons become SQL here, which is several times quicker; what is more than that, peewee writes.
        """
        compared = [*map(to_comparison, where)]
        if None in compared:
            known = [compare_field(getattr(cls, name), value) for name, value in equal.items()]
            query = cls.select().where(*where, *known)
            orders = (peewee.SQL(order),) if order else ()
            return list(query.order_by(*orders).limit(limit).execute(db))
        conditions, values = compared_columns(equal)
        for condition, compared_values in filter(None, compared):
            conditions += (condition,)
            values += compared_values
        sql = select_sql(cls._meta.table_name, cls.columns(), conditions, order, limit)
        return [cls.of_row(row) for row in db.run(sql, values)]

    @classmethod
    def joined(cls, db: Database, alias: str, rest: str, params: Sequence[Any] = (), **more: str) -> list[Self]:
        """Rows with further attributes: `more` says in SQL what each is, `rest` goes on after `FROM table alias`."""
        own = ", ".join(f"{alias}.{name}" for name in cls.columns())
        added = "".join(f", {sql} AS {name}" for name, sql in more.items())
        joined_rows = []
        for row in db.run(f"SELECT {own}{added} FROM {cls._meta.table_name} {alias} {rest}", params):
            made = cls.of_row(row[: len(row) - len(more)])
            for name, value in zip(more, row[len(row) - len(more) :], strict=True):
                setattr(made, name, value)
            joined_rows.append(made)
        return joined_rows

    @classmethod
    @cache
    def columns(cls) -> Columns:
        return tuple(cls._meta.columns)

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Self:
        """An object from the values of all columns, in their order."""
        made = cls(__no_default__=1)
        made.__data__ = dict(zip(cls._meta.columns, row, strict=True))
        return made

    @classmethod
    def take(cls, struct: msgspec.Struct, **others: Any) -> dict[str, Any]:
        """Values for a row: the struct's fields that are columns here, lists and dicts as JSON, and `others`."""
        names, read = shared_fields(cls, type(struct))
        taken = dict(zip(names, read(struct), strict=True)) | others
        for name, value in taken.items():
            if type(value) not in PLAIN:
                taken[name] = to_column(value)
        return taken

    @classmethod
    def add(cls, db: Database, conflict: str = "", **values: Any) -> None:
        """Insert one row. `conflict` is empty or `DO NOTHING`."""
        db.run(insert_sql(cls._meta.table_name, tuple(values), conflict), tuple(values.values()))

    @classmethod
    def add_from(cls, db: Database, struct: msgspec.Struct, conflict: str = "", /, **others: Any) -> None:
        """Insert one row with what :meth:`take` gives."""
        cls.add(db, conflict, **cls.take(struct, **others))

    @classmethod
    def put_from(cls, db: Database, struct: msgspec.Struct, /, **others: Any) -> None:
        """As :meth:`add_from`, in the place of the row that has its key."""
        cls.put(db, **cls.take(struct, **others))

    @classmethod
    def add_all(cls, db: Database, rows: Sequence[dict[str, Any]], conflict: str = "") -> None:
        """Insert rows that all have the same columns in the same order."""
        if rows:
            sql = insert_sql(cls._meta.table_name, tuple(rows[0]), conflict)
            db.many(sql, [tuple(row.values()) for row in rows])

    @classmethod
    def put(cls, db: Database, **values: Any) -> None:
        """Insert a row, or give the one that has its key the other values."""
        cls.add(db, cls.taking_place(values), **values)

    @classmethod
    def put_all_from(cls, db: Database, structs: Sequence[msgspec.Struct], /, **others: Any) -> None:
        """As :meth:`put_from`, a row of each struct; of one key the last one stays."""
        if rows := [cls.take(struct, **others) for struct in structs]:
            cls.add_all(db, rows, cls.taking_place(rows[0]))

    @classmethod
    def taking_place(cls, values: Mapping[str, Any]) -> str:
        """What is done where a row has the key of a new one."""
        key = cls._meta.primary_key
        names = key.field_names if isinstance(key, peewee.CompositeKey) else (key.name,)
        others = ", ".join(f"{name} = excluded.{name}" for name in values if name not in names)
        change = "NOTHING"
        if others:
            change = f"UPDATE SET {others}"
        return f"({', '.join(names)}) DO {change}"

    @classmethod
    def alter(cls, db: Database, where: dict[str, Any], **values: Any) -> None:
        """Change the rows whose columns equal `where`."""
        conditions, known = compared_columns(where)
        db.run(update_sql(cls._meta.table_name, tuple(values), conditions), (*values.values(), *known))

    @classmethod
    def remove(cls, db: Database, **equal: Any) -> None:
        """Delete the rows whose columns equal the values. Raises ValueError when there are none: that is every row."""
        if not equal:
            raise ValueError("every row of a table is not removed by chance")
        conditions, known = compared_columns(equal)
        db.run(f"DELETE FROM {cls._meta.table_name} WHERE {' AND '.join(conditions)}", known)


def to_column(value: Any) -> Any:
    kind = type(value)
    if kind in (list, dict, tuple):
        return msgspec.json.encode(value).decode()
    return int(value) if kind is bool else value


def compared_columns(equal: dict[str, Any]) -> tuple[Columns, list[Any]]:
    """(`column = ?`, …) and the values for columns that must equal them."""
    conditions: list[str] = []
    values: list[Any] = []
    for name, value in equal.items():
        if value is None:
            conditions.append(f"{name} IS NULL")
        elif isinstance(value, tuple):
            conditions.append(f"{name} IN ({', '.join('?' * len(value))})")
            values += value
        else:
            conditions.append(f"{name} = ?")
            values.append(value)
    return tuple(conditions), values


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

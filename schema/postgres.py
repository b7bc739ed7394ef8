"""PostgreSQL under the centre's side, in the words in which the rooms speak to SQLite."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from peewee import PostgresqlDatabase

from schema.database import Row, SqliteDatabase, to_stored_value

T = TypeVar("T")
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

    def take_ids(self, table: str, count: int) -> Sequence[int]:
        """So many fresh ids of a table, as its sequence gives them."""
        asked = "SELECT nextval(pg_get_serial_sequence(?, 'id')) FROM generate_series(1, ?)"
        return [row[0] for row in self.run(asked, (table, count))]

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


def open_centre(where: Path | str) -> SqliteDatabase | CentrePostgres:
    if str(where).startswith(("postgresql://", "postgres://")):
        return CentrePostgres(str(where), prefer_psycopg3=True, **NOTICED_SOON)
    return SqliteDatabase(where)

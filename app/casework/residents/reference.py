"""The reference of residents: a file of its own beside the office's database, looked at one person at a time.

It is in no backup and not in the journal, and to destroy it is to overwrite and remove one file. A new list is built
aside and takes the place of the old one when it is whole. Nothing here lists residents: the only question is a NIK.
"""

import hashlib
import hmac
import logging
import os
import secrets
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import msgspec
from msgspec.structs import astuple

from app.casework.residents.rows import Resident
from schema.data_folder import keep_aside, shred
from schema.database import Database, SqliteFile, open_sqlite_file
from schema.database_errors import SqliteError
from schema.residents import TABLES, load_residents_list

log = logging.getLogger(__name__)
FILE = "acuan-penduduk.sqlite3"
MARK_LENGTH = 16
_one_at_a_time = threading.RLock()
"""A look-up never meets a file that is being replaced or overwritten (Windows lets nobody replace an open one)."""


class Part(msgspec.Struct, frozen=True):
    """What the reference has of one village (a code): as it stood on a day, taken in when and by whom."""

    village: str
    as_of: str
    loaded_at: str
    loaded_by: str
    people: int

    def age(self, today: date) -> int:
        """Days since the list stood so."""
        return (today - date.fromisoformat(self.as_of)).days

    def is_old(self, today: date) -> bool:
        return self.age(today) >= load_residents_list().old_after_days


class Answer(msgspec.Struct, frozen=True):
    """What the reference says of one NIK: the resident or nobody, of which villages it speaks, and under which marks
    the question and its values are noted."""

    resident: Resident | None
    parts: tuple[Part, ...]
    secret: bytes

    def mark(self, *values: str) -> str:
        """A mark of values that tells nothing about them to whoever lacks the file: it dies with the reference."""
        text = "\x1f".join(values).encode()
        return hmac.new(self.secret, text, hashlib.sha256).hexdigest()[:MARK_LENGTH]

    @property
    def own_part(self) -> Part | None:
        """The list in which the resident stands."""
        village = ""
        if self.resident:
            village = self.resident.village
        return next((part for part in self.parts if part.village == village), None)


class Held(msgspec.Struct, frozen=True):
    """What stands in the data folder: its parts by village; `broken` where the file cannot be read."""

    parts: tuple[Part, ...] = ()
    broken: bool = False

    @property
    def exists(self) -> bool:
        return self.broken or bool(self.parts)

    @property
    def people(self) -> int:
        return sum(part.people for part in self.parts)


def place_of(db: Database) -> Path | None:
    """Where the reference lies; None for a database that stands alone."""
    if not db.folder:
        return None
    return db.folder / FILE


@contextmanager
def reading_reference(db: Database) -> Iterator[SqliteFile | None]:
    """The file of residents, open to be read by one thread at a time; None where there is none."""
    place = place_of(db)
    with _one_at_a_time:
        if place is None or not place.is_file():
            yield None
            return
        with closing(open_sqlite_file(place)) as connection:
            connection.execute("PRAGMA query_only=ON")
            yield connection


def is_kept(db: Database) -> bool:
    """Whether this office has a reference at all; most have none."""
    place = place_of(db)
    with _one_at_a_time:
        return place is not None and place.is_file()


def look_at(db: Database) -> Held:
    """What is here, without a single resident. A file that cannot be read is told, not raised."""
    try:
        with reading_reference(db) as connection:
            if connection:
                return Held(read_parts(connection))
            return Held()
    except SqliteError as error:
        log.warning("the reference of residents cannot be read: %s", type(error).__name__)
        return Held(broken=True)


def ask(db: Database, nik: str) -> Answer | None:
    """What the reference says of a NIK; None where there is no reference or it cannot be read."""
    columns = ", ".join(Resident.__struct_fields__)
    try:
        with reading_reference(db) as connection:
            if connection is None:
                return None
            rows = list(connection.execute(f"SELECT {columns} FROM resident WHERE nik = ?", (nik,)))
            resident = None
            if rows:
                resident = Resident(*rows[0])
            return Answer(resident, read_parts(connection), read_secret(connection))
    except SqliteError as error:  # the work at the counter goes on without a comparison; the page tells it
        log.warning("the reference of residents cannot be read: %s", type(error).__name__)
        return None


def read_parts(connection: SqliteFile) -> tuple[Part, ...]:
    columns = ", ".join(Part.__struct_fields__)
    return tuple(Part(*row) for row in connection.execute(f"SELECT {columns} FROM part ORDER BY village"))


def read_secret(connection: SqliteFile) -> bytes:
    [(secret,)] = connection.execute("SELECT value FROM secret")
    return bytes(secret)


class NewReference:
    """A reference in the making, in a file that nobody asks yet."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.touch(mode=0o600, exist_ok=False)
        self._connection = open_sqlite_file(place)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=MEMORY", "cache_size=-8192"):
            self._connection.execute("PRAGMA " + pragma)  # no other file beside it; a crash leaves one that nobody asks
        self._connection.execute(TABLES.read_text(encoding="utf-8"))

    def add(self, residents: Iterable[Resident]) -> list[bool]:
        """Take residents in; of each whether its NIK was new here."""
        marks = ", ".join("?" * len(Resident.__struct_fields__))
        fresh = []
        with self._connection:
            for resident in residents:
                self._connection.execute(f"INSERT OR IGNORE INTO resident VALUES ({marks})", astuple(resident))
                fresh.append(self._connection.changes() > 0)
        return fresh

    def count_by_village(self) -> dict[str, int]:
        sql = "SELECT village, count(*) FROM resident GROUP BY village ORDER BY village"
        return {str(village): int(people) for village, people in self._connection.execute(sql)}

    def finish(self, old: Path | None, *, as_of: str, loaded_at: str, loaded_by: str) -> None:
        """Complete the file: the parts of the villages that were read, and what `old` has of all others.

        Whoever stands in a new list is no longer where an older list had him.
        """
        run = self._connection.execute
        counts = self.count_by_village()
        with self._connection:
            for village, people in counts.items():
                run("INSERT INTO part VALUES (?, ?, ?, ?, ?)", (village, as_of, loaded_at, loaded_by, people))
        if old is not None and old.is_file():
            self._take_over(old)
        else:
            run("INSERT INTO secret VALUES (?)", (secrets.token_bytes(32),))
        self.close()
        with self.place.open("r+b") as file:
            os.fsync(file.fileno())

    def _take_over(self, old: Path) -> None:
        run = self._connection.execute
        run("ATTACH ? AS old", (str(old),))
        with self._connection:
            run("INSERT INTO main.secret SELECT value FROM old.secret")
            run(
                "INSERT OR IGNORE INTO main.resident SELECT * FROM old.resident"
                " WHERE village NOT IN (SELECT village FROM main.part)"
            )
            run(
                "INSERT INTO main.part SELECT p.village, p.as_of, p.loaded_at, p.loaded_by, count(r.nik)"
                " FROM old.part p JOIN main.resident r ON r.village = p.village"
                " WHERE p.village NOT IN (SELECT village FROM main.part) GROUP BY p.village"
            )
        run("DETACH old")

    def close(self) -> None:
        self._connection.close()


def put_in_place(db: Database, new: Path) -> None:
    """Let a finished file be the reference; what was the reference before is overwritten. Raises OSError."""
    place = place_of(db)
    assert place is not None  # a file is only built where there is a folder
    aside = new.with_name("sebelumnya")
    with _one_at_a_time:
        if place.is_file():
            keep_aside(place, aside)
        new.replace(place)
        if aside.is_file():
            shred(aside)


def destroy(db: Database) -> None:
    """Overwrite and remove the reference. Raises OSError; whoever returns from here has no file any more."""
    place = place_of(db)
    with _one_at_a_time:
        if place is not None and place.exists():
            shred(place)

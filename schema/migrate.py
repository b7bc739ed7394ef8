"""Numbered SQL migrations. Each file runs in one transaction together with the note that it ran.

`schema/common` holds what both sides share, `schema/office` and `schema/centre` their own tables.
A file is `NNNN_name.sql`, or a pair `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql` where the dialects differ.
A released file is never edited (`schema/released.toml` holds its digest); what is to change becomes the next number.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal, NamedTuple

from schema.database import CentrePostgres, SqliteDatabase

Side = Literal["office", "centre"]
HERE = Path(__file__).parent


class MigrationError(Exception):
    """A migration failed and left nothing behind, or the database is newer than the program."""


def files(folder: str, engine: str) -> list[Path]:
    """The migration files of one folder for one engine, in order."""
    chosen: dict[str, Path] = {}
    for path in sorted((HERE / folder).glob("[0-9][0-9][0-9][0-9]_*.sql")):
        parts = path.name.split(".")
        if len(parts) == 2 or parts[1] == engine:
            chosen[path.name[:4]] = path
    return [chosen[number] for number in sorted(chosen)]


class Step(NamedTuple):
    """One step for one engine: its name (`folder/NNNN`) and its file."""

    name: str
    path: Path

    @property
    def text(self) -> str:
        """The SQL, with the line ends of any system read alike."""
        return self.path.read_text(encoding="utf-8")

    @property
    def digest(self) -> str:
        """SHA-256 of the SQL."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def steps(db: SqliteDatabase | CentrePostgres, side: Side) -> list[Step]:
    """All steps of the program for a side and the engine of a database, in order."""
    engine = "postgres" if isinstance(db, CentrePostgres) else "sqlite"
    return [
        Step(f"{folder}/{path.name[:4]}", path)
        for folder in ("common", side)
        for path in files(folder, engine)
    ]


def applied(db: SqliteDatabase | CentrePostgres) -> dict[str, str]:
    """The migrations that this database has: name to the digest that the step had (empty before the digests)."""
    db.run("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)")
    return {row[0]: row[1] if len(row) > 1 else "" for row in db.run("SELECT * FROM migration")}


def pending(db: SqliteDatabase | CentrePostgres, side: Side) -> list[Step]:
    """What is still to be applied. Raises MigrationError for a database of a newer program."""
    known, have = steps(db, side), applied(db)
    unknown = set(have) - {step.name for step in known}
    if unknown:
        raise MigrationError(f"Basis data ini lebih baru daripada program ({', '.join(sorted(unknown))}). "
                             "Pasang Loket versi terbaru, lalu coba lagi.")  # fmt: skip
    return [step for step in known if step.name not in have]


def migrate(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    """Bring the database up to date and seal its schema; returns the names applied now. Raises MigrationError."""
    from schema import shape  # needs this module

    done = migrate_only(db, side)
    if done or not shape.is_sealed(db):
        shape.seal(db, side)
    return done


def migrate_only(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    """Bring the database up to date; returns the names applied now. Raises MigrationError."""
    done = []
    for step in pending(db, side):
        try:
            with db.applying(), db.writing():
                run_script(db, step.text)
                db.run("INSERT INTO migration (name) VALUES (?)", (step.name,))
        except Exception as error:
            raise MigrationError(
                f"Pemutakhiran {step.name} gagal dan tidak meninggalkan apa pun: {error}"
            ) from error
        done.append(step.name)
    db.relearn()
    return done


def run_script(db: SqliteDatabase | CentrePostgres, script: str) -> None:
    """Run a whole script inside the open transaction."""
    if isinstance(db, CentrePostgres):
        db.connection().execute(script)
        return
    for _ in db.run(script):
        pass

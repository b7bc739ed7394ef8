"""Numbered SQL migrations. Each file runs in one transaction together with the note that it ran.

`schema/common` holds what both sides share, `schema/office` and `schema/centre` their own tables.
A file is `NNNN_name.sql`, or a pair `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql` where the dialects differ.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

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


def applied(db: SqliteDatabase | CentrePostgres) -> set[str]:
    """Names (`folder/NNNN`) of the migrations that this database has."""
    db.run("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)")
    return {row[0] for row in db.run("SELECT name FROM migration")}


def pending(db: SqliteDatabase | CentrePostgres, side: Side) -> list[tuple[str, Path]]:
    """What is still to be applied, as (name, file)."""
    engine = "postgres" if isinstance(db, CentrePostgres) else "sqlite"
    steps = [
        (f"{folder}/{path.name[:4]}", path) for folder in ("common", side) for path in files(folder, engine)
    ]
    have = applied(db)
    unknown = have - {name for name, _ in steps}
    if unknown:
        raise MigrationError(f"Basis data ini lebih baru daripada program ({', '.join(sorted(unknown))}). "
                             "Pasang Loket versi terbaru, lalu coba lagi.")  # fmt: skip
    return [(name, path) for name, path in steps if name not in have]


def migrate(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    """Bring the database up to date; returns the names applied now. Raises MigrationError."""
    done = []
    for name, path in pending(db, side):
        try:
            with db.applying(), db.writing():
                run_script(db, path.read_text(encoding="utf-8"))
                db.run("INSERT INTO migration (name) VALUES (?)", (name,))
        except Exception as error:
            raise MigrationError(
                f"Pemutakhiran {name} gagal dan tidak meninggalkan apa pun: {error}"
            ) from error
        done.append(name)
    db.relearn()
    return done


def run_script(db: SqliteDatabase | CentrePostgres, script: str) -> None:
    """Run a whole script inside the open transaction."""
    if isinstance(db, CentrePostgres):
        db.connection().execute(script)
        return
    for _ in db.run(script):
        pass

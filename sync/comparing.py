"""The official tables of two databases side by side, row by row in the order of their keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from schema.database import CentrePostgres, Database
from sync.verdict import Verdict

Values = tuple[Any, ...]


def compare(live: Database, copy: Database, verdict: Verdict) -> None:
    """Name the first difference of each table: its row by number in the order of the key, and the columns.

    Which tables are official says `copy`, which the program made; `verdict.digest` is taken over the live ones.
    """
    sha = hashlib.sha256()
    for table in official_tables(copy):
        columns = columns_of(copy, table)
        if columns != columns_of(live, table):
            continue  # the shape was told already
        begin(sha, table, columns)
        told = False
        for number, (mine, replayed) in enumerate(
            pairs(rows_of(live, table, columns), rows_of(copy, table, columns)), start=1
        ):
            if mine is not None:
                sha.update(repr(mine).encode())
            if mine != replayed and not told:
                told = True
                what = difference(columns, mine, replayed)
                verdict.faults.append(f"Tabel {table} berbeda dari jurnal mulai baris {number}: {what}.")
    verdict.digest = sha.hexdigest()


def digest(db: Database) -> str:
    """SHA-256 over all official tables: equal for equal content on either engine."""
    sha = hashlib.sha256()
    for table in official_tables(db):
        columns = columns_of(db, table)
        begin(sha, table, columns)
        for row in rows_of(db, table, columns):
            sha.update(repr(row).encode())
    return sha.hexdigest()


def begin(sha: Any, table: str, columns: Sequence[str]) -> None:
    """Name a table in a digest."""
    sha.update(repr((table, list(columns))).encode())


def difference(columns: Sequence[str], mine: Values | None, replayed: Values | None) -> str:
    """What differs, by column names only: values may be a person's data."""
    if mine is None:
        return "barisnya hilang"
    if replayed is None:
        return "baris ini tidak berasal dari jurnal"
    unlike = [name for name, one, other in zip(columns, mine, replayed, strict=True) if one != other]
    return "kolom " + ", ".join(unlike)


def pairs(here: Iterator[Values], there: Iterator[Values]) -> Iterator[tuple[Values | None, Values | None]]:
    """Rows side by side; None where one table has ended."""
    while True:
        mine, replayed = next(here, None), next(there, None)
        if mine is None and replayed is None:
            return
        yield mine, replayed


def official_tables(db: Database) -> list[str]:
    """Names of the tables that stand under the journal, in order: all but those that `beside` lists."""
    listed = [str(row[0]) for row in db.run("SELECT name FROM beside")]
    beside = {name for name in listed if not name.endswith("%")}
    prefixes = ("sqlite_", *(name[:-1] for name in listed if name.endswith("%")))
    if isinstance(db, CentrePostgres):
        names = db.run("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    else:
        names = db.run("SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(name for (name,) in names if name not in beside and not name.startswith(prefixes))


def beside_faults(live: Database, fresh: Database) -> list[str]:
    """Tables that were declared to be no official records, or the other way round; what holds says the program."""
    here, there = ({str(row[0]) for row in db.run("SELECT name FROM beside")} for db in (live, fresh))
    added = [f"Tabel {name} dinyatakan bukan catatan resmi, padahal program tidak menyatakannya."
             for name in sorted(here - there)]  # fmt: skip
    lost = [
        f"Tabel {name} tidak lagi dinyatakan di luar jurnal, padahal program menyatakannya."
        for name in sorted(there - here)
    ]
    return added + lost


def columns_of(db: Database, table: str) -> list[str]:
    """Column names of a table, in alphabetical order, so that both engines agree; none of a table that is not there."""
    if isinstance(db, CentrePostgres):
        rows = db.run("SELECT column_name FROM information_schema.columns WHERE table_name = ?", (table,))
    else:
        rows = db.run("SELECT name FROM pragma_table_info(?)", (table,))
    return sorted(str(row[0]) for row in rows)


def rows_of(db: Database, table: str, columns: Sequence[str]) -> Iterator[Values]:
    """Rows in the order of the key, which both engines share (texts by bytes, not by the language of a server)."""
    for row in db.run(
        f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(key_of(db, table, columns))}"
    ):
        yield tuple(row)


def key_of(db: Database, table: str, columns: Sequence[str]) -> list[str]:
    """The terms that order a table: its primary key, or all columns where it has none."""
    if not isinstance(db, CentrePostgres):
        rows = list(db.run("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,)))
        return [str(row[0]) for row in rows] or list(columns)
    key = db.run(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
        " WHERE i.indrelid = CAST(? AS regclass) AND i.indisprimary"
        " ORDER BY array_position(CAST(i.indkey AS int2[]), a.attnum)",
        (table,),
    )
    names = [str(row[0]) for row in key] or list(columns)
    texts = {str(row[0]) for row in db.run(
        "SELECT column_name FROM information_schema.columns WHERE table_name = ? AND data_type = 'text'", (table,)
    )}  # fmt: skip
    return [f'{name} COLLATE "C"' if name in texts else name for name in names]

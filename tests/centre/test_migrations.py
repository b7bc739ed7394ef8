"""The two dialects of the centre's tables hold the same columns, keys and rules for empty values."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.database import Database, open_centre
from schema.migrations import migrate_database
from sync.verification import official_tables
from tests.postgres import Server

KINDS = {
    "INTEGER": "number",
    "bigint": "number",
    "TEXT": "text",
    "text": "text",
    "BLOB": "bytes",
    "bytea": "bytes",
}
Shape = dict[str, list[tuple[str, str, bool]]]


def in_sqlite(path: Path) -> tuple[Shape, Shape]:
    """Columns and primary keys of every table: (name, kind, may be empty)."""
    db = open_centre(path)
    migrate_database(db, "centre")
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    names = [name for (name,) in db.run(tables)]
    columns, keys = {}, {}
    for name in sorted(names):
        rows = list(db.run('SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY name', (name,)))
        columns[name] = [(row[0], KINDS[row[1]], not row[2] and not row[3]) for row in rows]
        keys[name] = [(row[0], "", False) for row in sorted(rows, key=lambda row: row[3]) if row[3]]
    db.close()
    return columns, keys


def in_postgres(db: Database) -> tuple[Shape, Shape]:
    columns: Shape = {}
    for table, name, kind, empty in db.run(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY table_name, column_name COLLATE \"C\""
    ):
        columns.setdefault(table, []).append((name, KINDS[kind], empty == "YES"))
    keys: Shape = {table: [] for table in columns}
    for table, name in db.run(
        "SELECT k.table_name, k.column_name FROM information_schema.key_column_usage k"
        " JOIN information_schema.table_constraints c ON c.constraint_name = k.constraint_name"
        " AND c.table_name = k.table_name WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_schema = 'public'"
        " ORDER BY k.table_name, k.ordinal_position"
    ):
        keys[table].append((name, "", False))
    return columns, keys


@pytest.fixture
def postgres_db(postgres: Server) -> Database:
    with postgres.database() as address:
        db = open_centre(address)
        yield db
        db.close()


def test_columns_and_keys_are_the_same(tmp_path: Path, postgres_db: Database) -> None:
    columns, keys = in_sqlite(tmp_path / "pusat.sqlite3")
    other_columns, other_keys = in_postgres(postgres_db)
    assert other_columns == columns
    assert other_keys == keys


def test_both_keep_the_same_tables_beside_the_journal(tmp_path: Path, postgres_db: Database) -> None:
    db = open_centre(tmp_path / "pusat.sqlite3")
    migrate_database(db, "centre")
    assert official_tables(db) == official_tables(postgres_db)
    assert "blank_movement" in official_tables(db)
    db.close()

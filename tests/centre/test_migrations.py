"""The two dialects of the centre's tables hold the same columns, keys and rules for empty values."""

import hashlib
from pathlib import Path

import apsw
import pytest
from psycopg import IntegrityError

from schema import migrations
from schema.database import Database
from schema.migrations import applied_steps, migrate_database, run_script, to_postgres
from schema.postgres import open_centre
from schema.sql_steps import step_files
from sync.verification import official_tables
from tests.postgres import Server
from tests.schema.models import models, said_by_database, said_by_model

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


PARTS = {
    "columns": "SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable || ' ' ||"
    " coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT c.relname || ' ' || pg_get_constraintdef(k.oid), 1 FROM pg_constraint k"
    " JOIN pg_class c ON c.oid = k.conrelid WHERE k.connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "refused": "SELECT event_object_table || ' ' || event_manipulation, 1 FROM information_schema.triggers",
}


def parts_of(db: Database) -> dict[str, dict[str, object]]:
    return {name: dict(db.run(asked)) for name, asked in PARTS.items()}


def test_the_derived_words_have_the_effect_of_those_that_were_kept(postgres: Server, postgres_db: Database) -> None:
    """Every step of before the derivation, derived all the same; released files stay as they are."""
    with postgres.database(template="template0") as address:
        derived = open_centre(address)
        with derived.writing():
            applied_steps(derived)
            for path in (*step_files("common", "sqlite"), *step_files("centre", "sqlite")):
                run_script(derived, to_postgres(path.read_text(encoding="utf-8")))
        assert parts_of(derived) == parts_of(postgres_db)
        derived.run(
            "INSERT INTO journal (source, epoch, stream, n, lane, kind, subject, at, clock, head, hash)"
            " VALUES ('a', 1, 'b', 1, 'b', 'k', 's', '2026-01-01T00:00:00Z', 'ok', ?, ?)",
            (b"", bytes(32)),
        )
        with pytest.raises(IntegrityError, match="journal is append-only"):
            derived.run("DELETE FROM journal")
        derived.close()


SQLITE_STEP = """
CREATE TABLE note (id INTEGER PRIMARY KEY, body BLOB NOT NULL, seen TEXT CHECK (json_valid(seen))) STRICT;
CREATE TRIGGER note_stays BEFORE DELETE ON note
WHEN OLD.id > 3
BEGIN SELECT RAISE(ABORT, 'a note stays'); END;
UPDATE note SET body = x'00ff'; -- INTEGER
"""
POSTGRES_STEP = """
CREATE TABLE note (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, body BYTEA NOT NULL, seen TEXT);
CREATE FUNCTION note_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF OLD.id > 3 THEN RAISE EXCEPTION 'a note stays' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER note_stays BEFORE DELETE ON note FOR EACH ROW EXECUTE FUNCTION note_stays();
UPDATE note SET body = '\\x00ff'::bytea;
"""


def test_a_trigger_with_a_condition_and_bytes_are_derived() -> None:
    assert to_postgres(SQLITE_STEP).split() == POSTGRES_STEP.split()


def test_a_step_that_is_written_once_runs_on_both(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = tmp_path / "9999_note.sql"
    step.write_text(SQLITE_STEP, encoding="utf-8")
    monkeypatch.setattr(migrations, "step_files", lambda folder, _engine: [step] if folder == "centre" else [])
    with postgres.database(template="template0") as address:
        for where in (tmp_path / "pusat.sqlite3", address):
            db = open_centre(where)
            assert migrations.migrate_only(db, "centre") == ["centre/9999"]
            assert [known_step.digest for known_step in migrations.migration_steps(db, "centre")] == [
                digest_of(SQLITE_STEP)
            ]
            db.run("INSERT INTO note (id, body) VALUES (4, ?)", (b"x",))
            with pytest.raises((apsw.ConstraintError, IntegrityError), match="a note stays"):
                db.run("DELETE FROM note")
            db.close()


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_every_model_of_a_centre_is_its_table_on_both_engines(tmp_path: Path, postgres_db: Database) -> None:
    db = open_centre(tmp_path / "pusat.sqlite3")
    migrate_database(db, "centre")
    for model in models("people", "centre"):
        said = said_by_model(model)
        assert said_by_database(db, model._meta.table_name) == said, model
        assert said_by_database(postgres_db, model._meta.table_name) == said, model
    db.close()

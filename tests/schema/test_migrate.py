"""Migrations run whole or not at all."""

from pathlib import Path

import apsw
import pytest

from app import compose
from schema import migrations as migration
from schema import sql_steps
from schema.database import SqliteDatabase, open_office
from schema.migrations import MigrationError, migrate_database, pending_steps
from tests import REAL_HOOKS


def test_a_new_database_gets_every_step_once(tmp_path: Path) -> None:
    db = open_office(tmp_path / "a.sqlite3")
    done = migrate_database(db, "office")
    assert done[0] == "common/0001"
    assert (migrate_database(db, "office"), pending_steps(db, "office")) == ([], [])


def test_steps_are_chosen_by_their_number_and_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "office").mkdir()
    for name in ("0002_both.sql", "0001_own.sqlite.sql", "0001_own.postgres.sql", "3_no.sql", "0003_no.txt"):
        (tmp_path / "office" / name).write_text("SELECT 1;")
    monkeypatch.setattr(sql_steps, "SCHEMA_FOLDER", tmp_path)
    for engine in ("sqlite", "postgres"):
        assert [file.name for file in migration.step_files("office", engine)] == [
            f"0001_own.{engine}.sql",
            "0002_both.sql",
        ]


def test_common_steps_come_before_those_of_the_side(tmp_path: Path) -> None:
    db = open_office(tmp_path / "a.sqlite3")
    names = migrate_database(db, "centre")
    assert names == sorted(names, key=lambda name: (name.split("/")[0] != "common", name))
    assert {name.split("/")[0] for name in names} == {"common", "centre"}
    assert set(migration.applied_steps(db)) == set(names)


def test_after_a_migration_the_guard_knows_the_new_tables(tmp_path: Path) -> None:
    db = open_office(tmp_path / "a.sqlite3")
    migrate_database(db, "office")
    with pytest.raises(apsw.ConstraintError):
        db.run("INSERT INTO village (code, name) VALUES ('3508992010', 'Munder')")
    db.run("INSERT INTO sign_in_attempt (name_key, address, at, ok) VALUES ('a', 'b', 'c', 0)")


def test_a_failing_step_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "0001_broken.sql"
    broken.write_text("CREATE TABLE half (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1);", encoding="utf-8")
    db = open_office(tmp_path / "a.sqlite3")
    monkeypatch.setattr(migration, "step_files", lambda folder, _engine: [broken] if folder == "common" else [])
    with pytest.raises(MigrationError, match="common/0001"):
        migrate_database(db, "office")
    assert db.one("SELECT 1 FROM sqlite_master WHERE name = 'half'") is None
    assert db.one("SELECT 1 FROM migration") is None


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    db = open_office(tmp_path / "a.sqlite3")
    migrate_database(db, "office")
    with db.applying():
        db.run("INSERT INTO migration (name) VALUES ('office/9999')")
    with pytest.raises(MigrationError, match="lebih baru"):
        migrate_database(db, "office")


def test_connections_keep_the_promised_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqliteDatabase, "_add_conn_hooks", REAL_HOOKS)
    db = open_office(tmp_path / "a.sqlite3")
    asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    assert [db.one(f"PRAGMA {name}") for name in asked] == [("wal",), (2,), (1,), (1,)]


def test_only_the_owner_reads_the_database(tmp_path: Path) -> None:
    db = compose.open_side("office", tmp_path / "data")
    migrate_database(db, "office")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir() if path.is_file()}
    assert set(modes.values()) == {0o600}, modes

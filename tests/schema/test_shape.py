"""The schema of a database against the program's steps: what is missing or edited is named, on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schema import migrations as migration
from schema.database import SqliteDatabase, open_office
from schema.migrations import ADVICE, NOT_ALLOWED, check_schema, is_schema_sealed, migrate_database, prepare_schema
from schema.postgres import CentrePostgres, open_centre
from tests.cli.test_command_line import call
from tests.postgres import Server


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    made = open_office(tmp_path / "kantor.sqlite3")
    migrate_database(made, "office")
    yield made
    made.close()


@pytest.fixture
def on_postgres(postgres: Server) -> Iterator[CentrePostgres]:
    with postgres.database() as address:
        made = open_centre(address)
        assert isinstance(made, CentrePostgres)
        yield made
        made.close()


def test_a_migrated_database_is_sealed_and_has_nothing_to_tell(db: SqliteDatabase) -> None:
    assert check_schema(db, "office") == []
    assert is_schema_sealed(db)
    assert db.one("SELECT count(*) FROM migration WHERE length(digest) <> 64") == (0,)


def test_a_missing_trigger_and_index_an_altered_and_a_strange_table_are_named(
    db: SqliteDatabase, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for change in (
        "DROP TRIGGER journal_no_update",
        "DROP INDEX draft_author",
        "CREATE TABLE other (a TEXT) STRICT",
        "ALTER TABLE person ADD COLUMN extra TEXT",
        "DROP TRIGGER link_stays",
    ):
        db.run(change)
    wanted = [
        "Susunan basis data, tidak ada: indeks draft_author, pemicu journal_no_update, pemicu link_stays.",
        "Susunan basis data, berbeda: tabel person.",
        "Susunan basis data, tidak dikenal program: kolom other.a, kolom person.extra.",
        ADVICE,
    ]
    assert check_schema(db, "office") == wanted
    assert prepare_schema(db, "office") == wanted
    db.close()
    for command in ("migrate", "verify"):
        code, told, _ = call(capsys, command, "--data", str(tmp_path))
        assert code == 1
        assert all(sentence in told for sentence in wanted)


def test_data_of_an_earlier_wording_of_a_step_is_not_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that were edited after they had run: the tables are an older draft's, and no digest was kept."""
    draft = tmp_path / "0006_complaints.sql"
    shipped = next(path for path in migration.step_files("office", "sqlite") if path.name == "0006_complaints.sql")
    text = shipped.read_text(encoding="utf-8")
    dropped = "CREATE TRIGGER complaint_stays BEFORE DELETE ON complaint "
    assert dropped in text
    draft.write_text("\n".join(line for line in text.splitlines() if dropped not in line), encoding="utf-8")
    files = migration.step_files
    with monkeypatch.context() as then:
        then.setattr(
            migration,
            "step_files",
            lambda folder, engine: [draft if path.name == draft.name else path for path in files(folder, engine)],
        )
        db = open_office(tmp_path / "kantor.sqlite3")
        migrate_database(db, "office")
        assert check_schema(db, "office") == []
    told = check_schema(db, "office")
    assert told[0] == "Langkah yang dijalankan di sini bukan langkah program ini: office/0006."
    assert told[1] == "Susunan basis data, tidak ada: pemicu complaint_stays."
    db.run("UPDATE migration SET digest = ''")  # so it was before there were digests
    db.run("DELETE FROM schema_seal")
    assert migrate_database(db, "office") == []
    assert not is_schema_sealed(db)
    assert prepare_schema(db, "office")[0] == "Susunan basis data, tidak ada: pemicu complaint_stays."


def test_postgres_is_compared_by_its_catalogue(on_postgres: CentrePostgres) -> None:
    assert check_schema(on_postgres, "centre") == []
    assert is_schema_sealed(on_postgres)
    on_postgres.run("DROP TRIGGER journal_no_change ON journal")
    on_postgres.run("ALTER TABLE access_log DISABLE TRIGGER access_log_no_change")
    on_postgres.run("ALTER TABLE person DROP COLUMN name")
    on_postgres.run(
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    )
    told = check_schema(on_postgres, "centre")
    assert not is_schema_sealed(on_postgres)
    assert "kolom person.name" in told[0]
    assert "pemicu journal.journal_no_change" in told[0]
    assert told[1] == ("Susunan basis data, berbeda: fungsi append_only, pemicu access_log.access_log_no_change.")
    row = on_postgres.one("SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'loket%'")
    assert row == (0,)


def test_a_user_who_may_not_compare_is_told(on_postgres: CentrePostgres) -> None:
    on_postgres.run("CREATE ROLE plain")
    on_postgres.run("GRANT ALL ON ALL TABLES IN SCHEMA public TO plain")
    on_postgres.run("GRANT CREATE ON SCHEMA public TO plain")
    on_postgres.run("SET ROLE plain")
    assert check_schema(on_postgres, "centre") == [NOT_ALLOWED]
    on_postgres.run("RESET ROLE")
    assert check_schema(on_postgres, "centre") == []


def test_the_frozen_list_takes_new_steps_and_refuses_edited_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = tmp_path / "common" / "0001_a.sql"
    step.parent.mkdir()
    step.write_text("CREATE TABLE a (id INTEGER);\n", encoding="utf-8")
    monkeypatch.setattr(migration, "SCHEMA_FOLDER", tmp_path)
    monkeypatch.setattr(migration, "RELEASED", tmp_path / "released.toml")
    assert (migration.list_new_steps(), migration.listed_digests()) == (0, migration.present_digests())
    before = migration.listed_digests()
    step.write_text("CREATE TABLE a (id INTEGER, b TEXT);\n", encoding="utf-8")
    assert (migration.list_new_steps(), migration.listed_digests()) == (1, before)
    assert "0001_a.sql" in capsys.readouterr().err

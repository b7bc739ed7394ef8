"""Numbered SQL migrations. Each file runs in one transaction together with the note that it ran.

`schema/common` holds what both sides share, `schema/office` and `schema/centre` their own tables.
A file is `NNNN_name.sql` in SQLite's words; PostgreSQL's are derived from it (`to_postgres`). Steps from before that
are pairs, `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql`. A released file is never edited (`schema/released.toml`
holds its digest); what is to change becomes the next number.
"""

import hashlib
import re
import secrets
import sys
import tomllib
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from schema.database import SqliteDatabase, open_office
from schema.database_errors import SqliteError
from schema.earlier_copy import NoRoomError, keep_earlier_copy
from schema.postgres import CentrePostgres
from schema.sql_steps import SCHEMA_FOLDER, step_files
from schema.version import VERSION

Side = Literal["office", "centre"]


class MigrationError(Exception):
    """A migration failed and left nothing behind, or the database is newer than the program."""


class MigrationStep(NamedTuple):
    """One step for one engine: its name (`folder/NNNN`) and its file. The digest is that of the file as it stands."""

    name: str
    path: Path
    engine: str

    def sql(self) -> str:
        """What runs on the engine; a pair has PostgreSQL's words in a file of their own."""
        text = self.path.read_text(encoding="utf-8")
        derived = self.engine == "postgres" and ".postgres." not in self.path.name
        return to_postgres(text) if derived else text

    @property
    def digest(self) -> str:
        return file_digest(self.path)


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_text(encoding="utf-8").encode()).hexdigest()


def migration_steps(db: SqliteDatabase | CentrePostgres, side: Side) -> list[MigrationStep]:
    """All steps of the program for a side and the engine of a database, in order."""
    if isinstance(db, CentrePostgres):
        engine = "postgres"
    else:
        engine = "sqlite"
    return [
        MigrationStep(f"{folder}/{path.name[:4]}", path, engine)
        for folder in ("common", side)
        for path in step_files(folder, engine)
    ]


def applied_steps(db: SqliteDatabase | CentrePostgres) -> dict[str, str]:
    """The migrations that this database has: name to the digest that the step had (empty before the digests)."""
    db.run("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)")
    rows = [(*row, "") for row in db.run("SELECT * FROM migration")]
    return {row[0]: row[1] for row in rows}


def pending_steps(db: SqliteDatabase | CentrePostgres, side: Side) -> list[MigrationStep]:
    """What is still to be applied. Raises MigrationError for a database of a newer program."""
    known = migration_steps(db, side)
    have = applied_steps(db)
    unknown = set(have) - {step.name for step in known}
    if unknown:
        raise MigrationError(newer_sentence(db, unknown))
    return [step for step in known if step.name not in have]


def newer_sentence(db: SqliteDatabase | CentrePostgres, unknown: set[str]) -> str:
    """That a database needs a newer program, and which: steps say it since common/0130."""
    programs = [row[2] for row in db.run("SELECT * FROM migration") if row[0] in unknown and len(row) > 2 and row[2]]
    needed = max(programs, key=version_order, default="")
    version = "versi terbaru"
    if needed:
        version = f"versi {needed} atau yang lebih baru"
    return (
        f"Basis data ini lebih baru daripada program ini, Loket {VERSION} (langkah {', '.join(sorted(unknown))}). "
        f"Pasang Loket {version}, lalu coba lagi."
    )


def version_order(version: str) -> list[int]:
    """`0.10.1` in numbers, so that it comes after `0.9.0`."""
    return [int(number) for number in re.findall(r"\d+", version)]


def migrate_database(db: SqliteDatabase | CentrePostgres, side: Side, *, keep_copy: bool = True) -> list[str]:
    """Bring the database up to date and seal its schema; returns the names applied now. Raises MigrationError."""
    if keep_copy:
        keep_state_before(db, side)
    done = migrate_only(db, side)
    if done or not is_schema_sealed(db):
        seal_schema(db, side)
    return done


def prepare_schema(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    """What each start does: bring the database up to date and say what of its schema is not the program's.

    Indonesian sentences; the schema is looked at once. Raises MigrationError.
    """
    keep_state_before(db, side)
    done = migrate_only(db, side)
    if done or not is_schema_sealed(db):
        return seal_schema(db, side)
    return []


def migrate_only(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    done = []
    for step in pending_steps(db, side):
        try:
            with db.applying(), db.writing():
                run_script(db, step.sql())
                db.run("INSERT INTO migration (name) VALUES (?)", (step.name,))
        except Exception as error:
            raise MigrationError(f"Pemutakhiran {step.name} gagal dan tidak meninggalkan apa pun: {error}") from error
        done.append(step.name)
    db.relearn()
    return done


def keep_state_before(db: SqliteDatabase | CentrePostgres, side: Side) -> None:
    """Keep a copy of a database that is in use and about to change. Raises MigrationError where that fails.

    A new one has nothing to keep; one that is not a file of a data folder is itself a copy; a centre on PostgreSQL has
    `pg_dump`.
    """
    applied = len(applied_steps(db))
    if isinstance(db, CentrePostgres) or not (applied and db.is_file and pending_steps(db, side)):
        return
    newest = max(step.name.partition("/")[2] for step in migration_steps(db, side))
    try:
        keep_earlier_copy(db, newest, applied)
    except NoRoomError as error:
        raise MigrationError(str(error)) from error
    except (OSError, SqliteError) as error:
        raise MigrationError(f"Salinan sebelum pemutakhiran tidak dapat ditulis: {error}") from error


def run_script(db: SqliteDatabase | CentrePostgres, script: str) -> None:
    if isinstance(db, CentrePostgres):
        db.connection().execute(script)
        return
    for _ in db.run(script):
        pass


Shape = dict[str, str]
"""Thing in words (`pemicu journal_no_update`) to its definition without blanks and comments."""

THING_WORDS = {"table": "tabel", "index": "indeks", "trigger": "pemicu", "view": "tampilan"}
ADVICE = (
    "Basis data ini pernah dibuat versi percobaan atau diubah dari luar Loket. Buat cadangan, jangan teruskan "
    "pekerjaan penting, dan minta bantuan teknisi."
)
NOT_ALLOWED = "Susunan basis data belum dibandingkan: beri pengguna PostgreSQL Loket hak CREATE pada basis datanya."
POSTGRES_CATALOGUE = {
    "kolom": "SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable || ' ' ||"
    " coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = ?",
    "indeks": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = ?",
    "pemicu": "SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE NOT t.tgisinternal AND n.nspname = ?",
    "aturan": "SELECT c.relname || '.' || k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k"
    " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?",
    "fungsi": "SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p"
    " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ?",
}


def check_schema(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    """Indonesian sentences: steps and parts of the schema that are not the program's; empty when all is as it must be.

    For a database without pending steps. Nothing is changed.
    """
    edited = edited_steps(db, side)
    try:
        present = database_shape(db)
        wanted = expected_shape(db, side)
    except Exception as error:
        if type(error).__name__ != "InsufficientPrivilege":  # psycopg's; an office has no psycopg
            raise
        return [NOT_ALLOWED]
    missing = [thing for thing in wanted if thing not in present]
    unlike = [thing for thing in wanted if thing in present and present[thing] != wanted[thing]]
    strange = [thing for thing in present if thing not in wanted]
    sentences = []
    if edited:
        sentences.append(f"Langkah yang dijalankan di sini bukan langkah program ini: {', '.join(edited)}.")
    for title, things in (("tidak ada", missing), ("berbeda", unlike), ("tidak dikenal program", strange)):
        if things:
            sentences.append(f"Susunan basis data, {title}: {', '.join(without_repeats(things))}.")
    if not sentences:
        return []
    return [*sentences, ADVICE]


def without_repeats(things: list[str]) -> list[str]:
    """Things in order; the columns of a table that is named itself go without saying, and the other way round."""
    tables = {thing.split(" ")[1] for thing in things if thing.startswith("tabel ")}
    columns = {thing.split(" ")[1].split(".")[0] for thing in things if thing.startswith("kolom ")}
    whole = tables - columns
    kept = [thing for thing in things if not thing.startswith("tabel ") or thing.split(" ")[1] in whole]
    return sorted(kept)


def edited_steps(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    kept = applied_steps(db)
    return [step.name for step in migration_steps(db, side) if kept.get(step.name) and kept[step.name] != step.digest]


def seal_schema(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    """After a migration: keep the digests of steps and schema, if the schema is what the steps give. Its faults."""
    if faults := check_schema(db, side):
        return faults
    keep = "INSERT INTO schema_seal (id, digest) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET digest = excluded.digest"
    with db.applying(), db.writing():
        for step in migration_steps(db, side):
            db.run(
                "UPDATE migration SET digest = ?, program = ? WHERE name = ? AND digest = ''",
                (step.digest, VERSION, step.name),
            )
        db.run(keep, (shape_digest(database_shape(db)),))  # two programs may start at once
    return []


def is_schema_sealed(db: SqliteDatabase | CentrePostgres) -> bool:
    """Whether the schema still is what the last migration sealed: cheap enough for every start."""
    row = db.one("SELECT digest FROM schema_seal")
    return row is not None and row[0] == shape_digest(database_shape(db))


def shape_digest(shape: Shape) -> str:
    return hashlib.sha256(repr(sorted(shape.items())).encode()).hexdigest()


# -- shapes ----------------------------------------------------------------------------------------------------


def database_shape(db: SqliteDatabase | CentrePostgres, schema: str = "public") -> Shape:
    if isinstance(db, CentrePostgres):
        return postgres_shape(db, schema)
    return sqlite_shape(db)


def sqlite_shape(db: SqliteDatabase) -> Shape:
    rows = list(
        db.run(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )
    )
    shape = {f"{THING_WORDS[kind]} {name}": normalized_sql(sql) for kind, name, sql in rows}
    for table, column, *definition in db.run(
        'SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk FROM sqlite_master m'
        " JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ):
        shape[f"kolom {table}.{column}"] = repr(definition)
    return shape


def postgres_shape(db: CentrePostgres, schema: str) -> Shape:
    return {
        f"{word} {name}": normalized_sql(definition.replace(f"{schema}.", ""))
        for word, asked in POSTGRES_CATALOGUE.items()
        for name, definition in db.run(asked, (schema,))
    }


def normalized_sql(sql: str) -> str:
    return " ".join(re.sub(r"--[^\n]*", " ", sql).split())


def expected_shape(db: SqliteDatabase | CentrePostgres, side: Side) -> Shape:
    if not isinstance(db, CentrePostgres):
        return memory_shape(side, tuple(step.digest for step in migration_steps(db, side)))
    schema = f"loket_{secrets.token_hex(6)}"
    with db.writing():  # made and gone in one transaction
        db.run(f"CREATE SCHEMA {schema}")
        db.run(f"SET LOCAL search_path TO {schema}")
        applied_steps(db)
        for step in migration_steps(db, side):
            run_script(db, step.sql())
        shape = postgres_shape(db, schema)
        db.run(f"DROP SCHEMA {schema} CASCADE")
    return shape


@lru_cache(maxsize=4)
def memory_shape(side: Side, _digests: tuple[str, ...]) -> Shape:
    with closing(open_office(":memory:")) as scratch:
        migrate_only(scratch, side)
        return sqlite_shape(scratch)


# -- PostgreSQL's words -------------------------------------------------------------------------------------------

REFUSING = """CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF {condition} THEN RAISE EXCEPTION {words} USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();"""
WORDS = (
    (re.compile(r"--[^\n]*"), ""),
    (re.compile(r"\) STRICT(, WITHOUT ROWID)?;"), ");"),
    (re.compile(r"\bid INTEGER PRIMARY KEY(?=\s*[,)])"), "id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
    (re.compile(r"\bCOLLATE BINARY\b"), 'COLLATE "C"'),
    (re.compile(r"\bx'([0-9a-fA-F]*)'"), r"'\\x\1'::bytea"),
    (re.compile(r" CHECK \(json_valid\(\w+\)\)"), ""),
)


def to_postgres(sql: str) -> str:
    """A step in PostgreSQL's words: types, STRICT, JSON checks, bytes, and triggers that refuse a change.

    Anything else that differs is refused by PostgreSQL itself, in the test that runs every step there.
    """
    for pattern, words in WORDS:
        sql = pattern.sub(words, sql)
    first, *triggers = sql.split("CREATE TRIGGER ")
    return first + "".join(to_refusing(*trigger.partition("END;")[::2]) for trigger in triggers)


def to_refusing(trigger: str, rest: str) -> str:
    """A trigger from its name to `END;` as function and trigger, then what follows it."""
    head, _, raised = trigger.partition("BEGIN SELECT RAISE(ABORT, ")
    event, _, condition = " ".join(head.split()).partition(" WHEN ")
    name, _, event = event.partition(" ")
    when, _, table = event.rpartition(" ON ")
    words = raised.partition(");")[0]
    return REFUSING.format(name=name, when=when, table=table, condition=condition or "true", words=words) + rest


# -- the frozen list of steps: `python -m schema.migrations` ------------------------------------------------------

RELEASED = SCHEMA_FOLDER / "released.toml"
RELEASED_HEAD = (
    "# SHA-256 of every migration step; a listed one is never edited. `python -m schema.migrations` adds new ones.\n"
)


def present_digests() -> dict[str, str]:
    paths = [
        path for folder in ("common", "office", "centre") for path in sorted((SCHEMA_FOLDER / folder).glob("*.sql"))
    ]
    return {path.relative_to(SCHEMA_FOLDER).as_posix(): file_digest(path) for path in paths}


def listed_digests() -> dict[str, str]:
    if not RELEASED.exists():
        return {}
    return dict(tomllib.loads(RELEASED.read_text(encoding="utf-8")))


def list_new_steps() -> int:
    """Add the digests of new files to `released.toml`; 1 when a listed file was edited or is gone.

    It never changes a digest that is listed. A step that nobody outside has run yet may be edited after its line was
    taken out of the list by hand.
    """
    now = present_digests()
    before = listed_digests()
    wrong = [name for name, digest in before.items() if now.get(name) != digest]
    if wrong:
        sys.stderr.write("edited or gone, restore these files and write a new step instead: " + ", ".join(wrong) + "\n")
        return 1
    RELEASED.write_text(
        RELEASED_HEAD + "".join(f'"{name}" = "{digest}"\n' for name, digest in now.items()), encoding="utf-8"
    )
    sys.stdout.write(f"{len(now) - len(before)} new, {len(now)} listed\n")
    return 0


if __name__ == "__main__":
    sys.exit(list_new_steps())

"""The schema of a database as the program knows it: what is missing, what differs, what nobody knows.

`check_schema` compares a live database with what its numbered steps give: for SQLite in a database in memory, for
PostgreSQL in a schema that is rolled back. The digests kept by the last migration make the daily look cheap.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import lru_cache

from schema.database import CentrePostgres, SqliteDatabase, open_office
from schema.migrate import Side, applied, migrate_only, run_script, steps

Shape = dict[str, str]
"""Thing in words (`pemicu journal_no_update`) to its definition without blanks and comments."""

WORDS = {"table": "tabel", "index": "indeks", "trigger": "pemicu", "view": "tampilan"}
ADVICE = (
    "Basis data ini pernah dibuat versi percobaan atau diubah dari luar Loket. Buat cadangan, jangan teruskan "
    "pekerjaan penting, dan minta bantuan teknisi."
)
NOT_ALLOWED = (
    "Susunan basis data belum dibandingkan: beri pengguna PostgreSQL Loket hak CREATE pada basis datanya."
)
COLUMNS = (
    "SELECT table_name, column_name, data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')"
    " FROM information_schema.columns WHERE table_schema = ?"
)
CATALOGUE = {
    "indeks": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = ?",
    "pemicu": "SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE NOT t.tgisinternal AND n.nspname = ?",
    "aturan": "SELECT c.relname || '.' || k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k"
    " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?",
    "fungsi": "SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p"
    " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ?",
}  # fmt: skip


def check_schema(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    """Indonesian sentences: steps and parts of the schema that are not the program's; empty when all is as it must be.

    For a database without pending steps. Nothing is changed.
    """
    edited = edited_steps(db, side)
    try:
        here, wanted = shape_of(db), expected(db, side)
    except Exception as error:
        if type(error).__name__ != "InsufficientPrivilege":  # psycopg's; an office has no psycopg
            raise
        return [NOT_ALLOWED]
    missing = [thing for thing in wanted if thing not in here]
    unlike = [thing for thing in wanted if thing in here and here[thing] != wanted[thing]]
    strange = [thing for thing in here if thing not in wanted]
    found = []
    if edited:
        found.append(f"Langkah yang dijalankan di sini bukan langkah program ini: {', '.join(edited)}.")
    for title, things in (("tidak ada", missing), ("berbeda", unlike), ("tidak dikenal program", strange)):
        if things:
            found.append(f"Susunan basis data, {title}: {', '.join(without_repeats(things))}.")
    return [*found, ADVICE] if found else []


def without_repeats(things: list[str]) -> list[str]:
    """Things in order; the columns of a table that is named itself go without saying, and the other way round."""
    tables = {thing.split(" ")[1] for thing in things if thing.startswith("tabel ")}
    columns = {thing.split(" ")[1].split(".")[0] for thing in things if thing.startswith("kolom ")}
    whole = tables - columns
    kept = [thing for thing in things if not thing.startswith("tabel ") or thing.split(" ")[1] in whole]
    return sorted(kept)


def edited_steps(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    """Names of applied steps whose text was another one when they ran."""
    kept = applied(db)
    return [step.name for step in steps(db, side) if kept.get(step.name) and kept[step.name] != step.digest]


def seal(db: SqliteDatabase | CentrePostgres, side: Side) -> None:
    """After a migration: keep the digests of steps and schema, if the schema is what the steps give."""
    if check_schema(db, side):
        return
    with db.applying(), db.writing():
        for step in steps(db, side):
            db.run("UPDATE migration SET digest = ? WHERE name = ? AND digest = ''", (step.digest, step.name))
        keep = "INSERT INTO schema_seal (id, digest) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET"
        db.run(
            f"{keep} digest = excluded.digest", (digest_of(shape_of(db)),)
        )  # two programs may start at once


def is_sealed(db: SqliteDatabase | CentrePostgres) -> bool:
    """Whether the schema still is what the last migration sealed: cheap enough for every start."""
    row = db.one("SELECT digest FROM schema_seal")
    return row is not None and row[0] == digest_of(shape_of(db))


def remaining_faults(db: SqliteDatabase | CentrePostgres, side: Side) -> list[str]:
    """What is wrong with a schema that no migration could seal; asks nothing further of one that is sealed."""
    return [] if is_sealed(db) else check_schema(db, side)


def digest_of(shape: Shape) -> str:
    """SHA-256 of a whole shape."""
    return hashlib.sha256(repr(sorted(shape.items())).encode()).hexdigest()


# -- shapes ----------------------------------------------------------------------------------------------------


def shape_of(db: SqliteDatabase | CentrePostgres, schema: str = "public") -> Shape:
    """The shape of a database as it is."""
    return postgres_shape(db, schema) if isinstance(db, CentrePostgres) else sqlite_shape(db)


def sqlite_shape(db: SqliteDatabase) -> Shape:
    """Tables, indexes, triggers and views by their SQL, and each column of each table."""
    rows = list(db.run("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%'"
                       " ESCAPE '!'"))  # fmt: skip
    shape = {f"{WORDS[kind]} {name}": plain_sql(sql) for kind, name, sql in rows}
    for table, column, *definition in db.run(
        'SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk FROM sqlite_master m'
        " JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ):
        shape[f"kolom {table}.{column}"] = repr(definition)
    return shape


def postgres_shape(db: CentrePostgres, schema: str) -> Shape:
    """Columns, indexes, triggers, constraints and functions of one schema, its name left out."""
    shape = {}
    for table, column, definition in db.run(COLUMNS, (schema,)):
        shape[f"kolom {table}.{column}"] = unqualified(definition, schema)
    for word, asked in CATALOGUE.items():
        for name, definition in db.run(asked, (schema,)):
            shape[f"{word} {name}"] = unqualified(definition, schema)
    return shape


def unqualified(definition: str, schema: str) -> str:
    """A definition as it reads in any schema."""
    return plain_sql(definition.replace(f"{schema}.", ""))


def plain_sql(sql: str) -> str:
    """SQL without comments, in single blanks."""
    return " ".join(re.sub(r"--[^\n]*", " ", sql).split())


class Undone(Exception):
    """Ends a transaction that is only there to be rolled back."""


def expected(db: SqliteDatabase | CentrePostgres, side: Side) -> Shape:
    """The shape that the program's steps give on this engine."""
    if not isinstance(db, CentrePostgres):
        return in_memory(side, tuple(step.digest for step in steps(db, side)))
    schema, found = f"loket_{secrets.token_hex(6)}", {}
    try:
        with db.writing():
            db.run(f"CREATE SCHEMA {schema}")
            db.run(f"SET LOCAL search_path TO {schema}")
            applied(db)
            for step in steps(db, side):
                run_script(db, step.text)
            found = postgres_shape(db, schema)
            raise Undone
    except Undone:
        return found


@lru_cache(maxsize=4)
def in_memory(side: Side, _digests: tuple[str, ...]) -> Shape:
    """The shape of a database in memory after all steps, worked out once while the steps stay the same."""
    scratch = open_office(":memory:")
    try:
        migrate_only(scratch, side)
        return sqlite_shape(scratch)
    finally:
        scratch.close()

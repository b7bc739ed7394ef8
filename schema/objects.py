"""Whether a database still has the tables, columns, indexes and triggers that this program's migrations make.

The list comes from the program (an empty database that was just migrated), never from the database under test: who
drops a trigger or declares a table away must not be able to say so himself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema.database import CentrePostgres, Database
from schema.migrate import Side, files

WORDS = {"table": "Tabel", "index": "Indeks", "trigger": "Pemicu", "view": "Pandangan", "column": "Kolom",
         "function": "Fungsi"}  # fmt: skip
Objects = dict[tuple[str, str], str]
"""(type, name) -> how it is made."""


def shape_faults(live: Database, fresh: Database, side: Side) -> list[str]:
    """What differs from a freshly migrated SQLite database of this side, one Indonesian sentence each."""
    return [*beside_faults(live, fresh), *object_faults(live, fresh, side)]


def beside_faults(live: Database, fresh: Database) -> list[str]:
    """Tables that were declared to be no official records, or the other way round."""
    sql = "SELECT name FROM beside"
    here, there = ({str(row[0]) for row in db.run(sql)} for db in (live, fresh))
    added = [f"Tabel {name} dinyatakan bukan catatan resmi, padahal program tidak menyatakannya."
             for name in sorted(here - there)]  # fmt: skip
    lost = [
        f"Tabel {name} tidak lagi dinyatakan di luar jurnal, padahal program menyatakannya."
        for name in sorted(there - here)
    ]
    return added + lost


def object_faults(live: Database, fresh: Database, side: Side) -> list[str]:
    """Objects that are missing, changed or unknown."""
    if isinstance(live, CentrePostgres):
        here, there = postgres_objects(live), postgres_expected(fresh, side)
    else:
        here, there = sqlite_objects(live), sqlite_objects(fresh)
    faults = []
    for kind, name in sorted({*here, *there}):
        if (kind, name) not in here:
            faults.append(f"{WORDS[kind]} {name} hilang dari basis data.")
        elif (kind, name) not in there:
            faults.append(f"{WORDS[kind]} {name} tidak dikenal program ini.")
        elif here[kind, name] != there[kind, name]:
            faults.append(f"{WORDS[kind]} {name} tidak sama dengan susunan program ini.")
    return faults


def sqlite_objects(db: Database) -> Objects:
    """Everything in the schema with the SQL that made it, spaces apart."""
    rows = db.run(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {(kind, name): " ".join(sql.split()) for kind, name, sql in rows}


def postgres_objects(db: Database) -> Objects:
    """Tables, columns, live triggers with their function, and the text of functions."""
    found: Objects = {}
    columns = db.run(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    for table, column in columns:
        found["table", table] = ""
        found["column", f"{table}.{column}"] = ""
    triggers = db.run(
        "SELECT t.tgname, p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
    )
    found |= {("trigger", name): function for name, function in triggers}
    functions = db.run("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    return found | {("function", name): " ".join(text.split()) for name, text in functions}


def postgres_expected(fresh: Database, side: Side) -> Objects:
    """The same, from the columns of the SQLite twin and the PostgreSQL files of the program."""
    expected: Objects = {}
    for table, column in fresh.run(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ):
        expected["table", table] = ""
        expected["column", f"{table}.{column}"] = ""
    script = "\n".join(scripts(side))
    for name, text in re.findall(
        r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(.*?\$\$(.*?)\$\$", script, re.DOTALL
    ):
        expected["function", name] = " ".join(text.split())
    for made, name, function in re.findall(
        r"(CREATE|DROP) TRIGGER (?:IF EXISTS )?(\w+)(?:[^;]*?EXECUTE FUNCTION (\w+))?", script
    ):
        expected["trigger", name] = function
        if made == "DROP":
            del expected["trigger", name]
    return expected


def scripts(side: Side) -> Iterator[str]:
    """The program's migrations for PostgreSQL, in order."""
    for folder in ("common", side):
        yield from (path.read_text(encoding="utf-8") for path in files(folder, "postgres"))

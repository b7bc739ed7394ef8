"""Models beside the tables that they stand for: what a catalogue says must be what the model says."""

from importlib import import_module
from typing import Any

import peewee

from schema.database import SqliteDatabase, Table
from schema.postgres import CentrePostgres
from tests.rules.source import room_modules

OFFICE_ROOMS = ("people", "office", "desk", "batches", "ktp", "complaints", "capa", "quarter")
KINDS = {"TEXT": "text", "INTEGER": "number", "BLOB": "bytes", "text": "text", "bigint": "number", "bytea": "bytes"}
FIELDS = {peewee.TextField: "text", peewee.IntegerField: "number", peewee.BlobField: "bytes"}
POSTGRES = (
    "SELECT column_name, data_type, is_nullable = 'YES', coalesce((SELECT k.ordinal_position"
    " FROM information_schema.key_column_usage k JOIN information_schema.table_constraints t"
    " ON t.constraint_name = k.constraint_name AND t.table_name = k.table_name"
    " WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name AND k.column_name = c.column_name), 0)"
    " FROM information_schema.columns c WHERE c.table_name = ? AND c.table_schema = 'public'"
)

Columns = set[tuple[str, str, bool, bool]]
"""(name, kind, may be empty, belongs to the key)."""


def models(*rooms: str) -> list[Any]:
    """Every model of some rooms, at least one of each."""
    found = []
    for room in rooms:
        module = import_module(f"{room_modules()[room]}.tables")
        own = [var for var in vars(module).values() if isinstance(var, type) and issubclass(var, Table)]
        assert len(own) > 1, room
        found += [var for var in own if var is not Table]
    return found


def said_by_model(model: Any) -> Columns:
    """What the model says of its columns."""
    key = model._meta.primary_key
    names = key.field_names if isinstance(key, peewee.CompositeKey) else (key.name,) if key else ()
    return {
        (field.column_name, FIELDS[type(field)], field.null, field.name in names) for field in model._meta.sorted_fields
    }


def said_by_database(db: SqliteDatabase | CentrePostgres, table: str) -> Columns:
    """What the database says of a table's columns."""
    if isinstance(db, CentrePostgres):
        return {(name, KINDS[kind], empty, bool(place)) for name, kind, empty, place in db.run(POSTGRES, (table,))}
    rows = db.run('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (table,))
    return {(name, KINDS[kind], not (full or place), bool(place)) for name, kind, full, place in rows}

"""The SQL steps as files, and the tables that stand after all of them. A column is declared once, in a step: models
take theirs from there."""

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import peewee

SCHEMA_FOLDER = Path(__file__).parent
FIELDS = {"TEXT": peewee.TextField, "INTEGER": peewee.IntegerField, "BLOB": peewee.BlobField}
COMMENT = re.compile(r"--[^\n]*")
SIGN = re.compile(r"[(),]")
BRACKETS = re.compile(r"\(.*\)", re.DOTALL)
"""A check or a list of choices: its words say nothing of the column."""
NO_COLUMN = ("PRIMARY", "UNIQUE", "CHECK", "FOREIGN")


def step_files(folder: str, engine: str) -> list[Path]:
    chosen: dict[str, Path] = {}
    for path in sorted((SCHEMA_FOLDER / folder).glob("[0-9][0-9][0-9][0-9]_*.sql")):
        parts = path.name.split(".")
        if len(parts) == 2 or parts[1] == engine:
            chosen[path.name[:4]] = path
    return [chosen[number] for number in sorted(chosen)]


class Column(NamedTuple):
    """`kind` is SQLite's word: TEXT, INTEGER, BLOB."""

    name: str
    kind: str
    null: bool


class TableShape(NamedTuple):
    """Columns in their order, and the names of those that make up the primary key."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]


@cache
def declared_tables() -> dict[str, TableShape]:
    """Table → its shape after all steps. A table of both sides that differs between them is the office's."""
    parts: dict[str, list[str]] = {}
    steps = [path for folder in ("common", "centre", "office") for path in step_files(folder, "sqlite")]
    for path in steps:
        for statement in COMMENT.sub("", path.read_text(encoding="utf-8")).split(";"):
            match statement.split(None, 6):
                case ["CREATE", "TABLE", table, *_]:
                    parts[table] = split_parts(statement.partition("(")[2].rpartition(")")[0])
                case ["ALTER", "TABLE", table, "ADD", "COLUMN", *column] if table in parts:
                    parts[table].append(" ".join(column))
                case ["ALTER", "TABLE", table, "DROP", "COLUMN", gone]:
                    parts[table] = [part for part in parts[table] if part.split()[0] != gone]
                case ["ALTER", "TABLE", table, "RENAME", "TO", name]:
                    parts[name] = parts.pop(table)
                case ["DROP", "TABLE", table]:
                    del parts[table]
    return {name: to_shape(each) for name, each in parts.items()}


def split_parts(body: str) -> list[str]:
    """What stands between the commas that are in no brackets."""
    depth = 0
    start = 0
    parts = []
    for sign in SIGN.finditer(body + ","):
        depth += (sign[0] == "(") - (sign[0] == ")")
        if sign[0] == "," and not depth:
            parts.append(body[start : sign.start()].strip())
            start = sign.end()
    return parts


def to_shape(parts: list[str]) -> TableShape:
    """The shape of a table from the parts of its CREATE TABLE and what was added."""
    columns: list[Column] = []
    key: tuple[str, ...] = ()
    for part in parts:
        words = part.split()
        if part.startswith("PRIMARY KEY"):
            key = tuple(re.findall(r"\w+", part.partition("(")[2]))
        elif words[0] not in NO_COLUMN:
            said = BRACKETS.sub("", part)
            is_key = "PRIMARY KEY" in said
            key = (words[0],) if is_key else key
            columns.append(Column(words[0], words[1], not is_key and "NOT NULL" not in said))
    return TableShape(tuple(columns), key)


class FromSql(type(peewee.Model)):  # type: ignore[misc]  # peewee has no types
    """Gives a model the columns and the key of its table; `table` names one that is spelled unlike the class."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], table: str = "") -> Any:
        table = table or getattr(attrs.get("Meta"), "table_name", "") or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        shape = declared_tables().get(table)
        if peewee.Model in bases:
            return super().__new__(mcs, name, bases, attrs)
        if shape is None:
            raise TypeError(f"no SQL step makes the table {table}")
        single = ""
        if len(shape.key) == 1:
            single = shape.key[0]
        fields = {
            column.name: FIELDS[column.kind](null=column.null, primary_key=column.name == single)
            for column in shape.columns
        }
        options: dict[str, Any] = {"table_name": table}
        if not single:
            if shape.key:
                options["primary_key"] = peewee.CompositeKey(*shape.key)
            else:
                options["primary_key"] = False
        return super().__new__(mcs, name, bases, fields | attrs | {"Meta": type("Meta", (), options)})

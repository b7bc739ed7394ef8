"""The columns of every table, as the SQL steps of both sides leave them: the one place where a column is declared."""

import re
from functools import cache
from typing import NamedTuple

from schema.migrations import step_files

COMMENT = re.compile(r"--[^\n]*")
SIGN = re.compile(r"[(),]")
NO_COLUMN = ("PRIMARY", "UNIQUE", "CHECK", "FOREIGN")


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
    for path in (path for folder in ("common", "centre", "office") for path in step_files(folder, "sqlite")):
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
    depth, start, parts = 0, 0, []
    for found in SIGN.finditer(body + ","):
        depth += (found[0] == "(") - (found[0] == ")")
        if found[0] == "," and not depth:
            parts.append(body[start : found.start()].strip())
            start = found.end()
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
            is_key = "PRIMARY KEY" in part
            key = (words[0],) if is_key else key
            columns.append(Column(words[0], words[1], not is_key and "NOT NULL" not in part))
    return TableShape(tuple(columns), key)

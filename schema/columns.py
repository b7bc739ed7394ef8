"""The columns of every table, as the SQL steps of both sides leave them: the one place where a column is declared."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from schema.migrations import step_files

STATEMENT = re.compile(
    r"CREATE TABLE (?P<table>\w+) \((?P<body>.*?)\) STRICT[^;]*;"
    r"|ALTER TABLE (?P<wider>\w+) ADD COLUMN (?P<column>[^;]*);"
    r"|ALTER TABLE (?P<old>\w+) RENAME TO (?P<new>\w+);|DROP TABLE (?P<gone>\w+);",
    re.DOTALL,
)
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
    """Table → its shape. A table of both sides that differs between them is the office's."""
    return read_steps("centre") | read_steps("office")


def read_steps(side: str) -> dict[str, TableShape]:
    """The tables of one side after all its steps."""
    parts: dict[str, list[str]] = {}
    for path in (*step_files("common", "sqlite"), *step_files(side, "sqlite")):
        for found in STATEMENT.finditer(re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))):
            if found["table"]:
                parts[found["table"]] = split_parts(found["body"])
            elif found["new"]:
                parts[found["new"]] = parts.pop(found["old"])
            elif found["gone"]:
                del parts[found["gone"]]
            elif found["wider"] in parts:  # the list of migrations makes itself
                parts[found["wider"]].append(found["column"])
    return {name: to_shape(each) for name, each in parts.items()}


def split_parts(body: str) -> list[str]:
    """What stands between the commas that are in no brackets."""
    depth, start, parts = 0, 0, []
    for place, sign in enumerate(body + ","):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append(body[start:place].strip())
            start = place + 1
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

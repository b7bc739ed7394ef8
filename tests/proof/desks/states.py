"""The states that definitions and tables name, and those in which something stands."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache

from app.platform.office.queries import services_in_force
from schema.database import Database
from schema.service_procedure import Definition

COLUMN = re.compile(r"\b(\w+)\s+IN\s*\(([^)]*)\)")
NAMES = ("state", "result", "outcome", "verdict")
END = "@"
"""What stands before the name of an end at which a case lies."""
HIDDEN = ("journal", "road_", "fork", "twin_")
"""Tables of the exchange: what befalls them needs other hands than those of officers."""
WORK_OF: Mapping[str, Callable[[Definition], bool]] = {
    "sms": lambda one: one.id == "hotline",
    **dict.fromkeys(("dispatch", "dispatch_line", "typed_answer"), lambda one: one.partner is not None),
}
"""Tables that only some services write into: without one of these an office has no such state."""


def existing_states(db: Database, on: date) -> Iterator[str]:
    """Every state that a table of this side may hold, as `table.column=value`, every step and exit of a service."""
    held = services_in_force(db, on) if keeps_cases(db) else ()
    for definition in held:
        yield from (f"{definition.id}.{step.id}" for step in definition.steps)
        yield from (f"{definition.id}.{leaving.id}" for leaving in definition.exits)
    without = {table for table, has_work in WORK_OF.items() if keeps_cases(db) and not any(map(has_work, held))}
    for table, column, values in columns_with_states(db):
        yield from (f"{table}.{column}={value}" for value in values if table not in without)


def reached_states(db: Database) -> Iterator[str]:
    """Those of them in which something stands now."""
    if keeps_cases(db):
        for service, step in db.run("SELECT DISTINCT service, step FROM case_file"):
            yield f"{service}.{step.removeprefix(END)}"
    for table, column, values in columns_with_states(db):
        for (value,) in db.run(f'SELECT DISTINCT "{column}" FROM "{table}"'):
            if value in values:
                yield f"{table}.{column}={value}"


def keeps_cases(db: Database) -> bool:
    """Whether this side has cases of its own."""
    return db.one("SELECT 1 FROM sqlite_master WHERE name = 'case_file'") is not None


def columns_with_states(db: Database) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(table, column, values) of every column whose check lists its values."""
    for table, sql in list(db.run("SELECT name, sql FROM sqlite_master WHERE type = 'table'")):
        if not sql or table.startswith(HIDDEN):
            continue
        yield from listed_columns(table, sql)


@cache
def listed_columns(table: str, sql: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """The columns of one table that list their values; where several checks name a column, the first one."""
    found: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for column, listed in COLUMN.findall(sql):
        values = tuple(filter(None, re.findall(r"'([^']*)'", listed)))
        if column in NAMES and values and column not in found:
            found[column] = (table, column, values)
    return list(found.values())

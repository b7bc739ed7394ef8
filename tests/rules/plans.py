"""Statements that the program sends, kept while it works, and what SQLite and PostgreSQL would read to answer them.

A statement is explained with the values that it was sent with: whether an index of some rows serves it depends on them.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import apsw
import pytest

from app import paths
from schema.database import SqliteDatabase, open_office
from schema.migrations import Side
from schema.postgres import CentrePostgres

CODE, SCHEMA, TESTS = (str(paths.CHECKOUT / part) for part in ("", "schema", "tests"))
WORK = re.compile(r"\s*(SELECT|UPDATE|DELETE|INSERT|REPLACE|WITH)\b")
OF_A_SIDE = {"source", "epoch", "stream", "lane", "peer", "origin"}
"""Columns that name a side or one of its streams: what has them grows with the years."""
Values = Any
Asked = dict[str, Values]
"""Statement → the values with which it was sent first."""
Scan = tuple[str, str]
"""(table, line of the plan)."""


@dataclass
class Sent:
    """What each side's program sent while `heard` was true, in any thread; what a test asked by itself is left out."""

    heard: bool = False
    by_side: dict[Side, Asked] = field(default_factory=lambda: {"office": {}, "centre": {}})

    def hear(self, side: Side, sql: str, values: Values) -> bool:
        if self.heard and sql not in self.by_side[side] and not is_asked_by_test():
            self.by_side[side][sql] = values
        return True

    def work(self, side: Side) -> Asked:
        """Statements that read or write rows."""
        return {sql: values for sql, values in self.by_side[side].items() if WORK.match(sql)}


def is_asked_by_test() -> bool:
    """Whether the nearest code of ours outside of the schema, whoever stands between, is a test."""
    frame: FrameType | None = sys._getframe(3)
    while frame:
        name = frame.f_code.co_filename
        if name.startswith(CODE) and "site-packages" not in name and not name.startswith(SCHEMA):
            return name.startswith(TESTS)
        frame = frame.f_back
    return True


@contextmanager
def keeping_statements() -> Iterator[Sent]:
    """Connections that are opened meanwhile tell what is sent. The scratch of a proof is a database of its own."""
    sent, hooks = Sent(), SqliteDatabase._add_conn_hooks

    def add_hooks(db: SqliteDatabase, connection: apsw.Connection) -> None:
        hooks(db, connection)
        place = Path(str(db.database))
        side: Side = "centre" if place.name.startswith("pusat") else "office"
        if place.name.startswith(("kantor", "pusat")):
            connection.exec_trace = lambda _cursor, sql, values: sent.hear(side, sql, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteDatabase, "_add_conn_hooks", add_hooks)
        yield sent


# -- SQLite ------------------------------------------------------------------------------------------------------


class SqlitePlans:
    """Plans of one database."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.tables = set(names_of(connection, "table"))
        self.partial = {name for name in names_of(connection, "index") if is_partial(connection, name)}

    def whole(self, sql: str, values: Values) -> list[Scan]:
        """Tables that the statement reads from their beginning, or through all that one side or stream has in them,
        unless it takes the first rows and stops."""
        lines = [str(row[3]) for row in self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        scans = [(table, line) for line in lines for table in self.scanned(line, sql)]
        walks = [(table, line) for line in lines for table in self.walked(line, sql)]
        return ([] if takes_first(lines, sql) else scans) + walks_through(walks, sql)

    def walked(self, line: str, sql: str) -> set[str]:
        """The tables of which a line reads all that one side or stream has in them."""
        found = re.match(r"SEARCH (\w+) .*\((.*)\)$", line)
        if found is None or self.is_part(line):
            return set()
        columns = {re.split(r"[=<>]", part)[0] for part in found[2].split(" AND ")}
        return self.meant(found[1], sql) if columns <= OF_A_SIDE else set()

    def scanned(self, line: str, sql: str) -> set[str]:
        if not line.startswith("SCAN ") or self.is_part(line):
            return set()
        return self.meant(line.split()[1].strip('"'), sql)

    def meant(self, name: str, sql: str) -> set[str]:
        """The tables that a name in a plan may mean: several where a statement gives one alias twice."""
        aliased = re.findall(r'(?:FROM|JOIN)\s+("?\w+"?)\s+(?:AS\s+)?("?\w+"?)', sql)
        named = {table.strip('"') for table, alias in aliased if alias.strip('"') == name}
        return (named | {name}) & self.tables

    def is_part(self, line: str) -> bool:
        """Whether a line reads an index of some rows only, or what a full text index found."""
        found = re.search(r"USING (?:COVERING )?INDEX (\w+)", line)
        is_found = "VIRTUAL TABLE" in line and not line.endswith("INDEX 0:")
        return is_found or (found is not None and found[1] in self.partial)


def names_of(connection: apsw.Connection, sort: str) -> list[str]:
    return [str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = ?", (sort,))]


def is_partial(connection: apsw.Connection, index: str) -> bool:
    text = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).get
    return " WHERE " in " ".join(str(text).split())


def walks_through(walks: Sequence[Scan], sql: str) -> list[Scan]:
    """Without those whose part of the statement takes one end of what it searches: the first, the last or a few."""
    value, column = r"(?:\?|[a-z]\.value|CAST\([a-z]\.value AS INTEGER\))", rf"(?:{'|'.join(sorted(OF_A_SIDE))})"
    searched = rf" WHERE {column} [=>] {value}(?: AND {column} [=>] {value})*"
    left = []
    for table in dict.fromkeys(table for table, _ in walks):
        an_end = rf"(?:min|max)\(\w+\) FROM {table}{searched}|FROM {table}{searched} ORDER BY [\w, ]+ LIMIT"
        through = [walk for walk in walks if walk[0] == table]
        left += through if len(through) > len(re.findall(an_end, sql)) else []
    return left


def takes_first(lines: Sequence[str], sql: str) -> bool:
    """Whether a statement takes the first rows in an order and stops: no sorting, and nothing that could keep it from
    filling."""
    if "TEMP B-TREE" in " ".join(lines) or "LIMIT" not in sql:
        return False
    _, where, conditions = sql.partition("WHERE")
    harmless = r"1 = 1|\+c\.(closed|step) = \?|AND|seq IS NOT NULL|clock = 'ok'|[a-z]\.id < \?"
    left = re.sub(harmless, "", conditions)
    return not where or re.match(r"\s*ORDER BY (\w\.)?id DESC LIMIT", left) is not None


MORE_ROWS, FEW, TOO_FEW = 1000, 10, 20
"""Times the rows; different values that stay as few; rows of which nothing can be learnt."""


def copy_with_statistics(connection: apsw.Connection, path: Path, grows: Callable[[str], bool]) -> apsw.Connection:
    """A copy with the statistics that ANALYZE would give after years: a growing table has a thousand times the rows; of
    a column with few different values no more values, of one with many as many more."""
    connection.execute("VACUUM INTO ?", (str(path),))
    copy: apsw.Connection = open_office(path).connection()
    copy.execute("ANALYZE")
    for table, index, told in list(copy.execute("SELECT tbl, idx, stat FROM sqlite_stat1")):
        if grows(table) and int(told.split()[0]) < TOO_FEW:
            copy.execute("DELETE FROM sqlite_stat1 WHERE tbl = ?", (table,))
        elif grows(table):
            copy.execute("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?", (grown(told), table, index))
    copy.close()
    fresh: apsw.Connection = open_office(path).connection()  # which reads the statistics as they stand now
    return fresh


def grown(told: str) -> str:
    """`rows, rows of one value of the first column, of the first two …` after years."""
    rows, *of_one = [int(part) for part in told.split() if part.isdigit()]
    more = [one if one < 2 or rows // one > FEW else one * MORE_ROWS for one in of_one]
    return " ".join(map(str, [rows * MORE_ROWS, *more]))


# -- PostgreSQL --------------------------------------------------------------------------------------------------


def postgres_scans(db: CentrePostgres, sql: str, values: Values) -> list[Scan]:
    """Tables that PostgreSQL would have to read whole although it is told to avoid that as far as it can: no index
    serves the statement."""
    with db.atomic():
        db.run("SET LOCAL enable_seqscan = off")
        (told,) = db.run(f"EXPLAIN (FORMAT JSON) {sql}", values).fetchone()
    return [
        (str(node["Relation Name"]), node["Node Type"])
        for node in nodes(told[0]["Plan"])
        if "Relation Name" in node and reads_whole(node)
    ]


def nodes(plan: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def reads_whole(node: Mapping[str, Any]) -> bool:
    return node["Node Type"] == "Seq Scan"

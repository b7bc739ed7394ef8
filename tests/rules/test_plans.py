"""No page of the office and no deed at its desk reads a whole table.

Every statement that the program sends while people work, open every page and search is kept, and its plan is read on
the same database without statistics (an office never runs ANALYZE). The print room has its own in tests/centre.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from app.core.permissions import SYSTEM
from app.platform.people.changes import AddPerson
from app.platform.people.service import add_person
from schema.database import SqliteDatabase
from tests.platform.people import PASSWORD, Browser
from tests.proof.pair import CHEAP, Pair, pair
from tests.proof.work import DEEDS
from tests.proof.worker import Row, Worker
from tests.rules.routes import apps
from tests.rules.test_routes import ask, rules

BIG = {
    "access_log",
    "card_call",
    "case_event",
    "case_file",
    "case_item",
    "case_key",
    "case_likeness",
    "dispatch_line",
    "hand_over",
    "import_line",
    "journal",
    "journal_body",
    "member",
    "number_used",
    "paper_print",
    "recording",
    "reserved_form",
    "typed_answer",
}
SEARCHES = (
    "3508991203790002",
    "abdul",
    "siti rahma",
    "0001/KTP/2026",
    "6818-G180-10Z",
    "0001",
    "1/KIRIM",
    "surat rapat",
)
LISTS = (
    "",
    "?langkah=record",
    "?desa=3508072002",
    "?keadaan=jalan",
    "?keadaan=tutup",
    "?sebelum=50",
    "?keadaan=jalan&langkah=record",
    "?langkah=record&desa=3508072002",
    "?langkah=%40done",
    "?langkah=%40died",
)
ROLES = ("counter", "operator", "kasi", "sekretaris", "village")
WHOLE_FILE = re.compile(r"PRAGMA\s+(quick|integrity)_check", re.IGNORECASE)
"""Reads every page of the file, seconds at ten years: only a proof does so, never a page."""


class Quiet(Worker):
    """A worker whose own looking around is not the program's."""

    own: set[str] = set()

    def one(self, sql: str, *params: object) -> Row | None:
        self.own.add(sql)
        return super().one(sql, *params)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pair, set[str]]]:
    """An office after some work, and every statement that the work and the pages sent."""
    folder = tmp_path_factory.mktemp("plans")
    made = pair(folder)
    connection = raw(made)
    asked: set[str] = set()
    connection.exec_trace = lambda _cursor, sql, _values: not asked.add(sql)
    work(made)
    browse(made, folder)
    connection.exec_trace = None
    yield made, asked - Quiet.own
    made.close()


def raw(made: Pair) -> apsw.Connection:
    """The office's connection of this thread."""
    db = made.office.journal.db
    assert isinstance(db, SqliteDatabase)
    connection: apsw.Connection = db.connection()
    return connection


def work(made: Pair) -> None:
    worker = Quiet(made, random.Random(7))
    for _ in range(150):
        worker.step(DEEDS)
    for role in ROLES:
        add_person(
            made.office.journal,
            SYSTEM,
            AddPerson(
                username=f"as{role}",
                name=f"Peran {role}",
                roles=(role,),
                area="3508072002" if role == "village" else None,
            ),
            password=PASSWORD,
            must_change=False,
            now=made.now,
            cost=CHEAP,
        )


def browse(made: Pair, folder: Path) -> None:
    app = apps(made, folder)["office"]
    for role in ROLES:
        browser = Browser(app, f"as{role}")
        for rule, method in rules(app):
            if method == "GET":
                ask(browser, app, rule, method)
        for text in SEARCHES:
            browser.post("/cari", {"q": text})
            browser.post("/cari/usul", {"q": text})
        for filters in LISTS:
            browser.get(f"/berkas{filters}")


def plan(connection: apsw.Connection, sql: str) -> list[str]:
    """How SQLite would answer, one line each."""
    count = max((int(n) for n in re.findall(r"\?([0-9]+)", sql)), default=sql.count("?"))
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", (None,) * count)]


def scanned(line: str, sql: str) -> str:
    """Name of the table that a line of a plan reads from its beginning, or an empty text."""
    if not line.startswith("SCAN "):
        return ""
    aliases = {
        alias.strip('"'): table.strip('"')
        for table, alias in re.findall(r'(?:FROM|JOIN)\s+("?\w+"?)\s+(?:AS\s+)?("?\w+"?)', sql)
    }
    name = line.split()[1].strip('"')
    return aliases.get(name, name)


def small(connection: apsw.Connection, line: str) -> bool:
    """Whether a line reads an index that holds only some rows of its table."""
    found = re.search(r"USING (?:COVERING )?INDEX (\w+)", line)
    text = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (found[1],)).get if found else ""
    return " WHERE " in " ".join(str(text).split())


def newest_first(lines: list[str], sql: str) -> bool:
    """Whether a statement takes the newest rows and stops: no sorting, and nothing that could keep it from filling."""
    where = re.sub(
        r"1 = 1|\+c\.(closed|step) = \?|AND|seq IS NOT NULL|clock = 'ok'|[a-z]\.id < \?",
        "",
        sql.partition("WHERE")[2],
    )
    return "TEMP B-TREE" not in " ".join(lines) and re.match(r"\s*ORDER BY (\w\.)?id DESC LIMIT", where) is not None


def test_no_page_and_no_deed_reads_a_whole_table(stage: tuple[Pair, set[str]]) -> None:
    made, asked = stage
    connection = raw(made)
    readable = [sql for sql in asked if re.match(r"\s*(SELECT|UPDATE|DELETE|INSERT|REPLACE|WITH)\b", sql)]
    wrong = {}
    for sql in sorted(set(readable)):
        lines = plan(connection, sql)
        whole = [line for line in lines if scanned(line, sql) in BIG and not small(connection, line)]
        if whole and not newest_first(lines, sql):
            wrong[sql] = whole
    assert wrong == {}
    assert [sql for sql in asked if WHOLE_FILE.search(sql)] == []
    assert len(readable) > 150


BUSY = (
    "FROM number_used WHERE n IN",
    "FROM complaint WHERE n IN",
    "member_fts MATCH",
    "contact_fts MATCH",
    "incoming_fts MATCH",
    "outgoing_fts MATCH",
    "case_fts MATCH",
    "FROM case_key WHERE value",
    "FROM case_likeness WHERE block",
    "c.due_on BETWEEN ? AND ?",
    "c.received_on >= ?",
    "c.step IN",
    "c.number = ?",
    "c.code = ?",
    "FROM dispatch_line l JOIN",
    "FROM recording WHERE nik",
    "road_ack WHERE peer",
    "FROM journal WHERE source = ? AND epoch = ? AND stream",
    "FROM access_log l",
    "UPDATE case_file SET",
)


@pytest.mark.parametrize("part", BUSY)
def test_the_busy_statements_were_among_them(stage: tuple[Pair, set[str]], part: str) -> None:
    assert any(part in sql for sql in stage[1])

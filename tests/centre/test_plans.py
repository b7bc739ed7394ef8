"""Hot queries of the print room by their plans; all others are in tests/rules/test_plans.py."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from app.centre import queries
from app.centre.events import is_sent_already
from schema.database import Database, SqliteDatabase
from schema.migrations import migrate_database
from schema.postgres import open_centre
from sync.acknowledgements import count_unread
from tests.centre.print_centre import a_line


class Explained:
    """A database that answers each query with nothing and keeps its plan."""

    def __init__(self, db: SqliteDatabase) -> None:
        self.db, self.plans = db, list[str]()

    def run(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        self.plans += [row[3] for row in self.db.run("EXPLAIN QUERY PLAN " + sql, params)]
        return []

    def one(self, sql: str, params: Sequence[Any] = ()) -> None:
        self.run(sql, params)


@pytest.fixture
def db(tmp_path: Path) -> SqliteDatabase:
    made = open_centre(tmp_path / "pusat.sqlite3")
    migrate_database(made, "centre")
    assert isinstance(made, SqliteDatabase)
    return made


def test_the_next_line_of_an_office_is_the_first_of_its_queue(db: SqliteDatabase) -> None:
    explained = Explained(db)
    queries.next_in_queue(cast(Database, explained), "350899")
    assert [plan for plan in explained.plans if plan.split()[1] == "l"] == [
        "SEARCH l USING INDEX incoming_line_queue (state=?)"
    ]


def test_a_line_that_comes_is_compared_with_those_of_its_person_alone(db: SqliteDatabase) -> None:
    """Each line of each batch asks this; by office or state it would go through everything that ever came."""
    explained = Explained(db)
    is_sent_already(cast(Database, explained), "350899", a_line(1, 1, 1), "1/dukcapil/1")
    count_unread(cast(Database, explained), "350899")
    assert [plan for plan in explained.plans if "incoming_line" in plan] == [
        "SEARCH incoming_line USING INDEX incoming_line_key (main_key=?)"
    ]
    assert not [plan for plan in explained.plans if "journal_1" in plan]

"""No page of the print room reads a whole table: the plan of every hot query, with enough rows to matter."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from app.centre import queries
from app.centre.events import is_sent_already
from app.centre.queries import blank_figures, blank_stock, queue_length
from schema.database import Database, SqliteDatabase, open_centre
from schema.migrations import migrate_database
from sync.acknowledgements import count_unread
from tests.centre.print_centre import a_line

BIG = ("incoming_line", "incoming_dispatch", "blank_movement", "outgoing_shipment", "journal")


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


QUERIES: dict[str, Callable[[Database], object]] = {
    "queue": queries.list_queue,
    "queue of an office": lambda db: queries.list_queue(db, "350899"),
    "next": lambda db: queries.next_in_queue(db, "350899"),
    "queue length": queue_length,
    "stock": blank_stock,
    "blanks today": lambda db: blank_figures(db, "2026-03-12"),
    "offices": queries.list_office_queues,
    "undecided": queries.list_undecided_dispatches,
    "unread": lambda db: count_unread(db, "350899"),
    "asked back": queries.list_recalled_lines,
    "refused": queries.list_refused_lines,
    "dispatch": lambda db: queries.find_dispatch(db, "350899", 1),
    "lines of a dispatch": lambda db: queries.list_dispatch_lines(db, "350899", 1),
    "dispatches": lambda db: queries.list_dispatches(db, "350899"),
    "ready": lambda db: queries.list_cards_to_ship(db, "350899"),
    "cards of a shipment": lambda db: queries.list_shipment_lines(db, "350899", "350899-2026-001"),
    "shipments": queries.list_shipments,
    "shipment": lambda db: queries.find_shipment(db, "350899-2026-001"),
    "deliveries": queries.list_deliveries,
    "search by NIK": lambda db: queries.search_lines(db, "3508991203790002"),
    "search by name": lambda db: queries.search_lines(db, "abdul"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_no_hot_query_reads_a_whole_table(db: SqliteDatabase, name: str) -> None:
    explained = Explained(db)
    QUERIES[name](explained)
    aliases = {"l": "incoming_line", "d": "incoming_dispatch", "s": "outgoing_shipment"}
    scans = [plan for plan in explained.plans if plan.startswith("SCAN ")]
    whole = [plan for plan in scans if aliases.get(plan.split()[1], plan.split()[1]) in BIG and "USING" not in plan]
    assert explained.plans
    assert whole == []


def test_a_line_that_comes_is_compared_with_those_of_its_person_alone(db: SqliteDatabase) -> None:
    """Each line of each batch asks this; by office or state it would go through everything that ever came."""
    explained = Explained(db)
    is_sent_already(cast(Database, explained), "350899", a_line(1, 1, 1), "1/dukcapil/1")
    count_unread(cast(Database, explained), "350899")
    assert [plan for plan in explained.plans if "incoming_line" in plan] == [
        "SEARCH incoming_line USING INDEX incoming_line_key (main_key=?)"
    ]
    assert not [plan for plan in explained.plans if "journal_1" in plan]

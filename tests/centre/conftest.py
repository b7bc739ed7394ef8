"""A centre of the tests: the same services on SQLite and on PostgreSQL, an office that sends lines to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compose
from schema.migrations import migrate_database
from schema.postgres import open_centre
from tests.centre.print_centre import PrintCentre
from tests.postgres import Server


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """An empty database of the centre on each engine."""
    if request.param == "sqlite":
        yield tmp_path / "pusat.sqlite3"
        return
    started: Server = request.getfixturevalue("postgres")
    with started.database() as address:
        yield address


@pytest.fixture
def print_centre(where: Path | str) -> Iterator[PrintCentre]:
    """A print centre that was set up, with 20 blanks and one enrolled office."""
    db = open_centre(where)
    migrate_database(db, "centre")
    made = PrintCentre(compose.journal("centre", db))
    made.prepare()
    yield made
    db.close()

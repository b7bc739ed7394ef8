"""A bureau with the procedure of collective cards in force; each test works on a copy."""

from pathlib import Path

import pytest

from app import compose
from schema.database import open_office
from schema.migrations import migrate_database
from sync.journal import Journal
from tests.casework.members.desk import Bureau, found_bureau
from tests.platform.people import START


@pytest.fixture(scope="session")
def office_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bureau") / "kantor.sqlite3"
    db = open_office(path)
    migrate_database(db, "office")
    journal = compose.journal("office", db)
    journal.open_epoch("350899", START)
    found_bureau(journal)
    db.close()
    return path


@pytest.fixture
def bureau(journal: Journal) -> Bureau:
    made = Bureau(journal)
    made.open()
    return made

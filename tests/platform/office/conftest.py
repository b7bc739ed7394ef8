"""A whole office at work, as the composition root puts it together, and an empty one before its first run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import compose
from app.compose_office import make_office_app
from app.core.permissions import Actor
from schema.database import SqliteDatabase, open_office
from schema.migrations import migrate_database
from sync.journal import Journal
from tests.platform.people import SECRET_KEY, Browser, Clock
from tests.services.ktp.desk import Desk


@pytest.fixture(scope="session")
def office_file(adopted_office: Path) -> Path:
    """The office with the KTP standard in force."""
    return adopted_office


@pytest.fixture
def desk(journal: Journal) -> Desk:
    """The office at work."""
    return Desk(journal)


@pytest.fixture
def ratna(desk: Desk) -> Actor:
    """Secretary and administrator."""
    return desk.who("ratna")


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office's web application as it runs."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


@pytest.fixture
def empty_db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """The database of an office nobody has set up."""
    db = open_office(tmp_path / "baru.sqlite3")
    migrate_database(db, "office")
    yield db
    db.close()


@pytest.fixture
def empty(empty_db: SqliteDatabase) -> Journal:
    """Its journal."""
    return compose.journal("office", empty_db)


@pytest.fixture
def stranger(empty: Journal, clock: Clock, tmp_path: Path) -> Browser:
    """A browser on the PC of an office that is not set up."""
    return Browser(make_office_app(empty, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock}))

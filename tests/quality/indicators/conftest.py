"""A polytechnic whose targets of two years are in force: Yuni heads a department, Tirta the quality centre, Laksmi is
director, Vina works at the counter, Dimas and Rahma head subsections."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app import compose
from app.cli.demo.offices import OFFICES
from app.cli.demo.sides import make_office
from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.platform.people.queries import actor_named
from app.quality.indicators import service
from schema.database import open_office
from sync.journal import Journal
from tests.platform.people import SECRET_KEY, START, Browser, Clock, actor_of
from tests.world.indicator_staff import agree_to_targets

MID_YEAR = datetime(2026, 7, 6, 2, tzinfo=UTC)
"""Monday 6 July 2026: the first half of the year is over."""


@pytest.fixture(scope="session")
def campus_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kampus")
    journal = make_office(folder, OFFICES["poltekkes"], now=START, on=START.date(), starts={})
    director = actor_named(journal.db, "laksmi", START.date())
    assert director is not None
    for year in (2025, 2026):
        service.adopt_targets(journal, director, year=year, now=START)
        agree_to_targets(journal, actor_of(journal.db, "tirta", START.date()), year, START)
    path = Path(str(journal.db.database))
    journal.db.close()
    return path


class Campus:
    """The office of a test: its journal, its clock, and who works there."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self.journal, self.clock, self.db = journal, clock, journal.db

    def actor(self, username: str) -> Actor:
        return actor_of(self.db, username, self.clock().date())


@pytest.fixture
def campus(campus_file: Path, tmp_path: Path) -> Iterator[Campus]:
    folder = tmp_path / "kampus"
    shutil.copytree(campus_file.parent, folder)
    db = open_office(folder / campus_file.name)
    db.folder = folder
    yield Campus(compose.journal("office", db), Clock(MID_YEAR))
    db.close()


@pytest.fixture
def campus_pages(campus: Campus, tmp_path: Path) -> Flask:
    return make_office_app(campus.journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": campus.clock})


@pytest.fixture
def staff(campus_pages: Flask) -> dict[str, Browser]:
    names = ("laksmi", "tirta", "surya", "bagas", "dimas", "rahma", "yuni", "vina", "ocha", "wibowo")
    return {name: Browser(campus_pages, name) for name in names}

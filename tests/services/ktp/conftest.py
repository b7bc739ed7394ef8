"""An office that carries KTP files: standard in force, calendar filled, all rooms of the office with their pages."""

from pathlib import Path

import pytest
from flask import Flask

from app import compose
from app.platform.office import queries as office
from app.platform.office.exchange import OfficeExchange
from app.platform.web.application import make_app
from app.platform.web.context import Shell, Surroundings, WebRoom
from sync.journal import Journal
from tests.platform.people import SECRET_KEY, Clock
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
def rooms() -> list[WebRoom]:
    """All rooms of an office."""
    return list(compose.web_rooms("office"))


@pytest.fixture
def shell() -> Shell:
    """The office's frame."""
    return Shell(
        "office",
        lambda db: "Kecamatan Contoh",
        home="desk.show_desk",
        search="search.search_cases",
        villages=lambda db: list(office.village_names(db).items()),
    )


@pytest.fixture
def web(journal: Journal, rooms: list[WebRoom], shell: Shell, clock: Clock, tmp_path: Path) -> Flask:
    """The office's web application with what the rooms contribute."""
    settings = {"SECRET_KEY": SECRET_KEY, "CLOCK": clock}
    app = make_app(shell, journal, rooms, settings, Surroundings(tmp_path, OfficeExchange(journal, tmp_path)))
    app.extensions["loket_calendar"] = lambda: office.office_calendar(journal.db)
    return app

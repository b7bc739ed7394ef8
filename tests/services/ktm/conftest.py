"""An office with the procedure of student cards in force, all rooms with their pages."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app import compose
from app.platform.office import queries as office
from app.platform.office.exchange import OfficeExchange
from app.platform.web.application import make_app
from app.platform.web.context import Shell, Surroundings, WebRoom
from schema.definitions import SERVICES, definition_text
from sync.journal import Journal
from tests.conftest import go_on_with
from tests.platform.office.adopting import put_in_force
from tests.platform.people import SECRET_KEY, Clock
from tests.services.ktm.desk import CardDesk


@pytest.fixture(scope="session")
def office_file(adopted_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office with both procedures, so that no list of one shows the other's work."""
    text = definition_text(SERVICES / "ktm.toml")
    return go_on_with(
        adopted_office, tmp_path_factory, lambda journal: put_in_force(journal, text, on=date(2026, 1, 5))
    )


@pytest.fixture
def desk(journal: Journal, tmp_path: Path) -> CardDesk:
    """The office at work, with its keys."""
    return CardDesk(journal, tmp_path)


@pytest.fixture
def rooms() -> list[WebRoom]:
    """All rooms of an office."""
    return list(compose.web_rooms("office"))


@pytest.fixture
def shell() -> Shell:
    """The office's frame."""
    return Shell(
        "office",
        lambda db: "Kantor Contoh",
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

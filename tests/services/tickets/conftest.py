"""An office with a queue: two services in force, hours of the week, three counters, and its kiosk."""

from pathlib import Path

import pytest
from flask import Flask

from app.compose_office import make_office_app
from app.quality.quarter.views.waiting_room import make_kiosk_app
from app.services.complaints import limits
from schema.definitions import SERVICES, definition_text
from sync.journal import Journal
from tests.conftest import go_on_with
from tests.platform.office.adopting import put_in_force
from tests.platform.people import SECRET_KEY, START, Clock
from tests.services.tickets.queue import Queue, Visitor, open_queue


def furnish(journal: Journal) -> None:
    limits.seed_office(journal, START)
    put_in_force(journal, definition_text(SERVICES / "hotline.toml"))
    open_queue(journal)


@pytest.fixture(scope="session")
def office_file(adopted_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return go_on_with(adopted_office, tmp_path_factory, furnish)


@pytest.fixture
def queue(journal: Journal, clock: Clock) -> Queue:
    """The queue at work."""
    return Queue(journal, clock)


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office as it is composed."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


@pytest.fixture
def kiosk(journal: Journal, clock: Clock) -> Flask:
    """Its kiosk."""
    return make_kiosk_app(journal, {"CLOCK": clock})


@pytest.fixture
def visitor(kiosk: Flask) -> Visitor:
    """Somebody at the kiosk."""
    return Visitor(kiosk)

"""An office with its book: sections and limits, all rooms of the office with their pages, and the visitors' kiosk."""

from pathlib import Path

import pytest
from flask import Flask

from app.compose_office import make_office_app
from app.quality.quarter.views.waiting_room import make_kiosk_app
from app.services.complaints import limits
from sync.journal import Journal
from tests.conftest import go_on_with
from tests.platform.people import SECRET_KEY, START, Clock
from tests.quality.quarter.recaps import approve, draft
from tests.services.complaints.desk import BookDesk


@pytest.fixture(scope="session")
def office_file(adopted_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office with the KTP standard in force, sections and limits."""
    return go_on_with(adopted_office, tmp_path_factory, lambda journal: limits.seed_office(journal, START))


@pytest.fixture
def book(journal: Journal, clock: Clock) -> BookDesk:
    """The book at work."""
    return BookDesk(journal, clock)


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office as it is composed."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock, "KIOSK_PORT": 8036})


@pytest.fixture
def kiosk(journal: Journal, clock: Clock) -> Flask:
    """The visitors' kiosk over the same book."""
    return make_kiosk_app(journal, {"CLOCK": clock})


@pytest.fixture
def drafted(book: BookDesk) -> BookDesk:
    """A draft on 2 April."""
    draft(book)
    return book


@pytest.fixture
def approved(drafted: BookDesk) -> BookDesk:
    """The same, approved."""
    approve(drafted)
    return drafted

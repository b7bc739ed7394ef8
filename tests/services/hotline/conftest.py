"""An office whose hotline works: the procedure in force, sections and limits of the book, all rooms with pages."""

from pathlib import Path

import pytest
from flask import Flask

from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.services.complaints import limits
from schema.definitions import SERVICES, definition_text
from sync.journal import Journal
from tests.conftest import go_on_with
from tests.platform.office.adopting import put_in_force
from tests.platform.people import SECRET_KEY, START, Clock, actor_of, enter
from tests.services.hotline.desk import HotlineDesk
from tests.services.hotline.staff import form_team


def open_hotline(journal: Journal) -> None:
    """A second member of the team beside Ida: Bayu, for what one hands to the other."""
    limits.seed_office(journal, START)
    put_in_force(journal, definition_text(SERVICES / "hotline.toml"))
    enter(journal, {"bayu": {"name": "Bayu Nugroho", "roles": ["information"]}})
    form_team(journal, "ida", "bayu")


@pytest.fixture(scope="session")
def office_file(adopted_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return go_on_with(adopted_office, tmp_path_factory, open_hotline)


@pytest.fixture
def hotline(journal: Journal, clock: Clock) -> HotlineDesk:
    """The hotline at work."""
    return HotlineDesk(journal, clock)


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office as it is composed."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def who(journal: Journal, username: str) -> Actor:
    return actor_of(journal.db, username, START.date())

"""A kecamatan whose targets of the year are in force, at the end of that year; every person of its cast."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.platform.people.queries import actor_named
from app.quality.indicators.service import adopt_targets
from app.services.complaints import limits
from sync.journal import Journal
from tests.conftest import go_on_with
from tests.platform.people import SECRET_KEY, START, Clock, actor_of
from tests.world.evaluation_staff import CLOSING, Team
from tests.world.indicator_staff import agree_to_targets


def adopt_year(journal: Journal) -> None:
    limits.seed_office(journal, START)
    camat = actor_named(journal.db, "camat", START.date())
    assert camat
    adopt_targets(journal, camat, year=2026, now=START)
    agree_to_targets(journal, actor_of(journal.db, "ratna", START.date()), 2026, START)


@pytest.fixture(scope="session")
def office_file(adopted_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office with the KTP standard and the targets of 2026 in force."""
    return go_on_with(adopted_office, tmp_path_factory, adopt_year)


@pytest.fixture
def clock() -> Clock:
    """The last working days of the year."""
    return Clock(CLOSING)


@pytest.fixture
def who(journal: Journal) -> Callable[[str], Actor]:
    """Somebody of the cast, as he acts at the end of the year."""

    def find(username: str) -> Actor:
        return actor_of(journal.db, username, date(2026, 12, 28))

    return find


@pytest.fixture
def team(journal: Journal, clock: Clock, who: Callable[[str], Actor]) -> Team:
    """The cycle at work."""
    return Team(journal, clock, who)


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office as it is composed."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})

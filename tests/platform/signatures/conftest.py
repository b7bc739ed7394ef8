"""An office at work, with its pages."""

from pathlib import Path

import pytest
from flask import Flask

from app.compose_office import make_office_app
from sync.journal import Journal
from tests.platform.people import SECRET_KEY, Clock


@pytest.fixture(scope="session")
def office_file(adopted_office: Path) -> Path:
    return adopted_office


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office as it is composed."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})

"""An office with finished cases and its pages, and the visitors' kiosk."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.casework.batches import products
from app.compose_office import make_office_app
from app.quality.surveys.views.kiosk import make_kiosk_app
from app.services.complaints import limits
from sync.journal import Journal
from tests.conftest import go_on_with
from tests.platform.people import SECRET_KEY, START, Clock
from tests.services.complaints.desk import Visit
from tests.services.ktp.desk import Desk

FINISHED = 8


def finish_cases(journal: Journal) -> None:
    """Cards of eight people handed over; the ninth waits."""
    limits.seed_office(journal, START)
    desk = Desk(journal).enrol()
    cases = [desk.ready() for _ in range(FINISHED + 1)]
    sent = desk.send(*cases)
    ordinals = range(1, len(cases) + 1)
    desk.printed(sent, *ordinals)
    desk.later(days=1).shipped("S1", sent, *ordinals)
    desk.arrived(*cases, shipment="S1")
    for case_id in cases[:FINISHED]:
        products.hand_card_over(
            journal, desk.who("sari"), case_id=case_id, receiver="Penerima", relation="self", now=desk.now
        )


@pytest.fixture(scope="session")
def office_file(adopted_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return go_on_with(adopted_office, tmp_path_factory, finish_cases)


@pytest.fixture
def clock(journal: Journal) -> Clock:
    """Some minutes after the last case ended."""
    row = journal.db.one("SELECT max(changed_at) FROM case_file")
    assert row is not None
    return Clock(datetime.fromisoformat(row[0]) + timedelta(minutes=5))


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office as it is composed."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


@pytest.fixture
def kiosk(journal: Journal, clock: Clock) -> Flask:
    return make_kiosk_app(journal, {"CLOCK": clock})


@pytest.fixture
def visit(kiosk: Flask) -> Visit:
    return Visit(kiosk)

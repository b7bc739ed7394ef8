"""An office with all its rooms and a file of somebody, in a data folder of its own."""

from pathlib import Path

import pytest

from app import compose
from schema.database import SqliteDatabase
from sync.journal import Journal
from tests.platform.people import Browser, Clock
from tests.services.complaints.conftest import book, office_file, web
from tests.services.ktp.desk import Desk

__all__ = ["book", "office_file", "web"]

NIK, NAME, PHONE = "3508994112900000", "Sumiati Ningsih", "081234567890"
"""Somebody whose data the office holds; nobody has this number."""


@pytest.fixture
def journal(office_db: SqliteDatabase, tmp_path: Path) -> Journal:
    """As an office that is served: it knows its data folder."""
    office_db.folder = tmp_path
    return compose.journal("office", office_db)


@pytest.fixture
def desk(journal: Journal) -> Desk:
    """The office at work."""
    return Desk(journal)


@pytest.fixture
def case_id(desk: Desk) -> int:
    """A file of the person."""
    return desk.open(nik=NIK, full_name=NAME, phone=PHONE, birth_on="1990-12-01", sex="female", why="Benar begitu.")


def open_request(browser: Browser, clock: Clock, **said: str) -> int:
    """A request of the person, received now; returns its id."""
    typed = {
        "kind": "access",
        "name": NAME,
        "shown": "KTP-el asli",
        "received_on": f"{clock():%d%m%Y}",
        "received_clock": "09.40",
        **said,
    }
    answer = browser.post("/data-pribadi/permintaan/baru", typed)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return int(answer.location.rsplit("/", 1)[1])

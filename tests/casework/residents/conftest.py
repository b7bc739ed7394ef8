"""The office with the KTP standard in force and all its rooms (as in tests/services/ktp), in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compose
from app.casework.residents.service import Lists
from schema.database import SqliteDatabase
from sync.journal import Journal
from tests.services.ktp.conftest import desk, office_file, rooms, shell, web

__all__ = ["desk", "journal", "office_file", "rooms", "shell", "web"]


@pytest.fixture
def journal(office_db: SqliteDatabase, tmp_path: Path) -> Journal:
    """As an office that is served: it knows its data folder."""
    office_db.folder = tmp_path
    return compose.journal("office", office_db)


@pytest.fixture
def lists() -> Iterator[Lists]:
    """What is read and not used; it lets go of its folder at the end, as a program does."""
    held = Lists()
    yield held
    held.drop()

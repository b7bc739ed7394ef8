"""An office on a real database file, set up and with the KTP standard in force."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app import compose
from app.core.permissions import Actor
from app.platform.office import service as office
from app.platform.office.events import VillageData
from schema.database import open_office
from schema.migrations import migrate_database
from sync.journal import Journal
from tests.casework.importing.books import VILLAGES
from tests.platform.office.adopting import put_in_force

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
KASI = Actor(1, "Budi", "budi", frozenset({"kasi"}))
ADMIN = Actor(2, "Ratna", "ratna", frozenset({"sekretaris", "admin"}))


def set_up_office(place: Path) -> Journal:
    """A migrated database with identity, villages, number series and the adopted standard."""
    db = open_office(place)
    migrate_database(db, "office")
    journal = compose.journal("office", db)
    journal.open_epoch("350807", NOW)
    office.set_up(
        journal,
        ADMIN,
        villages=[VillageData(code, name) for code, name in VILLAGES.names.items()],
        series=[],
        holidays=[],
        now=NOW,
        identity={
            "office.code": "350807",
            "office.name": "Kecamatan Contoh",
            "office.regency": "Contoh",
            "office.place": "Contoh",
        },
    )
    put_in_force(journal, on=date(2026, 1, 1), now=NOW)
    return journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = set_up_office(tmp_path / "kantor.sqlite3")
    yield found
    found.db.close()

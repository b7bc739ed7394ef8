"""An office with two services that have a partner: the identity card, and a plate for market stalls."""

from __future__ import annotations

from datetime import date

import pytest

from app.office import service as office
from sync.journal import Journal
from tests.batches.services import STALL_PLATE
from tests.ktp.conftest import desk, rooms, shell, web
from tests.ktp.desk import SECRETARY, adopt
from tests.people import START

__all__ = ["desk", "journal", "rooms", "shell", "web"]


@pytest.fixture
def journal(journal: Journal) -> Journal:
    """Both standards in force."""
    adopt(journal)
    office.adopt_standard(
        journal,
        SECRETARY,
        text=STALL_PLATE,
        maker="A",
        checker="B",
        approver="C",
        effective_on=date(2026, 2, 1),
        now=START,
    )
    return journal

"""An office with two services that have a partner: the identity card, and a plate for market stalls."""

from datetime import date

import pytest

from sync.journal import Journal
from tests.batches.services import STALL_PLATE
from tests.ktp.conftest import desk, rooms, shell, web
from tests.ktp.desk import adopt
from tests.office.adopting import put_in_force

__all__ = ["desk", "journal", "rooms", "shell", "web"]


@pytest.fixture
def journal(journal: Journal) -> Journal:
    """Both standards in force."""
    adopt(journal)
    put_in_force(journal, STALL_PLATE, on=date(2026, 2, 1))
    return journal

"""An office with the procedure of an invitation in force, its people, and its pages."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.casework.desk.opening import Application, open_case
from app.casework.letters import agenda
from app.casework.letters.agenda import Incoming
from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.room import CaseHooks, SideHooks, hooks_of
from sync.journal import Journal
from tests.casework.letters.invitation import INVITATION, adopt_invitation
from tests.conftest import go_on_with
from tests.platform.people import SECRET_KEY, START, Clock, actor_of

SCHEDULE = "Rabu, 25 Maret 2026 | 09.00"


@pytest.fixture(scope="session")
def office_file(adopted_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office with the calendar of three years and this procedure."""
    return go_on_with(adopted_office, tmp_path_factory, adopt_invitation)


@pytest.fixture
def journal(journal: Journal) -> Journal:
    """A journal whose rooms know the day of the meeting."""
    meeting = CaseHooks(letter_facts=lambda *_: {"schedule": SCHEDULE})
    journal.db.hooks = SideHooks((*hooks_of(journal.db).cases, meeting), hooks_of(journal.db).kept)
    return journal


@pytest.fixture
def who(journal: Journal) -> Callable[[str], Actor]:
    """A person of the cast as an actor."""

    def find(username: str) -> Actor:
        return actor_of(journal.db, username, START.date())

    return find


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office as it is composed."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


@pytest.fixture
def case_id(journal: Journal, who: Callable[[str], Actor]) -> int:
    """An agency asked for a meeting; nobody has entered its letter yet."""
    raw = {"kind": "meeting", "agency": "Dinas Contoh", "letter_no": "045/12", "letter_on": "10032026"}
    made = open_case(journal, who("sari"), Application(service=INVITATION, raw=raw, ticked={"request": ""}), now=START)
    return made.id


LINE = Incoming("045/12", date(2026, 3, 10), date(2026, 3, 12), "Dinas Contoh", "Permohonan rapat", "000")


@pytest.fixture
def letter_id(journal: Journal, who: Callable[[str], Actor]) -> int:
    """A letter outside any case, entered by the secretary and put before the Camat."""
    return agenda.register_incoming(journal, who("ratna"), line=LINE, now=START)

"""An office whose desk works: standard adopted, calendar filled, rules and tasks of the rooms registered."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.casework.desk.opening import Opened
from app.casework.desk.tasks import DESK, backup_tasks, law_tasks, proof_tasks
from app.casework.desk.views import ROOM as CASES
from app.core.late import late
from app.core.permissions import Actor
from app.platform.office import queries
from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import ServicePages, Shell, WebRoom
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, application, open_anew
from tests.platform.people import START, Browser, actor_of

SECRETARY = Actor(0, "Loket", "system", frozenset({"sekretaris"}))


@pytest.fixture(scope="session")
def office_file(adopted_office: Path) -> Path:
    """The office with the KTP standard in force and the calendar of three years."""
    return adopted_office


@pytest.fixture
def rooms() -> list[WebRoom]:
    """The desk alone: no room above it is needed for its pages."""
    own = [task for task in DESK.tasks if task not in (backup_tasks, law_tasks, proof_tasks)]
    desk = msgspec.structs.replace(DESK, tasks=own)
    services = {"ktp-el": ServicePages(rules=late("app.services.ktp.rules:KTP_RULES"))}
    return [PEOPLE, msgspec.structs.replace(CASES, services=services, desk=desk)]


@pytest.fixture
def shell() -> Shell:
    """The office's frame, as the composition root sets it."""
    return Shell(
        "office",
        lambda db: "Kecamatan Contoh",
        home="desk.show_desk",
        search="search.search_cases",
        villages=lambda db: list(queries.village_names(db).items()),
        search_words=queries.search_words,
    )


def who(journal: Journal, username: str) -> Actor:
    """A person of the cast as an actor."""
    return actor_of(journal.db, username, START.date())


@pytest.fixture
def sari(journal: Journal) -> Actor:
    return who(journal, "sari")


@pytest.fixture
def budi(journal: Journal) -> Actor:
    return who(journal, "budi")


@pytest.fixture
def desi(journal: Journal) -> Actor:
    return who(journal, "desi")


@pytest.fixture
def opened(journal: Journal, sari: Actor) -> Opened:
    """Anisa's application, registered at the counter, with all papers."""
    return open_anew(journal, sari)


@pytest.fixture
def draft(as_sari: Browser) -> str:
    """Path of a draft that Sari began."""
    answer = as_sari.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": application()["nik"]})
    assert answer.status_code == 303
    return str(answer.location)


def form_of(raw: dict[str, str], **more: Any) -> dict[str, Any]:
    """What a browser sends of the form: the fields, the ticked items, the button."""
    return {**raw, "have": list(ALL_ITEMS), "aksi": "daftar", **more}

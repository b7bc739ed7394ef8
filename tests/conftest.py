"""What holds for every test: no network beyond this machine, and the same examples on every run."""

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import apsw
import pytest
from flask import Flask
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from app import compose
from app.core.permissions import SYSTEM
from app.platform.office import queries as office
from app.platform.office import service
from app.platform.office.events import VillageData
from app.platform.people.views import ROOM as PEOPLE
from app.platform.printing import papers
from app.platform.web.application import make_app
from app.platform.web.context import Shell, WebRoom
from schema.database import SqliteDatabase, open_office
from schema.migrations import migrate_database
from sync.journal import Journal
from tests.answers import WatchedClient
from tests.platform.people import SECRET_KEY, START, VILLAGES, Browser, Clock, enter
from tests.postgres import Server, server
from tests.services.ktp.desk import adopt
from tests.world.shared import made_once
from tests.world.typesetter import Typesetter

TESTS = Path(__file__).resolve().parent

settings.register_profile("loket", derandomize=True, deadline=None, database=None)
settings.load_profile("loket")
# Hypothesis also draws constants of all modules that are loaded: then the examples depend on what ran before, and each
# worker reads the whole tree first.
providers._get_local_constants = Constants
Flask.test_client_class = WatchedClient

_connect = socket.socket.connect


def _on_this_machine(address: Any) -> bool:
    """Whether a socket address is a path, the loopback or a name for it."""
    if not isinstance(address, tuple) or address[0] == "localhost":
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return False


def _connect_here(self: socket.socket, address: Any) -> None:
    if not _on_this_machine(address):
        raise OSError(f"a test may not reach {address[0]}")
    _connect(self, address)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in a test may depend on a network that an office does not have."""
    monkeypatch.setattr(socket.socket, "connect", _connect_here)


@pytest.fixture(scope="session", autouse=True)
def typesetter() -> Iterator[None]:
    """Papers of this session come out of one process."""
    made = Typesetter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(papers, "_run_child", made.run)
        yield
    made.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One throwaway cluster of this worker; a test takes a database of its own from it."""
    with server() as started:
        yield started


# -- the tests of a whole run ------------------------------------------------------------------------------------


def own_turn(files: list[Path], worker: str, workers: int) -> list[Path]:
    """All files of a run, those first that no other worker begins with: `gw1` of four begins after a quarter."""
    first = len(files) * int(worker.removeprefix("gw")) // workers
    return files[first:] + files[:first]


def pytest_collection(session: pytest.Session) -> None:
    """On a fresh machine each worker would compile every test, all of them the same one at the same time: begun at
    different places, each compiles its part and reads what the others have written."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker or session.config.args != session.config.getini("testpaths"):
        return
    files = sorted(TESTS.rglob("test_*.py"))
    for file in own_turn(files, worker, int(os.environ["PYTEST_XDIST_WORKER_COUNT"])):
        with suppress(Exception):  # told when the file is collected
            import_module(".".join(file.relative_to(TESTS.parent).with_suffix("").parts))


# -- an office with its cast ------------------------------------------------------------------------------------


def furnish_office(folder: Path) -> None:
    """A set-up office with the cast of tests/platform/people."""
    db = open_office(folder / "kantor.sqlite3")
    migrate_database(db, "office")
    journal = compose.journal("office", db)
    journal.open_epoch("350899", START)
    service.set_up(
        journal,
        SYSTEM,
        now=START,
        series=[],
        holidays=[],
        identity={
            "office.code": "350899",
            "office.name": "Kecamatan Contoh",
            "office.place": "Contoh",
            "office.regency": "Kabupaten Contoh",
        },
        villages=[VillageData(code, name) for code, name in VILLAGES],
    )
    enter(journal)
    db.run("DELETE FROM sign_in_attempt")
    db.close()


@pytest.fixture(scope="session")
def furnished_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an office with its cast, made once in a run; tests work on copies."""
    return made_once(tmp_path_factory, "furnished", furnish_office) / "kantor.sqlite3"


@pytest.fixture(scope="session")
def adopted_office(furnished_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the KTP standard in force and the calendar of three years."""

    def go_on(folder: Path) -> None:
        shutil.copy(go_on_with(furnished_office, tmp_path_factory, adopt), folder)

    return made_once(tmp_path_factory, "adopted", go_on) / "kantor.sqlite3"


def go_on_with(office: Path, folders: pytest.TempPathFactory, work: Callable[[Journal], None]) -> Path:
    """A copy of an office's file in which something more was done, for all tests of a session."""
    path = folders.mktemp("office") / office.name
    shutil.copy(office, path)
    db = open_office(path)
    work(compose.journal("office", db))
    db.close()
    return path


@pytest.fixture(scope="session")
def office_file(furnished_office: Path) -> Path:
    """The office that each test gets a copy of; a room's tests may name a further one."""
    return furnished_office


@pytest.fixture
def office_db(office_file: Path, tmp_path: Path) -> Iterator[SqliteDatabase]:
    """A copy of the furnished office of this test's own."""
    path = tmp_path / "kantor.sqlite3"
    shutil.copy(office_file, path)
    db = open_office(path)
    yield db
    if not db.is_closed():
        db.connection().config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # nobody opens this copy again
    db.close()


@pytest.fixture
def journal(office_db: SqliteDatabase) -> Journal:
    """The office's journal with the kinds of all rooms."""
    return compose.journal("office", office_db)


@pytest.fixture
def clock() -> Clock:
    """Thursday 12 March 2026, 09.42 in the office, until the test moves it."""
    return Clock()


@pytest.fixture
def rooms() -> list[WebRoom]:
    """The rooms with pages; a test module may name others."""
    return [PEOPLE]


@pytest.fixture
def shell() -> Shell:
    """A plain frame around the pages."""
    return Shell(
        "office",
        lambda db: "Kecamatan Contoh",
        home="people.my_page",
        villages=lambda db: list(office.village_names(db).items()),
    )


@pytest.fixture
def web(journal: Journal, rooms: list[WebRoom], shell: Shell, clock: Clock) -> Flask:
    """The office's web application."""
    app = make_app(shell, journal, rooms, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})
    app.extensions["loket_calendar"] = lambda: office.office_calendar(journal.db)
    return app


def signed_in(username: str) -> Any:
    """A fixture: the browser of somebody of the cast, signed in."""
    return pytest.fixture(lambda web: Browser(web, username))


as_sari = signed_in("sari")  # counter clerk
as_oki = signed_in("oki")  # operator
as_ida = signed_in("ida")  # information officer, of the hotline's team
as_budi = signed_in("budi")  # head of the section (kasi)
as_ratna = signed_in("ratna")  # secretary and administrator
as_camat = signed_in("camat")
as_desi = signed_in("desi")  # village clerk of Munder
as_wati = signed_in("wati")  # village clerk of Krai


@pytest.fixture
def warga(web: Flask) -> Browser:
    """A stranger, not signed in."""
    return Browser(web)

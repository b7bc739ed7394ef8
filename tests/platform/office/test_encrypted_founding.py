"""Before the founding the office may lock its database with a passphrase; from then on nothing of it lies plain."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compose
from app.compose_office import make_office_app
from app.platform.office import settings
from schema import cipher
from schema.cipher import KEY_FILE, PLAIN_HEAD, LockedFolderError
from schema.database import SqliteDatabase, open_office
from sync.database_key import unlock
from sync.journal import Journal
from tests.platform.office.first import typed, walk_set_up
from tests.platform.people import SECRET_KEY, Browser, Clock

PAGE, WHERE = "/persiapan/", "/persiapan/kata-sandi"
PASSPHRASE = "jambu terbang sore hari"


@pytest.fixture(autouse=True)
def no_key_of_another_test() -> Iterator[None]:
    yield
    cipher._keys.clear()


def plain_files(folder: Path) -> list[str]:
    """Databases and logs that somebody reads without the key: SQLite's head, or a name of a table."""
    files = [path for path in folder.glob("*.sqlite3*") if not path.name.endswith("-shm")]
    return [path.name for path in files if PLAIN_HEAD in (read := path.read_bytes()) or b"CREATE TABLE" in read]


def test_the_choice_stands_beside_the_first_step_and_is_made_once(stranger: Browser, tmp_path: Path) -> None:
    assert "Kunci dengan kata sandi" in stranger.get(PAGE).get_data(as_text=True)
    page = stranger.get(WHERE).get_data(as_text=True)
    assert "hilang keduanya, data tidak dapat dibuka siapa pun" in page
    for passphrase, again, said in (
        (PASSPHRASE, PASSPHRASE + "x", "Kedua isian tidak sama"),
        ("pendek", "pendek", "paling sedikit 12 huruf"),
        ("", "", "paling sedikit 12 huruf"),
    ):
        answer = stranger.post(WHERE, {"passphrase": passphrase, "again": again})
        assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True)
    assert not (tmp_path / KEY_FILE).exists()
    assert plain_files(tmp_path)
    answer = stranger.post(WHERE, {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    assert (answer.status_code, answer.location) == (303, WHERE)
    assert "terkunci dengan kata sandi" in stranger.get(PAGE).get_data(as_text=True)
    key_file = (tmp_path / KEY_FILE).read_bytes()
    twice = stranger.post(WHERE, {"passphrase": "kata sandi yang lain", "again": "kata sandi yang lain"})
    assert "Basis data di komputer ini terkunci" in twice.get_data(as_text=True)
    assert (tmp_path / KEY_FILE).read_bytes() == key_file


def test_an_office_founded_so_is_encrypted_from_its_first_line(
    stranger: Browser, empty: Journal, empty_db: SqliteDatabase, tmp_path: Path, clock: Clock
) -> None:
    """Other threads had asked the plain file before, one asks while it is exchanged; each goes on with the new one."""
    ready, go = threading.Barrier(4), threading.Event()
    answers: list[object] = []

    def ask() -> None:
        empty_db.one("SELECT count(*) FROM person")
        ready.wait(30)
        go.wait(30)
        answers.append(empty_db.one("SELECT value FROM setting WHERE key = 'office.name'"))
        empty_db.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    ready.wait(30)
    assert stranger.post(WHERE, {"passphrase": PASSPHRASE, "again": PASSPHRASE}).status_code == 303
    assert plain_files(tmp_path) == []
    assert walk_set_up(stranger, typed()).location == "/persiapan/selesai"
    go.set()
    for thread in threads:
        thread.join(30)
    assert answers == [('"Kecamatan Contoh"',)] * 3
    assert plain_files(tmp_path) == []
    assert settings.get_setting(empty.db, "office.name") == "Kecamatan Contoh"
    assert Browser(make_office_app(empty, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})).get(
        WHERE
    ).status_code in (303, 404)
    empty_db.close()
    cipher._keys.clear()
    with pytest.raises(LockedFolderError):
        open_office(tmp_path / "baru.sqlite3").one("SELECT 1")
    unlock(tmp_path, PASSPHRASE)
    again = compose.journal("office", open_office(tmp_path / "baru.sqlite3"))
    assert settings.get_setting(again.db, "office.name") == "Kecamatan Contoh"
    again.db.close()

"""Every page of an office on a disk that fails: a sentence with what to do, never a bare 500."""

import shutil
from pathlib import Path

import apsw
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import compose
from app.compose_office import make_office_app
from app.core.problems import CATALOGUE, RESTORE_STEPS
from schema import data_folder
from schema.data_folder import LITTLE, MEGABYTE, RESERVE_FILE, DiskSpace
from schema.database import SqliteDatabase, open_office
from tests.disk import damage, no_room, only_readable
from tests.platform.people import PASSWORD, SECRET_KEY, Browser, Clock
from tests.platform.web.walking import addresses


def free_bytes(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Let the disk of every data folder have this much room."""
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(data_folder.shutil, "disk_usage", lambda _folder: usage)


def test_on_a_full_disk_the_reserve_lets_somebody_sign_in(web: Flask, tmp_path: Path) -> None:
    web.config["SPACE"].hold()
    assert (tmp_path / RESERVE_FILE).stat().st_blocks * 512 >= 16 * MEGABYTE
    stranger = Browser(web)
    with no_room():
        refused = stranger.post("/masuk", {"username": "sari", "password": PASSWORD})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Ruang simpan penuh" in page
    assert "melepas ruang cadangannya" in page
    assert 'value="sari"' in page
    assert PASSWORD not in page
    assert not (tmp_path / RESERVE_FILE).exists()
    assert stranger.post("/masuk", {"username": "sari", "password": PASSWORD}).status_code == 303
    assert stranger.get("/permohonan/baru").status_code == 200


def test_who_is_signed_in_goes_on_reading(web: Flask, clock: Clock) -> None:
    sari = Browser(web, "sari")
    clock.forward(minutes=5)
    with no_room():
        answers = [sari.get(path).status_code for path in ("/", "/berkas", "/keadaan/", "/saya")]
    assert set(answers) <= {200, 404}, answers


def test_a_bar_stands_on_every_page_from_500_megabytes_down(web: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    free_bytes(monkeypatch, LITTLE + 1)
    space = web.config["SPACE"]
    sari, warga = Browser(web, "sari"), Browser(web)
    assert "space-warning" not in sari.get("/saya").get_data(as_text=True)
    free_bytes(monkeypatch, LITTLE - MEGABYTE)
    assert "space-warning" not in sari.get("/saya").get_data(as_text=True)  # asked every few seconds only
    space.look(fresh=True)
    for browser, path in ((sari, "/saya"), (sari, "/permohonan/baru"), (warga, "/masuk")):
        page = browser.get(path).get_data(as_text=True)
        assert 'id="space-warning"' in page
        assert "Ruang simpan tinggal 499 MB" in page


def test_the_reserve_goes_before_the_disk_is_full_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = DiskSpace(tmp_path)
    free_bytes(monkeypatch, 2 * LITTLE)
    space.hold()
    assert (tmp_path / RESERVE_FILE).exists()
    free_bytes(monkeypatch, 3 * MEGABYTE)
    assert space.look(fresh=True).given_up
    assert not (tmp_path / RESERVE_FILE).exists()
    free_bytes(monkeypatch, 2 * LITTLE)
    assert not space.look(fresh=True).given_up
    assert (tmp_path / RESERVE_FILE).exists()


def test_every_page_of_a_database_that_may_only_be_read(web: Flask, office_db: SqliteDatabase, clock: Clock) -> None:
    """Looking works; what must leave a trace says why it does not."""
    ratna = Browser(web, "ratna")
    clock.forward(minutes=5)
    with only_readable(office_db):
        answers = {path: ratna.get(path) for path in sorted(addresses(web, "GET", 1))}
        refused = ratna.post("/keadaan/jam", {"note": "Jam dinding"})
    assert bare(answers, CATALOGUE["read_only"].sentence) == []
    assert answers["/saya"].status_code == 200
    assert answers["/keadaan/"].status_code == 200
    assert refused.status_code in (422, 503)


def test_every_page_of_a_damaged_database_leads_to_the_restore(
    office_db: SqliteDatabase, clock: Clock, tmp_path: Path
) -> None:
    office_db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    office_db.close()
    journal = compose.journal("office", open_office(tmp_path / "kantor.sqlite3"))
    web = make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})
    ratna = Browser(web, "ratna")
    journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.db.close()
    damage(tmp_path / "kantor.sqlite3")
    answers = {path: ratna.get(path) for path in sorted(addresses(web, "GET", 1))}
    assert bare(answers, CATALOGUE["damaged"].sentence) == []
    page = answers["/"].get_data(as_text=True)
    assert all(step in page for step in RESTORE_STEPS)


def test_a_database_in_somebody_elses_hands(web: Flask, office_db: SqliteDatabase, tmp_path: Path) -> None:
    sari = Browser(web, "sari")
    other = apsw.Connection(str(tmp_path / "kantor.sqlite3"))
    other.execute("BEGIN EXCLUSIVE")
    office_db.connection().set_busy_timeout(1)
    answer = sari.post("/saya/pin", {"password": PASSWORD, "pin": "735104", "again": "735104"})
    other.execute("ROLLBACK")
    assert answer.status_code == 422
    assert CATALOGUE["busy"].sentence in answer.get_data(as_text=True)


def bare(answers: dict[str, TestResponse], sentence: str) -> list[tuple[str, int]]:
    """Addresses that failed without the sentence."""
    return [
        (path, answer.status_code)
        for path, answer in answers.items()
        if answer.status_code >= 500 and sentence not in answer.get_data(as_text=True)
    ]

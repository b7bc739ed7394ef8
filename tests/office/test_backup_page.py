"""A backup from the health page: made, proved, its key shown once, and the office comes back from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app import compose
from app.compose_backup import OfficeBackup
from app.core.problems import Problem
from app.people.access_log import access_lines
from sync.backup import restore
from tests.ktp.desk import Desk
from tests.people import START, Browser

PAGE = "/keadaan/cadangan"


def test_the_first_backup_shows_its_key_once_and_opens_with_it(
    desk: Desk, as_ratna: Browser, tmp_path: Path
) -> None:
    desk.complete()
    assert "Buat cadangan sekarang" in as_ratna.get("/keadaan/").text
    first = as_ratna.post(PAGE, {"folder": ""})
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "no-store"
    [key] = re.findall(r"AGE-SECRET-KEY-[0-9A-Z]+", first.text)
    assert "simpan di lemari terkunci" in first.text
    assert "dibuka ulang dan cocok" in first.text
    [sealed] = (tmp_path / "cadangan").glob("*.loket-cadangan")
    assert sealed.stat().st_mode & 0o777 == 0o600
    verdict = restore(sealed, key, tmp_path / "lain" / "kantor.sqlite3", tmp_path / "lain" / "keys", "office",
                      lambda db: compose.journal("office", db), START)  # fmt: skip
    assert verdict.faults == []
    assert "AGE-SECRET-KEY" not in as_ratna.get("/keadaan/").text
    assert "AGE-SECRET-KEY" not in as_ratna.post(PAGE, {"folder": ""}).text
    made = [line for _, line in access_lines(desk.journal.db) if line.action == "backup.made"]
    assert [(line.name, key in str(line)) for line in made] == [("Ratna Puspita", False)] * 2
    assert list((tmp_path / "cadangan-halaman").iterdir()) == []


def test_a_key_that_nobody_saw_is_made_anew(desk: Desk, as_ratna: Browser, tmp_path: Path) -> None:
    (tmp_path / "cadangan").write_text("sebuah berkas menghalangi folder")
    refused = as_ratna.post(PAGE, {"folder": ""})
    assert refused.status_code == 422
    assert "tidak dapat ditulis" in refused.text
    assert "AGE-SECRET-KEY" not in refused.text
    (tmp_path / "cadangan").unlink()
    assert "AGE-SECRET-KEY" in as_ratna.post(PAGE, {"folder": ""}).text


def test_only_offered_places_and_only_for_the_administrator(
    desk: Desk, web: Flask, as_ratna: Browser, tmp_path: Path
) -> None:
    assert as_ratna.post(PAGE, {"folder": "/etc"}).status_code == 422
    oki = Browser(web, "oki")
    assert "Buat cadangan sekarang" not in oki.get("/keadaan/").text
    assert oki.post(PAGE, {"folder": ""}).status_code == 403
    made = OfficeBackup(desk.journal, tmp_path)
    for who, place, code in (("oki", "", "forbidden"), ("ratna", "/etc", "invalid")):
        with pytest.raises(Problem) as caught:
            made.make(desk.who(who), place, START)
        assert caught.value.code == code
    assert not (tmp_path / "cadangan").exists()


def test_one_backup_at_a_time(desk: Desk, tmp_path: Path) -> None:
    made = OfficeBackup(desk.journal, tmp_path)
    with made.busy:
        told = made.make(desk.who("ratna"), "", START)
    assert (told.ok, "sedang dibuat" in told.sentences[0], told.key) == (False, True, "")
    assert made.make(desk.who("ratna"), "", START).ok

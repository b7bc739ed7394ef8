"""A backup that is asked for at its page and takes long: its bar, what it came to, its key, and one that was killed."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.problems import Problem
from app.platform.backups import asked
from app.platform.backups import service as backup_service
from app.platform.backups.asked import AskedBackups
from app.platform.backups.service import Backups
from app.platform.backups.views.page import asked_backups
from sync.backup import Backup
from sync.progress import Progress
from sync.restore import confirm_key, draw_key, keep_unconfirmed, key_to_confirm
from tests.platform.people import PIN, START, Browser
from tests.rules.source import ROOT
from tests.services.ktp.desk import Desk

PAGE = "/cadangan/"
SECONDS = 20
KEY = re.compile(r"AGE-SECRET-KEY-1\w{4}(?: \w{6}){9}")


class Gate:
    """Holds a backup at a number until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        self.made = 0
        self.fault: Exception | None = None

    def make(self, *given: Any) -> Backup:
        progress: Progress = given[-1]
        progress(30, 100)
        self.reached.set()
        assert self.opened.wait(SECONDS)
        if self.fault:
            raise self.fault
        self.made += 1
        return REAL(*given)


REAL = backup_service.make_backup


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Every backup takes longer than an answer waits."""
    held = Gate()
    monkeypatch.setattr(asked, "PATIENCE", 0)
    monkeypatch.setattr(backup_service, "removable_drives", list)
    monkeypatch.setattr(backup_service, "make_backup", held.make)
    yield held
    held.opened.set()


@pytest.fixture
def confirmed(desk: Desk, tmp_path: Path) -> Backups:
    backups = Backups(desk.journal, "office", tmp_path)
    recipient, secret = draw_key()
    keep_unconfirmed(backups.db, recipient, secret, START)
    assert confirm_key(backups.db, secret[-6:], "ratna", START)
    return backups


def end(web: Flask, gate: Gate) -> None:
    """Let the backup go on, and wait for its end."""
    gate.opened.set()
    with web.app_context():
        running = asked_backups().running
    assert running is None or running.ended.wait(SECONDS)


@pytest.mark.usefixtures("confirmed")
def test_a_long_backup_shows_a_bar_with_its_number_that_survives_a_reload_and_ends_with_its_sentence(
    web: Flask, as_ratna: Browser, gate: Gate, tmp_path: Path
) -> None:
    begun = as_ratna.post(PAGE, {"folder": ""})
    assert (begun.status_code, begun.headers["Location"]) == (303, PAGE)
    assert gate.reached.wait(SECONDS)
    for page in (as_ratna.get(PAGE).text, Browser(web, "ratna").get(PAGE).text):
        assert 'max="100" value="30"' in page
        assert "30% selesai. Halaman ini boleh ditinggalkan." in page
        assert "Buat cadangan</button>" not in page, "nobody is offered a second one"
        assert "Cadangan belum selesai" not in page, "it is not broken off"
    part = as_ratna.get(PAGE + "kemajuan", headers={"HX-Request": "true"})
    assert (part.status_code, "30% selesai" in part.text, "<html" in part.text) == (200, True, False)
    end(web, gate)
    after = as_ratna.get(PAGE + "kemajuan", headers={"HX-Request": "true"})
    assert (after.status_code, after.headers["HX-Redirect"]) == (204, PAGE)
    told = as_ratna.get(PAGE).text
    [name] = [path.name for path in (tmp_path / "cadangan").iterdir()]
    assert f"Cadangan {name} dibuat, dibuka ulang dan cocok" in told
    assert "<progress" not in told
    assert "Cadangan selesai" not in as_ratna.get(PAGE).text, "it is told once"


@pytest.mark.usefixtures("confirmed")
def test_of_two_people_who_ask_at_once_one_backup_is_made_and_both_are_told(
    web: Flask, desk: Desk, as_ratna: Browser, gate: Gate
) -> None:
    as_ratna.post(PAGE, {"folder": ""})
    assert gate.reached.wait(SECONDS)
    second = Browser(web, "ratna").post(PAGE, {"folder": ""})
    assert second.status_code == 303
    refused = as_ratna.post(PAGE + "kunci", {"pin": PIN})
    assert (refused.status_code, "sedang berjalan" in refused.text) == (422, True)
    end(web, gate)
    with web.app_context():
        for person in ("ratna", "wiji"):
            made = asked_backups().result_for(person)
            assert made is not None
            assert made.ok
            assert asked_backups().result_for(person) is None, "once for each"
    assert gate.made == 1
    assert desk.journal.db.one("SELECT count(*) FROM backup_made") == (1,)


def test_a_new_key_of_a_long_backup_is_shown_once_to_whoever_asked_and_only_when_asked(
    web: Flask, as_ratna: Browser, gate: Gate, desk: Desk
) -> None:
    assert as_ratna.post(PAGE + "kunci", {"pin": PIN}).status_code == 303
    assert gate.reached.wait(SECONDS)
    assert as_ratna.post(PAGE + "kunci/tampilkan", {"pin": PIN}).status_code == 409, (
        "it stands when its backup is proved"
    )
    end(web, gate)
    with web.app_context():
        assert not asked_backups().holds_key("wiji")
        with pytest.raises(Problem):
            asked_backups().take_key("wiji")
        other = asked_backups().result_for("wiji")
        assert other is not None
        assert other.key == ""
    offered = as_ratna.get(PAGE).text
    assert ("Tampilkan kunci pemulihan" in offered, KEY.search(offered)) == (True, None)
    assert "Ketik enam huruf terakhir" not in offered, "nothing is asked back that was not shown"
    wrong = as_ratna.post(PAGE + "kunci/tampilkan", {"pin": "111111"})
    assert (wrong.status_code in (403, 422), KEY.search(wrong.text)) == (True, None)
    shown = as_ratna.post(PAGE + "kunci/tampilkan", {"pin": PIN})
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    [key] = KEY.findall(shown.text)
    again = as_ratna.post(PAGE + "kunci/tampilkan", {"pin": PIN})
    assert (again.status_code, "sudah ditampilkan" in again.text) == (409, True)
    assert KEY.search(as_ratna.get(PAGE).text) is None
    assert key_to_confirm(desk.journal.db) is not None
    assert confirm_key(desk.journal.db, key.split()[-1], "ratna", START)


def test_whoever_follows_the_backup_of_a_key_at_once_is_not_told_the_key(
    desk: Desk, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups, every, ratna = Backups(desk.journal, "office", tmp_path), AskedBackups(), desk.who("ratna")

    def work(told: Progress) -> backup_service.BackupResult:
        return backups.make_key(ratna, START, told)

    assert every.begin(backups.db, "ratna", work, START, with_key=True) is None
    assert gate.reached.wait(SECONDS)
    monkeypatch.setattr(asked, "PATIENCE", SECONDS)
    running = every.running
    assert running is not None
    ended = running.ended.wait

    def goes_on_when_followed(seconds: float) -> bool:
        gate.opened.set()
        return ended(seconds)

    monkeypatch.setattr(running.ended, "wait", goes_on_when_followed)
    followed = every.begin(backups.db, "wiji", work, START, with_key=False)
    assert followed is not None
    assert (followed.ok, followed.key) == (True, "")
    assert every.holds_key("ratna"), "it waits for whoever asked"


@pytest.mark.usefixtures("confirmed")
def test_a_long_backup_that_fails_says_why(web: Flask, as_ratna: Browser, gate: Gate) -> None:
    for fault, said in (
        (backup_service.BackupError("Basis data rusak, cadangan tidak dibuat."), "Basis data rusak"),
        (OSError(28, "disk penuh"), "disk penuh"),
        (ZeroDivisionError(), asked.UNEXPECTED),
    ):
        gate.fault = fault
        gate.opened.clear()
        as_ratna.post(PAGE, {"folder": ""})
        end(web, gate)
        page = as_ratna.get(PAGE).text
        assert ("Cadangan belum selesai" in page, said in page) == (True, True)
        assert "Loket berhenti sebelum" not in page, "it ended, though not well"


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from app import compose
from app.platform.backups import asked
db = compose.open_side("office", Path(sys.argv[1]))
def work(told):
    print("begun", flush=True)
    sys.stdin.read()
asked.PATIENCE = 0
asked.AskedBackups().begin(db, "ratna", work, datetime(2026, 3, 2, 1, 0, tzinfo=UTC), with_key=False)
sys.stdin.read()
"""


def test_a_backup_that_was_killed_is_told_until_there_is_one(
    desk: Desk, confirmed: Backups, as_ratna: Browser, tmp_path: Path
) -> None:
    folder = Path(str(desk.journal.db.database)).parent
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], cwd=ROOT, **pipes) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "begun\n"
        program.kill()
    page = as_ratna.get(PAGE).text
    assert "Diminta Senin, 2 Maret 2026 pukul 08.00. " + asked.BROKEN_OFF in page
    assert "Buat cadangan</button>" in page
    assert confirmed.go_if_due(START + timedelta(days=1)), "the night does not wait for it"
    assert asked.BROKEN_OFF not in as_ratna.get(PAGE).text
    assert list((tmp_path / "cadangan").iterdir())

"""The threads of backups and of the continuous copy: what they do as they begin, each minute, and at the end."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.platform.backups import continuous
from app.platform.backups.continuous import CopyClock
from app.platform.backups.service import CLOSING, KEY_FOLDER, BackupClock, Backups
from sync.journal import Journal
from sync.restore import RECIPIENT_FILE, confirm_key, draw_key, key_to_confirm
from sync.scheduler import MinuteThread
from tests.platform.people import START


@pytest.fixture
def backups(journal: Journal, tmp_path: Path) -> Backups:
    return Backups(journal, "office", tmp_path)


@pytest.fixture
def clock(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> BackupClock:
    """A clockwork whose thread is not begun."""
    monkeypatch.setattr(MinuteThread, "start", lambda _self: None)
    return BackupClock(backups, lambda: START)


def keep_in_file(backups: Backups) -> str:
    """A key in a file, as earlier programs kept it; its secret."""
    recipient, secret = draw_key()
    (backups.data / KEY_FOLDER).mkdir()
    (backups.data / KEY_FOLDER / RECIPIENT_FILE).write_text(f"{recipient}\n", encoding="ascii")
    return secret


def test_a_key_in_a_file_is_taken_into_the_database_as_the_thread_begins(clock: BackupClock) -> None:
    keep_in_file(clock.backups)
    clock.start()
    assert key_to_confirm(clock.backups.db) is not None


@pytest.mark.parametrize(("makes", "due", "made"), [(True, True, True), (True, False, False), (False, True, False)])
def test_each_minute_asks_whether_a_backup_is_due_where_this_program_makes_them(
    clock: BackupClock, monkeypatch: pytest.MonkeyPatch, makes: bool, due: bool, made: bool
) -> None:
    asked: list[datetime] = []

    def go_if_due(now: datetime) -> bool:
        asked.append(now)
        return due

    monkeypatch.setattr(clock.backups, "go_if_due", go_if_due)
    clock.makes_backups = makes
    assert clock.tick(START) is made
    assert asked == ([START] if makes else [])


def test_the_closing_backup_is_announced_once_its_key_was_confirmed(
    clock: BackupClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[datetime] = []
    monkeypatch.setattr(clock.backups, "go", lambda now: bool(made.append(now)) or True)
    clock.stop()
    assert (made, capsys.readouterr().out) == ([], ""), "no key, no backup"
    secret = keep_in_file(clock.backups)
    clock.start()
    assert confirm_key(clock.backups.db, secret, "ratna", START)
    clock.makes_backups = False
    clock.stop()
    assert (made, capsys.readouterr().out) == ([], "")
    clock.makes_backups = True
    clock.stop()
    assert (made, capsys.readouterr().out) == ([START], f"{CLOSING}\n")


@pytest.mark.parametrize(("error", "told"), [(KeyboardInterrupt(), "Cadangan penutup dilewati.\n"), (OSError(5), "")])
def test_a_closing_backup_that_is_left_or_fails_ends_the_program_all_the_same(
    clock: BackupClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    told: str,
) -> None:
    def go_at_closing(_now: datetime, _say: Callable[[], None]) -> bool:
        raise error

    monkeypatch.setattr(clock.backups, "go_at_closing", go_at_closing)
    clock.stop()
    assert capsys.readouterr().err == told


class Keeper:
    """A keeper of a copy that notes when it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[datetime] = []
        self.error = error

    def tick(self, now: datetime) -> bool:
        self.asked.append(now)
        if self.error:
            raise self.error
        return True


def copy_clock(keeper: Any) -> CopyClock:
    return CopyClock(keeper, lambda: START)


@pytest.mark.parametrize("error", [None, OSError(5)])
def test_the_copy_is_brought_up_once_more_at_the_end(error: Exception | None) -> None:
    keeper = Keeper(error)
    copy_clock(keeper).stop()
    assert keeper.asked == [START]


def test_a_folder_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuous, "STOP_SECONDS", 0.0)
    keeper, answer = Keeper(), threading.Event()
    made = copy_clock(keeper)
    made._thread = threading.Thread(target=answer.wait, daemon=True)
    made._thread.start()
    made.stop()
    answer.set()
    assert keeper.asked == []

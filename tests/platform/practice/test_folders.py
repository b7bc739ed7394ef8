"""Folders of a training office and of a real one are told apart; a real process serves the one."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from app.centre.offices import change_bar
from app.centre.training import administrator
from app.cli import practice as practice_command
from app.cli.centre import centre
from app.cli.exchange import sync
from app.cli.practice import practice
from app.cli.practice_centre import SENDER, open_training_centre
from app.core import clock
from app.platform.practice.founding import PASSWORD
from schema.data_folder import PRACTICE_FILE, is_practice
from tests.rules.source import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program as it is called, until it ends by itself."""
    call = [sys.executable, str(ROOT / "run.py"), *arguments]
    return subprocess.run(call, capture_output=True, text=True, timeout=60, cwd=ROOT)


def taken(*_given: object) -> None:
    raise AssertionError("the folder was taken")


def test_an_office_refuses_a_folder_for_training(tmp_path: Path) -> None:
    (tmp_path / PRACTICE_FILE).write_text("{}", encoding="utf-8")
    refused = run("office", "--data", str(tmp_path))
    assert refused.returncode != 0
    assert "adalah kantor latihan" in refused.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".sqlite3") == []


@pytest.mark.parametrize("name", ["kantor.sqlite3", "catatan.txt"])
def test_training_never_begins_in_a_folder_with_other_data(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    refused = run("practice", "--data", str(tmp_path))
    assert refused.returncode != 0
    assert "bukan latihan" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("held", "profile", "told"),
    [("kantor", "pusat", "berisi latihan kantor, bukan pusat"), ("pusat", "kecamatan", "berisi latihan pusat, bukan")],
)
def test_a_folder_trains_one_side_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str, profile: str, told: str
) -> None:
    monkeypatch.setattr("app.cli.practice.hold_folder", taken)
    (tmp_path / PRACTICE_FILE).write_text("{}", encoding="utf-8")
    (tmp_path / f"{held}.sqlite3").write_bytes(b"")
    with pytest.raises(click.ClickException, match=told):
        practice.main(["--data", str(tmp_path), "--profile", profile], standalone_mode=False)
    assert (tmp_path / f"{held}.sqlite3").read_bytes() == b""


@pytest.mark.parametrize(("command", "told"), [(centre, "adalah folder latihan"), (sync, "untuk latihan")])
def test_nothing_of_a_real_centre_runs_in_a_folder_for_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: click.Command, told: str
) -> None:
    monkeypatch.setattr("app.cli.centre.hold_folder", taken)
    (tmp_path / PRACTICE_FILE).write_text("{}", encoding="utf-8")
    (tmp_path / "pusat.sqlite3").write_bytes(b"")
    with pytest.raises(click.ClickException, match=told):
        command.main(["--data", str(tmp_path)], standalone_mode=False)
    assert (tmp_path / "pusat.sqlite3").read_bytes() == b""


class Served:
    """What stands in the place of the server: its pages as long as it runs, and that it was closed."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.effective_port, self.closed, self.opened = 4321, 0, list[tuple[str, int]]()
        patch.setattr(practice_command, "open_server", self.open)

    def open(self, app: Flask, host: str, port: int) -> "Served":
        self.opened.append((host, port))
        self.app = app
        return self

    def run(self) -> None:
        assert self.app.test_client().get("/masuk").status_code == 200
        raise KeyboardInterrupt

    def close(self) -> None:
        self.closed += 1


def serve(data: Path, *more: str) -> list[str]:
    done = CliRunner().invoke(practice, ["--data", str(data), *more])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def rows_in(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as db:
        return list(db.execute(sql))


@pytest.mark.parametrize(("kept", "more"), [([], []), ([("biro",)], ["--port", "9000", "--profile", "biro"])])
def test_a_training_office_is_founded_once_and_tells_who_can_sign_in(
    kept: list[tuple[str]], more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, data = Served(monkeypatch), tmp_path / "latihan"
    told = serve(data, *more)
    assert is_practice(data)
    assert told[:2] == [
        "Kantor latihan: http://127.0.0.1:4321/  (Ctrl+C untuk berhenti)",
        f"Kata sandi semua orang: {PASSWORD}",
    ]
    people = rows_in(data / "kantor.sqlite3", "SELECT username, name FROM person ORDER BY id")
    assert len(people) > 3
    assert [tuple(line.strip().split(maxsplit=1)) for line in told[2:]] == people
    assert rows_in(data / "kantor.sqlite3", "SELECT profile FROM office_profile") == kept
    assert serve(data, *more) == told, "the same people, in the same folder"
    assert (served.opened, served.closed) == ([("127.0.0.1", 9000 if more else 8235)] * 2, 2)


def test_a_training_centre_has_an_office_that_sends_and_opens_though_it_bars_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, data = Served(monkeypatch), tmp_path / "latihan"
    lines = "SELECT name FROM incoming_line ORDER BY dispatch_id, ordinal"
    told = serve(data, "--profile", "pusat")
    assert told[0].startswith("Pusat latihan: http://127.0.0.1:4321/")
    came = rows_in(data / "pusat.sqlite3", lines)
    assert came
    assert (is_practice(data), is_practice(data / SENDER)) == (True, True)
    assert (data / SENDER / "kantor.sqlite3").is_file()
    assert serve(data, "--profile", "pusat") == told
    assert rows_in(data / "pusat.sqlite3", lines) == came, "nobody comes twice"
    training = open_training_centre(data, clock.now())
    sender = training.sender.journal.source
    keeper, now = administrator(training.centre, clock.now()), clock.now()
    change_bar(training.centre, keeper, office=sender, reason="Coba", lift=False, now=now)
    training.close()
    [barred, *rest] = serve(data, "--profile", "pusat")
    assert (barred.startswith("Kantor pengirim latihan tidak dapat mengirim: "), rest) == (True, told)
    assert served.closed == 3

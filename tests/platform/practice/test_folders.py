"""Folders of a training office and of a real one are told apart; a real process serves the one."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from app.cli.centre import centre
from app.cli.exchange import sync
from app.cli.practice import practice
from schema.data_folder import PRACTICE_FILE
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

"""The steps of an update that other programs take: what a version is called with, what it may say, and the way back."""

import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from app import compose
from app.cli import updating
from app.platform.updates import versions
from app.platform.updates.versions import Choice, Result, write_choice, write_result
from schema.data_folder import hold_folder
from schema.version import VERSION
from tests.cli.test_backup import office
from tests.cli.test_update import NEXT, at_home, tried

__all__ = ["at_home", "tried"]


def put_version(folder: Path, program: str) -> Path:
    """A version whose program does this."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.py").write_text(program, encoding="utf-8")
    return folder


def test_a_version_is_called_with_key_and_environment_and_its_failure_is_one_sentence(tmp_path: Path) -> None:
    said = tmp_path / "said"
    own = f"os.environ['{updating.OWN_VERSION}'], os.environ['X']"
    asks = f"import os, sys\nasked = [sys.argv[1:], sys.stdin.read(), {own}]"
    version = put_version(tmp_path / "9", f"{asks}\nopen({str(said)!r}, 'w').write(repr(asked))\n")
    assert updating.call_program(version, "update", "--try", key=b"abc\n", environment={"X": "y"}) == ""
    assert said.read_text() == repr([["update", "--try"], "abc\n", "1", "y"])
    for program, reason in (
        ("import sys\nsys.exit('Lama.\\nBaru.')", "Baru."),
        ("import sys\nsys.exit(3)", "Program berakhir dengan 3."),
        ("import threading\nthreading.Event().wait()", "Tidak selesai dalam 0 menit."),
    ):
        limit = 1 if "wait" in program else 60
        assert updating.call_program(put_version(version, program), limit=limit) == reason
    assert updating.call_program(put_version(version, "import sys\nsys.exit('Satu.\\nOne.')"), said_in=2) == "Satu."


def test_a_python_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_base_executable", str(tmp_path / "no-python"))
    assert updating.call_program(tmp_path) == "Program tidak dapat dijalankan (No such file or directory)."
    monkeypatch.setattr(sys, "_base_executable", "")
    assert updating.call_program(put_version(tmp_path / "9", "")) == "", "then by the one that runs"


@pytest.mark.parametrize("short", [0, 1])
def test_a_trial_needs_room_for_three_copies_and_a_spare(
    short: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kantor.sqlite3").write_bytes(bytes(5 << 20))
    needed = 3 * (5 << 20) + updating.SPARE
    monkeypatch.setattr(updating.shutil, "disk_usage", lambda _data: SimpleNamespace(free=needed - short))
    refused = pytest.raises(
        click.ClickException, match=f"memerlukan {needed >> 20} MB, yang kosong {needed - 1 >> 20} MB"
    )
    with refused if short else nullcontext():
        updating.check_room(tmp_path, ["office"])


def test_a_trial_has_markers_and_what_lies_beside_and_nothing_else(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    office(data)
    marker = compose.marker_file("office", data)
    for path in (marker, data / "rahasia-pin", data / "keys/own", data / "catatan.txt"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(path.name, encoding="utf-8")
    updating.copy_data(data, copy)
    assert {path.name for path in copy.iterdir()} == {"kantor.sqlite3", "rahasia-pin", marker.name}
    assert (copy / marker.name).read_text() == marker.name
    assert copy.stat().st_mode & 0o777 == 0o700


def test_the_way_back_by_hand_is_the_version_befores_own_deed(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is open from the version that was chosen, once nobody works with the data."""
    data, before = at_home / "data", put_version(at_home / "versi/0.0.9", "import sys\nsys.exit('Tidak jadi.')")
    data.mkdir()
    chosen = Choice(VERSION, "0.0.9", data=str(data))
    for choice in (Choice(""), Choice(NEXT, "0.0.9", data=str(data))):
        write_choice(choice)
        with pytest.raises(click.ClickException, match=r"Tidak ada versi sebelumnya"):
            updating.go_back_by_hand(data)
        assert versions.read_choice() == choice
    write_choice(chosen)
    here = put_version(at_home / "versi" / VERSION, "")
    monkeypatch.setattr(versions, "own_name", lambda: here.name)
    with hold_folder(data, "kantor"), pytest.raises(click.ClickException, match=r"Hentikan dulu"):
        updating.go_back_by_hand(data)
    assert versions.read_choice() == chosen
    with pytest.raises(click.ClickException, match=r"^Tidak jadi\.$"):
        updating.go_back_by_hand(data)
    assert versions.read_choice() == Choice(VERSION, "0.0.9", trial=True, data=str(data))
    told = at_home / "told"
    put_version(before, f"import sys\nopen({str(told)!r}, 'w').write(repr(sys.argv[1:]))")
    assert updating.go_back_by_hand(data) == ""
    assert told.read_text() == "['update', '--settle']"
    write_result(Result("back", VERSION, "2026-03-02T01:00:00Z", "Kembali."))
    assert updating.go_back_by_hand(data) == "Kembali."


def test_a_trial_whose_data_do_not_go_back_stays_and_is_no_trial_any_more(
    tried: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tried / "data").mkdir()

    def refuse(_data: Path) -> None:
        raise click.ClickException("Ada catatan baru.")

    monkeypatch.setattr(updating, "take_data_back", refuse)
    sentence = updating.STAYS.format(version=NEXT, why="Ada catatan baru.")
    assert updating.settle() == sentence
    assert versions.read_choice() == Choice(NEXT, "", data=str(tried / "data"))
    result = versions.read_result()
    assert result is not None
    assert (result.outcome, result.version, result.sentence) == ("done", NEXT, sentence)

"""Commands on a disk that fails, and two programs on one data folder: a sentence, never a traceback."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli import main
from app.core.problems import RESTORE_STEPS
from schema.data_folder import FolderHeld, hold_folder
from tests.cli.test_command_line import call
from tests.disk import damage, no_room
from tests.rules.source import ROOT

COMMANDS = {
    "office": ("office", "--port", "0", "--no-kiosk"),
    "migrate": ("migrate",),
    "verify": ("verify",),
    "sync": ("sync",),
    "recap": ("recap", "2026-Q1"),
    "due": ("due", "2026-03-02"),
    "reset-admin": ("reset-admin", "ratna"),
    "import": ("import", "pyproject.toml"),
    "backup": ("backup",),
}


@pytest.fixture
def data(furnished_office: Path, tmp_path: Path) -> Path:
    """The data folder of a furnished office that is not running."""
    shutil.copy(furnished_office, tmp_path / "kantor.sqlite3")
    return tmp_path


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)


def random_bytes(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


@pytest.mark.parametrize("harm", [truncated, damage, random_bytes])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_damaged_database_leads_every_command_to_the_restore(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    data: Path,
    name: str,
    harm: Callable[[Path], None],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("jagung bakar manis\n"))
    harm(data / "kantor.sqlite3")
    code, told, complaint = call(capsys, *COMMANDS[name], "--data", str(data))
    complaint = told if name == "verify" else complaint  # a damaged file is what it was asked to find
    assert code == 1
    assert "pulihkan cadangan terakhir" in complaint or "rusak" in complaint
    if name != "backup":
        assert all(step in complaint for step in RESTORE_STEPS), complaint


@pytest.mark.parametrize("name", ["verify", "sync", "backup", "migrate"])
def test_a_full_disk_is_a_sentence_of_every_command(capsys: pytest.CaptureFixture[str], data: Path, name: str) -> None:
    with no_room(), pytest.raises(SystemExit) as ended:
        main([*COMMANDS[name], "--data", str(data)])
    told = capsys.readouterr().err
    assert ended.value.code in (0, 1)
    assert "Traceback" not in told
    if ended.value.code:
        assert "ruang" in told.lower() or "belum disiapkan" in told or "terdaftar" in told


@pytest.fixture
def running(data: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """An office at work in a process of its own."""
    office = subprocess.Popen(
        [sys.executable, "run.py", *COMMANDS["office"], "--data", str(data)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert office.stdout is not None
    assert office.stdout.readline().startswith("Loket: ")
    yield data, office
    office.kill()
    office.communicate(timeout=20)


def test_the_second_program_on_a_data_folder_is_refused(
    capsys: pytest.CaptureFixture[str], running: tuple[Path, subprocess.Popen[str]]
) -> None:
    data, office = running
    writing = (COMMANDS["office"], ("centre", "--port", "0"), COMMANDS["migrate"], COMMANDS["import"])
    for command in writing:
        code, _, complaint = call(capsys, *command, "--data", str(data))
        assert code == 1, command
        assert re.search(rf"sedang dipakai Loket yang lain \(kantor, proses {office.pid}, sejak \d\d-\d\d-", complaint)
    for command in (COMMANDS["verify"], COMMANDS["backup"], ("import", "pyproject.toml", "--dry-run")):
        assert "sedang dipakai" not in call(capsys, *command, "--data", str(data))[2]
    office.send_signal(signal.SIGKILL)  # the system takes the lock back, whatever the words in the file say
    office.wait(timeout=20)
    assert call(capsys, *COMMANDS["migrate"], "--data", str(data))[0] == 0


def test_a_folder_is_held_once_within_a_process_too(tmp_path: Path) -> None:
    with (
        hold_folder(tmp_path, "pulih"),
        pytest.raises(FolderHeld, match="pulih"),
        hold_folder(tmp_path, "kantor"),
    ):
        raise AssertionError("held twice")
    with hold_folder(tmp_path, "kantor"):
        assert (tmp_path / "dipakai").stat().st_mode & 0o777 == 0o600

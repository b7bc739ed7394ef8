"""`stop` ends a running office in order and says so only when its folder is free."""

import os
import shutil
from pathlib import Path

import click
import pytest

from app.cli import stopping
from schema.data_folder import LOCK_FILE, folder_holder, hold_folder
from tests.cli.calling import run
from tests.proof.program import World


def test_a_running_office_ends_in_order_and_a_second_call_finds_none(office_file: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(office_file, data / "kantor.sqlite3")
    with World(tmp_path / "world").serving("office", data, "--no-kiosk") as (_address, program):
        done = run("stop", "--data", str(data))
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Loket sudah berhenti.")
        assert "Menghentikan Loket (kantor, proses " in done.stdout
        assert folder_holder(data) is None
        assert program.wait(60) == 0
    assert not (data / "kerja").exists(), "whoever ends in order leaves no scratch folder"
    assert run("stop", "--data", str(data)).stdout == f"Tidak ada Loket yang berjalan dengan data di {data}.\n"


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert run("stop", "--data", str(tmp_path / "tidak-ada")).returncode == 0
    assert not (tmp_path / "tidak-ada").exists()


def test_nothing_is_told_before_the_folder_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever cannot be told, or does not end, is named."""
    monkeypatch.setattr(stopping, "ask_to_stop", lambda _number: False)
    with hold_folder(tmp_path, "kantor"):
        refused = run("stop", "--data", str(tmp_path))
        assert (refused.returncode, "dijalankan akun lain" in refused.stderr) == (1, True)
        with pytest.raises(click.ClickException, match="belum berhenti"):
            stopping.wait_until_free(tmp_path, seconds=0)
        assert folder_holder(tmp_path) is not None
        if os.name == "posix":  # elsewhere nobody writes into what another program has locked
            (tmp_path / LOCK_FILE).write_bytes(b"")
            assert "nomor prosesnya tidak terbaca" in run("stop", "--data", str(tmp_path)).stderr
    assert folder_holder(tmp_path) is None


class Kernel:
    """What `stop` asks of Windows; there is a process with a number of its own, or none."""

    def __init__(self, event: int | None) -> None:
        self.event, self.asked = event, list[tuple[object, ...]]()

    def OpenEventW(self, rights: int, inherited: bool, name: str) -> int | None:  # noqa: N802  # named by Windows
        self.asked.append((rights, inherited, name))
        return self.event

    def SetEvent(self, event: int) -> None:  # noqa: N802
        self.asked.append(("set", event))

    def CloseHandle(self, event: int) -> None:  # noqa: N802
        self.asked.append(("close", event))


def test_on_windows_a_process_is_told_by_its_event_where_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for event, told in ((7, [("set", 7), ("close", 7)]), (None, [])):
        kernel = Kernel(event)
        monkeypatch.setattr(stopping, "kernel", lambda kernel=kernel: kernel)
        assert stopping.set_event(4321) is bool(event)
        opened, *done = kernel.asked
        assert opened == (stopping.MAY_CHANGE, False, stopping.EVENT.format(number=4321))
        assert done == told

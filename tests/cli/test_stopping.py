"""`stop` ends a running office in order and says so only when its folder is free."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

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


def test_a_process_is_told_by_a_signal_and_one_that_is_gone_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    assert stopping.ask_to_stop(child.pid)
    assert child.wait(30) == -signal.SIGTERM
    assert stopping.ask_to_stop(child.pid), "it has ended"

    def foreign(_number: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", foreign)
    assert not stopping.ask_to_stop(os.getpid())


def test_the_folder_is_waited_for_as_long_as_somebody_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holders = ["kantor", "kantor", None, "never asked"]
    monkeypatch.setattr(stopping, "folder_holder", lambda _data: holders.pop(0))
    monkeypatch.setattr(stopping, "BETWEEN_LOOKS", 0.001)
    stopping.wait_until_free(tmp_path, seconds=60)
    assert holders == ["never asked"]
    monkeypatch.setattr(stopping, "folder_holder", lambda _data: "kantor")
    with pytest.raises(click.ClickException, match="sesudah 15 menit"):
        stopping.wait_until_free(tmp_path, seconds=0.01)


class WaitingKernel(Kernel):
    """One whose event somebody may set, and on which a thread waits."""

    def __init__(self) -> None:
        super().__init__(7)
        self.happened = threading.Event()

    def CreateEventW(self, _rights: object, by_hand: bool, begins: bool, name: str) -> int:  # noqa: N802
        self.asked.append((by_hand, begins, name))
        return 7

    def WaitForSingleObject(self, event: int, how_long: int) -> None:  # noqa: N802
        assert (event, how_long) == (7, stopping.FOR_EVER)
        self.happened.wait(30)

    def SetEvent(self, event: int) -> None:  # noqa: N802
        super().SetEvent(event)
        self.happened.set()


@pytest.mark.parametrize("told", [True, False])
def test_on_windows_a_program_ends_when_its_event_is_set_and_not_by_its_own_end(
    told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel, interrupted = WaitingKernel(), threading.Event()
    monkeypatch.setattr(stopping, "kernel", lambda: kernel)
    monkeypatch.setattr(stopping, "os", SimpleNamespace(name="nt", getpid=lambda: 4321))
    monkeypatch.setattr(stopping._thread, "interrupt_main", interrupted.set)
    with stopping.stopped_by_event():
        if told:
            assert stopping.ask_to_stop(4321)
            assert interrupted.wait(30)
    name = stopping.EVENT.format(number=4321)
    asked = [(stopping.MAY_CHANGE, False, name), ("set", 7), ("close", 7)] * told
    assert kernel.asked == [(True, False, name), *asked, ("set", 7), ("close", 7)]
    assert interrupted.is_set() == told
    assert not [thread for thread in threading.enumerate() if thread.name == "stop"]

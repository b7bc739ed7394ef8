"""The program as an office of Windows has it: copied into a folder with blanks and accents, installed by pip."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.cli.packaging.wheels import fetch_wheels, names_in, pins, read_wheels
from tests.rules.source import ROOT
from tests.windows.interpreter import PYTHON, TEST_PACKAGES, WINDOWS, unpack
from tests.windows.wine import Said, Windows

OFFICE = "Kantor Kecamatan Café Ñusa"
"""A name as people give it: with blanks, and with letters that are no ASCII."""
INTERPRETER = f"C:\\{PYTHON}\\python.exe"
INSIDE = ".venv\\Scripts\\python.exe"
FOR_TESTS = "PaketUji"


@dataclass(frozen=True)
class Program:
    """A checkout on the disk of a Windows, and how its commands are begun."""

    windows: Windows
    begins: tuple[str, ...] = (INTERPRETER, "run.py")
    room: str = OFFICE

    @property
    def office(self) -> Path:
        return self.windows.disk / self.room

    @property
    def folder(self) -> Path:
        return self.office / "Loket"

    def named(self, *parts: str) -> str:
        """What Windows calls a place in the folder of the office."""
        return self.windows.name(self.office.joinpath(*parts))

    def run(self, *arguments: str, typed: str = "") -> Said:
        """A command as an officer types it."""
        return self.windows.call(*self.begins, *arguments, cwd=self.folder, typed=typed)

    def done(self, *arguments: str, typed: str = "") -> str:
        """What a command said that succeeded. Raises AssertionError."""
        said = self.run(*arguments, typed=typed)
        assert said.code == 0, f"{arguments[0]} ended with {said.code}: {said.text[-1500:]}"
        return said.text

    def refused(self, *arguments: str, typed: str = "") -> str:
        """What a command said that ended with a sentence. Raises AssertionError, also for a traceback."""
        said = self.run(*arguments, typed=typed)
        assert said.code == 1, f"{arguments[0]} ended with {said.code}: {said.text[-1500:]}"
        assert "Traceback" not in said.text, said.text[-1500:]
        return said.text

    @contextmanager
    def serving(self, data: str) -> Iterator[str]:
        """The address of a running office; in the end the power goes off."""
        running = self.begin_office(data)
        try:
            yield first_address(running)
        finally:
            self.windows.pull_the_plug()
            running.communicate()

    @contextmanager
    def working(self, data: str) -> Iterator[str]:
        """The address of a running office that Ctrl+C ends in order. Raises AssertionError, TimeoutExpired."""
        running = self.begin_office(data)
        try:
            yield first_address(running)
            os.kill(self.windows.processes(data)[-1], signal.SIGINT)
            said, _ = running.communicate(timeout=120)
            assert running.returncode == 0, said.decode("utf-8", "replace")[-1500:]
            assert b"Traceback" not in said, said.decode("utf-8", "replace")[-1500:]
        finally:
            self.windows.pull_the_plug()

    def begin_office(self, data: str) -> subprocess.Popen[bytes]:
        call = ("office", "--data", data, "--port", "0", "--no-kiosk")
        return self.windows.begin(*self.begins, *call, cwd=self.folder)

    def pytest(self, *arguments: str) -> Said:
        """The tests, by the interpreter of the program."""
        call = (INSIDE, "-m", "pytest", "--color=no", "--no-header", "-p", "no:cacheprovider", *arguments)
        return self.windows.call(*call, cwd=self.folder, PYTHONPATH=f"C:\\{FOR_TESTS}")


def first_address(running: subprocess.Popen[bytes]) -> str:
    """The address that an office tells. Raises AssertionError where it ends without."""
    said = b""
    for line in running.stdout or ():
        said += line
        if told := re.search(rb"http://127\.0\.0\.1:\d+", line):
            return told[0].decode()
    raise AssertionError(said.decode("utf-8", "replace")[-1500:])


def put_program(windows: Windows, cache: Path) -> Program:
    """The program in the folder of the office, and no data yet. Raises ClickException."""
    program = Program(windows)
    shutil.rmtree(program.office, ignore_errors=True)
    copy_checkout(program.folder, cache)
    return program


def copy_checkout(folder: Path, cache: Path) -> None:
    """A fresh copy of what git knows, with a wheelhouse beside `run.py`. Raises ClickException."""
    shutil.rmtree(folder, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place)
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    wanted = pins(lines, names_in(lines))
    fetch_wheels(wanted, WINDOWS, cache / "wheelhouse")
    (folder / "wheelhouse").mkdir()
    for name, data in read_wheels(wanted, cache / "wheelhouse").items():
        (folder / "wheelhouse" / name).write_bytes(data)


def put_test_packages(windows: Windows, cache: Path) -> None:
    """What the tests import, in a folder beside the program, whose own packages stay as an office has them."""
    lines = (ROOT / "requirements-test.txt").read_text(encoding="utf-8")
    fetch_wheels(pins(lines, TEST_PACKAGES), WINDOWS, cache / "tests")
    shutil.rmtree(windows.disk / FOR_TESTS, ignore_errors=True)
    unpack((cache / "tests").glob("*.whl"), windows.disk / FOR_TESTS)

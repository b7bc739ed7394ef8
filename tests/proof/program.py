"""The office as people start it: `run.py` in a process with home, temporary folder and cwd of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.rules.source import ROOT

SECONDS = 300
"""Patience with a program: of Windows under Wine, on a busy machine, the start alone took 56."""


@dataclass
class World:
    """Where programs of one proof live; everything that they write stands below `place`."""

    place: Path
    extra: dict[str, str] = field(default_factory=dict)
    started: int = 0

    def __post_init__(self) -> None:
        for name in ("home", "system-temp", "cwd", "logs"):
            (self.place / name).mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program: nothing of ours shows through but the path to the interpreter."""
        temporary = str(self.place / "system-temp")
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SYSTEMROOT")}
        return (
            kept
            | {
                "HOME": str(self.place / "home"),
                "TMPDIR": temporary,
                "TEMP": temporary,
                "TMP": temporary,
                "PYTHONDONTWRITEBYTECODE": "1",
            }
            | self.extra
        )

    def begin(self, *arguments: str, stdin: int | None = None) -> subprocess.Popen[str]:
        """Start a command; what it says goes into a log of its own."""
        self.started += 1
        with (self.place / "logs" / f"{self.started:02d}-{arguments[0]}.txt").open("w") as log:
            return subprocess.Popen(
                [sys.executable, str(ROOT / "run.py"), *arguments],
                cwd=self.place / "cwd",
                env=self.environment,
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def call(self, *arguments: str, typed: str = "") -> str:
        """Run a command to its end; what it said. Raises AssertionError with that when it was refused."""
        program = self.begin(*arguments, stdin=subprocess.PIPE)
        program.communicate(typed, timeout=SECONDS)
        said = self.last_log()
        assert program.returncode == 0, said[-2000:]
        return said

    def last_log(self) -> str:
        """What the program that was started last has said so far."""
        return next((self.place / "logs").glob(f"{self.started:02d}-*")).read_text()

    @contextmanager
    def serving(self, command: str, data: Path, *more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
        """A program that serves pages: its address and its process, ended politely where it still runs."""
        program = self.begin(command, "--data", str(data), "--port", "0", *more)
        try:
            yield self.address(program), program
        finally:
            if program.poll() is None:
                self.end(program, data)
            program.wait(SECONDS)

    def end(self, program: subprocess.Popen[str], data: Path) -> None:
        """As Ctrl+C does, which no program of Windows can be sent from outside of its window."""
        if os.name == "nt":
            self.call("stop", "--data", str(data))
        else:
            program.send_signal(signal.SIGINT)

    def address(self, program: subprocess.Popen[str]) -> str:
        """The address that a program says first. Raises AssertionError when it ends without."""
        while True:
            told = re.search(r"http://(127\.0\.0\.1:\d+)/", said := self.last_log())
            if told is not None:
                return f"http://{told[1]}/"
            assert program.poll() is None, said[-2000:]
            try:
                program.wait(0.02)
            except subprocess.TimeoutExpired:
                continue


def memory_of(pid: int) -> int:
    """The most memory (MB) that a running process has held so far, 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(told[1]) // 1024 if told else 0

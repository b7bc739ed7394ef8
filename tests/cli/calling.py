"""A command in this very process: what it answers, with what exit code, and what was typed into it."""

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import pytest

from app.cli import main, typed_secrets


class Typed(io.StringIO):
    """What stands at the standard input: a pipe, or somebody at a terminal."""

    def __init__(self, text: str, terminal: bool) -> None:
        super().__init__(text)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    if os.name == "nt":  # where more is asked of a terminal

        def fileno(self) -> int:
            return 0


class Called(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, typed: str = "", terminal: bool = False) -> Called:
    """Run one command to its end."""
    said, faults, code, mask = io.StringIO(), io.StringIO(), 0, os.umask(0o022)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(faults):
        patch.setattr(sys, "stdin", Typed(typed, terminal))
        patch.setattr(typed_secrets, "is_console", lambda _number: terminal)
        try:
            main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
    os.umask(mask)
    return Called(code, said.getvalue(), faults.getvalue())

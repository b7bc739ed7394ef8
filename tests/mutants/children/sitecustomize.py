"""In every Python that a test starts while the instrument is at work: the changed program, or notes of what it reaches.

Imports nothing of the program or of the tests: some tests ask what a program has loaded.
"""

import builtins
import marshal
import mmap
import os
from collections.abc import Callable
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

CHANGED = "MUTANT_CODE"
"""Names the file with the path and the code of a changed module."""
NOTING = "MUTANT_REACH"
"""Names the folder with the noting code of each module, the notes, and a byte that is another one for each test."""
NOTE = "__note_reached__"


def name_code(path: str) -> str:
    """The name of a module's code in the folder."""
    return path.strip("/").replace("/", "+")


def give_code(code_of: Callable[[str], CodeType | None]) -> None:
    """Let imports take the code that is given for a path, else the file's own."""
    compiled = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        return code_of(loader.path) or compiled(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]


def take_change(file: str) -> None:
    """Give the changed module."""
    path, code = marshal.loads(Path(file).read_bytes())
    give_code(lambda asked: code if str(Path(asked).absolute()) == path else None)


class Notes:
    """The functions that a process reaches, each written when it is first reached within a test: a killed process loses
    nothing."""

    def __init__(self, folder: str) -> None:
        with Path(folder, "turn").open("r+b") as turn:
            self.turn = mmap.mmap(turn.fileno(), 1)
        self.notes = os.open(f"{folder}/notes", os.O_WRONLY | os.O_APPEND)
        self.begin()

    def begin(self) -> None:
        self.seen, self.seen_in = set[str](), self.turn[0]

    def note(self, name: str) -> None:
        if self.seen_in != self.turn[0]:
            self.begin()
        if name not in self.seen:
            self.seen.add(name)
            with suppress(OSError):  # a program that may write no file, or has closed all of them
                os.write(self.notes, f"{name}\n".encode())


def take_notes(folder: str) -> None:
    """Note what this process reaches."""

    def noting(path: str) -> CodeType | None:
        file = Path(folder, name_code(str(Path(path).absolute())))
        return marshal.loads(file.read_bytes()) if file.exists() else None

    setattr(builtins, NOTE, Notes(folder).note)
    give_code(noting)


if CHANGED in os.environ:
    take_change(os.environ[CHANGED])
elif NOTING in os.environ:
    take_notes(os.environ[NOTING])

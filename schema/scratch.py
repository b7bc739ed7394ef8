"""The only place for temporary files: `kerja` inside the data folder, mode 700, each program in a folder of its own.

What programs write for a moment holds the same names and numbers as the database, so it lies beside it and never in the
system's folder for temporary files. Beside each folder lies a lock that the system takes back when its program dies:
what nobody holds any more is removed by the next command that starts.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from schema.file_lock import take

FOLDER = "kerja"
LOCK = ".kunci"
VARIABLES = ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR")
"""Where Python, SQLite and the programs that we start look for their temporary folder."""
EARLIER = ("verify-*", "recap-*", "cadangan-kerja")
"""Folders in which earlier versions kept plain copies."""
TRIES = 50
BUSY = BlockingIOError if os.name == "posix" else PermissionError
"""What a lock that somebody holds raises."""

_of_this_program: list[Path] = []


@contextmanager
def program_scratch(data: Path) -> Iterator[None]:
    """Make a folder below `data` the temporary folder of this process and its children, for as long as it runs.

    First everything is removed that died programs left. A program has one; a second call within it does nothing. Where
    the disk takes no folder the program runs on, and what needs a temporary file fails: it never goes elsewhere.
    """
    if _of_this_program or not data.is_dir():
        yield
        return
    sweep(data)
    with ExitStack() as kept:
        try:
            own = kept.enter_context(scratch(data))
        except OSError:
            own = data / FOLDER / "tidak-ada"
        kept.callback(_restore, tempfile.tempdir, {name: os.environ.get(name) for name in VARIABLES})
        _of_this_program.append(own)
        tempfile.tempdir = str(own)
        os.environ.update(dict.fromkeys(VARIABLES, str(own)))
        yield


def _restore(folder: str | None, variables: dict[str, str | None]) -> None:
    """What stood before a program began, for those that begin one within a longer process."""
    _of_this_program.clear()
    tempfile.tempdir = folder
    for name, value in variables.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder below the program's own, gone with the block."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def made_up(prefix: str) -> Iterator[Path]:
    """A data folder for a demo, in the system's folder for temporary files: nothing in it was ever somebody's."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def scratch(data: Path) -> Iterator[Path]:
    """An empty folder for one piece of work on this data folder, gone with the block. Raises OSError."""
    with ExitStack() as kept:
        for left in reversed(range(TRIES)):  # another program may be sweeping at this moment
            try:
                own = kept.enter_context(held(data / FOLDER / secrets.token_hex(6)))
                break
            except (BUSY, FileNotFoundError):
                if not left:
                    raise
        yield own


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """An empty folder for this program alone, gone with the block. Raises BUSY when it is held, OSError."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.parent.chmod(0o700)
    try:
        with _locked(folder.with_name(folder.name + LOCK)):
            _remove(folder)
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                _remove(folder)
    finally:
        with suppress(OSError):  # whoever is the last
            folder.parent.rmdir()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock file, which goes with the block. Raises BUSY."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        take(file)
        if not path.exists() or not os.path.samestat(path.stat(), os.fstat(file.fileno())):
            raise BUSY(11, "dilepas", str(path))  # whoever held it has just removed it
        try:
            yield
        finally:
            if os.name == "posix":
                path.unlink(missing_ok=True)
    if os.name != "posix":  # Windows lets nobody remove an open file
        path.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)


def sweep(data: Path) -> None:
    """Remove what died programs left below a data folder; what a living one holds stays."""
    for pattern in EARLIER:
        for folder in data.glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)
    names = {path.name.removesuffix(LOCK) for path in (data / FOLDER).glob("*")}
    for name in names:
        with suppress(OSError), held(data / FOLDER / name):
            pass

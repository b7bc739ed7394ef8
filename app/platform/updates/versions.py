"""The versions of the program beside each other, which of them was chosen, and how the last update ended.

    HOME/               the program that was installed by hand, with data/, .venv and wheelhouse/
    HOME/versi/0.4.0/   a version that an update put there
    HOME/versi/pilihan.json    which version runs; `run.py` reads it and goes on there
    HOME/versi/hasil.json      how the last update ended, for people

The one switch is the replacement of `pilihan.json`, a rename within a folder: it is whole on Windows too.
"""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from app import paths
from app.core.problems import Problem
from app.platform.updates.releases import Release, read_files
from schema.data_folder import LOCK_HELD_ERROR, fsync_file, fsync_folder, lock_file, write_whole
from schema.migrations import version_order
from sync.entries import parse_utc_text

CHOICE = "pilihan.json"
RESULT = "hasil.json"
LOCK = "dipakai"
UNFINISHED = ".baru"
UNDER_WAY = "Pemutakhiran lain sedang berjalan di komputer ini. Tunggu sampai selesai, lalu coba lagi."


class Choice(msgspec.Struct, frozen=True):
    """Which version runs (empty: the one that was installed by hand). On trial, its start ends in the way back, unless
    the update that tries it says that it is good."""

    version: str
    before: str = ""
    trial: bool = False
    data: str = ""


class Result(msgspec.Struct, frozen=True):
    """How an update ended: `done`, `ready` (Loket runs, the switch waits), `back` or `refused`."""

    outcome: str
    version: str
    at: str
    sentence: str

    @property
    def moment(self) -> datetime:
        return parse_utc_text(self.at)


def home() -> Path:
    return paths.home_folder()


def versions_folder() -> Path:
    return home() / paths.VERSIONS


def program_folder(version: str) -> Path:
    if version:
        return versions_folder() / version
    return home()


def own_name() -> str:
    """How the program that runs is named among the versions: empty for the one that was installed by hand."""
    if home() == paths.CHECKOUT:
        return ""
    return paths.CHECKOUT.name


def read_choice() -> Choice:
    """The choice; what cannot be read is none."""
    try:
        return msgspec.json.decode((versions_folder() / CHOICE).read_bytes(), type=Choice)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return Choice("")


def write_choice(choice: Choice) -> None:
    write_whole(versions_folder() / CHOICE, msgspec.json.encode(choice))


def read_result() -> Result | None:
    try:
        return msgspec.json.decode((versions_folder() / RESULT).read_bytes(), type=Result)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return None


def write_result(result: Result) -> None:
    write_whole(versions_folder() / RESULT, msgspec.json.encode(result))


def newest_first() -> list[str]:
    """The versions that updates put there, without unfinished ones."""
    found = (path.parent.name for path in versions_folder().glob("*/run.py"))
    return sorted((name for name in found if not name.endswith(UNFINISHED)), key=version_order, reverse=True)


def drop_others(kept: Collection[str]) -> None:
    """Remove versions that nobody goes back to; one that cannot be removed now stays for the next update."""
    for name in newest_first():
        if name not in kept:
            (program_folder(name) / "run.py").unlink(missing_ok=True)  # half a version is none
            shutil.rmtree(program_folder(name), ignore_errors=True)


@contextmanager
def hold_versions() -> Iterator[None]:
    """Let one process at a time change the versions; the system frees them when it ends. Raises Problem."""
    versions_folder().mkdir(exist_ok=True)
    descriptor = os.open(versions_folder() / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            lock_file(file)
        except LOCK_HELD_ERROR:
            raise Problem("update_under_way", 409, UNDER_WAY) from None
        yield


def unpack_release(release: Release) -> Path:
    """Put a release beside the other versions; its folder has its name only when all of it is on the disk."""
    target = program_folder(release.version)
    if is_unpacked(release, target):
        return target
    unfinished = target.with_name(target.name + UNFINISHED)
    for folder in (unfinished, target):
        if folder.exists():
            shutil.rmtree(folder)
    with zipfile.ZipFile(release.path) as archive:
        for path, data in read_files(archive, release.path.name, release.manifest):
            write_file(unfinished / path, data)
    for folder in {path.parent for path in unfinished.rglob("*")}:
        fsync_folder(folder)
    unfinished.replace(target)
    fsync_folder(target.parent)
    return target


def write_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    fsync_file(path)


def is_unpacked(release: Release, folder: Path) -> bool:
    """Whether a folder holds the files of a release as they were signed."""
    for file in release.manifest.files:
        path = folder / file.path
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
            return False
    return True

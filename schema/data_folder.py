"""A data folder: the program that holds it, its scratch folder, free space on its disk, and files written whole.

A lock is one on an open file, which the system takes back when its program ends, however it ends.
"""

import errno
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO, NamedTuple

LOCK_OFFSET = 1 << 20
"""On Windows a locked byte cannot be read: the lock lies far behind what stands in the file."""
LOCK_HELD_ERROR = BlockingIOError if os.name == "posix" else PermissionError
"""What a lock that somebody holds raises."""


def lock_file(file: BinaryIO) -> None:
    """Lock the file without waiting. Raises LOCK_HELD_ERROR when it is locked already."""
    if os.name == "nt":
        import msvcrt

        file.seek(LOCK_OFFSET)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows only
        except OSError as error:  # EACCES on Windows, but not on every system that runs its programs
            raise LOCK_HELD_ERROR(errno.EACCES, "terkunci", file.name) from error
        finally:
            file.seek(0)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


SCRATCH_FOLDER = "kerja"
LOCK_ENDING = ".kunci"
VARIABLES = ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR")
"""Where Python, SQLite and the programs that we start look for their temporary folder."""
EARLIER_FOLDERS = ("verify-*", "recap-*", "cadangan-kerja")
"""Folders in which earlier versions kept plain copies."""
TRIES = 50

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
    remove_leftovers(data)
    with ExitStack() as kept:
        try:
            own = kept.enter_context(scratch_folder(data))
        except OSError:
            own = data / SCRATCH_FOLDER / "tidak-ada"
        kept.callback(_restore_environment, tempfile.tempdir, {name: os.environ.get(name) for name in VARIABLES})
        _of_this_program.append(own)
        tempfile.tempdir = str(own)
        os.environ.update(dict.fromkeys(VARIABLES, str(own)))
        yield


def _restore_environment(folder: str | None, variables: dict[str, str | None]) -> None:
    """What stood before a program began, for those that begin one within a longer process."""
    _of_this_program.clear()
    tempfile.tempdir = folder
    for name, value in variables.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@contextmanager
def temporary_folder(prefix: str = "tmp") -> Iterator[Path]:
    """In the scratch folder of this program; before there is one, in the system's (a demo holds nothing of anybody)."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def scratch_folder(data: Path) -> Iterator[Path]:
    with ExitStack() as kept:
        for left in reversed(range(TRIES)):  # another program may be sweeping at this moment
            try:
                own = kept.enter_context(hold_scratch_folder(data / SCRATCH_FOLDER / secrets.token_hex(6)))
                break
            except (LOCK_HELD_ERROR, FileNotFoundError):
                if not left:
                    raise
        yield own


@contextmanager
def hold_scratch_folder(folder: Path) -> Iterator[Path]:
    """An empty folder for this program alone, gone with the block. Raises BUSY when it is held, OSError."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.parent.chmod(0o700)
    try:
        with _hold_lock_file(folder.with_name(folder.name + LOCK_ENDING)):
            _remove_folder(folder)
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                _remove_folder(folder)
    finally:
        with suppress(OSError):  # whoever is the last
            folder.parent.rmdir()


@contextmanager
def _hold_lock_file(path: Path) -> Iterator[None]:
    """Hold a lock file, which goes with the block, however it ends. Raises BUSY."""
    with ExitStack() as afterwards, os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        lock_file(file)
        if not path.exists() or not os.path.samestat(path.stat(), os.fstat(file.fileno())):
            raise LOCK_HELD_ERROR(11, "dilepas", str(path))  # whoever held it has just removed it
        if os.name != "posix":  # Windows lets nobody remove an open file, also not one that another program opened
            afterwards.callback(_remove_lock_file, path)
        try:
            yield
        finally:
            if os.name == "posix":
                path.unlink(missing_ok=True)


def _remove_lock_file(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _remove_folder(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)


def remove_leftovers(data: Path) -> None:
    for pattern in EARLIER_FOLDERS:
        for folder in data.glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)
    for name in {path.name.removesuffix(LOCK_ENDING) for path in (data / SCRATCH_FOLDER).glob("*")}:
        with suppress(OSError), hold_scratch_folder(data / SCRATCH_FOLDER / name):
            pass


PRACTICE_FILE = "latihan.json"
"""Marks the folder of a training office, and keeps where each exercise began."""
LOCK_FILE = "dipakai"


class FolderHeld(Exception):
    """Another program works in this data folder. `sentence` says which and since when."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def is_practice(data: Path) -> bool:
    """Whether a data folder is one of a training office."""
    return (data / PRACTICE_FILE).is_file()


@contextmanager
def hold_folder(data: Path, what: str) -> Iterator[None]:
    """Hold a data folder (made when it is missing) for one program, `what` in the words of an administrator.

    Raises FolderHeld when somebody else holds it, also within this process.
    """
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            lock_file(file)
        except LOCK_HELD_ERROR as error:
            known = ""
            with suppress(OSError):
                known = file.read(1000).decode("utf-8", "replace")
            raise FolderHeld(
                f"Folder {data} sedang dipakai Loket yang lain ({known or 'program lain'}). Tutup program itu dulu, "
                "lalu ulangi; dua program tidak boleh bekerja di satu folder data."
            ) from error
        with suppress(OSError):
            file.truncate(0)
            file.write(f"{what}, proses {os.getpid()}, sejak {datetime.now().astimezone():%d-%m-%Y %H.%M}".encode())
            file.flush()
        for path in (data, *data.glob("*.sqlite3*")):  # which an earlier version may have left open to others
            with suppress(OSError):  # somebody else's, or a disk without modes
                path.chmod(path.stat().st_mode & 0o700)
        with program_scratch(data):
            yield
        with suppress(OSError):  # the words go with the program; a crash leaves them, the lock it does not
            file.truncate(0)


def folder_holder(data: Path) -> str | None:
    """Who holds a data folder, in the words of `hold_folder`; None where nobody does. Raises OSError."""
    try:
        descriptor = os.open(data / LOCK_FILE, os.O_RDWR)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "r+b") as file:
        try:
            lock_file(file)
        except LOCK_HELD_ERROR:
            return file.read(1000).decode("utf-8", "replace")
    return None


MEGABYTE = 1024 * 1024
LITTLE = 500 * MEGABYTE
"""Free bytes below which every page says so."""
HARDLY_ANY = 4 * MEGABYTE
RESERVE = 16 * MEGABYTE
ROOM_FOR_IT = 4 * RESERVE
"""Free bytes from which on the reserve is made, the first time and again: on a small disk it is needed most."""
RESERVE_FILE = "ruang-cadangan"
LOOKED_EVERY = 10.0
"""Seconds for which an answer holds, so that a page does not ask the disk."""


class FreeSpace(NamedTuple):
    """What is left: free bytes, whether that is little, whether the reserve had to be given up."""

    free: int
    little: bool
    given_up: bool


class DiskSpace:
    """The disk of one data folder. Only a running program holds a reserve (:meth:`hold`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / RESERVE_FILE
        self._lock = threading.Lock()
        self._holds = self._given_up = False
        self._known: FreeSpace | None = None
        self._looked = 0.0

    def hold(self) -> None:
        self._holds = True
        self._given_up = not self.file.exists() and self.free() < HARDLY_ANY
        self.look(fresh=True)

    def free(self) -> int:
        try:
            return shutil.disk_usage(self.folder).free
        except OSError:
            return LITTLE * 2

    def look(self, *, fresh: bool = False) -> FreeSpace:
        with self._lock:
            now = time.monotonic()
            if self._known is None or fresh or now - self._looked > LOOKED_EVERY:
                self._looked, free = now, self.free()
                if free < HARDLY_ANY:
                    self._let_go()
                elif self._holds and free > ROOM_FOR_IT:
                    self._make_reserve()
                self._known = FreeSpace(free, free < LITTLE, self._given_up)
            return self._known

    def give_up(self) -> bool:
        with self._lock:
            self._known = None
            return self._let_go()

    def _let_go(self) -> bool:
        try:
            self.file.unlink()
        except OSError:
            return False
        self._given_up = True
        return True

    def _make_reserve(self) -> None:
        """Take real blocks, not a file with a hole; what cannot be made whole is no reserve."""
        self._given_up = False
        if self.file.exists():
            return
        try:
            descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, RESERVE)
                else:
                    for _ in range(RESERVE // MEGABYTE):
                        file.write(os.urandom(MEGABYTE))
        except OSError:
            with suppress(OSError):
                self.file.unlink()


TEMPORARY = ".tmp"


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write `data` to `path` so that a power cut leaves the old file or the new one. Raises OSError.

    The temporary file is removed when anything fails; a reader ignores names that end in `.tmp`.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    with suppress(FileNotFoundError):
        temporary.unlink()
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    fsync_folder(path.parent)


def fsync_file(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def names_in(folder: Path) -> list[str]:
    """What lies in a folder that may be a whole stick, in no order. Raises OSError.

    Windows has no first entry of an empty drive: `Path.glob` takes it for a missing one, `iterdir` too from 3.13 on.
    """
    return os.listdir(folder)  # noqa: PTH208


def files_named(folder: Path, pattern: str) -> list[Path]:
    """What lies in a folder or on a stick under such names, in their order; nothing where there is no folder."""
    if folder.is_dir():
        names = names_in(folder)
    else:
        names = []
    return [folder / name for name in sorted(names) if fnmatchcase(name, pattern)]


def keep_aside(place: Path, aside: Path) -> None:
    """A second name for the old bytes, so that they can be overwritten when the new ones have their place."""
    try:
        aside.hardlink_to(place)
    except OSError:  # a disk without second names
        place.replace(aside)


def shred(path: Path) -> None:
    """Overwrite a file once, force it to the disk, remove it. What a solid-state disk keeps of old cells is its own."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        while (left := size - file.tell()) > 0:
            file.write(bytes(min(left, MEGABYTE)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    fsync_folder(path.parent)

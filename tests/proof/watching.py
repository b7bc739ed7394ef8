"""What programs write anywhere, and whether a number of a person stands in it: in any spelling, inside archives too."""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PREFIX = "350899"
FORMS = [
    re.compile(PREFIX.encode() + rb"[0-9]{10}"),
    re.compile(
        rb"[ .\-_]{1,2}".join(re.escape(bytes([digit])) for digit in PREFIX.encode()) + rb"(?:[ .\-_]{0,2}[0-9]){10}"
    ),
    re.compile(b"3508[ .-]99[0-9]{2}[ .-][0-9]{4}[ .-][0-9]{4}"),
    *(re.compile(re.escape(PREFIX.encode(code)) + rb"(?:\0?[0-9]\0?){10}") for code in ("utf-16-le", "utf-16-be")),
]
"""Plain, with blanks between digits or groups, and in UTF-16."""
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
DEEP = 3

HOOK = """
import os, sys
_log = os.open(os.environ["OPENED_FILES"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
def _hook(event, given):
    if event == "open":
        path, mode, flags = given
        if isinstance(path, int) or not (flags or 0) & (os.O_WRONLY | os.O_RDWR):
            return
        nameless = (flags or 0) & getattr(os, "O_TMPFILE", -1) == getattr(os, "O_TMPFILE", 0)
        os.write(_log, os.fsencode(os.path.abspath(path)) + (b"/tmp-nameless" if nameless else b"") + b"\\n")
    elif event in ("os.mkdir", "os.rename", "shutil.copyfile"):
        folder = event == "os.mkdir"
        os.write(_log, os.fsencode(os.path.abspath(given[not folder])) + (b"/" if folder else b"") + b"\\n")
sys.addaudithook(_hook)
"""
"""Loaded by every Python that a watched program starts: notes each path that is opened for writing, made or renamed."""


def numbers_in(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Numbers that stand in some bytes, or in what is packed into them."""
    for form in FORMS:
        yield from form.findall(content)
    if depth < DEEP:
        for inner in unpacked(content):
            yield from numbers_in(inner, depth + 1)


def unpacked(content: bytes) -> Iterator[bytes]:
    """What an archive, a gzip file or the streams of a PDF hold."""
    try:
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from (archive.read(name) for name in archive.namelist())
        elif content[:2] == b"\x1f\x8b":
            yield gzip.decompress(content)
        elif content[:5] == b"%PDF-":
            for packed in STREAM.findall(content):
                yield zlib.decompressobj().decompress(packed)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error):
        return


class Watch:
    """Looks again and again at all files below a folder; those in `known` places may hold numbers.

    What begins with a name in `private` must not be open to other accounts.
    """

    def __init__(self, root: Path, known: tuple[re.Pattern[str], ...], private: tuple[str, ...] = ()) -> None:
        self.root, self.known, self.private = root, known, private
        self.seen: dict[Path, tuple[int, int]] = {}
        self.files: set[Path] = set()
        self.faults: dict[str, None] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        self.look()

    def _run(self) -> None:
        while not self._stopped.wait(0.03):
            self.look()

    def look(self) -> None:
        """Read what is new or changed since the last look."""
        for folder, folders, files in os.walk(self.root):
            for path in (Path(folder, name) for name in (*folders, *files)):
                with suppress(OSError):  # gone meanwhile
                    status = path.lstat()
                    self.look_at(path, status.st_mtime_ns, status.st_size, status.st_mode)

    def look_at(self, path: Path, changed: int, size: int, mode: int) -> None:
        """One file or folder: its name, its mode, and what is in it."""
        name = str(path.relative_to(self.root))
        if self.seen.get(path) == (changed, size):
            return
        self.seen[path] = (changed, size)
        self.files.add(path)
        if any(numbers_in(name.encode())):
            self.faults[f"in the name of {re.sub('[0-9]', '9', name)}"] = None
        if mode & 0o077 and name.startswith(self.private):
            self.faults[f"open to others: {name}"] = None
        if any(place.search(name) for place in self.known):
            return
        if stat.S_ISREG(mode) and any(numbers_in(path.read_bytes())):
            self.faults[f"a number in {name}"] = None

"""150 MB for routes that take little, at the real programs: refused with a sentence, and nothing larger than the
route's limit is ever on their disk (part of `prove doors`)."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.cli.test_too_big import HUGE, LARGE, WITHOUT_SESSION, answer_to
from tests.proof.faces import programs
from tests.proof.parts import Part


class DiskWatch(threading.Thread):
    """The largest file without a name that a program over a folder holds open: that is where bodies are spooled."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="disk-watch", daemon=True)
        self.processes = [process for process in children(os.getpid()) if is_over(process, folder)]
        self.most, self.done = 0, threading.Event()

    def run(self) -> None:
        """Look again and again until told to stop."""
        while not self.done.wait(0.005):
            self.look()

    def look(self) -> None:
        """Look once."""
        for process in self.processes:
            with suppress(OSError):
                for file in Path(f"/proc/{process}/fd").iterdir():
                    self.most = max(self.most, unnamed_size(file))

    def __enter__(self) -> DiskWatch:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.done.set()
        self.join(10)


def children(process: int) -> Iterator[int]:
    """The processes that a process started, and theirs."""
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text(encoding="ascii").split():
                yield int(child)
                yield from children(int(child))


def is_over(process: int, folder: Path) -> bool:
    """Whether a process was started over a folder; a browser of another test is not."""
    with suppress(OSError):
        return os.fsencode(folder) in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def unnamed_size(file: Path) -> int:
    """Bytes of an open file that has no name any more; 0 for everything else."""
    with suppress(OSError):
        known = file.stat()
        if stat.S_ISREG(known.st_mode) and known.st_nlink == 0:
            return known.st_size
    return 0


def prove_bodies(folder: Path, _seed: int = 1, *, huge: int = HUGE) -> Part:
    """A large and a huge body, declared and undeclared, for each route that somebody without a session reaches."""
    faults: list[str] = []
    refused = tried = above = 0
    with programs(folder) as faces:
        ports = {face.name: face.port for face in faces}
        for name, path, limit, sentence in WITHOUT_SESSION:
            for head, sent, chunked, heard in (
                (f"Content-Length: {LARGE}", LARGE, False, True),
                ("Transfer-Encoding: chunked", LARGE, True, True),
                (f"Content-Length: {huge}", 0, False, True),
                ("Transfer-Encoding: chunked", huge, True, False),  # the line may be cut before we listen
            ):
                with DiskWatch(folder) as disk:
                    told = answer_to(ports[name], path, head, sent, chunked=chunked)
                    disk.look()
                tried, where = tried + 1, f"bodies: {name} {path}, {head}"
                sound = (" 413 " in told.split("\r\n")[0] and sentence in told) or not (heard or told)
                refused += sound
                if not sound:
                    faults.append(f"{where}: answered {told[:40]!r}")
                if disk.most > (limit if chunked else 0):
                    above += 1
                    faults.append(f"{where}: {disk.most} bytes on the disk")
    return Part(f"bodies: {refused} of {tried} refused, {above} of them above their route's limit on the disk", faults)

"""The only way by which a program reads a register: in a process of its own, bounded in memory and time.

Whatever a file holds, the office keeps its memory and answers others meanwhile; what the file did to its process is
told in a sentence. One at a time, so that several uploads take no more than one. The process is this module again
(`python -m app.importing.isolated_reading`): name and bytes on stdin, the sheets or a sentence on stdout. It limits
itself before it reads the first byte. A register holds names and numbers: none of it goes to stderr.
"""

import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress

import msgspec

from app import paths
from app.importing.file_formats import BROKEN, read_bytes, refuse_size
from app.importing.spreadsheet import Book, ImportProblem

log = logging.getLogger(__name__)
MEMORY = 512 * 1024 * 1024
"""Bytes of address space. A register of 60,000 full lines takes half of it."""
SECONDS = 30
"""Of reckoning; the parent counts the same on the wall. A register of 60,000 full lines takes 8 on a good PC."""
TOO_MUCH = (
    "Dokumen ini memerlukan terlalu banyak memori untuk dibaca. Salin baris yang terisi ke buku kerja baru (Tempel "
    "Nilai), simpan, lalu impor lagi."
)
TOO_LONG = (
    f"Dokumen ini belum selesai dibaca sesudah {SECONDS} detik. Salin baris yang terisi ke buku kerja baru (Tempel "
    "Nilai), satu dokumen per tahun, lalu impor lagi."
)
OUT_OF_TIME = (-24, -9)
"""How Linux ends a process that used up its time: SIGXCPU, SIGKILL."""

_one_at_once = threading.Lock()


def read_limited(content: bytes, name: str = "CSV") -> Book:
    """The sheets of a file; `name` becomes the sheet name of a CSV file. Raises ImportProblem with what to do."""
    refuse_size(len(content))
    try:
        with _one_at_once:
            done = subprocess.run(
                [sys.executable, "-m", "app.importing.isolated_reading"],
                input=name.replace("\0", "").encode("utf-8", "replace") + b"\0" + content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                cwd=paths.CHECKOUT,  # the folder of the package: `-m` finds it wherever the office was started
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no black window on Windows
            )
    except subprocess.TimeoutExpired:
        raise ImportProblem(TOO_LONG) from None
    if done.returncode:
        log.warning("the reader of a register ended with status %s", done.returncode)  # its words may hold names
        raise ImportProblem(TOO_LONG if done.returncode in OUT_OF_TIME else TOO_MUCH)
    try:
        answer = msgspec.msgpack.decode(done.stdout, type=Book | str)
    except msgspec.MsgspecError:
        raise ImportProblem(BROKEN) from None
    if isinstance(answer, str):
        raise ImportProblem(answer)
    return answer


def read_stdin() -> None:
    restrain_process()
    name, _, content = sys.stdin.buffer.read().partition(b"\0")
    sys.stdout.buffer.write(msgspec.msgpack.encode(read_or_explain(content, name.decode("utf-8", "replace"))))


def read_or_explain(content: bytes, name: str) -> Book | str:
    """What a file holds. Whatever breaks a parser, a sentence comes out."""
    try:
        return read_bytes(content, name)
    except ImportProblem as problem:
        return problem.why
    except MemoryError:
        return TOO_MUCH
    except Exception:  # noqa: BLE001 - its words may hold a cell, and a hostile file may break a parser anywhere
        return BROKEN


def restrain_process() -> None:
    """Bound this process as far as the system can: Windows knows no such limits, there the parent's clock ends it."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # the system's own limit is lower still, or it knows none
            resource.setrlimit(kind, (most, most))
    os.nice(10)


if __name__ == "__main__":
    read_stdin()

"""The only way by which a program reads a register: in a process of its own, bounded in memory and time.

Whatever a file holds, the office keeps its memory and answers others meanwhile; what the file did to its process is
told in a sentence. One at a time, so that several uploads take no more than one.
"""

import logging
import subprocess
import sys
import threading

import msgspec

from app import paths
from app.importing import archive_check
from app.importing.file_formats import refuse_size
from app.importing.reading_process import SECONDS, TOO_MUCH
from app.importing.spreadsheet import Book, ImportProblem

log = logging.getLogger(__name__)
TOO_LONG = (
    f"Berkas ini belum selesai dibaca sesudah {SECONDS} detik. Salin baris yang terisi ke buku kerja baru (Tempel "
    "Nilai), satu berkas per tahun, lalu impor lagi."
)
SPENT = (-24, -9)
"""How Linux ends a process that used up its time: SIGXCPU, SIGKILL."""

_one_at_once = threading.Lock()


def read_limited(content: bytes, name: str = "CSV") -> Book:
    """The sheets of a file; `name` becomes the sheet name of a CSV file. Raises ImportProblem with what to do."""
    refuse_size(len(content))
    job = name.replace("\0", "").encode("utf-8", "replace") + b"\0" + content
    with _one_at_once:
        done = _run_child(job)
    if done.returncode:
        log.warning("the reader of a register ended with status %s", done.returncode)  # its words may hold names
        raise ImportProblem(TOO_LONG if done.returncode in SPENT else TOO_MUCH)
    try:
        answer = msgspec.msgpack.decode(done.stdout, type=Book | str)
    except msgspec.MsgspecError:
        raise archive_check.broken_file() from None
    if isinstance(answer, str):
        raise ImportProblem(answer)
    return answer


def _run_child(job: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [sys.executable, "-m", "app.importing.reading_process"],
            input=job,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd=paths.CHECKOUT,  # the folder of the package, so that `-m` finds it wherever the office was started
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no black window on Windows
        )
    except subprocess.TimeoutExpired:
        raise ImportProblem(TOO_LONG) from None

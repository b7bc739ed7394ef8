"""The process that reads one foreign file: name and bytes on stdin, its sheets or a sentence on stdout.

Started as `python -m app.importing.reading_process` by `app.importing.isolated_reading` only. It limits itself
before it reads the first byte: memory, time, no file written, no core. A register holds names and numbers: none of
it goes to stderr.
"""

import os
import sys
from contextlib import suppress

import msgspec

from app.importing import archive_check
from app.importing.file_formats import read_bytes
from app.importing.spreadsheet import Book, ImportProblem

MEMORY = 512 * 1024 * 1024
"""Bytes of address space. A register of 60,000 full lines takes half of it."""
SECONDS = 30
"""Of reckoning; the parent counts the same on the wall. A register of 60,000 full lines takes 8 on a good PC."""
TOO_MUCH = (
    "Berkas ini memerlukan terlalu banyak memori untuk dibaca. Salin baris yang terisi ke buku kerja baru (Tempel "
    "Nilai), simpan, lalu impor lagi."
)


def main() -> int:
    restrain_process()
    name, _, content = sys.stdin.buffer.read().partition(b"\0")
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer_for(content, name.decode("utf-8", "replace"))))
    return 0


def answer_for(content: bytes, name: str) -> Book | str:
    """What a file holds. Whatever breaks a parser, a sentence comes out."""
    try:
        return read_bytes(content, name)
    except ImportProblem as problem:
        return problem.why
    except MemoryError:
        return TOO_MUCH
    except Exception:  # noqa: BLE001 - its words may hold a cell, and a hostile file may break a parser anywhere
        return archive_check.broken_file().why


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
    sys.exit(main())

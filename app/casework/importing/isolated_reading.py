"""The only way by which a program reads a register: in a process of its own, bounded in memory and time.

Whatever a file holds, the office keeps its memory and answers others meanwhile; what the file did to its process is
told in a sentence. One at a time, so that several uploads take no more than one. The process is this module again
(`python -m app.casework.importing.isolated_reading`): name and bytes on stdin, the sheets or a sentence on stdout.
With the limits of a longer list as its argument it gives pieces, one after the other, so that nobody holds the whole.
It limits itself before it reads the first byte. A register holds names and numbers: none of it goes to stderr.
"""

import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec

from app import paths
from app.casework.importing.file_formats import BROKEN, read_bytes, read_pieces, refuse_size
from app.casework.importing.spreadsheet import Book, ImportProblem, Limits, Piece
from app.core.own_process import restrain_process

log = logging.getLogger(__name__)
MEMORY = 512 * 1024 * 1024
"""Bytes of address space. A register of 60,000 full lines takes half of it."""
SECONDS = 30
"""Of reckoning. A register of 60,000 full lines takes 8 on a good PC."""
ON_THE_WALL = 4 if os.name == "posix" else 1
"""How many times that the parent waits: a busy PC lets the reader, which stands back, reckon little. Where the system
bounds no processor time the wall is all there is."""
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
                [sys.executable, "-m", "app.casework.importing.isolated_reading"],
                input=name.replace("\0", "").encode("utf-8", "replace") + b"\0" + content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS * ON_THE_WALL,
                cwd=paths.CHECKOUT,  # the folder of the package: `-m` finds it wherever the office was started
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no black window on Windows
            )
    except subprocess.TimeoutExpired:
        raise ImportProblem(TOO_LONG) from None
    if done.returncode:
        log.warning("the reader of a register ended with status %s", done.returncode)  # its words may hold names
        if done.returncode in OUT_OF_TIME:
            raise ImportProblem(TOO_LONG)
        raise ImportProblem(TOO_MUCH)
    try:
        answer = msgspec.msgpack.decode(done.stdout, type=Book | str)
    except msgspec.MsgspecError:
        raise ImportProblem(BROKEN) from None
    if isinstance(answer, str):
        raise ImportProblem(answer)
    return answer


PIECE_ROWS = 1000
"""Rows of a piece: enough to find the headings under titles, little enough to hold."""
PIECES_SECONDS = 120
"""Of reckoning, for a list that is read in pieces: 50,000 lines of a workbook take 15 on a good PC."""
NEXT_SECONDS = 60
"""On the wall, until the next piece: what the caller does with a piece does not count."""
TOO_LONG_A_LIST = "Pembacaan dokumen ini terlalu lama. Bagi menjadi satu dokumen per {part}, lalu unggah lagi."
HEAD_BYTES = 4
Sent = Piece | str | None
"""What the process gives, one after the other: a piece, a sentence that ends it, or nothing more."""


def read_in_pieces(content: bytes, name: str, limits: Limits) -> Iterator[Piece]:
    """The rows of a file in pieces, at most one of them in memory here. Raises ImportProblem with what to do.

    What was given before a problem counts for nothing: the caller keeps it aside until the end.
    """
    refuse_size(len(content))
    command = [sys.executable, "-m", "app.casework.importing.isolated_reading", msgspec.json.encode(limits).decode()]
    with (
        _one_at_once,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=paths.CHECKOUT,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as reader,
    ):
        try:
            with suppress(OSError), killed_after(reader, NEXT_SECONDS):  # ended before it had read: its status says why
                ask_reader(reader, name.replace("\0", "").encode("utf-8", "replace") + b"\0" + content)
            while isinstance(sent := next_sent(reader), Piece):
                yield sent
        finally:
            reader.kill()
    if isinstance(sent, str):
        raise ImportProblem(sent)
    if sent is NO_ANSWER:
        log.warning("the reader of a list ended with status %s", reader.returncode)  # its words may hold names
        if reader.returncode in OUT_OF_TIME:
            raise ImportProblem(TOO_LONG_A_LIST.format(part=limits.part))
        raise ImportProblem(TOO_MUCH)


@contextmanager
def killed_after(reader: "subprocess.Popen[bytes]", seconds: float) -> Iterator[None]:
    clock = threading.Timer(seconds, reader.kill)
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def ask_reader(reader: "subprocess.Popen[bytes]", question: bytes) -> None:
    assert reader.stdin is not None  # it is a pipe
    reader.stdin.write(question)
    reader.stdin.close()


NO_ANSWER = object()
"""The reader ended without a word: it was killed, or what it sent is cut."""


def next_sent(reader: "subprocess.Popen[bytes]") -> object:
    """What the reader gives next (:data:`Sent`), or NO_ANSWER."""
    assert reader.stdout is not None  # it is a pipe
    with killed_after(reader, NEXT_SECONDS):
        head = reader.stdout.read(HEAD_BYTES)
        text = b""
        if head:
            text = reader.stdout.read(int.from_bytes(head))
    try:
        return to_sent(text) if text else NO_ANSWER
    except msgspec.MsgspecError:
        return NO_ANSWER


to_sent = msgspec.msgpack.Decoder(Sent).decode


def read_stdin() -> None:
    if len(sys.argv) > 1:
        return send_pieces(msgspec.json.decode(sys.argv[1], type=Limits))
    restrain_process(SECONDS, MEMORY)
    name, _, content = sys.stdin.buffer.read().partition(b"\0")
    sys.stdout.buffer.write(msgspec.msgpack.encode(read_or_explain(content, name.decode("utf-8", "replace"))))
    return None


def send_pieces(limits: Limits) -> None:
    restrain_process(PIECES_SECONDS, MEMORY)
    name, _, content = sys.stdin.buffer.read().partition(b"\0")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about styles and validations that we do not need
            for piece in read_pieces(content, name.decode("utf-8", "replace"), limits, PIECE_ROWS):
                send(piece)
        send(None)
    except ImportProblem as problem:
        send(problem.why)
    except MemoryError:
        send(TOO_MUCH)
    except Exception:  # noqa: BLE001 - as in read_or_explain
        send(BROKEN)


def send(sent: Sent) -> None:
    text = msgspec.msgpack.encode(sent)
    sys.stdout.buffer.write(len(text).to_bytes(HEAD_BYTES) + text)


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


if __name__ == "__main__":
    read_stdin()

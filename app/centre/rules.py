"""Rules that the commands of the floor share, and the transaction in which they run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from app.centre.doubtful import doubtful
from app.centre.queries import is_held, stock
from app.centre.tables import BlankMovement, IncomingDispatch, IncomingLine
from app.core.problems import Problem
from app.core.text import limit_text
from app.core.value_problem import ValueProblem
from schema.bulk import run_again
from schema.database import Database
from sync.journal import Journal

P = ParamSpec("P")
T = TypeVar("T")

REASON_LIMIT = 300
STATES: dict[str, str] = {
    "waiting": "belum diputuskan",
    "accepted": "menunggu dicetak",
    "refused": "sudah ditolak",
    "printed": "sudah dicetak",
    "shipped": "sudah dikirim",
    "paper": "dikirim dan dijawab di atas kertas",
}
_SERIAL = re.compile(r"[0-9A-Z]{4,24}")


def again(command: Callable[P, T]) -> Callable[P, T]:
    """Run a command once more when PostgreSQL says that it collided with another one."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return run_again(lambda: command(*args, **kwargs))

    return run


@contextmanager
def floor(journal: Journal) -> Iterator[Database]:
    """The transaction of a command. Commands of the floor follow one another, so that stock and states hold."""
    with journal.transaction():
        journal.db.hold("print-floor")
        yield journal.db


def found(db: Database, office: str, line: str) -> IncomingLine:
    """The line. Raises Problem `not_found`."""
    row = IncomingLine.first(db, IncomingLine.source == office, IncomingLine.line == line)
    if row is None:
        raise Problem.of("not_found", what="Baris itu")
    return row


def closed_dispatch(db: Database, office: str, dispatch_id: int) -> IncomingDispatch:
    """The dispatch, once its last entry has come. Raises Problem `not_found` or `conflict`."""
    row = IncomingDispatch.first(
        db, IncomingDispatch.source == office, IncomingDispatch.dispatch_id == dispatch_id
    )
    if row is None:
        raise Problem.of("not_found", what="Pengiriman itu")
    if not row.closed:
        why = f"Pengiriman {row.number} masih dalam perjalanan. Tunggu sampai seluruh barisnya masuk."
        raise Problem.of("conflict", why=why)
    return row


def changed(row: IncomingLine) -> Problem:
    """The problem of a line that is no longer where the page thought."""
    return Problem.of("state", what=f"Berkas {row.number}", state=STATES[row.state])


def check_free(db: Database, row: IncomingLine) -> None:
    """Raise Problem `conflict` for a held line."""
    if is_held(db, row.source, row.line):
        why = (
            f"Berkas {row.number} ditahan: pusat cetak baru dipulihkan dan kecamatannya belum memberi kabar, jadi "
            "kartunya mungkin sudah dicetak. Tunggu pertukaran berikutnya, atau minta administrator melepasnya."
        )
        raise Problem.of("conflict", why=why)


def acceptable(db: Database, row: IncomingLine) -> bool:
    """True for an undecided line, False for one already in the queue or further. Raises Problem otherwise."""
    if row.state in ("refused", "paper"):
        raise changed(row)
    if row.state != "waiting":
        return False
    if row.recall:
        raise asked_back(row)
    check_free(db, row)
    closed_dispatch(db, row.source, row.dispatch_id)
    return True


def in_work(db: Database, office: str, line: str) -> IncomingLine:
    """A line that may still be refused. Raises Problem `not_found` or `state`."""
    row = found(db, office, line)
    if row.state not in ("waiting", "accepted"):
        raise changed(row)
    check_free(db, row)
    return row


def queued(db: Database, row: IncomingLine) -> None:
    """Raise Problem unless the line waits to be printed, is not held and nobody asked for it back."""
    if row.state != "accepted":
        raise changed(row)
    check_free(db, row)
    if row.recall:
        raise asked_back(row)


def asked_back(row: IncomingLine) -> Problem:
    """The office wants this line back."""
    why = f"Berkas {row.number} diminta kembali oleh kecamatan. Kembalikan, jangan dicetak."
    return Problem.of("conflict", why=why)


def check_blank(db: Database, serial: str) -> None:
    """Raise Problem when the book holds no blank, or this blank was used before."""
    if serial and BlankMovement.first(db, BlankMovement.serial == serial) is not None:
        raise Problem.of(
            "invalid", {"serial": f"Blangko {serial} sudah pernah dipakai. Pindai blangko yang benar."}
        )
    if stock(db) < 1:
        why = "Blangko menurut buku habis. Catat dulu blangko yang masuk di halaman Blangko."
        raise Problem.of("conflict", why=why)


def check_compared(row: IncomingLine, compared: str) -> None:
    """Raise Problem `invalid` when a line contradicts itself and nobody says with what it was compared."""
    if doubtful(row) and not compared:
        raise Problem.of("invalid", {"compared": "Baris ini berisi perbedaan. Tulis dengan apa dicocokkan."})


def read_serial(text: str) -> str:
    """The serial of a blank as scanned or typed: capitals and digits. Raises Problem `invalid`."""
    serial = "".join(text.split()).upper() if len(text) < 100 else ""
    if not _SERIAL.fullmatch(serial):
        raise Problem.of(
            "invalid", {"serial": "Nomor seri blangko 4 sampai 24 huruf dan angka. Pindai ulang."}
        )
    return serial


def free_text(text: str, field: str, limit: int = REASON_LIMIT) -> str:
    """Trimmed text of a field. Raises Problem `invalid` when it is too long or cannot be printed."""
    try:
        return limit_text(text, limit=limit, label="Isian")
    except ValueProblem as problem:
        raise Problem.of("invalid", {field: problem.sentence}) from problem

"""Rules that the commands of the centre share, and how one of them is run."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.centre.queries import HELD_BY_CLAIM, blank_stock, is_line_held
from app.centre.snapshot import find_contradictions
from app.centre.tables import IncomingDispatch, IncomingLine
from app.core.permissions import Actor, require
from app.core.problems import Problem, check_found
from app.core.text import required_text, with_nya
from app.room import Command, OfficeCommand, P, T
from schema.database import Database
from schema.database_errors import run_with_retries
from sync.journal import Journal

REASON_LIMIT = 300
STATES: dict[str, str] = {
    "waiting": "belum diputuskan",
    "accepted": "menunggu {made}",
    "refused": "sudah ditolak",
    "printed": "{made}",
    "shipped": "sudah dikirim",
    "paper": "dikirim dan dijawab di atas kertas",
}
_SERIAL = re.compile(r"[0-9A-Z]{4,24}")


class CentreCommand(OfficeCommand[P, T]):
    """A command of the centre: it asks the actor for a permission first, is one transaction, and runs once more when
    PostgreSQL says that it collided with another one."""

    def __call__(self, journal: Journal, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> T:
        require(actor, self.permissions[0])

        def run_once() -> T:
            with centre_transaction(journal):
                return self.run(journal, actor, *args, **kwargs)

        return run_with_retries(run_once)


def centre_command(permission: str) -> Callable[[Command[P, T]], CentreCommand[P, T]]:
    """Make a function a command of the centre (:class:`CentreCommand`)."""
    return lambda command: CentreCommand(command, permission)


@contextmanager
def centre_transaction(journal: Journal) -> Iterator[Database]:
    """The transaction of a command. Commands follow one another, so that stock and states hold."""
    with journal.transaction():
        journal.db.hold("print-floor")
        yield journal.db


def load_line(db: Database, office: str, line: str) -> IncomingLine:
    return check_found(IncomingLine.first(db, source=office, line=line), "Baris itu")


def load_closed_dispatch(db: Database, office: str, dispatch_id: int) -> IncomingDispatch:
    row = check_found(IncomingDispatch.first(db, source=office, dispatch_id=dispatch_id), "Pengiriman itu")
    if not row.closed:
        why = f"Pengiriman {row.number} masih dalam perjalanan. Tunggu sampai seluruh barisnya masuk."
        raise Problem.of("conflict", why=why)
    return row


def state_problem(row: IncomingLine) -> Problem:
    """Somebody else was quicker: how the line stands now, in the words of whoever sent it."""
    made = row.terms.printed.lower()
    return Problem.of("state", what=f"Berkas {row.number}", state=STATES[row.state].format(made=made))


CLAIMED = (
    "pengirimnya menyatakan tanpa bukti bahwa catatan pusat ini hilang. Tunggu keputusan administrator di halaman "
    "Pernyataan tanpa bukti."
)


def check_not_held(db: Database, row: IncomingLine) -> None:
    if is_line_held(db, row.source, row.line, HELD_BY_CLAIM):
        raise Problem.of("conflict", why=f"Berkas {row.number} ditahan: {CLAIMED}")
    if is_line_held(db, row.source, row.line):
        made = f"{with_nya(row.terms.product)} mungkin sudah {row.terms.printed.lower()}"
        why = (
            f"Berkas {row.number} ditahan: pusat ini baru dipulihkan dan kantornya belum memberi kabar, jadi "
            f"{made}. Tunggu pertukaran berikutnya, atau minta administrator melepasnya."
        )
        raise Problem.of("conflict", why=why)


def can_accept_line(db: Database, row: IncomingLine) -> bool:
    """True for an undecided line, False for one already in the queue or further. Raises Problem otherwise."""
    if row.state in ("refused", "paper"):
        raise state_problem(row)
    if row.state != "waiting":
        return False
    if row.recall:
        raise recall_problem(row)
    check_not_held(db, row)
    load_closed_dispatch(db, row.source, row.dispatch_id)
    return True


def load_open_line(db: Database, office: str, line: str) -> IncomingLine:
    row = load_line(db, office, line)
    if row.state not in ("waiting", "accepted"):
        raise state_problem(row)
    check_not_held(db, row)
    return row


def check_queued(db: Database, row: IncomingLine) -> None:
    """Raise Problem unless the line waits to be printed, is not held and nobody asked for it back."""
    if row.state != "accepted":
        raise state_problem(row)
    check_not_held(db, row)
    if row.recall:
        raise recall_problem(row)


def recall_problem(row: IncomingLine) -> Problem:
    why = f"Berkas {row.number} diminta kembali oleh kantor pengirim. Kembalikan, jangan dikerjakan."
    return Problem.of("conflict", why=why)


def check_blank(db: Database, serial: str) -> None:
    if serial and db.one("SELECT 1 FROM blank_movement WHERE serial = ? AND serial <> ''", (serial,)) is not None:
        raise Problem.of("invalid", {"serial": f"Blangko {serial} sudah pernah dipakai. Pindai blangko yang benar."})
    if blank_stock(db) < 1:
        why = "Blangko menurut buku habis. Catat dulu blangko yang masuk di halaman Blangko."
        raise Problem.of("conflict", why=why)


def check_compared(row: IncomingLine, compared: str) -> None:
    """Raise Problem `invalid` when a line contradicts itself and nobody says with what it was compared."""
    if find_contradictions(row) and not compared:
        raise Problem.of("invalid", {"compared": "Baris ini berisi perbedaan. Tulis dengan apa dicocokkan."})


def parse_serial(text: str) -> str:
    """The serial of a blank as scanned or typed: capitals and digits. Raises Problem `invalid`."""
    serial = ""
    if len(text) < 100:
        serial = "".join(text.split()).upper()
    if not _SERIAL.fullmatch(serial):
        raise Problem.of("invalid", {"serial": "Nomor seri blangko 4 sampai 24 huruf dan angka. Pindai ulang."})
    return serial


def check_text(text: str, field: str, limit: int = REASON_LIMIT, needed: str = "") -> str:
    """As :func:`required_text`, of one line; only what has a sentence that asks for it is `needed`."""
    return required_text(text, field, needed, limit)

"""Cards on their way to an office: counted by hand, listed, closed with a number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.centre.rules import again, changed, floor, found, free_text
from app.centre.tables import IncomingLine
from app.core.clock import office_date
from app.core.epochs import epoch_letter
from app.core.messages import ShipmentSent
from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database
from sync.authority import line_hash
from sync.journal import Journal

MOST = 2000
"""Lines of one shipment; its entry must stay within one line of the road (256 KiB)."""


@again
def ship(journal: Journal, actor: Actor, *, office: str, lines: Sequence[str], counted: int, carrier: str,
         now: datetime) -> str:  # fmt: skip
    """Send printed cards off; returns the number of the shipment.

    Raises Problem `invalid` when the count by hand differs or nobody carries them, `state` for a card not printed
    or already on its way.
    """
    require(actor, "centre.print")
    chosen, who = list(dict.fromkeys(lines)), free_text(carrier, "carrier", 100)
    wrong: dict[str, str] = {}
    if not who:
        wrong["carrier"] = "Tulis siapa yang membawa kartu."
    if not 0 < len(chosen) <= MOST:
        wrong["lines"] = (
            "Pilih kartu yang dikirim, paling banyak 2.000." if chosen else "Belum ada kartu yang dipilih."
        )
    elif counted != len(chosen):
        wrong["counted"] = (
            f"Hitungan tangan {counted}, pada daftar {len(chosen)}. Hitung lagi sebelum ditutup."
        )
    if wrong:
        raise Problem.of("invalid", wrong)
    with floor(journal) as db:
        rows = [printed(found(db, office, line)) for line in chosen]
        number = next_number(db, office, office_date(now).year, journal.epoch)
        body = ShipmentSent(
            number, office_date(now).isoformat(), [(row.line, row.serial) for row in rows], who,
            [line_hash(db, office, row.line) for row in rows],
        )  # fmt: skip
        journal.record(
            body, subject=f"shipment/{number}", actor=actor.username, at=now, stream=office, lane=office
        )
    return number


def printed(row: IncomingLine) -> IncomingLine:
    """The line itself when its card lies here. Raises Problem `state`."""
    if row.state != "printed":
        raise changed(row)
    return row


def next_number(db: Database, office: str, year: int, epoch: int) -> str:
    """`350807-2026-012`; from the second epoch on with its letter, so that no number is given twice."""
    letter = epoch_letter(epoch)
    prefix = f"{office}-{year}-"
    taken = [str(row[0]) for row in db.run("SELECT number FROM outgoing_shipment WHERE office = ? AND number >= ?"
                                           " AND number < ?", (office, prefix, prefix + "~"))]  # fmt: skip
    counts = [int(number.removeprefix(prefix).rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for number in taken]
    return f"{prefix}{max(counts, default=0) + 1:03d}{letter}"

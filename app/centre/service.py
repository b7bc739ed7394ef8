"""Commands on incoming lines: accept, refuse, answer a recall, print, spoil. Every command is one transaction.

A second click, two printers at one line or a stale page end in a sentence, never in a second entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.centre.rules import (
    acceptable,
    again,
    check_blank,
    check_compared,
    check_free,
    closed_dispatch,
    floor,
    found,
    free_text,
    in_work,
    queued,
    read_serial,
)
from app.centre.tables import IncomingLine
from app.core.clock import office_date
from app.core.messages import LineAccepted, LinePrinted, LineRefused, LineSpoiled
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.people.access_log import log_access
from schema.database import Database
from sync.authority import line_hash
from sync.journal import Journal

OPEN_FOR = timedelta(minutes=15)
"""How long a line stays open with its full numbers after somebody opened it."""
OPENED = "centre.line_opened"

RECALLED = "Ditarik atas permintaan kecamatan."


@dataclass(frozen=True, slots=True)
class Reason:
    """A listed reason for refusing; `biometric` when the recording must be made again."""

    sentence: str
    biometric: bool = False


REASONS: dict[str, Reason] = {
    "biometric": Reason("Data biometrik tidak terbaca atau tidak lengkap. Perlu rekam ulang.", True),
    "photo": Reason("Foto tidak jelas atau tertukar. Perlu rekam ulang.", True),
    "not_ready": Reason("Perekaman belum siap cetak di pusat (belum PRR). Kirim lagi setelah siap."),
    "duplicate": Reason("Perekaman ganda (DUP). Urus penghapusan atau pindah datang di Dukcapil."),
    "nik_unknown": Reason("NIK tidak ditemukan di data pusat. Periksa NIK pada kartu keluarga."),
    "data_differs": Reason("Nama atau tanggal lahir berbeda dengan data pusat. Perbaiki lalu kirim lagi."),
    "kk_old": Reason("Kartu keluarga belum diperbarui di data pusat. Perbarui dulu di Dukcapil."),
    "address_differs": Reason("Alamat berbeda dengan data pusat. Perbaiki lalu kirim lagi."),
    "printed_before": Reason("Kartu dengan data yang sama sudah dicetak. Lihat pengiriman sebelumnya."),
}
SPOILS: dict[str, str] = {
    "scratched": "tergores",
    "misprint": "hasil cetak pudar atau miring",
    "chip": "cip tidak terbaca",
    "jam": "macet di pencetak",
}


def record(journal: Journal, body: Any, *, office: str, line: str, actor: Actor, now: datetime) -> None:
    """One entry about a line, in the stream and lane of its office."""
    journal.record(
        body, subject=f"line/{office}/{line}", actor=actor.username, at=now, stream=office, lane=office
    )


# -- decisions -------------------------------------------------------------------------------------------------


@again
def accept_lines(journal: Journal, actor: Actor, *, office: str, lines: Sequence[str], now: datetime) -> int:
    """Take lines into the print queue; those already there stay. Returns how many are new.

    Raises Problem `not_found`, `state` (refused or asked back meanwhile) or `conflict` (dispatch still on its way).
    """
    require(actor, "centre.print")
    if not lines:
        raise Problem.of("conflict", why="Belum ada baris yang dipilih. Centang paling sedikit satu baris.")
    with floor(journal) as db:
        fresh = [
            row for row in (found(db, office, line) for line in dict.fromkeys(lines)) if acceptable(db, row)
        ]
        for row in fresh:
            body = LineAccepted(row.line, line_hash(db, office, row.line))
            record(journal, body, office=office, line=row.line, actor=actor, now=now)
    return len(fresh)


@again
def accept_dispatch(journal: Journal, actor: Actor, *, office: str, dispatch_id: int, now: datetime) -> int:
    """Take every undecided line of a dispatch into the queue, those asked back left out. Returns how many."""
    require(actor, "centre.print")
    with floor(journal) as db:
        dispatch = closed_dispatch(db, office, dispatch_id)
        if dispatch.road == "paper":
            why = f"Pengiriman {dispatch.number} dikirim dan dijawab di atas kertas. Tidak ada yang masuk antrean."
            raise Problem.of("conflict", why=why)
        rows = IncomingLine.rows(
            db, IncomingLine.source == office, IncomingLine.dispatch_id == dispatch_id, IncomingLine.state == "waiting",
            IncomingLine.recall == "", order=IncomingLine.ordinal,
        )  # fmt: skip
        if not rows:
            why = f"Semua baris pengiriman {dispatch.number} sudah diputuskan. Muat ulang halaman untuk melihatnya."
            raise Problem.of("conflict", why=why)
        for row in rows:
            check_free(db, row)
            body = LineAccepted(row.line, line_hash(db, office, row.line))
            record(journal, body, office=office, line=row.line, actor=actor, now=now)
    return len(rows)


@again
def refuse_line(journal: Journal, actor: Actor, *, office: str, line: str, now: datetime, reason: str = "",
                words: str = "", biometric: bool = False) -> None:  # fmt: skip
    """Refuse an undecided or queued line: `reason` names one of :data:`REASONS`, else `words` say it freely.

    Raises Problem `not_found`, `invalid`, or `state` when it was printed or refused meanwhile.
    """
    require(actor, "centre.print")
    listed = REASONS.get(reason)
    text = free_text(words, "words")
    sentence = " ".join(part for part in (listed.sentence if listed else "", text) if part)
    if not sentence:
        raise Problem.of("invalid", {"reason": "Pilih alasan dari daftar, atau tulis sendiri."})
    again_needed = biometric or (listed is not None and listed.biometric)
    with floor(journal) as db:
        row = in_work(db, office, line)
        closed_dispatch(db, office, row.dispatch_id)
        body = LineRefused(line, sentence, again_needed, line_hash(db, office, line))
        record(journal, body, office=office, line=line, actor=actor, now=now)


@again
def answer_recall(journal: Journal, actor: Actor, *, office: str, line: str, now: datetime) -> None:
    """Give a line back that the office asked for. Raises Problem `conflict` when it did not, `state` when too late."""
    require(actor, "centre.print")
    with floor(journal) as db:
        row = in_work(db, office, line)
        if not row.recall:
            raise Problem.of("conflict", why=f"Berkas {row.number} tidak diminta kembali oleh kecamatan.")
        body = LineRefused(line, RECALLED, line_hash=line_hash(db, office, line))
        record(journal, body, office=office, line=line, actor=actor, now=now)


# -- printing --------------------------------------------------------------------------------------------------


@again
def print_line(journal: Journal, actor: Actor, *, office: str, line: str, serial: str, now: datetime,
               compared: str = "") -> None:  # fmt: skip
    """A good card came out: the line is printed, a blank is used. The same serial again is no error.

    A line that contradicts itself wants to know with what it was `compared`. Raises Problem `invalid` (serial,
    compared), `conflict` (no blanks, asked back) or `state`.
    """
    require(actor, "centre.print")
    read, text = read_serial(serial), free_text(compared, "compared")
    with floor(journal) as db:
        row = found(db, office, line)
        if row.state in ("printed", "shipped") and row.serial == read:
            return
        queued(db, row)
        check_compared(row, text)
        check_blank(db, read)
        body = LinePrinted(line, read, office_date(now).isoformat(), line_hash(db, office, line), text)
        record(journal, body, office=office, line=line, actor=actor, now=now)


@again
def spoil_blank(journal: Journal, actor: Actor, *, office: str, line: str, reason: str, now: datetime,
                serial: str = "") -> None:  # fmt: skip
    """A blank was spoiled at this line, which stays in the queue. Raises Problem `invalid`, `conflict`, `state`."""
    require(actor, "centre.print")
    why = SPOILS.get(reason) or free_text(reason, "spoil")
    if not why:
        raise Problem.of("invalid", {"spoil": "Pilih apa yang rusak."})
    read = read_serial(serial) if serial.strip() else ""
    with floor(journal) as db:
        queued(db, found(db, office, line))
        check_blank(db, read)
        body = LineSpoiled(line, why, read, line_hash(db, office, line))
        record(journal, body, office=office, line=line, actor=actor, now=now)


def open_line(
    db: Database, actor: Actor, *, office: str, line: str, now: datetime, address: str = ""
) -> None:
    """Show the full numbers of a line to this person for a while; noted in the access log."""
    require(actor, "centre.print")
    found(db, office, line)
    log_access(
        db, at=now, person_id=actor.person_id, action=OPENED, subject=f"line/{office}/{line}", address=address
    )


def is_open(db: Database, actor: Actor, *, office: str, line: str, now: datetime) -> bool:
    """Whether this person opened the line within :data:`OPEN_FOR`."""
    row = db.one("SELECT 1 FROM access_log WHERE subject = ? AND person_id = ? AND action = ? AND at > ? AND at <= ?",
                 (f"line/{office}/{line}", actor.person_id, OPENED, now - OPEN_FOR, now))  # fmt: skip
    return row is not None

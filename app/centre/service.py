"""Commands of the print centre: lines accepted, refused, given back, printed, sent, and the book of blanks.

A second click, two printers at one line or a stale page end in a sentence, never in a second entry.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from string import ascii_uppercase
from typing import Annotated, NamedTuple

from msgspec.structs import replace

from app.casework.importing.answer_file import FileAnswer, plain_key
from app.centre.events import BlanksCorrected, BlanksCounted, BlanksReceived, LineReleased, ShipmentListPrinted
from app.centre.offices import CentreExchange
from app.centre.queries import HELD_BY_RETURN, blank_stock, is_line_held, last_return_epoch
from app.centre.rules import (
    can_accept_line,
    centre_command,
    check_blank,
    check_compared,
    check_not_held,
    check_queued,
    load_closed_dispatch,
    load_line,
    load_open_line,
    parse_serial,
    state_problem,
)
from app.centre.tables import BlankMovement, IncomingLine, LineValue, OutgoingShipment
from app.core.asked import Amount, Choice, Offered, Text, Tick, Ticked
from app.core.clock import office_date
from app.core.messages import LineAccepted, LinePrinted, LineRefused, LineSpoiled, SealedValue, ShipmentSent
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem, ValueProblem, check_found
from app.core.text import parse_digits, readable_name
from app.platform.office.numbers import epoch_letter
from app.platform.people.access_log import log_access
from schema.database import Database
from sync.entries import held_line_hash
from sync.journal import Journal

Said = LineAccepted | LineRefused | LinePrinted | LineSpoiled
OPEN_FOR = timedelta(minutes=15)
"""How long a line stays open with its full numbers after somebody opened it."""
LINE_OPENED = "centre.line_opened"

RECALLED = "Ditarik atas permintaan kantor pengirim."


class Reason(NamedTuple):
    sentence: str
    biometric: bool = False


REASONS: dict[str, Reason] = {
    "biometric": Reason("Data biometrik tidak terbaca atau tidak lengkap. Perlu rekam ulang.", True),
    "photo": Reason("Foto tidak jelas atau tertukar. Perlu rekam ulang.", True),
    "not_ready": Reason("Perekaman belum siap cetak di pusat (belum PRR). Kirim lagi setelah siap."),
    "duplicate": Reason("Perekaman ganda (DUP). Urus penghapusan atau pindah datang di Dispenduk Capil."),
    "nik_unknown": Reason("NIK tidak ditemukan di data pusat. Periksa NIK pada kartu keluarga."),
    "data_differs": Reason("Nama atau tanggal lahir berbeda dengan data pusat. Perbaiki lalu kirim lagi."),
    "kk_old": Reason("Kartu keluarga belum diperbarui di data pusat. Perbarui dulu di Dispenduk Capil."),
    "address_differs": Reason("Alamat berbeda dengan data pusat. Perbaiki lalu kirim lagi."),
    "printed_before": Reason("Kartu dengan data yang sama sudah dicetak. Lihat pengiriman sebelumnya."),
}


def refusal_reasons(row: IncomingLine) -> dict[str, Reason]:
    if row.words:
        return {sentence: Reason(sentence) for sentence in row.terms.reasons}
    return REASONS


SPOILT = "Pilih apa yang rusak."
SPOILS: dict[str, str] = {
    "scratched": "tergores",
    "misprint": "hasil cetak pudar atau miring",
    "chip": "cip tidak terbaca",
    "jam": "macet di pencetak",
}


def record_about_line(journal: Journal, actor: Actor, office: str, body: Said, now: datetime) -> None:
    """One entry about a line, with the hash of that very line, in the stream and lane of its office."""
    known = replace(body, line_hash=held_line_hash(journal.db, office, body.line))
    subject = f"line/{office}/{body.line}"
    journal.record(known, subject=subject, actor=actor.username, at=now, stream=office, lane=office)


# -- decisions -------------------------------------------------------------------------------------------------


@centre_command("centre.print")
def accept_lines(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    lines: Annotated[Sequence[str], Ticked("Baris", "Centang paling sedikit satu baris.", of=str)],
    now: datetime,
) -> int:
    """Take lines into the print queue; those already there stay. Returns how many are new.

    Raises Problem `not_found`, `state` (refused or asked back meanwhile) or `conflict` (dispatch still on its way).
    """
    rows = [load_line(journal.db, office, line) for line in lines]
    fresh = [row for row in rows if can_accept_line(journal.db, row)]
    for row in fresh:
        record_about_line(journal, actor, office, LineAccepted(row.line), now)
    return len(fresh)


@centre_command("centre.print")
def accept_dispatch(journal: Journal, actor: Actor, *, office: str, dispatch_id: int, now: datetime) -> int:
    """Take every undecided line of a dispatch into the queue, those asked back left out. Returns how many."""
    db = journal.db
    dispatch = load_closed_dispatch(db, office, dispatch_id)
    if dispatch.road == "paper":
        why = f"Pengiriman {dispatch.number} dikirim dan dijawab di atas kertas. Tidak ada yang masuk antrean."
        raise Problem.of("conflict", why=why)
    lines = IncomingLine.rows(db, source=office, dispatch_id=dispatch_id, order="ordinal")
    rows = [line for line in lines if line.state == "waiting" and not line.recall]
    if not rows:
        why = f"Semua baris pengiriman {dispatch.number} sudah diputuskan. Muat ulang halaman untuk melihatnya."
        raise Problem.of("conflict", why=why)
    for row in rows:
        check_not_held(db, row)
        record_about_line(journal, actor, office, LineAccepted(row.line), now)
    return len(rows)


@centre_command("centre.print")
def refuse_line(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    line: str,
    now: datetime,
    reason: Annotated[str, Offered("Alasan")] = "",
    words: Annotated[str, Text("Keterangan", most=300)] = "",
    biometric: Annotated[bool, Tick("Perlu rekam ulang")] = False,
) -> None:
    """Refuse an undecided or queued line: `reason` is one of its :func:`refusal_reasons`, else `words` say it freely.

    Raises Problem `not_found`, `invalid`, or `state` when it was printed or refused meanwhile.
    """
    row = load_open_line(journal.db, office, line)
    listed = refusal_reasons(row).get(reason)
    if not (listed or words) or (reason and not listed):
        raise Problem.of("invalid", {"reason": "Pilih alasan dari daftar, atau tulis sendiri."})
    sentence = words
    again_needed = biometric
    if listed:
        sentence = f"{listed.sentence} {words}".rstrip()
        again_needed = biometric or listed.biometric
    load_closed_dispatch(journal.db, office, row.dispatch_id)
    record_about_line(journal, actor, office, LineRefused(line, sentence, again_needed), now)


@centre_command("centre.print")
def answer_recall(journal: Journal, actor: Actor, *, office: str, line: str, now: datetime) -> None:
    """Give a line back that the office asked for. Raises Problem `conflict` when it did not, `state` when too late."""
    row = load_open_line(journal.db, office, line)
    if not row.recall:
        raise Problem.of("conflict", why=f"Berkas {row.number} tidak diminta kembali oleh kantor pengirim.")
    record_about_line(journal, actor, office, LineRefused(line, RECALLED), now)


# -- printing --------------------------------------------------------------------------------------------------


@centre_command("centre.print")
def print_line(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    line: str,
    serial: Annotated[str, Text("Nomor seri blangko", "Pindai atau ketik nomor seri blangko.", most=60)],
    now: datetime,
    compared: Annotated[str, Text("Dicocokkan dengan", most=300)] = "",
) -> None:
    """A good card came out: the line is printed, a blank is used. The same serial again is no error.

    A line that contradicts itself wants to know with what it was `compared`. Raises Problem `invalid` (serial,
    compared), `conflict` (no blanks, asked back) or `state`.
    """
    db = journal.db
    read = parse_serial(serial)
    row = load_line(db, office, line)
    if row.terms.value:
        raise Problem.of("conflict", why=f"Berkas {row.number} dijawab dengan {row.terms.value.label.lower()}.")
    if row.state in ("printed", "shipped") and row.serial == read:
        return
    check_queued(db, row)
    check_compared(row, compared)
    check_blank(db, read)
    body = LinePrinted(line, read, office_date(now).isoformat(), compared=compared)
    record_about_line(journal, actor, office, body, now)


@centre_command("centre.print")
def answer_with_value(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    line: str,
    value: Annotated[str, Text("Nomor", most=60)],
    now: datetime,
    exchange: CentreExchange,
    again: Annotated[str, Text("Ketik sekali lagi", most=60)] = "",
    twice: bool = False,
) -> None:
    """Answer a line with the number that its service asks for, sealed for the office and for us. No blank is used.

    A line that waits is taken on by it. `again`: the number once more, where it was typed `twice`. The same number
    for the same line is no error: it is sealed anew, for an office that lost its keys. Raises Problem `invalid`
    (digits, typed unlike, given to somebody else), `state`, `conflict` (asked back).
    """
    db = journal.db
    row = load_line(journal.db, office, line)
    if not twice:
        again = value
    read = read_value(row, value, again)
    made = exchange.sealer().seal(read, [exchange.recipient(office)])
    for other in LineValue.rows(db, reference=made.reference):
        if load_line(db, other.source, other.line).main_key != row.main_key:
            raise Problem.of("invalid", {"value": "Nomor ini sudah diberikan kepada orang lain. Periksa nomornya."})
    if row.state not in ("printed", "shipped") or row.serial != made.reference:
        if row.state == "waiting" and can_accept_line(db, row):
            record_about_line(journal, actor, office, LineAccepted(line), now)
            row = load_line(db, office, line)
        check_queued(db, row)
    sealed = SealedValue(made.sealed, made.mask)
    body = LinePrinted(line, made.reference, office_date(now).isoformat(), value=sealed)
    record_about_line(journal, actor, office, body, now)


class FileResult(NamedTuple):
    """What became of a file: how many lines it answered, (row, what is wrong) of the others, and the waiting lines of
    which it says nothing."""

    answered: int
    faults: list[tuple[int, str]]
    missing: list[str]


def answer_from_file(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    lines: Sequence[IncomingLine],
    answers: Sequence[FileAnswer],
    now: datetime,
    exchange: CentreExchange,
) -> FileResult:
    """Answer the lines of a dispatch with the rows of a file; a row that is wrong spoils no other one."""
    require(actor, "centre.print")
    known = {plain_key(line.main_key): line.line for line in lines}
    faults = []
    for answer in answers:
        fault = answer.fault
        if not fault and answer.key not in known:
            fault = f"{answer.hint} tidak ada pada pengiriman ini. Periksa dokumennya."
        try:
            if not fault and answer.value:
                line = known[answer.key]
                value = answer.value
                answer_with_value(journal, actor, office=office, line=line, value=value, now=now, exchange=exchange)
            elif not fault:
                refuse_line(journal, actor, office=office, line=known[answer.key], words=answer.reason, now=now)
        except Problem as problem:
            fault = next(iter(problem.fields.values()), problem.sentence)
        if fault:
            faults.append((answer.row, fault))
    return FileResult(len(answers) - len(faults), faults, lines_left_out(lines, answers))


def lines_left_out(lines: Sequence[IncomingLine], answers: Sequence[FileAnswer]) -> list[str]:
    """`Berkas 0003/KTM/2026, Ani Wijaya` of each line that waits and that a file does not name."""
    told = {answer.key for answer in answers}
    return [
        f"Berkas {line.number}, {readable_name(line.name)}"
        for line in lines
        if plain_key(line.main_key) not in told and line.state in ("waiting", "accepted")
    ]


def read_value(row: IncomingLine, value: str, again: str) -> str:
    """The digits of a value as the line's service asks for it. Raises Problem."""
    words = row.terms.value
    if words is None:
        raise Problem.of("conflict", why=f"Berkas {row.number} tidak dijawab dengan nomor.")
    try:
        digits = parse_digits(value, words.label, words.least, words.most)
        if parse_digits(again, words.label, words.least, words.most) != digits:
            raise Problem.of("invalid", {"again": f"{words.label} diketik berbeda. Cocokkan dengan buku tabungannya."})
    except ValueProblem as problem:
        raise Problem.of("invalid", {"value": problem.sentence}) from problem
    return digits


@centre_command("centre.print")
def spoil_blank(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    line: str,
    reason: Annotated[str, Choice("Apa yang rusak", SPOILT, choices=SPOILS, none="Pilih…", name="spoil")],
    now: datetime,
    serial: Annotated[str, Text("Nomor seri blangko", most=60)] = "",
) -> None:
    """A blank was spoiled at this line, which stays in the queue. Raises Problem `invalid`, `conflict`, `state`."""
    read = parse_serial(serial) if serial else ""
    check_queued(journal.db, load_line(journal.db, office, line))
    check_blank(journal.db, read)
    record_about_line(journal, actor, office, LineSpoiled(line, SPOILS[reason], read), now)


def open_line(db: Database, actor: Actor, *, office: str, line: str, now: datetime, address: str = "") -> None:
    """Show the full numbers of a line to this person for a while; noted in the access log."""
    require(actor, "centre.print")
    load_line(db, office, line)
    log_access(
        db, at=now, person_id=actor.person_id, action=LINE_OPENED, subject=f"line/{office}/{line}", address=address
    )


def is_line_open(db: Database, actor: Actor, *, office: str, line: str, now: datetime) -> bool:
    """Whether this person opened the line within :data:`OPEN_FOR`."""
    sql = "SELECT 1 FROM access_log WHERE subject = ? AND person_id = ? AND action = ? AND at > ? AND at <= ?"
    asked = (f"line/{office}/{line}", actor.person_id, LINE_OPENED, now - OPEN_FOR, now)
    return db.one(sql, asked) is not None


COUNT = "Isi jumlahnya dengan angka."
MOST_CARDS = 2000
"""Lines of one shipment; its entry must stay within one line of the exchange (256 KiB)."""


@centre_command("centre.print")
def ship_cards(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    lines: Annotated[Sequence[str], Ticked("Kartu", "Belum ada yang dipilih.", of=str)],
    counted: Annotated[int, Amount("Dihitung tangan", COUNT, most=MOST_CARDS)],
    carrier: Annotated[str, Text("Dibawa oleh", "Tulis siapa yang membawanya.", most=100)],
    now: datetime,
) -> str:
    """Send printed cards off; returns the number of the shipment.

    Raises Problem `invalid` when the count by hand differs or nobody carries them, `state` for a card not printed
    or already on its way.
    """
    if len(lines) > MOST_CARDS:
        raise Problem.of("invalid", {"lines": "Pilih yang dikirim, paling banyak 2.000."})
    if counted != len(lines):
        why = f"Hitungan tangan {counted}, pada daftar {len(lines)}. Hitung lagi sebelum ditutup."
        raise Problem.of("invalid", {"counted": why})
    db = journal.db
    rows = [check_printed(load_line(db, office, line)) for line in lines]
    number = next_shipment_number(db, office, office_date(now).year, journal.epoch)
    body = ShipmentSent(
        number,
        office_date(now).isoformat(),
        [(row.line, row.serial) for row in rows],
        carrier,
        [held_line_hash(db, office, row.line) for row in rows],
    )
    journal.record(body, subject=f"shipment/{number}", actor=actor.username, at=now, stream=office, lane=office)
    return number


@centre_command("centre.floor")
def note_list_printed(
    journal: Journal, actor: Actor, *, office: str, shipment: str, content: str, now: datetime
) -> bool:
    """Write down that the list of a shipment is printed; whether this content was printed before. Raises Problem."""
    row = check_found(OutgoingShipment.first(journal.db, office=office, number=shipment), "Pengiriman itu")
    again = row.list_content == content
    if not again:
        body = ShipmentListPrinted(office, shipment, content)
        journal.record(body, subject=f"shipment/{shipment}", actor=actor.username, at=now)
    return again


def check_printed(row: IncomingLine) -> IncomingLine:
    """The line itself when its card lies here. Raises Problem `state`."""
    if row.state != "printed":
        raise state_problem(row)
    return row


def next_shipment_number(db: Database, office: str, year: int, epoch: int) -> str:
    """`350807-2026-012`; from the second epoch on with its letter, so that no number is given twice."""
    prefix = f"{office}-{year}-"
    sql = "SELECT number FROM outgoing_shipment WHERE office = ? AND number >= ? AND number < ?"
    taken = [number.removeprefix(prefix) for (number,) in db.run(sql, (office, prefix, prefix + "~"))]
    newest = max((int(number.rstrip(ascii_uppercase)) for number in taken), default=0)
    return f"{prefix}{newest + 1:03d}{epoch_letter(epoch)}"


UNPRINTED = "Tulis dengan apa dipastikan kartu ini belum dicetak."


@centre_command("centre.offices")
def release_line(
    journal: Journal,
    actor: Actor,
    *,
    office: str,
    line: str,
    reason: Annotated[str, Text("Dengan apa dipastikan belum dicetak", UNPRINTED, most=300)],
    now: datetime,
) -> None:
    """Let one held line go. Raises Problem `not_found`, `invalid` (no reason) or `conflict` (not held)."""
    db = journal.db
    row = load_line(db, office, line)
    if not is_line_held(db, office, line, HELD_BY_RETURN):
        raise Problem.of("conflict", why=f"Berkas {row.number} tidak ditahan. Muat ulang halaman.")
    body = LineReleased(line, last_return_epoch(db), reason)
    journal.record(
        body, subject=f"line/{office}/{line}", actor=actor.username, at=now, stream=f"office/{office}", lane=office
    )


# -- the book of blanks --------------------------------------------------------------------------------------------

MOST_BLANKS = 100_000
BLANKS_SUBJECT = "blanks"
BLANKS = "Jumlah blangko antara 1 dan 100.000."
DIFFERENCE = "Tulis selisihnya, misalnya -2 atau 3."
DRAWER = "Tulis hasil hitungan, antara 0 dan 100.000."
LETTER = "Tulis nomor surat atau berita acara yang menyertai blangko."


@centre_command("centre.print")
def receive_blanks(
    journal: Journal,
    actor: Actor,
    *,
    count: Annotated[int, Amount("Jumlah blangko", COUNT, least=1, most=MOST_BLANKS, outside=BLANKS)],
    letter: Annotated[str, Text("Nomor surat", LETTER, most=100)],
    now: datetime,
) -> None:
    """Blanks came in with a letter. The same letter twice is a double click: Problem `conflict`."""
    if BlankMovement.first(journal.db, kind="received", note=letter):
        raise Problem.of("conflict", why=f"Surat {letter} sudah dicatat di buku blangko. Periksa nomornya.")
    journal.record(BlanksReceived(count, letter), subject=BLANKS_SUBJECT, actor=actor.username, at=now)


@centre_command("centre.print")
def correct_blanks(
    journal: Journal,
    actor: Actor,
    *,
    count: Annotated[int, Amount("Selisih", COUNT, least=-MOST_BLANKS, most=MOST_BLANKS, outside=DIFFERENCE)],
    reason: Annotated[str, Text("Alasan", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """Put the book right by a signed count: found (+), lost or destroyed (-). Never below nothing."""
    held = blank_stock(journal.db)
    if count == 0:
        raise Problem.of("invalid", {"count": DIFFERENCE})
    if held + count < 0:
        raise Problem.of("invalid", {"count": f"Buku hanya memuat {held} blangko, tidak dapat dikurangi {-count}."})
    journal.record(BlanksCorrected(count, reason), subject=BLANKS_SUBJECT, actor=actor.username, at=now)


@centre_command("centre.print")
def count_blanks(
    journal: Journal,
    actor: Actor,
    *,
    counted: Annotated[int, Amount("Hasil hitungan laci", COUNT, most=MOST_BLANKS, outside=DRAWER)],
    note: Annotated[str, Text("Dihitung oleh", most=200)],
    now: datetime,
) -> int:
    """The drawer was counted by hand. Returns what the book says; both are kept, nothing is made to fit."""
    book = blank_stock(journal.db)
    journal.record(BlanksCounted(book, counted, note), subject=BLANKS_SUBJECT, actor=actor.username, at=now)
    return book

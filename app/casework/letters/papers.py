"""Letters as papers: the official letter, the disposition sheet, the agenda of a year."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from app.casework.letters.agenda import class_codes
from app.casework.letters.kinds import letter_kinds
from app.casework.letters.queries import (
    MOST_IN_BOOK,
    Asked,
    Chain,
    chain_of,
    incoming_letters,
    letters_by_hand,
    letters_to_carry,
    numbered_letters,
)
from app.casework.letters.service import WAYS
from app.casework.letters.tables import DispositionReceiver, IncomingLetter, OutgoingLetter
from app.casework.letters.texts import letter_parts
from app.casework.letters.transitions import INCOMING, OUTGOING, SIGNED_BY_TWO, URGENCIES, roles_in
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.dates import plain_date, stored_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office import settings
from app.platform.office.papers import (
    common_fields,
    enacting_post,
    office_name,
    official_above,
    signing_official,
    staff_official,
)
from app.platform.people.queries import person_names, profile_of
from app.platform.printing.data import books, letters
from app.platform.printing.data.common import Control, Official, SecretCode
from app.platform.printing.papers import count_pages, render_paper
from app.platform.printing.spreadsheet import SheetColumn, write_sheet
from schema.database import Database
from sync.entries import parse_utc_text

ISSUED = date(2026, 1, 2)
FORMS = {
    "disposition": "SURAT/F-01",
    "incoming": "SURAT/F-02",
    "outgoing": "SURAT/F-03",
    "official_letter": "SURAT",
    "attendance": "SURAT/F-04",
    "by_hand": "SURAT/F-05",
}
"""Form numbers of the office's own papers for letters, which stand in no service standard."""
ALPHA = "text"
DAY = "date"
NUMBER = "number"
BookColumns = tuple[tuple[str, int, Any], ...]
"""Title, width in the spreadsheet, kind of what stands in it."""
INCOMING_COLUMNS: BookColumns = (
    ("Agenda", 14, ALPHA),
    ("Diterima", 12, DAY),
    ("Nomor surat", 22, ALPHA),
    ("Tanggal surat", 12, DAY),
    ("Dari", 30, ALPHA),
    ("Hal", 40, ALPHA),
    ("Kode", 8, ALPHA),
    ("Sifat", 12, ALPHA),
    ("Lampiran", 9, NUMBER),
    ("Diteruskan kepada", 30, ALPHA),
    ("Keadaan", 16, ALPHA),
)
OUTGOING_COLUMNS: BookColumns = (
    ("Nomor", 24, ALPHA),
    ("Tanggal", 12, DAY),
    ("Kepada", 36, ALPHA),
    ("Hal", 40, ALPHA),
    ("Kode", 8, ALPHA),
    ("Sifat", 12, ALPHA),
    ("Penanda tangan", 28, ALPHA),
    ("Dikirim", 12, DAY),
    ("Cara dan bukti", 36, ALPHA),
    ("Keadaan", 22, ALPHA),
)
RECEIVER = "Nama dan tanda tangan penerima"
WIDE = ("Dari", "Hal", "Kepada", "Diteruskan kepada", "Cara dan bukti", "Penanda tangan", RECEIVER)
BY_HAND_TITLE = "Buku ekspedisi"
TITLES = {"incoming": "Agenda surat masuk", "outgoing": "Agenda surat keluar"}


def paper_fields(db: Database, form: str, actor: Actor, now: datetime) -> dict[str, Any]:
    control = Control(document=FORMS[form], revision="00", issued_on=ISSUED)
    return common_fields(db, control, actor, now)


def letter_paper(db: Database, row: OutgoingLetter, actor: Actor, now: datetime) -> letters.OfficialLetter:
    """A letter as it leaves; until it is signed it says that it is a draft."""
    signer = signer_official(db, row, office_date(now))
    parts = letter_parts(row.text)
    cancelled = row.state == "cancelled"
    stamp = "DIBATALKAN" if cancelled else ""
    check = None
    if row.check_code:
        check = SecretCode(code=show_code(row.check_code), qr="", issue="")
    enacts = ""
    if row.form == "decree":
        enacts = enacting_post(db, signer)
    return letters.OfficialLetter.of(
        row,
        **paper_fields(db, "official_letter", actor, now),
        on=stored_date(row.numbered_on) or office_date(now),
        signer=signer,
        urgency=URGENCIES[row.urgency],
        to=tuple(row.addressed_to.split("\n")),
        blocks=tuple(parts.blocks),
        annexes=tuple(parts.annexes),
        enacts=enacts,
        maker=maker_official(db, row),
        central=profile_of(db).central_letters,
        copies=tuple(json.loads(row.copies)),
        stamp=stamp,
        draft=not (cancelled or row.signed_at),
        check=check,
    )


def paper_kind(row: OutgoingLetter) -> str:
    """As which paper a letter of ours is drawn."""
    return {"letter": "official_letter", "decree": "decree"}.get(row.form, "headed_letter")


def check_pages(db: Database, row: OutgoingLetter, actor: Actor, now: datetime) -> None:
    """Whether a draft is no longer than its kind allows, by its paper. Raises Problem `conflict`."""
    kind = letter_kinds(db).get(row.kind)
    if kind is None or not kind.pages:
        return
    pdf = render_paper(paper_kind(row), letter_paper(db, row, actor, now), size=settings.get_setting(db, "paper.size"))
    if (pages := count_pages(pdf)) > kind.pages:
        why = f"Kertasnya {pages} halaman, sedangkan {kind.name} paling banyak {kind.pages}. Pendekkan naskahnya dulu."
        raise Problem.of("conflict", why=why)


def attendance_paper(db: Database, row: OutgoingLetter, actor: Actor, now: datetime) -> letters.AttendanceList:
    """An empty list of who came to what a letter invites to."""
    blocks = letter_parts(row.text).blocks
    return letters.AttendanceList.of(
        row,
        **paper_fields(db, "attendance", actor, now),
        on=stored_date(row.numbered_on) or office_date(now),
        facts=tuple(pair for block in blocks for pair in block.facts),
        signer=replace(signer_official(db, row, office_date(now)), approved_at=None),  # by hand
    )


def maker_official(db: Database, row: OutgoingLetter) -> Official | None:
    """Who wrote minutes or a report, as he was printed when they were signed; before that whoever drafted them. He
    signed the text as it stands when he submitted it."""
    if row.form not in SIGNED_BY_TWO:
        return None
    kept = row.signed_at and row.maker != "{}"
    if kept:
        maker = msgspec.convert(json.loads(row.maker), Official)
    else:
        maker = staff_official(db, row.drafted_by)
    signed_at = None
    if row.maker_signed_at and row.state not in ("draft", "returned"):
        signed_at = parse_utc_text(row.maker_signed_at)
    return replace(maker, approved_at=signed_at)


def signer_official(db: Database, row: OutgoingLetter, today: date) -> Official:
    """Who signed, as he was printed then; before that the post that is to sign."""
    if row.signed_at:
        signed = msgspec.convert(json.loads(row.signer), Official)
        return replace(signed, approved_at=parse_utc_text(row.signed_at))
    own = [signer for role in roles_in(row.signatories) for signer in profile_of(db).filled_by(role)]
    if own:
        return signing_official(db, own[0], today)
    return Official(name="", post="")


def disposition_paper(db: Database, row: IncomingLetter, actor: Actor, now: datetime) -> letters.DispositionSheet:
    names = person_names(db)
    codes = class_codes(db)
    return letters.DispositionSheet.of(
        row,
        **paper_fields(db, "disposition", actor, now),
        urgency=URGENCIES[row.urgency],
        code=codes.get(str(row.code), str(row.code)),
        to=profile_of(db).label(row.to_role),
        instructions=tuple(settings.get_setting(db, "letters.instructions")),
        steps=tuple(disposition_step(step, names) for step in chain_of(db, row.id)),
    )


def disposition_step(step: Chain, names: Mapping[str, str]) -> letters.DispositionStep:
    lines = [
        letters.DispositionLine(label=part.label, due_on=stored_date(part.due_on), state=part_words(part, names))
        for part in step.receivers
    ]
    return letters.DispositionStep(
        by=names.get(step.order.actor, step.order.actor),
        post=step.order.post,
        at=parse_utc_text(step.order.at),
        instructions=tuple(step.instructions),
        note=step.order.note,
        lines=tuple(lines),
    )


def part_words(part: DispositionReceiver, names: Mapping[str, str]) -> str:
    """What somebody did with a disposition so far."""
    if part.done_at:
        return f"Selesai, {names.get(part.done_by, part.done_by)}. {part.report or 'Diteruskan dengan disposisi.'}"
    if not part.acknowledged_at:
        return "Belum dibuka"
    return f"Diterima {names.get(part.acknowledged_by, part.acknowledged_by)}"


# -- the agenda of a year: the same rows for paper and spreadsheet ---------------------------------------------


def agenda_rows(db: Database, actor: Actor, book: str, year: int) -> list[tuple[Any, ...]]:
    if book == "incoming":
        rows = incoming_letters(db, actor, Asked(year), size=MOST_IN_BOOK)
        return [incoming_cells(db, row) for row in reversed(rows)]
    return [outgoing_cells(row) for row in numbered_letters(db, actor, year)]


def incoming_cells(db: Database, row: IncomingLetter) -> tuple[Any, ...]:
    labels = [part.label for part in DispositionReceiver.rows(db, letter_id=row.id, order="id")]
    return (
        row.number,
        stored_date(row.received_on),
        row.letter_number,
        stored_date(row.letter_date),
        row.sender,
        row.subject,
        row.code,
        URGENCIES[row.urgency],
        row.attachments,
        ", ".join(dict.fromkeys(labels)),
        INCOMING[row.state],
    )


def outgoing_cells(row: OutgoingLetter) -> tuple[Any, ...]:
    signer = json.loads(row.signer)
    way = ""
    if row.way:
        way = f"{WAYS[row.way]}: {row.proof}"
    return (
        row.number,
        stored_date(row.numbered_on),
        " ".join(row.addressed_to.split("\n")),
        row.subject,
        row.code,
        URGENCIES[row.urgency],
        f"{signer.get('name', '')}, {signer.get('post', '')}",
        stored_date(row.sent_on),
        way,
        OUTGOING[row.state],
    )


def agenda_paper(db: Database, actor: Actor, book: str, year: int, now: datetime) -> books.Register:
    rows = agenda_rows(db, actor, book, year)
    return books.Register(
        **paper_fields(db, book, actor, now),
        **book_fields(db, actor, columns_of(book), rows, now),
        title=TITLES[book],
        period=f"Tahun {year}",
    )


def book_column(title: str, kind: str) -> books.Column:
    column = books.Column(title=title, width=0)
    if title in WIDE:
        column = replace(column, width=2.0)
    if kind == NUMBER:
        column = replace(column, align="right")
    return column


def book_fields(db: Database, actor: Actor, columns: BookColumns, rows: Sequence[Any], now: datetime) -> dict[str, Any]:
    """What the books of letters have in common: their lines, how many, who keeps them and who acknowledges it."""
    keeper = staff_official(db, actor.username)
    return {
        "columns": tuple(book_column(title, kind) for title, _, kind in columns),
        "rows": tuple(rows),
        "totals": (books.Total(label="Surat", value=len(rows)),),
        "keeper": keeper,
        "approver": official_above(db, keeper, office_date(now)),
    }


def agenda_sheet(db: Database, actor: Actor, book: str, year: int, now: datetime) -> bytes:
    columns: Sequence[SheetColumn] = [SheetColumn(*column) for column in columns_of(book)]
    return write_sheet(
        f"{TITLES[book]} {year}", columns, agenda_rows(db, actor, book, year), made_at=now, office=office_name(db)
    )


BY_HAND_COLUMNS: BookColumns = (
    ("No.", 6, NUMBER),
    ("Tanggal", 12, DAY),
    ("Nomor surat", 24, ALPHA),
    ("Tanggal surat", 12, DAY),
    ("Hal", 40, ALPHA),
    ("Kepada", 36, ALPHA),
    (RECEIVER, 40, ALPHA),
)


def by_hand_rows(db: Database, actor: Actor, since: date, until: date, today: date) -> list[tuple[Any, ...]]:
    """The lines of the book of delivery; a day that is not over has those that are still to be carried."""
    letters_of_days = letters_by_hand(db, actor, since, until)
    if since <= today <= until:
        letters_of_days += letters_to_carry(db, actor)
    return [
        (
            place,
            stored_date(row.sent_on),
            row.number,
            stored_date(row.numbered_on),
            row.subject,
            " ".join(row.addressed_to.split("\n")),
            row.proof,
        )
        for place, row in enumerate(letters_of_days, start=1)
    ]


def by_hand_paper(db: Database, actor: Actor, since: date, until: date, now: datetime) -> books.Register:
    """The book of delivery (buku ekspedisi): receivers of letters that are still to be carried sign on it."""
    rows = by_hand_rows(db, actor, since, until, office_date(now))
    return books.Register(
        **paper_fields(db, "by_hand", actor, now),
        **book_fields(db, actor, BY_HAND_COLUMNS, rows, now),
        title=BY_HAND_TITLE,
        period=span_words(since, until),
        by_hand=True,
    )


def by_hand_sheet(db: Database, actor: Actor, since: date, until: date, now: datetime) -> bytes:
    return write_sheet(
        f"{BY_HAND_TITLE} {span_words(since, until)}",
        [SheetColumn(*column) for column in BY_HAND_COLUMNS],
        by_hand_rows(db, actor, since, until, office_date(now)),
        made_at=now,
        office=office_name(db),
    )


def span_words(since: date, until: date) -> str:
    if since == until:
        return plain_date(since)
    return f"{plain_date(since)} sampai {plain_date(until)}"


def columns_of(book: str) -> BookColumns:
    if book == "incoming":
        return INCOMING_COLUMNS
    return OUTGOING_COLUMNS

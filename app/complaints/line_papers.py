"""One line of the book on paper: receipt, answer letter, page of the book, LTPP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from app.complaints import capa as capas
from app.complaints import identity, queries
from app.complaints.frame import base
from app.complaints.kept_masks import Clean
from app.complaints.limits import area_names
from app.complaints.rights import get, line_for
from app.complaints.tables import CapaRound, Complaint
from app.complaints.words import CATEGORIES, CHANNELS, COLUMNS
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.dates import numeric_date
from app.core.permissions import Actor, may, require
from app.core.problems import Problem
from app.office import service as office
from app.office.letterhead import signing, staff
from app.people.queries import names
from app.printing import data as shapes
from schema.database import Database
from sync.line import moment

KIOSK = "Kios pengunjung"
"""Whose hand it is when a visitor wrote."""


def receipt_paper(
    db: Database, complaint_id: int, code: str, printed_by: str, printed_at: datetime
) -> shapes.ComplaintReceipt:
    """The receipt of a line with its code, which only memory holds. Raises Problem for a box slip: nobody waits for it
    at the desk."""
    line = get(db, complaint_id)
    if line.channel == "box" or not line.first_due_on:
        raise Problem.of("conflict", why="Pengaduan dari kotak saran tidak punya tanda terima.")
    return shapes.ComplaintReceipt(
        **base(db, "complaint_receipt", printed_by, printed_at),
        number=line.number,
        code=show_code(code),
        qr=code,
        received_on=date.fromisoformat(line.received_on),
        received_time=line.received_time,
        received_by=names(db).get(line.entered_by, KIOSK),
        channel=CHANNELS[line.channel],
        first_due_on=date.fromisoformat(line.first_due_on),
        estimate=office.calendar(db).estimate_note(date.fromisoformat(line.first_due_on)),
        confidential=bool(line.confidential),
    )


def answer_paper(
    db: Database, actor: Actor, complaint_id: int, now: datetime, address: str = ""
) -> shapes.AnswerLetter:
    """The answer as a letter. A name stands on it only when the actor may see it, and that look is logged."""
    require(actor, "complaint.answer")
    line = line_for(db, actor, "complaint.answer", complaint_id, now)
    answers = [
        one.text
        for one in queries.columns(db, [line.id])[line.id]
        if one.name == "answer" and not one.struck_by
    ]
    if not answers:
        raise Problem.of("conflict", why="Pengaduan ini belum dijawab. Tulis jawabannya dulu.")
    on = office_date(now)
    return shapes.AnswerLetter(
        **base(db, "answer_letter", actor.name, now),
        number=line.number,
        received_on=date.fromisoformat(line.received_on),
        to=tuple(addressee(db, actor, line, now, address)),
        words="" if line.confidential else words_read(db, actor, line, on).words,
        paragraphs=tuple(answers[-1].split("\n")),
        on=on,
        signer=signing(db, "camat", on),
    )


def addressee(db: Database, actor: Actor, line: Complaint, now: datetime, address: str) -> Sequence[str]:
    """Name and address where they are known and may be seen; a confidential line is addressed by its number."""
    if line.anonymous or line.confidential or not may(actor, "complaint.identity"):
        return ()
    person = identity.reveal(db, actor, complaint_id=line.id, now=now, address=address)
    village = office.village_names(db).get(line.area, "")
    found = (
        f"Yth. {person.name}" if person.name else "",
        person.address,
        f"Desa {village}" if village else "",
    )
    return [one for one in found if one] if person.name else ()


# -- the book --------------------------------------------------------------------------------------------------


def book_paper(
    db: Database, actor: Actor, rows: Sequence[queries.Row], now: datetime, address: str = ""
) -> shapes.BookPage:
    """A page of the book: the given lines in the order of their numbers, with the digest of what it says.

    The digest is that of the whole words, whoever prints; the paper shows them as the actor may read them.
    """
    require(actor, "complaint.view")
    ordered = sorted(rows, key=lambda row: (row.year, row.n))
    columns, hopes = (
        queries.columns(db, [row.id for row in ordered]),
        hopes_of(db, [row.id for row in ordered]),
    )
    lines = tuple(
        book_line(db, actor, row, columns[row.id], hopes.get(row.id, ""), now, address) for row in ordered
    )
    clean = identity.words_for(db, actor, ordered, office_date(now))
    span = f"Tahun {ordered[0].year}, nomor {ordered[0].n} sampai {ordered[-1].n}" if ordered else "Nihil"
    return shapes.BookPage(
        **base(db, "complaint_book", actor.name, now),
        title="Buku Pengaduan",
        span=span,
        lines=tuple(
            readable(
                line, clean[row.id], identity.text_for(db, actor, row, row.aside or "", office_date(now))
            )
            for row, line in zip(ordered, lines, strict=True)
        ),
        digest=page_digest(lines),
        keeper=staff(db, actor.username),
    )


def readable(line: shapes.BookLine, clean: Clean | None, aside: str) -> shapes.BookLine:
    """A line with the visitor's words as the actor may read them; of one that was set aside only why."""
    if aside:
        return msgspec.structs.replace(line, words=f"Disisihkan: {aside}", hope="")
    return msgspec.structs.replace(line, words=clean.words, hope=clean.hope) if clean else line


def words_read(db: Database, actor: Actor, line: Complaint, today: date) -> Clean:
    """The words of one line as the actor may read them."""
    return identity.words_for(db, actor, [line], today)[line.id] or Clean(line.words, line.hope)


def hopes_of(db: Database, ids: Sequence[int]) -> dict[int, str]:
    """What the visitors hope for."""
    marks = ", ".join("?" * len(ids))
    return dict(db.run(f"SELECT id, hope FROM complaint WHERE id IN ({marks})", tuple(ids))) if ids else {}


def book_line(db: Database, actor: Actor, row: queries.Row, columns: Sequence[queries.Column], hope: str, now: datetime,
              address: str) -> shapes.BookLine:  # fmt: skip
    """One line with its staff columns; struck ones stay readable."""
    known, sections = names(db), dict(db.run("SELECT code, name FROM section"))
    written = {"follow_up": [], "answer": []}  # type: dict[str, list[shapes.Written]]
    for one in columns:
        hand = f"{known.get(one.actor, KIOSK)}, {numeric_date(date.fromisoformat(one.on_date))}"
        follow = one.name == "follow_up"
        written["follow_up" if follow else "answer"].append(
            shapes.Written(one.text, hand, struck_by(one, known), "" if follow else COLUMNS[one.name])
        )
    when = numeric_date(date.fromisoformat(row.received_on)) + (
        f", {row.received_time}" if row.received_time else ""
    )
    return shapes.BookLine(
        number=row.number,
        received=when,
        channel=CHANNELS[row.channel],
        who=who(db, actor, row, now, address),
        words=row.words,
        hope=hope,
        about=CATEGORIES[row.category].label,
        routed=sections.get(row.section, row.section),
        columns=tuple(written["follow_up"]),
        answered=tuple(written["answer"]),
        closed=numeric_date(date.fromisoformat(row.closed_on)) if row.closed_on else "",
    )


def struck_by(one: queries.Column, known: Mapping[str, str]) -> str:
    """Who struck something through, when and why; empty for what stands."""
    if not one.struck_by:
        return ""
    on = numeric_date(office_date(moment(one.struck_at or "")))
    return f"{known.get(one.struck_by, one.struck_by)} {on}: {one.struck_why}"


def who(db: Database, actor: Actor, row: queries.Row, now: datetime, address: str) -> str:
    """The complainant's column: a name only for whoever may see it (logged), and never a confidential one: the paper
    lies on a desk that others pass."""
    village = area_names(db).get(row.area, "")
    if row.anonymous or not row.named:
        name = "anonim"
    elif row.confidential:
        name = "rahasia"
    elif may(actor, "complaint.identity"):
        name = identity.reveal(db, actor, complaint_id=row.id, now=now, address=address).name
    else:
        name = "nama tersimpan"
    return ", ".join(part for part in (name, village) if part)


def page_digest(lines: Sequence[shapes.BookLine]) -> str:
    """The beginning of the SHA-256 over what a page says, without names: in groups of four."""
    said = json.dumps(
        [msgspec.to_builtins(msgspec.structs.replace(line, who="")) for line in lines], ensure_ascii=False
    )
    text = hashlib.sha256(said.encode()).hexdigest()[:16].upper()
    return " ".join(text[i : i + 4] for i in range(0, 16, 4))


# -- LTPP ------------------------------------------------------------------------------------------------------


def capa_paper(db: Database, capa_id: int, printed_by: str, printed_at: datetime) -> shapes.CapaSheet:
    """The form of an LTPP with every round. Raises Problem `not_found`."""
    found, known = capas.get(db, capa_id), names(db)
    rounds = tuple(round_sheet(row, whys, known.get(row.person, row.person), known.get(row.checked_by, row.checked_by))
                   for row, whys in capas.rounds(db, capa_id))  # fmt: skip
    last = capas.rounds(db, capa_id)[-1][0] if rounds else None
    nobody = shapes.Official(name="", post="Penanggung jawab")
    return shapes.CapaSheet(
        **base(db, "capa", printed_by, printed_at),
        number=found.number,
        opened_on=date.fromisoformat(found.opened_on),
        opened_by=known.get(found.opened_by, found.opened_by),
        source=capas.SOURCES[found.source],
        state=capas.STATES[found.state],
        problem=found.problem,
        evidence=found.evidence,
        immediate=found.immediate,
        complaints=tuple(number for _, number, _, _ in queries.lines_named(db, capas.lines_of(db, capa_id))),
        rounds=rounds,
        opener=staff(db, found.opened_by),
        worker=staff(db, last.person) if last else nobody,
        checker=staff(db, last.checked_by)
        if last and last.checked_by
        else shapes.Official(name="", post="Pemeriksa"),
    )


def round_sheet(row: CapaRound, whys: Sequence[str], person: str, checked_by: str) -> shapes.CapaRoundSheet:
    """One round."""
    return shapes.CapaRoundSheet(
        round=row.round,
        whys=tuple(whys),
        corrective=row.corrective,
        preventive=row.preventive,
        person=person,
        due_on=date.fromisoformat(row.due_on),
        done_on=date.fromisoformat(row.done_on) if row.done_on else None,
        done_note=row.done_note,
        checked_on=date.fromisoformat(row.checked_on) if row.checked_on else None,
        checked_by=checked_by,
        effective=None if row.effective is None else bool(row.effective),
        check_note=row.check_note,
    )

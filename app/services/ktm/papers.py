"""Papers of student cards: card and sheet, distribution list, checklist, report of an intake."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from app.casework.desk.checklist import read_checklist
from app.casework.desk.moving import form_values
from app.casework.desk.tables import CaseFile
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.dates import plain_date
from app.core.permissions import Actor
from app.core.procedure import engine
from app.core.procedure.limits import amount_text, due_words
from app.core.text import in_small_letters
from app.platform.office.papers import common_fields, form_control, staff_official
from app.platform.printing.data import students as shapes
from app.platform.printing.papers import photo_svg
from app.services.ktm.queries import Report, card_facts, list_students, session_minutes
from app.services.ktm.tables import StudentCard
from schema.database import Database
from schema.service_procedure import Definition

NUMBERS = {
    "student_card": "F-12",
    "card_sheet": "F-12",
    "distribution_list": "F-13",
    "checklist": "F-14",
    "intake_report": "F-15",
}
"""Form numbers under the number of the procedure."""
VALIDITY = "berlaku selama terdaftar sebagai mahasiswa"
"""PR/046 7.3."""
STATES = {"present": "Ada", "missing": "Tidak ada", "wrong": "Tidak sesuai", "not_needed": "Tidak perlu"}
Photo = Callable[[int], tuple[bytes, str] | None]
"""(bytes, kind such as `jpeg`) of the confirmed photo of a case."""


def paper_fields(db: Database, definition: Definition, paper: str, actor: Actor, now: datetime) -> dict[str, Any]:
    return common_fields(db, form_control(definition, NUMBERS[paper]), actor, now)


def card_faces(
    db: Database, definition: Definition, cards: Sequence[StudentCard], photo: Photo, actor: Actor, now: datetime
) -> shapes.StudentCards:
    title = f"{definition.short_name} {cards[0].number}"
    if cards[1:]:
        title += f" dan {len(cards) - 1} lainnya"
    return shapes.StudentCards(
        **paper_fields(db, definition, "card_sheet", actor, now),
        title=title,
        cards=tuple(card_face(definition, card, photo(card.case_id)) for card in cards),
    )


def card_face(definition: Definition, card: StudentCard, photo: tuple[bytes, str] | None) -> shapes.CardFace:
    values = card_facts(card)
    picture = photo_svg(*photo) if photo else ""
    return shapes.CardFace(
        number=card.number,
        name=card.name,
        key_label=key_label(definition),
        key=card.main_key,
        programme=values.get("programme", ""),
        intake=values.get("intake", ""),
        qr=card.code,
        code=show_code(card.code),
        validity=VALIDITY,
        photo_svg=picture,
    )


def key_label(definition: Definition) -> str:
    key = engine.field_with_role(definition, "key")
    return key.heading if key else ""


def distribution_list(
    db: Database, definition: Definition, intake: str, step: str, actor: Actor, now: datetime
) -> shapes.DistributionList:
    """Cards that wait to be given out, by programme; those given out already stand with their day."""
    students = list_students(db, definition.id, intake)
    listed = [student for student in students if student.step == step or student.handed_on]
    groups = [
        shapes.DistributionGroup(programme=programme, lines=tuple(map(handed_card, part)))
        for programme, part in groupby(listed, key=attrgetter("programme"))
    ]
    return shapes.DistributionList(
        **paper_fields(db, definition, "distribution_list", actor, now),
        intake=intake,
        service=definition.short_name,
        key_label=key_label(definition),
        limit=limit_ended_by(definition, step),
        groups=tuple(groups),
        officer=staff_official(db, actor.username),
    )


def limit_ended_by(definition: Definition, step: str) -> str:
    """The time of the first limit that an outcome of a step ends; empty for none."""
    for limit in definition.limits:
        if any(end.startswith(f"{step}.") for end in limit.stops_on):
            return amount_text(limit.most, limit.unit)
    return ""


def handed_card(student: CaseFile) -> shapes.HandedCard:
    handed = ""
    if student.handed_on:
        handed = plain_date(date.fromisoformat(student.handed_on))
    return shapes.HandedCard(
        number=student.number, key=student.main_key, name=student.name, card=student.card_number, handed=handed
    )


def checklist(db: Database, definition: Definition, case: CaseFile, actor: Actor, now: datetime) -> shapes.Checklist:
    values = form_values(case)
    facts = [
        (key_label(definition), case.main_key),
        ("Nama", case.name),
        ("Program studi", values.get("programme", "")),
        ("Angkatan", values.get("intake", "")),
        ("Jenis permintaan", engine.kind_named(definition, case.kind).label),
    ]
    lines = [
        shapes.ChecklistLine(label=line.text, rule=line.need.rule, state=STATES[line.state], note=line.note)
        for line in read_checklist(db, definition, case)
    ]
    return shapes.Checklist(
        **paper_fields(db, definition, "checklist", actor, now),
        number=case.number,
        service=definition.short_name,
        facts=tuple(facts),
        lines=tuple(lines),
        on=office_date(now),
        officer=staff_official(db, actor.username),
    )


def intake_report(
    db: Database, definition: Definition, report: Report, actor: Actor, now: datetime
) -> shapes.IntakeReport:
    return shapes.IntakeReport(
        **paper_fields(db, definition, "intake_report", actor, now),
        intake=report.intake,
        service=definition.short_name,
        on=office_date(now),
        students=report.students,
        tables=report_tables(report),
        officer=staff_official(db, actor.username),
    )


def report_tables(report: Report) -> tuple[shapes.FigureTable, ...]:
    """The report as tables of texts, for paper and page alike."""
    sessions = [
        (due_words(session.since), str(session_minutes(session)), str(session.attended)) for session in report.sessions
    ]
    steps = [(step.label, str(step.now), str(step.passed)) for step in report.steps if step.now or step.passed]
    clocks = [
        (clock.label, clock.clause, clock.standard, str(clock.kept), str(clock.late), str(clock.running))
        for clock in report.clocks
    ]
    cards = [
        ("Foto belum ada atau belum dipastikan", str(report.missing_photos)),
        ("Data dikirim ke bank", str(report.sent)),
        ("Rekening dibuka", str(report.opened)),
        ("Ditolak bank", str(report.refused)),
        ("Kartu berlaku", str(report.cards.get("valid", 0))),
        ("Kartu dicetak, belum jadi", str(report.cards.get("drawn", 0))),
    ]
    cards += [(f"Kartu dicabut: {in_small_letters(why)}", str(count)) for why, count in report.withdrawn.items()]
    tables: list[tuple[str, tuple[str, ...], Sequence[tuple[str, ...]]]] = [
        ("Sosialisasi", ("Mulai", "Menit", "Hadir"), sessions),
        ("Mahasiswa menurut langkah", ("Keadaan", "Sekarang", "Pernah"), steps),
        ("Waktu baku", ("Kegiatan", "Klausul", "Baku", "Ditepati", "Lewat", "Berjalan"), clocks),
        ("Bank dan kartu", ("Hal", "Jumlah"), cards),
    ]
    filled = [shapes.FigureTable(title=title, heads=heads, rows=tuple(rows)) for title, heads, rows in tables if rows]
    return tuple(filled)

"""Answers out of and into spreadsheets: one row a respondent, columns U1, U2 and on, others allowed.

A file is taken whole or not at all; every fault is told with its line.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from app.casework.importing.spreadsheet import Book, ImportProblem, Row
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office.queries import services_in_force
from app.quality.surveys.answers import COMMENT_LIMIT, Said, check_month, check_said, chosen_label
from app.quality.surveys.events import Answer, AnswersImported
from app.quality.surveys.queries import Span, months_of, name_hider, office_survey
from app.quality.surveys.reckoning import LEFT_OUT
from app.quality.surveys.small_groups import coarsen
from app.quality.surveys.tables import SurveyAnswer, SurveyImport
from app.room import office_command
from schema.database import Database
from schema.surveys import Asked, Survey
from sync.journal import Journal

MOST_ANSWERS = 5_000
MOST_FAULTS = 20
COMMENT_HEADINGS = ("saran", "komentar", "comment")
BLANK = ("", "-", "–")


class AnswerFile(msgspec.Struct, frozen=True):
    """What a file holds: (line, answer) each, and the headings that mean nothing here."""

    answers: tuple[tuple[int, Said], ...]
    ignored: tuple[str, ...]

    @property
    def marks(self) -> list[str]:
        return [said.marks for _, said in self.answers]


def read_answers(book: Book, survey: Survey) -> AnswerFile:
    """The answers of the first sheet that has the columns. Raises ImportProblem with line numbers."""
    head, rows = find_heading(book, survey)
    columns = heading_columns(head)
    counts = Counter(name for name, _ in columns if name)
    doubled = [name for name, count in counts.items() if count > 1]
    if doubled:
        raise ImportProblem(f"Baris {head.number}: kolom {doubled[0].upper()} ada lebih dari sekali.")
    places = dict(columns)
    known = known_headings(survey)
    found = list[tuple[int, Said]]()
    faults = list[str]()
    for row in rows:
        said, wrong = read_row(survey, row, places)
        faults += [f"Baris {row.number}: {why}" for why in wrong]
        found.append((row.number, said))
    if faults:
        more = ""
        if len(faults) > MOST_FAULTS:
            more = f" … dan {len(faults) - MOST_FAULTS} kesalahan lain."
        raise ImportProblem(" ".join(faults[:MOST_FAULTS]) + more)
    if not found:
        raise ImportProblem(f"Tidak ada jawaban di bawah baris judul (baris {head.number}).")
    if len(found) > MOST_ANSWERS:
        raise ImportProblem(
            f"Dokumen berisi {len(found)} baris; batasnya {MOST_ANSWERS}. Bagi menjadi beberapa dokumen."
        )
    unknown = [name.upper() for name in places if name and name not in known]
    return AnswerFile(tuple(found), tuple(unknown))


def find_heading(book: Book, survey: Survey) -> tuple[Row, Sequence[Row]]:
    """The first row that holds U1, and the rows under it. Raises ImportProblem."""
    for sheet in book.sheets:
        for place, row in enumerate(sheet.rows[:30]):
            names = [name for name, _ in heading_columns(row)]
            if "u1" in names:
                missing = [element.id for element in survey.elements if element.id.lower() not in names]
                if missing:
                    last = survey.elements[-1].id
                    why = f"kolom {', '.join(missing)} tidak ada; {survey.short} memakai U1 sampai {last}."
                    raise ImportProblem(f"Baris {row.number}: {why}")
                return row, sheet.rows[place + 1 :]
    raise ImportProblem(f"Baris 1: judul kolom U1 sampai U{len(survey.elements)} tidak ditemukan.")


def heading_columns(row: Row) -> list[tuple[str, int]]:
    return [(" ".join(cell.text.lower().split()), place) for place, cell in enumerate(row.cells)]


def known_headings(survey: Survey) -> set[str]:
    groups = {word for asked in survey.asked for word in asked_headings(asked)}
    return {element.id.lower() for element in survey.elements} | groups | set(COMMENT_HEADINGS)


def asked_headings(asked: Asked) -> tuple[str, str]:
    return asked.label.lower(), asked.id


def read_row(survey: Survey, row: Row, places: dict[str, int]) -> tuple[Said, list[str]]:
    """The answer in a row, and what is wrong in it."""
    faults = list[str]()
    marks = list[str]()
    groups = dict[str, str]()
    for element in survey.elements:
        text = row.at(places[element.id.lower()]).text.strip()
        if text in BLANK:
            text = LEFT_OUT
        marks.append(text)
        if text not in (LEFT_OUT, "1", "2", "3", "4"):
            faults.append(f"{element.id} berisi “{text[:20]}”; yang boleh hanya 1, 2, 3, 4, atau kosong.")
    for asked in survey.asked:
        text = first_text(row, places, asked_headings(asked))
        if choice := choice_named(asked, text):
            groups[asked.id] = choice
        elif text:
            faults.append(f"{asked.label} “{text[:30]}” tidak ada dalam daftar.")
    comment = first_text(row, places, COMMENT_HEADINGS)
    said = Said("".join(marks), groups, comment[:COMMENT_LIMIT])
    if not faults:
        try:
            said = check_said(survey, said)
        except Problem as problem:
            faults += problem.fields.values()
    return said, faults


def first_text(row: Row, places: dict[str, int], headings: Iterable[str]) -> str:
    """What stands below the first of these headings that the sheet has."""
    for name in headings:
        if name in places:
            return row.at(places[name]).text.strip()
    return ""


def choice_named(asked: Asked, text: str) -> str:
    folded = text.casefold()
    for option in asked.options:
        if folded in (option.id, option.label.casefold()):
            return option.id
    return ""


@office_command("survey.import")
def import_answers(
    journal: Journal,
    actor: Actor,
    *,
    book: Book,
    content: bytes,
    name: str,
    service: str,
    month: str,
    now: datetime,
) -> int:
    """All answers of a file, or none; returns how many. The same file is never taken twice. Raises Problem."""
    check_service(journal.db, service, now)
    check_month(month, office_date(now))
    survey = office_survey(journal.db)
    read = read_answers(book, survey)
    digest = hashlib.sha256(content).hexdigest()
    if known := SurveyImport.first(journal.db, digest=digest):
        raise Problem.of("conflict", why=f"Dokumen ini sudah diimpor untuk bulan {known.month}: {known.lines} jawaban.")
    first = journal.next_id("survey_answer")
    answers = [
        Answer(first + place, survey.id, service, month, said.marks, said.respondent, said.comment)
        for place, (_, said) in enumerate(read.answers)
    ]
    body = AnswersImported(digest, name[:120], survey.id, service, month, answers)
    journal.record(body, subject="survey", actor=actor.username, at=now)
    return len(answers)


def check_service(db: Database, service: str, now: datetime) -> None:
    if service not in [offered.id for offered in services_in_force(db, office_date(now))]:
        raise Problem.of("invalid", {"service": "Pilih layanannya."})


# -- out ------------------------------------------------------------------------------------------------------------


def export_heads(survey: Survey) -> list[str]:
    elements = [element.id for element in survey.elements]
    asked = [asked.label for asked in survey.asked]
    return ["Bulan", "Layanan", "Sarana", *elements, *asked, "Saran"]


def export_rows(db: Database, survey: Survey, service: str, period: Span) -> Iterable[list[str]]:
    """One row a respondent, as the importer reads it; no number that would tell the order of their coming. Month,
    service, groups and way are left empty where fewer than five would share them."""
    first, last = months_of(period)
    found = SurveyAnswer.rows(
        db, SurveyAnswer.month >= first, SurveyAnswer.month <= last, survey=survey.id, order="month, service, marks"
    )
    hide = name_hider(db)
    chosen = [row for row in found if not service or row.service == service]
    known = coarsen([(row.month, row.service, row.respondent, SOURCES[row.source]) for row in chosen])
    for row, (month, named, respondent, source) in zip(chosen, known, strict=False):
        who = json.loads(respondent or "{}")
        labels = [chosen_label(asked, who, "") for asked in survey.asked]
        marks = [mark.strip(LEFT_OUT) for mark in row.marks]
        yield [month, named, source, *marks, *labels, hide(row.comment)]


SOURCES = {"kiosk": "Kios", "form": "Lembar", "import": "Berkas"}
"""How answers came in, in words."""

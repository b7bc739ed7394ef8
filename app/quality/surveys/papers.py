"""Surveys on paper: slip with a code, empty forms, the report and its poster; answers as a spreadsheet."""

import csv
import io
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.casework.desk.tables import CaseFile
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.periods import Period
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.text import in_small_letters
from app.platform.office.papers import chief_official, office_letterhead, office_name, staff_official
from app.platform.office.queries import service_names
from app.platform.printing.data import surveys as shapes
from app.platform.printing.data.books import Fact
from app.platform.printing.data.common import Control, SecretCode
from app.quality.surveys import charts, votes
from app.quality.surveys.answer_files import SOURCES, export_heads, export_rows
from app.quality.surveys.queries import Span, office_survey
from app.quality.surveys.reports import decimal_words
from app.quality.surveys.tables import SurveyReport
from schema.database import Database
from schema.surveys import Asked, Survey, load_survey
from sync.entries import parse_utc_text

FORMS = {"survey_slip": "F-01", "survey_form": "F-02", "survey_report": "F-03"}


def paper_fields(db: Database, paper: str, printed_by: str, now: datetime) -> dict[str, Any]:
    control = Control(document=f"SURVEI/{FORMS[paper]}", revision="00", issued_on=None)
    return {"head": office_letterhead(db), "control": control, "printed_at": now, "printed_by": printed_by}


def slip_paper(db: Database, case: CaseFile, actor: Actor, now: datetime) -> shapes.SurveySlip:
    """The slip of a finished case, with a new code. Raises Problem `conflict` where it may have none."""
    code = votes.give_code(db, case, office_date(now))
    until = votes.last_day(db, case)
    if not code or until is None:
        raise Problem.of("conflict", why="Berkas ini tidak dinilai lagi: kodenya sudah dipakai, atau waktunya lewat.")
    return shapes.SurveySlip(
        **paper_fields(db, "survey_slip", actor.name, now),
        service=service_names(db, office_date(now)).get(case.service) or str(case.service),
        survey=SecretCode(code=show_code(code), qr=code, issue=secrets.token_hex(8)),
        until_on=until,
        questions=len(office_survey(db).elements),
    )


def forms_paper(db: Database, numbers: Sequence[int], service: str, actor: Actor, now: datetime) -> shapes.SurveyForms:
    survey = office_survey(db)
    return shapes.SurveyForms(
        **paper_fields(db, "survey_form", actor.name, now),
        name=survey.name,
        basis=survey.basis,
        service=service_names(db, office_date(now)).get(service, service),
        numbers=tuple(numbers),
        questions=tuple(map(shapes.FormQuestion.of, survey.elements)),
        groups=tuple(map(form_group, survey.asked)),
    )


def form_group(asked: Asked) -> shapes.FormGroup:
    return shapes.FormGroup(label=asked.label, options=tuple(option.label for option in asked.options))


def report_paper(db: Database, report: SurveyReport, printed_by: str, now: datetime) -> shapes.SurveyReport:
    """The report with its figures as they were; drawn from them alone, so that it never changes."""
    figures = json.loads(report.figures)
    survey = load_survey(report.survey)
    published = None
    if report.published_at:
        published = parse_utc_text(report.published_at)
    on = office_date(published or parse_utc_text(report.at))
    result = figures["result"]
    labels = service_names(db, on)
    elements = tuple(element_line(survey, figure) for figure in result["elements"])
    bands = tuple(
        (band.mark, band.words, f"{decimal_words(band.first)} sampai {decimal_words(band.last)}")
        for band in reversed(survey.bands)
    )
    digest = " ".join(report.digest[start : start + 8] for start in range(0, 64, 8))
    return shapes.SurveyReport(
        **paper_fields(db, "survey_report", printed_by, now),
        title=survey.name,
        basis=survey.basis,
        number=report.number,
        period=figures["label"],
        scope=labels.get(report.service, report.service) or "semua layanan",
        index=decimal_words(result["index"]),
        mark=result["category"],
        words=result["category_words"],
        facts=report_facts(figures),
        notes=report_notes(figures, labels),
        elements=elements,
        groups=report_groups(figures, labels),
        bands=bands,
        plan=tuple(report.plan.splitlines()),
        charts=(
            charts.elements_chart(result["elements"], figures["target"], charts.ROW_ON_PAPER),
            charts.trend_chart(figures["trend"], figures["target"]),
        ),
        digest=digest,
        on=on,
        maker=staff_official(db, report.actor),
        signer=chief_official(db, on, published),
        draft=report.state == "drafted",
    )


def report_facts(figures: Mapping[str, Any]) -> tuple[Fact, ...]:
    result = figures["result"]
    before = figures["before"]
    change = before_words(result["index"], before["index"])
    enough = "tidak ada layanan selesai pada masa ini"
    if figures["wanted"]:
        judged = "cukup" if figures["enough"] else "belum cukup"
        enough = f"{judged}; perlu {figures['wanted']}"
    return (
        Fact(label="Indeks", value=decimal_words(result["index"]), note=f"mutu {result['category']}"),
        Fact(label="Responden", value=str(result["respondents"]), note=enough),
        Fact(label="Target", value=decimal_words(figures["target"]), note=target_words(figures)),
        Fact(label="Masa sebelumnya", value=decimal_words(before["index"]), note=change or before["label"]),
    )


def target_words(figures: Mapping[str, Any]) -> str:
    if Decimal(figures["result"]["index"]) >= Decimal(figures["target"]):
        return "tercapai"
    return "belum tercapai"


def before_words(index: str | None, before: str | None) -> str:
    """`naik 1,20`, `turun 0,35`, `tetap`; nothing where either is missing."""
    if index is None or before is None:
        return ""
    change = Decimal(index) - Decimal(before)
    if not change:
        return "tetap"
    moved = "naik" if change > 0 else "turun"
    return f"{moved} {decimal_words(abs(change))}"


def report_notes(figures: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[str, ...]:
    result = figures["result"]
    ways = ", ".join(f"{in_small_letters(SOURCES[source])} {number}" for source, number in figures["sources"].items())
    notes = [f"Layanan yang selesai pada masa ini: {figures['finished']}. Jawaban masuk lewat: {ways}."]
    if result["set_aside"]:
        notes.append(f"{result['set_aside']} responden disisihkan karena terlalu sedikit menjawab.")
    if result["by_table"]:
        tables = "; ".join(
            f"bobot {decimal_words(weight)} memberi {decimal_words(value)}"
            for weight, value in result["by_table"].items()
        )
        notes.append(f"Cara tabel: {tables}. Indeks di atas dihitung dengan pecahan tepat.")
    return tuple(notes)


def element_line(survey: Survey, figure: Mapping[str, Any]) -> shapes.ElementLine:
    value = figure["value"]
    mark = "–"
    if value is not None:
        mark = survey.band_of(Decimal(value)).mark
    return shapes.ElementLine(
        id=figure["id"],
        name=figure["name"],
        answered=figure["answered"],
        mean=decimal_words(figure["mean"]),
        value=decimal_words(value),
        mark=mark,
    )


def report_groups(figures: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[shapes.GroupTable, ...]:
    services = [[labels.get(line[0], line[0]), *line[1:]] for line in figures["services"]]
    groups = figures["groups"]
    if len(services) > 1:
        groups = {"Layanan": services} | groups
    tables = []
    for title, lines in groups.items():
        rows = tuple((label, str(n), decimal_words(value), mark or "–") for label, n, value, mark in lines)
        tables.append(shapes.GroupTable(title=title, rows=rows))
    return tuple(tables)


# -- answers as files ------------------------------------------------------------------------------------------------


def answers_csv(db: Database, service: str, period: Span) -> bytes:
    from app.platform.printing.spreadsheet import harmless_cell

    survey = office_survey(db)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(export_heads(survey))
    for row in export_rows(db, survey, service, period):
        writer.writerow([harmless_cell(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def answers_xlsx(db: Database, service: str, period: Period, now: datetime) -> bytes:
    from app.platform.printing.spreadsheet import SheetColumn, write_sheet

    survey = office_survey(db)
    marks = [SheetColumn(element.id, 8, "number") for element in survey.elements]
    others = [SheetColumn(head, 20) for head in export_heads(survey)]
    columns = [*others[:3], *marks, *others[3 + len(marks) :]]
    labels = service_names(db, office_date(now))
    rows = (numeric_cells(spoken_row(row, labels)) for row in export_rows(db, survey, service, period))
    return write_sheet(f"Jawaban {period.code}", columns, rows, made_at=now, office=office_name(db))


def spoken_row(row: list[str], labels: Mapping[str, str]) -> list[str]:
    """A row with the name of its service: a person reads the spreadsheet, the program reads the CSV."""
    month, service, *rest = row
    return [month, labels.get(service, service), *rest]


def numeric_cells(row: Sequence[str]) -> list[str | int]:
    return [int(cell) if cell.isdigit() else cell for cell in row]

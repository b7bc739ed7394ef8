"""Reports: drafted from the results, published by the chief with the PIN, withdrawn with a reason, printed."""

import json
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.core.problems import Problem
from app.platform.office.queries import service_names
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_date, current_db, current_time
from app.platform.web.forms import asked_slice, redirect_to, show_page
from app.platform.web.guard import needs_permission
from app.quality.surveys import papers, queries, reports
from app.quality.surveys.views.results import asked_period, asked_service

pages = Blueprint("survey_reports", __name__, url_prefix="/kepuasan/laporan")
PAPERS = {
    "laporan": ("survey_report", ""),
    "poster-a3": ("survey_poster", "A3"),
    "poster-f4": ("survey_poster", "F4"),
}
"""Word in addresses → paper and its size."""


@pages.get("")
@needs_permission("survey.view")
def list_reports() -> ResponseReturnValue:
    db = current_db()
    return show_page(
        "quality/surveys/reports.html",
        part=asked_slice([(report, json.loads(report.figures)) for report in reports.list_reports(db)]),
        states=reports.STATES,
        services=service_names(db, current_date()),
        due_on=reports.next_report_due(db, current_date()),
        words=reports.decimal_words,
    )


@pages.get("/baru")
@needs_permission("survey.draft")
def new_report(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    period = asked_period()
    service = asked_service()
    result = queries.index(db, service, period)
    return show_page(
        "quality/surveys/draft.html",
        status=status,
        problem=refused.sentence,
        period=period,
        service=service,
        services=service_names(db, current_date()),
        result=result,
        why_not=reports.why_not_drafted(db, queries.office_survey(db), service, period, result.index),
        words=reports.decimal_words,
        plan=refused.form_for(reports.draft_report)["plan"].data or "",
        most=reports.PLAN_LIMIT,
    )


def show_drafted(report_id: int) -> ResponseReturnValue:
    there = url_for("survey_reports.show_report", report_id=report_id)
    return redirect_to(there, "Laporan disusun; menunggu tanda tangan pimpinan.")


def asked_scope() -> dict[str, Any]:
    return {"period": asked_period(), "service": asked_service()}


add_command(pages, "/baru", reports.draft_report, new_report, named=asked_scope, then=show_drafted)


@pages.get("/<int:report_id>")
@needs_permission("survey.view")
def show_report(report_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    report = reports.get_report(db, report_id)
    figures = json.loads(report.figures)
    labels = service_names(db, current_date())
    return show_page(
        "quality/surveys/report.html",
        status=status,
        problem=refused.sentence_for(reports.publish_report),
        withdraw_form=refused.form_for(reports.withdraw_report),
        report=report,
        figures=figures,
        result=figures["result"],
        state=reports.STATES[report.state],
        names=people.person_names(db),
        scope=labels.get(report.service, report.service) or "semua layanan",
        facts=papers.report_facts(figures),
        notes=papers.report_notes(figures, labels),
        words=reports.decimal_words,
    )


PUBLISHED = "Laporan terbit. Cetak, lalu pasang posternya."
add_command(pages, "/<int:report_id>/terbit", reports.publish_report, show_report, PUBLISHED, pin=True)


WITHDRAWN = "Laporan ditarik dengan alasannya; isinya tetap terbaca."
add_command(pages, "/<int:report_id>/tarik", reports.withdraw_report, show_report, WITHDRAWN, to=list_reports)


@pages.post("/<int:report_id>/cetak/<paper>")
@needs_permission("survey.view")
def print_report(report_id: int, paper: str) -> Response:
    if paper not in PAPERS:
        raise Problem.of("not_found", what="Kertas itu")
    kind, size = PAPERS[paper]
    report = reports.get_report(current_db(), report_id)
    if kind == "survey_poster" and report.state != "published":
        raise Problem.of("conflict", why="Poster dicetak sesudah laporannya terbit.")
    data = papers.report_paper(current_db(), report, current_actor().name, current_time())
    subject = f"survey/report/{report_id}"
    if size:
        subject += f"-{size.lower()}"
    return printed_answer(kind, data, subject, f"{paper}-survei-{report.id}.pdf", size)

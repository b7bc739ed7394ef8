"""Files of indicators as documents: every indicator with its targets, one in full, where the source disagrees."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.core.problems import check_found
from app.platform.web.context import current_actor, current_db, current_time
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission
from app.quality.indicators import papers
from app.quality.indicators.queries import indicator_files
from schema.indicators import IndicatorFile

pages = Blueprint("indicator_documents", __name__, url_prefix="/sasaran/naskah")


def asked_file(document: str) -> IndicatorFile:
    return papers.load_document(current_db(), document)


@pages.get("")
@needs_permission("indicator.view")
def list_documents() -> ResponseReturnValue:
    return show_page(
        "quality/indicators/documents.html",
        files=indicator_files(current_db()),
    )


@pages.get("/<document>")
@needs_permission("indicator.view")
def show_document(document: str) -> ResponseReturnValue:
    file = asked_file(document)
    return show_page("quality/indicators/document.html", file=file, groups=list(papers.document_groups(file)))


@pages.get("/<document>/perbedaan")
@needs_permission("indicator.view")
def show_differences(document: str) -> ResponseReturnValue:
    """All of them, or with `hal` those about one thing: a name, a unit, a target."""
    from schema.indicators import ASPECTS, list_differences

    file = asked_file(document)
    asked = request.args.get("hal", "")
    everything = list_differences(file)
    counts = dict.fromkeys(ASPECTS, 0)
    for difference in everything:
        counts[difference.what] += 1
    shown = [difference for difference in everything if asked in ("", difference.what)]
    return show_page(
        "quality/indicators/differences.html", file=file, shown=shown, counts=counts, asked=asked, aspects=ASPECTS
    )


@pages.get("/<document>/butir/<indicator_id>")
@needs_permission("indicator.view")
def show_indicator(document: str, indicator_id: str) -> ResponseReturnValue:
    from schema.indicators import differences_of

    file = asked_file(document)
    indicator = check_found(file.find(indicator_id), "Indikator itu")
    line = papers.indicator_line(file, file.indicators.index(indicator) + 1, indicator)
    return show_page(
        "quality/indicators/indicator.html",
        file=file,
        indicator=indicator,
        line=line,
        facts=papers.indicator_facts(file, indicator, line),
        parts={part.id: part for part in file.parts},
        formula_words=papers.formula_words,
        differences=list(differences_of(file, indicator)),
    )


@pages.post("/<document>/cetak")
@needs_permission("indicator.view")
def print_document(document: str) -> Response:
    file = asked_file(document)
    data = papers.document_paper(current_db(), file, current_actor().name, current_time())
    return printed_answer("indicator_document", data, f"indicators/{document}", f"indikator-{document}.pdf")

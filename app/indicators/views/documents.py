"""Files of indicators as documents: every indicator with its targets, one in full, where the source disagrees."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.core.problems import Problem
from app.desk.views.papers import printed_answer
from app.indicators import documents
from app.web.context import current_actor, current_db, current_time
from app.web.forms import show_page
from app.web.guard import needs_permission
from schema.indicators import IndicatorFile

pages = Blueprint("indicator_documents", __name__, url_prefix="/sasaran/naskah")


def asked_file(file_id: str) -> IndicatorFile:
    return documents.load_document(current_actor().profile, file_id)


@pages.get("")
@needs_permission("indicator.view")
def list_documents() -> ResponseReturnValue:
    return show_page("indicators/documents.html", files=[asked_file(one) for one in current_actor().profile.indicators])


@pages.get("/<file_id>")
@needs_permission("indicator.view")
def show_document(file_id: str) -> ResponseReturnValue:
    file = asked_file(file_id)
    return show_page("indicators/document.html", file=file, groups=list(documents.document_groups(file)))


@pages.get("/<file_id>/perbedaan")
@needs_permission("indicator.view")
def show_differences(file_id: str) -> ResponseReturnValue:
    """All of them, or with `hal` those about one thing: a name, a unit, a target."""
    from schema.indicator_differences import ASPECTS, list_differences

    file, asked = asked_file(file_id), request.args.get("hal", "")
    everything = list_differences(file)
    counts = {what: sum(one.what == what for one in everything) for what in ASPECTS}
    shown = [one for one in everything if asked in ("", one.what)]
    return show_page("indicators/differences.html", file=file, shown=shown, counts=counts, asked=asked, aspects=ASPECTS)


@pages.get("/<file_id>/butir/<indicator_id>")
@needs_permission("indicator.view")
def show_indicator(file_id: str, indicator_id: str) -> ResponseReturnValue:
    from schema.indicator_differences import list_differences

    file = asked_file(file_id)
    indicator = file.find(indicator_id)
    if indicator is None:
        raise Problem.of("not_found", what="Indikator itu")
    line = documents.indicator_line(file, file.indicators.index(indicator) + 1, indicator)
    return show_page(
        "indicators/indicator.html",
        file=file,
        indicator=indicator,
        line=line,
        facts=documents.indicator_facts(file, indicator, line),
        parts={one.id: one for one in file.parts},
        formula_words=documents.formula_words,
        differences=[one for one in list_differences(file) if one.indicator == indicator_id],
    )


@pages.post("/<file_id>/cetak")
@needs_permission("indicator.view")
def print_document(file_id: str) -> Response:
    file = asked_file(file_id)
    data = documents.document_paper(current_db(), file, current_actor().name, current_time())
    return printed_answer("indicator_document", data, f"indicators/{file_id}", f"indikator-{file_id}.pdf")

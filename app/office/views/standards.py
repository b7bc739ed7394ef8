"""The service standard, for everybody to read: page, paper, documents, adopted revisions."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.problems import Problem
from app.office import papers, service, settings
from app.office.views.forms import AdoptForm
from app.printing.from_definition import standard_clauses
from app.printing.papers import render
from app.sop.revisions import differences
from app.web.context import current_actor, db, journal, now, today
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin
from schema.definitions import SERVICES, DefinitionError, definition_text, load_all

pages = Blueprint("standards", __name__, url_prefix="/standar")
MAIN = "ktp-el"


@pages.get("/")
@needs("standard.view")
def current() -> ResponseReturnValue:
    """The standard that every page links to."""
    known = service.standards(db())
    return one(known[0].service if known else MAIN)


@pages.get("/skema.json")
@needs("standard.view")
def schema() -> ResponseReturnValue:
    """The published description of definition files (JSON Schema)."""
    text = (SERVICES / "service.schema.json").read_text(encoding="utf-8")
    return Response(text, content_type="application/schema+json; charset=utf-8")


@pages.get("/<service_id>")
@needs("standard.view")
def one(service_id: str) -> ResponseReturnValue:
    """A whole standard in printed order, with its flowchart."""
    from app.sop.flowchart import flowchart

    definition, adopted = service.shown_standard(db(), service_id, today())
    chart = [Markup(part) for part in flowchart(definition)]  # our own drawing of escaped texts
    clauses = zip(definition.sections, standard_clauses(definition), strict=True)
    return page("office/standard.html", d=definition, adopted=adopted, clauses=list(clauses), chart=chart,
                revisions=[line for line in service.standards(db()) if line.service == service_id])  # fmt: skip


@pages.get("/<service_id>/cetak")
@needs("standard.view")
def printed(service_id: str) -> ResponseReturnValue:
    """The standard as a paper."""
    definition, adopted = service.shown_standard(db(), service_id, today())
    data = papers.standard_paper(db(), definition, adopted, current_actor(), now())
    return pdf(render("standard", data, size=settings.get(db(), "paper.size")), f"standar-{service_id}")


@pages.get("/<service_id>/dokumen/<document_id>")
@needs("standard.view")
def document(service_id: str, document_id: str) -> ResponseReturnValue:
    """The Camat's guarantee or the quality policy."""
    definition, _ = service.shown_standard(db(), service_id, today())
    found = next((each for each in definition.documents if each.id == document_id), None)
    if found is None:
        raise Problem.of("not_found", what="Dokumen itu")
    return page("office/document.html", d=definition, document=found)


@pages.get("/<service_id>/dokumen/<document_id>/cetak")
@needs("standard.view")
def printed_document(service_id: str, document_id: str) -> ResponseReturnValue:
    """The document as a paper."""
    definition, _ = service.shown_standard(db(), service_id, today())
    data = papers.statement_paper(db(), definition, document_id, current_actor(), now(), today())
    return pdf(render("statement", data, size=settings.get(db(), "paper.size")), document_id)


def pdf(data: bytes, name: str) -> Response:
    """A PDF shown in the browser."""
    return Response(
        data, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )


@pages.get("/<service_id>/berlakukan")
@needs("office.settings")
def adopting(service_id: str) -> ResponseReturnValue:
    """What changes with the shipped revision, and the three people it needs."""
    return show_adopting(service_id, AdoptForm(formdata=None, effective_on=today()))


def show_adopting(service_id: str, form: AdoptForm, status: int = 200) -> ResponseReturnValue:
    """Draw the page with the differences to the revision in force."""
    shipped, (running, adopted) = (
        load_all().get(service_id),
        service.shown_standard(db(), service_id, today()),
    )
    changes = differences(running, shipped) if shipped and adopted else []
    return page(
        "office/adopt.html",
        status=status,
        d=shipped or running,
        adopted=adopted,
        changes=changes,
        form=form,
        has_pin=has_pin(),
    )


@pages.post("/<service_id>/berlakukan")
@needs("office.settings")
def adopt(service_id: str) -> ResponseReturnValue:
    """A revision takes effect: the shipped one, or a text of the office's own."""
    form = AdoptForm()
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            put_in_force(service_id, form)
    if not sound(form):
        return show_adopting(service_id, form, 422)
    return done(url_for("standards.one", service_id=service_id), "Revisi standar pelayanan berlaku.")


def put_in_force(service_id: str, form: AdoptForm) -> None:
    """Hand the text to the service; a faulty text becomes a sentence at its field."""
    text = (form.text.data or "").strip()
    if not text:
        if service_id not in load_all():
            raise Problem.of("not_found", what="Standar pelayanan itu")
        text = definition_text(SERVICES / f"{service_id}.toml")
    try:
        service.adopt_standard(journal(), current_actor(), text=text, maker=form.maker.data or "",
                               checker=form.checker.data or "", approver=form.approver.data or "",
                               effective_on=form.effective_on.data or date.max, now=now(),
                               service=service_id)  # fmt: skip
    except DefinitionError as error:
        raise Problem.of("invalid", {"text": str(error)[:500]}) from error

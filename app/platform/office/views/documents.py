"""A procedure as a document: the official SOP form, its control (prints, copies, chronology), two revisions."""

from datetime import date
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.core.dates import stored_date
from app.core.problems import Problem, check_known
from app.core.procedure.differences import compare_revisions
from app.platform.office import documents, papers, queries, settings, standards
from app.platform.office.legal_basis import Basis, Decision, basis_in_force, propose_todays_law
from app.platform.office.views.forms import LawForm, PrintForm, form_of_basis
from app.platform.office.views.standards import after_proposing, pdf_answer, sop_parts
from app.platform.printing.papers import render_paper
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import has_pin, run_command, show_page
from app.platform.web.guard import needs_permission
from schema.body_limits import takes_body

pages = Blueprint("documents", __name__, url_prefix="/standar")
PRINTS_SHOWN = 50
MOST_BYTES = 128 * 1024
"""What the decisions on a long legal basis may weigh."""
REVIEW = "tinjauan"
"""The annotated edition of the standard, for review; it is never a controlled copy."""


@pages.get("/<service_id>/sop")
@needs_permission("standard.view")
def show_sop(service_id: str) -> ResponseReturnValue:
    definition, adopted = queries.shown_standard(current_db(), service_id, current_date())
    since = stored_date(adopted and adopted.effective_on)
    return show_page("platform/office/sop.html", adopted=adopted, **sop_parts(definition, since))


@pages.get("/<service_id>/kendali")
@needs_permission("standard.view")
def show_control(service_id: str, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Who signed, who has which copy, what was printed; a refused form stays at its copy."""
    db = current_db()
    on = current_date()
    definition, adopted = queries.shown_standard(db, service_id, on)
    held = [copy for copy in definition.distribution if documents.is_holder(current_actor(), copy)]
    signatures = []
    prints = []
    if adopted:
        signatures = standards.signatures_of(db, service_id, adopted.revision, on)
        prints = documents.list_prints(db, definition, PRINTS_SHOWN)
    return show_page(
        "platform/office/control.html",
        status=status,
        d=definition,
        adopted=adopted,
        signatures=signatures,
        copies=documents.copy_lines(db, definition, current_actor(), adopted is not None),
        holds={copy.number for copy in held},
        prints=prints,
        stamp=documents.stamp_words,
        revisions=[line for line in queries.list_standards(db) if line.service == service_id],
        form=refused.form_for(documents.receive_copy),
        asked=refused.place.get("number", 0),
    )


@pages.post("/<service_id>/cetak")
@needs_permission("standard.view")
def print_document(service_id: str) -> ResponseReturnValue:
    """The standard or the SOP form as PDF; the print is written down with its stamp."""
    db = current_db()
    form = PrintForm()
    copy = None
    if form.salinan.data and form.validate() and form.naskah.data != REVIEW:
        copy = int(form.salinan.data)
    if form.naskah.data not in ("sop", "standard", REVIEW):
        raise Problem.of("not_found", what="Naskah itu")
    kind = "standard"
    annotated = form.naskah.data == REVIEW
    if form.naskah.data == "sop":
        kind = "sop"
    definition, adopted = queries.shown_standard(db, service_id, current_date())
    stamp = documents.record_document_print(
        current_journal(),
        current_actor(),
        service=service_id,
        form=kind,
        copy=copy,
        now=current_time(),
        on=current_date(),
    )
    fixed = (db, definition, adopted, current_actor(), current_time(), stamp)
    data = papers.sop_paper(*fixed) if kind == "sop" else papers.standard_paper(*fixed, annotated)
    return pdf_answer(render_paper(kind, data, size=settings.get_setting(db, "paper.size")), f"{kind}-{service_id}")


@pages.post("/<service_id>/usulan/cetak")
@needs_permission("standard.view")
def print_proposal(service_id: str) -> ResponseReturnValue:
    """The proposed text as a paper, annotated or clean; the clean one is to be signed by hand and carries no stamp."""
    db = current_db()
    definition = queries.parse_definition(standards.known_proposal(db, service_id).text)
    now = current_time()
    annotated = PrintForm().naskah.data == REVIEW
    stamp = documents.record_print(
        current_journal(), current_actor(), document=definition, in_force=False, form="standard", copy=None, now=now
    )
    data = papers.standard_paper(db, definition, None, current_actor(), now, stamp * annotated, annotated)
    size = settings.get_setting(db, "paper.size")
    return pdf_answer(render_paper("standard", data, size=size), f"usulan-{service_id}")


def service_of(service_id: str, number: int) -> dict[str, Any]:
    return {"service": service_id, "number": number}


def tell_received() -> str:
    place = request.view_args or {}
    return f"Salinan nomor {place['number']} dicatat diterima."


COPY = "/<service_id>/salinan/<int:number>"
add_command(pages, COPY, documents.receive_copy, show_control, tell_received, named=service_of)


@pages.get("/<service_id>/beda/<old>/<new>")
@needs_permission("standard.view")
def show_difference(service_id: str, old: str, new: str) -> ResponseReturnValue:
    """Two revisions that were in force, side by side."""
    known = {line.revision for line in queries.list_standards(current_db()) if line.service == service_id}
    for revision in (old, new):
        check_known(revision, known, f"Revisi {revision}")
    before, after = (queries.adopted_definition(current_db(), service_id, name) for name in (old, new))
    return show_page(
        "platform/office/difference.html", d=after, old=old, new=new, difference=compare_revisions(before, after)
    )


# -- the next revision with today's law ---------------------------------------------------------------------------


def first_answers(basis: Basis) -> dict[str, object]:
    """What the page begins with: an entry that was replaced is left to be decided, with its successor beside it."""
    answers: dict[str, object] = {"seen": basis.revision, "effective_on": current_date()}
    for n, entry in enumerate(basis.definition.legal_basis):
        choice = "keep"
        if entry.superseded_by:
            choice = ""
        answers |= {f"choice{n}": choice, f"law{n}": entry.superseded_by}
    return answers


@pages.get("/<service_id>/dasar-hukum")
@needs_permission("standard.propose")
def decide_laws(service_id: str) -> ResponseReturnValue:
    basis = basis_in_force(current_db(), service_id, current_date())
    return draw_laws(basis, form_of_basis(basis.definition)(formdata=None, data=first_answers(basis)))


def draw_laws(basis: Basis, form: LawForm, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "platform/office/legal_basis.html", status=status, d=basis.definition, form=form, has_pin=has_pin()
    )


@pages.post("/<service_id>/dasar-hukum")
@needs_permission("standard.propose")
@takes_body(MOST_BYTES)
def propose_laws(service_id: str) -> ResponseReturnValue:
    basis = basis_in_force(current_db(), service_id, current_date())
    form = form_of_basis(basis.definition)()
    places = range(len(basis.definition.legal_basis))
    return run_command(
        lambda: propose_todays_law(
            current_journal(),
            current_actor(),
            service=service_id,
            seen=form.seen.data or "",
            decisions=[Decision(form[f"choice{n}"].data or "", form[f"law{n}"].data or "") for n in places],
            added=form.added.data or "",
            effective_on=form.effective_on.data or date.max,
            now=current_time(),
        ),
        lambda problem: draw_laws(basis, form, problem.status),
        lambda _: after_proposing(service_id),
        form=form,
        pin=True,
    )

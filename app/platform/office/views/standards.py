"""The service standard, for everybody to read: page, paper, documents, adopted revisions."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.core.procedure.differences import compare_revisions
from app.core.procedure.format_keys import definition_keys
from app.core.procedure.sop import enacting_signatory, identity_block, sop_boxes, sop_rows
from app.platform.office import papers, queries, settings, standards
from app.platform.office.legal_basis import superseded_entries
from app.platform.office.views.forms import MOST_BYTES, NewServiceForm, ProposeForm
from app.platform.people import credentials
from app.platform.people.credentials import pin_counts_from, pin_decides
from app.platform.people.service import words_to_vouch
from app.platform.printing.data.books import standard_clauses
from app.platform.printing.papers import render_paper
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import (
    call_command,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_time,
)
from app.platform.web.forms import (
    duty_or_home,
    has_pin,
    redirect_to,
    run_command,
    show_page,
    tell_in_place,
)
from app.platform.web.guard import needs_permission, passive
from schema.body_limits import SMALL, takes_body
from schema.database import Database
from schema.definitions import SERVICES, DefinitionError, decode_definition, definition_text, load_all
from schema.service_procedure import Definition
from schema.service_standard import Section

pages = Blueprint("standards", __name__, url_prefix="/standar")
MOST_NAME = 60
"""Letters of a file's name that its faults repeat."""


@pages.get("/")
@needs_permission("standard.view")
def current_standard() -> ResponseReturnValue:
    """The one standard of the office, or a list of all."""
    known = queries.procedures(current_db(), current_date())
    if len(known) == 1:
        return show_standard(known[0].definition.id)
    return show_page("platform/office/standards.html", known=known)


@pages.get("/skema.json")
@needs_permission("standard.view")
def json_schema() -> ResponseReturnValue:
    text = (SERVICES / "service.schema.json").read_text(encoding="utf-8")
    return Response(text, content_type="application/schema+json; charset=utf-8")


@pages.get("/<service_id>")
@needs_permission("standard.view")
def show_standard(service_id: str) -> ResponseReturnValue:
    from app.core.procedure.flowchart import flowchart_sheets

    db = current_db()
    today = current_date()
    definition, adopted = queries.shown_standard(db, service_id, today)
    chart = [Markup(part) for part in flowchart_sheets(definition)]  # our own drawing of escaped texts
    clauses = zip(definition.sections, standard_clauses(definition), strict=True)
    signatures = []
    superseded = []
    if adopted:
        signatures = standards.signatures_of(db, service_id, adopted.revision, today)
        superseded = superseded_entries(definition)
    return show_page(
        "platform/office/standard.html",
        d=definition,
        adopted=adopted,
        signatures=signatures,
        waiting=standards.find_proposal(db, service_id),
        superseded=superseded,
        clauses=list(clauses),
        links={section.number: clause_pages(definition, section) for section in definition.sections},
        chart=chart,
        rows=sop_rows(definition),
        revisions=[line for line in queries.list_standards(db) if line.service == service_id],
    )


def clause_pages(definition: Definition, section: Section) -> list[tuple[str, str]]:
    """Words and endpoint of the pages that work with what a chapter promises, as far as the actor may open them."""
    topic = queries.section_topic(definition, section)
    pages_of_topic = (room.clause_pages[topic] for room in current_loket().rooms if topic in room.clause_pages)
    return [(words, endpoint) for words, endpoint, right in pages_of_topic if may(current_actor(), right)]


def sop_parts(definition: Definition, in_force_on: date | None = None) -> dict[str, Any]:
    """What the SOP form of a definition shows, in force since a day or only proposed."""
    from app.core.procedure.flowchart import flowchart_sheets

    return {
        "d": definition,
        "identity": identity_block(definition, in_force_on),
        "boxes": sop_boxes(definition),
        "rows": sop_rows(definition),
        "enacting": enacting_signatory(definition),
        "chart": [Markup(part) for part in flowchart_sheets(definition)],  # our own drawing of escaped texts
    }


@pages.get("/<service_id>/dokumen/<document_id>")
@needs_permission("standard.view")
def show_document(service_id: str, document_id: str) -> ResponseReturnValue:
    definition, adopted = queries.shown_standard(current_db(), service_id, current_date())
    document = queries.find_document(definition, document_id)
    clauses = [section for section in definition.sections if section.number == document.clause]
    own = [page for clause in clauses for page in clause_pages(definition, clause)]
    return show_page("platform/office/document.html", d=definition, adopted=adopted, document=document, own=own)


@pages.get("/<service_id>/dokumen/<document_id>/cetak")
@needs_permission("standard.view")
def print_document(service_id: str, document_id: str) -> ResponseReturnValue:
    db = current_db()
    definition, adopted = queries.shown_standard(db, service_id, current_date())
    data = papers.statement_paper(db, definition, adopted, document_id, current_actor(), current_time())
    return pdf_answer(render_paper("statement", data, size=settings.get_setting(db, "paper.size")), document_id)


def pdf_answer(data: bytes, name: str) -> Response:
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})


@pages.get("/layanan-baru")
@needs_permission("standard.propose")
def new_service_form() -> ResponseReturnValue:
    return draw_new_service(NewServiceForm(formdata=None, effective_on=current_date()))


def draw_new_service(form: NewServiceForm, status: int = 200) -> ResponseReturnValue:
    """The upload of a service file, with every proposal that waits for its signatures."""
    waiting = standards.list_proposals(current_db())
    held = {
        procedure.definition.id for procedure in queries.procedures(current_db(), current_date()) if procedure.adopted
    }
    shipped = [definition for definition in load_all().values() if definition.id not in held]
    return show_page(
        "platform/office/new_service.html",
        status=status,
        form=form,
        waiting=waiting,
        shipped=shipped,
        has_pin=has_pin(),
        tables=definition_keys(),
    )


@pages.post("/layanan-baru")
@needs_permission("standard.propose")
@takes_body(MOST_BYTES + SMALL)
def propose_new_service() -> ResponseReturnValue:
    form = NewServiceForm()

    def propose() -> Definition:
        name = (form.text.data.filename or "")[-MOST_NAME:]
        return propose_text(form, lambda: decode_definition(form.text.data.read(), name), name)

    return run_command(
        propose,
        lambda _: draw_new_service(form, 422),
        lambda definition: after_proposing(definition.id),
        form=form,
        pin=True,
    )


@pages.get("/<service_id>/berlakukan")
@needs_permission("standard.propose")
def proposal_form(service_id: str) -> ResponseReturnValue:
    return draw_proposal_form(service_id, ProposeForm(formdata=None, effective_on=current_date()))


def draw_proposal_form(service_id: str, form: ProposeForm, status: int = 200) -> ResponseReturnValue:
    running, adopted = queries.shown_standard(current_db(), service_id, current_date())
    shipped = load_all().get(service_id)
    difference = None
    if shipped and adopted:
        difference = compare_revisions(running, shipped)
    return show_page(
        "platform/office/propose.html",
        status=status,
        d=shipped or running,
        adopted=adopted,
        difference=difference,
        form=form,
        has_pin=has_pin(),
    )


@pages.post("/<service_id>/berlakukan")
@needs_permission("standard.propose")
def propose_revision(service_id: str) -> ResponseReturnValue:
    form = ProposeForm()
    return run_command(
        lambda: propose_text(
            form, lambda: (form.text.data or "").strip() or shipped_text(service_id), service=service_id
        ),
        lambda _: draw_proposal_form(service_id, form, 422),
        lambda _: after_proposing(service_id),
        form=form,
        pin=True,
    )


def shipped_text(service_id: str) -> str:
    if service_id not in load_all():
        raise Problem.of("not_found", what="Standar pelayanan itu")
    return definition_text(SERVICES / f"{service_id}.toml")


def propose_text(form: ProposeForm, read: Callable[[], str], name: str = "standar", service: str = "") -> Definition:
    """Lay a text before those who sign it; every fault of it stays with the form. Raises Problem."""
    try:
        return standards.propose_standard(
            current_journal(),
            current_actor(),
            text=read(),
            effective_on=form.effective_on.data or date.max,
            now=current_time(),
            service=service,
            name=name,
        )
    except DefinitionError as error:
        form.faults = error.sentences
        raise Problem.of("invalid", {"text": f"Naskah ini memuat {len(form.faults)} kesalahan."}) from error


def after_proposing(service_id: str) -> ResponseReturnValue:
    return redirect_to(
        url_for("standards.show_proposal", service_id=service_id), "Usulan disimpan. Menunggu tanda tangan berurutan."
    )


def standard_address(service_id: str) -> str:
    """The page of a service's standard; the first one's where a proposed service has none yet."""
    if queries.newest_standard(current_db(), service_id, current_date()) or service_id in load_all():
        return url_for("standards.show_standard", service_id=service_id)
    return url_for("standards.current_standard")


def signing_address(db: Database, actor: Actor, now: datetime) -> str:
    """Where this person reads and signs a proposed standard, also while others sign before; nothing else."""
    waiting = None
    if may(actor, "standard.sign"):
        waiting = standards.proposal_to_sign(db, actor, office_date(now))
    if not waiting:
        return ""
    return url_for("standards.show_proposal", service_id=waiting.service)


@pages.get("/<service_id>/usulan")
@needs_permission("standard.view")
def show_proposal(service_id: str, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """The proposed revision: what changes, who signed, who signs next; its whole text is one link away."""
    proposal = standards.known_proposal(current_db(), service_id)
    on = current_date()
    definition = queries.parse_definition(proposal.text)
    running, adopted = queries.newest_standard(current_db(), service_id, on) or (definition, None)
    difference = None
    if adopted:
        difference = compare_revisions(running, definition)
    return show_page(
        "platform/office/proposal.html",
        status=status,
        back=standard_address(service_id),
        **sop_parts(definition),
        **signing_parts(service_id, refused),
        adopted=adopted,
        difference=difference,
        withdraw=refused.form_for(standards.withdraw_standard),
    )


def signing_parts(service_id: str, refused: Refused = NOT_REFUSED) -> dict[str, Any]:
    """Who signed, whose turn it is, and whether this person can sign now or comes later."""
    db = current_db()
    actor = current_actor()
    proposal = standards.known_proposal(current_db(), service_id)
    signatures = standards.signatures_of(db, proposal.service, proposal.revision, current_date())
    due, able = next((signature, able) for signature, able in signatures if not signature.name)
    waiting = {person.person_id for row, holders in signatures if not row.name for person in holders}
    vacant = [
        actor.profile.labels(signature.roles.split())
        for signature, holders in signatures
        if not (signature.name or holders)
    ]
    mine = any(signer.person_id == actor.person_id for signer in able)
    return {
        "proposal": proposal,
        "signatures": signatures,
        "vacant": list(dict.fromkeys(vacant)),
        "due": due,
        "turn": [signer.name for signer in able],
        "mine": mine,
        "coming": actor.person_id in waiting,
        "ready": mine and pin_decides(db, actor.person_id, current_time()),
        "pin_from": pin_counts_from(db, actor.person_id),
        "sign": refused.form_for(standards.sign_standard, pin=True),
        "has_pin": credentials.has_pin(db, actor.person_id),
        "vouching": words_to_vouch(db, actor.person_id, current_time()),
    }


@pages.get("/<service_id>/usulan/giliran")
@needs_permission("standard.view")
@passive
def show_turn(service_id: str) -> ResponseReturnValue:
    """Asked again by the page of a proposal while its reader waits for the own turn."""
    if standards.find_proposal(current_db(), service_id) is None:
        return redirect_to(url_for(current_loket().shell.home))
    parts = signing_parts(service_id)
    return render_template("platform/office/_signing.html", **parts) + render_template(
        "platform/office/_signed.html", oob=True, **parts
    )


@pages.post("/<service_id>/usulan/tanda-tangan")
@needs_permission("standard.sign")
def sign_proposal(service_id: str) -> ResponseReturnValue:
    revision = standards.known_proposal(current_db(), service_id).revision
    form = form_of(standards.sign_standard, pin=True)()
    return run_command(
        lambda: call_command(standards.sign_standard, service=service_id, **form.values),
        lambda problem: show_proposal(service_id, 422, Refused(standards.sign_standard, form, problem)),
        lambda last: after_signing(service_id, revision, last),
        form=form,
        pin=True,
    )


def after_signing(service_id: str, revision: str, last: bool) -> ResponseReturnValue:
    """The next text on which this person is awaited; else this page says what was signed, and whose turn it is."""
    home = url_for(current_loket().shell.home)
    page = url_for("standards.show_standard", service_id=service_id)
    if last:
        told = "Revisi standar berlaku."
        otherwise = page
    else:
        told = "Tanda tangan Anda tersimpan."
        otherwise = home
    if (duty := duty_or_home()) != home:
        return redirect_to(duty, told)
    links = [("Meja kerja", home), ("Standar pelayanan", page)][: 1 + last]
    return tell_in_place(told, *links, otherwise=otherwise, also=draw_signed(service_id, revision))


def draw_signed(service_id: str, revision: str) -> str:
    """Who has signed by now, to come along with what this person signed."""
    rows = standards.signatures_of(current_db(), service_id, revision, current_date())
    due = next((row for row, _ in rows if not row.name), None)
    return render_template("platform/office/_signed.html", oob=True, signatures=rows, due=due, coming=False, vacant=[])


def service_of(service_id: str) -> dict[str, str]:
    return {"service": service_id}


def tell_withdrawn(service_id: str) -> ResponseReturnValue:
    return redirect_to(standard_address(service_id), "Usulan dicabut.")


WITHDRAW = "/<service_id>/usulan/cabut"
add_command(pages, WITHDRAW, standards.withdraw_standard, show_proposal, named=service_of, then=tell_withdrawn)

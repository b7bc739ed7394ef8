"""Documents of quality: the policy and its versions, the targets of sections, signatures, document control, paper."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import check_found
from app.core.text import typed_number
from app.platform.office import documents as control
from app.platform.office.settings import get_setting
from app.platform.office.views.forms import CopyForm
from app.platform.office.views.standards import pdf_answer
from app.platform.people import queries as people
from app.platform.printing.papers import render_paper
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from app.quality.evaluation import documents, queries, transitions
from app.quality.evaluation.transitions import signs_now
from app.quality.evaluation.views.forms import SIGNED, form_values, run_change, typed_text

pages = Blueprint("quality", __name__, url_prefix="/mutu")
PRINTS_SHOWN = 50
WORDS = {"kebijakan": "policy", "jaminan": "guarantee"}
"""What the office says in its own words, as addresses name it."""
LOOKS = {"signing": "wait", "in_force": "good", "replaced": "idle", "withdrawn": "idle"}


def page_words() -> dict[str, Any]:
    return {
        "looks": LOOKS,
        "states": transitions.DOCUMENT_STATES,
        "title_of": documents.document_title,
        "number_of": documents.document_number,
        "names": people.person_names(current_db()),
    }


@pages.get("")
@needs_permission("standard.view")
def list_documents(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    year = current_date().year
    units = {drafted_year: documents.units_to_draft(db, drafted_year) for drafted_year in (year, year + 1)}
    return show_page(
        "quality/evaluation/documents.html",
        statements=[(word, statement_title(word), documents.list_documents(db, kind)) for word, kind in WORDS.items()],
        targets=documents.list_documents(db, "targets"),
        places=[
            (f"{year}/{unit}", f"{label}, {year}") for year, known in units.items() for unit, label in known.items()
        ],
        form=refused.form_for(documents.draft_targets),
        **form_values(status, refused),
        **page_words(),
    )


def asked_place() -> dict[str, Any]:
    """The year and the unit that were chosen, of those that the page offers."""
    year_text, _, unit = typed_text("place").partition("/")
    year = 0
    if year_text.isdecimal() and len(year_text) == 4:
        year = int(year_text)
    return {"year": year, "unit": unit}


def go_to_targets(quality_id: int) -> ResponseReturnValue:
    return after_drafting("Draf dibuat.", quality_id)


add_command(pages, "/sasaran", documents.draft_targets, list_documents, named=asked_place, then=go_to_targets)


def after_drafting(toast: str, quality_id: int) -> ResponseReturnValue:
    there = url_for("quality.show_document", quality_id=quality_id)
    return redirect_to(there, f"{toast} Menunggu tanda tangan berurutan.")


def statement_title(word: str) -> str:
    return documents.STATEMENTS[WORDS[word]][0]


@pages.get("/<any(kebijakan, jaminan):word>/baru")
@needs_permission("quality.draft")
def new_policy(word: str, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    known = documents.policy_in_force(current_db(), WORDS[word])
    text = ""
    if known:
        text = known[0].text
        points = known[0].points
    elif word == "kebijakan":
        points = [(documents.PRIME, "")]
    else:
        points = []
    return show_page(
        "quality/evaluation/policy_form.html",
        text=text,
        points=[*points, *[("", "")] * documents.MOST_POINTS][: documents.MOST_POINTS],
        known=known,
        word=word,
        title=statement_title(word),
        **form_values(status, refused),
    )


@pages.post("/<any(kebijakan, jaminan):word>/baru")
@needs_permission("quality.draft")
def draft_policy(word: str) -> ResponseReturnValue:
    points = [(typed_text(f"name{n}"), typed_text(f"point{n}")) for n in range(1, documents.MOST_POINTS + 1)]
    then = partial(after_drafting, f"Draf {statement_title(word)} dibuat.")
    typed: dict[str, Any] = {"text": typed_text("text"), "note": typed_text("note")}
    redraw = partial(new_policy, word)
    return run_change(documents.draft_policy, redraw, then, kind=WORDS[word], points=points, **typed)


@pages.get("/<int:quality_id>")
@needs_permission("standard.view")
def show_document(quality_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    row = transitions.load_document(current_db(), quality_id)
    if row.kind == "targets":
        content: Any = documents.read_targets(row)
    else:
        content = documents.read_policy(row)
    subject = f"quality/{quality_id}"
    return show_page(
        "quality/evaluation/document.html",
        d=row,
        content=content,
        signatures=queries.signatures_of(db, subject),
        mine=row.state == "signing" and signs_now(db, subject, current_actor(), current_date()),
        revisions=documents.revisions_of(db, row.kind, row.year, row.section),
        changed=row.state == "in_force" and documents.targets_changed(db, row),
        **form_values(status, refused),
        **page_words(),
    )


def document_of(quality_id: int) -> dict[str, int]:
    return {"document_id": quality_id}


SIGN = "/<int:quality_id>/tanda-tangan"
WITHDRAW = "/<int:quality_id>/batal"
add_command(pages, SIGN, documents.sign_document, show_document, SIGNED, named=document_of, pin=True)
add_command(pages, WITHDRAW, documents.withdraw_document, show_document, "Draf dibatalkan.", named=document_of)


# -- document control -------------------------------------------------------------------------------------------------


@pages.get("/<int:quality_id>/kendali")
@needs_permission("standard.view")
def show_control(
    quality_id: int, status: int = 200, refused: Refused = NOT_REFUSED, number: int = 0
) -> ResponseReturnValue:
    """Who signed, who has which copy, what was printed; `number` is the copy whose form was sent and is wrong."""
    db = current_db()
    actor = current_actor()
    row = transitions.load_document(db, quality_id)
    document = documents.controlled_document(db, row)
    form = CopyForm(formdata=None)
    if refused.problem:
        form.take(refused.problem)
    return show_page(
        "quality/evaluation/control.html",
        status=status,
        d=row,
        stamp=partial(control.stamp_words, document),
        in_force=row.state == "in_force",
        signatures=queries.signatures_of(db, f"quality/{quality_id}"),
        copies=control.copy_lines(db, document, actor, row.state != "signing"),
        holds={recipient.number for recipient in document.distribution if control.is_holder(actor, recipient)},
        prints=control.list_prints(db, document, PRINTS_SHOWN),
        revisions=documents.revisions_of(db, row.kind, row.year, row.section),
        form=form,
        asked=number,
        **page_words(),
    )


@pages.post("/<int:quality_id>/cetak")
@needs_permission("standard.view")
def print_document(quality_id: int) -> Response:
    """The document as PDF, with its stamp; the print is written down. A draft says so."""
    from app.quality.evaluation import papers

    row = transitions.load_document(current_db(), quality_id)
    copy = typed_number(typed_text("salinan"), 8)
    stamp = control.record_print(
        current_journal(),
        current_actor(),
        document=documents.controlled_document(current_db(), row),
        in_force=row.state == "in_force",
        form="quality",
        copy=copy,
        now=current_time(),
    )
    kind, data = papers.document_paper(current_db(), row, current_actor(), current_time(), stamp)
    size = get_setting(current_db(), "paper.size")
    return pdf_answer(render_paper(kind, data, size=size), f"{documents.document_number(row)}-{row.revision:02d}")


@pages.post("/<int:quality_id>/salinan/<int:number>")
@needs_permission("standard.view")
def receive_copy(quality_id: int, number: int) -> ResponseReturnValue:
    row = transitions.load_document(current_db(), quality_id)
    form = CopyForm()
    document = documents.controlled_document(current_db(), row)
    in_force = row.state == "in_force"
    said: dict[str, Any] = {"received_by": form.received_by.data or "", "old_returned": form.old_returned.data}
    there = url_for("quality.show_control", quality_id=quality_id)
    toast = f"Salinan nomor {number} dicatat diterima."
    return run_command(
        lambda: control.record_copy_received(
            current_journal(),
            current_actor(),
            document=document,
            in_force=in_force,
            number=number,
            now=current_time(),
            **said,
        ),
        lambda problem: show_control(quality_id, 422, Refused(problem=problem), number),
        there,
        toast,
    )


@pages.get("/kebijakan")
@needs_permission("standard.view")
def show_policy() -> ResponseReturnValue:
    """The policy in force, wherever it was linked from."""
    row = check_found(documents.document_in_force(current_db(), "policy"), "Kebijakan Mutu yang berlaku")
    return redirect_to(url_for("quality.show_document", quality_id=row.id))

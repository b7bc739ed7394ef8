"""Letters that come: the agenda, one letter, its dispositions."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.moving import case_definition
from app.casework.desk.opening import get_case
from app.casework.desk.views.papers import printed_answer
from app.casework.letters import agenda, cases, papers, queries
from app.casework.letters.agenda import Order
from app.casework.letters.transitions import (
    INCOMING,
    INCOMING_MOVES,
    URGENCIES,
    can_remove_scan,
    can_see_incoming,
    incoming_facts,
    load_incoming,
)
from app.casework.letters.views.forms import IncomingForm, keep_code
from app.casework.letters.views.lists import SCAN_BYTES, asked_letters, keep_scan
from app.core.dates import date_or_none, parse_date
from app.core.permissions import may
from app.core.problems import SENTENCES, Problem, ValueProblem
from app.platform.files.queries import files_of
from app.platform.office.moves import possible_moves
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import FileOwner, current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import Form, asked_id, cut_slice, page_number, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from schema.body_limits import takes_body
from schema.database import Database

pages = Blueprint("incoming", __name__, url_prefix="/surat-masuk")
KINDS = {"registered": "warn", "disposed": "wait", "settled": "good"}


@pages.get("")
@needs_permission("letter.view")
def list_letters() -> ResponseReturnValue:
    db = current_db()
    asked = asked_letters(INCOMING)
    number = page_number()
    rows = queries.incoming_letters(db, current_actor(), asked, number)
    part = cut_slice(rows, number)
    return show_page(
        "casework/letters/incoming_list.html",
        slice=part,
        asked=asked,
        years=queries.agenda_years(db, current_date().year),
        states=INCOMING,
        kinds=KINDS,
        urgencies=URGENCIES,
        values={key: value for key, value in request.args.items() if key != "hal"},
    )


@pages.get("/baru")
@needs_permission("letter.agenda")
def new_letter() -> ResponseReturnValue:
    form = IncomingForm.holding(received_on=current_date(), urgency="ordinary", attachments=0)
    case_id, letter = asked_case()
    if case_id is not None:
        prefill(form, case_id, letter)
    return draw_form(form)


def asked_case() -> tuple[int | None, str]:
    """The case for which a letter is entered, and what its procedure calls it."""
    case_id = asked_id("berkas")
    letter = ""
    if case_id is not None:
        letter = request.values.get("surat", "")[:40]
    return case_id, letter


def prefill(form: IncomingForm, case_id: int, letter: str) -> None:
    """What the form of the case says already is not typed again."""
    db = current_db()
    case = get_case(current_db(), current_actor(), case_id)
    definition = case_definition(db, case)
    form.case_number.data = case.number
    named = cases.letter_named(definition, letter)
    if named is None:
        return
    facts = cases.letter_facts(db, case, definition, current_time())
    said = {key: cases.fill_text(getattr(named, key), facts) for key in ("sender", "letter_number", "subject")}
    for key, text in said.items():
        if cases.OPEN_GAP in text:
            form[key].data = ""
        else:
            form[key].data = text
    form.code.data = cases.letter_code(current_actor().profile, definition, named)
    form.urgency.data = named.urgency
    form.letter_date.data = date_or_none(cases.fill_text(named.letter_date, facts), current_date())


def draw_form(form: Any, status: int = 200, letter_id: int | None = None) -> ResponseReturnValue:
    keep_code(form)
    form.to_role.data = form.to_role.data or current_actor().profile.chief
    case_id, letter = asked_case()
    shown = {"form": form, "case_id": case_id, "letter": letter, "letter_id": letter_id}
    return show_page("casework/letters/incoming_form.html", status=status, **shown)


def typed_case(form: IncomingForm) -> int | None:
    number = form.case_number.data or ""
    if not number:
        return None
    return agenda.numbered_case(current_db(), number)


@pages.post("/baru")
@needs_permission("letter.agenda")
def register_letter() -> ResponseReturnValue:
    form = IncomingForm()
    case_id, letter = asked_case()

    def register() -> int:
        of_case = case_id
        if of_case is None:
            of_case = typed_case(form)
        return agenda.register_incoming(
            current_journal(), current_actor(), case_id=of_case, letter=letter, now=current_time(), **form.values
        )

    return run_command(
        register,
        lambda problem: draw_form(form, problem.status),
        lambda made: redirect_to(url_for("incoming.show_letter", letter_id=made), "Surat masuk diagendakan."),
        form=form,
    )


def name_letter(db: Database, letter_id: int) -> tuple[str, str]:
    """What a letter is called and the address of its page, for pages of lower rooms."""
    return queries.incoming_title(db, letter_id), url_for("incoming.show_letter", letter_id=letter_id)


FILES = FileOwner(
    can_see=can_see_incoming, page=name_letter, can_remove=can_remove_scan, rights=("letter.view", "letter.agenda")
)
"""What pages of files know of the scans of a letter that came."""


@pages.get("/<int:letter_id>")
@needs_permission("letter.view")
def show_letter(letter_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw a letter that came; what was typed into a refused form stays."""
    db = current_db()
    actor = current_actor()
    row = load_incoming(db, actor, letter_id)
    facts = incoming_facts(db, row, actor)
    can = possible_moves(INCOMING_MOVES, actor, row.state, facts)
    values: dict[str, Any] = {
        "letter": row,
        "chain": queries.chain_of(db, letter_id),
        "parts": agenda.open_parts(db, letter_id, actor),
        "receivers": agenda.receivers_to_choose(db, actor) if can["dispose"] else {},
        "instructions": agenda.known_instructions(db),
        "code": agenda.class_codes(db).get(row.code, row.code),
        "put_before": actor.profile.label(row.to_role),
        "case_number": queries.case_numbers(db, [row.case_id]).get(row.case_id),
        "can": can,
        "can_answer": may(actor, "letter.draft"),
        "words": papers.part_words,
        "scans": files_of(db, f"incoming/{letter_id}"),
        "names": people.person_names(db),
        "states": INCOMING,
        "kinds": KINDS,
        "urgencies": URGENCIES,
        "problem": "" if refused.command is agenda.link_incoming else refused.sentence,
        "link_form": refused.form_for(agenda.link_incoming),
        "typed": request.form,
    }
    return show_page("casework/letters/incoming.html", status=status, **values)


@pages.get("/<int:letter_id>/perbaiki")
@needs_permission("letter.agenda")
def edit_letter(letter_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    row = load_incoming(current_db(), current_actor(), letter_id)
    return draw_form(refused.form_for(agenda.amend_incoming, row), status, letter_id)


LINKED = "Surat dihubungkan dengan berkasnya."
add_command(pages, "/<int:letter_id>/berkas", agenda.link_incoming, show_letter, LINKED)


def change_letter(letter_id: int, command: Any, toast: str, form: Form | None = None) -> ResponseReturnValue:
    """Run a command on a letter and go back to it; a refused form comes back with what was typed."""
    return run_command(
        command,
        lambda problem: show_letter(letter_id, problem.status, Refused(form=form, problem=problem)),
        url_for("incoming.show_letter", letter_id=letter_id),
        toast,
        form=form,
    )


@pages.post("/<int:letter_id>/disposisi")
@needs_permission("letter.dispose")
def dispose_letter(letter_id: int) -> ResponseReturnValue:
    form = form_of(agenda.dispose_letter)()

    def dispose() -> None:
        agenda.dispose_letter(
            current_journal(),
            current_actor(),
            letter_id=letter_id,
            orders=typed_orders(),
            now=current_time(),
            **form.values,
        )

    return change_letter(letter_id, dispose, "Disposisi dicatat dan sampai di meja penerimanya.", form)


def typed_orders() -> list[Order]:
    """Receivers that were ticked, each with the date beside it. Raises Problem `invalid`."""
    orders = []
    for key in request.form.getlist("to")[: agenda.MOST_RECEIVERS + 1]:
        kind, _, name = key.partition(":")
        try:
            text = request.form.get(f"due-{key}", "").strip()
            due = None
            if text:
                due = parse_date(text, current_date(), future=True)
        except ValueProblem as problem:
            raise Problem.of("invalid", {"orders": problem.sentence}) from problem
        role = ""
        username = ""
        if kind == "role":
            role = name
        elif kind == "person":
            username = name
        orders.append(Order(role=role, username=username, due_on=due))
    return orders


AMENDED = "Baris agenda diperbaiki."
RECEIVED = "Disposisi dicatat sebagai diterima."
add_command(pages, "/<int:letter_id>/perbaiki", agenda.amend_incoming, edit_letter, AMENDED, to=show_letter)
add_command(pages, "/<int:letter_id>/terima", agenda.acknowledge, show_letter, RECEIVED)
add_command(pages, "/<int:letter_id>/lapor", agenda.report_done, show_letter, "Laporan Anda dicatat.")
add_command(pages, "/<int:letter_id>/selesai", agenda.settle_letter, show_letter, "Surat dinyatakan selesai.")


@pages.post("/<int:letter_id>/pindaian")
@needs_permission("letter.agenda")
@takes_body(SCAN_BYTES)
def attach_scan(letter_id: int) -> ResponseReturnValue:
    return change_letter(letter_id, lambda: keep_scan("in", letter_id), SENTENCES["scan_attached"])


@pages.post("/<int:letter_id>/cetak")
@needs_permission("letter.view")
def print_sheet(letter_id: int) -> Response:
    row = load_incoming(current_db(), current_actor(), letter_id)
    data = papers.disposition_paper(current_db(), row, current_actor(), current_time())
    return printed_answer("disposition", data, f"incoming/{letter_id}", f"disposisi-{letter_id}.pdf")

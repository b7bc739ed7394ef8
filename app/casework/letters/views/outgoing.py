"""Letters of the office: drafts, initials, corrections, signature, number, sending."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.casework.desk.views.papers import printed_answer, signed_answer
from app.casework.letters import papers, queries, service, signing
from app.casework.letters.cases import can_draft, letters_of_case
from app.casework.letters.kinds import following_kinds, has_attendance, kinds_of_case
from app.casework.letters.texts import letter_parts
from app.casework.letters.transitions import (
    INCOMING,
    OUTGOING,
    OUTGOING_MOVES,
    URGENCIES,
    can_read_incoming,
    can_read_outgoing,
    can_remove_scan,
    can_see_outgoing,
    given_initials,
    load_outgoing,
    outgoing_facts,
    roles_in,
    title_of,
    who_is_awaited,
)
from app.casework.letters.views import incoming
from app.casework.letters.views.lists import SCAN_BYTES, asked_letters, keep_scan, read_upload
from app.core.permissions import Actor, may
from app.core.problems import SENTENCES, Problem
from app.platform.files.queries import files_of, read_file
from app.platform.files.service import SCAN
from app.platform.office.moves import possible_moves
from app.platform.people import queries as people
from app.platform.signatures.queries import signing_of
from app.platform.signatures.signing import SIGNED_BYTES, signing_values
from app.platform.web.commands import NOT_REFUSED, Command, CommandForm, Refused, add_command, form_of
from app.platform.web.context import (
    MOST_OF_A_KIND,
    CaseSheet,
    FileOwner,
    Found,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import Form, cut_slice, has_pin, page_number, run_command, show_page
from app.platform.web.guard import needs_permission
from schema.body_limits import SMALL, takes_body
from schema.database import Database
from schema.service_fields import Letter
from schema.service_procedure import Definition

pages = Blueprint("outgoing", __name__, url_prefix="/surat-keluar")
KINDS = {
    "draft": "idle",
    "review": "wait",
    "returned": "back",
    "initialled": "wait",
    "signed": "warn",
    "numbered": "warn",
    "sent": "good",
    "cancelled": "idle",
}
HANDED_OUT = "PDF diserahkan untuk tanda tangan elektronik"
TAKEN_BACK = "PDF bertanda tangan elektronik diterima kembali"
DEEDS = {
    "letter.drafted": "Konsep dibuat",
    "letter.corrected": "Naskah diperbaiki",
    "letter.submitted": "Diteruskan",
    "letter.initialled": "Diparaf",
    "letter.returned": "Dikembalikan untuk diperbaiki",
    "letter.signed": "Ditandatangani",
    "letter.numbered": "Diberi nomor",
    "paper.handed_out": HANDED_OUT,
    "paper.taken_back": TAKEN_BACK,
    "letter.handed_out": HANDED_OUT,
    "letter.taken_back": TAKEN_BACK,
    "paper.printed": "Dicetak",
    "letter.sent": "Dikirim",
    "letter.cancelled": "Dibatalkan",
}
COMMANDS: dict[str, tuple[Command, bool]] = {
    "submit": (service.submit_letter, True),
    "initial": (service.initial_letter, True),
    "sign": (service.sign_letter, True),
    "return": (service.return_letter, False),
    "number": (service.number_letter, False),
    "hand_out": (signing.hand_out_letter, False),
    "hand_over": (service.hand_over_letter, False),
    "send": (service.send_letter, False),
    "cancel": (service.cancel_letter, False),
    "annul": (service.annul_letter, True),
}
"""Move → its command, and whether its form has a field for the PIN."""
CANCELLED = {"cancel": "Konsep dibatalkan.", "annul": "Surat dibatalkan; nomornya tidak dipakai lagi."}


@pages.get("")
@needs_permission("letter.view")
def list_letters() -> ResponseReturnValue:
    db = current_db()
    asked = asked_letters(OUTGOING)
    number = page_number()
    part = cut_slice(queries.outgoing_letters(db, current_actor(), asked, number), number)
    return show_page(
        "casework/letters/outgoing_list.html",
        slice=part,
        asked=asked,
        years=queries.agenda_years(db, current_date().year),
        states=OUTGOING,
        kinds=KINDS,
        today=current_date(),
        values={key: value for key, value in request.args.items() if key != "hal"},
    )


def name_letter(db: Database, letter_id: int) -> tuple[str, str]:
    """What a letter is called and the address of its page, for pages of lower rooms."""
    return queries.outgoing_title(db, letter_id), url_for("outgoing.show_letter", letter_id=letter_id)


FILES = FileOwner(
    can_see=can_see_outgoing, page=name_letter, can_remove=can_remove_scan, rights=("letter.view", "letter.agenda")
)
"""What pages of files know of the scans of a letter that goes out."""


@pages.get("/<int:letter_id>")
@needs_permission("letter.view")
def show_letter(letter_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw a letter of ours; a refused form keeps what was typed."""
    db = current_db()
    actor = current_actor()
    row = load_outgoing(db, actor, letter_id)
    signed = signing_of(db, f"outgoing/{letter_id}")
    can = possible_moves(OUTGOING_MOVES, actor, row.state, outgoing_facts(row, actor, signed))
    values: dict[str, Any] = {
        "letter": row,
        "title": title_of(row),
        "can": can,
        "parts": letter_parts(row.text),
        "copies": json.loads(row.copies),
        "history": history_lines(letter_id),
        "case_number": queries.case_numbers(db, [row.case_id]).get(row.case_id),
        "reply_to": row.reply_to,
        "has_pin": has_pin(),
        "scans": files_of(db, f"outgoing/{letter_id}", SCAN.id),
        "names": people.person_names(db),
        "states": OUTGOING,
        "kinds": KINDS,
        "urgencies": URGENCIES,
        "ways": service.WAYS,
    }
    values |= move_forms(refused) | values_of_signatures(db, actor, row)
    values |= signing_values(db, signed) | values_of_followers(db, actor, row)
    return show_page("casework/letters/outgoing.html", status=status, **values)


def values_of_signatures(db: Database, actor: Actor, row: Any) -> dict[str, Any]:
    """Who initials and signs, who did and for whom the letter waits; what a submission would be."""
    given = {role: (who, at) for role, who, at in given_initials(row)}
    profile = actor.profile
    submission = service.kind_of_submission(row, actor)
    submit = TO_SIGN
    if roles_in(row.initials) or submission == "sign":
        submit = SUBMIT[submission]
    return {
        "initials": [(profile.labels([role]) or role, given.get(role)) for role in roles_in(row.initials)],
        "waits_for": who_is_awaited(profile, row),
        "signer": papers.signer_official(db, row, current_date()),
        "maker": papers.maker_official(db, row),
        "submission": submit,
        "submit_pin": submission != "pass",
        "lacks": service.what_text_lacks(row),
    }


def values_of_followers(db: Database, actor: Actor, row: Any) -> dict[str, Any]:
    """What the page says of the letter on which this one reports, of those on this one, and which can be begun."""
    if may(actor, "letter.draft"):
        following = following_kinds(db, row)
    else:
        following = []
    return {
        "followed": queries.readable_letters(db, actor, id=row.follows),
        "followers": queries.readable_letters(db, actor, follows=row.id),
        "following": following,
        "attendance": has_attendance(db, row),
    }


def move_forms(refused: Refused) -> dict[str, Any]:
    """The forms of the moves, which of them was refused, and why."""
    forms = {name: refused.form_for(command, pin=pin) for name, (command, pin) in COMMANDS.items()}
    wrong = next((name for name, (command, _) in COMMANDS.items() if command is refused.command), "")
    return {"forms": forms, "refused": wrong, "problem": refused.sentence}


def history_lines(letter_id: int) -> list[dict[str, Any]]:
    """What happened to a letter, the newest first; a text that was replaced since stands with its version."""
    lines = []
    version = 0
    for entry in service.history_of(current_journal(), letter_id):
        if entry.kind not in DEEDS:
            continue
        body = entry.body
        holds_text = entry.kind in ("letter.drafted", "letter.corrected")
        if entry.kind != "letter.drafted":
            version = getattr(body, "version", version)
        else:
            version = 1
        text = body if holds_text else None
        lines.append(
            {
                "deed": DEEDS[entry.kind],
                "why": getattr(body, "reason", ""),
                "who": entry.actor,
                "at": entry.at,
                "version": version,
                "body": text,
            }
        )
    return lines[::-1]


def change_letter(
    letter_id: int,
    command: Command,
    toast: str,
    form: CommandForm,
    *,
    pin: bool = False,
    check: Callable[..., None] | None = None,
) -> ResponseReturnValue:
    """Run a command on the letter of which its state says whether the PIN is asked. What takes long is checked before,
    so that nobody waits for the database meanwhile."""

    def change() -> Any:
        if check:
            row = load_outgoing(current_db(), current_actor(), letter_id)
            check(current_db(), row, current_actor(), current_time())
        return command(current_journal(), current_actor(), letter_id=letter_id, now=current_time(), **form.values)

    return run_command(
        change,
        lambda problem: show_letter(letter_id, problem.status, Refused(command, form, problem)),
        url_for("outgoing.show_letter", letter_id=letter_id),
        toast,
        form=form,
        pin=pin,
    )


SUBMIT = {"sign": "Tandatangani dan teruskan", "initial": "Paraf dan teruskan", "pass": "Teruskan untuk diparaf"}
TO_SIGN = "Teruskan untuk ditandatangani"
"""Of a letter that nobody initials."""
SUBMITTED = {
    "sign": "Konsep ditandatangani dan diteruskan.",
    "initial": "Konsep diparaf dan diteruskan.",
    "pass": "Konsep diteruskan.",
}


@pages.post("/<int:letter_id>/ajukan")
@needs_permission("letter.draft")
def submit_letter(letter_id: int) -> ResponseReturnValue:
    """Send the draft round; whoever initials it first, or signs it as its writer, gives that with it, and the PIN."""
    row = load_outgoing(current_db(), current_actor(), letter_id)
    submission = service.kind_of_submission(row, current_actor())
    form = form_of(service.submit_letter, pin=True)()
    pin = submission != "pass"
    return change_letter(
        letter_id, service.submit_letter, SUBMITTED[submission], form, pin=pin, check=papers.check_pages
    )


@pages.post("/<int:letter_id>/batal")
@needs_permission("letter.draft", "letter.sign")
def cancel_letter(letter_id: int) -> ResponseReturnValue:
    """A draft, or with the PIN a letter that was signed and not sent."""
    signed = load_outgoing(current_db(), current_actor(), letter_id).signed_at is not None
    command: Command = service.cancel_letter
    deed = "cancel"
    if signed:
        command = service.annul_letter
        deed = "annul"
    return change_letter(letter_id, command, CANCELLED[deed], form_of(command, pin=signed)(), pin=signed)


def add_deed(name: str, address: str, toast: str) -> None:
    command, pin = COMMANDS[name]
    add_command(pages, f"/<int:letter_id>/{address}", command, show_letter, toast, pin=pin)


add_deed("initial", "paraf", "Paraf dicatat.")
add_deed("sign", "tanda-tangan", "Surat ditandatangani.")
add_deed("return", "kembalikan", "Konsep dikembalikan kepada pengonsep.")
add_deed("number", "nomor", "Surat diagendakan dan bernomor.")
add_deed("hand_out", "tte", "PDF surat siap diunduh dan ditandatangani.")
add_deed("send", "kirim", "Pengiriman surat dicatat.")
add_deed("hand_over", "serahkan", "Surat diserahkan dan tercatat terkirim.")


@pages.post("/<int:letter_id>/pindaian")
@needs_permission("letter.agenda")
@takes_body(SCAN_BYTES)
def attach_scan(letter_id: int) -> ResponseReturnValue:
    return run_command(
        lambda: keep_scan("out", letter_id),
        lambda problem: show_letter(letter_id, problem.status, Refused(problem=problem)),
        url_for("outgoing.show_letter", letter_id=letter_id),
        SENTENCES["scan_attached"],
        form=Form(),
    )


@pages.post("/<int:letter_id>/tte/kembali")
@needs_permission("letter.agenda")
@takes_body(SIGNED_BYTES + SMALL)
def take_back_letter(letter_id: int) -> ResponseReturnValue:
    """The signed PDF: checked, and from then on the paper of the letter."""
    data, name = read_upload("signed", SIGNED_BYTES)
    return run_command(
        lambda: signing.take_back_letter(
            current_journal(),
            current_actor(),
            letter_id=letter_id,
            data=data,
            name=name,
            now=current_time(),
        ),
        lambda problem: show_letter(letter_id, problem.status, Refused(problem=problem)),
        url_for("outgoing.show_letter", letter_id=letter_id),
        "PDF bertanda tangan elektronik diterima. Cetakan surat ini sekarang PDF itu.",
        form=Form(),
    )


@pages.post("/<int:letter_id>/cetak")
@needs_permission("letter.view")
def print_letter(letter_id: int) -> Response:
    """The letter as a paper; one that is not signed says DRAF and is counted apart."""
    row = load_outgoing(current_db(), current_actor(), letter_id)
    signed = signing_of(current_db(), f"outgoing/{letter_id}")
    if signed is not None and signed.file_id is not None and row.state != "cancelled":
        kept = read_file(current_db(), signed.file_id)
        return signed_answer(kept, papers.paper_kind(row), f"outgoing/{letter_id}", f"surat-{letter_id}.pdf")
    data = papers.letter_paper(current_db(), row, current_actor(), current_time())
    if row.signed_at:
        subject = f"outgoing/{letter_id}"
    else:
        subject = f"outgoing/{letter_id}/{row.version}"
    return printed_answer(papers.paper_kind(row), data, subject, f"surat-{letter_id}.pdf")


@pages.post("/<int:letter_id>/hadir")
@needs_permission("letter.view")
def print_attendance(letter_id: int) -> Response:
    """The list that those sign who came to what a letter invites to."""
    db = current_db()
    row = load_outgoing(current_db(), current_actor(), letter_id)
    if not has_attendance(db, row):
        raise Problem.of("not_found", what="Daftar hadir surat itu")
    data = papers.attendance_paper(db, row, current_actor(), current_time())
    return printed_answer("attendance", data, f"outgoing/{letter_id}/attendance", f"daftar-hadir-{letter_id}.pdf")


# -- on the page of a case, and in the search box --------------------------------------------------------------------


def case_sheet(db: Database, actor: Actor, case: Any, definition: Definition, _now: datetime) -> CaseSheet | None:
    """The letters of a case, as far as somebody may read them, and those that its procedure still asks for."""
    rows = letters_of_case(db, case.id)
    if may(actor, "letter.draft"):
        offered = kinds_of_case(db, case.service)
    else:
        offered = []
    asks = rows or offered or any(step.letter for step in definition.steps)
    if not asks or not may(actor, "letter.view"):
        return None
    lines = [letter_line(db, actor, definition, row) for row in rows]
    have = {row.letter for row in rows}
    of_steps = {step.letter for step in definition.steps}
    asked = [letter for letter in definition.letters if letter.id in of_steps - have and not case.closed]
    wanted = [(letter, can_begin(actor, case, definition, letter)) for letter in asked]
    shown = {"case": case, "lines": lines, "wanted": wanted, "kinds": offered}
    return CaseSheet("Surat", Markup(render_template("casework/letters/_case.html", **shown)))


def can_begin(actor: Actor, case: Any, definition: Definition, letter: Letter) -> bool:
    if letter.direction == "in":
        return may(actor, "letter.agenda")
    return may(actor, "letter.draft") and can_draft(definition, case, actor, letter.id)


def letter_line(db: Database, actor: Actor, definition: Definition, row: Any) -> dict[str, str]:
    """A letter on the page of a case: its state and, for whoever may read it, its subject and address."""
    label = next((letter.label for letter in definition.letters if letter.id == row.letter), "")
    if hasattr(row, "sender"):
        title = f"Surat masuk {row.number}"
        state = INCOMING[row.state]
        kind = incoming.KINDS[row.state]
        page = "incoming.show_letter"
        readable = can_read_incoming(db, actor, row)
    else:
        title = title_of(row)
        state = OUTGOING[row.state]
        kind = KINDS[row.state]
        page = "outgoing.show_letter"
        readable = can_read_outgoing(actor, row)
    where = ""
    said = label or "Surat lain"
    if readable:
        where = url_for(page, letter_id=row.id)
        said = label or row.subject
    return {"title": title, "state": state, "kind": kind, "label": said, "where": where}


def find_letters(db: Database, actor: Actor, text: str) -> list[Found]:
    """For the search: letters of both agendas by number, sender or subject, where this person may read them."""
    came = queries.find_incoming(db, actor, text, MOST_OF_A_KIND)
    ours = queries.find_outgoing(db, actor, text, MOST_OF_A_KIND)
    number = text.upper()
    found = [
        Found(
            f"Surat masuk {row.number}",
            f"{row.sender}: {row.subject}",
            url_for("incoming.show_letter", letter_id=row.id),
            exact=row.number.upper() == number,
        )
        for row in came
    ]
    return found + [
        Found(
            title_of(row),
            row.subject,
            url_for("outgoing.show_letter", letter_id=row.id),
            exact=row.number.upper() == number,
        )
        for row in ours
    ]

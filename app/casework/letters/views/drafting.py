"""The texts of our letters: begun from nothing, a kind or the procedure of a case, and corrected."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.moving import case_definition
from app.casework.desk.opening import get_case
from app.casework.letters import cases, service
from app.casework.letters.agenda import class_codes
from app.casework.letters.events import MOST_TEXT
from app.casework.letters.kinds import kind_texts, letter_kinds, words_of_case
from app.casework.letters.texts import words_of_letter
from app.casework.letters.transitions import load_incoming, load_outgoing
from app.casework.letters.views.forms import offer_codes, offer_roles
from app.casework.letters.views.outgoing import pages
from app.platform.web.commands import form_of
from app.platform.web.context import call_command, current_actor, current_db, current_journal, current_time
from app.platform.web.forms import Form, asked_id, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from schema.body_limits import takes_body
from schema.letter_kinds import LetterKind

TEXT_BYTES = 4 * MOST_TEXT
"""What a form with the text of a letter may weigh: most characters are letters, which take one byte each."""
TEXTS = ("subject", "addressed_to", "text", "attachment", "code", "urgency")


@pages.post("/konsep")
@needs_permission("letter.draft")
def draft_letter() -> ResponseReturnValue:
    """Begin the letter of a case from the text of its procedure; asked from the page of the case."""
    case_id = asked_id("berkas") or 0
    letter = request.form.get("surat", "")[:40]
    made = service.draft_letter(current_journal(), current_actor(), case_id=case_id, letter=letter, now=current_time())
    return redirect_to(url_for("outgoing.edit_letter", letter_id=made), "Konsep dibuat. Baca dan lengkapi naskahnya.")


@pages.get("/baru")
@needs_permission("letter.draft")
def new_letter() -> ResponseReturnValue:
    held = {"urgency": "ordinary"}
    reply_to = asked_id("menjawab")
    if reply_to is not None:
        row = load_incoming(current_db(), current_actor(), reply_to)
        held |= {"addressed_to": row.sender, "subject": f"Jawaban atas surat {row.letter_number}", "code": row.code}
    elif kind := asked_kind():
        held |= held_by_kind(kind)
    return draw_new(form_of(service.draft_free_letter).holding(None, **held))


def asked_kind_id() -> str:
    """The id of the kind of letter that the address or the form names."""
    return request.values.get("jenis", "")[:40]


def asked_kind() -> LetterKind | None:
    return letter_kinds(current_db()).get(asked_kind_id())


def asked_followed() -> Any:
    """The letter on which the new one reports. Raises Problem `not_found`."""
    follows = asked_id("menyusul")
    if follows is None:
        return None
    return load_outgoing(current_db(), current_actor(), follows)


def asked_case() -> Any:
    """The case of which the new letter tells. Raises Problem `not_found`, `forbidden`."""
    case_id = asked_id("berkas")
    if case_id is None:
        return None
    return get_case(current_db(), current_actor(), case_id, "case.view")


def known_words(followed: Any, case: Any) -> dict[str, str]:
    """What the letter that is followed, or the case, says to the texts of a kind."""
    if followed is not None:
        return words_of_letter(followed)
    if not case:
        return {}
    return words_of_case(current_db(), case, case_definition(current_db(), case), current_time())


def held_by_kind(kind: LetterKind) -> dict[str, Any]:
    """What a form begins with. A role or post that may not initial or sign here is left to choose; what follows a
    secret letter is secret."""
    rights = current_actor().profile.rights
    db = current_db()
    followed = asked_followed()
    code = kind.classification
    signatory = kind.signatory
    urgency = kind.urgency
    if code not in class_codes(db):
        code = ""
    if signatory not in rights["letter.sign"]:
        signatory = ""
    if followed is not None and followed.urgency == "secret":
        urgency = "secret"
    return {
        **kind_texts(kind, known_words(followed, asked_case())),
        "copies": list(kind.copies),
        "code": code,
        "urgency": urgency,
        "initials": [role for role in kind.initials if role in rights["letter.initial"]],
        "signatory": signatory,
    }


def draw_new(form: Form, status: int = 200) -> ResponseReturnValue:
    offer_codes(form)
    offer_roles(form, current_actor().profile)
    shown = {"form": form, "letter": None, "reply_to": asked_id("menjawab"), "kind": asked_kind()}
    shown |= {"follows": asked_followed(), "case": asked_case()}
    return show_page(
        "casework/letters/outgoing_form.html", status=status, kinds=letter_kinds(current_db()).values(), **shown
    )


@pages.post("/baru")
@needs_permission("letter.draft")
@takes_body(TEXT_BYTES)
def draft_free_letter() -> ResponseReturnValue:
    form = form_of(service.draft_free_letter)()
    begun_from = {"reply_to": asked_id("menjawab"), "kind": asked_kind_id(), "follows": asked_id("menyusul")}
    begun_from |= {"about_case": asked_id("berkas")}
    return run_command(
        lambda: call_command(service.draft_free_letter, **begun_from, **form.values),
        lambda problem: draw_new(form, problem.status),
        lambda made: redirect_to(url_for("outgoing.show_letter", letter_id=made), "Konsep disimpan."),
        form=form,
    )


@pages.get("/<int:letter_id>/naskah")
@needs_permission("letter.draft", "letter.initial", "letter.sign")
def edit_letter(letter_id: int) -> ResponseReturnValue:
    """The text to be corrected; with `ulang` as the procedure writes it from what the case says now."""
    row = load_outgoing(current_db(), current_actor(), letter_id)
    held = {name: getattr(row, name) for name in TEXTS} | {"copies": row.copies}
    if request.args.get("ulang") and row.letter:
        held |= fresh_texts(row)
    return draw_text(row, form_of(service.correct_letter).holding(None, seen=row.version, **held))


def fresh_texts(row: Any) -> dict[str, str]:
    db = current_db()
    case = get_case(current_db(), current_actor(), int(row.case_id))
    definition = case_definition(db, case)
    named = cases.letter_named(definition, str(row.letter))
    if named is None:
        return {}
    return cases.letter_texts(named, cases.letter_facts(db, case, definition, current_time()))


def draw_text(row: Any, form: Form, status: int = 200) -> ResponseReturnValue:
    offer_codes(form)
    own = row.state == "draft" and row.drafted_by == current_actor().username
    return show_page(
        "casework/letters/outgoing_form.html", status=status, form=form, letter=row, reply_to=None, own=own
    )


@pages.post("/<int:letter_id>/naskah")
@needs_permission("letter.draft", "letter.initial", "letter.sign")
@takes_body(TEXT_BYTES)
def correct_letter(letter_id: int) -> ResponseReturnValue:
    form = form_of(service.correct_letter)()
    row = load_outgoing(current_db(), current_actor(), letter_id)
    return run_command(
        lambda: call_command(service.correct_letter, letter_id=letter_id, **form.values),
        lambda problem: draw_text(row, form, problem.status),
        url_for("outgoing.show_letter", letter_id=letter_id),
        "Naskah disimpan. Naskah sebelumnya tetap terbaca di riwayat.",
        form=form,
    )

"""Pages of one card: found by its QR or the student's number, withdrawn for ever, given back."""

from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.casework.desk.opening import CaseFile
from app.casework.desk.views.papers import file_answer
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.procedure import engine
from app.platform.people import queries as people
from app.platform.printing.papers import render_paper
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import CaseSheet, Found, current_actor, current_db, current_journal, current_time
from app.platform.web.forms import has_pin, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from app.services.ktm import papers, queries, service
from app.services.ktm.views.intakes import card_service, read_photo
from app.services.ktm.words import GIVEN_BACK
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("student_card", __name__, url_prefix="/ktm/kartu")


@pages.post("/cari")
@needs_permission("ktm.view")
def search_cards() -> ResponseReturnValue:
    """By a scanned code or a student's number; a POST, so that no number stands in an address."""
    asked = request.form.get("kartu", "")
    if asked.strip():
        found = queries.search_cards(current_db(), asked)
    else:
        found = []
    if len(found) == 1:
        return redirect_to(url_for("student_card.show_card", code=found[0].code))
    return show_page("services/ktm/found.html", cards=found)


@pages.get("/<code>")
@needs_permission("ktm.view")
def show_card(code: str, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    card = queries.find_card(current_db(), queries.read_code(code))
    others = [other for other in queries.cards_of_key(current_db(), card.main_key) if other.code != card.code]
    return show_page(
        "services/ktm/card.html",
        status=status,
        card=card,
        facts=queries.card_facts(card),
        masked=engine.mask_key(card_service(), card.main_key),
        others=others,
        given_back=GIVEN_BACK,
        people=people.person_names(current_db()),
        has_pin=has_pin(),
        validity=papers.VALIDITY,
        form=refused.form_for(service.withdraw_cards, pin=True),
        return_form=refused.form_for(service.return_card),
    )


@pages.post("/<code>/cabut")
@needs_permission("ktm.withdraw")
def withdraw_card(code: str) -> ResponseReturnValue:
    form = form_of(service.withdraw_cards, pin=True)()
    codes = [queries.read_code(code)]
    return run_command(
        lambda: service.withdraw_cards(
            current_journal(), current_actor(), codes=codes, now=current_time(), **form.values
        ),
        lambda problem: show_card(code, 422, Refused(service.withdraw_cards, form, problem)),
        url_for("student_card.show_card", code=code),
        "KTM dicabut dan tidak berlaku lagi.",
        form=form,
        pin=True,
    )


add_command(pages, "/<code>/kembali", service.return_card, show_card, "Dicatat.")


@pages.post("/<code>/muka.pdf")
@needs_permission("ktm.card")
def print_face(code: str) -> ResponseReturnValue:
    """The front of a valid card once more, for a card printer. A withdrawn one is never printed."""
    card = queries.find_card(current_db(), queries.read_code(code))
    if card.withdrawn_on:
        raise Problem.of("conflict", why=f"KTM {card.number} sudah dicabut, jadi tidak dicetak lagi.")
    record_access("card.face", f"case/{card.case_id}")
    data = papers.card_faces(current_db(), card_service(), [card], read_photo, current_actor(), current_time())
    return file_answer(render_paper("student_card", data), "application/pdf", "kartu.pdf", "inline")


def draw_card_sheet(
    db: Database, _actor: Actor, case: CaseFile, definition: Definition, _now: datetime
) -> CaseSheet | None:
    """On the page of a case: the cards of its student, and the way to the intake."""
    cards = queries.cards_of_key(db, case.main_key)
    intake = queries.case_intake(case)
    body = render_template("services/ktm/_case.html", case=case, cards=cards, intake=intake)
    return CaseSheet(definition.short_name, Markup(body))


def find_cards(db: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: a scanned QR leads to its card."""
    code = queries.find_card_code(db, text)
    if not code:
        return []
    card = queries.find_card(db, code)
    if card.withdrawn_on:
        state = "dicabut"
    else:
        state = "berlaku"
    return [Found(f"KTM {card.number}", state, url_for("student_card.show_card", code=code), exact=True)]

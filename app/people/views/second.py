"""The second person's page: what waits for somebody to confirm it, and new PINs that wait for a colleague's word."""

from __future__ import annotations

from datetime import datetime

import msgspec
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import ROLES, Actor
from app.core.problems import Problem
from app.people import agreement, service
from app.people.authority import ACTS
from app.people.changes import AddPerson, Appoint, SetRoles
from app.people.credentials import verify_password
from app.people.queries import person
from app.people.views.forms import DecidedForm, SecondForm, give_own_ids
from app.web.context import Nav, current_actor, db, journal, now, today
from app.web.forms import sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin
from schema.database import Database

pages = Blueprint("second", __name__, url_prefix="/pengaturan/persetujuan")


def waiting_count(database: Database, actor: Actor, at: datetime) -> int | None:
    """What waits for this person, for the rail."""
    return agreement.waiting_for(database, actor, at) or None


NAV = (Nav("Persetujuan kedua", "second.waiting", "people.second", group="Kantor", order=61, count=waiting_count,
           live=True),)  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    """One proposal as the page shows it, with what stands now, its form and why this person may not confirm it."""

    proposal: agreement.Proposal
    what: str
    facts: tuple[tuple[str, str], ...]
    own: bool
    refusal: str
    form: SecondForm


class PinLine(msgspec.Struct, frozen=True):
    """One new PIN, its form, and why this person may not vouch for it."""

    pin: agreement.NewPin
    refusal: str
    form: DecidedForm


@pages.get("/")
@needs("people.second")
def waiting() -> ResponseReturnValue:
    """Everything that waits."""
    return waiting_page()


@pages.post("/<int:proposal_id>/setujui")
@needs("people.second")
def confirm(proposal_id: int) -> ResponseReturnValue:
    """Confirm with the own PIN, or at the proposer's PC with user name, password and PIN."""
    form = SecondForm()
    if form.validate():
        with told(form):
            actor = second_person(form)
            service.confirm(journal(), actor, proposal_id, now=now())
    if not sound(form):
        return waiting_page(form, proposal_id)
    return done(url_for("second.waiting"), "Disetujui dan berlaku. Yang bersangkutan diberi tahu saat masuk.")


@pages.post("/<int:proposal_id>/tolak")
@needs("people.second")
def withdraw(proposal_id: int) -> ResponseReturnValue:
    """Take a proposal back, or refuse it: nothing changes."""
    service.withdraw(journal(), current_actor(), proposal_id, now=now())
    return done(url_for("second.waiting"), "Usulan dibatalkan. Tidak ada yang berubah.")


@pages.post("/pin/<int:person_id>/jamin")
@needs("people.second")
def vouch(person_id: int) -> ResponseReturnValue:
    """A colleague's new PIN decides from now on."""
    form = DecidedForm()
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            service.vouch(journal(), current_actor(), person_id, now=now())
    if not sound(form):
        return waiting_page(form, person_id)
    return done(url_for("second.waiting"), "PIN-nya berlaku sekarang.")


def second_person(form: SecondForm) -> Actor:
    """Who confirms: whoever is signed in, or somebody who proves at this PC who he is; the PIN decides."""
    if not form.username.data:
        confirm_pin(form.pin.data)
        return current_actor()
    username, address = form.username.data.strip().lower(), request.remote_addr or ""
    if not verify_password(db(), username, form.password.data or "", now=now(), address=address):
        raise Problem.of("invalid", {"password": "Nama pengguna atau kata sandi tidak cocok."})
    actor = service.actor_named(db(), username, today())
    if actor is None:
        raise Problem.of("forbidden")
    service.confirm_pin(db(), actor, form.pin.data or "", now=now(), address=address)
    return actor


def waiting_page(refused: DecidedForm | None = None, place: int = 0) -> ResponseReturnValue:
    """Draw the page; `refused` is a form with what is wrong, at the proposal or the person that `place` names."""
    lines = [line_of(one, refused if isinstance(refused, SecondForm) and one.id == place else None)
             for one in agreement.proposals(db(), now())]  # fmt: skip
    pins = [pin_of(one, refused if not isinstance(refused, SecondForm) and one.person_id == place else None)
            for one in agreement.new_pins(db(), now())]  # fmt: skip
    drawn = [one.form for one in lines] + [one.form for one in pins]
    lost = refused is not None and refused not in drawn
    return page("people/second.html", status=422 if refused else 200, lines=lines, pins=pins, lost=lost,
                has_pin=has_pin())  # fmt: skip


def line_of(waiting: agreement.Proposal, form: SecondForm | None) -> Line:
    """A proposal in words."""
    actor, change = current_actor(), waiting.change
    own = waiting.proposed_by == actor.person_id
    return Line(waiting, ACTS[change.act], tuple(facts(waiting)), own, refusal(waiting, actor),
                give_own_ids(form or SecondForm(formdata=None), waiting.id))  # fmt: skip


def pin_of(new: agreement.NewPin, form: DecidedForm | None) -> PinLine:
    """A new PIN with its form."""
    return PinLine(
        new, pin_refusal(new), give_own_ids(form or DecidedForm(formdata=None), f"p{new.person_id}")
    )


def facts(waiting: agreement.Proposal) -> list[tuple[str, str]]:
    """What stands now and what would become of it."""
    change = waiting.change
    if isinstance(change, SetRoles):
        before = person(db(), change.person_id)
        return [("Sekarang", before.role_names if before else ""), ("Menjadi", named(change.gains))]
    if isinstance(change, AddPerson):
        return [("Peran", named(change.gains)), ("Nama pengguna", change.login)]
    if isinstance(change, Appoint):
        begin, end = change.from_on, change.until_on
        span = f"{begin:%d-%m-%Y} sampai {f'{end:%d-%m-%Y}' if end else 'dicabut'}"
        return [("Penunjukan", change.detail), ("Berlaku", span)]
    return [("Isinya", change.detail)] if change.detail else []


def named(roles: frozenset[str]) -> str:
    """Roles in words, in the office's order."""
    return ", ".join(label for role, label in ROLES.items() if role in roles)


def refusal(waiting: agreement.Proposal, actor: Actor) -> str:
    """Why this person may not confirm, or nothing."""
    try:
        agreement.check_second(db(), waiting, actor, now())
    except Problem as problem:
        return problem.sentence
    return ""


def pin_refusal(new: agreement.NewPin) -> str:
    """Why this person may not vouch, or nothing."""
    try:
        agreement.check_voucher(db(), current_actor(), new.person_id, now())
    except Problem as problem:
        return problem.sentence
    return ""

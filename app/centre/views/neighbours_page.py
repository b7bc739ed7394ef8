"""Offices on the road: contact, age of what waits, keys, files aside; letting an office in with a code."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.centre import books, forks, lists, neighbours, offices, own_clock, recaps
from app.centre.neighbours import CentreRoad, OnRoad
from app.centre.queries import balance, on_paper
from app.centre.views.forms import BarForm, ClockForm, IdentityForm, InviteForm
from app.core.problems import Problem
from app.web.context import current_actor, db, journal, now, surroundings, today
from app.web.forms import options, sound, told
from app.web.guard import needs
from app.web.pages import PER_PAGE, cut, done, page, page_number
from app.web.pin import confirm_pin, has_pin
from schema.regions import kecamatan

pages = Blueprint("offices", __name__, url_prefix="/kantor")


def road() -> CentreRoad:
    """The road as the composition root put it together."""
    return cast(CentreRoad, surroundings().sync)


def invitation() -> InviteForm:
    """The form with the kecamatan of the regency; those on the road already get a new key by it."""
    form = InviteForm()
    form.office.choices = options([(one.code, f"{one.code} {one.name}") for one in kecamatan()])
    return form


def show(form: InviteForm | None = None, code: str = "") -> ResponseReturnValue:
    """Draw the list; a code is shown in the answer to the POST that made it, and never again."""
    known = neighbours.neighbours(db(), now())
    waiting = {office.code: office for office in books.office_queues(db())}
    return page("centre/offices.html", status=422 if form and not code else 200, offices=known, nothing=OnRoad(),
                standing=road().standing(), strangers=neighbours.not_taken(db()),
                waiting=waiting, form=form or invitation(), code=code)  # fmt: skip


@pages.get("/")
@needs("centre.floor")
def all_offices() -> ResponseReturnValue:
    """Every office."""
    return show()


@pages.post("/")
@needs("centre.offices")
def invite() -> ResponseReturnValue:
    """Make a code for an office and show it once."""
    form, code = invitation(), ""
    if form.validate():
        names = {one.code: one.name for one in kecamatan()}
        office = form.office.data or ""
        name = form.name.data or names.get(office, "")
        with told(form):
            code = offices.invite(
                journal(), current_actor(), office=office, name=name, issue=road().issue, now=now()
            )
    return show(form, code)


def office_or_404(code: str) -> neighbours.Neighbour:
    """The office. Raises Problem `not_found`."""
    office = neighbours.neighbour(db(), code, now())
    if office is None:
        raise Problem.of("not_found", what="Kecamatan itu")
    return office


def show_one(code: str, form: BarForm | None = None) -> ResponseReturnValue:
    """Draw the page of an office; a form that was just refused says why."""
    office, number = office_or_404(code), page_number()
    rows = lists.dispatches(db(), code, PER_PAGE + 1, (number - 1) * PER_PAGE)
    return page("centre/office.html", status=422 if form else 200, office=office, form=form or BarForm(formdata=None),
                has_pin=has_pin(), not_taken=neighbours.not_taken(db(), code), back=neighbours.given_back(db(), code),
                road=road().standing().get(code, OnRoad()), on=today(),
                dispatches=cut(rows, number), balance=balance(db(), code), on_paper=on_paper(db(), code),
                keys=neighbours.keys(db(), code),
                files=neighbours.files_aside(db(), code), lines=neighbours.lines_aside(db(), code),
                stops=neighbours.stops(db(), code), contradictions=forks.contradictions(journal(), code),
                decided=bool(forks.decided(db(), code)), recaps=recaps.of_office(db(), code),
                anchor=neighbours.last_anchor(db(), code))  # fmt: skip


@pages.get("/<code>")
@needs("centre.floor")
def one(code: str) -> ResponseReturnValue:
    """How it stands with one office."""
    return show_one(code)


@pages.post("/<code>/blokir")
@needs("centre.offices")
def bar(code: str) -> ResponseReturnValue:
    """Bar the office, or lift the bar when it is barred."""
    office, form = office_or_404(code), BarForm()
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            offices.bar(journal(), current_actor(), office=code, reason=form.reason.data or "",
                        lift=bool(office.barred_at), now=now())  # fmt: skip
    if not sound(form):
        return show_one(code, form)
    return done(
        url_for("offices.one", code=code),
        f"Blokir {office.name} {'dibuka' if office.barred_at else 'dipasang'}.",
    )


settings_pages = Blueprint("centre_settings", __name__, url_prefix="/pengaturan/pusat")


def show_settings(form: IdentityForm | None = None, clock: ClockForm | None = None) -> ResponseReturnValue:
    """Draw the settings; a form that was just refused says why."""
    known = {key.replace(".", "_", 1): value for key, value in offices.current(db()).items()}
    return page("centre/settings.html", status=422 if form or clock else 200, code=known["centre_code"],
                form=form or IdentityForm(formdata=None, data=known), clock=clock or ClockForm(formdata=None),
                unsettled=journal().clock_at(now()) != "ok")  # fmt: skip


@settings_pages.get("/")
@needs("centre.offices")
def settings() -> ResponseReturnValue:
    """Name, place and address of the centre."""
    return show_settings()


@settings_pages.post("/")
@needs("centre.offices")
def change() -> ResponseReturnValue:
    """Change them."""
    form = IdentityForm()
    if form.validate():
        with told(form):
            offices.change_settings(journal(), current_actor(), values=form.settings(), now=now())
    return done("/pengaturan/pusat/", "Pengaturan disimpan.") if sound(form) else show_settings(form)


@settings_pages.post("/jam")
@needs("centre.offices")
def confirm_clock() -> ResponseReturnValue:
    """The clock was compared with another one."""
    form = ClockForm()
    if form.validate():
        with told(form):
            own_clock.confirm_clock(journal(), current_actor(), note=form.note.data or "", now=now())
    if not sound(form):
        return show_settings(clock=form)
    return done("/pengaturan/pusat/", "Jam komputer dipastikan. Kecamatan kembali memakainya.")

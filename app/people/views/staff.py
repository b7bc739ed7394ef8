"""The administrator's pages: who works here, in which role, who acts for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from app.core.permissions import CENTRE_ROLES, OFFICE_ROLES, ROLES
from app.core.problems import Problem
from app.people import service
from app.people.changes import AnyChange
from app.people.views.forms import (
    ActingForm,
    DecidedForm,
    EndForm,
    FirstPasswordForm,
    LetterheadForm,
    PersonForm,
    ReasonForm,
    RolesForm,
    give_own_ids,
)
from app.web.context import Nav, current_actor, db, journal, loket, now, today
from app.web.forms import Form, options, sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin

pages = Blueprint("staff", __name__, url_prefix="/pengaturan/petugas")
Roles = TypeVar("Roles", bound=RolesForm)
NAV = (Nav("Petugas", "staff.people", "people.manage", group="Kantor", order=60),)


def offered(form: Roles) -> Roles:
    """Give a form the roles and villages of this side."""
    side = loket().shell
    offered_roles = OFFICE_ROLES if side.side == "office" else CENTRE_ROLES
    form.roles.choices = options((role, ROLES[role]) for role in offered_roles)
    villages = side.villages(db()) if side.villages else []
    form.area.choices = options([("", "Bukan petugas desa"), *villages])
    return form


@pages.get("/")
@needs("people.manage")
def people() -> ResponseReturnValue:
    """Everybody, with roles and state."""
    villages = dict(loket().shell.villages(db())) if loket().shell.villages else {}  # type: ignore[misc]
    return page(
        "people/staff.html",
        people=service.people(db()),
        acting=[line for line in service.acting_officials(db()) if line.runs(today())],
        villages=villages,
    )


@pages.get("/baru")
@needs("people.manage")
def new_person() -> ResponseReturnValue:
    """An empty form."""
    return new_page(PersonForm(formdata=None))


@pages.post("/baru")
@needs("people.manage")
def add_person() -> ResponseReturnValue:
    """Propose somebody new."""
    form = PersonForm()
    offered(form)
    propose(form, lambda: service.AddPerson(
        form.username.data, form.name.data, tuple(form.roles.data or ()), form.nip.data, form.rank.data,
        form.title.data, form.area.data or None), form.password.data or "")  # fmt: skip
    if not sound(form):
        return new_page(form, status=422)
    return proposed()


@pages.get("/<int:person_id>")
@needs("people.manage")
def person(person_id: int) -> ResponseReturnValue:
    """One person with the forms that change something."""
    return person_page(person_id)


@pages.post("/<int:person_id>/data")
@needs("people.manage")
def change(person_id: int) -> ResponseReturnValue:
    """Name and letterhead data."""
    form = LetterheadForm()
    if form.validate():
        with told(form):
            service.change_person(journal(), current_actor(), person_id, name=form.name.data, nip=form.nip.data,
                                  rank=form.rank.data, title=form.title.data, now=now())  # fmt: skip
    if not sound(form):
        return person_page(person_id, status=422, letterhead=form)
    return done(url_for("staff.person", person_id=person_id), "Data disimpan.")


@pages.post("/<int:person_id>/peran")
@needs("people.manage")
def set_roles(person_id: int) -> ResponseReturnValue:
    """Propose roles and village."""
    form = offered(RolesForm())
    propose(form, lambda: service.SetRoles(person_id, tuple(form.roles.data or ()), form.area.data or None))
    return proposed() if sound(form) else person_page(person_id, status=422, roles=form)


@pages.post("/<int:person_id>/sandi")
@needs("people.manage")
def give_password(person_id: int) -> ResponseReturnValue:
    """Propose a first password again."""
    form = FirstPasswordForm()
    propose(form, lambda: service.GivePassword(person_id), form.password.data or "")
    return proposed() if sound(form) else person_page(person_id, status=422, first=form)


@pages.post("/<int:person_id>/<any(nonaktif, aktif):what>")
@needs("people.manage")
def switch(person_id: int, what: str) -> ResponseReturnValue:
    """Propose that somebody signs in no more, or again."""
    form = ReasonForm()
    change = service.Disable if what == "nonaktif" else service.Enable
    propose(form, lambda: change(person_id, form.reason.data))
    return proposed() if sound(form) else person_page(person_id, status=422, reason=form)


@pages.get("/penjabat")
@needs("people.manage")
def acting() -> ResponseReturnValue:
    """Who acts for whom, and the form for another."""
    return acting_page(ActingForm(formdata=None))


@pages.post("/penjabat")
@needs("people.manage")
def appoint() -> ResponseReturnValue:
    """Propose an acting official."""
    form = ActingForm()
    form.person_id.choices, form.instead_of.choices = choices(), holders()
    propose(form, lambda: service.Appoint(
        form.person_id.data, form.post.data, form.kind.data, form.decree.data, form.from_on.data, form.until_on.data,
        int(form.instead_of.data) or None))  # fmt: skip
    return proposed() if sound(form) else acting_page(form, status=422)


@pages.post("/penjabat/<int:acting_id>/akhiri")
@needs("people.manage")
def end_acting(acting_id: int) -> ResponseReturnValue:
    """Propose another last day for an appointment."""
    form = EndForm()
    until_on = form.until_on.data if form.validate() else None
    if until_on is None:
        raise Problem.of("invalid", {"until_on": "Isi tanggal akhir, misalnya 17-08-2026."})
    propose(form, lambda: service.end_of(db(), acting_id, until_on))
    return proposed() if sound(form) else acting_page(ActingForm(formdata=None), status=422, end=form)


def propose(form: DecidedForm, change: Callable[[], AnyChange], password: str = "") -> None:
    """Ask for the PIN and keep the proposal; what is wrong stays with the form."""
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            service.propose(journal(), current_actor(), change(), password=password, now=now())


def proposed() -> ResponseReturnValue:
    """To the page where a second person confirms it."""
    return done(url_for("second.waiting"), "Usulan disimpan. Berlaku setelah disetujui orang kedua.")


def choices() -> list[SelectChoice]:
    """Active people to choose from."""
    return options((one.id, one.name) for one in service.people(db(), active=True))


def holders() -> list[SelectChoice]:
    """Who may be replaced: everybody who holds a post, those included who have left, or nobody."""
    held = [one for one in service.people(db()) if set(service.POSTS) & set(one.roles)]
    return options([("", "Pilih pejabatnya"), ("0", "Tidak ada: jabatannya kosong"),
                    *((str(one.id), f"{one.name} ({one.title or one.role_names})") for one in held)])  # fmt: skip


def new_page(form: PersonForm, status: int = 200) -> ResponseReturnValue:
    """Draw the form for somebody new."""
    return page("people/new.html", status=status, form=offered(form), has_pin=has_pin())


def acting_page(form: ActingForm, status: int = 200, end: EndForm | None = None) -> ResponseReturnValue:
    """Draw the page of acting officials."""
    form.person_id.choices, form.instead_of.choices = choices(), holders()
    return page("people/acting.html", status=status, form=form, lines=service.acting_officials(db()),
                end=end or EndForm(formdata=None), has_pin=has_pin())  # fmt: skip


def person_page(person_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw one person; a form that was just refused replaces its fresh one."""
    known = service.person(db(), person_id)
    if known is None:
        raise Problem.of("not_found", what="Petugas")
    fresh: dict[str, Form] = {
        "letterhead": LetterheadForm(formdata=None, obj=known),
        "roles": offered(
            RolesForm(formdata=None, data={"roles": list(known.roles), "area": known.area or ""})
        ),
        "first": FirstPasswordForm(formdata=None),
        "reason": ReasonForm(formdata=None),
    }
    drawn = fresh | forms
    for name, form in drawn.items():
        if isinstance(form, DecidedForm):
            give_own_ids(form, name)
    return page("people/person.html", status=status, person=known, has_pin=has_pin(), **drawn)

"""The administrator's pages: who works here, in which role, who acts for whom."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from app.core.permissions import CENTRE_ROLES, OFFICE_ROLES, ROLES
from app.core.problems import Problem
from app.people import service
from app.people.views.forms import (
    ActingForm,
    EndForm,
    FirstPasswordForm,
    LetterheadForm,
    PersonForm,
    ReasonForm,
    RolesForm,
)
from app.web.context import Nav, current_actor, db, journal, loket, now, today
from app.web.forms import Form, options, sound, told
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("staff", __name__, url_prefix="/pengaturan/petugas")
NAV = (Nav("Petugas", "staff.people", "people.manage", group="Kantor", order=60),)


def offered(form: RolesForm) -> RolesForm:
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
    return page("people/new.html", form=offered(PersonForm(formdata=None)))


@pages.post("/baru")
@needs("people.manage")
def add_person() -> ResponseReturnValue:
    """Add somebody."""
    form = PersonForm()
    offered(form)
    if form.validate():
        with told(form):
            service.add_person(
                journal(), current_actor(), username=form.username.data, name=form.name.data, nip=form.nip.data,
                rank=form.rank.data, title=form.title.data, roles=form.roles.data or [], area=form.area.data or None,
                password=form.password.data, now=now(),
            )  # fmt: skip
    if not sound(form):
        return page("people/new.html", status=422, form=form)
    return done(
        url_for("staff.people"), f"{form.name.data} ditambahkan. Kata sandi diganti saat pertama masuk."
    )


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
    return changed(person_id, form, "letterhead", "Data disimpan.")


@pages.post("/<int:person_id>/peran")
@needs("people.manage")
def set_roles(person_id: int) -> ResponseReturnValue:
    """Roles and village."""
    form = offered(RolesForm())
    if form.validate():
        with told(form):
            service.set_roles(journal(), current_actor(), person_id, roles=form.roles.data or [],
                              area=form.area.data or None, now=now())  # fmt: skip
    return changed(person_id, form, "roles", "Peran disimpan.")


@pages.post("/<int:person_id>/sandi")
@needs("people.manage")
def give_password(person_id: int) -> ResponseReturnValue:
    """A first password again."""
    form = FirstPasswordForm()
    if form.validate():
        with told(form):
            service.give_password(
                journal(), current_actor(), person_id, password=form.password.data, now=now()
            )
    return changed(
        person_id, form, "first", "Kata sandi sementara berlaku. Minta yang bersangkutan segera masuk."
    )


@pages.post("/<int:person_id>/<any(nonaktif, aktif):what>")
@needs("people.manage")
def switch(person_id: int, what: str) -> ResponseReturnValue:
    """Let somebody sign in no more, or again."""
    form = ReasonForm()
    command = service.disable if what == "nonaktif" else service.enable
    if form.validate():
        with told(form):
            command(journal(), current_actor(), person_id, reason=form.reason.data, now=now())
    return changed(
        person_id, form, "reason", "Tidak dapat masuk lagi." if what == "nonaktif" else "Dapat masuk lagi."
    )


@pages.get("/penjabat")
@needs("people.manage")
def acting() -> ResponseReturnValue:
    """Who acts for whom, and the form for another."""
    return acting_page(ActingForm(formdata=None))


@pages.post("/penjabat")
@needs("people.manage")
def appoint() -> ResponseReturnValue:
    """Name an acting official."""
    form = ActingForm()
    form.person_id.choices, form.instead_of.choices = choices(), holders()
    if form.validate():
        with told(form):
            service.appoint_acting(
                journal(), current_actor(), post=form.post.data, kind=form.kind.data, person_id=form.person_id.data,
                decree=form.decree.data, from_on=form.from_on.data, until_on=form.until_on.data, now=now(),
                instead_of=int(form.instead_of.data) or None,
            )  # fmt: skip
    if not sound(form):
        return acting_page(form, status=422)
    return done(url_for("staff.acting"), "Penunjukan dicatat. Surat sesudah ini memakainya.")


@pages.post("/penjabat/<int:acting_id>/akhiri")
@needs("people.manage")
def end_acting(acting_id: int) -> ResponseReturnValue:
    """Give an appointment another last day."""
    form = EndForm()
    if not form.validate() or form.until_on.data is None:
        raise Problem.of("invalid", {"until_on": "Isi tanggal akhir, misalnya 17-08-2026."})
    service.end_acting(journal(), current_actor(), acting_id, until_on=form.until_on.data, now=now())
    return done(url_for("staff.acting"), "Tanggal akhir disimpan.")


def choices() -> list[SelectChoice]:
    """Active people to choose from."""
    return options((one.id, one.name) for one in service.people(db(), active=True))


def holders() -> list[SelectChoice]:
    """Who may be replaced: everybody who holds a post, those included who have left, or nobody."""
    held = [one for one in service.people(db()) if set(service.POSTS) & set(one.roles)]
    return options([("", "Pilih pejabatnya"), ("0", "Tidak ada: jabatannya kosong"),
                    *((str(one.id), f"{one.name} ({one.title or one.role_names})") for one in held)])  # fmt: skip


def acting_page(form: ActingForm, status: int = 200) -> ResponseReturnValue:
    """Draw the page of acting officials."""
    form.person_id.choices, form.instead_of.choices = choices(), holders()
    return page("people/acting.html", status=status, form=form, lines=service.acting_officials(db()),
                end=EndForm(formdata=None))  # fmt: skip


def changed(person_id: int, form: Form, name: str, toast: str) -> ResponseReturnValue:
    """Back to the person after a change, or the page again with what is wrong."""
    if sound(form):
        return done(url_for("staff.person", person_id=person_id), toast)
    return person_page(person_id, status=422, **{name: form})


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
    return page("people/person.html", status=status, person=known, **(fresh | forms))

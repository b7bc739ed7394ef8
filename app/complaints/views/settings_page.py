"""Settings of this room: sections with their heads, time limits with unit and source, whether a recap travels on."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.complaints import limits
from app.complaints.views.forms import LimitForm, SectionForm
from app.complaints.words import LIMITS
from app.core.permissions import may
from app.core.problems import Problem
from app.office import service as office
from app.office import settings
from app.people import service as people
from app.web.context import current_actor, db, journal, now
from app.web.forms import Form, options, sound, told
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("complaint_settings", __name__, url_prefix="/pengaturan/pengaduan")
TO_REGENCY = "recap.to_regency"


def show(status: int = 200, wrong: str = "", form: Form | None = None) -> ResponseReturnValue:
    """Draw the page; `wrong` names the row that was refused."""
    heads = [(one.username, one.name) for one in people.people(db(), active=True) if "kasi" in one.roles]
    return page(
        "complaints/settings.html",
        status=status,
        sections=limits.sections(db()),
        retired=limits.retired_sections(db()),
        limits=sorted(limits.limits(db()), key=lambda one: list(LIMITS).index(one.name)),
        heads=heads,
        names=people.names(db()),
        wrong=wrong,
        form=form,
        may_limits=may(current_actor(), "complaint.limits"),
        may_sections=may(current_actor(), "office.settings"),
        to_regency=settings.all_settings(db()).get(TO_REGENCY),
    )


@pages.get("")
@needs("complaint.limits", "office.settings")
def overview() -> ResponseReturnValue:
    """Sections, limits, the switch."""
    return show()


@pages.post("/seksi")
@needs("office.settings")
def set_section() -> ResponseReturnValue:
    """Enter or change a section and its head, retire it or take it into use again."""
    form = SectionForm()
    form.head.choices = options([("", "")])
    if form.validate():
        with told(form):
            limits.set_section(
                journal(),
                current_actor(),
                code=form.code.data,
                name=form.name.data,
                head=form.head.data or "",
                now=now(),
                active=request.form.get("aktif", "1") == "1",
            )
    if not sound(form):
        return show(422, f"section-{form.code.data}", form)
    told_ = "disimpan" if request.form.get("aktif", "1") == "1" else "tidak dipakai lagi"
    return done(url_for("complaint_settings.overview"), f"{form.name.data} {told_}.")


@pages.post("/batas/<name>")
@needs("complaint.limits")
def set_limit(name: str) -> ResponseReturnValue:
    """Change a time limit; lines already written keep theirs."""
    form = LimitForm()
    if form.validate():
        days = form.days.data
        with told(form):
            limits.set_limit(
                journal(),
                current_actor(),
                name=name,
                days=int(days) if days.isascii() and days.isdigit() else 0,
                unit=form.unit.data,
                source=form.source.data,
                now=now(),
            )
    if not sound(form):
        return show(422, f"limit-{name}", form)
    return done(
        url_for("complaint_settings.overview"), "Batas waktu disimpan; berlaku untuk pengaduan sesudah ini."
    )


@pages.post("/kabupaten")
@needs("office.settings")
def set_regency() -> ResponseReturnValue:
    """Whether the approved public recap travels to the regency."""
    if TO_REGENCY not in settings.DEFAULTS:
        raise Problem.of("not_found", what="Pengaturan itu")
    office.change_setting(
        journal(), current_actor(), key=TO_REGENCY, value=request.form.get("nyala") == "1", now=now()
    )
    return done(url_for("complaint_settings.overview"), "Disimpan.")

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
from app.people import queries as people
from app.web.context import current_actor, current_db, current_journal, current_time
from app.web.forms import Form, collect_problems, is_accepted, to_choices
from app.web.guard import needs_permission
from app.web.pages import redirect_to, show_page

pages = Blueprint("complaint_settings", __name__, url_prefix="/pengaturan/pengaduan")
TO_REGENCY = "recap.to_regency"


def draw_settings(status: int = 200, wrong: str = "", form: Form | None = None) -> ResponseReturnValue:
    """Draw the page; `wrong` names the row that was refused."""
    role = people.profile_of(current_db()).section_head
    heads = [(one.username, one.name) for one in people.list_people(current_db(), active=True) if role in one.roles]
    return show_page(
        "complaints/settings.html",
        status=status,
        sections=limits.active_sections(current_db()),
        retired=limits.retired_sections(current_db()),
        limits=sorted(limits.all_limits(current_db()), key=lambda one: list(LIMITS).index(one.name)),
        heads=heads,
        names=people.person_names(current_db()),
        wrong=wrong,
        form=form,
        may_limits=may(current_actor(), "complaint.limits"),
        may_sections=may(current_actor(), "office.settings"),
        to_regency=settings.all_settings(current_db()).get(TO_REGENCY),
    )


@pages.get("")
@needs_permission("complaint.limits", "office.settings")
def show_settings() -> ResponseReturnValue:
    return draw_settings()


@pages.post("/seksi")
@needs_permission("office.settings")
def set_section() -> ResponseReturnValue:
    form = SectionForm()
    form.head.choices = to_choices([("", "")])
    if form.validate():
        with collect_problems(form):
            limits.set_section(
                current_journal(),
                current_actor(),
                code=form.code.data,
                name=form.name.data,
                head=form.head.data or "",
                now=current_time(),
                active=request.form.get("aktif", "1") == "1",
            )
    if not is_accepted(form):
        return draw_settings(422, f"section-{form.code.data}", form)
    told_ = "disimpan" if request.form.get("aktif", "1") == "1" else "tidak dipakai lagi"
    return redirect_to(url_for("complaint_settings.show_settings"), f"{form.name.data} {told_}.")


@pages.post("/batas/<name>")
@needs_permission("complaint.limits")
def set_limit(name: str) -> ResponseReturnValue:
    form = LimitForm()
    if form.validate():
        days = form.days.data
        with collect_problems(form):
            limits.set_limit(
                current_journal(),
                current_actor(),
                name=name,
                days=int(days) if days.isascii() and days.isdigit() else 0,
                unit=form.unit.data,
                source=form.source.data,
                now=current_time(),
            )
    if not is_accepted(form):
        return draw_settings(422, f"limit-{name}", form)
    return redirect_to(
        url_for("complaint_settings.show_settings"), "Batas waktu disimpan; berlaku untuk pengaduan sesudah ini."
    )


@pages.post("/kabupaten")
@needs_permission("office.settings")
def set_regency() -> ResponseReturnValue:
    if TO_REGENCY not in settings.DEFAULTS:
        raise Problem.of("not_found", what="Pengaturan itu")
    office.change_setting(
        current_journal(), current_actor(), key=TO_REGENCY, value=request.form.get("nyala") == "1", now=current_time()
    )
    return redirect_to(url_for("complaint_settings.show_settings"), "Disimpan.")

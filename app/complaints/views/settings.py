"""Settings of this room: sections with their heads, time limits with unit and source, whether a recap travels on."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from app.complaints import limits
from app.core.permissions import may
from app.core.problems import Problem
from app.office import service as office
from app.office import settings
from app.people import queries as people
from app.web.context import current_actor, current_db, current_journal, current_time
from app.web.forms import AtMost, Filled, Form, TextLine, redirect_to, run_command, show_page, to_choices
from app.web.guard import needs_permission


class SectionForm(Form):
    code = TextLine("Kode", [Filled("Isi kode, misalnya trantib."), AtMost(20)])
    name = TextLine("Nama seksi", [Filled("Isi nama seksi."), AtMost(80)])
    head = SelectField("Kepala seksi", choices=[], validate_choice=False)


class LimitForm(Form):
    days = TextLine("Hari", [Filled("Isi banyaknya hari."), AtMost(3)])
    unit = SelectField(
        "Satuan", choices=to_choices((("working_days", "hari kerja"), ("calendar_days", "hari kalender")))
    )
    source = TextLine("Dasar", [Filled("Tulis dasarnya."), AtMost(200)])


pages = Blueprint("complaint_settings", __name__, url_prefix="/pengaturan/pengaduan")
TO_REGENCY = "recap.to_regency"


def draw_settings(status: int = 200, wrong: str = "", form: Form | None = None) -> ResponseReturnValue:
    """Draw the page; `wrong` names the row that was refused."""
    role = people.profile_of(current_db()).section_head
    heads = [(one.username, one.name) for one in people.list_people(current_db(), active=True) if role in one.roles]
    return show_page(
        "complaints/settings.html",
        status=status,
        sections=limits.list_sections(current_db()),
        retired=limits.list_sections(current_db(), active=False),
        limits=list(limits.office_limits(current_db()).values()),
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
    form, used = SectionForm(), request.form.get("aktif", "1") == "1"
    form.head.choices = to_choices([("", "")])
    said: dict[str, Any] = {
        "code": form.code.data,
        "name": form.name.data,
        "head": form.head.data or "",
        "active": used,
    }
    return run_command(
        lambda: limits.set_section(current_journal(), current_actor(), now=current_time(), **said),
        lambda _: draw_settings(422, f"section-{form.code.data}", form),
        url_for("complaint_settings.show_settings"),
        f"{form.name.data} {'disimpan' if used else 'tidak dipakai lagi'}.",
        form=form,
    )


@pages.post("/batas/<name>")
@needs_permission("complaint.limits")
def set_limit(name: str) -> ResponseReturnValue:
    form = LimitForm()
    days = int(form.days.data) if form.days.data.isascii() and form.days.data.isdigit() else 0
    said: dict[str, Any] = {"name": name, "days": days, "unit": form.unit.data, "source": form.source.data}
    return run_command(
        lambda: limits.set_limit(current_journal(), current_actor(), now=current_time(), **said),
        lambda _: draw_settings(422, f"limit-{name}", form),
        url_for("complaint_settings.show_settings"),
        "Batas waktu disimpan; berlaku untuk pengaduan sesudah ini.",
        form=form,
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

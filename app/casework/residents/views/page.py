"""Acuan penduduk: what is here and how old, a new list, who had whom compared, and the end of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import FileField, SelectField

from app.casework.importing.spreadsheet import MAX_BYTES
from app.casework.residents import queries, reference
from app.core.dates import age_words
from app.core.problems import Problem
from app.platform.office import queries as office
from app.platform.people import queries as people
from app.platform.web.commands import CommandForm, form_of
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import (
    Filled,
    Form,
    OfficeDate,
    asked_slice,
    has_pin,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import needs_permission, passive, record_access
from schema.body_limits import takes_body

# A list comes a few times a year: its modules load when it does, not at every start.
if TYPE_CHECKING:
    from app.casework.residents.service import Job, Lists


class ListForm(Form):
    file = FileField("Dokumen daftar penduduk")
    as_of = OfficeDate("Data per tanggal", [Filled("Tulis tanggal data itu, misalnya 01112026.")])
    village = SelectField("Desa", choices=[], validate_choice=False)


pages = Blueprint("residents", __name__, url_prefix="/acuan-penduduk")
MEGABYTES = MAX_BYTES // 1_048_576
FAULT_ROWS = 50


def lists() -> Lists:
    from app.casework.residents.service import Lists

    held: Lists = current_app.extensions.setdefault("loket_residents", Lists())
    return held


@pages.get("")
@needs_permission("residents.keep")
def show_reference() -> ResponseReturnValue:
    return draw_reference()


def draw_reference(
    status: int = 200, upload: ListForm | None = None, destroying: Form | None = None, problem: str = ""
) -> ResponseReturnValue:
    now = current_time()
    db = current_db()
    today = current_date()
    names = office.village_names(db)
    held = reference.look_at(db)
    job = lists().current(current_actor(), now)
    faults = job.faults if job else ()
    known = {part.village for part in held.parts}
    values: dict[str, Any] = {
        "held": held,
        "villages": names,
        "missing": [name for code, name in names.items() if code not in known],
        "ages": {part.village: (age_words(part.age(today)), part.is_old(today)) for part in held.parts},
        "job": job,
        "faults": asked_slice(faults, FAULT_ROWS),
        "looks": queries.looks_by_day(db, now),
        "acts": queries.past_acts(db),
        "people": people.person_names(db),
        "upload": upload or list_form(),
        "destroying": destroying or destroying_form().holding(),
        "problem": problem,
        "limit": MEGABYTES,
        "why_not": lists().why_not(current_actor(), now),
        "has_pin": has_pin(),
    }
    return show_page("casework/residents/page.html", status=status, **values)


def destroying_form() -> type[CommandForm]:
    from app.casework.residents import service

    return form_of(service.destroy_reference, pin=True)


def list_form() -> ListForm:
    if request.method == "GET":
        form = ListForm(formdata=None)
    else:
        form = ListForm(formdata=request.form)
    form.village.choices = to_choices([("", "Menurut kolom Desa"), *office.village_names(current_db()).items()])
    return form


@pages.post("")
@needs_permission("residents.keep")
@takes_body(MAX_BYTES + 1_048_576)
def take_list() -> ResponseReturnValue:
    file = request.files.get("file")
    form = list_form()
    content = b""
    if file:
        content = file.stream.read(MAX_BYTES + 1)

    def begin() -> Job:
        if file is None or not file.filename:
            raise Problem.of("invalid", {"file": "Pilih dokumennya dulu."})
        assert form.as_of.data is not None  # the form asks for it
        return lists().begin(
            current_journal(),
            current_actor(),
            content,
            file.filename,
            as_of=form.as_of.data,
            village=form.village.data or "",
            now=current_time(),
        )

    def go_on(_job: Job) -> ResponseReturnValue:
        record_access("residents.upload", detail=f"{len(content) // 1024} KiB")
        return redirect_to(url_for("residents.show_reference"))

    return run_command(begin, lambda problem: draw_reference(problem.status, upload=form), go_on, form=form)


@pages.get("/kemajuan")
@needs_permission("residents.keep")
@passive
def show_progress() -> ResponseReturnValue:
    job = lists().current(current_actor(), current_time())
    if job is not None and job.busy:
        return show_page("casework/residents/_progress.html", job=job)
    return redirect_to(url_for("residents.show_reference"))


@pages.post("/pakai")
@needs_permission("residents.keep")
def use_list() -> ResponseReturnValue:
    def use() -> Job:
        job = lists().use(current_journal(), current_actor(), current_time())
        record_access("residents.loaded", detail=f"{job.people} orang")
        return job

    return run_command(
        use,
        lambda problem: draw_reference(problem.status, problem=problem.sentence),
        url_for("residents.show_reference"),
        "Acuan penduduk diganti. Formulir dibandingkan dengannya mulai sekarang.",
    )


@pages.post("/buang")
@needs_permission("residents.keep")
def drop_list() -> ResponseReturnValue:
    lists().drop()
    return redirect_to(
        url_for("residents.show_reference"), "Hasil pembacaan dibuang. Acuan yang berlaku tidak berubah."
    )


@pages.post("/musnahkan")
@needs_permission("residents.keep")
def destroy_reference() -> ResponseReturnValue:
    from app.casework.residents import service

    form = form_of(service.destroy_reference, pin=True)()

    def destroy() -> None:
        service.destroy_reference(current_journal(), current_actor(), lists(), now=current_time(), **form.values)
        record_access("residents.destroyed")

    return run_command(
        destroy,
        lambda problem: draw_reference(problem.status, destroying=form),
        url_for("residents.show_reference"),
        "Acuan penduduk dimusnahkan. Dokumennya sudah tidak ada di komputer ini.",
        form=form,
        pin=True,
    )

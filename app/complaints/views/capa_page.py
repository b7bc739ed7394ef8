"""LTPP: reports of nonconformity, opened from a complaint or otherwise; causes, actions, completion, verification."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.complaints import book, capa, queries
from app.complaints.masks import masker
from app.complaints.tasks import may_check
from app.complaints.views.asking import questions
from app.complaints.views.book_page import full_number
from app.complaints.views.forms import CapaForm, CheckForm, DoneForm, PlanForm
from app.complaints.words import CATEGORIES
from app.core.permissions import may
from app.core.quarters import Quarter
from app.people import service as people
from app.web.context import current_actor, db, journal, now, today
from app.web.forms import Form, options, sound, told
from app.web.guard import needs
from app.web.pages import done, page
from schema.database import plain

pages = Blueprint("capa", __name__, url_prefix="/ltpp")
TABS = {"running": "Berjalan", "done": "Menunggu verifikasi", "effective": "Efektif", "": "Semua"}
KINDS = {"open": "wait", "done": "sent", "effective": "good", "again": "bad"}


@pages.get("")
@needs("complaint.view")
def overview() -> ResponseReturnValue:
    """All reports, those that run first."""
    tab = request.args.get("keadaan", "running")
    tab = tab if tab in TABS else "running"
    return page(
        "complaints/capas.html",
        rows=queries.capa_lines(db(), tab),
        tab=tab,
        tabs=TABS,
        kinds=KINDS,
        names=people.names(db()),
        states=capa.STATES,
        sources=capa.SOURCES,
        today_iso=today().isoformat(),
    )


@pages.get("/baru")
@needs("capa.open")
def new_report() -> ResponseReturnValue:
    """An empty form, filled from the complaint that the address names."""
    line_id = asked_line()
    form = capa_form(formdata=None)
    if line_id is not None:
        line = book.get(db(), line_id)
        form.source.data = "complaint"
        said = without_people(line.words, line.received_on, line_id)
        form.trouble.data = f"{CATEGORIES[line.category].label}: {said}"[:3000]
        form.evidence.data = f"Buku pengaduan nomor {line.number}"
    return page("complaints/capa_new.html", form=form, line_id=line_id)


def without_people(words: str, received_on: str, line_id: int) -> str:
    """The visitor's words without names and numbers: an LTPP hangs, in parts, on the notice board."""
    mask = masker(db(), Quarter.of(date.fromisoformat(received_on)), plain(now()))
    return mask.text(words, line_id)


@pages.post("/baru")
@needs("capa.open")
def open_report() -> ResponseReturnValue:
    """Open the report."""
    form, line_id, made = capa_form(), asked_line(), 0
    if form.validate():
        with told(form):
            made = capa.open_capa(
                journal(), current_actor(), source=form.source.data, problem=form.trouble.data or "", now=now(),
                evidence=form.evidence.data or "", immediate=form.immediate.data or "",
                complaint_ids=[line_id] if line_id is not None else [],
            )  # fmt: skip
    if not sound(form):
        return page("complaints/capa_new.html", status=422, form=form, line_id=line_id)
    return done(url_for("capa.report", capa_id=made), "LTPP dibuka. Isi sebab dan tindakannya.")


@pages.get("/<int:capa_id>")
@needs("complaint.view")
def report(capa_id: int) -> ResponseReturnValue:
    """One report with its rounds."""
    return show(capa_id)


@pages.post("/<int:capa_id>/rencana")
@needs("capa.work")
def plan(capa_id: int) -> ResponseReturnValue:
    """Causes and actions of the round."""
    form = plan_form()
    if form.validate():
        if form.due_on.data is None:
            form.due_on.errors = ["Isi batas waktunya."]
        else:
            wanted = capa.Plan(
                form.whys,
                form.corrective.data or "",
                form.preventive.data or "",
                form.person.data or "",
                form.due_on.data,
            )
            run(form, capa.plan, capa_id=capa_id, plan=wanted)
    return after(capa_id, form, "Sebab dan tindakan disimpan.", plan_form_=form)


@pages.post("/<int:capa_id>/selesai")
@needs("capa.work")
def complete(capa_id: int) -> ResponseReturnValue:
    """The actions are carried out."""
    form = DoneForm()
    if form.validate():
        run(form, capa.complete, capa_id=capa_id, note=form.note.data or "")
    return after(
        capa_id, form, "Tindakan selesai. Orang lain memverifikasinya pada hari lain.", done_form=form
    )


@pages.post("/<int:capa_id>/verifikasi")
@needs("capa.check")
def check(capa_id: int) -> ResponseReturnValue:
    """Whether it helped."""
    form = CheckForm()
    if form.validate():
        run(
            form, capa.check, capa_id=capa_id, effective=form.effective.data == "1", note=form.note.data or ""
        )
    return after(capa_id, form, "Verifikasi dicatat.", check_form=form)


@pages.post("/<int:capa_id>/baris")
@needs("capa.open")
def add_line(capa_id: int) -> ResponseReturnValue:
    """A further line of the book belongs to this report."""
    form = Form()
    found = queries.by_number(db(), full_number(request.form.get("number", ""), today().year))
    if found is None:
        form.problem = "Baris dengan nomor itu tidak ada."
    else:
        run(form, capa.add_line, capa_id=capa_id, complaint_id=found)
    return after(capa_id, form, "Baris ditambahkan.")


def run(form: Form, command: Callable[..., Any], **values: Any) -> None:
    """Run a command; what can be mended stays with the form."""
    with told(form):
        command(journal(), current_actor(), now=now(), **values)


def after(capa_id: int, form: Form, toast: str, **forms: Form) -> ResponseReturnValue:
    """Back to the report, or the page again with what is wrong."""
    if sound(form):
        return done(url_for("capa.report", capa_id=capa_id), toast)
    return show(capa_id, 422, form, **forms)


def capa_form(**options_: Any) -> CapaForm:
    """The form of a new report."""
    form = CapaForm(**options_)
    form.source.choices = options(capa.SOURCES.items())
    return form


def plan_form(**options_: Any) -> PlanForm:
    """The form of a round."""
    form = PlanForm(**options_)
    staff = [
        (one.username, one.name) for one in people.people(db(), active=True) if one.roles != ("village",)
    ]
    form.person.choices = options([("", "Pilih petugas"), *staff])
    return form


def planned(row: Any) -> PlanForm:
    """The form of a round, with what is planned so far."""
    if row is None:
        return plan_form(formdata=None)
    whys = {f"why{n}": why for n, why in enumerate(json.loads(row.whys), start=1)}
    return plan_form(formdata=None, data=whys | {
        "corrective": row.corrective, "preventive": row.preventive, "person": row.person,
        "due_on": date.fromisoformat(row.due_on)})  # fmt: skip


def asked_line() -> int | None:
    """The complaint that the address or the form names."""
    text = request.values.get("pengaduan", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def show(capa_id: int, status: int = 200, form: Form | None = None, *, plan_form_: PlanForm | None = None,
         check_form: CheckForm | None = None, done_form: DoneForm | None = None) -> ResponseReturnValue:  # fmt: skip
    """Draw a report; refused forms keep what was typed."""
    found, rounds = capa.get(db(), capa_id), capa.rounds(db(), capa_id)
    present = next((row for row, _ in rounds if row.round == found.round), None)
    works = may(current_actor(), "capa.work")
    return page(
        "complaints/capa.html", status=status, report=found, rounds=rounds, present=present, problem=form,
        plan_form=plan_form_ or planned(present if found.state == "open" else None),
        check_form=check_form or CheckForm(formdata=None),
        done_form=done_form,
        can_plan=works and found.state in ("again", "open"), replan=present is not None and found.state == "open",
        replan_open=plan_form_ is not None, earlier=capa.earlier_plans(journal(), capa_id),
        can_complete=works and found.state == "open" and present is not None,
        can_check=present is not None and may_check(current_actor(), found.state, present, today()),
        earliest=earliest(present), names=people.names(db()), states=capa.STATES, sources=capa.SOURCES, kinds=KINDS,
        lines=queries.lines_named(db(), capa.lines_of(db(), capa_id)), asked=questions(f"capa/{capa_id}"),
    )  # fmt: skip


def earliest(present: Any) -> date | None:
    """The day after which somebody else may verify."""
    return date.fromisoformat(present.done_on or present.due_on) if present else None

"""LTPP: reports of nonconformity, opened from a complaint or otherwise; causes, actions, completion, verification."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, cast

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectField, TextAreaField

from app.casework.desk.views.lists import DueLine, draw_due_item
from app.casework.desk.views.papers import printed_answer
from app.core.permissions import Actor
from app.core.problems import SENTENCES
from app.core.quarters import Quarter
from app.platform.office.moves import can_move, may_move
from app.platform.people import queries as people
from app.platform.web.context import (
    MOST_OF_A_KIND,
    Found,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import (
    AtMost,
    Filled,
    Form,
    OfficeDate,
    TextLine,
    asked_id,
    asked_slice,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import needs_permission
from app.quality.capa import papers, service
from app.quality.capa.tasks import due_items
from app.services.complaints import queries, transitions
from app.services.complaints.masks import masker_of_quarter
from app.services.complaints.views.book import unjudged_papers
from app.services.complaints.words import CATEGORIES
from schema.database import Database, to_stored_value


class CapaForm(Form):
    source = SelectField("Sumber", choices=to_choices(service.SOURCES.items()))
    trouble = TextAreaField("Uraian masalah", [Filled("Tulis apa yang tidak sesuai."), AtMost(3000)])
    evidence = TextAreaField("Bukti", [AtMost(3000)])
    immediate = TextAreaField("Koreksi segera", [AtMost(3000)])


class LineForm(Form):
    number = TextLine("Tambah nomor pengaduan", [Filled("Isi nomor pengaduannya."), AtMost(40)])


class PlanForm(Form):
    why1 = TextLine("1. Mengapa terjadi?", [Filled(SENTENCES["one_cause"]), AtMost(3000)])
    why2 = TextLine("2. Mengapa begitu?", [AtMost(3000)])
    why3 = TextLine("3. Mengapa begitu?", [AtMost(3000)])
    why4 = TextLine("4. Mengapa begitu?", [AtMost(3000)])
    why5 = TextLine("5. Akar masalahnya", [AtMost(3000)])
    corrective = TextAreaField("Tindakan perbaikan", [Filled("Tulis tindakan perbaikannya."), AtMost(3000)])
    preventive = TextAreaField("Tindakan pencegahan", [AtMost(3000)])
    person = SelectField("Penanggung jawab", [Filled("Pilih penanggung jawabnya.")], choices=[], validate_choice=False)
    due_on = OfficeDate("Batas waktu", [Filled(SENTENCES["action_due"])], future=True)

    @property
    def whys(self) -> list[str]:
        return [str(self[f"why{n}"].data or "") for n in range(1, 6)]


class CheckForm(Form):
    effective = RadioField("Hasilnya", choices=to_choices((("1", "Efektif"), ("0", "Tidak efektif, diulang"))))
    note = TextAreaField("Cara dan yang dilihat", [Filled(SENTENCES["how_seen"]), AtMost(1000)])


class DoneForm(Form):
    note = TextAreaField("Yang dikerjakan", [Filled(SENTENCES["what_was_worked"]), AtMost(1000)])


pages = Blueprint("capa", __name__, url_prefix="/ltpp")
TABS = {"running": "Berjalan", "done": "Menunggu verifikasi", "effective": "Efektif", "": "Semua"}
KINDS = {"open": "wait", "done": "sent", "effective": "good", "again": "warn"}


@pages.post("/<int:capa_id>/cetak")
@needs_permission("complaint.view")
def print_report(capa_id: int) -> Response:
    return printed_answer(
        "capa",
        papers.capa_paper(current_db(), capa_id, current_actor().name, current_time()),
        f"capa/{capa_id}",
        f"ltpp-{capa_id}.pdf",
    )


@pages.get("")
@needs_permission("complaint.view")
def list_reports() -> ResponseReturnValue:
    tab = request.args.get("keadaan", "running")
    tab = tab if tab in TABS else "running"
    return show_page(
        "quality/capa/capas.html",
        part=asked_slice(service.report_rows(current_db(), tab)),
        tab=tab,
        tabs=TABS,
        **report_words(),
        limits=running_limits(),
    )


def running_limits() -> dict[int, DueLine]:
    """LTPP → what of it runs as *Jatuh tempo* says it, the nearest limit of each."""
    items = sorted(due_items(current_db(), current_actor(), current_time()), key=lambda item: item.deadline.due)
    return {item.values["capa_id"]: draw_due_item(item) for item in reversed(items)}


@pages.get("/baru")
@needs_permission("capa.open")
def new_report() -> ResponseReturnValue:
    line_id = asked_id("pengaduan")
    form = CapaForm(formdata=None)
    if line_id is not None:
        line = transitions.load_line(current_db(), line_id)
        form.source.data = "complaint"
        said = without_people(line.words, line.received_on, line_id)
        form.trouble.data = f"{CATEGORIES[line.category].label}: {said}"[:3000]
        form.evidence.data = f"Buku pengaduan nomor {line.number}"
    return show_page("quality/capa/capa_new.html", form=form, line_id=line_id)


def report_words() -> dict[str, Any]:
    names = people.person_names(current_db())
    return {"names": names, "states": service.STATES, "sources": service.SOURCES, "kinds": KINDS}


def without_people(words: str, received_on: str, line_id: int) -> str:
    """The visitor's words without names and numbers: an LTPP hangs, in parts, on the notice board."""
    mask = masker_of_quarter(current_db(), Quarter.of(date.fromisoformat(received_on)), to_stored_value(current_time()))
    return mask.text(words, line_id)


@pages.post("/baru")
@needs_permission("capa.open")
def open_report() -> ResponseReturnValue:
    form, line_id = CapaForm(), asked_id("pengaduan")
    return run_command(
        lambda: service.open_report(
            current_journal(),
            current_actor(),
            source=form.source.data,
            problem=form.trouble.data or "",
            now=current_time(),
            evidence=form.evidence.data or "",
            immediate=form.immediate.data or "",
            complaint_ids=[line_id] if line_id is not None else [],
        ),
        lambda _: show_page("quality/capa/capa_new.html", status=422, form=form, line_id=line_id),
        lambda made: redirect_to(url_for("capa.show_report", capa_id=made), "LTPP dibuka. Isi sebab dan tindakannya."),
        form=form,
    )


@pages.post("/<int:capa_id>/rencana")
@needs_permission("capa.work")
def save_plan(capa_id: int) -> ResponseReturnValue:
    form = plan_form()
    texts = form.corrective.data or "", form.preventive.data or "", form.person.data or ""
    plan = service.Plan(form.whys, *texts, cast(date, form.due_on.data))
    return change_report(capa_id, form, "Sebab dan tindakan disimpan.", service.plan_round, "plan_form_", plan=plan)


@pages.post("/<int:capa_id>/selesai")
@needs_permission("capa.work")
def complete_plan(capa_id: int) -> ResponseReturnValue:
    form, toast = DoneForm(), "Tindakan selesai. Orang lain memverifikasinya pada hari lain."
    return change_report(capa_id, form, toast, service.complete_round, "done_form", note=form.note.data or "")


@pages.post("/<int:capa_id>/verifikasi")
@needs_permission("capa.check")
def check(capa_id: int) -> ResponseReturnValue:
    form = CheckForm()
    said = {"effective": form.effective.data == "1", "note": form.note.data or ""}
    return change_report(capa_id, form, "Verifikasi dicatat.", service.verify_round, "check_form", **said)


@pages.post("/<int:capa_id>/baris")
@needs_permission("capa.open")
def add_line(capa_id: int) -> ResponseReturnValue:
    form = LineForm()
    return change_report(capa_id, form, "Baris ditambahkan.", service.add_line, "line_form", number=form.number.data)


def change_report(
    capa_id: int, form: Form, toast: str, command: Callable[..., Any], drawn: str = "", **values: Any
) -> ResponseReturnValue:
    """Run a command on a report and go back to it; a refused form comes back (`drawn`: its name on the page)."""
    return run_command(
        lambda: command(current_journal(), current_actor(), capa_id=capa_id, now=current_time(), **values),
        lambda _: show_report(capa_id, 422, form, **({drawn: form} if drawn else {})),
        url_for("capa.show_report", capa_id=capa_id),
        toast,
        form=form,
    )


def plan_form(**options_: Any) -> PlanForm:
    form = PlanForm(**options_)
    staff = service.responsible_people(current_db())
    form.person.choices = to_choices([("", "Pilih petugas"), *staff.items()])
    return form


def filled_plan_form(row: Any) -> PlanForm:
    if row is None:
        return plan_form(formdata=None)
    held = {f"why{n}": why for n, why in enumerate(json.loads(row.whys), start=1)}
    held |= {name: getattr(row, name) for name in ("corrective", "preventive", "person")}
    return plan_form(formdata=None, data=held | {"due_on": date.fromisoformat(row.due_on)})


def find_reports(db: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: LTPP by number, or by words of what does not conform."""
    return [name_report(row, text) for row in service.find_reports(db, text, MOST_OF_A_KIND)]


def name_report(row: service.Capa, text: str) -> Found:
    note = f"{service.STATES[row.state]}: {row.problem}"
    return Found(f"LTPP {row.number}", note, url_for("capa.show_report", capa_id=row.id), row.number == text.upper())


@pages.get("/<int:capa_id>")
@needs_permission("complaint.view")
def show_report(capa_id: int, status: int = 200, form: Form | None = None, **forms: Any) -> ResponseReturnValue:
    """Draw a report; refused forms keep what was typed."""
    found, rounds = service.load_report(current_db(), capa_id), service.report_rounds(current_db(), capa_id)
    present = next((row for row, _ in rounds if row.round == found.round), None)
    facts = service.report_facts(present, current_actor(), current_date())
    can = {
        name: may_move(current_actor(), move) and can_move(move, found.state, facts)
        for name, move in service.MOVES.items()
    }
    blank = {"line_form": LineForm(formdata=None), "check_form": CheckForm(formdata=None), "done_form": None}
    return show_page(
        "quality/capa/capa.html",
        status=status,
        report=found,
        limit=running_limits().get(capa_id),
        rounds=rounds,
        present=present,
        problem=form,
        plan_form=forms.get("plan_form_") or filled_plan_form(present if found.state == "open" else None),
        can_plan=can["plan"],
        replan=present is not None and found.state == "open",
        replan_open="plan_form_" in forms,
        earlier=service.earlier_plans(current_journal(), capa_id),
        can_complete=can["complete"],
        can_check=can["effective"],
        earliest=date.fromisoformat(present.done_on or present.due_on) if present else None,
        **report_words(),
        lines=queries.lines_by_id(current_db(), service.lines_of_report(current_db(), capa_id)),
        asked=unjudged_papers(f"capa/{capa_id}"),
        **(blank | forms),
    )

"""LTPP: reports of nonconformity, opened from a complaint or otherwise; causes, actions, completion, verification."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.lists import DueLine, draw_due_item
from app.casework.desk.views.papers import printed_answer
from app.core.permissions import Actor
from app.core.quarters import Quarter
from app.platform.office.moves import possible_moves
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import (
    MOST_OF_A_KIND,
    Found,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import asked_id, asked_slice, redirect_to, show_page
from app.platform.web.guard import needs_permission
from app.quality.capa import papers, service
from app.quality.capa.tasks import due_items
from app.services.complaints import queries, transitions
from app.services.complaints.masks import masker_of_quarter
from app.services.complaints.views.book import unjudged_papers
from app.services.complaints.words import CATEGORIES
from schema.database import Database, to_stored_value

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
def new_report(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    line_id = asked_id("pengaduan")
    if line_id is not None and refused.form is None:
        held = held_of_line(line_id)
    else:
        held = {}
    form = refused.form_for(service.open_report, **held)
    return show_page("quality/capa/capa_new.html", status=status, form=form, line_id=line_id)


def held_of_line(line_id: int) -> dict[str, Any]:
    """What a new report says of the complaint that it is opened from."""
    line = transitions.load_line(current_db(), line_id)
    said = without_people(line.words, line.received_on, line_id)
    problem = f"{CATEGORIES[line.category].label}: {said}"[:3000]
    return {"source": "complaint", "problem": problem, "evidence": f"Buku pengaduan nomor {line.number}"}


def report_words() -> dict[str, Any]:
    names = people.person_names(current_db())
    return {"names": names, "states": service.STATES, "sources": service.SOURCES, "kinds": KINDS}


def without_people(words: str, received_on: str, line_id: int) -> str:
    """The visitor's words without names and numbers: an LTPP hangs, in parts, on the notice board."""
    mask = masker_of_quarter(current_db(), Quarter.of(date.fromisoformat(received_on)), to_stored_value(current_time()))
    return mask.text(words, line_id)


def find_reports(db: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: LTPP by number, or by words of what does not conform."""
    return [name_report(row, text) for row in service.find_reports(db, text, MOST_OF_A_KIND)]


def name_report(row: service.Capa, text: str) -> Found:
    note = f"{service.STATES[row.state]}: {row.problem}"
    return Found(f"LTPP {row.number}", note, url_for("capa.show_report", capa_id=row.id), row.number == text.upper())


@pages.get("/<int:capa_id>")
@needs_permission("complaint.view")
def show_report(capa_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw a report; a refused form keeps what was typed."""
    found = service.load_report(current_db(), capa_id)
    rounds = service.report_rounds(current_db(), capa_id)
    present = next((row for row, _ in rounds if row.round == found.round), None)
    planned = present if found.state == "open" else None
    facts = service.report_facts(present, current_actor(), current_date())
    can = possible_moves(service.MOVES, current_actor(), found.state, facts)
    return show_page(
        "quality/capa/capa.html",
        status=status,
        report=found,
        limit=running_limits().get(capa_id),
        rounds=rounds,
        present=present,
        problem=refused.form,
        plan_form=refused.form_for(service.plan_round, planned),
        done_form=refused.form_for(service.complete_round),
        check_form=refused.form_for(service.verify_round),
        line_form=refused.form_for(service.add_line),
        can_plan=can["plan"],
        replan=planned is not None,
        replan_open=refused.command is service.plan_round,
        earlier=service.earlier_plans(current_journal(), capa_id),
        can_complete=can["complete"],
        can_check=can["effective"],
        earliest=service.earliest_check(present),
        **report_words(),
        lines=queries.lines_by_id(current_db(), service.lines_of_report(current_db(), capa_id)),
        asked=unjudged_papers(f"capa/{capa_id}"),
    )


def show_opened(capa_id: int) -> ResponseReturnValue:
    return redirect_to(url_for("capa.show_report", capa_id=capa_id), "LTPP dibuka. Isi sebab dan tindakannya.")


add_command(pages, "/baru", service.open_report, new_report, then=show_opened)
DONE = "Tindakan selesai. Orang lain memverifikasinya pada hari lain."
add_command(pages, "/<int:capa_id>/rencana", service.plan_round, show_report, "Sebab dan tindakan disimpan.")
add_command(pages, "/<int:capa_id>/selesai", service.complete_round, show_report, DONE)
add_command(pages, "/<int:capa_id>/verifikasi", service.verify_round, show_report, "Verifikasi dicatat.")
add_command(pages, "/<int:capa_id>/baris", service.add_line, show_report, "Baris ditambahkan.")

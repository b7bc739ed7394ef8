"""One line of the book: the visitor's own words, what the staff wrote beside them, clocks, class, route, identity."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.asked import questions_of
from app.core.permissions import may
from app.core.problems import SENTENCES
from app.platform.files.views.one_file import guarded_answer
from app.platform.office import queries as office
from app.platform.office.moves import can_move
from app.platform.people import access_log as people
from app.platform.people import queries as people_queries
from app.platform.web.commands import Command
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time, links_of
from app.platform.web.forms import redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from app.services.complaints import limits, papers, queries, service, transitions
from app.services.complaints.transitions import MOVES, line_subject
from app.services.complaints.views.book import Initials, fresh_code, keep_code, pages, unjudged_papers
from app.services.complaints.words import CATEGORIES, CHANNELS, COLUMNS, HANDLINGS, PAUSES, STATES, TYPES, WEIGHTS

WORDS = {
    "types": TYPES,
    "weights": WEIGHTS,
    "handlings": HANDLINGS,
    "categories": CATEGORIES,
    "pauses": PAUSES,
    "states": STATES,
    "channels": CHANNELS,
    "columns": COLUMNS,
}


@pages.get("/<int:complaint_id>")
@needs_permission("complaint.view")
def show_line(complaint_id: int) -> ResponseReturnValue:
    return draw_line(complaint_id)


@pages.post("/<int:complaint_id>/pengadu")
@needs_permission("complaint.identity")
def reveal_complainant(complaint_id: int) -> ResponseReturnValue:
    person = transitions.reveal_complainant(
        current_db(), current_actor(), complaint_id=complaint_id, now=current_time(), address=request.remote_addr or ""
    )
    return draw_line(complaint_id, person=person)


@pages.post("/<int:complaint_id>/pindaian/<int:scan_id>")
@needs_permission("complaint.scan")
def download_scan(complaint_id: int, scan_id: int) -> Response:
    """A picture of the handwritten page, as a file to keep or open. It may show a name: whoever looks is logged."""
    found = transitions.open_scan(
        current_db(),
        current_actor(),
        complaint_id=complaint_id,
        scan_id=scan_id,
        now=current_time(),
        address=request.remote_addr or "",
    )
    return guarded_answer(found.data, found.kind, f"pindaian-{complaint_id}-{scan_id}", keep=True)


def draw_line(complaint_id: int, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Draw a line; `more` carries what a refused form held, or the identity just revealed."""
    found = transitions.load_line(current_db(), complaint_id)
    written, names = (
        queries.staff_columns(current_db(), [complaint_id])[complaint_id],
        people_queries.person_names(current_db()),
    )
    running = queries.running_pause(current_db(), complaint_id)
    clean = transitions.readable_words(current_db(), current_actor(), [found], current_date())[found.id]
    own = (clean.words, clean.hope) if clean else (found.words, found.hope)
    stands = running is not None and running.from_on <= found.settle_due_on
    values: dict[str, Any] = {
        "line": found,
        "own": own,
        "whole": own == (found.words, found.hope),
        "written": written,
        "names": names,
        "hand": Initials(names).__getitem__,
        "running": running,
        "clocks": limits.line_clocks(current_db(), found, current_date(), stands),
        "sections": limits.section_names(current_db()),
        "in_use": {row.code: row.name for row in limits.list_sections(current_db())},
        "section": limits.find_section(current_db(), found.section),
        "village": limits.area_names(current_db()).get(found.area, ""),
        "services": {
            definition.id: definition.short_name
            for definition in office.services_in_force(current_db(), current_date())
        },
        "routes": queries.routes_of_line(current_db(), complaint_id),
        "stood": queries.pauses_of_line(current_db(), complaint_id),
        "related": queries.related_lines(current_db(), complaint_id),
        "scans": queries.scans_of_line(current_db(), complaint_id),
        "capas": queries.reports_of_line(current_db(), complaint_id),
        "person": None,
        "problem": None,
        "asides": queries.asides_of_line(current_db(), complaint_id),
        "codes": queries.reissued_codes(current_db(), complaint_id),
        "plain": lambda text: transitions.readable_text(current_db(), current_actor(), found, text, current_date()),
        "fresh": bool(fresh_code(complaint_id)),
        "typed": {},
        "deed": "",
        "can": allowed_acts(found, written),
        "sms": answer_sms(found, written),
        "words": WORDS,
        "links": line_links(complaint_id),
        "trail": identity_trail(complaint_id),
        "asked": unjudged_papers(f"complaint/{complaint_id}"),
    }
    return show_page("services/complaints/line.html", status=status, **(values | more))


def line_links(complaint_id: int) -> list[tuple[str, str]]:
    """Label and address of what the rooms above know a line to come from."""
    return links_of("complaint", current_db(), current_actor(), complaint_id)


def allowed_acts(found: Any, written: list[Any]) -> dict[str, Any]:
    """Which moves of the table this person may make now; `strike` holds the ids of what he may strike through."""
    db, actor, today = current_db(), current_actor(), current_date()
    roles, subject = transitions.roles_on(db, actor, found, today), line_subject(db, found)
    able = actor.profile.rights
    can: dict[str, Any] = {
        name: can_move(move, subject.state, subject.facts)
        and any(roles & able[permission] for permission in move.permissions)
        for name, move in MOVES.items()
    }
    standing = [column for column in written if can["strike"] and not column.struck_by]
    return can | {
        "tell": bool(roles & able["complaint.answer"]),
        "scan": transitions.can_open_scans(db, actor, found, today),
        "strike": {
            column.id
            for column in standing
            if transitions.can_strike(db, actor, found, column.name, column.actor, today)
        },
    }


def answer_sms(found: Any, written: list[Any]) -> str:
    last = next(
        (column for column in reversed(written) if column.name in ("answer", "first_answer") and not column.struck_by),
        None,
    )
    return papers.sms_text(current_db(), found, last.text) if last and found.first_due_on else ""


def identity_trail(complaint_id: int) -> list[tuple[Any, str]]:
    if not may(current_actor(), "complaint.identity"):
        return []
    looks = people.latest_looks(current_db(), f"complaint/{complaint_id}", limit=20)
    return [(at, name) for at, name, action in looks if action == "complaint.identity"]


def change_line(
    line_id: int, name: str, toast: str, command: Callable[..., Any], /, **values: Any
) -> ResponseReturnValue:
    """Run a command on a line and go back to it; a refused one comes back with the page (`name`: its form there)."""
    return run_command(
        lambda: command(current_journal(), current_actor(), now=current_time(), **values),
        lambda problem: draw_line(line_id, problem.status, problem=problem, typed=request.form, deed=name),
        url_for("complaints.show_line", complaint_id=line_id),
        toast,
    )


def satisfaction_text(satisfied: str, said: str) -> str:
    """`Tidak puas: masih menunggu`: the book keeps the verdict with what was said, not one of the two."""
    word = "Puas" if satisfied == "ya" else "Tidak puas"
    return f"{word}: {said.strip()}" if said.strip() else word


def form_text(name: str) -> str:
    return request.form.get(name, "")


class LineForm(NamedTuple):
    """A form on the page of a line: its address, its name there, what is said afterwards, and the command."""

    path: str
    name: str
    toast: str
    command: Command


FORMS = (
    LineForm("golongan", "class", "Golongan disimpan.", service.classify_line),
    LineForm("teruskan", "route", "Diteruskan ke seksi lain.", service.route_line),
    LineForm("jawaban-pertama", "first_answer", "Jawaban pertama dicatat.", service.write_first_answer),
    LineForm("tindak-lanjut", "follow", "Tindak lanjut dicatat.", service.write_follow_up),
    LineForm("jawaban", "answer", "Jawaban dicatat.", service.write_answer),
    LineForm("catatan", "note", "Catatan ditulis.", service.add_note),
    LineForm("jeda", "pause", "Hitungan dijeda.", service.pause_clock),
    LineForm("lanjutkan", "pause", "Hitungan berjalan lagi; batasnya bergeser.", service.resume_clock),
    LineForm("selesai", "close", "Pengaduan selesai.", service.close_line),
    LineForm("buka-kembali", "reopen", "Dibuka kembali.", service.reopen_line),
    LineForm("sisihkan", "aside", "Disisihkan; nomornya tetap di buku.", service.set_line_aside),
    LineForm("sisihan/periksa", "aside", "Pemeriksaan Anda dicatat.", service.confirm_aside),
    LineForm("sisihan/kembalikan", "aside", "Dihitung lagi sebagai pengaduan.", service.take_back_line),
    LineForm("terkait", "link", "Dihubungkan.", service.link_lines),
)


def line_view(form: LineForm) -> Callable[[int], ResponseReturnValue]:
    @needs_permission(*form.command.permissions)
    def view(complaint_id: int) -> ResponseReturnValue:
        values = {question.parameter: form_text(question.name) for question in questions_of(form.command.asks)}
        return change_line(complaint_id, form.name, form.toast, form.command, complaint_id=complaint_id, **values)

    return view


for one_form in FORMS:
    path = f"/<int:complaint_id>/{one_form.path}"
    pages.add_url_rule(path, one_form.command.name, line_view(one_form), methods=["POST"])


@pages.post("/<int:complaint_id>/kepuasan")
@needs_permission("complaint.answer")
def record_satisfaction(complaint_id: int) -> ResponseReturnValue:
    said = {"ya": True, "tidak": False}.get(form_text("satisfied"))
    return change_line(
        complaint_id,
        "satisfaction",
        "Kepuasan dicatat.",
        service.record_satisfaction,
        complaint_id=complaint_id,
        satisfied=said,
        text=satisfaction_text(form_text("satisfied"), form_text("text")),
    )


@pages.post("/<int:complaint_id>/coret/<int:column_id>")
@needs_permission("complaint.write")
def strike_column(complaint_id: int, column_id: int) -> ResponseReturnValue:
    return change_line(
        complaint_id,
        f"strike-{column_id}",
        "Dicoret dan diparaf.",
        service.strike_column,
        column_id=column_id,
        reason=form_text("reason"),
    )


@pages.post("/<int:complaint_id>/kode-baru")
@needs_permission("complaint.slip")
def issue_code(complaint_id: int) -> ResponseReturnValue:
    def show_code(code: str) -> ResponseReturnValue:
        keep_code(complaint_id, code)
        where = url_for("complaints.show_receipt", complaint_id=complaint_id)
        return redirect_to(where, "Kode baru dibuat; kode lama berakhir.")

    typed: dict[str, Any] = {"reason": form_text("reason"), "second_word": form_text("word"), "now": current_time()}
    return run_command(
        lambda: service.issue_code(current_journal(), current_actor(), complaint_id=complaint_id, **typed),
        lambda problem: draw_line(complaint_id, problem.status, problem=problem, typed=request.form, deed="code"),
        show_code,
    )


@pages.post("/<int:complaint_id>/pindaian")
@needs_permission("complaint.write")
def attach_scan(complaint_id: int) -> ResponseReturnValue:
    upload = request.files.get("scan")
    data = upload.read(service.SCAN_LIMIT + 1) if upload else b""
    return change_line(
        complaint_id, "scan", SENTENCES["scan_attached"], service.attach_scan, complaint_id=complaint_id, data=data
    )

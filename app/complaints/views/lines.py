"""One line of the book: the visitor's own words, what the staff wrote beside them, clocks, class, route, identity."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.capa import service as capa_service
from app.complaints import asides, limits, papers, queries, rights, service, slip_codes
from app.complaints.rights import can_act_on
from app.complaints.views.book import current_codes, full_number, pages, unjudged_papers, writer_initials
from app.complaints.words import CATEGORIES, CHANNELS, COLUMNS, HANDLINGS, PAUSES, STATES, TYPES, WEIGHTS
from app.core.permissions import may
from app.core.problems import Problem
from app.office import queries as office
from app.people import access_log as people
from app.people import queries as people_queries
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.guard import needs_permission
from app.web.pages import redirect_to, show_page

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
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}


@pages.get("/<int:complaint_id>")
@needs_permission("complaint.view")
def show_line(complaint_id: int) -> ResponseReturnValue:
    return draw_line(complaint_id)


@pages.post("/<int:complaint_id>/pengadu")
@needs_permission("complaint.identity")
def reveal_complainant(complaint_id: int) -> ResponseReturnValue:
    person = rights.reveal_complainant(
        current_db(), current_actor(), complaint_id=complaint_id, now=current_time(), address=request.remote_addr or ""
    )
    return draw_line(complaint_id, person=person)


@pages.post("/<int:complaint_id>/pindaian/<int:scan_id>")
@needs_permission("complaint.scan")
def download_scan(complaint_id: int, scan_id: int) -> Response:
    """A picture of the handwritten page, as a file to keep or open. It may show a name: whoever looks is logged."""
    found = rights.open_scan(
        current_db(),
        current_actor(),
        complaint_id=complaint_id,
        scan_id=scan_id,
        now=current_time(),
        address=request.remote_addr or "",
    )
    answer = Response(found.data, content_type=found.kind)
    name = f"pindaian-{complaint_id}-{scan_id}.{EXTENSIONS[found.kind]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def draw_line(complaint_id: int, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Draw a line; `more` carries what a refused form held, or the identity just revealed."""
    found = rights.load_line(current_db(), complaint_id)
    written, names = (
        queries.staff_columns(current_db(), [complaint_id])[complaint_id],
        people_queries.person_names(current_db()),
    )
    running = service.running_pause(current_db(), complaint_id)
    clean = rights.readable_words(current_db(), current_actor(), [found], current_date())[found.id]
    own = (clean.words, clean.hope) if clean else (found.words, found.hope)
    stands = running is not None and running.from_on <= found.settle_due_on
    values: dict[str, Any] = {
        "line": found,
        "own": own,
        "whole": own == (found.words, found.hope),
        "written": written,
        "names": names,
        "hand": lambda username: writer_initials(username, names),
        "running": running,
        "clocks": limits.line_clocks(current_db(), found, current_date(), stands),
        "sections": limits.section_names(current_db()),
        "in_use": {row.code: row.name for row in limits.active_sections(current_db())},
        "section": limits.find_section(current_db(), found.section),
        "village": limits.area_names(current_db()).get(found.area, ""),
        "services": {one.id: one.short_name for one in office.services_in_force(current_db(), current_date())},
        "routes": queries.routes_of_line(current_db(), complaint_id),
        "stood": queries.pauses_of_line(current_db(), complaint_id),
        "related": queries.related_lines(current_db(), complaint_id),
        "scans": queries.scans_of_line(current_db(), complaint_id),
        "capas": capa_service.reports_of_line(current_db(), complaint_id),
        "person": None,
        "problem": None,
        "asides": asides.asides_of_line(current_db(), complaint_id),
        "codes": slip_codes.reissued_codes(current_db(), complaint_id),
        "plain": lambda text: rights.readable_text(current_db(), current_actor(), found, text, current_date()),
        "fresh": bool(current_codes().get(complaint_id, current_actor().username, current_time())),
        "typed": {},
        "deed": "",
        "can": allowed_acts(found, written),
        "sms": answer_sms(found, written),
        "words": WORDS,
        "trail": identity_trail(complaint_id),
        "asked": unjudged_papers(f"complaint/{complaint_id}"),
    }
    return show_page("complaints/line.html", status=status, **(values | more))


def allowed_acts(found: Any, written: list[queries.Column]) -> dict[str, Any]:
    """Which deeds the state of a line allows this person; `strike` holds the ids of what he may strike through."""
    standing = {one.name for one in written if not one.struck_by}
    runs = found.state != "closed" and not found.aside

    def may_here(permission: str) -> bool:
        return can_act_on(current_db(), current_actor(), found, f"complaint.{permission}", current_date())

    return {
        "note": may_here("write"),
        "first_answer": runs and bool(found.first_due_on) and not found.first_answer_on and may_here("answer"),
        "follow": runs and may_here("follow"),
        "answer": runs and "follow_up" in standing and may_here("answer"),
        "satisfaction": bool(found.answered_on) and may_here("answer"),
        "close": runs and can_close(found, standing) and may_here("close"),
        "tell": may_here("answer"),
        "reopen": found.state == "closed" and may_here("class"),
        "pause": runs and may_here("follow"),
        "strike": {one.id for one in written if runs and not one.struck_by and can_strike(found, one)},
        "class": runs and may_here("class"),
        "link": may_here("class"),
        "route": runs and may_here("route"),
        "scan": rights.can_open_scans(current_db(), current_actor(), found, current_date()),
        "slip": found.channel != "box" and may_here("slip"),
        "aside": runs and may_here("aside"),
        "take_back": bool(found.aside) and may_here("take_back"),
        "check_aside": bool(found.aside) and may_here("aside_check"),
    }


def can_strike(found: Any, one: queries.Column) -> bool:
    return service.can_strike(current_db(), current_actor(), found, one.name, one.actor, current_date())


def can_close(found: Any, standing: Set[str]) -> bool:
    return "follow_up" in standing and (not found.first_due_on or "answer" in standing)


def answer_sms(found: Any, written: list[queries.Column]) -> str:
    last = next(
        (one for one in reversed(written) if one.name in ("answer", "first_answer") and not one.struck_by),
        None,
    )
    return papers.sms_text(current_db(), found, last.text) if last and found.first_due_on else ""


def identity_trail(complaint_id: int) -> list[tuple[Any, str]]:
    if not may(current_actor(), "complaint.identity"):
        return []
    seen = people.access_lines(current_db(), subject=f"complaint/{complaint_id}", limit=20)
    return [(one.at, one.name) for _, one in seen if one.action == "complaint.identity"]


def line_address(complaint_id: int) -> str:
    return url_for("complaints.show_line", complaint_id=complaint_id)


MENDABLE = (409, 422)


def run_line_command(
    line_id: int, deed: str, toast: str, command: Callable[..., Any], /, **values: Any
) -> ResponseReturnValue:
    """Run a command on a line and go back to it; what can be mended comes back with the page and everything typed."""
    try:
        command(current_journal(), current_actor(), now=current_time(), **values)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return draw_line(line_id, problem.status, problem=problem, typed=request.form, deed=deed)
    return redirect_to(line_address(line_id), toast)


def satisfaction_text(satisfied: str, said: str) -> str:
    """`Tidak puas: masih menunggu`: the book keeps the verdict with what was said, not one of the two."""
    word = "Puas" if satisfied == "ya" else "Tidak puas"
    return f"{word}: {said.strip()}" if said.strip() else word


def form_text(name: str) -> str:
    return request.form.get(name, "")


@pages.post("/<int:complaint_id>/golongan")
@needs_permission("complaint.class")
def classify_line(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "class",
        "Golongan disimpan.",
        service.classify_line,
        complaint_id=complaint_id,
        type_=form_text("type"),
        category=form_text("category"),
        weight=form_text("weight"),
        handling=form_text("handling"),
    )


@pages.post("/<int:complaint_id>/teruskan")
@needs_permission("complaint.route")
def route_line(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "route",
        "Diteruskan ke seksi lain.",
        service.route_line,
        complaint_id=complaint_id,
        section=form_text("section"),
        reason=form_text("reason"),
    )


@pages.post("/<int:complaint_id>/jawaban-pertama")
@needs_permission("complaint.answer")
def write_first_answer(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "first_answer",
        "Jawaban pertama dicatat.",
        service.write_first_answer,
        complaint_id=complaint_id,
        text=form_text("text"),
    )


@pages.post("/<int:complaint_id>/tindak-lanjut")
@needs_permission("complaint.follow")
def write_follow_up(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "follow",
        "Tindak lanjut dicatat.",
        service.write_follow_up,
        complaint_id=complaint_id,
        text=form_text("text"),
    )


@pages.post("/<int:complaint_id>/jawaban")
@needs_permission("complaint.answer")
def write_answer(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "answer",
        "Jawaban dicatat.",
        service.write_answer,
        complaint_id=complaint_id,
        text=form_text("text"),
    )


@pages.post("/<int:complaint_id>/kepuasan")
@needs_permission("complaint.answer")
def record_satisfaction(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "satisfaction",
        "Kepuasan dicatat.",
        service.record_satisfaction,
        complaint_id=complaint_id,
        satisfied=form_text("satisfied") == "ya",
        text=satisfaction_text(form_text("satisfied"), form_text("text")),
    )


@pages.post("/<int:complaint_id>/catatan")
@needs_permission("complaint.write")
def add_note(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id, "note", "Catatan ditulis.", service.add_note, complaint_id=complaint_id, text=form_text("text")
    )


@pages.post("/<int:complaint_id>/coret/<int:column_id>")
@needs_permission("complaint.write")
def strike_column(complaint_id: int, column_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        f"strike-{column_id}",
        "Dicoret dan diparaf.",
        service.strike_column,
        column_id=column_id,
        reason=form_text("reason"),
    )


@pages.post("/<int:complaint_id>/jeda")
@needs_permission("complaint.follow")
def pause_clock(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "pause",
        "Hitungan dijeda.",
        service.pause_clock,
        complaint_id=complaint_id,
        reason=form_text("reason"),
        text=form_text("text"),
    )


@pages.post("/<int:complaint_id>/lanjutkan")
@needs_permission("complaint.follow")
def resume_clock(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "pause",
        "Hitungan berjalan lagi; batasnya bergeser.",
        service.resume_clock,
        complaint_id=complaint_id,
    )


@pages.post("/<int:complaint_id>/selesai")
@needs_permission("complaint.close")
def close_line(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(complaint_id, "close", "Pengaduan selesai.", service.close_line, complaint_id=complaint_id)


@pages.post("/<int:complaint_id>/buka-kembali")
@needs_permission("complaint.class")
def reopen_line(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "reopen",
        "Dibuka kembali.",
        service.reopen_line,
        complaint_id=complaint_id,
        reason=form_text("reason"),
    )


@pages.post("/<int:complaint_id>/sisihkan")
@needs_permission("complaint.aside")
def set_line_aside(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "aside",
        "Disisihkan; nomornya tetap di buku.",
        asides.set_line_aside,
        complaint_id=complaint_id,
        reason=form_text("reason"),
    )


@pages.post("/<int:complaint_id>/sisihan/periksa")
@needs_permission("complaint.aside_check")
def confirm_aside(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id, "aside", "Pemeriksaan Anda dicatat.", asides.confirm_aside, complaint_id=complaint_id
    )


@pages.post("/<int:complaint_id>/sisihan/kembalikan")
@needs_permission("complaint.take_back")
def take_back_line(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "aside",
        "Dihitung lagi sebagai pengaduan.",
        asides.take_back_line,
        complaint_id=complaint_id,
        reason=form_text("reason"),
    )


@pages.post("/<int:complaint_id>/kode-baru")
@needs_permission("complaint.slip")
def issue_code(complaint_id: int) -> ResponseReturnValue:
    try:
        code = slip_codes.issue_code(
            current_journal(),
            current_actor(),
            complaint_id=complaint_id,
            reason=form_text("reason"),
            second_word=form_text("word"),
            now=current_time(),
        )
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        return draw_line(complaint_id, problem.status, problem=problem, typed=request.form, deed="code")
    current_codes().put(complaint_id, code, current_actor().username, current_time())
    return redirect_to(
        url_for("complaints.show_receipt", complaint_id=complaint_id), "Kode baru dibuat; kode lama berakhir."
    )


@pages.post("/<int:complaint_id>/terkait")
@needs_permission("complaint.class")
def link_lines(complaint_id: int) -> ResponseReturnValue:
    return run_line_command(
        complaint_id,
        "link",
        "Dihubungkan.",
        service.link_lines,
        complaint_id=complaint_id,
        number=full_number(form_text("number"), current_time().year),
    )


@pages.post("/<int:complaint_id>/pindaian")
@needs_permission("complaint.write")
def attach_scan(complaint_id: int) -> ResponseReturnValue:
    upload = request.files.get("scan")
    data = upload.read(service.SCAN_LIMIT + 1) if upload else b""
    return run_line_command(
        complaint_id, "scan", "Pindaian dilampirkan.", service.attach_scan, complaint_id=complaint_id, data=data
    )

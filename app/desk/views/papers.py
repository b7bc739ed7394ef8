"""Printing: one page for each paper of a case, the POST that makes it, and the question whether it came out right."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import SENTENCES, Problem
from app.desk import drafts, papers, queries, service
from app.desk.opening import get_case
from app.desk.papers import CASE_PAPERS
from app.office import queries as office
from app.office import settings
from app.people import access_log as people
from app.printing.data import common as shapes
from app.printing.papers import PAPERS, render_paper
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import redirect_to, run_command, show_page
from app.web.guard import needs_permission

pages = Blueprint("papers", __name__, url_prefix="/berkas/<int:case_id>/kertas/<name>")


@pages.get("")
@needs_permission("paper.print")
def show_paper(case_id: int, name: str) -> ResponseReturnValue:
    paper = paper_named(name)
    case = get_case(current_db(), current_actor(), case_id)
    if name not in papers.ready_papers(current_db(), case):
        raise Problem.of(
            "conflict",
            why="Berkas ini belum sampai pada kertas itu. Buka berkasnya untuk melihat keadaannya.",
        )
    check_offered(case, name)
    done_ = next((one for one in service.paper_prints(current_db(), f"case/{case_id}") if one.paper == paper), None)
    return show_page(
        "desk/paper.html",
        case=case,
        name=name,
        paper=PAPERS[paper],
        printed=done_,
        copy=service.next_copy_number(current_db(), f"case/{case_id}", paper),
    )


@pages.post("/cetak")
@needs_permission("paper.print")
def print_paper(case_id: int, name: str) -> ResponseReturnValue:
    """Make the PDF and write down that it was printed."""
    case = get_case(current_db(), current_actor(), case_id)
    paper = paper_named(name)
    if name in papers.WHOLE_NUMBERS:
        check_offered(case, name)
        log_whole_numbers(case_id)
    data = papers.case_paper(current_db(), case, paper, current_actor(), current_time())
    return printed_answer(paper, data, f"case/{case_id}", f"{name}-{case_id}.pdf")


def check_offered(case: Any, name: str) -> None:
    if name not in papers.offered_papers(current_db(), case, current_actor()):
        raise Problem.of("forbidden")


def log_whole_numbers(case_id: int) -> None:
    """Printing the whole NIK is logged like looking at it."""
    actor = current_actor()
    people.log_access(
        current_db(),
        at=current_time(),
        person_id=actor.person_id,
        action="case.reveal",
        subject=f"case/{case_id}",
        address=request.remote_addr or "",
    )


@pages.post("/hasil")
@needs_permission("paper.print")
def judge_paper(case_id: int, name: str) -> ResponseReturnValue:
    """Whether the paper came out right; a wrong one does not count."""
    get_case(current_db(), current_actor(), case_id)
    paper = paper_named(name)
    if not any(one.paper == paper for one in service.paper_prints(current_db(), f"case/{case_id}")):
        return redirect_to(
            url_for("papers.show_paper", case_id=case_id, name=name), "Cetak dulu, baru jawab pertanyaannya."
        )
    right = request.form.get("jawaban") == "ya"
    service.judge_print(
        current_journal(), current_actor(), subject=f"case/{case_id}", paper=paper, came_out=right, now=current_time()
    )
    if right:
        return redirect_to(url_for("cases.show_case", case_id=case_id), SENTENCES["print_right"])
    return redirect_to(url_for("papers.show_paper", case_id=case_id, name=name), SENTENCES["print_again"])


def paper_named(name: str) -> str:
    if name not in CASE_PAPERS:
        raise Problem.of("not_found", what="Kertas itu")
    return CASE_PAPERS[name]


def printed_answer(paper: str, data: shapes.Paper, subject: str, file_name: str, size: str = "") -> Response:
    """A PDF that opens with the print dialogue, recorded as printed. A second print says SALINAN.

    `size` is one of the paper's; empty is what the office has chosen, where the paper knows it.
    """
    sizes = PAPERS[paper].sizes
    wanted = size or settings.get_setting(current_db(), "paper.slip" if "80mm" in sizes else "paper.size")
    size = wanted if wanted in sizes else sizes[0]
    copy = service.next_copy_number(current_db(), subject, paper)
    pdf = render_paper(paper, data, size=size, copy=copy > 1, dialogue=True)
    counted = service.record_print(current_journal(), current_actor(), subject=subject, paper=paper, now=current_time())
    if (counted > 1) != (copy > 1):  # somebody printed the same paper in between
        pdf = render_paper(paper, data, size=size, copy=counted > 1, dialogue=True)
    answer = Response(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    return answer


board_pages = Blueprint("ready_codes", __name__, url_prefix="/papan/siap")


@board_pages.get("")
@needs_permission("case.list")
def show_ready_codes() -> ResponseReturnValue:
    lists = [
        (one, papers.ready_codes_of(current_db(), one.id))
        for one in office.services_in_force(current_db(), current_date())
    ]
    return show_page("desk/board.html", lists=lists)


@board_pages.post("/cetak")
@needs_permission("paper.print")
def print_ready_codes() -> Response:
    data = papers.ready_codes_paper(current_db(), current_actor(), request.form.get("layanan", ""), current_time())
    service = request.form["layanan"]
    return printed_answer(
        "ready_codes", data, papers.board_subject(service, data.on, data.codes), f"siap-{data.on}.pdf"
    )


reserved_pages = Blueprint("reserved", __name__, url_prefix="/permohonan/formulir")


@reserved_pages.get("")
@needs_permission("form.reserve")
def show_forms() -> ResponseReturnValue:
    """Reserve numbers, print the sheets, see which are still out."""
    return draw_forms()


@reserved_pages.post("")
@needs_permission("form.reserve")
def reserve_forms() -> ResponseReturnValue:
    count = request.form.get("count", "").strip()
    return run_command(
        lambda: service.reserve_forms(
            current_journal(),
            current_actor(),
            service=request.form.get("layanan", ""),
            area=request.form.get("area", ""),
            count=int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0,
            now=current_time(),
        ),
        lambda problem: draw_forms(problem.status, problem),
        lambda codes: redirect_to(url_for("reserved.show_forms_batch", code=codes[0]), f"{len(codes)} nomor disimpan."),
    )


@reserved_pages.get("/<code>")
@needs_permission("form.reserve")
def show_forms_batch(code: str) -> ResponseReturnValue:
    """One set of reserved forms: print it, say whether it came out."""
    found = queries.reserved_batch(current_db(), current_actor(), code)
    subject = f"forms/{found[0].code}"
    return show_page(
        "desk/forms_batch.html",
        forms=found,
        code=code,
        villages=office.village_names(current_db()),
        printed=next(iter(service.paper_prints(current_db(), subject)), None),
        copy=service.next_copy_number(current_db(), subject, "blank_form"),
    )


@reserved_pages.post("/<code>/cetak")
@needs_permission("form.reserve")
def print_forms(code: str) -> ResponseReturnValue:
    found = queries.reserved_batch(current_db(), current_actor(), code)
    definition = office.current_definition(current_db(), found[0].service, current_date())
    data = papers.blank_form(current_db(), definition, found, current_actor(), current_time())
    return printed_answer("blank_form", data, f"forms/{found[0].code}", "formulir-kosong.pdf")


@reserved_pages.post("/<code>/hasil")
@needs_permission("form.reserve")
def judge_forms(code: str) -> ResponseReturnValue:
    found = queries.reserved_batch(current_db(), current_actor(), code)
    right = request.form.get("jawaban") == "ya"
    service.judge_print(
        current_journal(),
        current_actor(),
        subject=f"forms/{found[0].code}",
        paper="blank_form",
        came_out=right,
        now=current_time(),
    )
    return redirect_to(
        url_for("reserved.show_forms") if right else url_for("reserved.show_forms_batch", code=code),
        "Lembar keluar dengan benar." if right else SENTENCES["print_again"],
    )


@reserved_pages.get("/isi")
@needs_permission("form.enter")
def show_enter() -> ResponseReturnValue:
    """Scan or type the number of a filled form; the search box leads here with the number it was given."""
    return show_page("desk/enter.html", problem=None, typed=request.args.get("kode", "")[:64])


@reserved_pages.post("/isi")
@needs_permission("form.enter")
def begin_reserved() -> ResponseReturnValue:
    """Begin (or go on with) the draft of that form; its number and code stay those of the paper."""
    typed = request.form.get("kode", "")
    try:
        found = queries.find_reserved_form(current_db(), typed)
    except Problem as problem:
        return show_page("desk/enter.html", status=problem.status, problem=problem, typed=typed[:64])
    if found.case_id is not None:
        return redirect_to(url_for("cases.show_case", case_id=found.case_id), "Formulir ini sudah didaftarkan.")
    definition = office.current_definition(current_db(), found.service, current_date())
    area = {one.id: found.area for one in definition.fields if one.role == "area" and found.area}
    draft_id = drafts.resume_draft(
        current_db(), current_actor(), service=found.service, now=current_time(), fields=area, form_code=found.code
    )
    return redirect(url_for("form.show_draft", draft_id=draft_id), 303)


def draw_forms(status: int = 200, problem: Problem | None = None) -> ResponseReturnValue:
    return show_page(
        "desk/forms.html",
        status=status,
        services=office.services_in_force(current_db(), current_date()),
        problem=problem,
        typed=request.form,
        villages=office.village_names(current_db()),
        actor=current_actor(),
        waiting=queries.unused_forms(current_db(), current_actor()),
    )

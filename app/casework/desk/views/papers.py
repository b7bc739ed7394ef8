"""Printing: one page for each paper of a case, the POST that makes it, and the question whether it came out right."""

import re
from collections.abc import Callable

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk import drafts, form_papers, papers, queries, service
from app.casework.desk.citizen import case_panel
from app.casework.desk.findings import NO_RULES
from app.casework.desk.opening import check_may_register, services_open_to
from app.casework.desk.papers import CASE_PAPERS
from app.casework.desk.views.case_page import find_case, next_act_address
from app.core.permissions import may, permission_problem
from app.core.problems import SENTENCES, Problem
from app.platform.files.queries import FileBytes
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.printing.data import common as shapes
from app.platform.printing.data.cases import BlankForm
from app.platform.printing.papers import PAPERS, content_digest, render_paper
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    service_rules,
)
from app.platform.web.forms import asked_slice, redirect_to, show_page, tell_in_place
from app.platform.web.guard import needs_permission, record_access

pages = Blueprint("papers", __name__, url_prefix="/berkas/<int:case_id>/kertas/<name>")


def file_answer(content: bytes, kind: str, file_name: str, how: str = "attachment") -> Response:
    """A file as an answer. The name carries numbers of files and letters, never a NIK; a header holds plain letters."""
    safe = re.sub("[^A-Za-z0-9.-]", "-", file_name)
    return Response(content, content_type=kind, headers={"Content-Disposition": f'{how}; filename="{safe}"'})


def printed_answer(paper: str, data: shapes.Paper, subject: str, file_name: str, size: str = "") -> Response:
    """A PDF that opens with the print dialogue, recorded as printed. The same content once more says SALINAN, a draft
    always DRAF.

    `size` is one of the paper's; empty is what the office has chosen, where the paper knows it.
    """
    sizes = PAPERS[paper].sizes
    setting = "paper.size"
    if "80mm" in sizes:
        setting = "paper.slip"
    wanted = size or settings.get_setting(current_db(), setting)
    if wanted in sizes:
        size = wanted
    else:
        size = sizes[0]
    content = content_digest(data)
    copy = service.next_copy_number(current_db(), subject, paper, content)
    pdf = render_paper(paper, data, size=size, copy=copy > 1, dialogue=True)
    counted = service.record_print(
        current_journal(), current_actor(), subject=subject, paper=paper, content=content, now=current_time()
    )
    if (counted > 1) != (copy > 1):  # somebody printed the same paper in between
        pdf = render_paper(paper, data, size=size, copy=counted > 1, dialogue=True)
    return file_answer(pdf, "application/pdf", file_name, "inline")


def signed_answer(kept: FileBytes, paper: str, subject: str, file_name: str) -> Response:
    """A paper that came back with its electronic signature: that file, byte by byte, recorded as printed."""
    service.record_print(current_journal(), current_actor(), subject=subject, paper=paper, now=current_time())
    return file_answer(kept.content, kept.kind, file_name, "inline")


def judge_answer(
    subject: str, paper: str, page: str, go_on: Callable[[], ResponseReturnValue] | None = None
) -> ResponseReturnValue:
    """Write whether a paper came out right: told on its page, unless this person goes on elsewhere. A wrong one does
    not count and is printed once more there."""
    answer = request.form.get("jawaban", "")
    if answer not in ("ya", "tidak"):
        raise Problem.of("invalid", {"jawaban": SENTENCES["choose_one"]})
    right = answer == "ya"
    now = current_time()
    service.judge_print(current_journal(), current_actor(), subject=subject, paper=paper, came_out=right, now=now)
    if not right:
        return redirect_to(page, SENTENCES["print_again"])
    if go_on:
        return go_on()
    return tell_in_place(SENTENCES["print_right"], otherwise=page)


def paper_named(name: str) -> str:
    if name not in CASE_PAPERS:
        raise Problem.of("not_found", what="Kertas itu")
    return CASE_PAPERS[name]


@pages.get("")
@needs_permission("paper.print")
def show_paper(case_id: int, name: str) -> ResponseReturnValue:
    paper = paper_named(name)
    subject = f"case/{case_id}"
    case, definition = find_case(case_id)
    way = queries.case_events(current_db(), case_id)
    if name not in papers.ready_papers(definition, case, way):
        why = "Berkas ini belum sampai pada kertas itu. Buka berkasnya untuk melihat keadaannya."
        raise Problem.of("conflict", why=why)
    if name not in papers.offered_papers(definition, case, current_actor(), way):
        raise permission_problem(current_actor(), "case.reveal")
    data = papers.case_paper(current_db(), case, paper, current_actor(), current_time())
    waits = service_rules(case.service, NO_RULES).words_to_wait(current_db(), case, current_date())
    return show_page(
        "casework/desk/paper.html",
        case=case,
        panel=case_panel(current_db(), case, current_date(), waits),
        name=name,
        paper=PAPERS[paper],
        printed=service.find_print(current_db(), subject, paper),
        copy=service.next_copy_number(current_db(), subject, paper, content_digest(data)),
    )


@pages.post("/cetak")
@needs_permission("paper.print")
def print_paper(case_id: int, name: str) -> ResponseReturnValue:
    """Make the PDF and write down that it was printed; printing whole numbers is logged like looking at them."""
    paper = paper_named(name)
    case, definition = find_case(case_id)
    if name in papers.WHOLE_NUMBERS:
        if name not in papers.offered_papers(definition, case, current_actor(), ()):
            raise permission_problem(current_actor(), "case.reveal")
        record_access("case.reveal", f"case/{case_id}")
    data = papers.case_paper(current_db(), case, paper, current_actor(), current_time())
    return printed_answer(paper, data, f"case/{case_id}", f"{name}-{case_id}.pdf")


@pages.post("/hasil")
@needs_permission("paper.print")
def judge_paper(case_id: int, name: str) -> ResponseReturnValue:
    find_case(case_id)
    paper = paper_named(name)
    page = url_for("papers.show_paper", case_id=case_id, name=name)
    if service.find_print(current_db(), f"case/{case_id}", paper) is None:
        return redirect_to(page, "Cetak dulu, baru jawab pertanyaannya.")
    return judge_answer(f"case/{case_id}", paper, page, lambda: after_paper(case_id, name))


def after_paper(case_id: int, name: str) -> ResponseReturnValue:
    """The receipt leads to the next act with the file, where this person has one; else the page says where to go on."""
    file_page = url_for("cases.show_case", case_id=case_id)
    act = next_act_address(case_id)
    if name == "tanda-terima" and act != file_page:
        return redirect_to(act, SENTENCES["print_right"])
    if may(current_actor(), "case.open"):
        begin = [("Permohonan berikutnya", url_for("form.start_application"))]
    else:
        begin = []
    return tell_in_place(SENTENCES["print_right"], *begin, ("Ke berkas", file_page), otherwise=file_page)


board_pages = Blueprint("ready_codes", __name__, url_prefix="/papan/siap")


@board_pages.get("")
@needs_permission("case.list")
def show_ready_codes() -> ResponseReturnValue:
    lists = [
        (definition, papers.ready_codes_of(current_db(), definition.id))
        for definition in office.services_in_force(current_db(), current_date())
        if papers.fetching_step(definition)
    ]
    return show_page("casework/desk/board.html", lists=lists)


@board_pages.post("/cetak")
@needs_permission("paper.print")
def print_ready_codes() -> Response:
    data = papers.ready_codes_paper(current_db(), current_actor(), request.form.get("layanan", ""), current_time())
    service = request.form["layanan"]
    return printed_answer(
        "ready_codes", data, papers.board_subject(service, data.on, data.codes), f"siap-{data.on}.pdf"
    )


reserved_pages = Blueprint("reserved", __name__, url_prefix="/permohonan/formulir")


@reserved_pages.get("/<code>")
@needs_permission("form.reserve")
def show_forms_batch(code: str) -> ResponseReturnValue:
    """One set of reserved forms: print it, say whether it came out."""
    found = queries.reserved_batch(current_db(), current_actor(), code)
    subject = f"forms/{found[0].code}"
    data = forms_paper(code)
    return show_page(
        "casework/desk/forms_batch.html",
        forms=found,
        code=code,
        villages=office.village_names(current_db()),
        printed=next(iter(service.paper_prints(current_db(), subject)), None),
        copy=service.next_copy_number(current_db(), subject, "blank_form", content_digest(data)),
    )


@reserved_pages.post("/<code>/cetak")
@needs_permission("form.reserve")
def print_forms(code: str) -> ResponseReturnValue:
    found = queries.reserved_batch(current_db(), current_actor(), code)
    return printed_answer("blank_form", forms_paper(code), f"forms/{found[0].code}", "formulir-kosong.pdf")


def forms_paper(code: str) -> BlankForm:
    found = queries.reserved_batch(current_db(), current_actor(), code)
    definition = office.current_definition(current_db(), found[0].service, current_date())
    return form_papers.blank_form(current_db(), definition, found, current_actor(), current_time())


@reserved_pages.post("/<code>/hasil")
@needs_permission("form.reserve")
def judge_forms(code: str) -> ResponseReturnValue:
    found = queries.reserved_batch(current_db(), current_actor(), code)
    again = url_for("reserved.show_forms_batch", code=code)
    then = url_for("reserved.show_forms")
    return judge_answer(
        f"forms/{found[0].code}", "blank_form", again, lambda: redirect_to(then, "Lembar keluar dengan benar.")
    )


@reserved_pages.get("/isi")
@needs_permission("form.enter")
def show_enter() -> ResponseReturnValue:
    """Scan or type the number of a filled form; the search box leads here with the number it was given."""
    return show_page("casework/desk/enter.html", problem=None, typed=request.args.get("kode", "")[:64])


@reserved_pages.post("/isi")
@needs_permission("form.enter")
def begin_reserved() -> ResponseReturnValue:
    """Begin (or go on with) the draft of that form; its number and code stay those of the paper."""
    typed = request.form.get("kode", "")
    try:
        found = queries.find_reserved_form(current_db(), typed)
    except Problem as problem:
        return show_page("casework/desk/enter.html", status=problem.status, problem=problem, typed=typed[:64])
    if found.case_id is not None:
        return redirect_to(url_for("cases.show_case", case_id=found.case_id), "Formulir ini sudah didaftarkan.")
    definition = office.current_definition(current_db(), found.service, current_date())
    check_may_register(current_db(), definition, current_actor())
    area = {field.id: found.area for field in definition.fields if field.role == "area" and found.area}
    draft_id = drafts.resume_draft(
        current_db(), current_actor(), service=found.service, now=current_time(), fields=area, form_code=found.code
    )
    return redirect(url_for("form.show_draft", draft_id=draft_id), 303)


@reserved_pages.get("")
@needs_permission("form.reserve")
def show_forms(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Reserve numbers, print the sheets, see which are still out."""
    waiting = queries.unused_forms(current_db(), current_actor())
    return show_page(
        "casework/desk/forms.html",
        status=status,
        services=services_open_to(current_db(), current_actor(), current_date()),
        form=refused.form_for(service.reserve_forms, count=10),
        villages=office.village_names(current_db()),
        actor=current_actor(),
        waiting=len(waiting),
        part=asked_slice(waiting),
    )


def show_reserved(codes: list[str]) -> ResponseReturnValue:
    return redirect_to(url_for("reserved.show_forms_batch", code=codes[0]), f"{len(codes)} nomor disimpan.")


add_command(reserved_pages, "", service.reserve_forms, show_forms, then=show_reserved)

"""Pages of the kiosk: begin, write, ask for a code, ready cards, the board. A code stands in no address."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from app.complaints import kiosk, papers, rights
from app.complaints.kiosk import PLACE
from app.complaints.limits import area_names, service_names
from app.complaints.service import Visitor, WrittenLine
from app.complaints.slip_codes import GONE, is_current_code
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.problems import Problem
from app.office import settings
from app.printing.papers import PAPERS, render_paper
from schema.body_limits import takes_body

if TYPE_CHECKING:
    from app.complaints.views.kiosk.app import Kiosk


pages = Blueprint("kiosk", __name__)
LOOKED_AT, BOARD_FRESH = 120, 300
"""Seconds until an answer leaves the screen for the next visitor, and until the board is drawn anew."""
LONGEST = 256 * 1024
"""Bytes of the longest form that the kiosk takes; its other forms are small."""
TYPES = {"complaint": "Pengaduan", "aspiration": "Saran", "information": "Pertanyaan"}
NAMING = {"open": "Pakai nama", "confidential": "Rahasiakan nama saya", "anonymous": "Tanpa nama"}
STALE = "Halaman ini sudah terlalu lama terbuka. Isiannya masih ada; tekan tombolnya sekali lagi."


def kiosk_state() -> Kiosk:
    return cast("Kiosk", current_app.extensions["loket_kiosk"])


def current_moment() -> datetime:
    return cast(datetime, current_app.config["CLOCK"]())


def current_day() -> date:
    return office_date(current_moment())


def asking_address() -> str:
    """The address that asks, for the brakes only; it is written down nowhere."""
    return request.remote_addr or ""


def draw_page(template: str, status: int = 200, seconds: int = 0, **values: Any) -> ResponseReturnValue:
    """A page; after `seconds` the screen goes back to the beginning by itself."""
    answer = make_response(render_template(template, **values), status)
    if seconds:
        answer.headers["Refresh"] = f"{seconds}; url={url_for('kiosk.show_start')}"
    return answer


@pages.get("/")
def show_start() -> ResponseReturnValue:
    return draw_page("kiosk/start.html")


@pages.get("/tulis")
def show_form() -> ResponseReturnValue:
    return draw_form()


def draw_form(
    status: int = 200, wrong: dict[str, str] | None = None, problem: str = "", token: str = ""
) -> ResponseReturnValue:
    """The form, with what was typed. After a failure it keeps its `token`: should the line stand, it is not doubled."""
    return draw_page(
        "kiosk/write.html",
        status,
        token=token or kiosk_state().tokens.new("write"),
        typed=request.form,
        wrong=wrong or {},
        problem=problem,
        types=TYPES,
        about={key: label for key, (label, _) in kiosk.ABOUT.items()},
        naming=NAMING,
        villages=area_names(kiosk_state().journal.db),
        services=service_names(kiosk_state().journal.db, current_day()),
    )


@pages.post("/tulis")
@takes_body(LONGEST)
def write_complaint() -> ResponseReturnValue:
    """Write the line and show its receipt once; pressing twice writes once and leads to the same page."""
    token = kiosk_state().tokens.read("write", request.form.get("token", ""))
    if token is None:
        return draw_form(422, problem=STALE)
    with kiosk_state().written.lock:
        if kiosk_state().written.get(token[0]):
            return redirect(url_for("kiosk.show_once", key=kiosk_state().once.key_of(token[0])), 303)
        try:
            written = write_typed()
        except Problem as problem:
            return draw_form(problem.status, problem.fields, "" if problem.fields else problem.sentence)
        kiosk_state().written.put(token[0], True)
        return redirect_once(make_response(draw_receipt(written)), token[0])


def redirect_once(answer: Response, mark: str = "") -> Response:
    key = kiosk_state().once.keep(answer.get_data(), answer.status_code, answer.headers.get("Refresh", ""), mark)
    return cast(Response, redirect(url_for("kiosk.show_once", key=key), 303))


def write_typed() -> WrittenLine:
    if kiosk_state().writing.full(asking_address(), current_moment()):
        raise Problem.of("too_many_tries", minutes=10)
    get = request.form.get
    naming = get("naming", "open")
    if naming not in NAMING:
        raise Problem.of("invalid", {"naming": "Pilih salah satu."})
    visitor = Visitor(
        words=get("words", ""),
        hope=get("hope", ""),
        name=get("name", ""),
        contact=get("contact", ""),
        area=get("area", ""),
        service=get("service", ""),
        anonymous=naming == "anonymous",
        confidential=naming == "confidential",
        second_word=get("word", "") if naming == "confidential" else "",
    )
    type_ = get("type", "complaint")
    if type_ not in TYPES:
        raise Problem.of("invalid", {"type": "Pilih salah satu."})
    written = kiosk.write_at_kiosk(
        kiosk_state().journal, visitor, type_=type_, about=get("about", ""), now=current_moment()
    )
    kiosk_state().writing.note(asking_address(), current_moment())
    kiosk_state().codes.put(written.id, written.code, PLACE, current_moment())
    return written


def draw_receipt(written: WrittenLine) -> ResponseReturnValue:
    line = rights.load_line(kiosk_state().journal.db, written.id)
    return draw_page(
        "kiosk/receipt.html",
        seconds=LOOKED_AT,
        line=line,
        code=show_code(written.code),
        token=kiosk_state().tokens.new("slip", written.id),
    )


@pages.get("/sekali/<key>")
def show_once(key: str) -> ResponseReturnValue:
    waiting = kiosk_state().once.take(key)
    if waiting is None:
        return draw_page("kiosk/once.html", 410, seconds=20)
    answer = make_response(waiting.page, waiting.status)
    if waiting.refresh:
        answer.headers["Refresh"] = waiting.refresh
    return answer


@pages.post("/slip")
def print_slip() -> ResponseReturnValue:
    """The receipt on paper, from the page that has just shown it: a download, so that no tab keeps it open."""
    token = kiosk_state().tokens.read("slip", request.form.get("token", ""))
    if token is None:
        return draw_code_form(422, problem=STALE)
    answer = make_response(slip_pdf(cast(int, token[1])))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = 'attachment; filename="slip-pengaduan.pdf"'
    return answer


def slip_pdf(line: int) -> bytes:
    """The receipt, counted like every paper: the second print says SALINAN, wherever the first was made."""
    journal, known, code = (
        kiosk_state().journal,
        PAPERS[kiosk.SLIP].sizes,
        kiosk_state().codes.get(line, PLACE, current_moment()),
    )
    if not code or not is_current_code(journal.db, code):
        raise Problem.of("conflict", why=GONE)
    data, size = (
        papers.receipt_paper(journal.db, line, code, PLACE, current_moment()),
        settings.get_setting(journal.db, "paper.slip"),
    )
    size, copy = size if size in known else known[0], kiosk.next_slip_copy(journal.db, line)
    pdf = render_paper(kiosk.SLIP, data, size=size, copy=copy > 1, dialogue=True)
    counted = kiosk.record_slip_print(journal, line, current_moment())
    if (counted > 1) != (copy > 1):  # the desk printed it in between
        pdf = render_paper(kiosk.SLIP, data, size=size, copy=counted > 1, dialogue=True)
    return pdf


@pages.get("/kode")
def ask_code() -> ResponseReturnValue:
    return draw_code_form()


def draw_code_form(
    status: int = 200, wrong: dict[str, str] | None = None, word: bool = False, problem: str = ""
) -> ResponseReturnValue:
    return draw_page(
        "kiosk/code.html",
        status,
        typed=request.form,
        wrong=wrong or {},
        word=word,
        problem=problem,
        token=kiosk_state().tokens.new("ask"),
    )


@pages.post("/kode")
def look_up_code() -> ResponseReturnValue:
    token = kiosk_state().tokens.read("ask", request.form.get("token", ""))
    if token is None:
        return draw_code_form(422, problem=STALE)
    if kiosk_state().asked.get(token[0]):  # it has had its answer; whoever sends it again is perhaps somebody else
        return draw_page("kiosk/once.html", 410, seconds=20)
    if kiosk_state().asking.full(asking_address(), current_moment()):
        raise TooManyRequests
    word = request.form.get("word", "")
    try:
        code = kiosk.parse_code(request.form.get("code", ""))
    except Problem as problem:
        return draw_code_form(422, problem.fields)
    if kiosk.needs_word(kiosk_state().journal.db, code) and not word:
        return draw_code_form(word=True)
    if kiosk_state().word.full(code, current_moment()):
        raise TooManyRequests
    return answer_code(code, word, token[0])


def answer_code(code: str, word: str, mark: str) -> ResponseReturnValue:
    """The answer to a code that is written rightly; what fits nothing is counted."""
    try:
        told = kiosk.look_up_code(kiosk_state().journal.db, code, word, current_day())
    except Problem as problem:
        kiosk_state().asking.note(asking_address(), current_moment())
        kiosk_state().word.note(code, current_moment())
        return draw_code_form(422, problem.fields, word="word" in problem.fields)
    if told is None:
        kiosk_state().asking.note(asking_address(), current_moment())
        return draw_code_form(422, {"code": "Kode ini tidak ada di kantor ini. Lihat lagi slipnya."})
    kiosk_state().asked.put(mark, True)
    purpose = "judge" if told.can_judge else "object" if told.can_object else ""
    token = kiosk_state().tokens.new(purpose, told.complaint_id) if purpose else ""
    return draw_page("kiosk/told.html", seconds=LOOKED_AT, told=told, token=token)


@pages.post("/puas")
def judge_answer() -> ResponseReturnValue:
    token = kiosk_state().tokens.read("judge", request.form.get("token", ""))
    if token is None or request.form.get("jawaban") not in ("ya", "tidak"):
        return draw_code_form(422, problem=STALE)
    satisfied = request.form["jawaban"] == "ya"
    kiosk.judge_answer(kiosk_state().journal, cast(int, token[1]), satisfied, current_moment())
    return draw_page("kiosk/thanks.html", seconds=20, satisfied=satisfied)


@pages.post("/keberatan")
def object_to_aside() -> ResponseReturnValue:
    token = kiosk_state().tokens.read("object", request.form.get("token", ""))
    if token is None:
        return draw_code_form(422, problem=STALE)
    kiosk.object_at_kiosk(
        kiosk_state().journal,
        cast(int, token[1]),
        request.form.get("words", "")[: kiosk.MOST_OBJECTED],
        current_moment(),
    )
    return draw_page("kiosk/thanks.html", seconds=20, objected=True)


@pages.get("/siap")
def show_ready() -> ResponseReturnValue:
    return draw_page("kiosk/ready.html", codes=kiosk.ready_codes(kiosk_state().journal.db), seconds=BOARD_FRESH)

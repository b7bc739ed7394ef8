"""Pages of the kiosk: begin, write, ask for a code, ready cards, the board. A code stands in no address."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from app.complaints import book, kiosk, line_papers, quarter_queries
from app.complaints.book import Visitor, Written
from app.complaints.kiosk import PLACE
from app.complaints.limits import area_names, service_names
from app.complaints.public import pledge_words, public
from app.complaints.slip_codes import is_current
from app.complaints.views.fresh_codes import GONE
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.office import settings
from app.printing.papers import PAPERS, render
from schema.body_limits import takes

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


def here() -> Kiosk:
    """What the pages share."""
    return cast("Kiosk", current_app.extensions["loket_kiosk"])


def now() -> datetime:
    """The moment."""
    return cast(datetime, current_app.config["CLOCK"]())


def today() -> date:
    """The office date."""
    return office_date(now())


def who() -> str:
    """The address that asks, for the brakes only; it is written down nowhere."""
    return request.remote_addr or ""


def shown(template: str, status: int = 200, seconds: int = 0, **values: Any) -> ResponseReturnValue:
    """A page; after `seconds` the screen goes back to the beginning by itself."""
    answer = make_response(render_template(template, **values), status)
    if seconds:
        answer.headers["Refresh"] = f"{seconds}; url={url_for('kiosk.start')}"
    return answer


@pages.get("/")
def start() -> ResponseReturnValue:
    """Three big buttons."""
    return shown("kiosk/start.html")


@pages.get("/tulis")
def form() -> ResponseReturnValue:
    """An empty form."""
    return draw_form()


def draw_form(
    status: int = 200, wrong: dict[str, str] | None = None, problem: str = "", token: str = ""
) -> ResponseReturnValue:
    """The form, with what was typed. After a failure it keeps its `token`: should the line stand, it is not doubled."""
    return shown(
        "kiosk/write.html",
        status,
        token=token or here().tokens.new("write"),
        typed=request.form,
        wrong=wrong or {},
        problem=problem,
        types=TYPES,
        about={key: label for key, (label, _) in kiosk.ABOUT.items()},
        naming=NAMING,
        villages=area_names(here().journal.db),
        services=service_names(here().journal.db, today()),
    )


@pages.post("/tulis")
@takes(LONGEST)
def write() -> ResponseReturnValue:
    """Write the line and show its receipt once; pressing twice writes once and leads to the same page."""
    token = here().tokens.read("write", request.form.get("token", ""))
    if token is None:
        return draw_form(422, problem=STALE)
    with here().written.lock:
        if here().written.get(token[0]):
            return redirect(url_for("kiosk.once", key=here().once.key_of(token[0])), 303)
        try:
            written = write_now()
        except Problem as problem:
            return draw_form(problem.status, problem.fields, "" if problem.fields else problem.sentence)
        here().written.put(token[0], True)
        return lead_on(make_response(receipt(written)), token[0])


def lead_on(answer: Response, mark: str = "") -> Response:
    """Let the page that answers a form wait, and lead to it."""
    key = here().once.keep(answer.get_data(), answer.status_code, answer.headers.get("Refresh", ""), mark)
    return cast(Response, redirect(url_for("kiosk.once", key=key), 303))


def write_now() -> Written:
    """Write what the form holds. Raises Problem."""
    if here().writing.full(who(), now()):
        raise Problem.of("too_many_tries", minutes=10)
    get = request.form.get
    naming = get("naming", "open")
    if naming not in NAMING:
        raise Problem.of("invalid", {"naming": "Pilih salah satu."})
    visitor = Visitor(
        words=get("words", ""), hope=get("hope", ""), name=get("name", ""), contact=get("contact", ""),
        area=get("area", ""), service=get("service", ""), anonymous=naming == "anonymous",
        confidential=naming == "confidential",
        second_word=get("word", "") if naming == "confidential" else "",
    )  # fmt: skip
    type_ = get("type", "complaint")
    if type_ not in TYPES:
        raise Problem.of("invalid", {"type": "Pilih salah satu."})
    written = kiosk.write(here().journal, visitor, type_=type_, about=get("about", ""), now=now())
    here().writing.note(who(), now())
    here().codes.put(written.id, written.code, PLACE, now())
    return written


def receipt(written: Written) -> ResponseReturnValue:
    """Code and number on the screen."""
    line = book.get(here().journal.db, written.id)
    return shown(
        "kiosk/receipt.html",
        seconds=LOOKED_AT,
        line=line,
        code=show_code(written.code),
        token=here().tokens.new("slip", written.id),
    )


@pages.get("/sekali/<key>")
def once(key: str) -> ResponseReturnValue:
    """The page that answers a form, the first time it is asked for."""
    waiting = here().once.take(key)
    if waiting is None:
        return shown("kiosk/once.html", 410, seconds=20)
    answer = make_response(waiting.page, waiting.status)
    if waiting.refresh:
        answer.headers["Refresh"] = waiting.refresh
    return answer


@pages.post("/slip")
def slip() -> ResponseReturnValue:
    """The receipt on paper, from the page that has just shown it: a download, so that no tab keeps it open."""
    token = here().tokens.read("slip", request.form.get("token", ""))
    if token is None:
        return draw_ask(422, problem=STALE)
    answer = make_response(slip_pdf(cast(int, token[1])))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = 'attachment; filename="slip-pengaduan.pdf"'
    return answer


def slip_pdf(line: int) -> bytes:
    """The receipt, counted like every paper: the second print says SALINAN, wherever the first was made."""
    journal, known, code = here().journal, PAPERS[kiosk.SLIP].sizes, here().codes.get(line, PLACE, now())
    if not code or not is_current(journal.db, code):
        raise Problem.of("conflict", why=GONE)
    data, size = (
        line_papers.receipt_paper(journal.db, line, code, PLACE, now()),
        settings.get(journal.db, "paper.slip"),
    )
    size, copy = size if size in known else known[0], kiosk.next_slip(journal.db, line)
    pdf = render(kiosk.SLIP, data, size=size, copy=copy > 1, dialogue=True)
    counted = kiosk.slip_printed(journal, line, now())
    if (counted > 1) != (copy > 1):  # the desk printed it in between
        pdf = render(kiosk.SLIP, data, size=size, copy=counted > 1, dialogue=True)
    return pdf


@pages.get("/kode")
def ask() -> ResponseReturnValue:
    """Type a slip code."""
    return draw_ask()


def draw_ask(
    status: int = 200, wrong: dict[str, str] | None = None, word: bool = False, problem: str = ""
) -> ResponseReturnValue:
    """The form for a code, with the field for the second word where the code needs it."""
    return shown("kiosk/code.html", status, typed=request.form, wrong=wrong or {}, word=word, problem=problem,
                 token=here().tokens.new("ask"))  # fmt: skip


@pages.post("/kode")
def look_up() -> ResponseReturnValue:
    """State and answer of a slip code, without any name."""
    token = here().tokens.read("ask", request.form.get("token", ""))
    if token is None:
        return draw_ask(422, problem=STALE)
    if here().asked.get(token[0]):  # it has had its answer; whoever sends it again is perhaps somebody else
        return shown("kiosk/once.html", 410, seconds=20)
    if here().asking.full(who(), now()):
        raise TooManyRequests
    word = request.form.get("word", "")
    try:
        code = kiosk.stored_code(request.form.get("code", ""))
    except Problem as problem:
        return draw_ask(422, problem.fields)
    if kiosk.needs_word(here().journal.db, code) and not word:
        return draw_ask(word=True)
    if here().word.full(code, now()):
        raise TooManyRequests
    return tell(code, word, token[0])


def tell(code: str, word: str, mark: str) -> ResponseReturnValue:
    """The answer to a code that is written rightly; what fits nothing is counted."""
    try:
        told = kiosk.look_up(here().journal.db, code, word, today())
    except Problem as problem:
        here().asking.note(who(), now())
        here().word.note(code, now())
        return draw_ask(422, problem.fields, word="word" in problem.fields)
    if told is None:
        here().asking.note(who(), now())
        return draw_ask(422, {"code": "Kode ini tidak ada di kantor ini. Lihat lagi slipnya."})
    here().asked.put(mark, True)
    purpose = "judge" if told.can_judge else "object" if told.can_object else ""
    token = here().tokens.new(purpose, told.complaint_id) if purpose else ""
    return shown("kiosk/told.html", seconds=LOOKED_AT, told=told, token=token)


@pages.post("/puas")
def judge() -> ResponseReturnValue:
    """The complainant's word on the answer."""
    token = here().tokens.read("judge", request.form.get("token", ""))
    if token is None or request.form.get("jawaban") not in ("ya", "tidak"):
        return draw_ask(422, problem=STALE)
    satisfied = request.form["jawaban"] == "ya"
    kiosk.judge(here().journal, cast(int, token[1]), satisfied, now())
    return shown("kiosk/thanks.html", seconds=20, satisfied=satisfied)


@pages.post("/keberatan")
def object_to() -> ResponseReturnValue:
    """The complainant objects to a line that was set aside."""
    token = here().tokens.read("object", request.form.get("token", ""))
    if token is None:
        return draw_ask(422, problem=STALE)
    kiosk.object_to(
        here().journal, cast(int, token[1]), request.form.get("words", "")[: kiosk.MOST_OBJECTED], now()
    )
    return shown("kiosk/thanks.html", seconds=20, objected=True)


@pages.get("/siap")
def ready() -> ResponseReturnValue:
    """Cards that wait, by the beginning of their slip codes."""
    return shown("kiosk/ready.html", codes=kiosk.ready_codes(here().journal.db), seconds=BOARD_FRESH)


@pages.get("/papan")
def board() -> ResponseReturnValue:
    """The screen of the waiting room: promise, ready cards, the recap that hangs on the board."""
    db = here().journal.db
    recap = quarter_queries.on_board(db, today())
    answer = make_response(render_template(
        "kiosk/board.html", public=public(db, recap) if recap else None,
        kept=pledge_words(db, recap, today()) if recap else [], promise=kiosk.promise_today(db, today()),
        quarter=Quarter.parse(recap.quarter) if recap else None, codes=kiosk.ready_codes(db),
    ))  # fmt: skip
    answer.headers["Refresh"] = str(BOARD_FRESH)
    return answer

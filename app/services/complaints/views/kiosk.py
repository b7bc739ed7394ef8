"""The visitors' kiosk: an app of its own on its own port, without account, session or cookie.

It has no secret key, so Flask cannot make a session even by mistake. A slip code stands in no address, and what answers
a form is shown once.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests

from app import paths
from app.casework.desk import service as cases
from app.core import clock
from app.core.clock import office_date
from app.core.codes import check_code, show_code
from app.core.permissions import SYSTEM
from app.core.problems import SENTENCES, Problem, ValueProblem, storage_problem
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.people import queries as people
from app.platform.printing.papers import PAPERS, content_digest, render_paper
from app.platform.web import assets, filters, forms
from app.platform.web.brakes import Brake, GuessBrake, Memory
from app.platform.web.line_breaks import LineBreaks
from app.platform.web.own_flask import finish_answer
from app.services.complaints import kiosk, papers, service
from app.services.complaints.kiosk import PLACE
from app.services.complaints.limits import area_names, service_names
from app.services.complaints.queries import GONE, find_slip
from app.services.complaints.service import Visitor, WrittenLine
from app.services.complaints.transitions import load_line
from app.services.complaints.views.memory import FreshCodes, Shown, Tokens
from schema.body_limits import BODY_LIMIT, DROPPED, declared_limit, takes_body
from schema.database import Database
from sync.journal import Journal

pages = Blueprint("kiosk", __name__)
LOOKED_AT, BOARD_FRESH, FAREWELL = 120, 300, 20
"""Seconds until an answer leaves the screen for the next visitor, and until the board is drawn anew."""
LONGEST = 256 * 1024
"""Bytes of the longest form that the kiosk takes; its other forms are small."""
DEFAULTS: dict[str, Any] = {
    "MAX_FORM_MEMORY_SIZE": LONGEST,
    "MAX_FORM_PARTS": 30,
    "TRUSTED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    "CLOCK": clock.now,
}
TYPES = {"complaint": "Pengaduan", "aspiration": "Saran", "information": "Pertanyaan"}
NAMING = {"open": "Pakai nama", "confidential": "Rahasiakan nama saya", "anonymous": "Tanpa nama"}
STALE = "Halaman ini sudah terlalu lama terbuka. Isiannya masih ada; tekan tombolnya sekali lagi."
REFUSALS = {
    404: "Halaman itu tidak ada.",
    405: "Mulai lagi dari halaman depan.",
    413: "Tulisannya terlalu panjang. Tekan Kembali, pendekkan, atau minta petugas membantu.",
    429: "Sudah terlalu sering dalam waktu singkat. Tunggu beberapa menit, atau minta petugas meja informasi.",
}
FOREIGN_NAME = "Kios ini tidak dikenal dengan alamat itu. Buka alamat yang tertulis di layar petugas."
UNWRITTEN = (
    "Tulisan Anda belum tersimpan: komputer kantor sedang bermasalah. Tulisannya masih ada di bawah. Jangan tutup "
    "halaman ini; tekan tombolnya sekali lagi, atau panggil petugas meja informasi."
)
PLAIN = (
    "<!DOCTYPE html><html lang='id'><meta charset='utf-8'><title>Belum berhasil</title><h1>Belum berhasil</h1>"
    "<p>{sentence}</p><pre>{words}</pre></html>"
)
NOT_YET = 30
"""Seconds after which a kiosk without an office looks again."""
OTHERWISE = "Belum berhasil. Coba sekali lagi, atau minta petugas meja informasi membantu."


class Kiosk:
    """What the kiosk remembers while the program runs. `once`: pages that wait, by a random key; `written` and
    `asked`: what was done under a form's mark, with the key of its answer, so that a second press does nothing."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.tokens = Tokens()
        self.codes = FreshCodes()
        self.is_open = False
        self.writing = Brake(8, timedelta(minutes=10))
        self.asking = GuessBrake()
        self.word = Brake(5, timedelta(minutes=30))
        self.once: Memory[Shown] = Memory(50, timedelta(minutes=1))
        self.written: Memory[str] = Memory(200, timedelta(hours=Tokens.HOURS))
        self.asked: Memory[bool] = Memory(200, timedelta(hours=Tokens.HOURS))


def kiosk_state() -> Kiosk:
    return cast(Kiosk, current_app.extensions["loket_kiosk"])


def kiosk_db() -> Database:
    return kiosk_state().journal.db


def current_moment() -> datetime:
    return cast(datetime, current_app.config["CLOCK"]())


def current_day() -> date:
    return office_date(current_moment())


def asking_address() -> str:
    """The address that asks, for the brakes only; it is written down nowhere."""
    return request.remote_addr or ""


def make_token(purpose: str, value: int = 0) -> str:
    return kiosk_state().tokens.make_token(purpose, value)


def sent_token(purpose: str) -> tuple[str, int] | None:
    """(mark, value) of the form's token, None where it is old or another form's."""
    return kiosk_state().tokens.read_token(purpose, request.form.get("token", ""))


def draw_page(template: str, status: int = 200, seconds: int = 0, **values: Any) -> ResponseReturnValue:
    """A page; after `seconds` the screen goes back to the beginning by itself."""
    answer = make_response(render_template(template, **values), status)
    if seconds:
        answer.headers["Refresh"] = f"{seconds}; url={url_for('kiosk.show_start')}"
    return answer


@pages.get("/")
def show_start() -> ResponseReturnValue:
    return draw_page(
        "kiosk/start.html",
        has_survey="survey_kiosk" in current_app.blueprints,
        first_doors=find_doors("loket_first_doors"),
        doors=find_doors("loket_doors"),
    )


def find_doors(name: str) -> list[tuple[str, str, str]]:
    """What other rooms put on the first page now: endpoint, title and text of each."""
    asked = [ask(kiosk_db()) for ask in current_app.extensions.get(name, ())]
    return [door for door in asked if door]


@pages.get("/tulis")
def show_form(
    status: int = 200, wrong: dict[str, str] | None = None, problem: str = "", token: str = ""
) -> ResponseReturnValue:
    """The form, with what was typed. After a failure it keeps its `token`: should the line stand, it is not doubled."""
    return draw_page(
        "kiosk/write.html",
        status,
        token=token or make_token("write"),
        typed=request.form,
        wrong=wrong or {},
        problem=problem,
        types=TYPES,
        about={key: label for key, (label, _) in kiosk.ABOUT.items()},
        naming=NAMING,
        asks_sms=settings.sends_sms(kiosk_db()),
        villages=area_names(kiosk_db()),
        services=service_names(kiosk_db(), current_day()),
    )


@pages.post("/tulis")
@takes_body(LONGEST)
def write_complaint() -> ResponseReturnValue:
    """Write the line and show its receipt once; pressing twice writes once and leads to the same page."""
    token = sent_token("write")
    if token is None:
        return show_form(422, problem=STALE)
    mark = token[0]
    held = kiosk_state().written
    with held.lock:
        if key := held.get(mark, current_moment()):
            return redirect(url_for("kiosk.show_once", key=key), 303)
        try:
            written = write_typed()
        except Problem as problem:
            sentence = "" if problem.fields else problem.sentence
            return show_form(problem.status, problem.fields, sentence)
        held.put(mark, "-", current_moment())
        answer, key = redirect_once(make_response(draw_receipt(written)))
        held.put(mark, key, current_moment())
        return answer


def redirect_once(answer: Response) -> tuple[Response, str]:
    """Let a page wait at an address of its own: the way there, and its key."""
    key = secrets.token_urlsafe(16)
    shown = Shown(answer.get_data(), answer.status_code, answer.headers.get("Refresh", ""))
    kiosk_state().once.put(key, shown, current_moment())
    return cast(Response, redirect(url_for("kiosk.show_once", key=key), 303)), key


def write_typed() -> WrittenLine:
    if kiosk_state().writing.is_full(asking_address(), current_moment()):
        raise Problem.of("too_many_tries", minutes=10)
    get = request.form.get
    naming = get("naming", "open")
    if naming not in NAMING:
        raise Problem.of("invalid", {"naming": SENTENCES["choose_one"]})
    second_word = ""
    if naming == "confidential":
        second_word = get("word", "")
    visitor = Visitor(
        **{name: get(name, "") for name in ("words", "hope", "name", "contact", "area", "service")},
        anonymous=naming == "anonymous",
        confidential=naming == "confidential",
        second_word=second_word,
        accepts_sms=bool(get("accepts_sms")) and settings.sends_sms(kiosk_db()),
    )
    written = kiosk.write_at_kiosk(
        kiosk_state().journal, visitor, type_=get("type", ""), about=get("about", ""), now=current_moment()
    )
    kiosk_state().writing.count_deed(asking_address(), current_moment())
    kiosk_state().codes.keep_code(written.id, written.code, PLACE, current_moment())
    return written


def draw_receipt(written: WrittenLine) -> ResponseReturnValue:
    return draw_page(
        "kiosk/receipt.html",
        seconds=LOOKED_AT,
        line=load_line(kiosk_db(), written.id),
        code=show_code(written.code),
        token=make_token("slip", written.id),
    )


@pages.get("/sekali/<key>")
def show_once(key: str) -> ResponseReturnValue:
    waiting = kiosk_state().once.take(key, current_moment())
    if waiting is None:
        return draw_page("kiosk/once.html", 410, seconds=FAREWELL)
    answer = make_response(waiting.page, waiting.status)
    if waiting.refresh:
        answer.headers["Refresh"] = waiting.refresh
    return answer


@pages.post("/slip")
def print_slip() -> ResponseReturnValue:
    """The receipt on paper, from the page that has just shown it: a download, so that no tab keeps it open."""
    token = sent_token("slip")
    if token is None:
        return ask_code(422, problem=STALE)
    answer = make_response(slip_pdf(token[1]))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = 'attachment; filename="slip-pengaduan.pdf"'
    return answer


def slip_pdf(line: int) -> bytes:
    """The receipt, counted like every paper: the second print says SALINAN, wherever the first was made."""
    journal = kiosk_state().journal
    db = kiosk_db()
    now = current_moment()
    code = kiosk_state().codes.code_of(line, PLACE, now)
    slip = find_slip(db, code) if code else None
    if slip is None or slip.replaced_at:
        raise Problem.of("conflict", why=GONE)
    data = papers.receipt_paper(db, line, code, PLACE, now)
    sizes = PAPERS[kiosk.SLIP].sizes
    size = settings.get_setting(db, "paper.slip")
    content = content_digest(data)
    if size not in sizes:
        size = sizes[0]
    copy = kiosk.next_slip_copy(db, line, content)
    pdf = render_paper(kiosk.SLIP, data, size=size, copy=copy > 1, dialogue=True)
    counted = cases.record_print(
        journal, SYSTEM, subject=f"complaint/{line}", paper=kiosk.SLIP, content=content, now=now
    )
    if (counted > 1) != (copy > 1):  # the desk printed it in between
        pdf = render_paper(kiosk.SLIP, data, size=size, copy=counted > 1, dialogue=True)
    return pdf


@pages.get("/kode")
def ask_code(
    status: int = 200, wrong: dict[str, str] | None = None, word: bool = False, problem: str = ""
) -> ResponseReturnValue:
    return draw_page(
        "kiosk/code.html",
        status,
        typed=request.form,
        wrong=wrong or {},
        word=word,
        problem=problem,
        token=make_token("ask"),
    )


@pages.post("/kode")
def look_up_code() -> ResponseReturnValue:
    token = sent_token("ask")
    if token is None:
        return ask_code(422, problem=STALE)
    if kiosk_state().asked.get(
        token[0], current_moment()
    ):  # it has had its answer; whoever sends it again is perhaps somebody else
        return draw_page("kiosk/once.html", 410, seconds=FAREWELL)
    if kiosk_state().asking.is_full(asking_address(), current_moment()):
        raise TooManyRequests
    word = request.form.get("word", "")
    try:
        code = check_code(request.form.get("code", ""))
    except ValueProblem as problem:
        return ask_code(422, {"code": problem.sentence})
    slip = find_slip(kiosk_db(), code)
    if slip and slip.second_word and not word:
        return ask_code(word=True)
    if kiosk_state().word.is_full(code, current_moment()):
        raise TooManyRequests
    return answer_code(code, word, token[0])


def answer_code(code: str, word: str, mark: str) -> ResponseReturnValue:
    """The answer to a code that is written rightly; what fits nothing is counted."""
    try:
        told = kiosk.look_up_code(kiosk_db(), code, word, current_day())
    except Problem as problem:
        kiosk_state().asking.count_miss(asking_address(), current_moment())
        kiosk_state().word.count_deed(code, current_moment())
        return ask_code(422, problem.fields, word="word" in problem.fields)
    if told is None:
        kiosk_state().asking.count_miss(asking_address(), current_moment())
        return ask_code(422, {"code": "Kode ini tidak ada di kantor ini. Lihat lagi slipnya."})
    kiosk_state().asked.put(mark, True, current_moment())
    if told.can_judge:
        purpose = "judge"
    elif told.can_object:
        purpose = "object"
    else:
        purpose = ""
    token = ""
    if purpose:
        token = make_token(purpose, told.complaint_id)
    return draw_page("kiosk/told.html", seconds=LOOKED_AT, told=told, token=token)


@pages.post("/puas")
def judge_answer() -> ResponseReturnValue:
    token = sent_token("judge")
    if token is None or request.form.get("jawaban") not in ("ya", "tidak"):
        return ask_code(422, problem=STALE)
    satisfied = request.form["jawaban"] == "ya"
    kiosk.judge_answer(kiosk_state().journal, token[1], satisfied, current_moment())
    return draw_page("kiosk/thanks.html", seconds=FAREWELL, satisfied=satisfied)


@pages.post("/keberatan")
def object_to_aside() -> ResponseReturnValue:
    token = sent_token("object")
    if token is None:
        return ask_code(422, problem=STALE)
    said = request.form.get("words", "")[: service.REASON_LIMIT]
    service.object_to_aside(kiosk_state().journal, token[1], said, current_moment())
    return draw_page("kiosk/thanks.html", seconds=FAREWELL, objected=True)


@pages.get("/siap")
def show_ready() -> ResponseReturnValue:
    return draw_page("kiosk/ready.html", codes=kiosk.ready_codes(kiosk_db()), seconds=BOARD_FRESH)


# -- the app ------------------------------------------------------------------------------------------------------


def make_kiosk_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    templates = (config or {}).get("TEMPLATES") or paths.template_folder()
    app = Flask("loket-kiosk", static_folder=None, template_folder=str(templates))
    app.config.update(DEFAULTS)
    app.config.update(config or {})
    app.secret_key = None
    app.jinja_env.add_extension(LineBreaks)
    app.extensions["loket_kiosk"] = Kiosk(journal)
    app.extensions["loket_calendar"] = lambda: office.office_calendar(journal.db)
    app.after_request(finish_answer)
    app.after_request(answer_once)  # before the headers: the last one registered runs first
    filters.install_filters(app)
    assets.install_assets(app, Path((config or {}).get("STATIC") or paths.static_folder()))
    app.context_processor(lambda: shared_values(app))
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Problem, lambda problem: refusal_page(problem.status, problem.sentence))
    app.register_error_handler(Exception, lambda error: on_unforeseen(app, error))
    app.extensions[BODY_LIMIT] = body_limit
    app.before_request(keep_small)
    app.before_request(check_same_site)
    app.before_request(wait_for_office)
    app.register_blueprint(pages)
    return app


def wait_for_office() -> ResponseReturnValue | None:
    """Before the office is set up its kiosk takes nothing: it looks again by itself."""
    state = kiosk_state()
    state.is_open = state.is_open or office.is_set_up(kiosk_db())
    if state.is_open or request.endpoint == "asset":
        return None
    return draw_page("kiosk/not_yet.html", seconds=NOT_YET)


def shared_values(app: Flask) -> dict[str, Any]:
    db = app.extensions["loket_kiosk"].journal.db
    now = app.config["CLOCK"]()
    known = settings.all_settings(db)
    return {
        **people.post_words(db),
        "office_name": known["office.name"] or "Kantor ini",
        "office_phone": known["office.phone"],
        "report_to": known["office.report_to"],
        "now": now,
        "today": office_date(now),
    }


def body_limit() -> int:
    """Bytes that the body of this request may have, as its view declares."""
    return declared_limit(current_app.view_functions.get(request.endpoint or ""))


def keep_small() -> None:
    """Nobody reads more of a body than the view takes, nor one that the server threw away."""
    if DROPPED in request.environ:
        request.max_content_length = 0
    else:
        request.max_content_length = body_limit()


def check_same_site() -> ResponseReturnValue | None:
    """A form is taken from the kiosk's own pages only, as the browser itself tells."""
    told = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method == "POST" and told not in ("same-origin", "none"):
        return refusal_page(403, OTHERWISE)
    return None


def answer_once(answer: Response) -> Response:
    """Every page that answers a form waits at an address of its own and is shown there once.

    A body that was too large is answered where it is: sent again, it is too large again.
    """
    is_page = answer.mimetype == "text/html" and not 300 <= answer.status_code < 400
    if request.method == "POST" and is_page and answer.status_code != 413:
        return redirect_once(answer)[0]
    return answer


def on_http(error: HTTPException) -> ResponseReturnValue | HTTPException:
    status = error.code or 500
    if isinstance(error, SecurityError):  # a foreign Host name: no page of ours can name an address for it
        return Response(FOREIGN_NAME, status, content_type="text/plain; charset=utf-8")
    if status < 400:
        return error
    return refusal_page(status, REFUSALS.get(status, OTHERWISE))


def on_unforeseen(app: Flask, error: Exception) -> ResponseReturnValue:
    """Anything else, disk and database among it: logged, told without detail, and no complaint is lost by it."""
    problem = storage_problem(error)
    if problem is None:
        app.logger.error("kiosk error at %s", request.endpoint, exc_info=error)
    else:
        app.logger.warning("%s at the kiosk", problem.code)
        forms.release_reserve(problem)
    try:
        if request.endpoint == "kiosk.write_complaint":
            return show_form(500, problem=UNWRITTEN, token=request.form.get("token", ""))
        return refusal_page(500, OTHERWISE)
    except Exception:
        app.logger.warning("not even a page of the kiosk", exc_info=problem is None)
        return Response(plain_failure(), 500)


def plain_failure() -> str:
    """A failure where the office's name cannot even be read, with the words that somebody wrote."""
    words = "\n\n".join(request.form[name] for name in ("words", "hope") if request.form.get(name))
    sentence = UNWRITTEN if words else OTHERWISE
    return PLAIN.format(sentence=sentence, words=escape(words))


def refusal_page(status: int, sentence: str) -> ResponseReturnValue:
    return (
        render_template("kiosk/error.html", sentence=sentence),
        status,
        {"Refresh": f"60; url={url_for('kiosk.show_start')}"},
    )

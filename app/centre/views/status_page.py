"""The public page of the regency: who types a slip's code hears how the case stands. An app of its own on its own port.

No account, session or cookie; no list; nothing is written. A code stands in no address. What answers a code that nobody
has and one that was taken away is the same page, reckoned in the same way.
"""

import ipaddress
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, HTTPException, SecurityError, ServiceUnavailable, TooManyRequests

from app import paths
from app.centre import settings
from app.centre.public_states import find_state, telling_offices
from app.core import clock
from app.core.clock import office_date
from app.core.codes import check_code
from app.core.problems import ValueProblem
from app.platform.web import assets, filters
from app.platform.web.brakes import Brake
from app.platform.web.line_breaks import LineBreaks
from app.platform.web.own_flask import finish_answer
from schema.body_limits import DROPPED
from schema.database import Database
from sync.journal import Journal

pages = Blueprint("status", __name__)
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
LOOPBACK = ("127.0.0.1", "::1")
PORT = re.compile(r":[0-9]+$")
LONGEST = 4096
"""Bytes of the form: an office and a code."""
AT_ONCE, WAIT_SECONDS = 2, 3.0
"""Codes that are reckoned at the same time (64 MiB each), and so long another one waits for its turn."""
MISSES_SHORT, MISSES_DAY, MISSES_ALL = 10, 60, 2000
"""Codes without an answer: of one address in ten minutes and in a day, of everybody in a day."""
ASKED_SHORT = 40
"""Codes that one address may ask for in ten minutes, right ones among them."""
MOST_ADDRESSES = 20_000
FRESH = 300
"""Seconds for which a browser or a proxy may keep the page with the form."""
UNKNOWN = (
    "Kode ini tidak ada di kantor itu. Lihat lagi slip dan kantornya; kode baru muncul di sini paling lambat besok."
)
CLOSED = "Halaman ini belum dibuka. Tanyakan berkas Anda di kantor tempat Anda mengajukannya."
NO_OFFICE = "Belum ada kantor yang ikut. Tanyakan di kantor yang tertulis di slip."
REFUSALS = {
    403: "Halaman ini hanya dibuka lewat sambungan yang terkunci (https).",
    404: "Alamat ini tidak ada. Buka halaman depannya.",
    405: "Buka lagi halaman depannya.",
    413: "Isiannya terlalu panjang.",
    429: "Sudah terlalu sering. Coba lagi nanti, atau tanyakan di kantor yang tertulis di slip.",
    503: "Sedang banyak yang bertanya. Coba lagi sebentar.",
}
AGAIN = {429: 600, 503: 10}
"""Seconds after which a program may ask again."""
OTHERWISE = "Belum berhasil. Coba sekali lagi, atau tanyakan di kantor yang tertulis di slip."
FOREIGN_NAME = "Halaman ini tidak dikenal dengan alamat itu."


class Asking:
    """How often codes were asked for, in memory only, and who may reckon one now."""

    def __init__(self) -> None:
        self.turn = threading.BoundedSemaphore(AT_ONCE)
        self.asked = Brake(ASKED_SHORT, timedelta(minutes=10), MOST_ADDRESSES)
        self.short = Brake(MISSES_SHORT, timedelta(minutes=10), MOST_ADDRESSES)
        self.day = Brake(MISSES_DAY, timedelta(days=1), MOST_ADDRESSES)
        self.everybody = Brake(MISSES_ALL, timedelta(days=1))

    def is_full(self, address: str, now: datetime) -> bool:
        brakes = (self.asked, self.short, self.day)
        return self.everybody.is_full("", now) or any(brake.is_full(address, now) for brake in brakes)

    def count_miss(self, address: str, now: datetime) -> None:
        self.short.count_deed(address, now)
        self.day.count_deed(address, now)
        self.everybody.count_deed("", now)

    @contextmanager
    def own_turn(self) -> Iterator[None]:
        """Wait for a turn. Raises ServiceUnavailable where none comes soon."""
        if not self.turn.acquire(timeout=WAIT_SECONDS):
            raise ServiceUnavailable
        try:
            yield
        finally:
            self.turn.release()


def asking() -> Asking:
    return cast(Asking, current_app.extensions["loket_asking"])


def status_db() -> Database:
    return cast(Journal, current_app.extensions["loket_journal"]).db


def current_moment() -> datetime:
    return cast(datetime, current_app.config["CLOCK"]())


def asking_address() -> str:
    """The address that asks, for the brakes only; of IPv6 the network of one household."""
    address = request.remote_addr or ""
    if ":" in address:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address


def draw_form(**wrong: str) -> Response:
    """The form with what was typed; `wrong`: field → sentence."""
    names = telling_offices(status_db())
    page = render_template("public/status.html", offices=names, typed=request.form, wrong=wrong)
    status = 422 if wrong else 200
    return make_response(page, status)


@pages.get("/")
def show_form() -> ResponseReturnValue:
    """The form, the same for everybody: a browser keeps it for a while and asks only whether it has changed."""
    answer = draw_form()
    answer.headers["Cache-Control"] = f"public, max-age={FRESH}"
    answer.add_etag()
    return answer.make_conditional(request)


@pages.post("/")
def tell_state() -> ResponseReturnValue:
    address = asking_address()
    now = current_moment()
    if asking().is_full(address, now):
        raise TooManyRequests
    office = request.form.get("office", "")
    names = telling_offices(status_db())
    if not names:
        return refusal_page(404, NO_OFFICE)
    if office not in names:
        return draw_form(office="Pilih kantor yang tertulis di slip.")
    try:
        code = check_code(request.form.get("code", ""))
    except ValueProblem as problem:
        return draw_form(code=problem.sentence)
    asking().asked.count_deed(address, now)
    with asking().own_turn():
        state = find_state(status_db(), office, code)
    if state is None:
        asking().count_miss(address, now)
        return draw_form(code=UNKNOWN)
    return render_template("public/state.html", state=state, today=office_date(now))


def make_status_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    """The public page over the centre's journal. TRUSTED_HOSTS and CLOCK are optional."""
    app = Flask("loket-status", static_folder=None, template_folder=str(paths.template_folder()))
    app.config.update(MAX_CONTENT_LENGTH=LONGEST, TRUSTED_HOSTS=list(OWN_NAMES), CLOCK=clock.now)
    app.config.update(config or {})
    app.secret_key = None
    app.jinja_env.add_extension(LineBreaks)
    app.extensions |= {"loket_journal": journal, "loket_asking": Asking()}
    app.after_request(finish_answer)
    filters.install_filters(app)
    assets.install_assets(app, Path(paths.static_folder()))
    app.context_processor(lambda: {"regency": settings.get_setting(journal.db, "centre.regency")})
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_unforeseen)
    for check in (keep_small, check_sealed_line, check_open):
        app.before_request(check)
    app.register_blueprint(pages)
    return app


def keep_small() -> None:
    """Nobody reads a body that the server threw away."""
    if DROPPED in request.environ:
        request.max_content_length = 0


def check_sealed_line() -> None:
    """A code travels over TLS only; in the open the page answers this PC alone. Raises Forbidden."""
    name = PORT.sub("", request.host)
    if not request.is_secure and not (request.remote_addr in LOOPBACK and name in OWN_NAMES):
        raise Forbidden


def check_open() -> ResponseReturnValue | None:
    """Until the centre has chosen it, and where another site sends the form, nothing is told."""
    if request.endpoint == "asset":
        return None
    if not settings.get_setting(status_db(), settings.STATUS_PAGE):
        return refusal_page(404, CLOSED)
    told = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method == "POST" and told not in ("same-origin", "none"):
        return refusal_page(403, OTHERWISE)
    return None


def on_http(error: HTTPException) -> ResponseReturnValue | HTTPException:
    status = error.code or 500
    if isinstance(error, SecurityError):  # a foreign Host name: no page of ours can name an address for it
        return Response(FOREIGN_NAME, status, content_type="text/plain; charset=utf-8")
    if status < 400:
        return error
    answer = make_response(refusal_page(status, REFUSALS.get(status, OTHERWISE)))
    if status in AGAIN:
        answer.headers["Retry-After"] = str(AGAIN[status])
    return answer


def on_unforeseen(error: Exception) -> ResponseReturnValue:
    """Anything else: logged by its kind, told without detail."""
    current_app.logger.error("status page: %s", type(error).__name__)
    return refusal_page(500, OTHERWISE)


def refusal_page(status: int, sentence: str) -> ResponseReturnValue:
    return render_template("public/error.html", sentence=sentence), status

"""The kiosk's app factory. It has no secret key, so Flask cannot make a session even by mistake."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Generic, TypeVar

from flask import Flask, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import escape
from werkzeug.exceptions import HTTPException, SecurityError

from app import paths
from app.complaints.slip_codes import FreshCodes
from app.complaints.views.kiosk.pages import LONGEST, draw_form, pages, redirect_once
from app.core import clock
from app.core.clock import office_date
from app.core.problems import Problem, storage_problem
from app.office import queries as office
from app.office import settings
from app.web import filters, notices, responses
from schema.body_limits import BODY_LIMIT, DROPPED, declared_limit
from sync.journal import Journal

DEFAULTS: dict[str, Any] = {
    "MAX_FORM_MEMORY_SIZE": LONGEST,
    "MAX_FORM_PARTS": 30,
    "TRUSTED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    "CLOCK": clock.now,
}
SENTENCES = {
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
OTHERWISE = "Belum berhasil. Coba sekali lagi, atau minta petugas meja informasi membantu."


class Brake:
    """At most `most` deeds of one key within a span; remembers a bounded number of keys."""

    def __init__(self, most: int, span: timedelta, keys: int = 2000) -> None:
        self.most, self.span, self.keys = most, span, keys
        self.seen: OrderedDict[Hashable, deque[datetime]] = OrderedDict()
        self.lock = threading.Lock()

    def full(self, key: Hashable, now: datetime) -> bool:
        with self.lock:
            times = self.seen.get(key, deque())
            while times and now - times[0] > self.span:
                times.popleft()
            return len(times) >= self.most

    def note(self, key: Hashable, now: datetime) -> None:
        with self.lock:
            self.seen.setdefault(key, deque(maxlen=self.most)).append(now)
            self.seen.move_to_end(key)
            while len(self.seen) > self.keys:
                self.seen.popitem(last=False)


class Once:
    """Pages that wait, by a random key; few, and not for long."""

    def __init__(self) -> None:
        self.waiting: OrderedDict[str, Shown] = OrderedDict()
        self.keys: OrderedDict[str, str] = OrderedDict()
        self.lock = threading.Lock()

    def keep(self, page: bytes, status: int, refresh: str, mark: str = "") -> str:
        """Let a page wait; its key. `mark`: what was pressed for it, so that a second press leads to the same page."""
        key = secrets.token_urlsafe(16)
        with self.lock:
            self.forget()
            self.waiting[key] = Shown(page, status, refresh)
            if mark:
                self.keys[mark] = key
            for known in (self.waiting, self.keys):
                while len(known) > MOST:
                    known.popitem(last=False)
        return key

    def take(self, key: str) -> Shown | None:
        with self.lock:
            self.forget()
            return self.waiting.pop(key, None)

    def key_of(self, mark: str) -> str:
        with self.lock:
            return self.keys.get(mark, "-")

    def forget(self) -> None:
        now = monotonic()
        for key in [key for key, shown in self.waiting.items() if shown.until < now]:
            del self.waiting[key]


Value = TypeVar("Value")


class Recent(Generic[Value]):
    """What was done under the last marks, so that pressing a button twice does the thing once."""

    def __init__(self, size: int = 200) -> None:
        self.size = size
        self.kept: OrderedDict[str, Value] = OrderedDict()
        self.lock = threading.RLock()

    def get(self, mark: str) -> Value | None:
        return self.kept.get(mark)

    def put(self, mark: str, value: Value) -> None:
        self.kept[mark] = value
        while len(self.kept) > self.size:
            self.kept.popitem(last=False)


class Tokens:
    """Signs what a form carries with a key that lives as long as the program: no cookie, nothing to steal."""

    def __init__(self) -> None:
        self.signer = URLSafeTimedSerializer(secrets.token_hex(32), salt="loket-kiosk")

    def new(self, purpose: str, value: object = None) -> str:
        """A token of one form. Two forms never share one: it also tells a second press of the button."""
        return str(self.signer.dumps([purpose, secrets.token_hex(8), value]))

    def read(self, purpose: str, text: str) -> tuple[str, object] | None:
        """(mark, value) of a token of ours that is not too old, else None."""
        try:
            named, mark, value = self.signer.loads(text[:600], max_age=TOKEN_HOURS * 3600)
        except (BadData, ValueError, TypeError):
            return None
        return (mark, value) if named == purpose else None


@dataclass
class Kiosk:
    journal: Journal
    tokens: Tokens = field(default_factory=Tokens)
    writing: Brake = field(default_factory=lambda: Brake(8, timedelta(minutes=10)))
    asking: Brake = field(default_factory=lambda: Brake(20, timedelta(minutes=10)))
    word: Brake = field(default_factory=lambda: Brake(5, timedelta(minutes=30)))
    codes: FreshCodes = field(default_factory=FreshCodes)
    written: Recent[bool] = field(default_factory=Recent)
    asked: Recent[bool] = field(default_factory=Recent)
    once: Once = field(default_factory=Once)


def make_kiosk_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    templates = (config or {}).get("TEMPLATES") or paths.template_folder()
    app = Flask("loket-kiosk", static_folder=None, template_folder=str(templates))
    app.config.update(DEFAULTS)
    app.config.update(config or {})
    app.secret_key = None
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["loket_kiosk"] = Kiosk(journal)
    app.extensions["loket_calendar"] = lambda: office.office_calendar(journal.db)
    responses.install_headers(app)
    app.after_request(answer_once)  # before the headers: the last one registered runs first
    filters.install_filters(app)
    responses.install_assets(app, Path((config or {}).get("STATIC") or paths.static_folder()))
    app.context_processor(lambda: shared_values(app))
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Problem, lambda problem: refusal_page(problem.status, problem.sentence))
    app.register_error_handler(Exception, lambda error: on_unforeseen(app, error))
    app.extensions[BODY_LIMIT] = body_limit
    app.before_request(keep_small)
    app.before_request(check_same_site)
    app.register_blueprint(pages)
    return app


def shared_values(app: Flask) -> dict[str, Any]:
    db, now = app.extensions["loket_kiosk"].journal.db, app.config["CLOCK"]()
    known = settings.all_settings(db)
    return {
        "office_name": known["office.name"] or "Kantor kecamatan",
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
    request.max_content_length = 0 if DROPPED in request.environ else body_limit()


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
    return redirect_once(answer) if request.method == "POST" and is_page and answer.status_code != 413 else answer


def on_http(error: HTTPException) -> ResponseReturnValue | HTTPException:
    status = error.code or 500
    if isinstance(error, SecurityError):  # a foreign Host name: no page of ours can name an address for it
        return Response(FOREIGN_NAME, status, content_type="text/plain; charset=utf-8")
    return error if status < 400 else refusal_page(status, SENTENCES.get(status, OTHERWISE))


def on_unforeseen(app: Flask, error: Exception) -> ResponseReturnValue:
    """Anything else, disk and database among it: logged, told without detail, and no complaint is lost by it."""
    problem = storage_problem(error)
    if problem is None:
        app.logger.error("kiosk error at %s", request.endpoint, exc_info=error)
    else:
        app.logger.warning("%s at the kiosk", problem.code)
        notices.release_reserve(problem)
    try:
        if request.endpoint == "kiosk.write_complaint":
            return draw_form(500, problem=UNWRITTEN, token=request.form.get("token", ""))
        return refusal_page(500, OTHERWISE)
    except Exception:
        app.logger.warning("not even a page of the kiosk", exc_info=problem is None)
        return Response(plain_failure(), 500)


def plain_failure() -> str:
    """A failure where the office's name cannot even be read, with the words that somebody wrote."""
    words = "\n\n".join(request.form[name] for name in ("words", "hope") if request.form.get(name))
    return PLAIN.format(sentence=UNWRITTEN if words else OTHERWISE, words=escape(words))


def refusal_page(status: int, sentence: str) -> ResponseReturnValue:
    return (
        render_template("kiosk/error.html", sentence=sentence),
        status,
        {"Refresh": f"60; url={url_for('kiosk.show_start')}"},
    )


TOKEN_HOURS = 2

MOST, SECONDS = 50, 60.0


@dataclass(frozen=True)
class Shown:
    """A page that waits to be fetched: its HTML, its status, after how many seconds it leaves the screen."""

    page: bytes
    status: int
    refresh: str
    until: float = field(default_factory=lambda: monotonic() + SECONDS)

"""The kiosk's app factory. It has no secret key, so Flask cannot make a session even by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import escape
from werkzeug.exceptions import HTTPException, SecurityError

from app import paths
from app.complaints.book import Written
from app.complaints.views.kiosk.brakes import Brake, Recent, Tokens
from app.complaints.views.kiosk.pages import draw_form, pages
from app.core import clock
from app.core.clock import office_date
from app.core.problems import Problem
from app.core.storage import storage_problem
from app.office import settings
from app.web import assets, filters, headers, space
from sync.journal import Journal

DEFAULTS: dict[str, Any] = {
    "MAX_CONTENT_LENGTH": 256 * 1024,
    "MAX_FORM_MEMORY_SIZE": 256 * 1024,
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


@dataclass
class Kiosk:
    """What the kiosk's pages share: the journal, tokens, brakes, and what was just written."""

    journal: Journal
    tokens: Tokens = field(default_factory=Tokens)
    writing: Brake = field(default_factory=lambda: Brake(8, timedelta(minutes=10)))
    asking: Brake = field(default_factory=lambda: Brake(20, timedelta(minutes=10)))
    word: Brake = field(default_factory=lambda: Brake(5, timedelta(minutes=30)))
    written: Recent[Written] = field(default_factory=Recent)


def make_kiosk_app(journal: Journal, config: Mapping[str, Any] | None = None) -> Flask:
    """Build the kiosk over an office's journal. TRUSTED_HOSTS and CLOCK are optional."""
    templates = (config or {}).get("TEMPLATES") or paths.templates()
    app = Flask("loket-kiosk", static_folder=None, template_folder=str(templates))
    app.config.update(DEFAULTS)
    app.config.update(config or {})
    app.secret_key = None
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["loket_kiosk"] = Kiosk(journal)
    headers.install(app)
    filters.install(app)
    assets.install(app, Path((config or {}).get("STATIC") or paths.static()))
    app.context_processor(lambda: shared(app))
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Problem, lambda problem: refused(problem.status, problem.sentence))
    app.register_error_handler(Exception, lambda error: on_unforeseen(app, error))
    app.before_request(same_site)
    app.register_blueprint(pages)
    return app


def shared(app: Flask) -> dict[str, Any]:
    """What every page of the kiosk shows: the office's name and telephone, the moment."""
    db, now = app.extensions["loket_kiosk"].journal.db, app.config["CLOCK"]()
    known = settings.all_settings(db)
    return {
        "office_name": known["office.name"] or "Kantor kecamatan",
        "office_phone": known["office.phone"],
        "report_to": known["office.report_to"],
        "now": now,
        "today": office_date(now),
    }


def same_site() -> ResponseReturnValue | None:
    """A form is taken from the kiosk's own pages only, as the browser itself tells."""
    told = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method == "POST" and told not in ("same-origin", "none"):
        return refused(403, OTHERWISE)
    return None


def on_http(error: HTTPException) -> ResponseReturnValue | HTTPException:
    """Answers of Flask and Werkzeug in the kiosk's own words."""
    status = error.code or 500
    if isinstance(error, SecurityError):  # a foreign Host name: no page of ours can name an address for it
        return Response(FOREIGN_NAME, status, content_type="text/plain; charset=utf-8")
    return error if status < 400 else refused(status, SENTENCES.get(status, OTHERWISE))


def on_unforeseen(app: Flask, error: Exception) -> ResponseReturnValue:
    """Anything else, disk and database among it: logged, told without detail, and no complaint is lost by it."""
    problem = storage_problem(error)
    if problem is None:
        app.logger.error("kiosk error at %s", request.endpoint, exc_info=error)
    else:
        app.logger.warning("%s at the kiosk", problem.code)
        space.given_up(problem)
    try:
        if request.endpoint == "kiosk.write":
            return draw_form(500, problem=UNWRITTEN, token=request.form.get("token", ""))
        return refused(500, OTHERWISE)
    except Exception:
        app.logger.warning("not even a page of the kiosk", exc_info=problem is None)
        return Response(plainly(), 500)


def plainly() -> str:
    """A failure where the office's name cannot even be read, with the words that somebody wrote."""
    words = "\n\n".join(request.form[name] for name in ("words", "hope") if request.form.get(name))
    return PLAIN.format(sentence=UNWRITTEN if words else OTHERWISE, words=escape(words))


def refused(status: int, sentence: str) -> ResponseReturnValue:
    """A page with one sentence and the way back."""
    return render_template("kiosk/error.html", sentence=sentence), status

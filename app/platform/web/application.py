"""The app factory of both sides: `make_app(shell, journal, rooms, config)`; and the pages of whatever goes wrong.

run.py builds the journal and the list of rooms and hands them in; nothing here knows a feature.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from pickle import UnpicklingError
from typing import IO, Any

from flask import Flask, Response, current_app, make_response, render_template
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from htmx_flask import Htmx, HtmxAwareRequest, request
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from markupsafe import escape
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, SecurityError

from app import paths
from app.core import clock
from app.core.codes import ALPHABET
from app.core.problems import CATALOGUE, Problem, storage_problem
from app.platform.web import assets, filters, forms, guard, guide, layout, palette
from app.platform.web.context import PARTNER, Loket, Nav, Shell, Surroundings, WebRoom
from app.platform.web.forms import KeyConverter
from app.platform.web.guard import note_refused
from app.platform.web.line_breaks import LineBreaks
from app.platform.web.own_flask import LateFlask, SessionCookies, finish_answer
from schema.cipher import keeps_plain_bytes_in_memory
from schema.version import VERSION
from sync.journal import Journal

TITLES = {
    400: "Permintaan ini tidak lengkap",
    401: "Silakan masuk dulu",
    403: "Halaman ini bukan untuk peran Anda",
    404: "Halaman tidak ditemukan",
    405: "Halaman ini tidak dibuka dengan cara itu",
    409: "Belum dikerjakan",
    413: "Isian atau dokumen terlalu besar",
    422: "Ada isian yang perlu diperbaiki",
    423: "Terkunci",
    429: "Terlalu banyak percobaan",
    500: "Ada yang salah di Loket, bukan di isian Anda",
    503: "Sedang sibuk",
    507: "Ruang simpan penuh",
}
TITLES_BY_CODE = {
    "read_only": "Basis data hanya dapat dibaca",
    "no_permission": "Folder data tidak boleh dibuka",
    "cannot_open": "Basis data tidak dapat dibuka",
    "disk_error": "Disk bermasalah",
    "damaged": "Basis data rusak",
    "not_database": "Basis data rusak",
    "server_away": "Server basis data tidak menjawab",
}
SENTENCES = {
    400: "Muat ulang halamannya, lalu ulangi. Isian yang sudah tersimpan tidak hilang.",
    403: CATALOGUE["forbidden"].sentence,
    404: "Alamatnya mungkin salah ketik atau sudah pindah. Periksa alamatnya, atau mulai lagi dari halaman depan.",
    405: "Buka dari tombol atau tautan di Loket, bukan dari alamat yang disimpan.",
    413: "Yang dikirim terlalu besar, tidak ada yang tersimpan. Tekan Kembali, pendekkan isiannya, lalu kirim lagi.",
    429: "Tunggu beberapa menit, lalu coba lagi.",
    500: "Yang terakhir belum tersimpan. Tekan Kembali dan coba sekali lagi. Jika tetap begini, sebutkan kode {code} "
    "kepada teknisi.",
}
STALE = (
    "Halaman ini dibuka sebelum Anda masuk, atau sudah terlalu lama. Tekan Kembali, salin isian yang panjang, "
    "muat ulang halamannya, lalu kirim lagi."
)
FOREIGN_NAME = (
    "Loket tidak dilayani dengan nama itu. Buka dengan alamat yang diberikan administrator. Nama baru ditambahkan di "
    "Pengaturan, bagian jaringan."
)
LAST_RESORT = "<!DOCTYPE html><html lang='id'><title>Galat</title><h1>{title}</h1><p>{sentence}</p></html>"
LONG = 30
"""Characters from which a typed text is shown on the page of a failure, to be read and copied."""


def install_errors(app: Flask) -> None:
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(CSRFError, lambda error: problem_answer(400, STALE, "stale"))
    app.register_error_handler(SecurityError, answer_foreign_name)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_unforeseen)


def answer_problem(problem: Problem) -> Response:
    if problem.code == "forbidden" or (problem.code == "not_found" and request.method == "POST"):
        note_refused()
    return problem_answer(problem.status, problem.sentence, problem.code, problem.fields)


def answer_foreign_name(_error: SecurityError) -> Response:
    """A request under a name that is not ours. It has no routes, so no page of ours can be drawn for it."""
    return Response(LAST_RESORT.format(title=TITLES[400], sentence=FOREIGN_NAME), 400)


def answer_http_error(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    if where := path_without_stroke():
        return Response(status=302, headers={"Location": where})
    made = problem_answer(status, SENTENCES.get(status, SENTENCES[400]), "http")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        made.headers["Allow"] = ", ".join(error.valid_methods)
    return made


def path_without_stroke() -> str:
    """The address that somebody meant who typed one that nobody has with a stroke behind it; else empty."""
    typed = request.full_path.removesuffix("?")
    path, mark, asked = typed.partition("?")
    unknown = isinstance(request.routing_exception, NotFound) and request.method in ("GET", "HEAD")
    if not unknown or not path.endswith("/"):
        return ""
    return guard.local_path(path.rstrip("/") + mark + asked, "")


def answer_unforeseen(error: Exception) -> Response:
    """What disk and database suffer is said plainly; anything else is logged under a code to read aloud."""
    problem = storage_problem(error)
    if problem is not None:
        sentence = problem.sentence + forms.release_reserve(problem)
        current_app.logger.warning("%s at %s", problem.code, request.endpoint)
        return problem_answer(problem.status, sentence, problem.code, problem.fields)
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(size)) for size in (2, 3))
    current_app.logger.error("error %s at %s", code, request.endpoint, exc_info=error)
    return problem_answer(500, SENTENCES[500].format(code=code), "unforeseen")


def typed_values() -> list[tuple[str, str]]:
    """What a failed form held, to be sent once more from the page that tells of the failure; no secrets."""
    if request.method != "POST" or request.htmx:
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if not guard.is_secret_field(name)]


def problem_answer(status: int, sentence: str, code: str, fields: dict[str, str] | None = None) -> Response:
    title = TITLES_BY_CODE.get(code) or TITLES.get(status, TITLES[400])
    if wants_json():
        body: dict[str, Any] = {
            "type": f"urn:loket:problem:{code}",
            "title": title,
            "status": status,
            "detail": sentence,
        }
        if fields:
            body["fields"] = fields
        text = current_app.json.dumps(body)
        return Response(text, status, content_type="application/problem+json")
    if status >= 500:
        kept = typed_values()
    else:
        kept = []
    facts = {
        "title": title,
        "sentence": sentence,
        "lines": list((fields or {}).values()),
        "status": status,
        "steps": code in ("damaged", "not_database"),
        "kept": kept,
        "long": [text for _, text in kept if len(text) >= LONG],
    }
    try:
        if request.htmx:
            made = make_response(render_template("_error.html", **facts), status)
            made.headers["HX-Retarget"] = "#alerts"
            made.headers["HX-Reswap"] = "innerHTML"
            return made
        return make_response(render_template("error.html", **facts), status)
    except Exception as error:
        current_app.logger.warning("a page without its frame", exc_info=storage_problem(error) is None)
        return plain_page(facts)


def plain_page(facts: dict[str, Any]) -> Response:
    """The page of a failure where the database cannot even be asked for what stands around a page."""
    try:
        page = current_app.jinja_env.get_template("plain.html").render(facts, request=request, csrf=generate_csrf())
    except Exception:
        current_app.logger.exception("plain error page failed")
        page = LAST_RESORT.format(title=escape(facts["title"]), sentence=escape(facts["sentence"]))
    return make_response(page, facts["status"])


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(
        ["text/html", "application/json", "application/problem+json"], "text/html"
    )
    return best != "text/html"


GROUPS = ("Loket", "Surat", PARTNER, "Hotline", "Pengaduan", "Mutu", "Antrean", "Kantor")
"""Order of the rail; groups not named here come after."""
MEGABYTE = 1024 * 1024
DEFAULTS: dict[str, Any] = {
    "MAX_CONTENT_LENGTH": 2 * MEGABYTE,
    "MAX_FORM_MEMORY_SIZE": MEGABYTE,
    "MAX_FORM_PARTS": 2000,
    "TRUSTED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    "WTF_CSRF_TIME_LIMIT": None,
    "WTF_CSRF_CHECK_DEFAULT": False,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "TEMPLATES_AUTO_RELOAD": False,
    "CLOCK": clock.now,
}


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates as they were compiled the last time, in a folder beside the database that only its owner may open.

    Jinja compares each with its source. Where the disk is full or read-only the pages are compiled as ever.
    """

    def __init__(self, folder: Path) -> None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder), f"%s-{VERSION}.bin")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it can be read and belongs to whoever runs the program."""
        try:
            if os.name == "nt" or Path(self.directory).stat().st_uid == os.getuid():
                super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError, UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


class Misconfigured(Exception):
    """The app was asked to start without something it must not invent, such as its secret key."""


class OfficeRequest(HtmxAwareRequest):
    def _get_file_stream(self, *about: Any, **more: Any) -> IO[bytes]:
        """Where an uploaded file is kept while its form is read: in an encrypted folder never on the disk."""
        if keeps_plain_bytes_in_memory():
            return BytesIO()
        return super()._get_file_stream(*about, **more)


def make_app(
    shell: Shell,
    journal: Journal,
    rooms: Sequence[WebRoom],
    config: Mapping[str, Any],
    surroundings: Surroundings | None = None,
) -> LateFlask:
    """Build the application of one side. `config` must hold SECRET_KEY; TRUSTED_HOSTS, CLOCK and others are optional.

    COMPILED names a folder in which compiled templates are kept for the next start, SPACE is the disk of the data.

    Raises Misconfigured without a secret key, and when a rail line names an endpoint that does not exist.
    """
    templates = str(config.get("TEMPLATES") or paths.template_folder())
    app = LateFlask("loket", static_folder=None, template_folder=templates)
    app.config.update(DEFAULTS, SESSION_COOKIE_NAME=f"loket_{shell.side}")
    app.config.update(config)
    if not app.config.get("SECRET_KEY"):
        raise Misconfigured("SECRET_KEY is missing")
    app.url_map.converters["int"] = KeyConverter
    app.session_interface = SessionCookies()
    if config.get("COMPILED"):
        app.jinja_env.bytecode_cache = CompiledTemplates(Path(config["COMPILED"]))
    app.jinja_env.add_extension(LineBreaks)
    Htmx(app)
    app.request_class = OfficeRequest
    app.extensions["loket"] = Loket(shell, journal, rail_of(rooms), tuple(rooms), surroundings or Surroundings())
    app.after_request(finish_answer)
    guard.install_guard(app, CSRFProtect(app))
    install_errors(app)
    filters.install_filters(app)
    layout.install_layout(app)
    assets.install_assets(app, Path(config.get("STATIC") or paths.static_folder()))
    guide.install_guide(app, rooms)
    palette.install_palette(app)
    for room in rooms:
        app.jinja_env.filters.update(room.filters)
        for pages in room.blueprints:
            app.take_pages(pages)
    nav: Sequence[Nav] = app.extensions["loket"].nav
    lost = [item.endpoint for item in nav if not (item.address or item.endpoint in app.view_functions)]
    if lost:
        raise Misconfigured(f"rail lines without a view: {', '.join(lost)}")
    return app


def rail_of(rooms: Sequence[WebRoom]) -> tuple[Nav, ...]:
    lines = [item for room in rooms for item in room.nav]
    rank = {name: place for place, name in enumerate(GROUPS)}
    return tuple(sorted(lines, key=lambda item: (rank.get(item.group, len(rank)), item.group, item.order)))

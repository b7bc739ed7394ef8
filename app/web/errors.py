"""Everything that can go wrong becomes a sentence: as a page, as a note inside the page (htmx) or as JSON (RFC 9457).

The sentence says what is wrong and what to do. An unforeseen error gets a code that stands in the log and nothing else.
"""

import secrets
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template
from flask_wtf.csrf import CSRFError, generate_csrf
from htmx_flask import request
from markupsafe import escape
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, SecurityError

from app.core.codes import ALPHABET
from app.core.problems import CATALOGUE, Problem, storage_problem
from app.web import guard, notices
from app.web.guard import note_refused

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
    404: "Alamatnya mungkin salah ketik atau sudah pindah. Mulai lagi dari meja kerja, atau pakai kotak pencarian.",
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
        sentence = problem.sentence + notices.release_reserve(problem)
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
        text = current_app.json.dumps(body | ({"fields": fields} if fields else {}))
        return Response(text, status, content_type="application/problem+json")
    kept = typed_values() if status >= 500 else []
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
            made.headers["HX-Retarget"], made.headers["HX-Reswap"] = "#alerts", "innerHTML"
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

"""The village's pages on its own computer, without an office and without network: an app of its own on its own port.

The folder belongs to one account of this computer, and so do the pages: whoever started them has the address with the
key, which is drawn at each start; without it nothing is shown. No other computer is answered.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from hmac import compare_digest
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, HTTPException, NotFound, SecurityError

from app import paths
from app.casework.villages.files import spoken_fingerprint
from app.casework.villages.own_folder import FolderProblem, VillageFolder, is_village_code
from app.casework.villages.own_forms import (
    asked_fields,
    fate_words,
    given_words,
    offered_choices,
    read_typed,
    written_words,
)
from app.casework.villages.own_network import VillageClock, exchange_with_office, join_office
from app.core import clock
from app.core.clock import office_date
from app.platform.office.exchange import plugged_sticks
from app.platform.web import assets, filters
from app.platform.web.line_breaks import LineBreaks
from app.platform.web.own_flask import finish_answer
from schema.service_fields import Field
from schema.service_procedure import Definition

pages = Blueprint("own_village", __name__)
OWN_NAMES = ("127.0.0.1", "localhost")
COOKIE = "loket_desa"
LONGEST_FORM = 262_144
"""Bytes of a form."""
NO_KEY = "Buka alamat yang ditulis program ini ketika dijalankan; di dalamnya ada kuncinya."
NOTHING_TYPED = "Isi sedikitnya satu isian, lalu simpan."
TEN_DIGITS = "Tulis kode desa, 10 angka."
MORE_ASKED = "Karena jawaban Anda, ada isian lagi di bawah. Isi, lalu simpan."


def folder() -> VillageFolder:
    return cast(VillageFolder, current_app.extensions["loket_village"])


def clockwork() -> VillageClock:
    return cast(VillageClock, current_app.extensions["loket_clock"])


def moment() -> datetime:
    return cast(datetime, current_app.config["CLOCK"]())


def today() -> date:
    return office_date(moment())


def make_village_app(own: VillageFolder, config: Mapping[str, Any] | None = None) -> Flask:
    """The pages of one village's folder. `KEY` opens them; CLOCK and STICKS are optional."""
    app = Flask("loket-desa", static_folder=None, template_folder=str(paths.template_folder()))
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_FORM, TRUSTED_HOSTS=list(OWN_NAMES), CLOCK=clock.now)
    app.config.update(KEY=secrets.token_urlsafe(24), STICKS=lambda: plugged_sticks(own.folder))
    app.config.update(config or {})
    app.secret_key = None
    app.jinja_env.add_extension(LineBreaks)
    app.extensions["loket_village"] = own
    app.extensions["loket_clock"] = VillageClock(own, app.config["CLOCK"])
    app.after_request(finish_answer)
    filters.install_filters(app)
    assets.install_assets(app, Path(paths.static_folder()))
    app.context_processor(lambda: {"key": app.config["KEY"], "today": today})
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(FolderProblem, lambda problem: draw_problem(problem.sentence, 409))
    app.before_request(check_opened)
    app.register_blueprint(pages)
    return app


def check_opened() -> None:
    """Only whoever has the key of this start, and for posts only our own pages. Raises Forbidden."""
    if request.endpoint in ("asset", "own_village.enter"):
        return
    key = current_app.config["KEY"]
    if not compare_digest(request.cookies.get(COOKIE, "").encode(), key.encode()):
        raise Forbidden
    if request.method == "POST" and not compare_digest(request.form.get("key", "").encode(), key.encode()):
        raise Forbidden


def on_http(error: HTTPException) -> ResponseReturnValue | HTTPException:
    status = error.code or 500
    if isinstance(error, SecurityError) or status < 400:
        return error
    words = {
        403: NO_KEY,
        404: "Alamat ini tidak ada.",
        413: "Isian halaman ini terlalu panjang. Pendekkan, lalu simpan lagi.",
    }
    return draw_problem(words.get(status, "Belum berhasil. Kembali ke halaman depan, lalu coba sekali lagi."), status)


def draw_problem(sentence: str, status: int) -> ResponseReturnValue:
    return render_template("village/problem.html", sentence=sentence), status


@pages.get("/masuk/<key>")
def enter(key: str) -> ResponseReturnValue:
    """The address that was printed: from now on this browser has the key, and no address holds it."""
    if not compare_digest(key.encode(), current_app.config["KEY"].encode()):
        raise Forbidden
    answer = redirect(url_for("own_village.show_home"), 303)
    answer.set_cookie(COOKIE, key, httponly=True, samesite="Strict")
    return cast(Response, answer)


# -- what is here -------------------------------------------------------------------------------------------------


@pages.get("/")
def show_home() -> ResponseReturnValue:
    return draw_home()


def draw_home(wrong: Mapping[str, str] | None = None, told: str = "", status: int = 200) -> ResponseReturnValue:
    """The front page; `wrong`: field → sentence, with what was typed left where it was."""
    own = folder()
    known = folder().newest()
    keys = known_keys(own)
    fingerprint = ""
    village = ""
    if keys:
        fingerprint = spoken_fingerprint(keys)
        village = keys.node
    if known:
        services = [known.definition(offered.id) for offered in known.services]
    else:
        services = []
    return (
        render_template(
            "village/home.html",
            told=told,
            wrong=wrong or {},
            typed=request.form,
            known=known,
            fingerprint=fingerprint,
            village=village,
            trusted=is_trusted(own),
            sticks=current_app.config["STICKS"](),
            drafts=[(form, draft_name(form.fields), known and known.fate(form.code)) for form in own.drafts()],
            given_words=given_words,
            services=services,
            fate_words=fate_words,
            address=own.address(),
            said=clockwork().said,
        ),
        status,
    )


def known_keys(own: VillageFolder) -> Any:
    try:
        return own.keys().public
    except FolderProblem:
        return None


def is_trusted(own: VillageFolder) -> bool:
    try:
        return bool(own.office())
    except FolderProblem:
        return False


def draft_name(fields: Mapping[str, str]) -> str:
    return fields.get("full_name") or fields.get("name") or "Belum bernama"


def on_stick(field: str, work: Callable[[Path], str]) -> ResponseReturnValue:
    """Do something with the chosen stick; what went wrong stands at `field`, the rest of the page as it was."""
    chosen = request.form.get("stick", "")
    if chosen not in dict(current_app.config["STICKS"]()):
        return draw_home({"stick": "Pilih flashdisknya. Colok dulu bila belum ada di daftar."}, status=422)
    try:
        return draw_home(told=work(Path(chosen)))
    except FolderProblem as problem:
        return draw_home({field: problem.sentence}, status=422)


@pages.post("/kunci")
def make_keys() -> ResponseReturnValue:
    code = request.form.get("code", "").strip()
    if not is_village_code(code):
        return draw_home({"code": TEN_DIGITS}, status=422)

    def write(stick: Path) -> str:
        folder().make_keys(code, stick)
        return "Kunci desa ditulis di flashdisk. Bawa ke kecamatan, dan bacakan sidik jarinya lewat telepon."

    return on_stick("code", write)


@pages.post("/percaya")
def trust_office() -> ResponseReturnValue:
    def trust(stick: Path) -> str:
        folder().trust_office(stick, request.form.get("fingerprint", "")[:60])
        return "Kunci kecamatan dipercaya mulai sekarang."

    return on_stick("fingerprint", trust)


@pages.post("/baca")
def read_list() -> ResponseReturnValue:
    def read(stick: Path) -> str:
        known, told = folder().read_list(stick)
        return " ".join([f"Daftar {known.head.number} dibaca: {len(known.cases)} berkas.", *told])

    return on_stick("stick", read)


@pages.post("/tulis")
def write_drafts() -> ResponseReturnValue:
    def write(stick: Path) -> str:
        return written_words(*folder().write_drafts(stick, moment()))

    return on_stick("stick", write)


@pages.post("/jaringan")
def join() -> ResponseReturnValue:
    """Let this computer in with the code of the kecamatan, and fetch the first list."""
    code = request.form.get("village", "").strip()
    own = folder()
    if not is_village_code(code):
        return draw_home({"village": TEN_DIGITS}, status=422)
    try:
        join_office(own, code, request.form.get("joining", "")[:300], moment())
        return draw_home(told=f"Terhubung. {exchange_with_office(own, moment())}")
    except FolderProblem as problem:
        return draw_home({"joining": problem.sentence}, status=422)


@pages.post("/kirim")
def exchange_now() -> ResponseReturnValue:
    try:
        return draw_home(told=exchange_with_office(folder(), moment()))
    except FolderProblem as problem:
        return draw_home({"exchange": problem.sentence}, status=422)


@pages.get("/slip/<path:number>")
def show_slip(number: str) -> ResponseReturnValue:
    """The return slip of one applicant, for printing."""
    known = folder().the_list()
    case = next((case for case in known.cases if case.number == number and case.returned_on), None)
    if case is None:
        raise NotFound
    return render_template("village/slip.html", case=case, known=known)


# -- a draft --------------------------------------------------------------------------------------------------------


@pages.get("/draf/<service>")
def show_form(service: str) -> ResponseReturnValue:
    return draw_form(folder().the_list().definition(service), {}, {})


@pages.post("/draf/<service>")
def save_draft(service: str) -> ResponseReturnValue:
    own = folder()
    definition = own.the_list().definition(service)
    typed = {field.id: request.form[field.id] for field in definition.fields if field.id in request.form}
    values, wrong = read_typed(definition, typed, own.keys().node, today())
    unseen = [field for field in asked_fields(definition, values, today()) if is_unseen(field)]
    if wrong:
        return draw_form(definition, typed, wrong, "", 422)
    if not values:
        return draw_form(definition, typed, wrong, NOTHING_TYPED, 422)
    if unseen:
        return draw_form(definition, typed, {}, MORE_ASKED)
    try:
        form = own.add_draft(service, values, moment())
    except FolderProblem as problem:  # what was typed stays on the page
        return draw_form(definition, typed, {}, problem.sentence, 409)
    return redirect(url_for("own_village.show_receipt", code=form.code), 303)


@pages.get("/resi/<code>")
def show_receipt(code: str) -> ResponseReturnValue:
    """What the applicant takes home, for printing: the number, and what happens next."""
    own = folder()
    form = own.find_form(code)
    known = own.the_list()
    if form is None:
        raise NotFound
    offered = {each.id for each in known.services}
    if form.service in offered:
        service = known.definition(form.service).short_name
    else:
        service = form.service
    number = ""
    if form.given:
        number = form.given.text(own.keys().node)
    return render_template(
        "village/receipt.html", form=form, known=known, number=number, service=service, name=draft_name(form.fields)
    )


def is_unseen(field: Field) -> bool:
    """Whether the sent page had no such field; a tick that is not set is never sent."""
    return field.type != "tick" and field.id not in request.form


def draw_form(
    definition: Definition, typed: Mapping[str, str], wrong: Mapping[str, str], note: str = "", status: int = 200
) -> ResponseReturnValue:
    """The form as far as its answers ask for it, with whatever was typed."""
    village = folder().keys().node
    on = today()
    values, _ = read_typed(definition, typed, village, on)
    asked = asked_fields(definition, values, on)
    choices = {field.id: offered_choices(definition, field, village, on) for field in asked}
    page = render_template(
        "village/draft.html", definition=definition, asked=asked, choices=choices, typed=typed, wrong=wrong, note=note
    )
    return make_response(page, status)


@pages.post("/draf/<code>/buang")
def throw_draft_away(code: str) -> ResponseReturnValue:
    if code not in {form.code for form in folder().drafts()}:
        raise NotFound
    folder().take_back(code)
    return redirect(url_for("own_village.show_home"), 303)

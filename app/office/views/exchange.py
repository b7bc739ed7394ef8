"""The page of the exchange: send, stick, enrolment, what waits for somebody; its state in the header."""

from datetime import datetime
from pathlib import Path
from typing import cast

from flask import Blueprint, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import office_date
from app.core.dates import clock_time, format_number, short_day
from app.core.permissions import Actor
from app.office import queries, settings
from app.office.exchange import ExchangeResult, ExchangeState, OfficeExchange
from app.office.views.forms import CodeForm, NoteForm, StickForm
from app.web.context import RoadStatus, current_actor, current_db, current_time, surroundings
from app.web.forms import redirect_to, run_command, show_page, to_choices
from app.web.guard import needs_permission
from schema.database import Database

pages = Blueprint("road_page", __name__, url_prefix="/jalan")

CASE_PAGE = "cases.show_case"
TWINS_PAGE = "twins.page"
ROAD_PAGE = "road_page.page"
OLD_WORKDAYS = 3
"""From the third working day on, what is not sent asks for attention."""
KIND_WORDS = {
    "dispatch.line": "Baris pengiriman",
    "dispatch.sent": "Penutup pengiriman",
    "epoch.opened": "Pembukaan masa",
    "line.recall_asked": "Permintaan menarik baris",
    "heads.anchored": "Sidik harian",
    "line.paper_answered": "Jawaban di atas kertas",
    "recap.published": "Rekap diumumkan",
    "twin.taken_over": "Pengambilalihan",
    "twin.set_aside": "Penyisihan",
    "twin.sent_again": "Pengiriman ulang",
    "line.accepted": "Baris diterima",
    "line.refused": "Baris ditolak",
    "line.printed": "Hasil cetak",
    "line.spoiled": "Blangko rusak",
    "shipment.sent": "Kiriman pusat cetak",
    "centre.state": "Kabar persediaan",
    "?": "Catatan tidak terbaca",
}
"""What travels between the office and the centre, in words."""


def own_exchange() -> OfficeExchange:
    return cast(OfficeExchange, surroundings().sync)


def exchange_state() -> ExchangeState:
    """How the exchange stands; header and rail of a page that only reads ask once between them."""
    if request.method != "GET":
        return own_exchange().state()
    if "exchange_state" not in g:
        g.exchange_state = own_exchange().state()
    return cast(ExchangeState, g.exchange_state)


def unsent_count(_db: Database, _actor: Actor, _now: datetime) -> int | None:
    return exchange_state().unsent or None


def exchange_header(db: Database, _actor: Actor, now: datetime) -> RoadStatus | None:
    """Unsent count and age for every page's header. Offline is weather; only what waits for a person is a warning."""
    one = exchange_state()
    if not one.enrolled:
        return RoadStatus("idle", "Kiriman dengan kertas", "belum terdaftar di pusat cetak", ROAD_PAGE)
    oldest = office_date(one.oldest_at) if one.oldest_at else None
    waiting = f"{format_number(one.unsent)} belum terkirim" + (f", tertua {short_day(oldest)}" if oldest else "")
    old = oldest is not None and queries.office_calendar(db).workdays_between(oldest, office_date(now)) >= OLD_WORKDAYS
    trouble = one.set_aside + one.stopped + own_exchange().waiting_lines(db)
    if trouble:
        return RoadStatus("warn", "Perlu diperiksa", f"{format_number(trouble)} hal di jalan ke pusat cetak", ROAD_PAGE)
    if not settings.get_setting(db, "centre.runs_loket"):
        return RoadStatus(
            "idle", "Kiriman dengan kertas", waiting if one.unsent else "pusat cetak tanpa Loket", ROAD_PAGE
        )
    if one.offline_since is not None:
        return RoadStatus(
            "warn" if old else "idle",
            f"Luring sejak {hour_or_day(one.offline_since, now)}",
            waiting if one.unsent else "Tidak ada yang tertunda",
            ROAD_PAGE,
        )
    if one.unsent:
        return RoadStatus("warn" if old else "sent", "Menunggu dikirim", waiting, ROAD_PAGE)
    last = f"terakhir {hour_or_day(one.last_contact_at, now)}" if one.last_contact_at else "belum ada kiriman"
    return RoadStatus("good", "Semua terkirim", last, ROAD_PAGE)


def hour_or_day(at: datetime, now: datetime) -> str:
    """The hour of today, else the day."""
    return clock_time(at) if office_date(at) == office_date(now) else short_day(office_date(at))


def draw_exchange(
    told: ExchangeResult | None = None,
    status: int = 200,
    code: CodeForm | None = None,
    note: NoteForm | None = None,
    wrong: str = "",
) -> ResponseReturnValue:
    """Draw the page, with what an exchange came to; `wrong` is the place whose note was refused."""
    stick, code = StickForm(formdata=None), code or CodeForm(formdata=None)
    stick.folder.choices = code.folder.choices = to_choices(own_exchange().sticks())
    state, trouble = own_exchange().state(), {}
    if state.enrolled:
        trouble = {
            "aside": own_exchange().lines_aside(),
            "forks": own_exchange().forks(),
            "kept": own_exchange().kept_files(),
            "key": own_exchange().centre_key(),
            "not_taken": own_exchange().not_taken(),
            "rewritten": own_exchange().rewritten(),
            "twins": own_exchange().waiting_lines(current_db()),
            "twins_page": TWINS_PAGE if TWINS_PAGE in current_app.view_functions else "",
        }
    linked = CASE_PAGE if CASE_PAGE in current_app.view_functions else ""
    return show_page(
        "office/road.html",
        status=status,
        state=state,
        told=told,
        lost=own_exchange().keys_problem(),
        stick=stick,
        code=code,
        words=KIND_WORDS,
        note=note or NoteForm(formdata=None),
        wrong=wrong,
        case_page=linked,
        **trouble,
    )


@pages.get("/", endpoint="page")
@needs_permission("sync.view")
def exchange_overview() -> ResponseReturnValue:
    return draw_exchange()


@pages.post("/kirim")
@needs_permission("sync.run")
def send_now() -> ResponseReturnValue:
    return draw_exchange(own_exchange().sync(current_time()))


def chosen_folder() -> Path | None:
    form = StickForm()
    form.folder.choices = to_choices(own_exchange().sticks())
    return Path(form.folder.data) if form.validate() else None


NO_STICK = ExchangeResult(False, ["Stik itu tidak ditemukan lagi. Colok stiknya, muat ulang halaman, lalu pilih lagi."])


@pages.post("/stik/tulis")
@needs_permission("sync.run")
def write_stick() -> ResponseReturnValue:
    folder = chosen_folder()
    return draw_exchange(own_exchange().write_stick(folder, current_time()) if folder else NO_STICK)


@pages.post("/stik/baca")
@needs_permission("sync.run")
def read_stick() -> ResponseReturnValue:
    folder = chosen_folder()
    return draw_exchange(own_exchange().read_stick(folder, current_time()) if folder else NO_STICK)


@pages.post("/daftar")
@needs_permission("office.settings")
def enrol_office() -> ResponseReturnValue:
    form = CodeForm()
    form.folder.choices = to_choices(own_exchange().sticks())
    if not form.validate():
        return draw_exchange(status=422, code=form)
    code, folder = form.code.data or "", form.folder.data or ""
    by_stick = folder in {path for path, _ in own_exchange().sticks()}
    told = (
        own_exchange().request_enrolment(code, Path(folder), current_time())
        if by_stick
        else own_exchange().enrol(code, current_time())
    )
    if not told.ok:
        form.code.errors = [*form.code.errors, " ".join(told.sentences)]
        return draw_exchange(status=422, code=form)
    return draw_exchange(told) if by_stick else redirect_to(url_for("road_page.page"), " ".join(told.sentences))


@pages.post("/periksa/baris")
@needs_permission("sync.run")
def settle_line() -> ResponseReturnValue:
    place, form = request.form.get("place", ""), NoteForm()
    return run_command(
        lambda: own_exchange().settle_line(current_actor(), place, form.note.data, current_time()),
        lambda _: draw_exchange(status=422, note=form, wrong=place),
        url_for("road_page.page"),
        "Catatan itu selesai dan tidak lagi di daftar.",
        form=form,
    )

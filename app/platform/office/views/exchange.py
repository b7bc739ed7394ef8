"""The page of the exchange: send, stick, enrolment, what waits for somebody; its state in the header."""

from datetime import datetime
from functools import partial
from typing import cast

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import office_date
from app.core.dates import clock_time, format_number, short_day
from app.core.permissions import Actor
from app.platform.office import queries, settings
from app.platform.office.exchange import (
    ExchangeReport,
    ExchangeState,
    OfficeExchange,
    case_in,
    entry_words,
    stream_words,
)
from app.platform.office.views.forms import CodeForm, NoteForm, StickForm
from app.platform.web.context import RoadStatus, current_actor, current_db, current_pages, current_time, surroundings
from app.platform.web.forms import CHANGED, answers_in_place, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission
from schema.database import Database

pages = Blueprint("road_page", __name__, url_prefix="/jalan")

CASE_PAGE = "cases.show_case"
OTHER_VERSIONS_PAGE = "other_versions.page"
EXCHANGE_PAGE = "road_page.page"
EXCHANGE_NOW = "road_page.send_now"
OLD_WORKDAYS = 3
"""From the third working day on, what is not sent asks for attention."""
KIND_WORDS = {
    "dispatch.line": "Baris pengiriman",
    "dispatch.sent": "Penutup pengiriman",
    "epoch.opened": "Pembukaan masa",
    "line.recall_asked": "Permintaan menarik baris",
    "heads.anchored": "Kode pengaman harian",
    "line.paper_answered": "Jawaban di atas kertas",
    "recap.published": "Rekap diumumkan",
    "case.state_published": "Keadaan untuk halaman status",
    "twin.taken_over": "Pengambilalihan",
    "twin.set_aside": "Penyisihan",
    "twin.sent_again": "Pengiriman ulang",
    "line.accepted": "Baris diterima",
    "line.refused": "Baris ditolak",
    "line.printed": "Hasil cetak",
    "line.spoiled": "Blangko rusak",
    "shipment.sent": "Pengiriman hasil",
    "centre.state": "Kabar persediaan",
    "release.endorsed": "Rilis disahkan",
    "?": "Catatan tidak terbaca",
}
"""What travels between the office and the centre, in words."""


def own_exchange() -> OfficeExchange:
    return cast(OfficeExchange, surroundings().sync)


def exchange_state() -> ExchangeState:
    """How the exchange stands; header and rail of a page that only reads ask once between them."""
    if request.method != "GET":
        return own_exchange().state()
    known: ExchangeState | None = g.get("exchange_state")
    if known is None:
        known = g.exchange_state = own_exchange().state()
    return known


def unsent_count(_db: Database, _actor: Actor, _now: datetime) -> int | None:
    return exchange_state().unsent or None


PIECES = "foto atau pindaian belum lengkap di seberang"


def is_overdue(db: Database, state: ExchangeState, now: datetime) -> bool:
    if state.oldest_at is None:
        return False
    days = queries.office_calendar(db).workdays_between(office_date(state.oldest_at), office_date(now))
    return days >= OLD_WORKDAYS


def waiting_words(state: ExchangeState) -> str:
    """What is still to reach the other side; empty where nothing waits."""
    if not state.unsent:
        return PIECES if state.pieces else ""
    oldest = ""
    if state.oldest_at:
        oldest = f", tertua {short_day(office_date(state.oldest_at))}"
    return f"{format_number(state.unsent)} belum terkirim{oldest}"


def exchange_header(db: Database, _actor: Actor, now: datetime) -> RoadStatus | None:
    """Unsent count and age for every page's header; None where no service has a partner to send to.

    Offline is weather; only what waits for a person is a warning.
    """
    state = exchange_state()
    if not state.enrolled and not queries.loket_partners(db):
        return None
    if not state.enrolled:
        note = f"Belum terdaftar di {queries.road_end(db)}"
        return RoadStatus("idle", "Pengiriman dengan kertas", "", EXCHANGE_PAGE, note=note)
    if trouble := state.set_aside + state.stopped + own_exchange().waiting_lines(db):
        detail = f"{format_number(trouble)} hal pada sambungan ke {queries.road_end(db)}"
        return RoadStatus("warn", "Perlu diperiksa", detail, EXCHANGE_PAGE)
    waiting = waiting_words(state)
    if not settings.get_setting(db, "centre.runs_loket"):
        paper = f"{queries.road_end(db)} tanpa Loket"
        return RoadStatus("idle", "Pengiriman dengan kertas", waiting or paper, EXCHANGE_PAGE)
    overdue = is_overdue(db, state, now)
    if state.offline_since is not None:
        title = f"Luring sejak {hour_or_day(state.offline_since, now)}"
        detail = waiting or "Tidak ada yang tertunda"
        if overdue:
            return RoadStatus("warn", title, detail, EXCHANGE_PAGE, EXCHANGE_NOW)
        return RoadStatus("idle", title, detail, EXCHANGE_PAGE, EXCHANGE_NOW)
    if waiting and overdue:
        return RoadStatus("warn", "Menunggu dikirim", waiting, EXCHANGE_PAGE, EXCHANGE_NOW)
    if waiting:
        return RoadStatus("sent", "Menunggu dikirim", waiting, EXCHANGE_PAGE, EXCHANGE_NOW)
    last = "belum ada pengiriman"
    if state.last_contact_at:
        last = f"terakhir {hour_or_day(state.last_contact_at, now)}"
    return RoadStatus("good", "Semua terkirim", last, EXCHANGE_PAGE, EXCHANGE_NOW)


def hour_or_day(at: datetime, now: datetime) -> str:
    if office_date(at) == office_date(now):
        return clock_time(at)
    return short_day(office_date(at))


def page_if_there(endpoint: str) -> str:
    """The endpoint where this side has its page, else empty."""
    if not current_pages().find_view(endpoint):
        return ""
    return endpoint


def draw_exchange(
    report: ExchangeReport | None = None,
    status: int = 200,
    code: CodeForm | None = None,
    note: NoteForm | None = None,
    wrong: str = "",
) -> ResponseReturnValue:
    """Draw the page, with what an exchange came to; `wrong` is the place whose note was refused."""
    exchange = own_exchange()
    db = current_db()
    stick = StickForm(formdata=None)
    code = code or CodeForm(formdata=None)
    stick.folder.choices = code.folder.choices = to_choices(exchange.sticks())
    state = exchange.state()
    trouble = {}
    if state.enrolled:
        trouble = {
            "aside": exchange.unused_lines(),
            "forks": exchange.forks(),
            "source": exchange.journal.source,
            "stream_words": partial(stream_words, db),
            "entry_words": entry_words,
            "kept": exchange.kept_files(),
            "key": exchange.centre_key(),
            "not_taken": exchange.refusals(),
            "rewritten": exchange.rewritten_history(),
            "twins": exchange.waiting_lines(db),
            "twins_page": page_if_there(OTHER_VERSIONS_PAGE),
        }
    newer, newer_since = exchange.newer_entries()
    return show_page(
        "platform/office/exchange.html",
        status=status,
        state=state,
        newer=newer,
        newer_since=newer_since,
        report=report,
        lost=exchange.keys_problem(),
        stick=stick,
        code=code,
        words=KIND_WORDS,
        case_in=case_in,
        note=note or NoteForm(formdata=None),
        wrong=wrong,
        case_page=page_if_there(CASE_PAGE),
        **trouble,
    )


@pages.get("/", endpoint="page")
@needs_permission("sync.view")
def exchange_overview() -> ResponseReturnValue:
    return draw_exchange()


@pages.post("/kirim")
@needs_permission("sync.run")
def send_now() -> ResponseReturnValue:
    """One exchange; from the masthead of any page it is told there."""
    report = own_exchange().sync(current_time())
    if not answers_in_place():
        return draw_exchange(report)
    road = exchange_header(current_db(), current_actor(), current_time())
    told = render_template("platform/office/_told.html", report=report, oob=True)
    answer = make_response(render_template("_road.html", road=road) + told)
    answer.headers["HX-Trigger-After-Settle"] = CHANGED
    return answer


@pages.post("/stik/tulis")
@needs_permission("sync.run")
def write_stick() -> ResponseReturnValue:
    return draw_exchange(own_exchange().write_stick(request.form.get("folder", ""), current_time()))


@pages.post("/stik/baca")
@needs_permission("sync.run")
def read_stick() -> ResponseReturnValue:
    return draw_exchange(own_exchange().read_stick(request.form.get("folder", ""), current_time()))


@pages.post("/daftar")
@needs_permission("office.settings")
def enrol_office() -> ResponseReturnValue:
    form = CodeForm()
    sticks = own_exchange().sticks()
    form.folder.choices = to_choices(sticks)
    if not form.validate():
        return draw_exchange(status=422, code=form)
    code = form.code.data or ""
    folder = form.folder.data or ""
    by_stick = folder in dict(sticks)
    if by_stick:
        report = own_exchange().request_enrolment(code, folder, current_time())
    else:
        report = own_exchange().enrol(code, current_time())
    sentence = " ".join(report.sentences)
    if not report.ok:
        form.code.errors = [*form.code.errors, sentence]
        return draw_exchange(status=422, code=form)
    if by_stick:
        return draw_exchange(report)
    return redirect_to(url_for(EXCHANGE_PAGE), sentence)


@pages.post("/periksa/baris")
@needs_permission("sync.run")
def settle_line() -> ResponseReturnValue:
    place = request.form.get("place", "")
    form = NoteForm()
    return run_command(
        lambda: own_exchange().settle_line(current_actor(), place, form.note.data, current_time()),
        lambda _: draw_exchange(status=422, note=form, wrong=place),
        url_for(EXCHANGE_PAGE),
        "Catatan itu selesai dan tidak lagi di daftar.",
        form=form,
    )

"""Pengiriman: choose and order, confirm with PIN, papers, what became of every line (SP 4.6)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.cases.opening import get_case
from app.ktp import dispatch, disputes, queries
from app.ktp.answers import RESULTS
from app.ktp.papers import kind_labels
from app.ktp.views.forms import PinForm, ReasonForm, RecallForm, SendForm
from app.ktp.views.printing import questions
from app.ktp.views.shared import chosen, road_state, whole_number
from app.office import service as office
from app.office import ways
from app.people import service as people
from app.web.context import Nav, current_actor, db, journal, now, today
from app.web.forms import Form, sound, told
from app.web.guard import needs
from app.web.pages import cut, done, page, page_number
from app.web.pin import confirm_pin, has_pin

pages = Blueprint("dispatch", __name__, url_prefix="/pengiriman")
NAV = (
    Nav("Pengiriman", "dispatch.overview", "dispatch.view", group="Dukcapil", order=10,
        count=lambda db, actor, _now: queries.step_count(db, actor, "dispatch")),
)  # fmt: skip
PER_PAGE = 12


@pages.get("/")
@needs("dispatch.view")
def overview() -> ResponseReturnValue:
    """Cases that may go, drafts, and what was sent."""
    return overview_page()


def overview_page(status: int = 200, problem: str = "") -> ResponseReturnValue:
    """Draw the overview."""
    number = page_number()
    sent = cut(queries.sent(db(), PER_PAGE + 1, (number - 1) * PER_PAGE), number, PER_PAGE)
    return page(
        "ktp/dispatches.html",
        status=status,
        ready=dispatch.ready(db(), today()),
        drafts=queries.drafts(db()),
        sent=sent,
        kinds=kind_labels(db(), today()),
        villages=office.area_names(db()),
        road=road_state(),
        problem=problem,
        ticked=set(chosen("berkas")) if request.method == "POST" else None,
        centre=queries.centre_state(db()),
        disputed=len(disputes.conflicts(db())),
        runs_loket=ways.runs_loket(db()),
    )


@pages.post("/")
@needs("dispatch.prepare")
def draft() -> ResponseReturnValue:
    """Start a dispatch with the ticked cases, in the order of the page."""
    cases = chosen("berkas")
    if not cases:
        return overview_page(422, "Centang paling sedikit satu berkas.")
    made = dispatch.draft(journal(), current_actor(), case_ids=cases, now=now())
    return done(
        url_for("dispatch.one", dispatch_id=made),
        "Rancangan dibuat. Periksa urutannya, lalu minta persetujuan.",
    )


@pages.get("/<int:dispatch_id>")
@needs("dispatch.view")
def one(dispatch_id: int) -> ResponseReturnValue:
    """A draft to be put in order and confirmed, or a sent dispatch with its balance and lines."""
    return detail(dispatch_id)


def detail(dispatch_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw one dispatch as what it is now."""
    found = queries.dispatch(db(), dispatch_id)
    if found.state == "sent":
        return sent_page(dispatch_id, status, **forms)
    if found.state == "dropped":
        return page("ktp/dispatch_dropped.html", found=found)
    fresh = {"send_form": SendForm(formdata=None), "drop_form": ReasonForm(formdata=None, prefix="drop")}
    picks = queries.picks(db(), dispatch_id)
    why = dispatch.why_not_now(db(), [pick.id for pick in picks], today())
    return page(
        "ktp/dispatch_draft.html", status=status, found=found, picks=picks, why=why, kinds=kind_labels(db(), today()),
        ready=dispatch.ready(db(), today()), villages=office.area_names(db()), people=people.names(db()),
        has_pin=has_pin(), runs_loket=ways.runs_loket(db()),
        explained=dispatch.explained_now(db(), [pick.id for pick in picks]),
        **(fresh | forms),
    )  # fmt: skip


def sent_page(dispatch_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw a sent dispatch."""
    which = request.args.get("baris", "")
    lines = queries.lines(db(), dispatch_id)
    which = (
        which
        if which in queries.FILTERS
        else ("perhatian" if any(line.attention for line in lines) else "semua")
    )
    tabs, shown = queries.filtered(lines, which)
    fresh = {"back_form": RecallForm(formdata=None), "sheet_form": PinForm(formdata=None, prefix="unduh")}
    asking, heard = asked_line(lines), dispatch.is_heard(db(), dispatch_id)
    return page(
        "ktp/dispatch_sent.html",
        status=status,
        found=queries.dispatch(db(), dispatch_id),
        lines=shown,
        tabs=tabs,
        sum=queries.sent(db(), 1, dispatch_id=dispatch_id)[0],
        which=which,
        check=queries.last_check(db(), dispatch_id),
        kinds=kind_labels(db(), today()),
        villages=office.area_names(db()),
        people=people.names(db()),
        results=RESULTS,
        road=road_state(),
        waited=waited(queries.dispatch(db(), dispatch_id).sent_on or ""),
        asked=questions(f"dispatch/{dispatch_id}"),
        asking=asking if heard or request.method == "POST" else None,
        heard=heard,
        by_telephone=dispatch.BY_TELEPHONE,
        has_pin=has_pin(),
        **(fresh | forms),
    )


def asked_line(lines: list[queries.Line]) -> queries.Line | None:
    """The line that the address wants back, while that can be asked; a post just refused keeps its form."""
    ordinal = whole_number(str((request.view_args or {}).get("ordinal", request.args.get("minta", ""))))
    found = next((line for line in lines if line.ordinal == ordinal), None)
    return found if found and (request.method == "POST" or (found.open and not found.closed)) else None


def waited(sent_on: str) -> int:
    """Working days since a dispatch left."""
    return office.calendar(db()).workdays_between(date.fromisoformat(sent_on), today()) if sent_on else 0


@pages.post("/<int:dispatch_id>/susun")
@needs("dispatch.prepare")
def arrange(dispatch_id: int) -> ResponseReturnValue:
    """Another choice or order of a draft: ticked cases, by the typed place, then as they stood."""
    ticked = chosen("berkas")
    places = {case_id: whole_number(request.form.get(f"urut-{case_id}", "")) for case_id in ticked}
    ordered = sorted(ticked, key=lambda case_id: (places[case_id] is None, places[case_id] or 0))
    dispatch.draft(journal(), current_actor(), case_ids=ordered, now=now(), dispatch_id=dispatch_id)
    return done(url_for("dispatch.one", dispatch_id=dispatch_id), "Susunan disimpan.")


@pages.post("/<int:dispatch_id>/batal")
@needs("dispatch.prepare")
def drop(dispatch_id: int) -> ResponseReturnValue:
    """Give up a draft."""
    form = ReasonForm(prefix="drop")
    if form.validate():
        with told(form):
            dispatch.drop(
                journal(), current_actor(), dispatch_id=dispatch_id, reason=form.reason.data, now=now()
            )
    if not sound(form):
        return detail(dispatch_id, 422, drop_form=form)
    return done(url_for("dispatch.overview"), "Rancangan dibatalkan, berkasnya menunggu lagi.")


@pages.post("/<int:dispatch_id>/kirim")
@needs("dispatch.confirm")
def send(dispatch_id: int) -> ResponseReturnValue:
    """Confirm with the PIN and close: from now on it travels."""
    form = SendForm()
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            sent = dispatch.send(journal(), current_actor(), dispatch_id=dispatch_id, letter=form.letter.data,
                                 minutes=form.minutes.data, seen=form.seen.data or (), now=now())  # fmt: skip
    if not sound(form):
        return detail(dispatch_id, 422, send_form=form)
    todo = "kirim dan cetak suratnya" if sent.road == "loket" else "cetak suratnya dan unduh XLSX"
    return done(url_for("dispatch.one", dispatch_id=dispatch_id), f"Disetujui dan ditutup. Sekarang {todo}.")


@pages.post("/<int:dispatch_id>/<int:ordinal>/minta-kembali")
@needs("dispatch.confirm")
def ask_back(dispatch_id: int, ordinal: int) -> ResponseReturnValue:
    """Ask the centre to give a line back; confirmed with the PIN."""
    form = RecallForm()
    if form.validate():
        with told(form):
            confirm_pin(form.pin.data)
            dispatch.ask_back(journal(), current_actor(), dispatch_id=dispatch_id, ordinal=ordinal,
                              reason=form.reason.data, now=now())  # fmt: skip
    if not sound(form):
        return detail(dispatch_id, 422, back_form=form)
    return done(
        url_for("dispatch.one", dispatch_id=dispatch_id), "Permintaan dicatat dan ikut kiriman berikutnya."
    )


@pages.get("/berkas/<int:case_id>")
@needs("dispatch.view")
def of_case(case_id: int) -> ResponseReturnValue:
    """Where a case stands on its way out or back: its draft, its newest dispatch, or the list of ready ones."""
    case = get_case(db(), current_actor(), case_id)
    found = dispatch.newest_of(db(), case.id)
    return done(
        url_for("dispatch.one", dispatch_id=found, baris="semua") if found else url_for("dispatch.overview")
    )

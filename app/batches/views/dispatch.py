"""Pengiriman: choose and order, confirm with PIN, papers, what became of every line (SP 4.6)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.batches import balance, dispatch, papers, queries
from app.batches.answers import RESULTS
from app.batches.papers import kind_labels
from app.batches.views.forms import PinForm, ReasonForm, RecallForm, SendForm
from app.batches.views.printing import file_answer, print_paper, print_questions, road_state, ticked_ids, whole_number
from app.desk.opening import get_case
from app.office import queries as office
from app.people import access_log
from app.people import queries as people
from app.printing.data.common import Paper
from app.web.context import PARTNER, Nav, current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import Form, collect_problems, confirm_pin, has_pin, is_accepted
from app.web.guard import needs_permission
from app.web.pages import cut_slice, page_number, redirect_to, show_page

pages = Blueprint("dispatch", __name__, url_prefix="/pengiriman")
NAV = (
    Nav(
        "Pengiriman",
        "dispatch.show_dispatches",
        "dispatch.view",
        group=PARTNER,
        order=10,
        count=lambda db, actor, _now: queries.step_count(db, actor, "dispatch"),
    ),
)
PER_PAGE = 12


@pages.get("/")
@needs_permission("dispatch.view")
def show_dispatches() -> ResponseReturnValue:
    return draw_dispatches()


def draw_dispatches(status: int = 200, problem: str = "") -> ResponseReturnValue:
    number = page_number()
    sent = cut_slice(queries.sent_dispatches(current_db(), PER_PAGE + 1, (number - 1) * PER_PAGE), number, PER_PAGE)
    return show_page(
        "ktp/dispatches.html",
        status=status,
        ready=dispatch.ready_cases(current_db(), current_date()),
        drafts=queries.list_drafts(current_db()),
        sent=sent,
        kinds=kind_labels(current_db(), current_date()),
        villages=office.area_names(current_db()),
        road=road_state(),
        problem=problem,
        ticked=set(ticked_ids("berkas")) if request.method == "POST" else None,
        centre=queries.centre_news(current_db()),
        disputed=len(queries.list_conflicts(current_db())),
        runs_loket=office.runs_loket(current_db()),
    )


@pages.post("/")
@needs_permission("dispatch.prepare")
def start_draft() -> ResponseReturnValue:
    cases = ticked_ids("berkas")
    if not cases:
        return draw_dispatches(422, "Centang paling sedikit satu berkas.")
    made = dispatch.draft_dispatch(current_journal(), current_actor(), case_ids=cases, now=current_time())
    return redirect_to(
        url_for("dispatch.show_dispatch", dispatch_id=made),
        "Rancangan dibuat. Periksa urutannya, lalu minta persetujuan.",
    )


@pages.get("/<int:dispatch_id>")
@needs_permission("dispatch.view")
def show_dispatch(dispatch_id: int) -> ResponseReturnValue:
    return draw_dispatch(dispatch_id)


def draw_dispatch(dispatch_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    found = queries.find_dispatch(current_db(), dispatch_id)
    if found.state == "sent":
        return draw_sent_dispatch(dispatch_id, status, **forms)
    if found.state == "dropped":
        return show_page("ktp/dispatch_dropped.html", found=found)
    fresh = {"send_form": SendForm(formdata=None), "drop_form": ReasonForm(formdata=None, prefix="drop")}
    picks = queries.list_picks(current_db(), dispatch_id)
    why = dispatch.reasons_against_sending(current_db(), [pick.id for pick in picks], current_date())
    return show_page(
        "ktp/dispatch_draft.html",
        status=status,
        found=found,
        picks=picks,
        why=why,
        kinds=kind_labels(current_db(), current_date()),
        ready=dispatch.ready_cases(current_db(), current_date()),
        villages=office.area_names(current_db()),
        people=people.person_names(current_db()),
        has_pin=has_pin(),
        runs_loket=office.runs_loket(current_db()),
        explained=dispatch.explained_cases(current_db(), [pick.id for pick in picks]),
        **(fresh | forms),
    )


def draw_sent_dispatch(dispatch_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    which = request.args.get("baris", "")
    lines = queries.list_lines(current_db(), dispatch_id)
    which = which if which in queries.FILTERS else ("perhatian" if any(line.attention for line in lines) else "semua")
    tabs, shown = queries.filter_lines(lines, which)
    fresh = {"back_form": RecallForm(formdata=None), "sheet_form": PinForm(formdata=None, prefix="unduh")}
    asking, heard = find_asked_line(lines), dispatch.is_read_by_centre(current_db(), dispatch_id)
    return show_page(
        "ktp/dispatch_sent.html",
        status=status,
        found=queries.find_dispatch(current_db(), dispatch_id),
        lines=shown,
        tabs=tabs,
        sum=queries.sent_dispatches(current_db(), 1, dispatch_id=dispatch_id)[0],
        which=which,
        check=queries.last_check(current_db(), dispatch_id),
        kinds=kind_labels(current_db(), current_date()),
        villages=office.area_names(current_db()),
        people=people.person_names(current_db()),
        results=RESULTS,
        road=road_state(),
        waited=workdays_since(queries.find_dispatch(current_db(), dispatch_id).sent_on or ""),
        asked=print_questions(f"dispatch/{dispatch_id}"),
        asking=asking if heard or request.method == "POST" else None,
        heard=heard,
        by_telephone=dispatch.BY_TELEPHONE,
        has_pin=has_pin(),
        **(fresh | forms),
    )


def find_asked_line(lines: list[queries.Line]) -> queries.Line | None:
    """The line that the address wants back, while that can be asked; a post just refused keeps its form."""
    ordinal = whole_number(str((request.view_args or {}).get("ordinal", request.args.get("minta", ""))))
    found = next((line for line in lines if line.ordinal == ordinal), None)
    return found if found and (request.method == "POST" or (found.open and not found.closed)) else None


def workdays_since(sent_on: str) -> int:
    return (
        office.office_calendar(current_db()).workdays_between(date.fromisoformat(sent_on), current_date())
        if sent_on
        else 0
    )


@pages.post("/<int:dispatch_id>/susun")
@needs_permission("dispatch.prepare")
def arrange_draft(dispatch_id: int) -> ResponseReturnValue:
    """Another choice or order of a draft: ticked cases, by the typed place, then as they stood."""
    ticked = ticked_ids("berkas")
    places = {case_id: whole_number(request.form.get(f"urut-{case_id}", "")) for case_id in ticked}
    ordered = sorted(ticked, key=lambda case_id: (places[case_id] is None, places[case_id] or 0))
    dispatch.draft_dispatch(
        current_journal(), current_actor(), case_ids=ordered, now=current_time(), dispatch_id=dispatch_id
    )
    return redirect_to(url_for("dispatch.show_dispatch", dispatch_id=dispatch_id), "Susunan disimpan.")


@pages.post("/<int:dispatch_id>/batal")
@needs_permission("dispatch.prepare")
def drop_draft(dispatch_id: int) -> ResponseReturnValue:
    form = ReasonForm(prefix="drop")
    if form.validate():
        with collect_problems(form):
            dispatch.drop_draft(
                current_journal(), current_actor(), dispatch_id=dispatch_id, reason=form.reason.data, now=current_time()
            )
    if not is_accepted(form):
        return draw_dispatch(dispatch_id, 422, drop_form=form)
    return redirect_to(url_for("dispatch.show_dispatches"), "Rancangan dibatalkan, berkasnya menunggu lagi.")


@pages.post("/<int:dispatch_id>/kirim")
@needs_permission("dispatch.confirm")
def send_dispatch(dispatch_id: int) -> ResponseReturnValue:
    form = SendForm()
    if form.validate():
        with collect_problems(form):
            confirm_pin(form.pin.data)
            sent = dispatch.send_dispatch(
                current_journal(),
                current_actor(),
                dispatch_id=dispatch_id,
                letter=form.letter.data,
                minutes=form.minutes.data,
                seen=form.seen.data or (),
                now=current_time(),
            )
    if not is_accepted(form):
        return draw_dispatch(dispatch_id, 422, send_form=form)
    todo = "kirim dan cetak suratnya" if sent.road == "loket" else "cetak suratnya dan unduh XLSX"
    return redirect_to(
        url_for("dispatch.show_dispatch", dispatch_id=dispatch_id), f"Disetujui dan ditutup. Sekarang {todo}."
    )


@pages.post("/<int:dispatch_id>/<int:ordinal>/minta-kembali")
@needs_permission("dispatch.confirm")
def ask_line_back(dispatch_id: int, ordinal: int) -> ResponseReturnValue:
    form = RecallForm()
    if form.validate():
        with collect_problems(form):
            confirm_pin(form.pin.data)
            dispatch.ask_line_back(
                current_journal(),
                current_actor(),
                dispatch_id=dispatch_id,
                ordinal=ordinal,
                reason=form.reason.data,
                now=current_time(),
            )
    if not is_accepted(form):
        return draw_dispatch(dispatch_id, 422, back_form=form)
    return redirect_to(
        url_for("dispatch.show_dispatch", dispatch_id=dispatch_id), "Permintaan dicatat dan ikut kiriman berikutnya."
    )


@pages.get("/berkas/<int:case_id>")
@needs_permission("dispatch.view")
def show_case_dispatch(case_id: int) -> ResponseReturnValue:
    """Where a case stands on its way out or back: its draft, its newest dispatch, or the list of ready ones."""
    case = get_case(current_db(), current_actor(), case_id)
    found = dispatch.newest_dispatch_of(current_db(), case.id)
    return redirect_to(
        url_for("dispatch.show_dispatch", dispatch_id=found, baris="semua")
        if found
        else url_for("dispatch.show_dispatches")
    )


letter_pages = Blueprint("letters", __name__, url_prefix="/pengiriman")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def letter_file_name(what: str, dispatch_id: int) -> str:
    return f"{what}-{queries.find_dispatch(current_db(), dispatch_id).number}"


def log_full_numbers(action: str, dispatch_id: int) -> None:
    """One line in the access log: somebody saw full NIKs."""
    access_log.log_access(
        current_db(),
        at=current_time(),
        person_id=current_actor().person_id,
        action=action,
        subject=f"dispatch/{dispatch_id}",
        address=request.remote_addr or "",
    )


@letter_pages.post("/<int:dispatch_id>/surat-pengantar")
@needs_permission("case.reveal")
def print_covering_letter(dispatch_id: int) -> ResponseReturnValue:
    answer = print_paper(
        "covering_letter",
        f"dispatch/{dispatch_id}",
        lambda: papers.covering_letter(current_db(), dispatch_id, current_actor(), current_time()),
        letter_file_name("surat-pengantar", dispatch_id),
    )
    log_full_numbers("dispatch.annex", dispatch_id)
    return answer


@letter_pages.post("/<int:dispatch_id>/berita-acara")
@needs_permission("dispatch.view")
def print_minutes(dispatch_id: int) -> ResponseReturnValue:
    return print_paper(
        "minutes",
        f"dispatch/{dispatch_id}",
        lambda: papers.hand_over_minutes(current_db(), dispatch_id, current_actor(), current_time()),
        letter_file_name("berita-acara", dispatch_id),
    )


@letter_pages.post("/<int:dispatch_id>/xlsx")
@needs_permission("case.reveal")
def download_spreadsheet(dispatch_id: int) -> ResponseReturnValue:
    form = PinForm(prefix="unduh")
    if form.validate():
        with collect_problems(form):
            confirm_pin(form.pin.data)
    if not is_accepted(form):
        return draw_dispatch(dispatch_id, 422, sheet_form=form)
    content = papers.dispatch_spreadsheet(current_db(), dispatch_id, current_time())
    log_full_numbers("dispatch.xlsx", dispatch_id)
    return file_answer(content, SHEET, letter_file_name("kirim", dispatch_id) + ".xlsx")


balance_pages = Blueprint("balance", __name__, url_prefix="/keseimbangan")
BALANCE_NAV = (
    Nav(
        "Keseimbangan",
        "balance.show_balance",
        "dispatch.view",
        group=PARTNER,
        order=30,
        count=lambda db, _actor, _now: queries.count_mismatches(db),
    ),
)


def balance_subject() -> str:
    return f"balance/{current_date().isoformat()}"


@balance_pages.get("/")
@needs_permission("dispatch.view")
def show_balance() -> ResponseReturnValue:
    return show_page(
        "ktp/balance.html",
        rows=queries.sent_dispatches(current_db(), 60),
        cards=papers.card_counts(current_db(), current_date()),
        heads=papers.journal_heads(current_db()),
        road=road_state(),
        checked=queries.last_checked_on(current_db()),
        asked=print_questions(balance_subject()),
        subject=balance_subject(),
        disputed=len(queries.list_conflicts(current_db())),
    )


@balance_pages.post("/periksa")
@needs_permission("answer.check")
def check_now() -> ResponseReturnValue:
    wrong = balance.check_balances(current_journal(), current_time())
    return redirect_to(
        url_for("balance.show_balance"), "Cocok." if not wrong else f"{len(wrong)} pengiriman tidak cocok."
    )


@balance_pages.post("/cetak")
@needs_permission("dispatch.view")
def print_balance() -> ResponseReturnValue:
    road = road_state()

    def data() -> Paper:
        return papers.reconciliation_sheet(
            current_db(),
            current_actor(),
            current_time(),
            unsent=road.unsent,
            since=road.oldest_at,
            enrolled=road.enrolled,
        )

    return print_paper("reconciliation", balance_subject(), data, f"pencocokan-{current_date().isoformat()}")

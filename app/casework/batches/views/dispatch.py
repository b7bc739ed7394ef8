"""Pengiriman: choose and order, confirm with PIN, papers, what became of every line (SP 4.6)."""

from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.batches import daily, day_sheet, dispatch, papers, partner_lists, queries, receipts
from app.casework.batches.partners import (
    answers_due,
    closing_roles,
    find_partner_service,
    may_close,
    result_labels,
    runs_loket,
)
from app.casework.batches.views.forms import PinForm
from app.casework.batches.views.printing import (
    asked_service,
    exchange_state,
    find_partner_case,
    partner_exchange,
    print_questions,
    service_values,
    service_words,
    ticked_boxes,
    whole_number,
)
from app.casework.desk.opening import CaseFile
from app.casework.desk.views.papers import file_answer, printed_answer
from app.casework.desk.waiting import step_waits
from app.core.dates import short_date
from app.core.messages import DispatchSent
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.platform.office import queries as office
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import (
    MOST_OF_A_KIND,
    Found,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    surroundings,
)
from app.platform.web.forms import Slice, has_pin, read_slice, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("dispatch", __name__, url_prefix="/pengiriman")
PER_PAGE = 12
UNSENT = {"draft": "sedang disusun", "dropped": "dibatalkan"}
"""What a dispatch that was not sent is called."""


@pages.get("/")
@needs_permission("dispatch.view")
def show_dispatches(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    definition = asked_service()
    sent = read_slice(lambda most, skip: queries.sent_dispatches(db, most, skip, definition.id), PER_PAGE)
    ready = asked_ready_cases(definition)
    return show_page(
        "casework/batches/dispatches.html",
        status=status,
        **service_words(definition),
        ready=ready,
        waiting=queries.cases_to_send(db, definition.id)[0],
        held_up=queries.count_held_up(db, definition.id),
        wait=step_waits(db).get(definition.id),
        drafts=queries.list_drafts(db, definition.id),
        closes=may_close(definition, current_actor()),
        sent=sent,
        villages=office.area_names(db),
        road=partner_exchange(definition),
        problem=refused.sentence,
        ticked=ticked_boxes("berkas", [row.id for row in ready.items if not row.why_not]),
        centre=queries.centre_news(db, definition),
        disputed=len(queries.list_conflicts(db, definition.id)),
        runs_loket=runs_loket(db, definition),
        reads_lists=partner_lists.find_lists(db, definition) is not None,
    )


def find_dispatches(db: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: dispatches by their own number, or that of their covering letter or minutes."""
    return [name_dispatch(row, text) for row in queries.find_dispatches(db, text, MOST_OF_A_KIND)]


def name_dispatch(row: Any, text: str) -> Found:
    if row.sent_on:
        state = f"dikirim {short_date(date.fromisoformat(row.sent_on))}"
    else:
        state = UNSENT[row.state]
    numbers = (row.number, row.letter, row.minutes)
    address = url_for("dispatch.show_dispatch", dispatch_id=row.id)
    return Found(f"Pengiriman {row.number}", state, address, exact=text.upper() in numbers)


def asked_ready_cases(definition: Definition) -> Slice[CaseFile]:
    """A page of what is ready to be sent, as long as a dispatch may be; the page of those sent turns by itself."""
    ready = partial(dispatch.ready_cases, current_db(), definition.id, current_date())
    return read_slice(ready, dispatch.MOST_LINES, "siap")


def show_drafted(dispatch_id: int) -> ResponseReturnValue:
    told = "Rancangan dibuat. Periksa urutannya, lalu minta persetujuan."
    return redirect_to(url_for("dispatch.show_dispatch", dispatch_id=dispatch_id), told)


add_command(pages, "/", dispatch.draft_dispatch, show_dispatches, then=show_drafted)


@pages.get("/<int:dispatch_id>")
@needs_permission("dispatch.view")
def show_dispatch(dispatch_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    found = queries.find_dispatch(current_db(), dispatch_id)
    definition = find_partner_service(current_db(), found.service)
    if found.state == "sent":
        return draw_sent_dispatch(dispatch_id, status, refused)
    if found.state == "dropped":
        return show_page("casework/batches/dispatch_dropped.html", found=found, here=service_values(definition))
    return draw_draft(dispatch_id, status, refused)


def draw_draft(dispatch_id: int, status: int, refused: Refused) -> ResponseReturnValue:
    db = current_db()
    found = queries.find_dispatch(current_db(), dispatch_id)
    definition = find_partner_service(db, found.service)
    picks = queries.list_picks(db, dispatch_id)
    cases = [pick.id for pick in picks]
    return show_page(
        "casework/batches/dispatch_draft.html",
        status=status,
        **service_words(definition),
        found=found,
        picks=picks,
        why=dispatch.reasons_against_sending(db, cases, current_date()),
        ready=dispatch.ready_cases(db, definition.id, current_date()),
        waiting=queries.cases_to_send(db, definition.id)[0],
        villages=office.area_names(db),
        people=people.person_names(db),
        has_pin=has_pin(),
        runs_loket=runs_loket(db, definition),
        explained=dispatch.explained_cases(db, cases),
        sends=runs_loket(db, definition) and may_exchange_now(),
        closes=may_close(definition, current_actor()),
        closers=current_actor().profile.who_may("dispatch.confirm", doing=closing_roles(definition)),
        problem=refused.sentence_for(dispatch.draft_dispatch),
        send_form=refused.form_for(dispatch.send_dispatch, pin=True),
        drop_form=refused.form_for(dispatch.drop_draft, prefix="drop"),
    )


def draw_sent_dispatch(dispatch_id: int, status: int, refused: Refused) -> ResponseReturnValue:
    db = current_db()
    found = queries.find_dispatch(db, dispatch_id)
    which = request.args.get("baris", "")
    definition = find_partner_service(db, found.service)
    lines = queries.list_lines(db, dispatch_id)
    sent_on = date.fromisoformat(found.sent_on or "")
    if which not in queries.FILTERS:
        if any(line.attention for line in lines):
            which = "perhatian"
        else:
            which = "semua"
    tabs, shown = queries.filter_lines(lines, which, result_labels(definition))
    asking = find_asked_line(lines)
    heard = dispatch.is_read_by_partner(db, definition, dispatch_id)
    sheet_form = refused.form_of_class(PinForm) or PinForm(formdata=None, prefix="unduh")
    if not heard and request.method != "POST":
        asking = None
    return show_page(
        "casework/batches/dispatch_sent.html",
        status=status,
        **service_words(definition),
        found=found,
        lines=shown,
        tabs=tabs,
        sum=queries.sent_dispatch(db, dispatch_id),
        which=which,
        check=queries.last_check(db, dispatch_id),
        villages=office.area_names(db),
        people=people.person_names(db),
        road=partner_exchange(definition),
        waited=office.office_calendar(db).workdays_between(sent_on, current_date()),
        promised_on=answers_due(db, definition, sent_on),
        asked=print_questions(f"dispatch/{dispatch_id}"),
        asking=asking,
        heard=heard,
        by_telephone=dispatch.words_by_telephone(definition),
        awaits_receipt=receipts.awaits_receipt(db, found),
        reached=receipts.reached_words(found, current_date()),
        has_pin=has_pin(),
        back_form=refused.form_for(dispatch.ask_line_back, pin=True),
        sheet_form=sheet_form,
        reached_form=refused.form_for(receipts.note_handed_over, at=current_time()),
    )


def find_asked_line(lines: list[queries.DispatchLineRow]) -> queries.DispatchLineRow | None:
    """The line that the address wants back, while that can be asked; a post just refused keeps its form."""
    ordinal = whole_number(str((request.view_args or {}).get("ordinal", request.args.get("minta", ""))))
    found = next((line for line in lines if line.ordinal == ordinal), None)
    if found and (request.method == "POST" or (found.open and not found.closed)):
        return found
    return None


@pages.post("/<int:dispatch_id>/susun")
@needs_permission("dispatch.prepare")
def arrange_draft(dispatch_id: int) -> ResponseReturnValue:
    """Another choice or order of a draft: ticked cases, by the typed place, then as they stood."""
    form = form_of(dispatch.draft_dispatch)()
    ticked = form.values["case_ids"]
    places = {case_id: whole_number(request.form.get(f"urut-{case_id}", "")) for case_id in ticked}
    ordered = sorted(ticked, key=lambda case_id: (places[case_id] is None, places[case_id] or 0))
    return run_command(
        lambda: dispatch.draft_dispatch(
            current_journal(), current_actor(), case_ids=ordered, now=current_time(), dispatch_id=dispatch_id
        ),
        lambda problem: show_dispatch(dispatch_id, 422, Refused(dispatch.draft_dispatch, form, problem)),
        url_for("dispatch.show_dispatch", dispatch_id=dispatch_id),
        "Susunan disimpan.",
        form=form,
    )


def show_dropped(service: str) -> ResponseReturnValue:
    here = service_values(find_partner_service(current_db(), service))
    return redirect_to(url_for("dispatch.show_dispatches", **here), "Rancangan dibatalkan, berkasnya menunggu lagi.")


SENDS_AT_ONCE = "kirim"


def check_button(dispatch_id: int) -> dict[str, int]:
    """The draft has two buttons: approve, and approve with the exchange at once; nothing else is approved."""
    if request.form.get("aksi", "") not in ("", SENDS_AT_ONCE):
        raise Problem.of("conflict", why="Tombol itu tidak ada lagi di halaman ini. Muat ulang halaman.")
    return {"dispatch_id": dispatch_id}


def show_sent(sent: DispatchSent) -> ResponseReturnValue:
    """With *Setujui dan kirim* the exchange follows at once; approved it is all the same."""
    todo = {"loket": "kirim dan cetak suratnya", "paper": "cetak suratnya dan unduh XLSX"}[sent.road]
    told = f"Disetujui dan ditutup. Sekarang {todo}."
    if request.form.get("aksi") == SENDS_AT_ONCE and may_exchange_now():
        report = surroundings().sync.sync(current_time())
        if report.ok:
            went = "terkirim. Sekarang cetak suratnya."
        else:
            went = "belum terkirim; Loket mencoba lagi sendiri."
        told = f"Disetujui, ditutup, dan {went} {' '.join(report.sentences)}"
    return redirect_to(url_for("dispatch.show_dispatch", dispatch_id=sent.dispatch_id), told)


BACK = "/<int:dispatch_id>/<int:ordinal>/minta-kembali"
ASKED_BACK = "Permintaan dicatat dan ikut pengiriman berikutnya."
HANDED = "Penyerahan dicatat; batas waktu mitra berjalan sejak saat itu."
add_command(pages, "/<int:dispatch_id>/batal", dispatch.drop_draft, show_dispatch, then=show_dropped, prefix="drop")
add_command(
    pages,
    "/<int:dispatch_id>/kirim",
    dispatch.send_dispatch,
    show_dispatch,
    named=check_button,
    then=show_sent,
    pin=True,
)
add_command(pages, BACK, dispatch.ask_line_back, show_dispatch, ASKED_BACK, pin=True)
add_command(pages, "/<int:dispatch_id>/penyerahan", receipts.note_handed_over, show_dispatch, HANDED)


def may_exchange_now() -> bool:
    """Whether this person may send, to a partner that is there as far as is known."""
    state = exchange_state()
    return state.enrolled and state.offline_since is None and may(current_actor(), "sync.run")


@pages.get("/berkas/<int:case_id>")
@needs_permission("dispatch.view")
def show_case_dispatch(case_id: int) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    found = dispatch.newest_dispatch_of(current_db(), case.id)
    if found:
        return redirect_to(url_for("dispatch.show_dispatch", dispatch_id=found, baris="semua"))
    return redirect_to(url_for("dispatch.show_dispatches", **service_values(definition)))


letter_pages = Blueprint("letters", __name__, url_prefix="/pengiriman")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def letter_file_name(what: str, dispatch_id: int) -> str:
    return f"{what}-{queries.find_dispatch(current_db(), dispatch_id).number}"


@letter_pages.post("/<int:dispatch_id>/surat-pengantar")
@needs_permission("case.reveal")
def print_covering_letter(dispatch_id: int) -> ResponseReturnValue:
    answer = printed_answer(
        "covering_letter",
        papers.covering_letter(current_db(), dispatch_id, current_actor(), current_time()),
        f"dispatch/{dispatch_id}",
        letter_file_name("surat-pengantar", dispatch_id) + ".pdf",
    )
    record_access("dispatch.annex", f"dispatch/{dispatch_id}")
    return answer


@letter_pages.post("/<int:dispatch_id>/berita-acara")
@needs_permission("dispatch.view")
def print_minutes(dispatch_id: int) -> ResponseReturnValue:
    return printed_answer(
        "minutes",
        papers.hand_over_minutes(current_db(), dispatch_id, current_actor(), current_time()),
        f"dispatch/{dispatch_id}",
        letter_file_name("berita-acara", dispatch_id) + ".pdf",
    )


@letter_pages.post("/<int:dispatch_id>/xlsx")
@needs_permission("case.reveal")
def download_spreadsheet(dispatch_id: int) -> ResponseReturnValue:
    form = PinForm(prefix="unduh")

    def send_file(content: bytes) -> ResponseReturnValue:
        record_access("dispatch.xlsx", f"dispatch/{dispatch_id}")
        return file_answer(content, SHEET, letter_file_name("kirim", dispatch_id) + ".xlsx")

    return run_command(
        lambda: papers.dispatch_spreadsheet(current_db(), dispatch_id, current_time()),
        lambda problem: show_dispatch(dispatch_id, 422, Refused(form=form, problem=problem)),
        send_file,
        form=form,
        pin=True,
    )


balance_pages = Blueprint("balance", __name__, url_prefix="/keseimbangan")


def balance_subject() -> str:
    return f"balance/{current_date().isoformat()}"


@balance_pages.get("/")
@needs_permission("dispatch.view")
def show_balance() -> ResponseReturnValue:
    db = current_db()
    definition = asked_service()
    return show_page(
        "casework/batches/balance.html",
        **service_words(definition),
        rows=queries.sent_dispatches(db, 60, service=definition.id),
        cards=day_sheet.card_counts(db, current_date(), definition.id),
        heads=day_sheet.journal_heads(db),
        road=partner_exchange(definition),
        checked=queries.last_checked_on(db),
        asked=print_questions(balance_subject()),
        subject=balance_subject(),
        disputed=len(queries.list_conflicts(db, definition.id)),
    )


@balance_pages.post("/periksa")
@needs_permission("answer.check")
def check_now() -> ResponseReturnValue:
    wrong = daily.check_balances(current_journal(), current_time())
    sentence = "Cocok."
    if wrong:
        sentence = f"{len(wrong)} pengiriman tidak cocok."
    return redirect_to(url_for("balance.show_balance"), sentence)


@balance_pages.post("/cetak")
@needs_permission("dispatch.view")
def print_balance() -> ResponseReturnValue:
    exchange = exchange_state()
    sheet = day_sheet.reconciliation_sheet(
        current_db(),
        current_actor(),
        current_time(),
        unsent=exchange.unsent,
        since=exchange.oldest_at,
        enrolled=exchange.enrolled,
    )
    return printed_answer("reconciliation", sheet, balance_subject(), f"pencocokan-{current_date().isoformat()}.pdf")

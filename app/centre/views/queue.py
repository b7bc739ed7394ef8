"""The first page of the centre: blanks, what has just come in, the print queue, every office; search, refusals, and
what leaves for an office."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

from flask import Blueprint, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.importing.answer_file import MOST_BYTES, read_uploaded_answers
from app.centre import papers, queries, service
from app.centre.offices import list_offices
from app.centre.queries import (
    KTP_TERMS,
    OfficeQueue,
    PartnerWords,
    blank_figures,
    blank_stock,
    line_balance,
    queue_length,
    shared_terms,
)
from app.centre.settings import get_setting
from app.centre.views.forms import AnswerFileForm
from app.centre.views.offices import centre_exchange
from app.core.dates import format_number, relative_due
from app.core.permissions import Actor, may
from app.core.problems import check_found
from app.core.text import in_small_letters
from app.core.workdays import Calendar, Holiday
from app.platform.backups.service import key_line
from app.platform.printing.papers import content_digest, render_paper
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import (
    MOST_OF_A_KIND,
    Found,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import read_slice, redirect_to, run_command, show_page, ticks_all
from app.platform.web.guard import needs_permission, passive, record_access
from schema.body_limits import SMALL, takes_body
from schema.database import Database
from schema.postgres import CentrePostgres
from schema.seed_data import seed_holidays

pages = Blueprint("centre", __name__)
NEWS, MOST_NEWS, AT_ONCE = 3, 20, 5
"""Dispatches and lines of the queue on the first page, eight rows in all: work goes on from line to line by itself."""


@cache
def national_calendar() -> Calendar:
    return Calendar({row.date: Holiday(row.name, row.kind) for row in seed_holidays()})


def due_words(due_on: str, on: date) -> str:
    if not due_on:
        return "Tanpa janji"
    return relative_due(date.fromisoformat(due_on), on, national_calendar())


def due_kind(due_on: str, on: date) -> str:
    """The state of a promise: bad when it is over, warn today and tomorrow."""
    if not due_on:
        return "idle"
    left = (date.fromisoformat(due_on) - on).days
    if left < 0:
        return "bad"
    return "warn" if left < 2 else "wait"


def page_terms(lines: Collection[Any] = ()) -> PartnerWords:
    """What a page calls things: the words of its lines, or of all that is here."""
    if not lines:
        return queries.centre_terms(current_db())
    return shared_terms([line.terms for line in lines])


def made_words(terms: PartnerWords) -> str:
    """`tercetak` of `Dicetak`, `sudah terbit` of `Terbit`."""
    if terms.printed == KTP_TERMS.printed:
        return "tercetak"
    return f"sudah {in_small_letters(terms.printed)}"


@pages.app_context_processor
def page_words() -> dict[str, Any]:
    db = current_db()
    prints = queries.makes_cards(db)
    worked = "dicetak" if prints else "dikerjakan"
    return {
        "prints": prints,
        "worked": worked,
        "office_word": queries.office_word(db),
        "due_words": due_words,
        "due_kind": due_kind,
        "page_terms": page_terms,
        "made_words": made_words,
    }


def chosen_office() -> str:
    return request.args.get("kantor", "")[:20]


def queue_values() -> dict[str, Any]:
    db = current_db()
    office = chosen_office()
    return {
        "queue": read_slice(partial(queries.list_queue, db, office), AT_ONCE),
        "office": office,
        "names": queries.office_names(db),
        "arrived": queries.list_undecided_dispatches(db, office, MOST_NEWS),
        "arrived_count": queries.count_undecided_dispatches(db, office),
        "news": NEWS,
        "recalls": queries.list_recalled_lines(db),
        "waiting": queue_length(db),
        "held": sum(office.held for office in queries.list_silent_offices(db)),
    }


@pages.get("/")
@needs_permission("centre.floor")
def show_queue() -> ResponseReturnValue:
    db = current_db()
    on = current_date()
    recent = (on - timedelta(days=28)).isoformat()
    offices = queries.list_office_queues(db)
    todo = []
    if may(current_actor(), "centre.offices"):
        todo = administrators_work()
    return show_page(
        "centre/queue.html",
        **queue_values(),
        digest=digest_sentence(offices),
        todo=todo,
        blanks=blank_figures(db, on.isoformat()),
        stock=blank_stock(db),
        counted=queries.last_count(db),
        pace=queries.blanks_per_day(db, recent),
        offices=offices,
        balance=line_balance(db),
        on=on,
    )


def digest_sentence(offices: Sequence[OfficeQueue]) -> str:
    """`Hari ini: 12 kartu menunggu dicetak, 3 baris belum diputuskan, 1 lewat janji, 7 siap dikirim.`"""
    terms = page_terms()
    db = current_db()
    undecided = sum(office.undecided for office in offices)
    to_ship = 0
    if queries.makes_cards(db):
        to_ship = sum(office.printed for office in offices)
    counts = (
        (queue_length(db), f"{terms.product} menunggu {in_small_letters(terms.printed)}"),
        (undecided, "baris belum diputuskan"),
        (queries.count_late_lines(db, current_date().isoformat()), "lewat janji"),
        (to_ship, "siap dikirim"),
    )
    told = [f"{format_number(count)} {words}" for count, words in counts if count]
    return f"Hari ini: {', '.join(told) or 'tidak ada baris yang menunggu'}."


def administrators_work() -> list[tuple[str, str, str, str]]:
    """(what, why, page, button) of what only the administrator settles."""
    db = current_db()
    known = list_offices(db, current_time())
    todo = [
        (f"{office.name} perlu diperiksa", f"{office.trouble} hal", office.code) for office in known if office.trouble
    ]
    work = [(what, why, url_for("offices.show_office", code=code), "Periksa") for what, why, code in todo]
    if not isinstance(db, CentrePostgres) and (line := key_line(db)).kind == "warn":
        work.append((f"Kunci pemulihan: {line.word.lower()}", line.todo, url_for("backups.page"), "Buka"))
    return work


@pages.get("/antrean")
@needs_permission("centre.floor")
@passive
def show_queue_part() -> ResponseReturnValue:
    return show_page("centre/_queue.html", **queue_values(), on=current_date())


@pages.post("/cari")
@needs_permission("centre.floor")
def show_search() -> ResponseReturnValue:
    """Lines by number, name, code or serial. A POST, so that no NIK stands in an address or a log."""
    asked = request.form.get("q", "")[:100]
    return show_page(
        "centre/found.html",
        asked=asked.strip(),
        keys=queries.search_keys(current_db()),
        lines=queries.search_lines(current_db(), asked),
        on=current_date(),
    )


def find_numbers(db: Database, _actor: Actor, text: str) -> list[Found]:
    """Lines by how their case number begins, under the search box; people are searched with Enter."""
    if text[:1].isdigit():
        lines = queries.find_begun_lines(db, "number", text.upper())
    else:
        lines = []
    return [Found(line.number, line.name, url_for("line.show_line", **line.place)) for line in lines[:MOST_OF_A_KIND]]


@pages.get("/ditolak")
@needs_permission("centre.floor")
def show_refused() -> ResponseReturnValue:
    lines = read_slice(partial(queries.list_refused_lines, current_db()))
    return show_page("centre/refused.html", lines=lines, on=current_date())


dispatch_pages = Blueprint("incoming", __name__, url_prefix="/masukan")


@dispatch_pages.get("/<office>/<int:dispatch_id>")
@needs_permission("centre.floor")
def show_dispatch(
    office: str,
    dispatch_id: int,
    status: int = 200,
    refused: Refused = NOT_REFUSED,
    result: service.FileResult | None = None,
) -> ResponseReturnValue:
    dispatch = check_found(queries.find_dispatch(current_db(), office, dispatch_id), "Pengiriman itu")
    lines = queries.list_dispatch_lines(current_db(), office, dispatch_id)
    value = next((line.terms.value for line in lines if line.terms.value), None)
    key = lines[0].terms.key if lines else ""
    file_form = refused.form
    if not isinstance(file_form, AnswerFileForm):
        file_form = AnswerFileForm(formdata=None)
    return show_page(
        "centre/dispatch.html",
        status=status,
        dispatch=dispatch,
        on=current_date(),
        lines=lines,
        value=value,
        key=key,
        file_form=file_form,
        result=result,
        form=refused.form_for(service.accept_lines),
        problem=refused.sentence_for(service.accept_dispatch),
    )


def after_acceptance(count: int, office: str, dispatch_id: int) -> ResponseReturnValue:
    """When nothing is left to decide the work on the queue begins."""
    from app.centre.views.line import open_next_line

    toast = "Baris itu sudah ada di antrean."
    if count:
        toast = f"{count} baris masuk antrean."
    where = url_for("incoming.show_dispatch", office=office, dispatch_id=dispatch_id)
    if not count or queries.count_undecided_dispatches(current_db()):
        return redirect_to(where, toast)
    return open_next_line(f"{toast} Baris pertama sudah terbuka.", toast, where)


def office_of(office: str, dispatch_id: int) -> dict[str, str]:
    return {"office": office}


TICKED = "/<office>/<int:dispatch_id>/terima"
add_command(dispatch_pages, TICKED, service.accept_lines, show_dispatch, then=after_acceptance, named=office_of)
add_command(dispatch_pages, f"{TICKED}-semua", service.accept_dispatch, show_dispatch, then=after_acceptance)


@dispatch_pages.post("/<office>/<int:dispatch_id>/berkas")
@needs_permission("centre.print")
@takes_body(MOST_BYTES + SMALL)
def answer_from_file(office: str, dispatch_id: int) -> ResponseReturnValue:
    """Answer lines with what stands in a spreadsheet; it is read in a process of its own and never kept."""
    form = AnswerFileForm()
    sent = request.files.get("file")

    def answer_lines() -> service.FileResult:
        lines = queries.list_dispatch_lines(current_db(), office, dispatch_id)
        terms = next((line.terms for line in lines if line.terms.value), KTP_TERMS)
        label = terms.value.label if terms.value else ""
        return service.answer_from_file(
            current_journal(),
            current_actor(),
            office=office,
            lines=lines,
            answers=read_uploaded_answers(sent, terms.key, label),
            now=current_time(),
            exchange=centre_exchange(),
        )

    return run_command(
        answer_lines,
        lambda problem: show_dispatch(office, dispatch_id, problem.status, Refused(form=form, problem=problem)),
        lambda result: show_dispatch(office, dispatch_id, result=result),
        form=form,
    )


# -- what leaves for an office: what lies ready, closing a shipment, its list on paper ---------------------------

shipment_pages = Blueprint("shipments", __name__, url_prefix="/pengiriman")


@shipment_pages.get("/")
@needs_permission("centre.floor")
def show_shipments() -> ResponseReturnValue:
    shipments = read_slice(partial(queries.list_shipments, current_db()))
    offices = [office for office in queries.list_office_queues(current_db()) if office.printed]
    return show_page("centre/shipments.html", offices=offices, shipments=shipments, on=current_date())


@shipment_pages.get("/kecamatan/<office>")
@needs_permission("centre.floor")
def choose_cards(office: str, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw the cards of one office; those asked back are not among all that one act ticks."""
    db = current_db()
    cards = queries.list_cards_to_ship(db, office)
    usual = [card.line for card in cards if ticks_all() and not card.recall]
    carrier = queries.last_carrier(db, office)
    form = refused.form_for(service.ship_cards, lines=usual, carrier=carrier)
    form["counted"].label.text = f"Jumlah {page_terms(cards).product} dihitung tangan"
    return show_page(
        "centre/ship.html",
        status=status,
        office=office,
        cards=cards,
        form=form,
        chosen=set(form["lines"].data or ()),
        name=queries.office_names(db).get(office, office),
    )


def show_shipped(number: str) -> ResponseReturnValue:
    told = "Pengiriman ditutup. Cetak daftarnya dan sertakan pada isinya."
    return redirect_to(url_for("shipments.show_shipment", number=number), told)


add_command(shipment_pages, "/kecamatan/<office>", service.ship_cards, choose_cards, then=show_shipped)


def load_shipment(number: str) -> Any:
    return check_found(queries.find_shipment(current_db(), number), "Pengiriman itu")


@shipment_pages.get("/<number>")
@needs_permission("centre.floor")
def show_shipment(number: str) -> ResponseReturnValue:
    shipment = load_shipment(number)
    return show_page(
        "centre/shipment.html",
        shipment=shipment,
        cards=queries.list_shipment_lines(current_db(), shipment.office, number),
    )


@shipment_pages.post("/<number>/daftar-kirim.pdf")
@needs_permission("centre.floor")
def print_list(number: str) -> ResponseReturnValue:
    """The list as it lies in the envelope, written down as printed; the same list once more says SALINAN."""
    db = current_db()
    actor = current_actor()
    now = current_time()
    shipment = load_shipment(number)
    data = papers.shipping_list_paper(db, shipment, printed_by=actor.name, now=now)
    content = content_digest(data)
    size = get_setting(db, "paper.size")
    copy = shipment.list_content == content
    pdf = render_paper("shipping_list", data, size=size, copy=copy, dialogue=True)  # what was not made is not noted
    noted = {"office": shipment.office, "shipment": number, "content": content, "now": now}
    if service.note_list_printed(current_journal(), actor, **noted) and not copy:  # somebody printed it in between
        pdf = render_paper("shipping_list", data, size=size, copy=True, dialogue=True)
    record_access("centre.list_printed", f"shipment/{number}")
    answer = make_response(pdf)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="daftar-kirim-{number}.pdf"'
    return answer

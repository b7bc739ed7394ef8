"""Numbers at the visitors' kiosk, and the screen of the waiting room that shows and rings who is called.

Nothing on them names anybody, and no address holds a number: the slip is shown once, to whoever drew it.
"""

from datetime import timedelta
from typing import Any, cast

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import SYSTEM
from app.core.problems import Problem
from app.platform.office.settings import gives_numbers
from app.platform.web.brakes import Brake, GuessBrake, Memory
from app.services.complaints.views.kiosk import (
    LOOKED_AT,
    STALE,
    asking_address,
    current_day,
    current_moment,
    draw_page,
    kiosk_db,
    kiosk_state,
    make_token,
    redirect_once,
    sent_token,
)
from app.services.complaints.views.memory import Tokens
from app.services.tickets import queries, service
from schema.database import Database

pages = Blueprint("ticket_kiosk", __name__, url_prefix="/antrean")
PER_DEVICE, PER_NETWORK = 6, 200
"""Numbers that one device may draw in a minute, and all devices but the kiosk itself together in a day."""
TOO_QUICK = "Baru saja banyak nomor diambil. Tunggu satu menit, lalu tekan lagi."


class Draws:
    """What the kiosk remembers of drawn numbers: how often each device did, and the answer to each form."""

    def __init__(self) -> None:
        self.device = Brake(PER_DEVICE, timedelta(minutes=1))
        self.network = Brake(PER_NETWORK, timedelta(days=1))
        self.done: Memory[str] = Memory(200, timedelta(hours=Tokens.HOURS))

    def is_full(self, address: str, now: Any) -> bool:
        foreign = address not in GuessBrake.OWN
        return self.device.is_full(address, now) or (foreign and self.network.is_full("", now))

    def count(self, address: str, now: Any) -> None:
        self.device.count_deed(address, now)
        if address not in GuessBrake.OWN:
            self.network.count_deed("", now)


def add_tickets(app: Flask) -> None:
    """Put the queue into a kiosk: its pages, and the first door of the start page."""
    app.extensions["loket_draws"] = Draws()
    app.extensions["loket_first_doors"] = (ticket_door,)
    app.register_blueprint(pages)


def ticket_door(db: Database) -> tuple[str, str, str] | None:
    """Where the first page of the kiosk leads to a number: endpoint, title and text."""
    if not gives_numbers(db):
        return None
    return "ticket_kiosk.show_services", "Ambil nomor antrean", "Pilih layanan, lalu tunggu nomor dipanggil."


def draws() -> Draws:
    return cast(Draws, current_app.extensions["loket_draws"])


@pages.get("")
def show_services(status: int = 200, problem: str = "") -> ResponseReturnValue:
    db = kiosk_db()
    now = current_moment()
    try:
        service.check_gives_numbers(db)
        service.check_open(db, now)
    except Problem as closed:
        return draw_page("kiosk/ticket_closed.html", closed.status, 60, sentence=closed.sentence)
    letters = queries.letters_of_services(db)
    waiting = queries.count_waiting(db, current_day())
    services = [
        (key, letters[key], name, waiting.get(letters[key], 0))
        for key, name in queries.queued_services(db, current_day()).items()
    ]
    return draw_page(
        "kiosk/ticket_services.html", status, token=make_token("ticket"), problem=problem, services=services
    )


@pages.post("")
def draw_number() -> ResponseReturnValue:
    """Give a number and show its slip once; pressing twice gives one and leads to the same page."""
    token = sent_token("ticket")
    if token is None:
        return show_services(422, STALE)
    mark = token[0]
    held = draws().done
    with held.lock:
        if key := held.get(mark, current_moment()):
            return redirect(url_for("kiosk.show_once", key=key), 303)
        try:
            ticket_id = take_asked()
        except Problem as problem:
            return show_services(problem.status, next(iter(problem.fields.values()), problem.sentence))
        page = current_app.make_response(draw_slip(ticket_id))
        answer, key = redirect_once(page)
        held.put(mark, key, current_moment())
        return answer


def take_asked() -> int:
    """Give the number that the form asks for; its id. Raises Problem."""
    address = asking_address()
    now = current_moment()
    if draws().is_full(address, now):
        raise Problem.of("conflict", why=TOO_QUICK)
    ticket_id = service.take_ticket(
        kiosk_state().journal,
        SYSTEM,
        service=request.form.get("service", "")[:60],
        priority=bool(request.form.get("priority")),
        now=now,
    )
    draws().count(address, now)
    return ticket_id


def draw_slip(ticket_id: int) -> ResponseReturnValue:
    """The number, its hour and how many wait before it: what the slip says."""
    db = kiosk_db()
    today = current_day()
    ticket = queries.find_ticket(db, ticket_id)
    waiting = queries.waiting_tickets(db, (ticket.letter,), today)
    return draw_page(
        "kiosk/ticket.html",
        seconds=LOOKED_AT // 4,
        ticket=ticket,
        name=queries.queued_services(db, today).get(ticket.service, ""),
        before=sum(other.id < ticket.id for other in waiting),
    )


# -- the screen --------------------------------------------------------------------------------------------------


@pages.get("/layar")
def show_screen() -> ResponseReturnValue:
    if not gives_numbers(kiosk_db()):
        return draw_page("kiosk/ticket_closed.html", 409, sentence=service.OFF)
    return render_template("kiosk/calls.html", **called_now(kiosk_db()))


@pages.get("/panggilan")
def show_calls() -> ResponseReturnValue:
    """The part of the screen that it asks for again and again."""
    return render_template("kiosk/_calls.html", **called_now(kiosk_db()))


def called_now(db: Database) -> dict[str, Any]:
    """The last call and those before it, with the names of the counters."""
    today = current_day()
    names = {counter.id: counter.name for counter in queries.all_counters(db)}
    calls = [
        (ticket, names.get(ticket.counter, f"Loket {ticket.counter}")) for ticket in queries.latest_calls(db, today)
    ]
    return {"calls": calls, "waiting": sum(queries.count_waiting(db, today).values())}

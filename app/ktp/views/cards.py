"""Kartu: counted on arrival, called by hand, list of those that nobody fetches."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import may
from app.ktp import cards, disputes, papers, returned_cards
from app.ktp.queries import step_count
from app.ktp.views.forms import ArrivalForm, CallForm, ReasonForm
from app.ktp.views.printing import paper, questions
from app.ktp.views.shared import chosen, ktp_case, name_of
from app.office import service as office
from app.office import settings
from app.people import service as people
from app.web.context import Nav, current_actor, db, journal, now, today
from app.web.forms import Form, sound, told
from app.web.guard import needs
from app.web.pages import done, page

pages = Blueprint("cards", __name__, url_prefix="/kartu")
NAV = (
    Nav("Kedatangan kartu", "cards.arrivals", "card.arrive", group="Dukcapil", order=20,
        count=lambda db, actor, _now: step_count(db, actor, "arrive")),
    Nav("Panggilan", "cards.calls", "card.call", group="Loket", order=60,
        count=lambda db, actor, _now: step_count(db, actor, "hand_over")),
)  # fmt: skip


def list_subject() -> str:
    """The call list of this day: a village clerk prints the own village's, the office the whole."""
    return f"calls/{today().isoformat()}/{current_actor().area or 'all'}"


# -- arrival ---------------------------------------------------------------------------------------------------


@pages.get("/kedatangan")
@needs("card.arrive")
def arrivals() -> ResponseReturnValue:
    """Shipments on their way with their cards, and cards without a list."""
    return arrivals_page()


def arrivals_page(
    status: int = 200, wrong: ArrivalForm | None = None, asked: str = ""
) -> ResponseReturnValue:
    """Draw the page; a form that was just refused stands at its shipment with its ticks."""
    expected = cards.expected(db())
    by_list = sorted(expected, key=lambda one: (not one.shipment, one.shipment))
    groups = {name: list(part) for name, part in groupby(by_list, key=lambda one: one.shipment)}
    listed = {one.number: one for one in cards.shipments(db())}
    forms = {
        name: wrong if wrong is not None and name == asked else ArrivalForm(formdata=None) for name in groups
    }
    return page(
        "ktp/arrivals.html", status=status, groups=groups, listed=listed, forms=forms, wrong=wrong, asked=asked,
        ticked=set(chosen("kartu")) if wrong is not None else None, villages=office.area_names(db()),
        disputed=disputes.on_the_way(db()),
        counted=[one for one in listed.values() if one.arrived_on and one.number not in groups][:12],
    )  # fmt: skip


@pages.post("/kedatangan")
@needs("card.arrive")
def arrive() -> ResponseReturnValue:
    """Count the ticked cards in."""
    form, shipment, ticked = ArrivalForm(), request.form.get("shipment", ""), chosen("kartu")
    if form.validate():
        with told(form):
            cards.arrive(journal(), current_actor(), case_ids=ticked, counted=form.counted.data, shipment=shipment,
                         note=form.note.data, now=now(), on=form.on.data)  # fmt: skip
    if not sound(form):
        return arrivals_page(422, form, shipment)
    return done(url_for("cards.calls"), f"{len(ticked)} kartu tiba. Panggil pemiliknya.")


@pages.get("/kedatangan/<int:case_id>")
@needs("card.arrive")
def arrival_of(case_id: int) -> ResponseReturnValue:
    """The arrival page at the line of one case."""
    return done(url_for("cards.arrivals") + f"#berkas-{ktp_case(case_id).id}")


@pages.get("/salah-cetak/<int:case_id>")
@needs("card.hand_over")
def misprint_page(case_id: int) -> ResponseReturnValue:
    """Why a card goes back."""
    return misprint_form(case_id, ReasonForm(formdata=None))


def misprint_form(case_id: int, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    """Draw the page of a misprint."""
    case = ktp_case(case_id)
    return page("ktp/misprint.html", status=status, case=case, name=name_of(case), form=form)


@pages.post("/salah-cetak/<int:case_id>")
@needs("card.hand_over")
def misprint(case_id: int) -> ResponseReturnValue:
    """A misprinted card is surrendered and printed again, free of charge."""
    form = ReasonForm()
    if form.validate():
        with told(form):
            returned_cards.misprint(
                journal(), current_actor(), case_id=case_id, reason=form.reason.data, now=now()
            )
    if not sound(form):
        return misprint_form(case_id, form, 422)
    return done(
        url_for("cards.arrivals"), "Salah cetak dicatat; berkas ikut pengiriman berikutnya tanpa biaya."
    )


# -- calls -----------------------------------------------------------------------------------------------------


@pages.get("/panggilan")
@needs("card.call")
def calls() -> ResponseReturnValue:
    """Cards at the counter: whom to call, who was called, who does not come."""
    which = request.args.get("daftar", "semua")
    everybody, late = (
        cards.ready_cards(db(), current_actor()),
        cards.uncollected(db(), current_actor(), today()),
    )
    lists = {"semua": everybody, "belum": [one for one in everybody if not one.calls], "lama": late}
    shown = lists.get(which, everybody)
    return page(
        "ktp/calls.html",
        shown=shown,
        which=which if which in lists else "semua",
        counts={name: len(rows) for name, rows in lists.items()},
        villages=office.area_names(db()),
        days=settings.get(db(), "uncollected.after_days"),
        asked=questions(list_subject()),
        subject=list_subject(),
        late={one.id for one in late},
        may_hand=may(current_actor(), "card.hand_over"),
    )


@pages.get("/panggilan/<int:case_id>")
@needs("card.call")
def call_page(case_id: int) -> ResponseReturnValue:
    """One owner: what was tried, and the form for another try."""
    return one_call(case_id)


def one_call(case_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    """Draw one owner's page."""
    case = ktp_case(case_id)
    fresh = {"form": CallForm(formdata=None)}
    return page("ktp/call.html", status=status, case=case, name=name_of(case), calls=cards.calls(db(), case_id),
                means=cards.MEANS, people=people.names(db()), village=office.area_names(db()).get(case.area, ""),
                may_hand=may(current_actor(), "card.hand_over"), **(fresh | forms))  # fmt: skip


@pages.post("/panggilan/<int:case_id>")
@needs("card.call")
def call(case_id: int) -> ResponseReturnValue:
    """Note a call or message made by hand."""
    form = CallForm()
    if form.validate():
        with told(form):
            cards.call(journal(), current_actor(), case_id=case_id, means=form.means.data,
                       reached=form.reached.data == "ya", note=form.note.data, now=now())  # fmt: skip
    if not sound(form):
        return one_call(case_id, 422, form=form)
    return done(url_for("cards.calls"), "Panggilan dicatat.")


@pages.post("/panggilan/cetak")
@needs("card.call")
def print_calls() -> ResponseReturnValue:
    """The call list on paper."""
    return paper("call_list", list_subject(), lambda: papers.call_list(db(), current_actor(), now()),
                 f"daftar-panggilan-{today().isoformat()}")  # fmt: skip

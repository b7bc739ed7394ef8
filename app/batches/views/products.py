"""Kartu: counted on arrival, called by hand, list of those that nobody fetches."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.batches import papers, products, queries
from app.batches.queries import step_count
from app.batches.views.forms import ArrivalForm, CallForm, HandOverForm, ReasonForm, RepairForm
from app.batches.views.printing import find_ktp_case, print_paper, print_questions, ticked_ids, to_spoken_name
from app.core.clock import office_date
from app.core.permissions import may
from app.office import queries as office
from app.office import settings
from app.people import queries as people
from app.web.context import PARTNER, Nav, current_actor, current_date, current_db, current_journal, current_time
from app.web.filters import as_moment
from app.web.forms import Form, collect_problems, confirm_pin, has_pin, is_accepted
from app.web.guard import needs_permission
from app.web.pages import redirect_to, show_page

pages = Blueprint("cards", __name__, url_prefix="/kartu")
NAV = (
    Nav(
        "Kedatangan kartu",
        "cards.show_arrivals",
        "card.arrive",
        group=PARTNER,
        order=20,
        count=lambda db, actor, _now: step_count(db, actor, "arrive"),
    ),
    Nav(
        "Panggilan",
        "cards.show_calls",
        "card.call",
        group="Loket",
        order=60,
        count=lambda db, actor, _now: step_count(db, actor, "hand_over"),
    ),
)


def call_list_subject() -> str:
    """The call list of this day: a village clerk prints the own village's, the office the whole."""
    return f"calls/{current_date().isoformat()}/{current_actor().area or 'all'}"


# -- arrival ---------------------------------------------------------------------------------------------------


@pages.get("/kedatangan")
@needs_permission("card.arrive")
def show_arrivals() -> ResponseReturnValue:
    return draw_arrivals()


def draw_arrivals(status: int = 200, wrong: ArrivalForm | None = None, asked: str = "") -> ResponseReturnValue:
    expected = products.expected_cards(current_db())
    by_list = sorted(expected, key=lambda one: (not one.shipment, one.shipment))
    groups = {name: list(part) for name, part in groupby(by_list, key=lambda one: one.shipment)}
    listed = {one.number: one for one in products.list_shipments(current_db())}
    forms = {name: wrong if wrong is not None and name == asked else ArrivalForm(formdata=None) for name in groups}
    return show_page(
        "ktp/arrivals.html",
        status=status,
        groups=groups,
        listed=listed,
        forms=forms,
        wrong=wrong,
        asked=asked,
        ticked=set(ticked_ids("kartu")) if wrong is not None else None,
        villages=office.area_names(current_db()),
        disputed=queries.disputed_on_the_way(current_db()),
        counted=[one for one in listed.values() if one.arrived_on and one.number not in groups][:12],
    )


@pages.post("/kedatangan")
@needs_permission("card.arrive")
def count_in() -> ResponseReturnValue:
    form, shipment, ticked = ArrivalForm(), request.form.get("shipment", ""), ticked_ids("kartu")
    if form.validate():
        with collect_problems(form):
            products.count_cards_in(
                current_journal(),
                current_actor(),
                case_ids=ticked,
                counted=form.counted.data,
                shipment=shipment,
                note=form.note.data,
                now=current_time(),
                on=form.on.data,
            )
    if not is_accepted(form):
        return draw_arrivals(422, form, shipment)
    return redirect_to(url_for("cards.show_calls"), f"{len(ticked)} kartu tiba. Panggil pemiliknya.")


@pages.get("/kedatangan/<int:case_id>")
@needs_permission("card.arrive")
def show_arrival(case_id: int) -> ResponseReturnValue:
    return redirect_to(url_for("cards.show_arrivals") + f"#berkas-{find_ktp_case(case_id).id}")


@pages.get("/salah-cetak/<int:case_id>")
@needs_permission("card.hand_over")
def show_misprint(case_id: int) -> ResponseReturnValue:
    return draw_misprint(case_id, ReasonForm(formdata=None))


def draw_misprint(case_id: int, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    case = find_ktp_case(case_id)
    return show_page("ktp/misprint.html", status=status, case=case, name=to_spoken_name(case), form=form)


@pages.post("/salah-cetak/<int:case_id>")
@needs_permission("card.hand_over")
def note_misprint(case_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate():
        with collect_problems(form):
            products.note_misprint(
                current_journal(), current_actor(), case_id=case_id, reason=form.reason.data, now=current_time()
            )
    if not is_accepted(form):
        return draw_misprint(case_id, form, 422)
    return redirect_to(
        url_for("cards.show_arrivals"), "Salah cetak dicatat; berkas ikut pengiriman berikutnya tanpa biaya."
    )


# -- calls -----------------------------------------------------------------------------------------------------


@pages.get("/panggilan")
@needs_permission("card.call")
def show_calls() -> ResponseReturnValue:
    which = request.args.get("daftar", "semua")
    everybody, late = (
        products.ready_cards(current_db(), current_actor()),
        products.uncollected_cards(current_db(), current_actor(), current_date()),
    )
    lists = {"semua": everybody, "belum": [one for one in everybody if not one.calls], "lama": late}
    shown = lists.get(which, everybody)
    return show_page(
        "ktp/calls.html",
        shown=shown,
        which=which if which in lists else "semua",
        counts={name: len(rows) for name, rows in lists.items()},
        villages=office.area_names(current_db()),
        days=settings.get_setting(current_db(), "uncollected.after_days"),
        asked=print_questions(call_list_subject()),
        subject=call_list_subject(),
        late={one.id for one in late},
        may_hand=may(current_actor(), "card.hand_over"),
    )


@pages.get("/panggilan/<int:case_id>")
@needs_permission("card.call")
def show_call(case_id: int) -> ResponseReturnValue:
    return draw_call(case_id)


def draw_call(case_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    case = find_ktp_case(case_id)
    fresh = {"form": CallForm(formdata=None)}
    return show_page(
        "ktp/call.html",
        status=status,
        case=case,
        name=to_spoken_name(case),
        calls=products.list_calls(current_db(), case_id),
        means=products.MEANS,
        people=people.person_names(current_db()),
        village=office.area_names(current_db()).get(case.area, ""),
        may_hand=may(current_actor(), "card.hand_over"),
        **(fresh | forms),
    )


@pages.post("/panggilan/<int:case_id>")
@needs_permission("card.call")
def note_call(case_id: int) -> ResponseReturnValue:
    form = CallForm()
    if form.validate():
        with collect_problems(form):
            products.note_call(
                current_journal(),
                current_actor(),
                case_id=case_id,
                means=form.means.data,
                reached=form.reached.data == "ya",
                note=form.note.data,
                now=current_time(),
            )
    if not is_accepted(form):
        return draw_call(case_id, 422, form=form)
    return redirect_to(url_for("cards.show_calls"), "Panggilan dicatat.")


@pages.post("/panggilan/cetak")
@needs_permission("card.call")
def print_calls() -> ResponseReturnValue:
    return print_paper(
        "call_list",
        call_list_subject(),
        lambda: papers.call_list(current_db(), current_actor(), current_time()),
        f"daftar-panggilan-{current_date().isoformat()}",
    )


hand_over_pages = Blueprint("hand_over", __name__)


@hand_over_pages.get("/kartu/serah/<int:case_id>")
@needs_permission("card.hand_over")
def show_hand_over(case_id: int) -> ResponseReturnValue:
    """The card's owner stands at the counter; or the receipt of a card that was handed over."""
    return draw_hand_over(case_id)


def draw_hand_over(case_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    case, given = find_ktp_case(case_id), products.find_hand_over(current_db(), case_id)
    fresh = {"form": HandOverForm(formdata=None, data={"relation": "self", "receiver": to_spoken_name(case)})}
    return show_page(
        "ktp/hand_over.html",
        status=status,
        case=case,
        name=to_spoken_name(case),
        done=given,
        late=given is not None and office_date(as_moment(given.at)).isoformat() != given.on_date,
        relations=products.RELATIONS,
        surrender=products.needs_surrender(current_db(), case),
        serial=products.serial_of(current_db(), case_id),
        village=office.area_names(current_db()).get(case.area, ""),
        people=people.person_names(current_db()),
        calls=products.list_calls(current_db(), case_id),
        means=products.MEANS,
        subject=f"case/{case_id}",
        asked=[one for one in print_questions(f"case/{case_id}") if one[0].paper == "hand_over"],
        kind=products.kind_label(current_db(), case),
        has_pin=has_pin(),
        **(fresh | forms),
    )


@hand_over_pages.post("/kartu/serah/<int:case_id>")
@needs_permission("card.hand_over")
def hand_card_over(case_id: int) -> ResponseReturnValue:
    form = HandOverForm()
    if form.validate():
        with collect_problems(form):
            confirm_pin(form.pin.data)
            products.hand_card_over(
                current_journal(),
                current_actor(),
                case_id=case_id,
                receiver=form.receiver.data,
                relation=form.relation.data,
                authority=form.authority.data,
                surrendered=form.surrendered.data,
                now=current_time(),
                on=form.on.data,
                note=form.note.data,
            )
    if not is_accepted(form):
        return draw_hand_over(case_id, 422, form=form)
    return redirect_to(
        url_for("hand_over.show_hand_over", case_id=case_id),
        "Diserahkan. Cetak tanda terimanya, lalu minta tanda tangan.",
    )


@hand_over_pages.post("/kartu/serah/<int:case_id>/cetak")
@needs_permission("card.hand_over")
def print_receipt(case_id: int) -> ResponseReturnValue:
    case = find_ktp_case(case_id)
    return print_paper(
        "hand_over",
        f"case/{case_id}",
        lambda: papers.hand_over_receipt(current_db(), case, current_actor(), current_time()),
        f"tanda-terima-{case.number}",
    )


@hand_over_pages.post("/kartu/serah/<int:case_id>/buka-lagi")
@needs_permission("card.hand_over")
def reopen_case(case_id: int) -> ResponseReturnValue:
    find_ktp_case(case_id)
    products.reopen_uncollected(current_journal(), current_actor(), case_id=case_id, now=current_time())
    return redirect_to(url_for("hand_over.show_hand_over", case_id=case_id), "Berkas dibuka lagi untuk diserahkan.")


# -- repair ----------------------------------------------------------------------------------------------------


@hand_over_pages.get("/berkas/<int:case_id>/perbaikan")
@needs_permission("case.check")
def show_repair(case_id: int) -> ResponseReturnValue:
    return draw_repair(case_id)


def draw_repair(case_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    case = find_ktp_case(case_id)
    refusals = queries.list_refusals(current_db(), case_id)
    again = bool(refusals and refusals[0].biometric)
    fresh = {"form": RepairForm(formdata=None, data={"how": "again" if again else "repaired"})}
    return show_page(
        "ktp/repair.html",
        status=status,
        case=case,
        name=to_spoken_name(case),
        refusals=refusals,
        village=office.area_names(current_db()).get(case.area, ""),
        kind=products.kind_label(current_db(), case),
        correct=may(current_actor(), "case.correct"),
        **(fresh | forms),
    )


@hand_over_pages.post("/berkas/<int:case_id>/perbaikan")
@needs_permission("case.check")
def note_repair(case_id: int) -> ResponseReturnValue:
    form, case = RepairForm(), find_ktp_case(case_id)
    if form.validate():
        with collect_problems(form):
            products.note_repair(
                current_journal(),
                current_actor(),
                case_id=case.id,
                note=form.note.data,
                record_again=form.how.data == "again",
                now=current_time(),
            )
    if not is_accepted(form):
        return draw_repair(case_id, 422, form=form)
    if form.how.data == "again":
        return redirect_to(url_for("recording.show_recording", case_id=case_id), "Berkas kembali ke perekaman.")
    return redirect_to(url_for("dispatch.show_dispatches"), "Berkas diperbaiki dan ikut pengiriman berikutnya.")

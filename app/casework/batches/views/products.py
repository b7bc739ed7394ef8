"""What came back: counted on arrival, applicants called, handed over or sent back, refused files repaired."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.batches import papers, products, queries
from app.casework.batches.partners import partner_of
from app.casework.batches.products import points_to_compare
from app.casework.batches.views.printing import (
    asked_service,
    case_words,
    find_partner_case,
    print_questions,
    seen_case,
    service_values,
    service_words,
    to_spoken_name,
)
from app.casework.desk.citizen import case_panel
from app.casework.desk.opening import CaseFile
from app.casework.desk.views.papers import printed_answer
from app.core.clock import office_date
from app.core.messages import FIRST_SERVICE
from app.core.permissions import may
from app.core.problems import Problem
from app.core.procedure import engine
from app.core.text import sentence_case
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, CommandForm, Refused, add_command, form_of
from app.platform.web.context import current_actor, current_date, current_db, current_time
from app.platform.web.filters import as_moment
from app.platform.web.forms import (
    PER_PAGE,
    Form,
    Slice,
    answers_in_place,
    asked_id,
    asked_slice,
    has_pin,
    read_slice,
    redirect_to,
    show_page,
    tell_in_place,
    to_choices,
)
from app.platform.web.guard import needs_permission
from schema.service_procedure import Definition

pages = Blueprint("cards", __name__, url_prefix="/kartu")


def call_list_subject(definition: Definition) -> str:
    """The call list of this day: a village clerk prints the own village's, the office the whole."""
    if definition.id == FIRST_SERVICE:
        service = ""
    else:
        service = f"{definition.id}/"
    return f"calls/{current_date().isoformat()}/{service}{current_actor().area or 'all'}"


# -- arrival ---------------------------------------------------------------------------------------------------


@pages.get("/kedatangan")
@needs_permission("card.arrive")
def show_arrivals(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    definition = asked_service("arrive")
    counts = {name: count for name, count, _ in products.expected_counts(db, definition.id)}
    loose = unlisted_cards(definition)
    listed = {shipment.number: shipment for shipment in products.list_shipments(db)}
    whole = [shipment for shipment in listed.values() if shipment.arrived_on and shipment.number not in counts]
    counted = asked_slice(whole, name="tiba")
    return show_page(
        "casework/batches/arrivals.html",
        status=status,
        **service_words(definition, "arrive"),
        groups=expected_groups(definition, counts, loose),
        expected=sum(counts.values()),
        loose=loose,
        listed=listed,
        fresh=form_of(products.count_cards_in).holding(),
        wrong=refused.form,
        asked=asked_shipment(),
        villages=office.area_names(db),
        disputed=queries.disputed_on_the_way(db, definition.id),
        counted=counted,
        wrong_counts=[shipment for shipment in counted.items if shipment.counted != shipment.count],
        right_counts=[shipment for shipment in counted.items if shipment.counted == shipment.count],
    )


def unlisted_cards(definition: Definition) -> Slice[CaseFile]:
    """A page of the cards that stand on no shipping list, as many as an old register brings; an asked case is first."""
    first = asked_id("berkas") or 0
    expected = partial(products.expected_cards, current_db(), definition.id, "", first=first)
    return read_slice(expected, PER_PAGE, "lepas")


def expected_groups(
    definition: Definition, shipments: Iterable[str], loose: Slice[CaseFile]
) -> dict[str, Sequence[CaseFile]]:
    """Shipment → the cards on its list; the last ones, which stand on none, as far as the page shows them."""
    db = current_db()
    numbers = sorted(shipments)
    groups: dict[str, Sequence[CaseFile]] = {
        number: products.expected_cards(db, definition.id, number) for number in numbers if number
    }
    if "" in numbers:
        groups[""] = loose.items
    return groups


def asked_shipment() -> str:
    return request.form.get("shipment", "")


def after_counting(count: int) -> ResponseReturnValue:
    """On to the first owner who is to be called; back to the arrivals where nothing is handed over here."""
    definition = asked_service("arrive")
    partner = partner_of(definition)
    told = f"{count} {partner.made} tiba."
    if not partner.steps.hand_over:
        return redirect_to(url_for("cards.show_arrivals", **service_values(definition)), told)
    return redirect_to(next_call_address(definition), f"{told} Berikutnya: panggil pemiliknya.")


def asked_list() -> dict[str, str]:
    """The shipping list that a count is about, and the service whose page counts."""
    return {"shipment": asked_shipment(), "service": asked_service("arrive").id}


add_command(pages, "/kedatangan", products.count_cards_in, show_arrivals, then=after_counting, named=asked_list)


@pages.get("/kedatangan/<int:case_id>")
@needs_permission("card.arrive")
def show_arrival(case_id: int) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    where = url_for("cards.show_arrivals", berkas=case.id, **service_values(definition))
    return redirect_to(f"{where}#berkas-{case.id}")


@pages.get("/salah-cetak/<int:case_id>")
@needs_permission("card.hand_over")
def show_misprint(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    given = case.closed and products.find_hand_over(current_db(), case_id) is not None
    form = refused.form_for(products.note_misprint)
    return show_page(
        "casework/batches/misprint.html", status=status, given=given, form=form, **case_words(case, definition)
    )


def after_misprint(_: None, case_id: int) -> ResponseReturnValue:
    here = service_values(find_partner_case(case_id)[1])
    told = "Salah cetak dicatat; berkas ikut pengiriman berikutnya tanpa biaya."
    return redirect_to(url_for("cards.show_arrivals", **here), told)


add_command(
    pages,
    "/salah-cetak/<int:case_id>",
    products.note_misprint,
    show_misprint,
    then=after_misprint,
    named=seen_case,
)


# -- calls -----------------------------------------------------------------------------------------------------


@pages.get("/panggilan")
@needs_permission("card.call")
def show_calls() -> ResponseReturnValue:
    which = request.args.get("daftar", "semua")
    definition = asked_service("hand_over")
    subject = call_list_subject(definition)
    db, actor = current_db(), current_actor()
    uncalled, called = products.count_ready(db, actor.own_area, definition.id)
    since = products.uncollected_since(db, current_date())
    lists: dict[str, dict[str, Any]] = {"belum": {"uncalled": True}, "lama": {"until": since}}
    only = lists.get(which, {})
    ready = partial(products.ready_cards, db, actor, definition.id, **only)
    if not only:
        which = "semua"
    return show_page(
        "casework/batches/calls.html",
        **service_words(definition, "hand_over"),
        part=read_slice(ready, PER_PAGE),
        which=which,
        counts={
            "semua": uncalled + called,
            "belum": uncalled,
            "lama": products.count_uncollected(db, actor, definition.id, since),
        },
        villages=office.area_names(db),
        days=settings.get_setting(db, "uncollected.after_days"),
        asked=print_questions(subject),
        subject=subject,
        since=since,
        may_hand=may(actor, "card.hand_over"),
        sends_sms=settings.sends_sms(db),
    )


@pages.get("/panggilan/<int:case_id>")
@needs_permission("card.call")
def show_call(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    case, definition = find_partner_case(case_id)
    form = refused.form_for(products.note_call)
    form["means"].choices = to_choices(products.means_for(case.area).items())
    return show_page(
        "casework/batches/call.html",
        status=status,
        **case_words(case, definition),
        calls=products.list_calls(db, case_id),
        means=products.MEANS,
        people=people.person_names(db),
        village=office.area_names(db).get(case.area, ""),
        may_hand=may(current_actor(), "card.hand_over"),
        form=form,
    )


def after_call(_: None, case_id: int, form: CommandForm) -> ResponseReturnValue:
    """The next owner whom nobody has called yet; when all are called the page says so, with the hand-over."""
    case, definition = find_partner_case(case_id)
    told = f"Berkas {case.number}: panggilan dicatat."
    calls = calls_address(definition)
    if (following := next_call_address(definition)) != calls:
        return redirect_to(following, told)
    links = [("Daftar panggilan", calls)]
    if form.values["reached"] and may(current_actor(), "card.hand_over"):
        give = url_for("hand_over.show_hand_over", case_id=case.id)
        links.insert(0, (f"Serahkan {partner_of(definition).made}", give))
    return tell_in_place(f"{told} Semua pemilik sudah dipanggil.", *links, otherwise=calls)


add_command(pages, "/panggilan/<int:case_id>", products.note_call, show_call, then=after_call, named=seen_case)


def calls_address(definition: Definition) -> str:
    return url_for("cards.show_calls", **service_values(definition))


def next_call_address(definition: Definition) -> str:
    """The first owner whom nobody has called yet; else the list of those who wait."""
    waiting = products.ready_cards(current_db(), current_actor(), definition.id, 1)
    if waiting and not waiting[0].calls and may(current_actor(), "card.call"):
        return url_for("cards.show_call", case_id=waiting[0].id)
    return calls_address(definition)


@pages.post("/panggilan/cetak")
@needs_permission("card.call")
def print_calls() -> ResponseReturnValue:
    definition = asked_service("hand_over")
    return printed_answer(
        "call_list",
        papers.call_list(current_db(), definition, current_actor(), current_time()),
        call_list_subject(definition),
        f"daftar-panggilan-{current_date().isoformat()}.pdf",
    )


hand_over_pages = Blueprint("hand_over", __name__)


def given_words(case: CaseFile) -> dict[str, Any]:
    """The hand-over of a card as it was done, with what the citizen's panel then tells, and the serial number."""
    db = current_db()
    given = products.find_hand_over(db, case.id)
    line = queries.newest_line_of(db, case.id)
    words: dict[str, Any] = {"done": given, "panel": None, "late": False, "serial": ""}
    if given:
        words["panel"] = case_panel(db, case, current_date())
        words["late"] = office_date(as_moment(given.at)).isoformat() != given.on_date
    if line:
        words["serial"] = line.serial
    return words


def compared_choice(what: str, value: str) -> tuple[str, str]:
    if value:
        return what, f"{what}: {value}"
    return what, what


def offer_choices(refused: Refused, case: CaseFile, definition: Definition) -> Form:
    """The form of a hand-over in the words of its service: who may fetch it, and what is compared."""
    form = refused.form_for(products.hand_card_over, pin=True, receiver=to_spoken_name(case))
    form["relation"].choices = to_choices(products.relation_labels(definition).items())
    points = points_to_compare(current_db(), definition, case)
    form["compared"].choices = to_choices(compared_choice(what, value) for what, value in points)
    form["surrendered"].label.text = f"{sentence_case(partner_of(definition).made)} lama yang ditarik"
    return form


@hand_over_pages.get("/kartu/serah/<int:case_id>")
@needs_permission("card.hand_over")
def show_hand_over(
    case_id: int, status: int = 200, refused: Refused = NOT_REFUSED, told: str = ""
) -> ResponseReturnValue:
    """The card's owner stands at the counter; or the receipt of a card that was handed over, with what was just `told`
    in the place of the form."""
    db = current_db()
    case, definition = find_partner_case(case_id)
    fragment = None
    if told:
        fragment = "casework/batches/_handed_over.html"
    return show_page(
        "casework/batches/hand_over.html",
        fragment,
        status=status,
        told=told,
        **case_words(case, definition),
        **given_words(case),
        relations=products.relation_labels(definition),
        surrender=products.needs_surrender(db, definition, case),
        kept=products.is_kept_uncollected(definition, case),
        village=office.area_names(db).get(case.area, ""),
        people=people.person_names(db),
        calls=products.list_calls(db, case_id),
        means=products.MEANS,
        subject=f"case/{case_id}",
        asked=[question for question in print_questions(f"case/{case_id}") if question[0].paper == "hand_over"],
        kind=engine.kind_named(definition, case.kind).label,
        has_pin=has_pin(),
        form=offer_choices(refused, case, definition),
        problem=refused.sentence,
    )


def all_compared(case_id: int) -> dict[str, int]:
    """A case of which everything was read on the card together: otherwise the page hands nothing over."""
    case, definition = find_partner_case(case_id)
    ticked = request.form.getlist("compared")
    left = [point for point, _ in points_to_compare(current_db(), definition, case) if point not in ticked]
    if left:
        why = f"Belum dicocokkan: {', '.join(left)}. Ada yang berbeda? Tekan Salah cetak."
        raise Problem.of("invalid", {"compared": why})
    return {"case_id": case_id}


def after_hand_over(_: None, case_id: int) -> ResponseReturnValue:
    case, _definition = find_partner_case(case_id)
    told = f"Berkas {case.number}: diserahkan. Berikutnya: cetak tanda terimanya, lalu minta tanda tangan."
    if answers_in_place():
        return show_hand_over(case.id, told=told)
    return redirect_to(url_for("hand_over.show_hand_over", case_id=case.id), told)


add_command(
    hand_over_pages,
    "/kartu/serah/<int:case_id>",
    products.hand_card_over,
    show_hand_over,
    then=after_hand_over,
    named=all_compared,
    pin=True,
)


@hand_over_pages.post("/kartu/serah/<int:case_id>/cetak")
@needs_permission("card.hand_over")
def print_receipt(case_id: int) -> ResponseReturnValue:
    case, _ = find_partner_case(case_id)
    return printed_answer(
        "hand_over",
        papers.hand_over_receipt(current_db(), case, current_actor(), current_time()),
        f"case/{case_id}",
        f"tanda-terima-{case.number}.pdf",
    )


add_command(
    hand_over_pages,
    "/kartu/serah/<int:case_id>/buka-lagi",
    products.reopen_uncollected,
    show_hand_over,
    "Berkas dibuka lagi untuk diserahkan.",
    named=seen_case,
)


# -- repair ----------------------------------------------------------------------------------------------------


@hand_over_pages.get("/berkas/<int:case_id>/perbaikan")
@needs_permission("case.check")
def show_repair(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    form = refused.form_for(products.note_repair)
    form["how"].choices = to_choices(possible_repairs(case, definition).items())
    return show_page(
        "casework/batches/repair.html",
        status=status,
        **case_words(case, definition),
        refusals=queries.list_refusals(current_db(), case_id),
        village=office.area_names(current_db()).get(case.area, ""),
        kind=engine.kind_named(definition, case.kind).label,
        correct=may(current_actor(), "case.correct"),
        form=form,
    )


def possible_repairs(case: CaseFile, definition: Definition) -> dict[str, str]:
    """Recording again is offered where the procedure has it and this person may ask for it."""
    if case.closed:
        step = None
    else:
        step = engine.step_named(definition, case.step)
    if step:
        own = engine.outcomes_for(definition, step, current_actor())
    else:
        own = ()
    if "record_again" in [outcome.id for outcome in own]:
        left_out = set()
    else:
        left_out = {"record_again"}
    return {how: label for how, label in products.REPAIRS.items() if how not in left_out}


def after_repair(_: None, case_id: int, form: CommandForm) -> ResponseReturnValue:
    definition = find_partner_case(case_id)[1]
    if form.values["how"] == "record_again":
        return redirect_to(url_for("cases.show_case", case_id=case_id), "Berkas kembali ke perekaman.")
    here = url_for("dispatch.show_dispatches", **service_values(definition))
    return redirect_to(here, "Berkas diperbaiki dan ikut pengiriman berikutnya.")


REPAIR = "/berkas/<int:case_id>/perbaikan"
add_command(hand_over_pages, REPAIR, products.note_repair, show_repair, then=after_repair, named=seen_case)

"""What came back: counted on arrival, applicants called, handed over or sent back, refused files repaired."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.batches import papers, products, queries
from app.casework.batches.partners import partner_of
from app.casework.batches.products import points_to_compare
from app.casework.batches.views.forms import ArrivalForm, CallForm, HandOverForm, RepairForm
from app.casework.batches.views.printing import (
    asked_service,
    case_words,
    find_partner_case,
    print_questions,
    service_values,
    service_words,
    ticked_ids,
    to_spoken_name,
)
from app.casework.desk.citizen import case_panel
from app.casework.desk.opening import CaseFile
from app.casework.desk.queries import own_area
from app.casework.desk.views.papers import printed_answer
from app.core.clock import office_date
from app.core.messages import FIRST_SERVICE
from app.core.permissions import may
from app.core.procedure import engine
from app.core.text import sentence_case
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.views.forms import ReasonForm
from app.platform.people import queries as people
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
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
    run_command,
    show_page,
    tell_in_place,
    to_choices,
)
from app.platform.web.guard import needs_permission
from schema.service_procedure import Definition

pages = Blueprint("cards", __name__, url_prefix="/kartu")


def call_list_subject(definition: Definition) -> str:
    """The call list of this day: a village clerk prints the own village's, the office the whole."""
    service = "" if definition.id == FIRST_SERVICE else f"{definition.id}/"
    return f"calls/{current_date().isoformat()}/{service}{current_actor().area or 'all'}"


# -- arrival ---------------------------------------------------------------------------------------------------


@pages.get("/kedatangan")
@needs_permission("card.arrive")
def show_arrivals(status: int = 200, wrong: ArrivalForm | None = None, asked: str = "") -> ResponseReturnValue:
    definition = asked_service("arrive")
    counts = {name: count for name, count, _ in products.expected_counts(current_db(), definition.id)}
    loose = unlisted_cards(definition)
    groups = {
        name: products.expected_cards(current_db(), definition.id, name) if name else loose.items
        for name in sorted(counts, key=lambda name: (not name, name))
    }
    listed = {one.number: one for one in products.list_shipments(current_db())}
    counted = asked_slice([one for one in listed.values() if one.arrived_on and one.number not in counts], name="tiba")
    return show_page(
        "casework/batches/arrivals.html",
        status=status,
        **service_words(definition, "arrive"),
        groups=groups,
        expected=sum(counts.values()),
        loose=loose,
        listed=listed,
        fresh=arrival_form(partner_of(definition).made, fresh=True),
        wrong=wrong,
        asked=asked,
        ticked=set(ticked_ids("kartu")) if wrong is not None else None,
        villages=office.area_names(current_db()),
        disputed=queries.disputed_on_the_way(current_db(), definition.id),
        counted=counted,
        wrong_counts=[one for one in counted.items if one.counted != one.count],
        right_counts=[one for one in counted.items if one.counted == one.count],
    )


def unlisted_cards(definition: Definition) -> Slice[CaseFile]:
    """A page of the cards that stand on no shipping list, as many as an old register brings; an asked case is first."""
    first = asked_id("berkas") or 0
    expected = partial(products.expected_cards, current_db(), definition.id, "", first=first)
    return read_slice(expected, PER_PAGE, "lepas")


@pages.post("/kedatangan")
@needs_permission("card.arrive")
def count_in() -> ResponseReturnValue:
    definition, shipment, ticked = asked_service("arrive"), request.form.get("shipment", ""), ticked_ids("kartu")
    form = arrival_form(partner_of(definition).made)
    return run_command(
        lambda: products.count_cards_in(
            current_journal(),
            current_actor(),
            case_ids=ticked,
            counted=form.counted.data,
            shipment=shipment,
            note=form.note.data,
            now=current_time(),
            on=form.on.data,
            service=definition.id,
        ),
        lambda _: show_arrivals(422, form, shipment),
        lambda _: after_counting(definition, len(ticked)),
        form=form,
    )


def after_counting(definition: Definition, count: int) -> ResponseReturnValue:
    """On to the first owner who is to be called; back to the arrivals where nothing is handed over here."""
    partner = partner_of(definition)
    told = f"{count} {partner.made} tiba."
    if not partner.steps.hand_over:
        return redirect_to(url_for("cards.show_arrivals", **service_values(definition)), told)
    return redirect_to(next_call_address(definition), f"{told} Berikutnya: panggil pemiliknya.")


@pages.get("/kedatangan/<int:case_id>")
@needs_permission("card.arrive")
def show_arrival(case_id: int) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    where = url_for("cards.show_arrivals", berkas=case.id, **service_values(definition))
    return redirect_to(f"{where}#berkas-{case.id}")


@pages.get("/salah-cetak/<int:case_id>")
@needs_permission("card.hand_over")
def show_misprint(case_id: int, wrong: ReasonForm | None = None) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    given = case.closed and products.find_hand_over(current_db(), case_id) is not None
    form = wrong or ReasonForm(formdata=None)
    return show_page(
        "casework/batches/misprint.html",
        status=422 if wrong else 200,
        given=given,
        form=form,
        **case_words(case, definition),
    )


@pages.post("/salah-cetak/<int:case_id>")
@needs_permission("card.hand_over")
def note_misprint(case_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    here = service_values(find_partner_case(case_id)[1])
    return run_command(
        lambda: products.note_misprint(
            current_journal(), current_actor(), case_id=case_id, reason=form.reason.data, now=current_time()
        ),
        lambda _: show_misprint(case_id, form),
        url_for("cards.show_arrivals", **here),
        "Salah cetak dicatat; berkas ikut pengiriman berikutnya tanpa biaya.",
        form=form,
    )


# -- calls -----------------------------------------------------------------------------------------------------


@pages.get("/panggilan")
@needs_permission("card.call")
def show_calls() -> ResponseReturnValue:
    which, definition = request.args.get("daftar", "semua"), asked_service("hand_over")
    subject = call_list_subject(definition)
    db, actor = current_db(), current_actor()
    uncalled, called = products.count_ready(db, own_area(actor), definition.id)
    since = products.uncollected_since(db, current_date())
    lists: dict[str, dict[str, Any]] = {"belum": {"uncalled": True}, "lama": {"until": since}}
    only = lists.get(which, {})
    ready = partial(products.ready_cards, db, actor, definition.id, **only)
    return show_page(
        "casework/batches/calls.html",
        **service_words(definition, "hand_over"),
        part=read_slice(ready, PER_PAGE),
        which=which if only else "semua",
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
    )


@pages.get("/panggilan/<int:case_id>")
@needs_permission("card.call")
def show_call(case_id: int, status: int = 200, form: CallForm | None = None) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    shown = form or CallForm(formdata=None)
    shown.offer(case.area)
    return show_page(
        "casework/batches/call.html",
        status=status,
        **case_words(case, definition),
        calls=products.list_calls(current_db(), case_id),
        means=products.MEANS,
        people=people.person_names(current_db()),
        village=office.area_names(current_db()).get(case.area, ""),
        may_hand=may(current_actor(), "card.hand_over"),
        form=shown,
    )


@pages.post("/panggilan/<int:case_id>")
@needs_permission("card.call")
def note_call(case_id: int) -> ResponseReturnValue:
    form = CallForm()
    case, definition = find_partner_case(case_id)
    form.offer(case.area)
    return run_command(
        lambda: products.note_call(
            current_journal(),
            current_actor(),
            case_id=case_id,
            means=form.means.data,
            reached=form.reached.data == "ya",
            note=form.note.data,
            now=current_time(),
        ),
        lambda _: show_call(case_id, 422, form=form),
        lambda _: after_call(case, definition, form.reached.data == "ya"),
        form=form,
    )


def after_call(case: CaseFile, definition: Definition, reached: bool) -> ResponseReturnValue:
    """The next owner whom nobody has called yet; when all are called the page says so, with the hand-over."""
    told, calls = f"Berkas {case.number}: panggilan dicatat.", calls_address(definition)
    if (following := next_call_address(definition)) != calls:
        return redirect_to(following, told)
    links = [("Daftar panggilan", calls)]
    if reached and may(current_actor(), "card.hand_over"):
        give = url_for("hand_over.show_hand_over", case_id=case.id)
        links.insert(0, (f"Serahkan {partner_of(definition).made}", give))
    return tell_in_place(f"{told} Semua pemilik sudah dipanggil.", *links, otherwise=calls)


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


def hand_over_form(case: CaseFile, definition: Definition, data: dict[str, str] | None = None) -> HandOverForm:
    product, relations = partner_of(definition).made, products.relation_labels(definition)
    form = HandOverForm(formdata=None, data=data) if data else HandOverForm()
    form.relation.choices = to_choices(relations.items())
    points = points_to_compare(current_db(), definition, case)
    form.compared.choices = to_choices((what, f"{what}: {value}" if value else what) for what, value in points)
    form.surrendered.label.text = f"{sentence_case(product)} lama yang ditarik"
    return form


def arrival_form(product: str, *, fresh: bool = False) -> ArrivalForm:
    form = ArrivalForm(formdata=None) if fresh else ArrivalForm()
    form.counted.label.text = f"Jumlah {product} dihitung tangan"
    return form


def repair_form(case: CaseFile, definition: Definition) -> RepairForm:
    """Recording again is offered where the procedure has it and this person may ask for it."""
    form = RepairForm()
    step = None if case.closed else engine.step_named(definition, case.step)
    own = engine.outcomes_for(definition, step, current_actor()) if step else ()
    if "record_again" not in [one.id for one in own]:
        form.how.choices = form.how.choices[:1]
    return form


@hand_over_pages.get("/kartu/serah/<int:case_id>")
@needs_permission("card.hand_over")
def show_hand_over(case_id: int, status: int = 200, told: str = "", **forms: Form) -> ResponseReturnValue:
    """The card's owner stands at the counter; or the receipt of a card that was handed over, with what was just `told`
    in the place of the form."""
    case, definition = find_partner_case(case_id)
    given, relations = products.find_hand_over(current_db(), case_id), products.relation_labels(definition)
    line = queries.newest_line_of(current_db(), case_id)
    fresh = {"form": hand_over_form(case, definition, {"receiver": to_spoken_name(case)})}
    return show_page(
        "casework/batches/hand_over.html",
        "casework/batches/_handed_over.html" if told else None,
        status=status,
        told=told,
        **case_words(case, definition),
        done=given,
        panel=case_panel(current_db(), case, current_date()) if given else None,
        late=given is not None and office_date(as_moment(given.at)).isoformat() != given.on_date,
        relations=relations,
        surrender=products.needs_surrender(current_db(), definition, case),
        kept=products.is_kept_uncollected(definition, case),
        serial=line.serial if line else "",
        village=office.area_names(current_db()).get(case.area, ""),
        people=people.person_names(current_db()),
        calls=products.list_calls(current_db(), case_id),
        means=products.MEANS,
        subject=f"case/{case_id}",
        asked=[one for one in print_questions(f"case/{case_id}") if one[0].paper == "hand_over"],
        kind=engine.kind_named(definition, case.kind).label,
        has_pin=has_pin(),
        **(fresh | forms),
    )


@hand_over_pages.post("/kartu/serah/<int:case_id>")
@needs_permission("card.hand_over")
def hand_card_over(case_id: int) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    form = hand_over_form(case, definition)
    return run_command(
        lambda: products.hand_card_over(
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
            compared=form.compared.data or (),
        ),
        lambda _: show_hand_over(case_id, 422, form=form),
        lambda _: after_hand_over(case),
        form=form,
        pin=True,
    )


def after_hand_over(case: CaseFile) -> ResponseReturnValue:
    told = f"Berkas {case.number}: diserahkan. Berikutnya: cetak tanda terimanya, lalu minta tanda tangan."
    if answers_in_place():
        return show_hand_over(case.id, told=told)
    return redirect_to(url_for("hand_over.show_hand_over", case_id=case.id), told)


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


@hand_over_pages.post("/kartu/serah/<int:case_id>/buka-lagi")
@needs_permission("card.hand_over")
def reopen_case(case_id: int) -> ResponseReturnValue:
    find_partner_case(case_id)
    products.reopen_uncollected(current_journal(), current_actor(), case_id=case_id, now=current_time())
    return redirect_to(url_for("hand_over.show_hand_over", case_id=case_id), "Berkas dibuka lagi untuk diserahkan.")


# -- repair ----------------------------------------------------------------------------------------------------


@hand_over_pages.get("/berkas/<int:case_id>/perbaikan")
@needs_permission("case.check")
def show_repair(case_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    refusals = queries.list_refusals(current_db(), case_id)
    fresh = {"form": repair_form(case, definition)}
    return show_page(
        "casework/batches/repair.html",
        status=status,
        **case_words(case, definition),
        refusals=refusals,
        village=office.area_names(current_db()).get(case.area, ""),
        kind=engine.kind_named(definition, case.kind).label,
        correct=may(current_actor(), "case.correct"),
        **(fresh | forms),
    )


@hand_over_pages.post("/berkas/<int:case_id>/perbaikan")
@needs_permission("case.check")
def note_repair(case_id: int) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    form = repair_form(case, definition)
    again = form.how.data == "again"
    recorded = url_for("cases.show_case", case_id=case_id)
    return run_command(
        lambda: products.note_repair(
            current_journal(),
            current_actor(),
            case_id=case.id,
            note=form.note.data,
            record_again=again,
            now=current_time(),
        ),
        lambda _: show_repair(case_id, 422, form=form),
        recorded if again else url_for("dispatch.show_dispatches", **service_values(definition)),
        "Berkas kembali ke perekaman." if again else "Berkas diperbaiki dan ikut pengiriman berikutnya.",
        form=form,
    )

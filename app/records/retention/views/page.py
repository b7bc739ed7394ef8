"""Masa simpan dan pemusnahan: what is due, the list that waits for its second person, minutes, periods, holds."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectMultipleField

from app.casework.desk.views.papers import printed_answer
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Command, Refused, add_command, form_of
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import Form, asked_slice, has_pin, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from app.records.retention import papers, queries, service

pages = Blueprint("retention", __name__, url_prefix="/pemusnahan")
COMMANDS: dict[str, tuple[Command, bool]] = {
    "confirm": (service.confirm, True),
    "withdraw": (service.withdraw, False),
    "period": (service.set_period, False),
    "hold": (service.hold_record, False),
    "lift": (service.lift_hold, False),
}
"""Form of the page → its command, and whether it asks for the PIN; the name stands before those of its fields."""
ProposalForm: Any = form_of(service.propose, pin=True)


class ProposeForm(ProposalForm):
    """What is proposed is ticked in the list of what is due."""

    groups = SelectMultipleField("Yang dimusnahkan", choices=[], validate_choice=False)


@pages.get("")
@needs_permission("records.view")
def show(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw the page; a refused form keeps what was typed."""
    db = current_db()
    actor = current_actor()
    records = queries.due_records(db, current_date())
    waiting = queries.open_destruction(db)
    known = queries.periods(db)
    held = queries.open_holds(db)
    listed = []
    decided = waiting is None or waiting.state != "proposed"
    if waiting:
        listed = queries.records_of(db, waiting.id)
    values: dict[str, Any] = {
        "problem": problem_above(refused, decided),
        "groups": queries.due_groups(records),
        "kept": queries.held_groups(records),
        "periods": known,
        "waiting": waiting,
        "listed": listed,
        "may_confirm": waiting is not None and service.can_confirm(waiting, actor),
        "past": queries.past_destructions(db),
        "holds": held,
        "record_page": record_page(known),
        "backups": queries.backups_before(db),
        "returned": queries.last_return(db),
        "people": people.person_names(db),
        "states": queries.STATES,
        "who": actor.profile.who_may("records.confirm"),
        "has_pin": has_pin(),
    }
    return show_page("records/retention/page.html", status=status, **values, **page_forms(refused))


def page_forms(refused: Refused) -> dict[str, Form]:
    """The forms of the page by their names; a refused one keeps what was typed."""
    proposing = refused.form_of_class(ProposeForm) or ProposeForm(formdata=None, prefix="propose-")
    forms: dict[str, Form] = {"propose": proposing}
    for name, (command, pin) in COMMANDS.items():
        forms[name] = refused.form_for(command, pin=pin, prefix=f"{name}-")
    return forms


def problem_above(refused: Refused, decided: bool) -> str:
    """What is wrong with a decision whose form the page no longer shows."""
    if decided:
        return refused.sentence_for(service.confirm, service.withdraw)
    return ""


def record_page(known: list[queries.Period]) -> Callable[[queries.DueRecord], str]:
    """Gives the address of a record's own page; empty where it has none."""
    places = {period.kind.id: period.kind.page for period in known}

    def address(record: queries.DueRecord) -> str:
        place = places[record.kind]
        number: dict[str, Any] = {place[1]: int(record.subject.rpartition("/")[2])} if place else {}
        if not place:
            return ""
        return url_for(place[0], **number)

    return address


@pages.post("/usulkan")
@needs_permission("records.keep")
def propose() -> ResponseReturnValue:
    form = ProposeForm(prefix="propose-")
    return run_command(
        lambda: service.propose(
            current_journal(), current_actor(), groups=form.groups.data, now=current_time(), **form.values
        ),
        lambda problem: show(problem.status, Refused(service.propose, form, problem)),
        url_for("retention.show"),
        "Daftar diusulkan. Sekarang orang kedua yang mengonfirmasi.",
        form=form,
        pin=True,
    )


def after_confirmation(destruction_id: int) -> ResponseReturnValue:
    record_access("records.confirmed", subject=f"destruction/{destruction_id}")
    return redirect_to(url_for("retention.show"), "Dikonfirmasi. Program memusnahkannya malam ini.")


def add_form(name: str, address: str, toast: str = "", **more: Any) -> None:
    command, pin = COMMANDS[name]
    add_command(pages, address, command, show, toast, pin=pin, prefix=f"{name}-", **more)


add_form("confirm", "/<int:destruction_id>/konfirmasi", then=after_confirmation)
add_form("withdraw", "/<int:destruction_id>/tarik", "Daftar ditarik. Tidak ada yang dimusnahkan.")
add_form("period", "/masa-simpan", "Masa simpan diubah.")
add_form("hold", "/tahan", "Berkas ditahan.")
add_form("lift", "/tahan/lepas", "Berkas tidak ditahan lagi.")


# -- one list ------------------------------------------------------------------------------------------------------


@pages.get("/<int:destruction_id>")
@needs_permission("records.view")
def show_list(destruction_id: int) -> ResponseReturnValue:
    db = current_db()
    row = queries.load_destruction(db, destruction_id)
    return show_page(
        "records/retention/list.html",
        row=row,
        records=asked_slice(queries.records_of(db, row.id)),
        labels=queries.labels(db),
        backups=queries.backups_of(row),
        people=people.person_names(db),
        states=queries.STATES,
    )


@pages.post("/<int:destruction_id>/cetak")
@needs_permission("records.view")
def print_minutes(destruction_id: int) -> Response:
    data = papers.minutes_paper(current_db(), destruction_id, current_actor(), current_time())
    name = f"pemusnahan-{destruction_id}.pdf"
    return printed_answer("destruction_minutes", data, f"destruction/{destruction_id}", name)

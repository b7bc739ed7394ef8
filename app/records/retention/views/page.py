"""Masa simpan dan pemusnahan: what is due, the list that waits for its second person, minutes, periods, holds."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.papers import printed_answer
from app.platform.people import queries as people
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import Form, asked_slice, has_pin, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission, record_access
from app.records.retention import papers, queries, service
from app.records.retention.views.forms import ConfirmForm, HoldForm, LiftForm, PeriodForm, ProposeForm, WithdrawForm

pages = Blueprint("retention", __name__, url_prefix="/pemusnahan")
FORMS: dict[str, type[Form]] = {
    "propose": ProposeForm,
    "confirm": ConfirmForm,
    "withdraw": WithdrawForm,
    "period": PeriodForm,
    "hold": HoldForm,
    "lift": LiftForm,
}
"""Each bears its name before those of its fields: they stand on one page."""


@pages.get("")
@needs_permission("records.view")
def show() -> ResponseReturnValue:
    return draw()


def draw(status: int = 200, **forms: Form) -> ResponseReturnValue:
    db, actor = current_db(), current_actor()
    records, waiting = queries.due_records(db, current_date()), queries.open_destruction(db)
    known, held = queries.periods(db), queries.open_holds(db)
    shown = {name: forms.get(name) or FORMS[name](formdata=None, prefix=f"{name}-") for name in FORMS}
    shown["period"].kind.choices = to_choices([(one.kind.id, one.kind.label) for one in known])
    shown["lift"].hold.choices = to_choices([(one.id, one.number) for one in held])
    values: dict[str, Any] = {
        "groups": queries.due_groups(records),
        "kept": queries.held_groups(records),
        "periods": known,
        "waiting": waiting,
        "listed": queries.records_of(db, waiting.id) if waiting else (),
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
    return show_page("records/retention/page.html", status=status, **values, **shown)


def record_page(known: list[queries.Period]) -> Callable[[queries.DueRecord], str]:
    """Gives the address of a record's own page; empty where it has none."""
    places = {one.kind.id: one.kind.page for one in known}

    def address(record: queries.DueRecord) -> str:
        place = places[record.kind]
        number: dict[str, Any] = {place[1]: int(record.subject.rpartition("/")[2])} if place else {}
        return url_for(place[0], **number) if place else ""

    return address


def change_records(
    name: str, command: Callable[..., object], toast: str, *, pin: bool = False, **addressed: int
) -> ResponseReturnValue:
    """Run a command with what its form says, whose fields bear the names that the command asks for, and go back."""
    form = FORMS[name](prefix=f"{name}-")

    def run() -> None:
        typed = {field.short_name: field.data for field in form if field.short_name not in ("pin", "csrf_token")}
        command(current_journal(), current_actor(), **typed, **addressed, now=current_time())

    return run_command(
        run,
        lambda problem: draw(problem.status, **{name: form}),
        url_for("retention.show"),
        toast,
        form=form,
        pin=pin,
    )


@pages.post("/usulkan")
@needs_permission("records.keep")
def propose() -> ResponseReturnValue:
    toast = "Daftar diusulkan. Sekarang orang kedua yang mengonfirmasi."
    return change_records("propose", service.propose, toast, pin=True)


@pages.post("/<int:destruction_id>/konfirmasi")
@needs_permission("records.confirm")
def confirm(destruction_id: int) -> ResponseReturnValue:
    def agree(*asked: Any, **said: Any) -> None:
        service.confirm(*asked, **said)
        record_access("records.confirmed", subject=f"destruction/{destruction_id}")

    toast = "Dikonfirmasi. Program memusnahkannya malam ini."
    return change_records("confirm", agree, toast, pin=True, destruction_id=destruction_id)


@pages.post("/<int:destruction_id>/tarik")
@needs_permission("records.keep")
def withdraw(destruction_id: int) -> ResponseReturnValue:
    toast = "Daftar ditarik. Tidak ada yang dimusnahkan."
    return change_records("withdraw", service.withdraw, toast, destruction_id=destruction_id)


@pages.post("/masa-simpan")
@needs_permission("records.keep")
def set_period() -> ResponseReturnValue:
    return change_records("period", service.set_period, "Masa simpan diubah.")


@pages.post("/tahan")
@needs_permission("records.keep")
def hold_record() -> ResponseReturnValue:
    return change_records("hold", service.hold_record, "Berkas ditahan.")


@pages.post("/tahan/lepas")
@needs_permission("records.keep")
def lift_hold() -> ResponseReturnValue:
    return change_records("lift", service.lift_hold, "Berkas tidak ditahan lagi.")


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

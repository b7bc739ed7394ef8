"""Masa simpan dan pemusnahan: what is due, the list that waits for its second person, minutes, periods, holds."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.desk.views.papers import printed_answer
from app.people import queries as people
from app.retention import papers, queries, service
from app.retention.views.forms import ConfirmForm, HoldForm, LiftForm, PeriodForm, ProposeForm, WithdrawForm
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import Form, asked_slice, has_pin, redirect_to, run_command, show_page, to_choices
from app.web.guard import needs_permission, record_access

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
    return show_page("retention/page.html", status=status, **values, **shown)


def record_page(known: list[queries.Period]) -> Callable[[queries.DueRecord], str]:
    """Gives the address of a record's own page; empty where it has none."""
    places = {one.kind.id: one.kind.page for one in known}

    def address(record: queries.DueRecord) -> str:
        place = places[record.kind]
        number: dict[str, Any] = {place[1]: int(record.subject.rpartition("/")[2])} if place else {}
        return url_for(place[0], **number) if place else ""

    return address


@pages.post("/usulkan")
@needs_permission("records.keep")
def propose() -> ResponseReturnValue:
    form = ProposeForm(prefix="propose-")
    return run_command(
        lambda: service.propose(
            current_journal(),
            current_actor(),
            groups=form.groups.data or [],
            reason=form.reason.data or "",
            now=current_time(),
        ),
        lambda problem: draw(problem.status, propose=form),
        lambda _id: go_back("Daftar diusulkan. Sekarang orang kedua yang mengonfirmasi."),
        form=form,
        pin=True,
    )


def go_back(toast: str) -> ResponseReturnValue:
    return redirect_to(url_for("retention.show"), toast)


@pages.post("/<int:destruction_id>/konfirmasi")
@needs_permission("records.confirm")
def confirm(destruction_id: int) -> ResponseReturnValue:
    form = ConfirmForm(prefix="confirm-")

    def agree() -> None:
        service.confirm(current_journal(), current_actor(), destruction_id=destruction_id, now=current_time())
        record_access("records.confirmed", subject=f"destruction/{destruction_id}")

    return run_command(
        agree,
        lambda problem: draw(problem.status, confirm=form),
        lambda _done: go_back("Dikonfirmasi. Program memusnahkannya malam ini."),
        form=form,
        pin=True,
    )


@pages.post("/<int:destruction_id>/tarik")
@needs_permission("records.keep")
def withdraw(destruction_id: int) -> ResponseReturnValue:
    form = WithdrawForm(prefix="withdraw-")
    return run_command(
        lambda: service.withdraw(
            current_journal(),
            current_actor(),
            destruction_id=destruction_id,
            reason=form.reason.data or "",
            now=current_time(),
        ),
        lambda problem: draw(problem.status, withdraw=form),
        lambda _done: go_back("Daftar ditarik. Tidak ada yang dimusnahkan."),
        form=form,
    )


@pages.post("/masa-simpan")
@needs_permission("records.keep")
def set_period() -> ResponseReturnValue:
    form = PeriodForm(prefix="period-")
    return run_command(
        lambda: service.set_period(
            current_journal(),
            current_actor(),
            kind=form.kind.data or "",
            years=form.years.data,
            reason=form.reason.data or "",
            now=current_time(),
        ),
        lambda problem: draw(problem.status, period=form),
        lambda _done: go_back("Masa simpan diubah."),
        form=form,
    )


@pages.post("/tahan")
@needs_permission("records.keep")
def hold_record() -> ResponseReturnValue:
    form = HoldForm(prefix="hold-")
    return run_command(
        lambda: service.hold_record(
            current_journal(),
            current_actor(),
            number=form.number.data or "",
            reason=form.reason.data or "",
            now=current_time(),
        ),
        lambda problem: draw(problem.status, hold=form),
        lambda _done: go_back("Berkas ditahan."),
        form=form,
    )


@pages.post("/tahan/lepas")
@needs_permission("records.keep")
def lift_hold() -> ResponseReturnValue:
    form = LiftForm(prefix="lift-")
    return run_command(
        lambda: service.lift_hold(
            current_journal(),
            current_actor(),
            hold=form.hold.data or "",
            reason=form.reason.data or "",
            now=current_time(),
        ),
        lambda problem: draw(problem.status, lift=form),
        lambda _done: go_back("Berkas tidak ditahan lagi."),
        form=form,
    )


# -- one list ------------------------------------------------------------------------------------------------------


@pages.get("/<int:destruction_id>")
@needs_permission("records.view")
def show_list(destruction_id: int) -> ResponseReturnValue:
    db = current_db()
    row = queries.load_destruction(db, destruction_id)
    return show_page(
        "retention/list.html",
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

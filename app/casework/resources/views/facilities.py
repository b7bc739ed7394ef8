"""Clause 8 as a working page: kinds of things, one kind with its things, one thing with what became of it."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from app.casework.desk.views.papers import printed_answer
from app.casework.resources import papers, queries, service
from app.casework.resources.queries import FacilityLine
from app.core.problems import Problem, check_found
from app.platform.office.moves import possible_moves
from app.platform.office.queries import services_in_force
from app.platform.people.queries import person_names
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import AtMost, TextLine, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission

OTHER = "+"
AddForm: Any = form_of(service.add_items)


class ItemForm(AddForm):
    """A thing is chosen from what the standards ask, or its name is written."""

    name = SelectField("Sarana", choices=[], validate_choice=False)
    other = TextLine("Nama lain", [AtMost(80)])

    @property
    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = super().values
        if values["name"] == OTHER:
            return values | {"name": self.other.data}
        return values


pages = Blueprint("facilities", __name__, url_prefix="/sarana")
KINDS = {"working": "good", "broken": "warn", "sent": "wait", "replaced": "idle", "written_off": "idle"}
DEEDS = {
    "broken": ("Catat rusak", "Apa yang rusak", "Dicatat rusak."),
    "sent": ("Catat dikirim", "Dikirim ke mana", "Dicatat sedang diperbaiki."),
    "working": ("Catat berfungsi lagi", "Apa yang diperbaiki", "Dicatat berfungsi lagi."),
    "replaced": ("Catat diganti", "Digantikan apa", "Dicatat diganti; penggantinya sudah terdaftar."),
    "written_off": ("Hapus dari daftar", "Alasannya", "Dihapus dari daftar."),
}
"""State → button, heading of its text, toast."""


def words() -> dict[str, Any]:
    return {"states": service.STATES, "kinds": KINDS, "deeds": DEEDS, "names": person_names(current_db())}


def item_form(**options: Any) -> ItemForm:
    form = ItemForm(**options)
    names = [line.name for line in queries.facility_lines(current_db(), current_date())]
    form["name"].choices = to_choices([*((name, name) for name in names), (OTHER, "Lainnya, tulis namanya")])
    return form


@pages.get("")
@needs_permission("facility.view")
def show_facilities() -> ResponseReturnValue:
    return draw_facilities(item_form(formdata=None, data={"count": 1}))


def draw_facilities(form: ItemForm, status: int = 200) -> ResponseReturnValue:
    db = current_db()
    today = current_date()
    form.seen.raw_data = None
    form.seen.data = queries.newest_item(db)
    rows = [(line, queries.steps_stopped_by(db, line, today)) for line in queries.facility_lines(db, today)]
    standards = services_in_force(db, today)
    return show_page(
        "casework/resources/facilities.html", status=status, form=form, rows=rows, standards=standards, **words()
    )


@pages.post("")
@needs_permission("facility.manage")
def add_items() -> ResponseReturnValue:
    form = item_form()
    return run_command(
        lambda: service.add_items(current_journal(), current_actor(), now=current_time(), **form.values),
        lambda _: draw_facilities(form, 422),
        lambda made: redirect_to(url_for("facilities.show_facilities"), f"{len(made)} barang didaftarkan."),
        form=form,
    )


@pages.post("/cetak")
@needs_permission("facility.view")
def print_inventory() -> Response:
    data = papers.inventory_paper(current_db(), current_actor(), current_time())
    return printed_answer("inventory", data, "facilities", "daftar-sarana.pdf")


def find_line(key: str) -> FacilityLine:
    lines = queries.facility_lines(current_db(), current_date())
    return check_found(next((line for line in lines if line.key == key), None), "Sarana itu")


@pages.get("/<key>")
@needs_permission("facility.view")
def show_facility(key: str) -> ResponseReturnValue:
    line = find_line(key)
    stopped = queries.steps_stopped_by(current_db(), line, current_date())
    gone = queries.items_gone(current_db(), key)
    return show_page("casework/resources/facility.html", line=line, stopped=stopped, gone=gone, **words())


@pages.get("/barang/<int:item_id>")
@needs_permission("facility.view")
def show_item(item_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """Draw a thing; a refused form keeps what was typed and stands open."""
    db = current_db()
    item = queries.load_item(db, item_id)
    deed = refused.place.get("state", "")
    forms = {name: form_of(service.change_state).holding(prefix=name) for name in DEEDS}
    forms["describe"] = refused.form_for(service.describe_item, item)
    if deed and refused.form is not None:
        forms[deed] = refused.form
    can = possible_moves(service.MOVES, current_actor(), item.state)
    wrong = deed
    if refused.command and not deed:
        wrong = "describe"
    return show_page(
        "casework/resources/item.html",
        status=status,
        item=item,
        forms=forms,
        can=[name for name, possible in can.items() if possible],
        wrong=wrong,
        repairs=queries.repairs_of(db, item_id),
        successor=queries.successor_of(db, item_id),
        **words(),
    )


add_command(pages, "/barang/<int:item_id>/keterangan", service.describe_item, show_item, "Keterangan disimpan.")


@pages.post("/barang/<int:item_id>/<state>")
@needs_permission(*service.change_state.permissions)
def change_state(item_id: int, state: str) -> ResponseReturnValue:
    if state not in DEEDS:
        raise Problem.of("not_found", what="Perbuatan itu")
    form = form_of(service.change_state)(prefix=state)
    return run_command(
        lambda: service.change_state(
            current_journal(), current_actor(), item_id=item_id, state=state, now=current_time(), **form.values
        ),
        lambda problem: show_item(item_id, 422, Refused(service.change_state, form, problem, {"state": state})),
        lambda new: redirect_to(url_for("facilities.show_item", item_id=new or item_id), DEEDS[state][2]),
        form=form,
    )

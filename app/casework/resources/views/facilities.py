"""Clause 8 as a working page: kinds of things, one kind with its things, one thing with what became of it."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from app.casework.desk.views.papers import printed_answer
from app.casework.resources import papers, queries, service
from app.casework.resources.queries import FacilityLine
from app.casework.resources.service import MOST_AT_ONCE, MOST_COST
from app.core.problems import Problem, check_found
from app.platform.office.moves import can_move, may_move
from app.platform.office.queries import services_in_force
from app.platform.people.queries import person_names
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import (
    AtMost,
    Form,
    NumberRange,
    OfficeDate,
    TextLine,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import needs_permission


class ItemForm(Form):
    name = SelectField("Sarana", choices=[], validate_choice=False)
    other = TextLine("Nama lain", [AtMost(80)])
    count = IntegerField("Jumlah", [NumberRange(1, MOST_AT_ONCE, f"Isi antara 1 dan {MOST_AT_ONCE}.")], default=1)
    label = TextLine("Nomor inventaris", [AtMost(40)])
    place = TextLine("Tempat", [AtMost(80)])
    on = OfficeDate("Dipakai sejak")
    seen = IntegerField(default=0, widget=HiddenInput())


class DescribeForm(Form):
    label = TextLine("Nomor inventaris", [AtMost(40)])
    place = TextLine("Tempat", [AtMost(80)])


class StateForm(Form):
    note = TextAreaField("Keterangan", [AtMost(300)])
    on = OfficeDate("Tanggal")
    cost = IntegerField(
        "Biaya (Rp)", [Optional(), NumberRange(0, MOST_COST, "Isi dengan angka bulat tanpa titik, misalnya 250000.")]
    )


pages = Blueprint("facilities", __name__, url_prefix="/sarana")
OTHER = "+"
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
    form["name"].choices = to_choices([*((one, one) for one in names), (OTHER, "Lainnya, tulis namanya")])
    return form


@pages.get("")
@needs_permission("facility.view")
def show_facilities() -> ResponseReturnValue:
    return draw_facilities(item_form(formdata=None))


def draw_facilities(form: ItemForm, status: int = 200) -> ResponseReturnValue:
    db, today = current_db(), current_date()
    form.seen.raw_data, form.seen.data = None, queries.newest_item(db)
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
        lambda: service.add_items(
            current_journal(),
            current_actor(),
            name=form.other.data if form["name"].data == OTHER else form["name"].data or "",
            count=form["count"].data,
            label=form.label.data,
            place=form.place.data,
            on=form.on.data,
            seen=form.seen.data,
            now=current_time(),
        ),
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
def show_item(item_id: int, status: int = 200, deed: str = "", form: Form | None = None) -> ResponseReturnValue:
    item = queries.load_item(current_db(), item_id)
    actor, forms = current_actor(), {name: StateForm(formdata=None, prefix=name) for name in DEEDS}
    told = {"label": item.label, "place": item.place}
    shown: dict[str, Form] = {**forms, "describe": DescribeForm(formdata=None, data=told)}
    if form is not None:
        shown[deed] = form
    can = [name for name, move in service.MOVES.items() if may_move(actor, move) and can_move(move, item.state)]
    return show_page(
        "casework/resources/item.html",
        status=status,
        item=item,
        forms=shown,
        can=can,
        wrong=deed,
        repairs=queries.repairs_of(current_db(), item_id),
        successor=queries.successor_of(current_db(), item_id),
        **words(),
    )


@pages.post("/barang/<int:item_id>/keterangan")
@needs_permission("facility.manage")
def describe_item(item_id: int) -> ResponseReturnValue:
    form = DescribeForm()
    texts = {"label": form.label.data, "place": form.place.data}
    return run_command(
        lambda: service.describe_item(current_journal(), current_actor(), item_id=item_id, now=current_time(), **texts),
        lambda _: show_item(item_id, 422, "describe", form),
        url_for("facilities.show_item", item_id=item_id),
        "Keterangan disimpan.",
        form=form,
    )


@pages.post("/barang/<int:item_id>/<state>")
@needs_permission("device.note", "facility.manage")
def change_state(item_id: int, state: str) -> ResponseReturnValue:
    if state not in DEEDS:
        raise Problem.of("not_found", what="Perbuatan itu")
    form = StateForm(prefix=state)
    said = {"note": form.note.data or "", "on": form.on.data, "cost": form.cost.data}
    return run_command(
        lambda: service.change_state(
            current_journal(), current_actor(), item_id=item_id, state=state, now=current_time(), **said
        ),
        lambda _: show_item(item_id, 422, state, form),
        lambda new: redirect_to(url_for("facilities.show_item", item_id=new or item_id), DEEDS[state][2]),
        form=form,
    )

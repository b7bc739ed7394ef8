"""Villages: whose key is known, a list for one of them, the drafts that they brought; who is answered by network."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from app.casework.villages import incoming, network, queries, service
from app.core.permissions import may
from app.platform.office import queries as office
from app.platform.office.exchange import OfficeExchange
from app.platform.office.settings import get_setting
from app.platform.web.commands import NOT_REFUSED, CommandForm, Refused, add_command, form_asking, form_of
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    surroundings,
)
from app.platform.web.forms import Filled, Form, asked_slice, has_pin, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission, record_access

pages = Blueprint("villages", __name__, url_prefix="/desa")
DRAFTS_SHOWN = 50
CODE_PREFIX = "kode-"
ADDRESS_PREFIX = "alamat-"
HELD_REASONS = {
    "earlier_key": "ditandatangani dengan kunci komputer desa yang lama",
    "doubled": "dari dua komputer, atau dari folder lama yang dipasang kembali",
}


def stick_field() -> SelectField:
    return SelectField("Flashdisk", [Filled("Pilih flashdisknya.")], choices=[], validate_choice=False)


class ReadForm(Form):
    folder = stick_field()


class ListForm(ReadForm):
    village = SelectField("Desa", [Filled(service.CHOOSE_VILLAGE)], choices=[], validate_choice=False)


def exchange() -> OfficeExchange:
    return cast(OfficeExchange, surroundings().sync)


def key_form(*, posted: bool = False) -> CommandForm:
    made = form_asking(service.note_village_key.asks, pin=True, folder=stick_field)
    form = made() if posted else made.holding()
    return cast(CommandForm, with_sticks(form))


def with_sticks(form: Form) -> Form:
    form["folder"].choices = to_choices(exchange().sticks())
    return form


def list_form(*, posted: bool = False) -> Form:
    if posted:
        form = with_sticks(ListForm())
    else:
        form = with_sticks(ListForm(formdata=None))
    villages = queries.villages_with_key(current_db(), current_date())
    form["village"].choices = to_choices([("", "Pilih desa"), *villages.items()])
    return form


def draw(
    status: int = 200,
    *,
    key: Form | None = None,
    listing: Form | None = None,
    reading: Form | None = None,
    told: service.Taking | None = None,
    refused: Refused = NOT_REFUSED,
    code: str = "",
) -> ResponseReturnValue:
    db = current_db()
    actor = current_actor()
    rows = queries.list_villages(db)
    address = get_setting(db, network.SETTING)
    if may(actor, "village.exchange"):
        waiting = queries.waiting_drafts(db, current_date())
    else:
        waiting = []
    return show_page(
        "casework/villages/page.html",
        status=status,
        villages=[row for row in rows if row.keys],
        without_key=[row.name for row in rows if not row.keys],
        names=office.village_names(db),
        spoken=service.spoken_fingerprint,
        own=service.own_fingerprint(exchange()),
        drafts=asked_slice(waiting, DRAFTS_SHOWN),
        reasons=service.REASONS,
        key=key or key_form(),
        listing=listing or list_form(),
        reading=reading or with_sticks(ReadForm(formdata=None)),
        told=told,
        problem=refused.sentence,
        has_pin=has_pin(),
        may_exchange=may(actor, "village.exchange"),
        may_note=may(actor, "village.keys"),
        any_key=any(row.keys for row in rows),
        code=code,
        address=address,
        asking=refused.form_for(network.change_village_address, pin=True, prefix=ADDRESS_PREFIX, address=address),
        held=[(row, held_form(row, refused)) for row in queries.held_files(db)],
        held_reasons=HELD_REASONS,
        doubled=[row for row in rows if row.doubled_at],
        inviting=refused.form_for(network.issue_village_code, pin=True, prefix=CODE_PREFIX),
    )


def held_form(row: queries.HeldRow, refused: Refused) -> Form:
    """What may be decided of one held file now; a refused form stays at its own."""
    form = None
    if refused.place.get("held_id") == row.id:
        form = refused.form
    form = form or form_of(incoming.judge_held_file, pin=True).holding(prefix=f"tertahan{row.id}-")
    if not row.takable:
        form["verdict"].choices = [choice for choice in form["verdict"].choices if choice.value != "taken"]
    return form


@pages.get("")
@needs_permission("village.view")
def show_villages(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    return draw(status, refused=refused)


@pages.post("/kunci")
@needs_permission("village.keys")
def note_key() -> ResponseReturnValue:
    form = key_form(posted=True)

    def note(node: Any, stick: Path) -> None:
        service.note_village_key(current_journal(), current_actor(), node, stick, now=current_time(), **form.values)

    return run_command(
        lambda: service.on_stick(exchange(), form["folder"].data or "", note),
        lambda problem: draw(problem.status, key=form),
        url_for("villages.show_villages"),
        "Kunci desa dicatat. Kunci kecamatan ditulis di flashdisk; bacakan sidik jarinya kepada desa.",
        form=form,
        pin=True,
    )


@pages.post("/daftar")
@needs_permission("village.exchange")
def write_list() -> ResponseReturnValue:
    form = list_form(posted=True)
    village = form["village"].data or ""

    def write(node: Any, stick: Path) -> None:
        service.seal_list(current_journal(), current_actor(), node, stick, village=village, now=current_time())
        record_access("village.list", f"village/{village}")

    return run_command(
        lambda: service.on_stick(exchange(), form["folder"].data or "", write),
        lambda problem: draw(problem.status, listing=form),
        url_for("villages.show_villages"),
        "Daftar ditulis. Hanya komputer desa itu yang dapat membukanya.",
        form=form,
    )


@pages.post("/draf")
@needs_permission("village.exchange")
def read_drafts() -> ResponseReturnValue:
    form = with_sticks(ReadForm())
    told = service.Taking()

    def read(node: Any, stick: Path) -> service.Taking:
        return incoming.take_drafts(current_journal(), current_actor(), node, stick, now=current_time())

    def take() -> None:
        nonlocal told
        told = service.on_stick(exchange(), form["folder"].data or "", read)

    return run_command(take, lambda problem: draw(problem.status, reading=form), lambda _: draw(told=told), form=form)


add_command(
    pages,
    "/draf/<int:draft_id>/kembali",
    service.return_draft,
    show_villages,
    "Draf dikembalikan. Desa membaca alasannya di daftar berikutnya.",
)


def show_code(code: str) -> ResponseReturnValue:
    return draw(code=code)


add_command(
    pages,
    "/alamat",
    network.change_village_address,
    show_villages,
    "Alamat untuk desa disimpan.",
    pin=True,
    prefix=ADDRESS_PREFIX,
)
add_command(
    pages,
    "/kode",
    network.issue_village_code,
    show_villages,
    named=lambda: {"exchange": exchange()},
    then=show_code,
    pin=True,
    prefix=CODE_PREFIX,
)
add_command(
    pages,
    "/tertahan/<int:held_id>",
    incoming.judge_held_file,
    show_villages,
    "Keputusan dicatat.",
    named=lambda held_id: {"exchange": exchange(), "held_id": held_id},
    pin=True,
    prefix="tertahan{held_id}-",
)

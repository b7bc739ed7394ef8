"""SMS: what came in and went out, on the page of a contact and as a list; settings with a test message."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.permissions import Actor, may
from app.platform.office import settings
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import CaseSheet, current_db, current_time
from app.platform.web.forms import has_pin, read_slice, redirect_to, show_page
from app.platform.web.guard import may_open, needs_permission
from app.services.hotline import gammu, messages, notices
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("messages", __name__, url_prefix="/hotline/sms")
setting_pages = Blueprint("message_settings", __name__, url_prefix="/pengaturan/sms")


def shown_words() -> dict[str, Any]:
    return {"states": messages.STATES, "stuck": messages.NOT_SENT, "parts": lambda text: len(gammu.split_text(text))}


def message_sheet(db: Database, actor: Actor, case: Any, _definition: Definition, _now: Any) -> CaseSheet | None:
    """The messages of a contact, each with what became of it."""
    if not may(actor, "hotline.view"):
        return None
    rows = messages.messages_of(db, case.id)
    if not rows:
        return None
    body = render_template("services/hotline/_messages.html", rows=rows, **shown_words())
    return CaseSheet("Pesan SMS", Markup(body), wide=True)


@pages.get("")
@needs_permission("hotline.view")
def show_messages(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    folders = messages.find_folders(db)[0]
    told = messages.find_hold_ups(db, current_time())
    part = read_slice(partial(messages.latest_messages, db))
    values: dict[str, Any] = {"part": part, "problem": refused.problem, "told": told, "on": folders is not None}
    if folders:
        values["waiting"] = messages.waiting_senders(db)
    else:
        values["waiting"] = []
    values |= {"form": refused.form_for(messages.erase_messages, pin=True), "has_pin": has_pin()}
    return show_page("services/hotline/messages.html", status=status, **values, **shown_words())


def go_to_contact(case_id: int | None) -> ResponseReturnValue:
    if case_id:
        where = url_for("cases.show_case", case_id=case_id)
    else:
        where = url_for("messages.show_messages")
    return redirect_to(where, "Pesan dikirim lagi dalam satu menit.")


def tell_erased(erased: int) -> ResponseReturnValue:
    return redirect_to(url_for("messages.show_messages"), f"Isi {erased} pesan dimusnahkan.")


add_command(pages, "/<int:message_id>/lagi", messages.send_again, show_messages, then=go_to_contact)
add_command(pages, "/musnahkan", messages.erase_messages, show_messages, then=tell_erased, pin=True)


def tell_replied(done: int) -> ResponseReturnValue:
    return redirect_to(url_for("messages.show_messages"), f"{done} pengirim dibalas dalam satu menit.")


add_command(pages, "/balas", messages.reply_to_chosen, show_messages, then=tell_replied)


# -- settings --------------------------------------------------------------------------------------------------------


SETTINGS = ("on", "folder", "number", "blocked", "replies", "most_hour", "most_day")
TEST_SENT = "Pesan uji dikirim dalam satu menit; keadaannya di daftar ini."


@setting_pages.get("")
@needs_permission("office.settings")
def show_settings(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    known = {name: settings.get_setting(db, f"sms.{name}") for name in SETTINGS}
    return show_page(
        "services/hotline/sms_settings.html",
        status=status,
        form=refused.form_for(messages.change_sms_settings, **known),
        notices=refused.form_for(notices.change_notice_settings, prefix="kabar-", **notice_values(db)),
        test=refused.form_for(messages.send_test, prefix="uji-"),
        told=messages.find_folders(db)[1],
        on=known["on"],
    )


def notice_values(db: Database) -> dict[str, Any]:
    names = {"on": "notices", "most": "most_notices"} | {name: name for name in ("from_hour", "until_hour", "price")}
    return {field: settings.get_setting(db, f"sms.{name}") for field, name in names.items()}


def go_to_messages(_: None) -> ResponseReturnValue:
    if may_open("messages.show_messages"):
        where = "messages.show_messages"
    else:
        where = "message_settings.show_settings"
    return redirect_to(url_for(where), TEST_SENT)


SAVED = "Pengaturan SMS disimpan."
add_command(setting_pages, "", messages.change_sms_settings, show_settings, SAVED)
add_command(setting_pages, "/pemohon", notices.change_notice_settings, show_settings, SAVED, prefix="kabar-")
add_command(setting_pages, "/uji", messages.send_test, show_settings, then=go_to_messages, prefix="uji-")

"""SMS: what came in and went out, on the page of a contact and as a list; settings with a test message."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request
from markupsafe import Markup
from wtforms import BooleanField, IntegerField, TextAreaField
from wtforms.validators import NumberRange

from app.casework.batches.views.forms import PinForm
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.platform.office import settings
from app.platform.web.context import CaseSheet, current_actor, current_db, current_journal, current_time
from app.platform.web.forms import (
    AtMost,
    Form,
    OfficeDate,
    TextLine,
    has_pin,
    read_slice,
    redirect_to,
    run_command,
    show_page,
)
from app.platform.web.guard import needs_permission
from app.services.hotline import gammu, messages
from app.services.hotline.queries import SERVICE
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("messages", __name__, url_prefix="/hotline/sms")
setting_pages = Blueprint("message_settings", __name__, url_prefix="/pengaturan/sms")


def shown_words() -> dict[str, Any]:
    return {"states": messages.STATES, "stuck": messages.NOT_SENT, "parts": lambda text: len(gammu.split_text(text))}


def message_sheet(db: Database, actor: Actor, case: Any, _definition: Definition, _now: Any) -> CaseSheet | None:
    """The messages of a contact, each with what became of it."""
    if case.service != SERVICE or not may(actor, "hotline.view"):
        return None
    rows = messages.messages_of(db, case.id)
    if not rows:
        return None
    body = render_template("services/hotline/_messages.html", rows=rows, **shown_words())
    return CaseSheet("Pesan SMS", Markup(body), wide=True)


class EraseForm(PinForm):
    before = OfficeDate("Pesan dari sebelum tanggal")
    reason = TextLine("Alasan memusnahkan", [AtMost(300)])


@pages.get("")
@needs_permission("hotline.view")
def show_messages(status: int = 200, problem: Problem | None = None, form: Form | None = None) -> ResponseReturnValue:
    db = current_db()
    folders, told = messages.find_folders(db)[0], messages.find_hold_ups(db, current_time())
    part = read_slice(partial(messages.latest_messages, db))
    values: dict[str, Any] = {"part": part, "problem": problem, "told": told, "on": folders is not None}
    values["waiting"] = messages.waiting_senders(db) if folders else []
    values |= {"form": form or EraseForm(formdata=None), "has_pin": has_pin()}
    return show_page("services/hotline/messages.html", status=status, **values, **shown_words())


@pages.post("/<int:message_id>/lagi")
@needs_permission("hotline.open")
def send_again(message_id: int) -> ResponseReturnValue:
    def go_back(case_id: int | None) -> ResponseReturnValue:
        where = url_for("cases.show_case", case_id=case_id) if case_id else url_for("messages.show_messages")
        return redirect_to(where, "Pesan dikirim lagi dalam satu menit.")

    return run_command(
        lambda: messages.send_again(current_journal(), current_actor(), message_id=message_id, now=current_time()),
        lambda problem: show_messages(problem.status, problem),
        go_back,
    )


@pages.post("/balas")
@needs_permission("hotline.open")
def reply_to_chosen() -> ResponseReturnValue:
    typed = request.form.getlist("chosen")
    case_ids = [int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 19]
    return run_command(
        lambda: messages.reply_to_chosen(current_journal(), current_actor(), case_ids=case_ids, now=current_time()),
        lambda problem: show_messages(problem.status, problem),
        lambda done: redirect_to(url_for("messages.show_messages"), f"{done} pengirim dibalas dalam satu menit."),
    )


@pages.post("/musnahkan")
@needs_permission("office.settings")
def erase_messages() -> ResponseReturnValue:
    form = EraseForm()
    return run_command(
        lambda: messages.erase_messages(
            current_journal(), current_actor(), before=form.before.data, reason=form.reason.data, now=current_time()
        ),
        lambda problem: show_messages(problem.status, problem, form),
        lambda done: redirect_to(url_for("messages.show_messages"), f"Isi {done} pesan dimusnahkan."),
        form=form,
        pin=True,
    )


# -- settings --------------------------------------------------------------------------------------------------------


A_BOUND = NumberRange(1, 999, "Isi angka antara 1 dan 999.")


class SmsForm(Form):
    on = BooleanField("SMS lewat Gammu menyala")
    folder = TextLine("Folder Gammu", [AtMost(200)])
    number = TextLine("Nomor hotline ini", [AtMost(40)])
    blocked = TextAreaField("Pengirim yang diblokir", [AtMost(5000)])
    replies = BooleanField("Balasan otomatis")
    most_hour = IntegerField("SMS keluar dalam satu jam", [A_BOUND])
    most_day = IntegerField("SMS keluar dalam sehari", [A_BOUND])


SETTINGS = ("on", "folder", "number", "blocked", "replies", "most_hour", "most_day")


class TestForm(Form):
    number = TextLine("Kirim pesan uji ke", [AtMost(40)])


@setting_pages.get("")
@needs_permission("office.settings")
def show_settings(status: int = 200, form: Form | None = None, test: Form | None = None) -> ResponseReturnValue:
    db = current_db()
    known = {name: settings.get_setting(db, f"sms.{name}") for name in SETTINGS}
    shown = form or SmsForm(formdata=None, data=known | {"blocked": "\n".join(known["blocked"])})
    told = messages.find_folders(db)[1]
    values = {"form": shown, "test": test or TestForm(formdata=None, prefix="uji-"), "told": told, "on": known["on"]}
    return show_page("services/hotline/sms_settings.html", status=status, **values)


@setting_pages.post("")
@needs_permission("office.settings")
def save_settings() -> ResponseReturnValue:
    form = SmsForm()
    return run_command(
        lambda: messages.change_sms_settings(
            current_journal(),
            current_actor(),
            on=form.on.data,
            folder=form.folder.data,
            number=form.number.data,
            blocked=form.blocked.data or "",
            replies=form.replies.data,
            most_hour=form.most_hour.data or 0,
            most_day=form.most_day.data or 0,
            now=current_time(),
        ),
        lambda _: show_settings(422, form),
        url_for("message_settings.show_settings"),
        "Pengaturan SMS disimpan.",
        form=form,
    )


@setting_pages.post("/uji")
@needs_permission("office.settings")
def send_test() -> ResponseReturnValue:
    form = TestForm(prefix="uji-")
    return run_command(
        lambda: messages.send_test(
            current_journal(), current_actor(), number=form.number.data or "", now=current_time()
        ),
        lambda _: show_settings(422, test=form),
        url_for("messages.show_messages"),
        "Pesan uji dikirim dalam satu menit; keadaannya di daftar ini.",
        form=form,
    )

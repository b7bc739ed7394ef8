"""The Sekretaris' view: what the files show, notes and what was done about them."""

from datetime import datetime, timedelta
from functools import partial

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from app.casework.desk import oversight
from app.casework.desk.pictures import MOST_NAMED, PROMISE_DAYS, Picture, case_picture, scope_without
from app.casework.desk.queries import count_late
from app.core.permissions import Actor, may
from app.core.problems import SENTENCES
from app.platform.people.queries import person_names
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_time,
)
from app.platform.web.forms import AtMost, Filled, Form, TextLine, asked_slice, read_slice, run_command, show_page
from app.platform.web.guard import needs_permission
from schema.database import Database

pages = Blueprint("oversight", __name__, url_prefix="/pengawasan")
CASE_PAGE = "cases.show_case"
SHOWN = 20
DEED_WORDS = {
    "corrected": "Data diperbaiki",
    "returned": "Dikembalikan",
    "withdrawn": "Dibatalkan pemohon",
    "refused": "Ditolak",
    "died": "Pemohon meninggal",
    "moved": "Pemohon pindah",
    "uncollected": "Tidak diambil",
    "misprint": "Salah cetak",
}


class NoteForm(Form):
    text = TextAreaField("Catatan", [Filled("Tulis catatannya."), AtMost(2000)])
    number = TextLine("Nomor berkas", [AtMost(40)])


@pages.post("/catatan/<int:note_id>")
@needs_permission("oversight.answer")
def answer_note(note_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    return run_command(
        lambda: oversight.answer_note(
            current_journal(), current_actor(), note_id=note_id, text=form.answer.data, now=current_time()
        ),
        lambda _: draw_oversight(NoteForm(formdata=None), 422, form, note_id),
        url_for("oversight.page"),
        "Tindak lanjut disimpan.",
        form=form,
    )


class AnswerForm(Form):
    answer = TextLine("Tindak lanjut", [Filled(SENTENCES["done"]), AtMost(2000)])


def open_note_count(database: Database, actor: Actor, _at: datetime) -> int | None:
    return oversight.open_notes(database) or None if may(actor, "oversight.answer") else None


def watched_lists() -> list[oversight.Watched]:
    """What the other rooms put under supervision; lists without a line are left out."""
    providers = (ask for room in current_loket().rooms for ask in room.watched)
    return [watched for ask in providers if (watched := ask(current_db(), current_time())).lines]


def drawn_pictures() -> list[Picture]:
    """Cases first, without those that another room draws, then the pictures of the rooms."""
    asked = (current_db(), current_actor(), current_time())
    providers = (draw for room in current_loket().rooms for draw in room.pictures)
    others = [picture for draw in providers if (picture := draw(*asked)) is not None]
    elsewhere = [service for picture in others for service in picture.services]
    return [case_picture(*asked, scope_without(current_db(), elsewhere), "Berkas", "berkas"), *others]


def draw_oversight(
    form: NoteForm, status: int = 200, answer: AnswerForm | None = None, wrong: int = 0
) -> ResponseReturnValue:
    db, today = current_db(), current_date()
    notes = sorted(oversight.oversight_notes(db), key=lambda one: one.id != wrong)  # a refused answer stays in sight
    return show_page(
        "casework/desk/oversight.html",
        status=status,
        form=form,
        pictures=drawn_pictures(),
        most_named=MOST_NAMED,
        promises=oversight.recent_promises(db, today),
        over=count_late(db, None, today),
        since=today - timedelta(days=PROMISE_DAYS),
        deeds=read_slice(partial(oversight.deeds_by_hand, db), SHOWN),
        late=read_slice(partial(oversight.late_entries, db), SHOWN, "mundur"),
        notes=asked_slice(notes, SHOWN, "catatan"),
        open=oversight.open_notes(db),
        watched=watched_lists(),
        names=person_names(db),
        words=DEED_WORDS,
        case_page=CASE_PAGE,
        answer=answer,
        wrong=wrong,
    )


@pages.get("/", endpoint="page")
@needs_permission("oversight.view")
def show_oversight() -> ResponseReturnValue:
    return draw_oversight(NoteForm(formdata=None))


@pages.post("/catatan")
@needs_permission("oversight.note")
def write_note() -> ResponseReturnValue:
    form = NoteForm()
    return run_command(
        lambda: oversight.write_note(
            current_journal(),
            current_actor(),
            text=form.text.data or "",
            number=form.number.data,
            now=current_time(),
        ),
        lambda _: draw_oversight(form, 422),
        url_for("oversight.page"),
        SENTENCES["note_saved"],
        form=form,
    )

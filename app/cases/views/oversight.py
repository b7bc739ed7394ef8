"""The Sekretaris' view: what the files show, notes and what was done about them."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from app.cases import oversight
from app.core.permissions import SYSTEM, Actor, may
from app.people.service import names
from app.web.context import current_actor, db, journal, loket, now, today
from app.web.forms import AtMost, Filled, Form, TextLine, sound, told
from app.web.guard import needs
from app.web.pages import cut, done, page, page_number
from schema.database import Database

pages = Blueprint("oversight", __name__, url_prefix="/pengawasan")
CASE_PAGE = "cases.show"
DEEDS = 20
BY_ROAD = "Dispenduk Capil, lewat Loket"
"""Who stands behind an answer that came by the road."""
WORDS = {
    "corrected": "Data diperbaiki", "returned": "Dikembalikan", "withdrawn": "Dibatalkan pemohon", "refused": "Ditolak",
    "died": "Pemohon meninggal", "moved": "Pemohon pindah", "uncollected": "Tidak diambil", "misprint": "Salah cetak",
}  # fmt: skip


class NoteForm(Form):
    """A note, about a case or not."""

    text = TextAreaField("Catatan", [Filled("Tulis catatannya."), AtMost(2000)])
    number = TextLine("Nomor berkas", [AtMost(40)])


class AnswerForm(Form):
    """What was done about a note."""

    answer = TextLine("Tindak lanjut", [Filled("Tulis apa yang sudah dilakukan."), AtMost(2000)])


def waiting(database: Database, actor: Actor, _at: datetime) -> int | None:
    """Open notes beside the rail's line, for whoever answers them."""
    return oversight.open_notes(database) or None if may(actor, "oversight.answer") else None


def watched() -> list[oversight.Watched]:
    """What the other rooms put under supervision; lists without a line are left out."""
    providers = (ask for room in loket().rooms for ask in room.watched)
    return [watched for ask in providers if (watched := ask(db(), now())).lines]


def show(
    form: NoteForm, status: int = 200, answer: AnswerForm | None = None, wrong: int = 0
) -> ResponseReturnValue:
    """Draw the page; `wrong` is the note whose answer was refused."""
    steps, asked = oversight.by_step(db()), page_number()
    deeds = cut(oversight.deeds(db(), DEEDS + 1, (asked - 1) * DEEDS), asked, DEEDS)
    return page(
        "cases/oversight.html", status=status, form=form, steps=steps, labels=oversight.labels(db(), steps),
        promises=oversight.promises(db(), *oversight.month_of(now()), today()), deeds=deeds,
        late=oversight.late_entries(db()), notes=oversight.notes(db()), open=oversight.open_notes(db()),
        watched=watched(), names={**names(db()), SYSTEM.username: BY_ROAD}, words=WORDS, case_page=CASE_PAGE,
        answer=answer, wrong=wrong,
    )  # fmt: skip


@pages.get("/", endpoint="page")
@needs("oversight.view")
def overview() -> ResponseReturnValue:
    """What supervision sees."""
    return show(NoteForm(formdata=None))


@pages.post("/catatan")
@needs("oversight.note")
def write() -> ResponseReturnValue:
    """Write a note."""
    form = NoteForm()
    if form.validate():
        with told(form):
            oversight.note(
                journal(), current_actor(), text=form.text.data or "", number=form.number.data, now=now()
            )
    if not sound(form):
        return show(form, 422)
    return done(url_for("oversight.page"), "Catatan disimpan.")


@pages.post("/catatan/<int:note_id>")
@needs("oversight.answer")
def answer(note_id: int) -> ResponseReturnValue:
    """Write what was done about it."""
    form = AnswerForm()
    if form.validate():
        with told(form):
            oversight.answer(journal(), current_actor(), note_id=note_id, text=form.answer.data, now=now())
    if not sound(form):
        return show(NoteForm(formdata=None), 422, form, note_id)
    return done(url_for("oversight.page"), "Tindak lanjut disimpan.")

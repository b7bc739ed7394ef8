"""The book of blanks: what came in, what was used or spoiled, what the drawer holds."""

from datetime import datetime

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.centre import blanks as commands
from app.centre import queries
from app.centre.queries import blank_figures as figures
from app.centre.queries import blank_stock as in_drawer
from app.centre.views.forms import CorrectForm, CountForm, ReceiveForm
from app.core.permissions import Actor
from app.people.queries import person_names
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import Form, redirect_to, run_command, show_page
from app.web.guard import needs_permission
from schema.database import Database

pages = Blueprint("blanks", __name__, url_prefix="/blangko")
CORRECT = "koreksi-"
"""Two forms of the page ask for a count; the prefix keeps their fields apart."""


def count_blanks_left(db: Database, _actor: Actor, _now: datetime) -> int:
    return in_drawer(db)


def draw_book(**refused: Form) -> ResponseReturnValue:
    forms: dict[str, Form] = {
        "receive": ReceiveForm(formdata=None),
        "correct": CorrectForm(formdata=None, prefix=CORRECT),
        "count": CountForm(formdata=None),
    }
    return show_page(
        "centre/blanks.html",
        status=422 if refused else 200,
        today_book=figures(current_db(), current_date().isoformat()),
        whole=figures(current_db()),
        days=queries.list_book_days(current_db()),
        deliveries=queries.list_deliveries(current_db()),
        people=person_names(current_db()),
        counted=queries.last_count(current_db()),
        on=current_date(),
        **(forms | refused),
    )


@pages.get("/")
@needs_permission("centre.floor")
def show_book() -> ResponseReturnValue:
    return draw_book()


@pages.post("/masuk")
@needs_permission("centre.print")
def receive_blanks() -> ResponseReturnValue:
    form = ReceiveForm()
    return run_command(
        lambda: commands.receive_blanks(
            current_journal(),
            current_actor(),
            count=form.count.data or 0,
            letter=form.letter.data or "",
            now=current_time(),
        ),
        lambda _: draw_book(receive=form),
        url_for("blanks.show_book"),
        "Blangko masuk dicatat.",
        form=form,
    )


@pages.post("/koreksi")
@needs_permission("centre.print")
def correct_book() -> ResponseReturnValue:
    form = CorrectForm(prefix=CORRECT)
    return run_command(
        lambda: commands.correct_blanks(
            current_journal(),
            current_actor(),
            count=form.count.data or 0,
            reason=form.reason.data or "",
            now=current_time(),
        ),
        lambda _: draw_book(correct=form),
        url_for("blanks.show_book"),
        "Koreksi dicatat.",
        form=form,
    )


@pages.post("/hitung")
@needs_permission("centre.print")
def count_drawer() -> ResponseReturnValue:
    form = CountForm()

    def say_difference(said: int) -> ResponseReturnValue:
        counted = form.counted.data
        differs = f"Hitungan {counted}, buku {said}. Cari selisihnya."
        return redirect_to(url_for("blanks.show_book"), "Hitungan cocok dengan buku." if said == counted else differs)

    return run_command(
        lambda: commands.count_blanks(
            current_journal(),
            current_actor(),
            counted=form.counted.data or 0,
            note=form.note.data or "",
            now=current_time(),
        ),
        lambda _: draw_book(count=form),
        say_difference,
        form=form,
    )

"""The book of blanks: what came in, what was used or spoiled, what the drawer holds."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.centre import queries, service
from app.centre.views.forms import CorrectForm, CountForm, ReceiveForm
from app.people.queries import person_names
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import Form, redirect_to, run_command, show_page
from app.web.guard import needs_permission

T = TypeVar("T")
pages = Blueprint("blanks", __name__, url_prefix="/blangko")
CORRECT = "koreksi-"
"""Two forms of the page ask for a count; the prefix keeps their fields apart."""


@pages.get("/")
@needs_permission("centre.floor")
def show_book(**refused: Form) -> ResponseReturnValue:
    forms: dict[str, Form] = {
        "receive": ReceiveForm(formdata=None),
        "correct": CorrectForm(formdata=None, prefix=CORRECT),
        "count": CountForm(formdata=None),
    }
    return show_page(
        "centre/blanks.html",
        status=422 if refused else 200,
        today_book=queries.blank_figures(current_db(), current_date().isoformat()),
        whole=queries.blank_figures(current_db()),
        days=queries.list_book_days(current_db()),
        deliveries=queries.list_deliveries(current_db()),
        people=person_names(current_db()),
        counted=queries.last_count(current_db()),
        on=current_date(),
        **(forms | refused),
    )


def change_book(command: Callable[..., T], name: str, form: Form, then: Callable[[T], str]) -> ResponseReturnValue:
    """Run a command of the book with what was typed, whose fields bear the names that the command asks for."""
    typed = {key: value for key, value in form.data.items() if key != "csrf_token"}
    return run_command(
        lambda: command(current_journal(), current_actor(), **typed, now=current_time()),
        lambda _: show_book(**{name: form}),
        lambda said: redirect_to(url_for("blanks.show_book"), then(said)),
        form=form,
    )


@pages.post("/masuk")
@needs_permission("centre.print")
def receive_blanks() -> ResponseReturnValue:
    return change_book(service.receive_blanks, "receive", ReceiveForm(), lambda _: "Blangko masuk dicatat.")


@pages.post("/koreksi")
@needs_permission("centre.print")
def correct_book() -> ResponseReturnValue:
    return change_book(service.correct_blanks, "correct", CorrectForm(prefix=CORRECT), lambda _: "Koreksi dicatat.")


@pages.post("/hitung")
@needs_permission("centre.print")
def count_drawer() -> ResponseReturnValue:
    form = CountForm()

    def say_difference(book: int) -> str:
        counted = form.counted.data
        differs = f"Hitungan {counted}, buku {book}. Cari selisihnya."
        return "Hitungan cocok dengan buku." if book == counted else differs

    return change_book(service.count_blanks, "count", form, say_difference)

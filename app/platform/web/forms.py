"""Forms and answers of pages: fields in Indonesian, the one way to run a command, fragments, redirects, lists."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, time
from typing import Any, Generic, TypeVar

import msgspec
from flask import Flask, current_app, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from htmx_flask import request
from werkzeug.routing import IntegerConverter
from wtforms import DateField, Field, SelectChoice, StringField, validators
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import TextInput

from app.core.dates import numeric_date, parse_clock, parse_date
from app.core.problems import SENTENCES, Problem, ValueProblem, storage_problem
from app.core.text import typed_number
from app.platform.people import credentials as people
from app.platform.people import second_step
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_loket,
    current_session,
    current_time,
    forget_session,
    remote_address,
)
from schema.data_folder import DiskSpace

Result = TypeVar("Result")
Item = TypeVar("Item")
PER_PAGE = 25

ENGLISH = {
    "Not a valid choice.": SENTENCES["choose"],
    "Invalid Choice: could not coerce.": SENTENCES["choose"],
    "Not a valid integer value.": "Isi dengan angka bulat.",
    "Not a valid decimal value.": "Isi dengan angka.",
    "Not a valid date value.": "Tanggal tidak terbaca. Ketik misalnya 17-08-1990.",
    "This field is required.": "Wajib diisi.",
}
"""WTForms' own messages in the office's language; a message that is not here gets a general sentence."""


CHANGED = "loket:again"
"""What an answer in place calls out: a part of the page that shows what was changed asks for itself anew."""
MENDABLE = (401, 409, 422, 423, 429, 503, 507)
"""Statuses of problems after which a form is worth sending again; after any other its page says what happened."""


RELEASED = (
    " Loket baru saja melepas ruang cadangannya: ulangi sekarang, selesaikan yang sedang dikerjakan, baru kosongkan "
    "ruang."
)


class Translations:
    def gettext(self, text: str) -> str:
        return ENGLISH.get(text, "Isian ini tidak dapat dibaca. Periksa, lalu isi lagi.")

    def ngettext(self, singular: str, _plural: str, _n: int) -> str:
        return self.gettext(singular)


class Form(FlaskForm):
    """A form whose errors read like sentences. `problem` holds what a service said about the whole."""

    problem: str = ""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> Translations:
            return Translations()

    def take(self, problem: Problem) -> None:
        """Tie a service's problem to the fields it names; what names no field stands above the form."""
        rest = []
        for name, sentence in problem.fields.items():
            field = self.find_field(name)
            if field is None:
                rest.append(sentence)
            else:
                field.errors = [*field.errors, sentence]
        if problem.fields:
            self.problem = " ".join(rest)
        else:
            self.problem = problem.sentence

    def find_field(self, name: str) -> Field | None:
        """The field that a service means by a name."""
        return self._fields.get(name)

    @property
    def broken(self) -> list[tuple[str, str, str]]:
        """(field id, label, sentence) of everything wrong, in the order of the form."""
        return [(field.id, field.label.text, str(field.errors[0])) for field in self if field.errors]


def data_disk(app: Flask) -> DiskSpace | None:
    known: DiskSpace | None = app.config.get("SPACE")
    return known


def release_reserve(problem: Problem) -> str:
    """After a write that found no room: give up the reserve, and say that it is worth trying again; else nothing."""
    known = data_disk(current_app)
    if problem.code == "disk_full" and known is not None and known.give_up():
        return RELEASED
    return ""


@contextmanager
def storage_errors_as_problems() -> Iterator[None]:
    """Run a command; an error of disk or database comes out as a Problem, so that its form can be shown again."""
    try:
        yield
    except Exception as error:
        stored = storage_problem(error)
        if stored is None:
            raise
        raise Problem(stored.code, stored.status, stored.sentence + release_reserve(stored), stored.fields) from error


@contextmanager
def full_disk_ignored() -> Iterator[None]:
    """Note that somebody looks at something. Where the disk takes nothing, looking goes on without the note."""
    with suppress(Problem), storage_errors_as_problems():
        yield


def run_command(
    command: Callable[[], Result],
    redraw: Callable[[Problem], ResponseReturnValue],
    then: str | Callable[[Result], ResponseReturnValue],
    toast: str = "",
    *,
    form: Form | None = None,
    pin: bool = False,
) -> ResponseReturnValue:
    """Run the command of a posted form: the one way in which a page changes something.

    What the officer can mend is drawn again by `redraw`, with everything that was typed; any other Problem goes on.
    An error of disk or database is such a Problem: nothing was saved. Where the command went well, `then` is the
    address to go to, with a toast, or makes the answer of what the command gave. `pin`: the command is a decision, the
    PIN in the field `pin` of the form (or of the page, where the form has none) confirms it first.
    """
    if form is not None and not form.validate():
        return redraw(Problem.of("invalid", {name: errors[0] for name, errors in form.errors.items() if name}))
    try:
        with storage_errors_as_problems():
            if pin and form is not None and "pin" in form:
                confirm_pin(form["pin"].data)
            elif pin:
                confirm_pin(request.form.get("pin"))
            result = command()
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        if form is not None:
            form.take(problem)
        return redraw(problem)
    if isinstance(then, str):
        return redirect_to(then, toast)
    return then(result)


def to_choices(pairs: Iterable[tuple[str | int, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]


class Filled:
    """The field must hold something; the message says what."""

    field_flags = {"required": True}

    def __init__(self, message: str = "Wajib diisi.") -> None:
        self.message = message

    def __call__(self, form: object, field: Field) -> None:
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors = []
            raise StopValidation(self.message)


class AtMost:
    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: object, field: Field) -> None:
        if len(field.data or "") > self.most:
            raise ValidationError(f"Paling panjang {self.most} huruf.")


class NumberRange(validators.NumberRange):
    """The limits of a number, also of one with more digits than a float holds."""

    def __call__(self, form: Any, field: Field) -> None:
        if isinstance(field.data, int) and field.data.bit_length() > 64:
            raise ValidationError(self.message)
        super().__call__(form, field)


class TextLine(StringField):
    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = str(valuelist[0]).strip()
        else:
            self.data = ""

    def process_data(self, value: Any) -> None:
        self.data = value or ""


class OfficeDate(DateField):
    """A date typed as `17081990`, `17-8-1990` or `17 Agustus 1990`; shown as `17-08-1990`.

    `future`: a two-digit year means the date nearest to today (appointments, decrees), not the latest past one.
    """

    widget = TextInput()

    def __init__(self, *args: Any, future: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.future = future

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if not self.data:
            return ""
        return numeric_date(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = ""
        if valuelist:
            text = str(valuelist[0]).strip()
        self.data = None
        if text:
            try:
                self.data = parse_date(text, current_date(), future=self.future)
            except ValueProblem as problem:
                raise ValueError(str(problem)) from problem


class OfficeClock(TextLine):
    """A time of the office's clock, typed as `9.15` or `0915`; `moment` is what it says."""

    moment: time | None = None

    def pre_validate(self, form: object) -> None:
        if self.data:
            try:
                self.moment = parse_clock(self.data)
            except ValueProblem as problem:
                raise ValidationError(problem.sentence) from problem


def confirm_pin(typed: str | None) -> None:
    """Confirm a decision: with the PIN, and with a code of whoever has an authenticator app.

    Raises Problem `pin_missing`, `wrong_pin`, `pin_needs_password`, `pin_locked`, `code_missing`, `wrong_code` and the
    others of a code. An empty field is told at the field and does not count as a wrong try.
    """
    if people.has_pin(current_db(), current_actor().person_id) and not (typed or "").strip():
        raise Problem.of("invalid", {"pin": "Isi PIN."})
    if asks_code() and not request.form.get(CODE_FIELD, "").strip():
        raise Problem.of("code_missing")
    known = current_session()
    browser = ""
    if known:
        browser = known.browser
    people.confirm_pin(
        current_db(),
        current_actor(),
        typed or "",
        now=current_time(),
        address=remote_address(),
        browser=browser,
    )
    confirm_code()


CODE_FIELD = "app_code"
"""The field beside the PIN of somebody with an authenticator app; it has no place in the forms of commands."""


def asks_code() -> bool:
    """Whether the next deed of this person asks a code of the telephone beside the PIN."""
    known = current_session()
    return known is not None and second_step.is_code_due(known, current_time())


def confirm_code() -> None:
    known = current_session()
    if known is None or not asks_code():
        return
    typed = request.form.get(CODE_FIELD, "")
    second_step.confirm_code(current_db(), known, typed, now=current_time(), address=remote_address())
    forget_session()


def has_pin() -> bool:
    """Whether this person has a PIN that decides now; a page without one shows why in the field's place."""
    return people.pin_decides(current_db(), current_actor().person_id, current_time())


# -- answers -----------------------------------------------------------------------------------------------------


class KeyConverter(IntegerConverter):
    """A row's number in an address. One too long for a database is no address at all, so it is simply not found."""

    regex = r"[0-9]{1,18}"


def show_page(
    template: str, fragment: str | None = None, /, *, status: int = 200, **values: Any
) -> ResponseReturnValue:
    """The whole page, or for htmx only the fragment (when there is one). Form errors go out with status 422."""
    if fragment and request.htmx and not request.htmx.boosted:
        chosen = fragment
    else:
        chosen = template
    answer = make_response(render_template(chosen, **values), status)
    if fragment:
        answer.vary.add("HX-Request")
    elif request.htmx and status >= 400:  # a form that is answered in place, refused: its page comes back around it
        answer.headers["HX-Retarget"] = answer.headers["HX-Reselect"] = "#main"
        answer.headers["HX-Reswap"] = "outerHTML"
    return answer


def redirect_to(where: str, toast: str = "") -> ResponseReturnValue:
    """After a successful post: go to a page, which shows the toast once. No NIK and no name of a citizen in it."""
    if toast:
        flash(toast)
    if request.htmx:
        answer = make_response("", 204)
        answer.headers["HX-Redirect"] = where
        return answer
    return redirect(where, 303)


def answers_in_place() -> bool:
    """Whether the answer comes into the page that stands, asked by htmx; without script a page is drawn."""
    return bool(request.htmx)


def tell_in_place(told: str, *links: tuple[str, str], otherwise: str, also: str = "") -> ResponseReturnValue:
    """After a successful post: what was done stands in the place of its form (`ui.in_place`), with (words, address) of
    where one goes on, the likeliest first; without script on the page `otherwise`. `also`: fragments with a place of
    their own (`hx-swap-oob`)."""
    if not answers_in_place():
        return redirect_to(otherwise, told)
    answer = make_response(render_template("_done.html", told=told, links=links) + also)
    answer.headers["HX-Trigger-After-Settle"] = CHANGED
    return answer


def duty_or_home() -> str:
    """Where somebody goes on: the page on which something waits for this person alone, else the first page."""
    shell = current_loket().shell
    return shell.duty(current_db(), current_actor(), current_time()) or url_for(shell.home)


class Slice(msgspec.Struct, Generic[Item], frozen=True):
    """One page of a list. `more` says that another page follows; the whole is never counted."""

    items: Sequence[Item]
    number: int
    more: bool


def asked_id(name: str) -> int | None:
    """The number of a row in a field of the form or address; None for none and for nonsense."""
    return typed_number(request.values.get(name))


def asked_day(name: str, usual: date) -> date:
    """A day that a report is asked for, however it is typed; `usual` where none is.

    Raises Problem `invalid` with its sentence: another report than the asked one would be printed unseen.
    """
    text = request.values.get(name, "")
    if not text.strip():
        return usual
    try:
        return parse_date(text, current_date())
    except ValueProblem as error:
        raise Problem("invalid", 422, error.sentence, {name: error.sentence}) from error


def page_number(name: str = "hal") -> int:
    """The asked page of a list; `name` is its key in the address, where a page has several."""
    return min(typed_number(request.args.get(name), 7) or 1, 100_000)


def ticks_all() -> bool:
    """Whether a list was asked for with all its boxes ticked (`ui.tick_all`): nothing is by itself."""
    return request.args.get("pilih") == "semua"


def cut_slice(rows: Sequence[Item], number: int, per_page: int = PER_PAGE) -> Slice[Item]:
    """A slice of rows read with `LIMIT per_page + 1`: the extra row only tells that there is more."""
    return Slice(rows[:per_page], number, len(rows) > per_page)


def read_slice(read: Callable[[int, int], Sequence[Item]], per_page: int = PER_PAGE, name: str = "hal") -> Slice[Item]:
    """The asked page of a list that is read by LIMIT and OFFSET, which are what `read` takes."""
    number = page_number(name)
    return cut_slice(read(per_page + 1, (number - 1) * per_page), number, per_page)


def asked_slice(rows: Sequence[Item], per_page: int = PER_PAGE, name: str = "hal") -> Slice[Item]:
    """The asked page of a list that was read whole; after its end the last one."""
    number = min(page_number(name), max(1, -(-len(rows) // per_page)))
    return cut_slice(rows[(number - 1) * per_page : number * per_page + 1], number, per_page)

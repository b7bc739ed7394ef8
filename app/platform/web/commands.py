"""Form and POST of a declared command: both come from what the command asks (:mod:`app.core.asked`)."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, partial
from inspect import signature
from typing import Any, NamedTuple, Protocol, TypeVar, get_type_hints

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.core.asked import (
    Amount,
    Asked,
    Choice,
    Day,
    Lines,
    Moment,
    Offered,
    Question,
    Seen,
    Several,
    Text,
    Texts,
    Tick,
    Ticked,
    YesNo,
    questions_of,
)
from app.core.clock import at_office, office_time
from app.core.problems import Problem
from app.core.text import typed_number
from app.platform.web.context import call_command, current_date, current_db
from app.platform.web.forms import (
    AtMost,
    Filled,
    Form,
    NumberRange,
    OfficeClock,
    OfficeDate,
    TextLine,
    redirect_to,
    run_command,
    to_choices,
)
from app.platform.web.guard import needs_permission

YES_NO = {True: "1", False: "0", None: ""}
LONGEST_KEY = 100
"""Characters of what a page offers; more was typed by no page."""
CLOCK = "Isi jamnya, misalnya 9.15."
MOST_TICKED = 5000
THOUSANDS = re.compile(r"-?[0-9]{1,3}([. ][0-9]{3})+")
AnyForm = TypeVar("AnyForm", bound=Form)


class Command(Protocol):
    """A declared command: an `OfficeCommand` (app/room.py) or a `MoveCommand` (app/platform/office/moves.py)."""

    asks: Callable[..., Any]
    permissions: tuple[str, ...]
    name: str

    def __hash__(self) -> int: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...


def text_field(asked: Text, label: str, empty: str) -> Field:
    """A line or a larger field for a text."""
    checks: list[Any] = [AtMost(asked.most)]
    if empty:
        checks.insert(0, Filled(empty))
    if asked.lines:
        return TextAreaField(label, checks)
    return TextLine(label, checks)


def fields_for(question: Question) -> dict[str, Field]:
    """The fields of a form that ask a question: one, or one for each label of `Texts`, or day and time."""
    name = question.name
    asked = question.asked
    match asked:
        case Texts():
            firsts = (asked.empty, *[""] * len(asked.labels))
            pairs = zip(asked.labels, firsts, strict=False)
            return {f"{name}{n}": text_field(asked, label, empty) for n, (label, empty) in enumerate(pairs, start=1)}
        case Moment():
            clock: list[Any] = [ClockOf(f"{name}_on"), AtMost(5)]
            if asked.empty:
                clock[0] = Filled(CLOCK)
            return {f"{name}_on": OfficeDate(asked.label, filled(asked)), f"{name}_clock": OfficeClock("Pukul", clock)}
        case Choice() | YesNo():
            return {name: choice_field(asked)}
    return {name: single_field(asked)}


def filled(asked: Asked) -> list[Any]:
    if not asked.empty:
        return []
    return [Filled(asked.empty)]


def choice_field(asked: Choice | YesNo) -> Field:
    """A field whose answers are listed; those that the database knows come with each form."""
    if isinstance(asked, YesNo):
        pairs = zip(("1", "0"), asked.words, strict=True)
        return RadioField(asked.label, filled(asked), choices=to_choices(pairs), validate_choice=False)
    listed: Any = partial(read_choices, asked)
    if not callable(asked.choices):
        listed = listed_choices(asked, asked.choices)
    if isinstance(asked, Several):
        return SelectMultipleField(asked.label, choices=listed, validate_choice=False, option_widget=CheckboxInput())
    if asked.radio:
        kind = RadioField
    else:
        kind = SelectField
    return kind(asked.label, filled(asked), choices=listed, validate_choice=False)


def read_choices(asked: Choice) -> list[SelectChoice]:
    """The answers of a choice that the database knows, as they are now."""
    return listed_choices(asked, asked.words(current_db(), current_date()))


def listed_choices(asked: Choice, words: Mapping[str, str]) -> list[SelectChoice]:
    """The answers of a choice as its field lists them, the empty one first where it has one."""
    if asked.none:
        none = [("", asked.none)]
    else:
        none = []
    return to_choices([*none, *words.items()])


def single_field(asked: Asked) -> Field:
    """The one field for what is typed or ticked."""
    match asked:
        case Lines():
            return TextAreaField(asked.label, [*filled(asked), AtMost(asked.times * (asked.most + 20))])
        case Offered():
            return SelectField(asked.label, [*filled(asked), AtMost(LONGEST_KEY)], choices=[], validate_choice=False)
        case Text():
            return text_field(asked, asked.label, asked.empty)
        case Day():
            return OfficeDate(asked.label, filled(asked), future=asked.future)
        case Amount():
            if asked.optional:
                first = [Optional()]
            else:
                first = filled(asked)
            return WholeNumber(asked.label, [*first, NumberRange(asked.least, asked.most, asked.range_words)])
        case Seen():
            return IntegerField(asked.label, widget=HiddenInput())
        case Tick():
            return BooleanField(asked.label)
        case Ticked():
            return TickedBoxes(asked.label, choices=[], coerce=asked.of, validate_choice=False)
    raise TypeError(asked)


class WholeNumber(IntegerField):
    """A whole number; its thousands may be parted (`1.000`)."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = [text.strip() for text in valuelist[:1]]
        if typed and THOUSANDS.fullmatch(typed[0]):
            typed[0] = re.sub("[. ]", "", typed[0])
        super().process_formdata(typed)


class TickedBoxes(SelectMultipleField):
    """Boxes that a page draws by itself, or as the choices that its view gives; what is no id of a row is left out."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([text for text in valuelist[:MOST_TICKED] if self.coerce is str or is_id(text)])


def is_id(text: str) -> bool:
    return typed_number(text) is not None


class ClockOf:
    """A time is asked for where its day was typed."""

    def __init__(self, day: str) -> None:
        self.day = day

    def __call__(self, form: Any, field: Field) -> None:
        if form[self.day].data and not field.data:
            raise ValidationError(CLOCK)


class CommandForm(Form):
    """The form of a command; :func:`form_of` makes its class."""

    asks: Callable[..., Any]

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by the command's parameters."""
        values: dict[str, Any] = {}
        parts: dict[str, dict[str, Any]] = {}
        for question in questions_of(self.asks):
            value = self.typed(question)
            if question.field:
                parts.setdefault(question.parameter, {})[question.field] = value
            else:
                values[question.parameter] = value
        types = get_type_hints(self.asks)
        return values | {parameter: types[parameter](**fields) for parameter, fields in parts.items()}

    def typed(self, question: Question) -> Any:
        """What was typed for a question, before the command looks at it."""
        name = question.name
        match question.asked:
            case Texts(labels=labels):
                return [self[f"{name}{n}"].data or "" for n in range(1, len(labels) + 1)]
            case Lines():
                return (self[name].data or "").splitlines()
            case YesNo():
                return {"1": True, "0": False}.get(self[name].data or "")
            case Text() | Offered():
                return self[name].data or ""
            case Moment():
                day = self[f"{name}_on"].data
                clock = self[f"{name}_clock"].moment
                if day and clock:
                    return at_office(day, clock.hour, clock.minute)
                return None
            case Seen():
                number = self[name].data
                if number is not None and number.bit_length() < 64:
                    return number
                return None
        return self[name].data

    @classmethod
    def holding(cls, row: Any = None, prefix: str = "", **values: Any) -> "CommandForm":
        """The form as a page shows it first, with what a row holds in columns of the same names, and other values."""
        held: dict[str, Any] = {}
        for question in questions_of(cls.asks):
            column = question.field or question.parameter
            value = values.get(column, getattr(row, column, None))
            if value is not None:
                held |= shown_value(question.name, question.asked, value)
        return cls(formdata=None, data=held, prefix=prefix)


def shown_value(name: str, asked: Asked, value: Any) -> dict[str, Any]:
    """The data of the fields of a question for a value, also as a column holds it (a list as JSON, a day as text)."""
    if isinstance(asked, Texts | Lines | Several) and isinstance(value, str):
        value = json.loads(value)
    match asked:
        case Texts():
            return {f"{name}{n}": text for n, text in enumerate(value, start=1)}
        case Lines():
            return {name: "\n".join(value)}
        case YesNo():
            return {name: YES_NO[value]}
        case Moment():
            local = office_time(value)
            return {f"{name}_on": local.date(), f"{name}_clock": f"{local:%H.%M}"}
        case Day() if isinstance(value, str):
            if not value:
                return {}
            return {name: date.fromisoformat(value)}
    return {name: value}


@cache
def form_of(command: Command, pin: bool = False) -> type[CommandForm]:
    """The form of a command; `pin`: it is a decision, confirmed by the PIN."""
    return form_asking(command.asks, pin=pin)


def form_asking(asks: Callable[..., Any], *, pin: bool = False, **more: Callable[[], Field]) -> type[CommandForm]:
    """The form of what a function asks at its parameters or a struct at its fields; `more` make fields after these."""
    fields: dict[str, Any] = {"asks": staticmethod(asks), **fields_asking(asks)}
    for name, make in more.items():
        fields[name] = make()
    if pin:
        fields["pin"] = PasswordField("PIN Anda", [AtMost(6)])
    return type(f"{asks.__name__}_form", (CommandForm,), fields)


def fields_asking(asks: Callable[..., Any]) -> dict[str, Field]:
    """The fields that ask what a function or a struct declares, by their names."""
    return {name: field for question in questions_of(asks) for name, field in fields_for(question).items()}


def set_ids(form: Form, start: str) -> Form:
    """The form with ids of its own (`reopen-reason`), for a page whose forms ask the same names."""
    for field in form:
        field.id = field.label.field_id = f"{start}-{field.short_name}"
    return form


class Refused(NamedTuple):
    """A command that was refused, for the page that is drawn again: its form keeps what was typed.

    `place`: what the address named.
    """

    command: Command | None = None
    form: Form | None = None
    problem: Problem | None = None
    place: Mapping[str, Any] = {}

    @property
    def sentence(self) -> str:
        """What is wrong, in sentences, for a page that shows no fields of this command; empty without a refusal."""
        if self.form:
            parts = [sentence for *_, sentence in self.form.broken] + [self.form.problem]
        else:
            parts = []
        if self.problem is not None and not any(parts):
            parts = [*self.problem.fields.values()] or [self.problem.sentence]
        return " ".join(filter(None, parts))

    def sentence_for(self, *commands: Command) -> str:
        """The sentence where one of these commands was refused; empty for any other, whose own form says it."""
        if self.command in commands:
            return self.sentence
        return ""

    def form_for(self, command: Command, row: Any = None, pin: bool = False, prefix: str = "", **values: Any) -> Form:
        """The refused form of a command, else a new one that holds a row's values."""
        if self.form is not None and command is self.command:
            return self.form
        return form_of(command, pin).holding(row, prefix, **values)

    def form_of_class(self, kind: type[AnyForm]) -> AnyForm | None:
        """The refused form where it is of this class: for a page's own form, which no command declares."""
        if isinstance(self.form, kind):
            return self.form
        return None


NOT_REFUSED = Refused()


def add_command(
    pages: Blueprint,
    address: str,
    command: Command,
    draw: Callable[..., ResponseReturnValue],
    toast: str | Callable[[], str] = "",
    *,
    named: Callable[..., Mapping[str, Any]] = dict,
    to: str | Callable[..., ResponseReturnValue] | None = None,
    then: Callable[..., ResponseReturnValue] | None = None,
    pin: bool = False,
    prefix: str = "",
) -> None:
    """The POST of a command at an address; its endpoint has the command's name, its guard the command's permissions.

    Refused, `draw` (the view of a page) is called again with `refused` and the problem's `status`: 422 for what was
    typed, 409 for what has changed in between. Otherwise that page (or the one that `to` draws; the endpoint where it
    is of another blueprint) comes with the toast, or what `then` makes of the command's result; of the `form` and of
    what the address named it is given what it takes. `prefix` stands before the names of its fields where a page has
    several forms with the same ones, also one for each thing (`c{conflict_id}`). `named` makes parameters of the
    command of what the address named, where the two differ, or of what else the page says.
    """
    shown = to or draw
    if isinstance(shown, str):
        endpoint = shown
    else:
        endpoint = f"{pages.name}.{shown.__name__}"

    def view(**place: Any) -> ResponseReturnValue:
        form = form_of(command, pin)(prefix=prefix.format_map(place))

        def refuse(problem: Problem) -> ResponseReturnValue:
            refused = Refused(command, form, problem, place)
            return draw(**taken_by(draw, place), status=problem.status, refused=refused)

        def go_on(result: Any) -> ResponseReturnValue:
            if then is not None:
                known = place | {"form": form}
                _, *takes = signature(then).parameters
                return then(result, **{name: known[name] for name in takes if name in known})
            if isinstance(toast, str):
                return redirect_to(address_of(place), toast)
            return redirect_to(address_of(place), toast())

        return run_command(
            lambda: call_command(command, **named(**place), **form.values),
            refuse,
            go_on,
            form=form,
            pin=pin,
        )

    def address_of(place: Mapping[str, Any]) -> str:
        return url_for(endpoint, **taken_by(current_app.view_functions[endpoint], place))

    guarded = needs_permission(*command.permissions)(view)
    pages.add_url_rule(address, command.name, guarded, methods=("POST",))


def taken_by(view: Callable[..., Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """Of what an address named, what a view takes."""
    return {name: value for name, value in place.items() if name in view.__annotations__}

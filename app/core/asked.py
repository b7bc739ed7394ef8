"""What a command asks of a person, declared once at its parameters: label, sentence when empty, limits, choices.

    @move("complete")
    def complete_round(act: Act[Capa], *, capa_id: int, note: Annotated[str, Text("Yang dikerjakan", "Tulis …")], …)

`office_command` (app/room.py) and `Moves` (app/platform/office/moves.py) look through every such value before the
lines of the command run; the form and the POST of a page come from the same declaration (app/platform/web/commands.py).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from inspect import signature
from typing import Any, NamedTuple, get_type_hints

import msgspec
from msgspec.structs import replace

from app.core.problems import SENTENCES, Problem
from app.core.text import field_text

Choices = Mapping[str, str] | Callable[[Any, date], Mapping[str, str]]
"""Value → its words, or what reads them from the database on a day of the office."""


class Look(NamedTuple):
    """A form that is looked through; what is wrong gathers in `wrong`, by the field's name on the form."""

    db: Any
    today: date
    wrong: dict[str, str]


class Asked(msgspec.Struct, frozen=True):
    """A field that a person fills in. `empty` is said where nothing stands in it; a field without it may stay empty.

    `name` is the field's name on the form, where the parameter is called otherwise.
    """

    label: str
    empty: str = ""
    name: str = ""

    def clean(self, look: Look, field: str, value: Any) -> Any:
        """The value as the command takes it; a sentence goes to `look.wrong` where it cannot."""
        return value


class Text(Asked, frozen=True, kw_only=True):
    """At most `most` characters; `lines` keeps line breaks and shows a larger field."""

    most: int = 1000
    lines: bool = False

    def clean(self, look: Look, field: str, value: Any) -> Any:
        return field_text(look.wrong, field, value or "", self.most, self.label, lines=self.lines, empty=self.empty)


class Texts(Text, frozen=True, kw_only=True):
    """A text for each of `labels` (`why1`, `why2` … on the form); the empty ones fall away. `empty`: one at least."""

    labels: tuple[str, ...]

    def clean(self, look: Look, field: str, value: Any) -> Any:
        texts = list(value or ())[: len(self.labels)]
        clean = [field_text(look.wrong, field, text, self.most, self.label, lines=self.lines) for text in texts]
        filled = [text for text in clean if text]
        if self.empty and not filled:
            look.wrong.setdefault(f"{field}1", self.empty)
        return filled


class Lines(Text, frozen=True, kw_only=True):
    """One text a line of a larger field, at most `times` of them."""

    times: int

    def clean(self, look: Look, field: str, value: Any) -> Any:
        clean = [field_text(look.wrong, field, text, self.most, self.label) for text in value or ()]
        filled = [text for text in clean if text]
        if len(filled) > self.times:
            look.wrong[field] = f"Paling banyak {self.times} {self.label.lower()}."
        if self.empty and not filled:
            look.wrong.setdefault(field, self.empty)
        return filled


class Choice(Asked, frozen=True, kw_only=True):
    """One of `choices`. `none` are the words of the empty choice, where the form has one; `radio`: all are in sight."""

    choices: Choices
    none: str = ""
    radio: bool = False

    def words(self, db: Any, today: date) -> Mapping[str, str]:
        """Value → its words, those that may be chosen now."""
        if callable(self.choices):
            return self.choices(db, today)
        return self.choices

    def clean(self, look: Look, field: str, value: Any) -> Any:
        if not value and not self.empty:
            return ""
        if value not in self.words(look.db, look.today):
            look.wrong[field] = self.empty or SENTENCES["choose_from_list"]
        return str(value)


class Several(Choice, frozen=True, kw_only=True):
    """Some of `choices`, each once; `empty` where none was taken."""

    def clean(self, look: Look, field: str, value: Any) -> Any:
        taken = list(dict.fromkeys(value or ()))
        if self.empty and not taken:
            look.wrong[field] = self.empty
        elif set(taken) - set(self.words(look.db, look.today)):
            look.wrong[field] = SENTENCES["choose_from_list"]
        return taken


class Offered(Asked, frozen=True, kw_only=True):
    """One of what the page offers for its thing, which the command alone knows: it looks whether it is one of these.

    The page fills the choices of the field, or draws it.
    """

    def clean(self, look: Look, field: str, value: Any) -> Any:
        if self.empty and not value:
            look.wrong[field] = self.empty
        return value or ""


class Ticked(Asked, frozen=True, kw_only=True):
    """Some of what the page offers for its thing, in its order and each once: as `Offered`, with boxes.

    `of`: ids of rows, or words. `empty` where nothing was ticked.
    """

    of: type[int] | type[str] = int

    def clean(self, look: Look, field: str, value: Any) -> Any:
        taken = list(dict.fromkeys(value or ()))
        if self.empty and not taken:
            look.wrong[field] = self.empty
        return taken


class YesNo(Asked, frozen=True, kw_only=True):
    """Two answers in words, the first for yes; `empty` where none was given."""

    words: tuple[str, str]

    def clean(self, look: Look, field: str, value: Any) -> bool:
        if value is None:
            look.wrong[field] = self.empty or SENTENCES["choose_one"]
        return bool(value)


class Tick(Asked, frozen=True, kw_only=True):
    """A box that is ticked or not; `empty` where it must be ticked."""

    def clean(self, look: Look, field: str, value: Any) -> bool:
        if not value and self.empty:
            look.wrong[field] = self.empty
        return bool(value)


class Day(Asked, frozen=True, kw_only=True):
    """A day. `future`: a year of two digits means the nearest one.

    `past`: the sentence about a day before today, `ahead`: about one after it.
    """

    future: bool = False
    past: str = ""
    ahead: str = ""

    def clean(self, look: Look, field: str, value: Any) -> date | None:
        if value is None and self.empty:
            look.wrong[field] = self.empty
        elif value is not None and self.past and value < look.today:
            look.wrong[field] = self.past
        elif value is not None and self.ahead and value > look.today:
            look.wrong[field] = self.ahead
        if not isinstance(value, date):
            return None
        return value


class Moment(Asked, frozen=True, kw_only=True):
    """A day and a time of the office's clock, `{name}_on` and `{name}_clock` on the form, as a moment in UTC."""

    def clean(self, look: Look, field: str, value: Any) -> datetime | None:
        if value is None and self.empty:
            look.wrong[f"{field}_on"] = self.empty
        if not isinstance(value, datetime):
            return None
        return value


class Seen(Asked, frozen=True, kw_only=True):
    """A number that the form carries out of sight: what its page showed (`check_unchanged`, a version read before)."""


class Amount(Asked, frozen=True, kw_only=True):
    """A whole number from `least` to `most`. `optional`: nothing may be said; `outside`: the sentence about others."""

    least: int = 0
    most: int
    optional: bool = False
    outside: str = ""

    @property
    def range_words(self) -> str:
        """The sentence about a number outside."""
        return self.outside or f"Isi antara {self.least} dan {self.most}."

    def clean(self, look: Look, field: str, value: Any) -> int | None:
        if value is None and self.optional:
            return None
        if not isinstance(value, int) or not self.least <= value <= self.most:
            if value is None and self.empty:
                look.wrong[field] = self.empty
            else:
                look.wrong[field] = self.range_words
            return self.least
        return value


class Question(NamedTuple):
    """Something that a command asks: for its parameter, or for a field of the struct that the parameter takes.

    `name` is what it is called on the form and in a Problem.
    """

    parameter: str
    field: str
    asked: Asked
    name: str


@cache
def questions_of(command: Callable[..., Any]) -> tuple[Question, ...]:
    """All that a command asks a person, in the order of its parameters; the others are the program's own."""
    asked = []
    for parameter, hint in get_type_hints(command, include_extras=True).items():
        asked += [Question(parameter, "", mark, mark.name or parameter) for mark in marks_of(hint)]
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            fields = get_type_hints(hint, include_extras=True)
            for field in fields:
                asked += [Question(parameter, field, mark, mark.name or field) for mark in marks_of(fields[field])]
    return tuple(asked)


def marks_of(hint: Any) -> list[Asked]:
    """What an annotation says is asked: one thing or nothing."""
    return [mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Asked)]


@cache
def defaults_of(command: Callable[..., Any]) -> dict[str, Any]:
    """What holds for the parameters that a caller may leave out."""
    parameters = signature(command).parameters.values()
    return {parameter.name: parameter.default for parameter in parameters if parameter.default is not parameter.empty}


def clean_values(command: Callable[..., Any], db: Any, today: date, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a command was told, each asked value as it takes it. Raises Problem `invalid` with a sentence per field."""
    look = Look(db, today, {})
    clean = defaults_of(command) | dict(values)
    for parameter, field, asked, name in questions_of(command):
        typed: Any = clean.get(parameter)
        if field:
            value = asked.clean(look, name, getattr(typed, field))
            clean[parameter] = replace(typed, **{field: value})
        else:
            clean[parameter] = asked.clean(look, name, typed)
    if look.wrong:
        raise Problem.of("invalid", look.wrong)
    return clean

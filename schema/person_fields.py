"""Which fields of an entry hold a person, said at the field's own type, and what each becomes when the person goes.

`name: PersonText` in the struct of a journal kind is the whole declaration. `without_person` gives a body as it is
after its erasure, `person_fields` names what a struct holds, `person_values` reads it. What a field becomes still
applies: empty text stays empty, keys keep their length, nothing that is counted changes.
"""

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

DESTROYED = "(dimusnahkan)"
"""What stands in the place of words that are gone. The tables' own rules know it too."""

Holder = Mapping[str, Any]
Becomes = Callable[[Any, Holder, frozenset[str]], Any]
"""The value and the struct that holds it, both as JSON, and the office's own set phrases → what takes its place."""


@dataclass(frozen=True)
class PersonMark:
    """Beside a field's type: it holds a person. `stays`: an official in his office, who is named as long as the act."""

    becomes: Becomes
    stays: bool = False


def named_by(field: str) -> PersonMark:
    """What must stay unlike that of every other row takes the number of its own row instead."""

    def number_of_row(value: Any, holder: Holder, _phrases: frozenset[str]) -> Any:
        if not value:
            return value
        return f"redacted/{holder[field]}"

    return PersonMark(number_of_row)


SEPARATOR = "; "
"""Between the reasons of one note."""


def without_own_words(value: str, _holder: Holder, phrases: frozenset[str]) -> str:
    """A note with the reasons that the office's lists offer, which are counted; what somebody wrote himself is gone."""
    kept: list[str] = []
    for part in map(str.strip, value.split(SEPARATOR)):
        if part in phrases:
            phrase = part
        else:
            phrase = DESTROYED
        if part and phrase not in kept:
            kept.append(phrase)
    return SEPARATOR.join(kept)


def without_words(value: Any, _holder: Holder, _phrases: frozenset[str]) -> Any:
    return DESTROYED if value else value


WORDS = PersonMark(without_words)
NOTE = PersonMark(without_own_words)
DIGITS = PersonMark(lambda value, _holder, _phrases: "0" * len(value))
EMPTIED = PersonMark(lambda value, _holder, _phrases: type(value)())
NO_DAY = PersonMark(lambda _value, _holder, _phrases: None)
STAYS = PersonMark(lambda value, _holder, _phrases: value, stays=True)

PersonText = Annotated[str, WORDS]
PersonNote = Annotated[str, NOTE]
PersonKey = Annotated[str, DIGITS]
"""A number by which one person is looked up: NIK, student number, account."""
PersonCode = Annotated[str, EMPTIED]
PersonDay = Annotated[str | None, NO_DAY]
PersonValues = Annotated[dict[str, str], EMPTIED]
PersonLines = Annotated[list[str], EMPTIED]
PersonPairs = Annotated[list[tuple[str, str]], EMPTIED]
OfficialName = Annotated[str, STAYS]
OfficialFacts = Annotated[dict[str, Any], STAYS]
"""Name, NIP and post of who signed or acted, as papers print them."""


def redacted_json(body: bytes, struct: type[msgspec.Struct], phrases: frozenset[str] = frozenset()) -> bytes:
    """A stored body without its person, and without the salt; `phrases` are reasons that lists of the office offer."""
    return msgspec.json.encode(without_person(msgspec.json.decode(body), struct, phrases))


def without_person(raw: Any, hint: Any, phrases: frozenset[str]) -> Any:
    """A value as JSON without the people that its type declares; it is not changed itself."""
    inner = struct_in(hint)
    if isinstance(raw, list):
        if inner:
            return [without_person(item, inner, phrases) for item in raw]
        return raw
    if inner is None or not isinstance(raw, dict):
        return raw
    hints = field_hints(inner)
    known = {name: value for name, value in raw.items() if name in hints}
    return {name: without_field(value, raw, hints[name], phrases) for name, value in known.items()}


def without_field(value: Any, holder: Holder, hint: Any, phrases: frozenset[str]) -> Any:
    mark = mark_of(hint)
    if mark:
        return mark.becomes(value, holder, phrases)
    return without_person(value, hint, phrases)


@lru_cache(maxsize=512)
def person_fields(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """Paths of all fields that hold a person, officials too: `name`, `members[].fields`."""
    return tuple(path for path, _ in marked_fields(struct))


@lru_cache(maxsize=512)
def has_person(struct: type[msgspec.Struct]) -> bool:
    """Whether anything of a struct goes when its person does."""
    return any(not mark.stays for _, mark in marked_fields(struct))


def marked_fields(struct: type[msgspec.Struct]) -> Iterator[tuple[str, PersonMark]]:
    for name, hint in field_hints(struct).items():
        if mark := mark_of(hint):
            yield name, mark
        elif inner := struct_in(hint):
            many = "[]" if is_many(hint) else ""
            yield from ((f"{name}{many}.{path}", mark) for path, mark in marked_fields(inner))


def person_values(body: msgspec.Struct) -> dict[str, Any]:
    """Field path → what a body holds of people, empty values left out; of a list one entry each: `members[2].name`."""
    return dict(values_in(body, ""))


def values_in(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list | tuple):
        for n, item in enumerate(value, start=1):
            yield from values_in(item, f"{path}[{n}]")
    elif isinstance(value, msgspec.Struct):
        for name, hint in field_hints(type(value)).items():
            own = f"{path}.{name}".lstrip(".")
            inner = getattr(value, name)
            if not mark_of(hint):
                yield from values_in(inner, own)
            elif inner:
                yield own, inner


# -- reading types -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def field_hints(struct: type[msgspec.Struct]) -> dict[str, Any]:
    hints = get_type_hints(struct, include_extras=True)
    return {name: hints[name] for name in struct.__struct_fields__}


def mark_of(hint: Any) -> PersonMark | None:
    if get_origin(hint) is not Annotated:
        return None
    marks = (mark for mark in get_args(hint)[1:] if isinstance(mark, PersonMark))
    return next(marks, None)


def struct_in(hint: Any) -> type[msgspec.Struct] | None:
    """The struct that a type holds: itself, or of a list or an optional one."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    if get_origin(hint) in (Annotated, list, Union, types.UnionType):
        return next(filter(None, map(struct_in, get_args(hint))), None)
    return None


def is_many(hint: Any) -> bool:
    return get_origin(hint) is list or any(is_many(argument) for argument in get_args(hint))

"""Every journal kind says whom it holds; nothing planted in a person's field is left once the person is taken out."""

from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest

from app import compose
from app.core.messages import GivenNumber
from app.platform.office.events import Number
from schema.person_fields import (
    DESTROYED,
    PersonMark,
    field_hints,
    has_person,
    is_many,
    mark_of,
    person_fields,
    person_values,
    redacted_json,
    struct_in,
)
from schema.structs import convert_values
from sync.entries import OWN_KINDS, Kind

KINDS: dict[str, Kind] = {
    f"{side}:{kind.name}": kind for side in ("office", "centre") for kind in [*OWN_KINDS, *compose.kinds(side)]
}
PLANTED = "3508990101900017"


class Someone(msgspec.Struct):
    name: str


@pytest.mark.parametrize(
    ("hint", "many"),
    [
        (Someone, False),
        (Someone | None, False),
        (list[Someone], True),
        (list[Someone] | None, True),
        (Annotated[list[Someone], "marked"], True),
        (Annotated[Someone | None, "marked"], False),
    ],
)
def test_a_path_says_whether_a_field_holds_many(hint: Any, many: bool) -> None:
    assert struct_in(hint) is Someone
    assert is_many(hint) is many


FREE_TEXT = {"name", "words", "text", "note", "comment", "phone", "address", "contact", "receiver", "report", "hope"}
"""Names of fields in which somebody's words or names stand."""

ABOUT_NO_PERSON = {
    "destruction.done",
    *("office.holidays_set", "office.hours_set", "office.shift_set", "office.series_set"),
    *("office.set_up", "office.village_set", "office.invited", "limit.set", "section.set", "complaint.column_written"),
    *("facility.added", "facility.moved", "office.device_noted", "intake.socialised", "blanks.counted", "box.opened"),
    *("pledge.kept", "recap.returned", "recap.addendum_written", "realisation.typed", "realisation.checked"),
    *(
        "performance.analysed",
        "indicator.targets_judged",
        "quality.drafted",
        "follow_up.done",
        "follow_up.checked",
        "office.standard_adopted",
    ),
    *("office.standard_proposed", "shipment.counted", "survey.imported", "clock.settled"),
    *("fork.settled", "return.confirmed", "loss.decided", "line.settled"),
}
"""Their free text is about the office's own things: days, rooms, targets, standards, columns, the exchange."""


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_says_whom_it_holds(name: str) -> None:
    kind = KINDS[name]
    assert bool(person_fields(kind.body)) == (kind.holds != "nobody"), "mark its fields, or say NOBODY"


def plain_texts(struct: type[msgspec.Struct], path: str = "") -> set[str]:
    """Names of a struct's text fields that bear no mark, those of structs within too."""
    found = set()
    for name, hint in field_hints(struct).items():
        inner = struct_in(hint)
        if mark_of(hint) is None and inner not in (None, Number, GivenNumber):
            found |= plain_texts(inner)
        elif mark_of(hint) is None and bare_type(hint) is str:
            found.add(name)
    return found


def bare_type(hint: Any) -> Any:
    return bare_type(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def test_free_text_is_a_persons_unless_the_kind_is_about_the_offices_own_things() -> None:
    unmarked = {kind.name for kind in KINDS.values() if plain_texts(kind.body) & FREE_TEXT}
    assert unmarked - ABOUT_NO_PERSON == set()
    assert ABOUT_NO_PERSON - unmarked == set(), "no longer needed in the list"


def planted(hint: Any) -> Any:
    """A value of a type as JSON: every text in a person's field is the planted number."""
    bare = bare_type(hint)
    if mark := mark_of(hint):
        return plant_in(bare) if not mark.stays else plain(bare)
    return plain(bare)


def plant_in(hint: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is dict:
        return {PLANTED: PLANTED}
    if origin is list:
        return [plant_in(bare_type(inner[0]))]
    if origin is tuple:
        return [
            "name",
            *(plant_in(bare_type(argument)) for argument in inner[1:]),
        ]  # a pair: the name of something, its value
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return {name: plant_in(bare_type(one)) for name, one in field_hints(hint).items()}
    return PLANTED


def plain(hint: Any) -> Any:
    """Any value of a type that bears no mark; of a struct one with its own marks planted."""
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return {name: planted(one) for name, one in field_hints(hint).items()}
    if origin is list:
        return [planted(inner[0])]
    if origin is tuple:
        return [planted(argument) for argument in inner if argument is not Ellipsis]
    if origin is dict:
        return {}
    if inner and hint not in (str, int):  # a choice of words, or one type of several
        return inner[0] if isinstance(inner[0], str) else planted(inner[0])
    return {int: 1, bool: False, float: 1.0}.get(hint, "2026-03-02")


@pytest.mark.parametrize("name", sorted(name for name, kind in KINDS.items() if kind.personal))
def test_what_is_planted_in_a_persons_field_is_gone_from_its_redaction(name: str) -> None:
    """And the redacted body is still one of its kind, with all that is no person's as it was."""
    body = KINDS[name].body
    raw = plain(body)
    text = msgspec.json.encode(raw)
    assert PLANTED.encode() in text
    convert_values(raw, body)
    bare = redacted_json(text, body)
    assert PLANTED.encode() not in bare
    read = msgspec.json.decode(bare, type=body)
    assert redacted_json(bare, body) == bare, "a second time changes nothing"
    assert set(map(str, person_values(read).values())) & {PLANTED} == set()


class Named(msgspec.Struct):
    name: Annotated[str, PersonMark(lambda value, _holder, _phrases: DESTROYED if value else value)]
    place: str


class Listed(msgspec.Struct):
    people: list[Named]
    note: str = ""


def test_only_marked_fields_go_at_any_depth_and_empty_ones_stay_empty() -> None:
    text = b'{"salt":"c2FsdA","people":[{"name":"Ani","place":"A"},{"name":"","place":"B"}],"note":"Ani"}'
    assert msgspec.json.decode(redacted_json(text, Listed)) == {
        "people": [{"name": DESTROYED, "place": "A"}, {"name": "", "place": "B"}],
        "note": "Ani",
    }
    assert person_fields(Listed) == ("people[].name",)
    assert person_values(Listed([Named("Ani", "A"), Named("", "B")])) == {"people[1].name": "Ani"}
    assert has_person(Listed)


def test_reasons_of_the_offices_lists_stay_and_a_persons_own_words_go() -> None:
    from app.casework.desk.events import CaseAdvanced

    body = CaseAdvanced(1, "returned", "a", "b", "c", "2026-03-02", note="Foto buram; istri Ani sakit; KK salah")
    bare = redacted_json(msgspec.json.encode(body), CaseAdvanced, frozenset({"Foto buram", "KK salah"}))
    assert msgspec.json.decode(bare, type=CaseAdvanced).note == f"Foto buram; {DESTROYED}; KK salah"

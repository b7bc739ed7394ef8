"""Structs of many people in one request: list, states, moves, schedule and papers; and what must agree in them."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from schema.service_fields import Field
from schema.service_standard import Labelled, Line, Part, Slug
from schema.toml_lines import KeyPath


class PersonState(Labelled, frozen=True, kw_only=True):
    """What has become of one of the people of a request. The request closes when all of them are in a `final` state.

    `counts_as` is its column in the balance: asked for = made + cancelled + still open.
    """

    final: bool = False
    counts_as: Literal["open", "made", "cancelled"] = "open"
    look: Literal["good", "wait", "warn", "bad", "idle", "back", "sent"] = "wait"


class PersonMove(Labelled, frozen=True, kw_only=True):
    """From which states to which one a person may go, by which `roles`, during which `steps` of the request (none
    named: every one). `label` is the button, `history` the line in the person's story.

    `attends`: it says what happened on the day for which the person was asked to come, so it is noted from that day on.
    """

    history: Line
    from_states: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    to: Slug
    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    steps: tuple[Slug, ...] = ()
    needs_reason: bool = False
    reasons: tuple[Line, ...] = ()
    attends: bool = False


Hours = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3])\.[0-5][0-9]-([01][0-9]|2[0-3])\.[0-5][0-9]$")]


class PeopleSchedule(Part, frozen=True, kw_only=True):
    """Days on which the people of requests come: in slots of so many, by the move `move`; `again` are the states of
    those who must be asked to come once more.

    `clothing` is what the invited are told to wear. `hours` and `capacity` are offered when days are opened.
    """

    label: Line
    move: Slug
    again: tuple[Slug, ...] = ()
    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    clothing: str = ""
    place: str = ""
    hours: Annotated[tuple[Hours, ...], Meta(min_length=1)]
    capacity: Annotated[int, Meta(ge=1, le=500)]


class PeoplePaper(Labelled, frozen=True, kw_only=True):
    """A list of the people as a paper: those in `states` (none named: all), with the fields of `columns`.

    `shows` adds what the program knows; `signed`: room for a signature behind each. `opening` stands above the table,
    `giver` and `receiver` sign below it: an official with that role (none named: whoever prints), and somebody from
    outside.
    """

    shows: Literal["", "schedule", "report"] = ""
    states: tuple[Slug, ...] = ()
    columns: tuple[Slug, ...] = ()
    signed: bool = False
    opening: str = ""
    giver: Slug | Literal[""] = ""
    giver_heading: Line
    receiver: str = ""


class People(Part, frozen=True, kw_only=True):
    """Many people in one request: each a row with these `fields`, and a state of his own from `first` on.

    `key` and `name` are fields of the list. Of a person one row may be open at a time: in this service with `one_open`,
    else in his request. `roles` keep the list, during `steps` (none named: always). `most` is how many a request holds.
    """

    label: Line
    key: Slug
    name: Slug
    one_open: bool = False
    most: Annotated[int, Meta(ge=1, le=2000)] = 500
    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    steps: tuple[Slug, ...] = ()
    first: Slug
    fields: Annotated[tuple[Field, ...], Meta(min_length=2)]
    states: Annotated[tuple[PersonState, ...], Meta(min_length=1)]
    moves: Annotated[tuple[PersonMove, ...], Meta(min_length=1)]
    schedule: PeopleSchedule | None = None
    papers: tuple[PeoplePaper, ...] = ()


def people_faults(people: People) -> Iterator[tuple[KeyPath, str]]:
    """What a list of people says of itself: (path of the key, sentence) of each fault."""
    known = {one.id: one for one in people.fields}
    for name in ("key", "name"):
        field = known.get(getattr(people, name))
        if field is not None and not field.required:
            yield ("people", name), f"kolom {field.id} harus wajib diisi; tulis required = true."
    for i, field in enumerate(people.fields):
        if field.when or field.choices_from or (field.type == "choice") != bool(field.choices):
            yield ("people", "fields", i), "kolom daftar orang tidak memakai when atau choices_from."
    for i, move in enumerate(people.moves):
        if move.attends and people.schedule is None:
            yield ("people", "moves", i, "attends"), "kehadiran memerlukan jadwal; tulis [people.schedule]."
    yield from _state_faults(people)


def _state_faults(people: People) -> Iterator[tuple[KeyPath, str]]:
    """Every state can be reached, every open one can be left, and one at least ends the way."""
    reached, before = {people.first}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {one.to for one in people.moves if reached & {*one.from_states}}
    left = {name for move in people.moves for name in move.from_states}
    for i, state in enumerate(people.states):
        if state.id not in reached or (not state.final and state.id not in left):
            yield ("people", "states", i), f"keadaan {state.id} tidak dapat dicapai, atau tidak dapat ditinggalkan."
        if state.final == (state.counts_as == "open"):
            yield ("people", "states", i, "counts_as"), "keadaan akhir, dan hanya itu, dihitung made atau cancelled."
    if not any(state.final for state in people.states):
        yield ("people", "states"), "perlu paling sedikit satu keadaan akhir (final = true)."

"""Whatever one key of a definition names must stand elsewhere in it: each such key of the shipped files, set to a name
that nothing has, is a fault at that very key."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from schema.definitions import load_all
from schema.service_checks import faults_of
from schema.service_procedure import Definition

NAMING = [
    "one_open_per",
    "fields.section",
    "requirements.kinds",
    "requirements.missing_reason",
    "requirements.observed.expected",
    "requirements.observed.differs_reason",
    "rows.actor",
    "rows.also",
    "rows.branches.to",
    "steps.actor",
    "steps.row",
    "steps.letter",
    "steps.outcomes.needs_files",
    "steps.place",
    "steps.outcomes.place",
    "exits.from_steps",
    "exits.reopens_to",
    "exits.place",
    "facilities.stops",
    "limits.starts_on",
    "limits.stops_on",
    "partner.columns.fields",
    "partner.annex.fields",
    "partner.address",
    "people.key",
    "people.name",
    "people.papers.columns",
    "people.first",
    "people.moves.from_states",
    "people.moves.to",
    "people.schedule.again",
    "people.papers.states",
    "people.schedule.move",
    "people.steps",
    "people.moves.steps",
    "steps.outcomes.needs_people",
    "rows.clause",
    "documents.clause",
    "competence.clause",
    "product.clause",
    "supervision.clause",
    "promise.clause",
    "fee.clause",
]
"""Keys that name a field, step, row, place, letter, state, clause …, as docs/writing-a-procedure.md tells of them."""


def nowhere(path: str, held: object) -> object:
    """A name of the same kind that nothing has."""
    if isinstance(held, int):
        return 999
    if path.endswith(".clause"):
        return "99.9"
    return "tidak_ada.lewat" if path.endswith("_on") else "tidak_ada"


def held_at(node: Any, keys: list[str]) -> Iterator[tuple[Any, Any]]:
    """(container, key or place) of every value that stands at a path."""
    if isinstance(node, list):
        for one in node:
            yield from held_at(one, keys)
    elif isinstance(node, dict) and keys[0] in node:
        value = node[keys[0]]
        if len(keys) > 1:
            yield from held_at(value, keys[1:])
        elif isinstance(value, list):
            yield from ((value, place) for place in range(len(value)))
        elif value not in ("", None):
            yield node, keys[0]


def plain(definition: Definition) -> Any:
    return msgspec.json.decode(msgspec.json.encode(definition))


@pytest.mark.parametrize("path", NAMING)
def test_what_a_key_names_must_be_there(path: str) -> None:
    keys, tried = path.split("."), 0
    known = list(load_all().values())
    if path.endswith(".clause"):
        known = [one for one in known if any(part.shows == "clauses" for part in one.sections)]
    for definition in known:
        whole = plain(definition)
        for container, place in list(held_at(whole, keys))[:1]:
            container[place] = nowhere(path, container[place])
            wrong = msgspec.convert(whole, Definition, strict=False)
            named = {".".join(str(one) for one in where if not isinstance(one, int)) for where, _ in faults_of(wrong)}
            assert path in named, (definition.id, named)
            tried += 1
    assert tried, "no shipped file says it"


def test_a_limit_has_an_amount_or_a_range_and_tells_early_only_with_one() -> None:
    known = load_all()["ktm"]
    [place] = [place for place, limit in enumerate(known.limits) if limit.amount and limit.tells][:1]
    amount = known.limits[place]
    early = tuple(replace(tell, early=True) for tell in amount.tells)
    for changed, key in (
        ({}, None),
        ({"tells": early}, "tells"),
        ({"tells": early, "amount": None, "range": (1, 2)}, None),
        ({"amount": None, "range": (2, 1)}, "range"),
        ({"amount": None, "range": (2, 2)}, None),
        ({"amount": None}, ""),
        ({"range": (1, 2)}, ""),
    ):
        limits = (*known.limits[:place], replace(amount, **changed), *known.limits[place + 1 :])
        faults = [where for where, _ in faults_of(replace(known, limits=limits)) if where[:2] == ("limits", place)]
        wanted = [] if key is None else [("limits", place, *filter(None, [key]))]
        assert faults == wanted, changed

"""The procedure engine: what a service definition says about one case. Pure; knows no service by name.

A case is in a *state*: the id of a step, or `@` and the id of an exit. Facts are what is known of the case:
the form's values by field id, `kind`, `age`, and what a room supplies; see `facts_of`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from msgspec.structs import replace

from app.core import permissions
from app.core.dates import birthday_at, stored_date
from schema.service_fields import DAYS
from schema.service_procedure import (
    Actor,
    Choice,
    Comparison,
    Condition,
    Definition,
    Exit,
    Field,
    Kind,
    Outcome,
    Requirement,
    Step,
)

Facts = Mapping[str, Any]
Named = TypeVar("Named", Step, Exit, Outcome, Kind, Actor)


class UnknownNameError(LookupError):
    """A case names a step, outcome or kind that its definition does not hold: a fault of the program or its data."""


_worked_out: dict[int, tuple[Definition, dict[Any, Any]]] = {}


def worked_out_of(d: Definition) -> dict[Any, Any]:
    """A place to keep what was worked out of a definition; an office has a handful of them and they never change."""
    held = _worked_out.get(id(d))
    if held is None or held[0] is not d:
        if len(_worked_out) >= 32:
            _worked_out.clear()
        held = _worked_out[id(d)] = (d, {})
    return held[1]


def first_step(d: Definition) -> Step:
    return d.steps[0]


def step_named(d: Definition, step_id: str) -> Step:
    return _item_named(d, d.steps, step_id, "langkah")


def state_named(d: Definition, state_id: str) -> Step | Exit:
    if state_id.startswith("@"):
        return _item_named(d, d.exits, state_id[1:], "akhir")
    return step_named(d, state_id)


def kind_named(d: Definition, kind_id: str) -> Kind:
    return _item_named(d, d.kinds, kind_id, "jenis permohonan")


def outcome_named(d: Definition, step_id: str, outcome_id: str) -> Outcome:
    return _item_named(d, step_named(d, step_id).outcomes, outcome_id, f"hasil langkah {step_id}:")


def main_line(d: Definition) -> tuple[Step, ...]:
    return tuple(each for each in d.steps if not each.side)


def actor_of(d: Definition, at: Step) -> Actor:
    return _item_named(d, d.actors, at.actor, "pelaksana")


def roles_of(d: Definition, at: Step, how: Outcome | None = None) -> frozenset[str]:
    """The office roles that may end the step (that way): the outcome's own, else its actor's."""
    if how and how.roles:
        return frozenset(how.roles)
    return frozenset(actor_of(d, at).roles)


def opening_roles(d: Definition) -> frozenset[str]:
    """The office roles that take a new case in: those of the first step that somebody of the office ends."""
    ending = (ending_roles(d, at) for at in d.steps)
    return next(filter(None, ending), frozenset())


def ending_roles(d: Definition, at: Step) -> frozenset[str]:
    """The office roles that may end a step in any of its ways."""
    return frozenset[str]().union(*(roles_of(d, at, how) for how in at.outcomes))


def section_of(d: Definition, at: Step | None = None) -> str:
    """Code of the section that does the step: its actor's, else the first that the standard names; empty for none."""
    own = ""
    if at is not None:
        own = actor_of(d, at).section
    return own or next((actor.section for actor in d.actors if actor.section), "")


def outcomes_for(d: Definition, at: Step, actor: permissions.Actor, facts: Facts | None = None) -> tuple[Outcome, ...]:
    """The outcomes that this person may choose: a head only in the section that does the step; with the facts of a case
    only those that it may take.
    """
    duties = actor.duties_in(section_of(d, at))
    mine = [each for each in at.outcomes if roles_of(d, at, each) & duties]
    if facts is not None:
        mine = [each for each in mine if all_hold(each.when, facts)]
    return tuple(mine)


def only_outcome(d: Definition, actor: permissions.Actor) -> Outcome | None:
    """The one outcome of the first step, where it has no other and this person may choose it."""
    first = first_step(d)
    if len(first.outcomes) == 1 and outcomes_for(d, first, actor):
        return first.outcomes[0]
    return None


def reserved_outcomes(d: Definition, at: Step, actor: permissions.Actor, facts: Facts) -> tuple[Outcome, ...]:
    """The outcomes of a step that are kept for others, and that a case with these facts may take."""
    own = outcomes_for(d, at, actor, facts)
    others = [each for each in at.outcomes if each.reserved and each not in own]
    possible = [each for each in others if all_hold(each.when, facts)]
    return tuple(possible)


def has_routes(d: Definition) -> bool:
    """Whether the facts of a case choose its way."""
    known = worked_out_of(d)
    if "routes" not in known:
        known["routes"] = any(how.when for at in d.steps for how in at.outcomes)
    return bool(known["routes"])


def has_deadlines(d: Definition) -> bool:
    """Whether a case of this file has deadlines besides its promise."""
    times = [step.standard_time for step in d.steps]
    times += [row.standard_time for row in d.rows]
    return bool(d.limits) or any(times)


def reached_steps(d: Definition, at: Step, facts: Facts) -> set[str]:
    """The step and all that a case with these facts can come to from it."""
    reached = set[str]()
    waiting = {at.id}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        ways = (how.to for how in step_named(d, name).outcomes if all_hold(how.when, facts))
        waiting |= {to for to in ways if not to.startswith("@")} - reached
    return reached


def does_step(d: Definition, at: Step, actor: permissions.Actor) -> bool:
    """Whether the step is this person's own work, not only to be recorded as somebody else's word."""
    return any(not each.by_word_of for each in outcomes_for(d, at, actor))


def exits_for(d: Definition, at: Step, actor: permissions.Actor) -> tuple[Exit, ...]:
    """The side exits that this person may take from that step; none while the file is with a partner."""
    if at.waits_for == "partner":
        return ()
    duties = actor.duties_in(section_of(d, at))
    open_exits = (each for each in d.exits if each.by_hand and at.id in (each.from_steps or [at.id]))
    return tuple(each for each in open_exits if duties & set(each.roles))


def facts_of(d: Definition, values: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Facts of a form on an office date: its non-empty values, `<field>_days` from that date to each date field's
    (negative when it is past), `age` in years where a birth date is known, and the facts that the file derives.

    A date may be a `date` or ISO text; a text that is no date gives neither.
    """
    facts = {name: value for name, value in values.items() if value not in (None, "")}
    days = {field.id: stored_date(facts.get(field.id)) for field in d.fields if field.type == "date"}
    facts |= {f"{name}{DAYS}": (day - on).days for name, day in days.items() if day}
    birth = field_with_role(d, "birth")
    born = days.get(birth.id) if birth else None
    if born:
        facts["age"] = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    for fact in d.derived_facts:
        if day := days.get(fact.field):
            if day.year % 2:
                facts[fact.id] = fact.odd_year
            else:
                facts[fact.id] = fact.even_year
    return facts


def all_hold(comparisons: Iterable[Comparison], facts: Facts) -> bool:
    """Do all comparisons hold? One with an unknown fact does not, unless it only says what the fact is not."""
    return all(_does_hold(each, facts) for each in comparisons)


def fields_for(d: Definition, facts: Facts) -> tuple[Field, ...]:
    return tuple(field for field in d.fields if not field.when or all_hold(field.when, facts))


def asked_only(
    d: Definition, values: dict[str, str], on: date
) -> tuple[dict[str, str], dict[str, Any], tuple[Field, ...]]:
    """The values of fields that the form asks, its facts, and all that it asks. Dropping a value may end the asking for
    another."""
    while True:
        facts = facts_of(d, values, on)
        asked = fields_for(d, facts)
        kept = {field.id: values[field.id] for field in asked if field.id in values}
        if len(kept) == len(values):
            return values, facts, asked
        values = kept


def field_with_role(d: Definition, role: str) -> Field | None:
    """The one field with that role ("name", "key", ...), if the service has it."""
    return next((field for field in d.fields if field.role == role), None)


NO_AREA = "-"
"""The area of a case of a service that asks none; the empty one is that of people from elsewhere."""


def applicant_word(d: Definition, usual: str) -> str:
    """What the service calls who asks for it, inside a sentence: its first actor who is nobody of the office."""
    outsider = next((actor.label for actor in d.actors if not actor.roles), "")
    if not outsider:
        return usual
    if outsider[1:2].isupper():
        return outsider
    return outsider[:1].lower() + outsider[1:]


def product_word(d: Definition) -> str:
    """What the applicant waits for, in a sentence: `kartu`."""
    if d.partner is None:
        return "hasil"
    return d.partner.product or "hasil"


def mask_key(d: Definition, value: str) -> str:
    """The key of a case as lists show it."""
    key = field_with_role(d, "key")
    return key.masked(value) if key else value


def masked_fields(d: Definition) -> tuple[Field, ...]:
    """The fields whose whole value is shown on request only."""
    return tuple(field for field in d.fields if field.mask)


def fields_of_office(d: Definition) -> tuple[str, ...]:
    """Fields that only the office uses, such as the telephone number: they may change while the file is away."""
    return tuple(field.id for field in d.fields if field.role in ("phone", "sms"))


def choices_of(d: Definition, field: Field) -> tuple[Choice, ...]:
    if not field.choices_from:
        return field.choices
    table: Sequence[Any] = getattr(d, field.choices_from)
    return tuple(Choice(value=item.id, label=item.label) for item in table)


def kind_field(d: Definition) -> str:
    """Id of the field that chooses the kind, or an empty text for a service of one kind."""
    return next((field.id for field in d.fields if field.choices_from == "kinds"), "")


def chosen_kind(d: Definition, values: Mapping[str, str], otherwise: str = "") -> str:
    """The kind that the values of a form say; where the form asks none `otherwise`, or the first there is."""
    return values.get(kind_field(d), otherwise or d.kinds[0].id)


def values_to_choose(
    d: Definition, fields: Iterable[Field], known: Mapping[str, Collection[str]]
) -> dict[str, Collection[str]]:
    """Field → the values of which one is chosen; `known` are those of a type that the definition does not say."""
    values: dict[str, Collection[str]] = {}
    for field in fields:
        if field.type == "choice":
            values[field.id] = {choice.value for choice in choices_of(d, field)}
        elif field.type in known:
            values[field.id] = known[field.type]
    return values


def is_offered(item: Any, on: date) -> bool:
    """Whether something with a period (a form's code) may be chosen on a day."""
    if item.valid_from and on < item.valid_from:
        return False
    return item.valid_until is None or on <= item.valid_until


def broken_conditions(d: Definition, kind_id: str, facts: Facts) -> list[Condition]:
    """The conditions of the service and of the kind that these facts break, refusals first."""
    asked = (*d.conditions, *kind_named(d, kind_id).conditions)
    broken = [each for each in asked if all_hold(each.when, facts)]
    return sorted(broken, key=lambda each: each.level != "refuse")


def requirements_for(d: Definition, kind_id: str, facts: Facts | None = None) -> list[Requirement]:
    """The checklist of a kind under these facts; `detail` comes filled, or empty where a fact of it is unknown."""
    kind_named(d, kind_id)
    known = {**(facts or {}), "kind": kind_id}
    asked = (each for each in d.requirements if not each.kinds or kind_id in each.kinds)
    return [_with_detail(each, known) for each in asked if all_hold(each.when, known)]


def rules_asking(item: Requirement, kind_id: str) -> list[str]:
    """Every rule that asks for the item in that kind, the office's first."""
    return [item.rule, *(each.rule for each in item.also_asked if kind_id in each.kinds)]


def place_label(d: Definition, place_id: str, n: str | int = "") -> str:
    place = next((each for each in d.places if each.id == place_id), None)
    if place is None:
        raise UnknownNameError(f"Definisi {d.id} tidak memuat tempat {place_id}.")
    if "{n}" in place.label and n == "":
        return f"{place.label.replace('{n}', '').strip()} tanpa nomor"
    return place.label.replace("{n}", str(n))


def sentence_for_applicant(at: Step | Exit, values: Mapping[str, str]) -> str:
    """The sentence to tell the applicant; values: name, due, number, reason, place, office. Empty ones are a dash."""
    return at.say.format_map(defaultdict(lambda: "–", {name: value for name, value in values.items() if value}))


def _with_detail(item: Requirement, facts: Facts) -> Requirement:
    try:
        if item.detail:
            return replace(item, detail=item.detail.format_map(facts))
        return item
    except KeyError:
        return replace(item, detail="")


def _does_hold(each: Comparison, facts: Facts) -> bool:
    value = facts.get(each.fact)
    if value is None:
        return each.not_one_of is not None and {each.equals, each.one_of, each.below, each.at_least} == {None}
    if each.equals is not None and value != each.equals:
        return False
    if each.one_of is not None and value not in each.one_of:
        return False
    if each.not_one_of is not None and value in each.not_one_of:
        return False
    return _is_between(value, each.at_least, each.below)


def _is_between(value: Any, at_least: int | None, below: int | None) -> bool:
    """Whether a value keeps the bounds that there are; only a number can."""
    if at_least is None and below is None:
        return True
    if not isinstance(value, int) or (at_least is not None and value < at_least):
        return False
    return below is None or value < below


def _item_named(d: Definition, items: Iterable[Named], name: str, what: str) -> Named:
    for item in items:
        if item.id == name:
            return item
    raise UnknownNameError(f"Definisi {d.id} tidak memuat {what} {name}.")


def promise_mark(d: Definition, step_id: str, outcome_id: str, *, alternative: bool = False) -> str:
    """What an outcome does to the promise: "starts", "keeps", "reopens" or "".

    A promise has one point at which it is kept: `kept_on`, or with `alternative` the office's other choice.
    """
    if d.promise is None:
        return ""
    kept_on = (alternative and d.promise.kept_on_alternative) or d.promise.kept_on
    name = f"{step_id}.{outcome_id}"
    if name == d.promise.starts_on:
        return "starts"
    if name == kept_on:
        return "keeps"
    if outcome_named(d, step_id, outcome_id).reopens_promise:
        return "reopens"
    return ""


def promise_start(d: Definition, values: Mapping[str, Any], on: date) -> date:
    """The day from which the promise is counted for these form values when its starting outcome falls on `on`."""
    birth = field_with_role(d, "birth")
    born = None
    if birth:
        born = values.get(birth.id)
    if d.promise is None or not d.promise.from_age or not born:
        return on
    facts = facts_of(d, values, on)
    if facts.get("age", d.promise.from_age) >= d.promise.from_age:
        return on
    if d.promise.from_age_unless and all_hold(d.promise.from_age_unless, facts):
        return on
    if isinstance(born, date):
        birthday = born
    else:
        birthday = date.fromisoformat(born)
    return birthday_at(birthday, d.promise.from_age)

"""What the standards in force ask of things, what is there, since when it is too little, and what stands still (8)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from app.casework.resources.tables import Device, FacilityItem, Repair
from app.core.dates import plain_date, stored_date
from app.core.permissions import Actor
from app.core.problems import check_found
from app.core.procedure import engine
from app.core.text import fold_text
from app.platform.office.queries import chapter_about, services_in_force
from schema.database import Database, cached_until_next_entry, first_value
from schema.definitions import load_all
from schema.service_procedure import Definition, Step
from schema.service_standard import Competence, Facility

Day = TypeVar("Day", date, str)
LIVE = ("working", "broken", "sent")
OUT_OF_ORDER = ("broken", "sent")


class Asked(NamedTuple):
    """What one standard asks: the service's short name, the clause where the paper numbers it, how many."""

    service: str
    clause: str
    quantity: int

    @property
    def words(self) -> str:
        """`8.1 KTP-el`, or the service alone."""
        return f"{self.clause} {self.service}".strip()


class Stopped(NamedTuple):
    """A step that stands still, and how many cases wait there."""

    definition: Definition
    step: Step
    cases: int


class FacilityLine(msgspec.Struct, frozen=True):
    """One kind of thing: what each standard asks, the things that are there, the first day on which too few work.

    `noted` is a note on recording equipment; it counts as long as nothing is listed.
    """

    key: str
    name: str
    unit: str
    asked: tuple[Asked, ...]
    items: tuple[FacilityItem, ...]
    known: bool
    noted: Device | None
    since: date | None

    @property
    def required(self) -> int:
        """The greatest number that a standard asks: each is read by itself, and several services may share a thing."""
        return max((demand.quantity for demand in self.asked), default=0)

    @property
    def working(self) -> int:
        return sum(item.state == "working" for item in self.items)

    @property
    def short(self) -> bool:
        """Whether fewer work than a standard asks; of what nobody has listed yet nothing is said."""
        return self.working < self.required and (self.known or self.silent)

    @property
    def silent(self) -> bool:
        """Whether none works at all, as far as anything is known."""
        if not self.known:
            return self.noted is not None and not self.noted.works
        return not self.working

    @property
    def fault(self) -> str:
        """What is wrong with the one that broke last."""
        broken = sorted(
            (item for item in self.items if item.state in OUT_OF_ORDER), key=lambda item: (item.since, item.id)
        )
        if broken:
            return broken[-1].note
        if self.noted and not self.known:
            return self.noted.note
        return ""

    @property
    def sentence(self) -> str:
        """`Kamera: diperlukan 1, berfungsi 0 sejak 3 Maret 2026. Lensa retak`."""
        since = ""
        if self.since:
            since = f" sejak {plain_date(self.since)}"
        fault = ""
        if self.fault:
            fault = f". {self.fault.rstrip('. ')}"
        return f"{self.name}: diperlukan {self.required}, berfungsi {self.working}{since}{fault}"


def facility_key(name: str) -> str:
    """One key for `Alat Pemindai Mata` and `alat pemindai mata`."""
    return "".join(sign for sign in fold_text(name).lower() if sign.isalnum())


def shipped_like(definition: Definition) -> Definition | None:
    """The shipped file of the same document and revision, for what an adopted text did not yet have as data."""
    shipped = load_all().get(definition.id)
    own = definition.identity
    same = shipped and (shipped.identity.number, shipped.identity.revision) == (own.number, own.revision)
    return shipped if same else None


def listed_facilities(definition: Definition) -> Sequence[Facility]:
    """The things of a standard. A text from before they were data, or before `stops`, has that from the shipped one."""
    if not definition.facilities:
        shipped = shipped_like(definition)
        return shipped.facilities if shipped else ()
    if any(facility.stops for facility in definition.facilities):
        return definition.facilities
    shipped = load_all().get(definition.id)
    if shipped:
        stops = {(facility.clause, facility.name): facility.stops for facility in shipped.facilities}
    else:
        stops = {}
    known = {step.id for step in definition.steps}
    return [
        replace(
            facility, stops=tuple(step for step in stops.get((facility.clause, facility.name), ()) if step in known)
        )
        for facility in definition.facilities
    ]


def listed_posts(definition: Definition) -> Sequence[Competence]:
    """The posts of a standard. A text from before they were data, or before `roles`, has that from the shipped file."""
    if not definition.competence:
        shipped = shipped_like(definition)
        return shipped.competence if shipped else ()
    if any(post.roles for post in definition.competence):
        return definition.competence
    shipped = load_all().get(definition.id)
    if shipped:
        known = {post.post: post for post in shipped.competence}
    else:
        known = {}
    return [with_later_keys(post, known.get(post.post, post)) for post in definition.competence]


def with_later_keys(post: Competence, shipped: Competence) -> Competence:
    """A post of an older definition, with what only later ones say of it."""
    later = {"roles": shipped.roles, "reading": shipped.reading, "no_training": shipped.no_training}
    return replace(post, **later)


@cached_until_next_entry
def facility_lines(db: Database, on: date) -> Sequence[FacilityLine]:
    """Every kind of thing that a standard in force asks, in its order, then what else the office has."""
    asked: dict[str, list[tuple[Facility | None, Asked | None]]] = {}
    for definition in services_in_force(db, on):
        chapter = chapter_about(definition, "facilities")
        for facility in listed_facilities(definition):
            entry = (facility, Asked(definition.short_name, facility.clause or chapter, facility.quantity))
            asked.setdefault(facility_key(facility.name), []).append(entry)
    items: dict[str, list[FacilityItem]] = {}
    for item in FacilityItem.rows(db, order="id"):
        items.setdefault(item.facility, []).append(item)
    noted = {facility_key(row.name): row for row in Device.rows(db)}
    spans = out_of_order_spans(db)
    return tuple(
        facility_line(key, asked.get(key, []), items.get(key, []), noted.get(key), spans)
        for key in dict.fromkeys((*asked, *items))
    )


def facility_line(
    key: str,
    asked: Sequence[tuple[Facility | None, Asked | None]],
    items: Sequence[FacilityItem],
    noted: Device | None,
    spans: dict[int, list[tuple[str, str]]],
) -> FacilityLine:
    required = max((demand.quantity for _, demand in asked if demand), default=0)
    first = asked[0][0] if asked else None
    broken = [span for item in items for span in spans.get(item.id, [])]
    since = first_short_day([used_span(item) for item in items], broken, required)
    if not items and noted is not None and not noted.works:
        since = noted.since
    if first:
        name = first.name
        unit = first.unit
    else:
        name = items[0].name
        unit = "buah"
    return FacilityLine(
        key,
        name,
        unit,
        tuple(demand for _, demand in asked if demand),
        tuple(item for item in items if item.state in LIVE),
        bool(items),
        noted,
        stored_date(since),
    )


def used_span(item: FacilityItem) -> tuple[str, str]:
    """First day of a thing's use, and the first day on which it is gone (empty: it is there)."""
    if item.state in LIVE:
        return item.begun_on, ""
    return item.begun_on, item.since


def out_of_order_spans(db: Database) -> dict[int, list[tuple[str, str]]]:
    """Item → (first day broken, first day that it worked again or was gone; empty while it is broken)."""
    spans: dict[int, list[tuple[str, str]]] = {}
    for row in Repair.rows(db, order="id"):
        spans.setdefault(row.item_id, []).append((row.broken_on, row.ended_on or ""))
    return spans


def first_short_day(used: Sequence[tuple[str, str]], broken: Sequence[tuple[str, str]], required: int) -> str:
    """The first of the days, without a break up to the last change, on which fewer than `required` work; or nothing."""

    def working_on(day: str) -> int:
        return holds_on(used, day) - holds_on(broken, day)

    days = {day for span in (*used, *broken) for day in span if day}
    return first_day_of_run(days, lambda day: working_on(day) < required) or ""


def first_day_of_run(days: Iterable[Day], holds: Callable[[Day], bool]) -> Day | None:
    """Of the days on which something may change: the first of the run up to the last of them, in which it holds."""
    first = None
    for day in sorted(days, reverse=True):
        if not holds(day):
            break
        first = day
    return first


def holds_on(spans: Iterable[tuple[str, str]], day: str) -> int:
    return sum(first <= day and (not end or day < end) for first, end in spans)


def steps_stopped_by(db: Database, line: FacilityLine, on: date) -> list[Stopped]:
    """What stands still because none of these things works, with how many cases wait there."""
    if not line.silent:
        return []
    return [
        Stopped(definition, engine.step_named(definition, step), waiting_at(db, definition.id, step))
        for definition in services_in_force(db, on)
        for facility in listed_facilities(definition)
        if facility_key(facility.name) == line.key
        for step in facility.stops
    ]


def waiting_at(db: Database, service: str, step: str) -> int:
    sql = "SELECT count(*) FROM case_file WHERE closed = 0 AND step = ? AND service = ?"
    return int(first_value(db, sql, (step, service)))


def lines_needed_for(db: Database, service: str, step: str, on: date) -> list[FacilityLine]:
    """The things without which a step of a service stands still."""
    needed = {
        facility_key(facility.name)
        for definition in services_in_force(db, on)
        if definition.id == service
        for facility in listed_facilities(definition)
        if step in facility.stops
    }
    return [line for line in facility_lines(db, on) if line.key in needed]


def keys_that_stop(db: Database, on: date) -> set[str]:
    """Kinds of things without which some step stands still."""
    definitions = services_in_force(db, on)
    return {
        facility_key(facility.name) for each in definitions for facility in listed_facilities(each) if facility.stops
    }


def is_hindered(actor: Actor, stopped: Iterable[Stopped]) -> bool:
    """Whether somebody does a step that stands still."""
    return any(engine.does_step(wait.definition, wait.step, actor) for wait in stopped)


def stopped_words(stopped: Iterable[Stopped]) -> str:
    """`12 berkas menunggu di langkah Perekaman`."""
    return ", ".join(f"{wait.cases} berkas menunggu di langkah {wait.step.title}" for wait in stopped)


def newest_item(db: Database) -> int:
    return int(first_value(db, "SELECT coalesce(max(id), 0) FROM facility_item"))


def load_item(db: Database, item_id: int) -> FacilityItem:
    return check_found(FacilityItem.first(db, id=item_id), "Barang itu")


def running_repair(db: Database, item_id: int) -> Repair | None:
    return Repair.first(db, item_id=item_id, outcome="")


def repairs_of(db: Database, item_id: int) -> list[Repair]:
    return Repair.rows(db, item_id=item_id, order="id DESC")


def unlisted_names(db: Database, on: date) -> list[str]:
    """What a standard asks and nobody has listed yet."""
    return [line.name for line in facility_lines(db, on) if not line.known and line.asked]


def items_gone(db: Database, key: str) -> list[FacilityItem]:
    """The things of a kind that are there no more, the newest first."""
    return FacilityItem.rows(db, facility=key, state=("replaced", "written_off"), order="since DESC, id DESC")


def successor_of(db: Database, item_id: int) -> FacilityItem | None:
    return FacilityItem.first(db, replaces=item_id)

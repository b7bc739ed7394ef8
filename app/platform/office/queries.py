"""What the office is and works by: calendar and hours, villages, standards in force and their words."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from app.core.dates import format_number, stored_date
from app.core.permissions import Actor
from app.core.problems import Problem, check_found
from app.core.procedure.engine import NO_AREA
from app.core.text import lower_first
from app.core.workdays import Calendar, Holiday, Hours, Shift, WorkingTime, parse_hours, parse_spans
from app.platform.office import settings
from app.platform.office.events import HolidayData
from app.platform.office.numbers import CASES, LATER_SERIES, case_series, case_series_of, series_named
from app.platform.office.settings import NetworkPlan
from app.platform.office.tables import HolidayRow, NumberSeries, OfficeHours, OfficeShift, Standard, Village
from app.platform.people.queries import profile_of
from schema.database import Database, cached_until_next_entry, first_value
from schema.definitions import load_all, load_definition
from schema.seed_data import HolidayRow as ShippedDay
from schema.seed_data import seed_holidays, seed_hours
from schema.service_procedure import Definition, PauseReason
from schema.service_standard import Document, Partner, Section
from sync.enrolment import CENTRE_STREAM
from sync.journal import Journal
from sync.nodes import read_peers


class DueChange(NamedTuple):
    """An open limit that the present calendar would end at another time; `endpoint` with `values` is its page.

    `before` and `after` are the two times in words, `key` names it on the form, `move(journal, actor, reason, now)`
    takes over the new time.
    """

    number: str
    promised: date
    endpoint: str
    values: Mapping[str, Any]
    label: str
    before: str
    after: str
    key: str
    move: Callable[[Journal, Actor, str, datetime], None]


DueChangeProvider = Callable[[Database], list[DueChange]]

OWN_SOURCE = "kantor"
"""Source of a day that the office typed itself; it is never taken out by what the program brings along."""


class CalendarUpdate(NamedTuple):
    """What taking over the program's file of a year would change: days to write, dates to take out."""

    days: list[HolidayData]
    removed: list[str]


def shipped_update(db: Database, year: int) -> CalendarUpdate:
    """What the program's file of a year has otherwise than the office's table; both lists empty where it agrees."""
    shipped = {day.date.isoformat(): day for day in seed_holidays() if day.date.year == year}
    if not shipped:
        return CalendarUpdate([], [])
    held = {row.on_date: row for row in list_holidays(db, year)}
    days = [
        HolidayData(on, item.name, item.kind, item.basis, item.source)
        for on, item in shipped.items()
        if is_different(item, held.get(on))
    ]
    removed = [on for on, row in held.items() if on not in shipped and row.kind != "lokal" and row.source != OWN_SOURCE]
    return CalendarUpdate(days, removed)


def is_different(shipped: ShippedDay, held: HolidayRow | None) -> bool:
    """Whether the program's day is another than the office's; a day that the office typed itself stays."""
    if held is None:
        return True
    return held.source != OWN_SOURCE and (shipped.name, shipped.kind, shipped.basis) != (
        held.name,
        held.kind,
        held.basis,
    )


def listed_pauses(db: Database, on: date) -> dict[str, PauseReason]:
    return {reason.id: reason for definition in services_in_force(db, on) for reason in definition.pauses}


def listed_readings(db: Database, on: date) -> dict[str, str]:
    """`service/limit/reading` → what it says, of every limit that may be read in another way."""
    return {
        f"{definition.id}/{limit.id}/{reading.id}": f"{definition.short_name}, {limit.label}: {reading.label}"
        for definition in services_in_force(db, on)
        for limit in definition.limits
        for reading in limit.readings
    }


def is_enrolled(db: Database) -> bool:
    return bool(read_peers(db))


def runs_loket(db: Database) -> bool:
    """Whether dispatches leave for a centre's Loket: this office is enrolled there and was not put back on paper."""
    enrolled = any(peer.stream_out == CENTRE_STREAM for peer in read_peers(db))
    return bool(settings.get_setting(db, "centre.runs_loket") and enrolled)


def network_plan(db: Database) -> NetworkPlan:
    known = settings.all_settings(db)
    return settings.plan_network(known["network.open"], known["network.hosts"], known["network.without_tls"])


def is_set_up(db: Database) -> bool:
    return bool(settings.get_setting(db, "office.code"))


# -- queries ---------------------------------------------------------------------------------------------------


@cached_until_next_entry
def files_in_force(db: Database) -> frozenset[str]:
    """The kind of this office and its services, by the names of their files: `kecamatan`, `ktp-el`."""
    profile = profile_of(db)
    return frozenset({profile.id, *({revision.service for revision in list_standards(db)} or profile.services)})


@cached_until_next_entry
def office_calendar(db: Database) -> Calendar:
    return calendar_of(tuple(db.run("SELECT on_date, name, kind, basis FROM holiday")))


@lru_cache(maxsize=4)
def calendar_of(rows: tuple[tuple[Any, ...], ...]) -> Calendar:
    """The calendar of rows (day, name, kind, basis): it changes once a year, and entries come all day."""
    return Calendar({date.fromisoformat(on): Holiday(*what) for on, *what in rows})


@cached_until_next_entry
def working_time(db: Database) -> WorkingTime:
    """The hours in which this office works, with its calendar: shipped ones, those that it set since, single days."""
    hours = [parse_hours(shipped) for shipped in seed_hours()]
    hours += [to_hours(row) for row in OfficeHours.rows(db, order="id")]
    shifts = [Shift(date.fromisoformat(row.day), row.name, parse_spans(row.spans)) for row in OfficeShift.rows(db)]
    return WorkingTime(office_calendar(db), hours, shifts)


def to_hours(row: OfficeHours) -> Hours:
    week = tuple(map(parse_spans, json.loads(row.week)))
    until = stored_date(row.until)
    return Hours(row.name, date.fromisoformat(row.since), week, until, row.basis)


def list_shifts(db: Database, since: date) -> list[OfficeShift]:
    return OfficeShift.rows(db, OfficeShift.day >= since.isoformat(), order="day")


def list_holidays(db: Database, year: int) -> list[HolidayRow]:
    return HolidayRow.rows(db, HolidayRow.on_date.startswith(str(year)), order="on_date")


def list_villages(db: Database) -> list[Village]:
    return Village.rows(db, order="code")


@cached_until_next_entry
def village_names(db: Database) -> Mapping[str, str]:
    return MappingProxyType(dict(db.run("SELECT code, name FROM village ORDER BY code")))


OUTSIDE = "Luar kecamatan"
"""What the empty area of a case is called: its applicant lives in no village of this kecamatan."""


@cached_until_next_entry
def area_names(db: Database) -> Mapping[str, str]:
    """Area of a case → its name: the villages, and the empty area of people from elsewhere."""
    return MappingProxyType({**village_names(db), "": OUTSIDE, NO_AREA: ""})


def area_title(names: Mapping[str, str], area: str) -> str:
    if area == NO_AREA:
        return "Semua"
    if area:
        return f"Desa {names.get(area, area)}"
    return OUTSIDE


def list_series(db: Database, on: date) -> list[NumberSeries]:
    """All series, with those that services in force count by their files alone; that of the identity cards only where
    these are in force."""
    known = {row.name: row for row in NumberSeries.rows(db)}
    usual = [case_series_of(definition, on) for definition in services_in_force(db, on)]
    usual += [series_named(db, name, on) for name in LATER_SERIES]
    rows = {row.name: row for row in usual} | known
    counted = {row.name for row in usual} | {name for name in known if name != CASES}
    return sorted((rows[name] for name in counted), key=lambda row: row.name)


UNITS = {"working_days": "hari kerja", "calendar_days": "hari"}


@cached_until_next_entry
def search_words(db: Database, on: date) -> str:
    """What the search box finds: as the only service says, or the keys of all of them."""
    keys = [key for definition in services_in_force(db, on) for key in definition.fields if key.role == "key"]
    if len(keys) == 1 and keys[0].search_hint:
        return keys[0].search_hint
    if not keys:
        return "nama atau kode slip"
    words = (lower_first(key.heading) for key in keys)
    return ", ".join([*dict.fromkeys(words), "nama, atau kode slip"])


@cached_until_next_entry
def promise_words(db: Database, on: date) -> str:
    """What the services promise, one sentence each: `Pelayanan KTP-el gratis, paling lambat 12 hari kerja.`"""
    known = services_in_force(db, on)
    promised = [(definition, definition.promise) for definition in known if definition.promise]
    return " ".join(
        f"Pelayanan {definition.short_name}{fee_words(definition)}, paling lambat {promise.days} {UNITS[promise.unit]}."
        for definition, promise in promised
    )


def fee_words(definition: Definition) -> str:
    """` gratis`, ` Rp25.000`; empty where the standard says nothing of a fee."""
    if definition.fee is None:
        return ""
    if not definition.fee.rupiah:
        return " gratis"
    return f" Rp{format_number(definition.fee.rupiah)}"


def kept_choices(db: Database, on: date) -> list[tuple[str, str]]:
    """(stored choice, words) of the moments at which a promise counts as kept, in the words of the first service that
    leaves the choice to the office."""
    words = ("Hasilnya siap", "Diserahkan")
    for definition in services_in_force(db, on):
        if definition.promise and definition.promise.kept_on_alternative:
            moments = (definition.promise.kept_on, definition.promise.kept_on_alternative)
            histories = {f"{step.id}.{way.id}": way.history for step in definition.steps for way in step.outcomes}
            words = (histories[moments[0]], histories[moments[1]])
            break
    return [("arrived", words[0]), ("handed_over", words[1])]


def product_words(db: Database, on: date) -> str:
    """What applicants wait for, of all services that a partner works on: `kartu`."""
    products = [
        definition.partner.product
        for definition in services_in_force(db, on)
        if definition.partner and definition.partner.product
    ]
    return " atau ".join(dict.fromkeys(products)) or "hasil"


def partner_words(db: Database, on: date) -> str:
    """The heading under which the work with partners stands in the rail: `Dispenduk Capil`."""
    partners = [
        definition.partner.short or definition.partner.name
        for definition in services_in_force(db, on)
        if definition.partner
    ]
    return ", ".join(dict.fromkeys(partners)) or "Mitra"


@cached_until_next_entry
def partners_of(db: Database) -> Sequence[Partner]:
    """The partners of all services that were ever in force, in the order of the services."""
    adopted = [adopted_definition(db, revision.service, revision.revision) for revision in list_standards(db)]
    return tuple(definition.partner for definition in adopted if definition.partner)


@cached_until_next_entry
def loket_partners(db: Database) -> list[str]:
    """The short names of the partners that run Loket, those of the print centre first. Before the first standard is
    adopted those of the services with which an office of this kind begins."""
    if not list_standards(db):
        first = load_all()
    else:
        first = {}
    coming = (first[name].partner for name in profile_of(db).services if name in first)
    partners = [*partners_of(db), *filter(None, coming)]
    known = sorted(
        (partner for partner in partners if partner.stream),
        key=lambda partner: partner.stream != CENTRE_STREAM,
    )
    return list(dict.fromkeys(partner.short or partner.name for partner in known))


def road_end(db: Database) -> str:
    """Whom the connection leads to, inside a sentence."""
    return " dan ".join(loket_partners(db)) or "mitra"


def series_labels(db: Database, on: date) -> dict[str, str]:
    cases = {case_series(definition.id): f"Berkas {definition.short_name}" for definition in services_in_force(db, on)}
    letters = {"letter": "Surat pengantar", "letter_in": "Agenda surat masuk", "letter_out": "Agenda surat keluar"}
    letters |= {"check": "Pemeriksaan internal", "destruction": "Berita acara pemusnahan"}
    return {CASES: "Berkas", **cases, "dispatch": "Pengiriman", "minutes": "Berita acara", **letters}


READ_DEFINITIONS: dict[str, Definition] = {}
"""Definitions by the digest of their text: an office adopts a handful in its life."""


def parse_definition(text: str) -> Definition:
    return load_definition(text, "standar")


def list_standards(db: Database) -> list[Standard]:
    return Standard.rows(db, order="service, effective_on DESC")


def newest_standard(db: Database, service: str, today: date) -> tuple[Definition, Standard] | None:
    """The standard in force today, else the next adopted; None before the service's first one."""
    known = [revision for revision in list_standards(db) if revision.service == service]
    running = [partner for partner in known if partner.effective_on <= today.isoformat()]
    for chosen in (running or known)[:1]:
        return adopted_definition(db, service, chosen.revision), chosen
    return None


class Procedure(NamedTuple):
    """A procedure of the office; `adopted` is None for one that the program ships and that is not in force."""

    definition: Definition
    adopted: Standard | None


def procedures(db: Database, on: date) -> list[Procedure]:
    """The procedures in force or adopted for later, by name; before the first of them those of this kind of office."""
    held = [shown_standard(db, name, on) for name in {revision.service: 0 for revision in list_standards(db)}]
    known = [Procedure(*row) for row in held]
    known = known or [Procedure(load_all()[name], None) for name in profile_of(db).services]
    return sorted(known, key=lambda procedure: procedure.definition.name)


def find_document(definition: Definition, document_id: str) -> Document:
    """A guarantee or policy of a standard (clauses 12 and 13). Raises Problem `not_found`."""
    return check_found(
        next((document for document in definition.documents if document.id == document_id), None), "Dokumen itu"
    )


def shown_standard(db: Database, service: str, today: date) -> tuple[Definition, Standard | None]:
    """The newest standard of a service, before its first one the shipped text (None: not in force here)."""
    adopted = newest_standard(db, service, today)
    if adopted:
        return adopted
    return check_found(load_all().get(service), "Standar pelayanan itu"), None


TOPIC_OF_BOX = MappingProxyType({"equipment": "facilities", "qualification": "competence"})
"""Box of the official form that a chapter fills → what the chapter is about."""


def section_topic(definition: Definition, section: Section) -> str:
    """What a chapter is about; of a text from before that was written, as the shipped file of the service says it."""
    if section.topic or section.shows != "clauses":
        return section.topic or section.shows
    if section.box in TOPIC_OF_BOX:
        return TOPIC_OF_BOX[section.box]
    shipped = load_all().get(definition.id)
    if shipped:
        known = {(clause.number, clause.title): clause.topic for clause in shipped.sections}
    else:
        known = {}
    return known.get((section.number, section.title), "")


def chapter_about(definition: Definition, topic: str) -> str:
    """The number of the chapter about something, as the paper prints it; empty where the standard has none."""
    about = (section for section in definition.sections if section_topic(definition, section) == topic)
    return next((clause.printed_number or clause.number for clause in about), "")


@cached_until_next_entry
def clause_words(db: Database, on: date, topic: str) -> str:
    """Where the standards in force speak of something: `KTM butir 11; Hotline butir 8`; empty where none does."""
    known = ((definition.short_name, chapter_about(definition, topic)) for definition in services_in_force(db, on))
    return "; ".join(f"{name} butir {number}" for name, number in known if number)


@cached_until_next_entry
def adopted_definition(db: Database, service: str, revision: str) -> Definition:
    """The definition of an adopted revision; a running case keeps the one it started with.

    A case that came back from the centre may name a revision whose adoption a restore lost: then the newest that is
    not newer holds until that revision is adopted again.
    """
    row = db.one(
        "SELECT revision, digest FROM standard WHERE service = ?"
        " ORDER BY revision = ? DESC, revision < ? DESC, revision DESC LIMIT 1",
        (service, revision, revision),
    )
    return _read_adopted(db, service, row)


@cached_until_next_entry
def current_definition(db: Database, service: str, on: date) -> Definition:
    """The definition in force on a date, or before all of them (a clock that fell back) the first: forms can be typed
    on. What is registered asks :func:`app.casework.desk.opening.check_in_force`. Raises Problem `standard`."""
    row = db.one(
        "SELECT revision, digest FROM standard WHERE service = ? AND effective_on <= ?"
        " ORDER BY effective_on DESC, revision DESC LIMIT 1",
        (service, on.isoformat()),
    )
    first = "SELECT revision, digest FROM standard WHERE service = ? ORDER BY effective_on, revision LIMIT 1"
    return _read_adopted(db, service, row or db.one(first, (service,)))


def _read_adopted(db: Database, service: str, row: tuple[str, str] | None) -> Definition:
    """The definition of a (revision, digest); every page asks for it, so the long text is read only once."""
    if row is None:
        raise Problem.of("standard")
    known = READ_DEFINITIONS.get(row[1])
    if known is None:
        sql = "SELECT text FROM standard WHERE service = ? AND revision = ?"
        known = READ_DEFINITIONS[row[1]] = parse_definition(first_value(db, sql, (service, row[0])) or "")
    return known


@cached_until_next_entry
def services_in_force(db: Database, on: date) -> Sequence[Definition]:
    """Every service in force on a date, in the order in which the office took them up."""
    rows = db.run(
        "SELECT service FROM standard WHERE effective_on <= ? GROUP BY service ORDER BY min(effective_on), service",
        (on.isoformat(),),
    )
    return tuple(current_definition(db, name, on) for (name,) in rows)


def service_names(db: Database, on: date) -> dict[str, str]:
    """The services in force on a date, as they are called in short."""
    return {service.id: service.short_name for service in services_in_force(db, on)}

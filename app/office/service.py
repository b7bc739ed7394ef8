"""Commands and queries of the office: set-up, settings, villages, calendar, standards, devices."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.core.workdays import Calendar, Holiday
from app.office import settings
from app.office.events import (
    DeviceNoted,
    HolidayData,
    HolidaysSet,
    OfficeSetUp,
    SeriesData,
    SeriesSet,
    SettingChanged,
    StandardAdopted,
    VillageData,
    VillageSet,
)
from app.office.numbers import DEFAULT_SERIES, check_pattern, new_start
from app.office.tables import Device, HolidayRow, NumberSeries, Standard, Village
from schema.database import Database
from schema.definitions import load_all, load_definition, load_revision
from schema.remembered import remembered
from schema.service_flow import Definition
from sync.journal import Journal

DEVICES = ("Komputer", "Alat pemindai mata", "Kamera", "Alat sidik jari", "Alat tanda tangan elektronik")
"""Equipment of SP 8.1 to 8.5; the recording page asks whether each works."""


# -- first run -------------------------------------------------------------------------------------------------


def set_up(journal: Journal, actor: Actor, *, identity: Mapping[str, Any], villages: Iterable[VillageData],
           series: Iterable[SeriesData], holidays: Iterable[HolidayData], now: datetime) -> None:  # fmt: skip
    """First run of an empty office. `identity` maps setting keys to values; missing series get their default.

    Raises Problem `invalid` with one sentence per wrong field.
    """
    wrong: dict[str, str] = {}
    for key, value in identity.items():
        try:
            settings.check(key, value)
        except Problem as problem:
            wrong |= problem.fields
    for key in ("office.code", "office.name", "office.regency", "office.place"):
        if not str(identity.get(key, "")).strip():
            wrong.setdefault(key, "Wajib diisi.")
    if wrong:
        raise Problem.of("invalid", wrong)
    own = {one.name: one for one in series}
    year = office_date(now).year
    for name, pattern in DEFAULT_SERIES.items():
        own.setdefault(name, SeriesData(name, pattern, 1, year))
    for one in own.values():
        check_pattern(one.pattern)
    with journal.transaction():
        journal.record(OfficeSetUp(dict(identity), list(villages), list(own.values()), list(holidays)),
                       subject="office", actor=actor.username, at=now)  # fmt: skip


def is_set_up(db: Database) -> bool:
    """Whether the first run is done."""
    return bool(settings.get(db, "office.code"))


def change_setting(journal: Journal, actor: Actor, *, key: str, value: Any, now: datetime) -> None:
    """Give a setting another value."""
    require(actor, "office.settings")
    settings.check(key, value)
    with journal.transaction():
        journal.record(SettingChanged(key, value), subject="office", actor=actor.username, at=now)


def set_village(journal: Journal, actor: Actor, *, village: VillageData, now: datetime) -> None:
    """Enter or change a village and its head."""
    require(actor, "office.settings")
    if not (village.code.isdigit() and len(village.code) == 10 and village.name.strip()):
        raise Problem.of("invalid", {"code": "Kode desa 10 angka dan nama desa wajib diisi."})
    with journal.transaction():
        journal.record(VillageSet(village), subject=f"village/{village.code}", actor=actor.username, at=now)


def set_series(journal: Journal, actor: Actor, *, name: str, pattern: str, start: int, now: datetime) -> None:
    """Give a number series a pattern and the number with which this year goes on. Raises Problem `invalid`."""
    require(actor, "office.settings")
    check_pattern(pattern)
    if not 0 < start < 1_000_000:
        raise Problem.of("invalid", {"start": "Nomor awal antara 1 dan 999.999."})
    with journal.transaction():
        series = new_start(journal.db, name, pattern, start, office_date(now), journal.epoch)
        journal.record(SeriesSet(series), subject=f"series/{name}", actor=actor.username, at=now)


def set_holidays(journal: Journal, actor: Actor, *, days: Iterable[HolidayData], removed: Iterable[str],
                 reason: str, now: datetime) -> None:  # fmt: skip
    """Change the calendar. The due dates of running cases stay as promised; new ones follow the new calendar."""
    require(actor, "office.settings")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        journal.record(HolidaysSet(list(days), list(removed), reason.strip()), subject="calendar",
                       actor=actor.username, at=now)  # fmt: skip


def note_device(journal: Journal, actor: Actor, *, name: str, works: bool, note: str, now: datetime) -> None:
    """Write down that a piece of equipment works again or does not."""
    require(actor, "device.note")
    if name not in DEVICES:
        raise Problem.of("invalid", {"name": "Pilih alat dari daftar."})
    if not works and not note.strip():
        raise Problem.of("invalid", {"note": "Tulis apa yang rusak."})
    with journal.transaction():
        journal.record(DeviceNoted(name, works, note.strip()[:300], office_date(now).isoformat()),
                       subject=f"device/{name}", actor=actor.username, at=now)  # fmt: skip


# -- queries ---------------------------------------------------------------------------------------------------


@remembered
def calendar(db: Database) -> Calendar:
    """The office's working-day calendar."""
    rows = db.run("SELECT on_date, name, kind, basis FROM holiday")
    return Calendar({date.fromisoformat(on): Holiday(*what) for on, *what in rows})


def holidays(db: Database, year: int) -> list[HolidayRow]:
    """Days off of one year, in order."""
    return HolidayRow.rows(db, HolidayRow.on_date.startswith(str(year)), order=HolidayRow.on_date)


def villages(db: Database) -> list[Village]:
    """Villages by code."""
    return Village.rows(db, order=Village.code)


@remembered
def village_names(db: Database) -> Mapping[str, str]:
    """Village code → name."""
    return MappingProxyType(dict(db.run("SELECT code, name FROM village ORDER BY code")))


OUTSIDE = "Luar kecamatan"
"""What the empty area of a case is called: its applicant lives in no village of this kecamatan."""


@remembered
def area_names(db: Database) -> Mapping[str, str]:
    """Area of a case → its name: the villages, and the empty area of people from elsewhere."""
    return MappingProxyType({**village_names(db), "": OUTSIDE})


def area_title(names: Mapping[str, str], area: str) -> str:
    """An area as the heading of a list per village."""
    return f"Desa {names.get(area, area)}" if area else OUTSIDE


def series(db: Database) -> list[NumberSeries]:
    """All number series."""
    return NumberSeries.rows(db, order=NumberSeries.name)


def devices(db: Database) -> dict[str, Device | None]:
    """Each device of :data:`DEVICES` with its last note, or None when nothing was noted yet."""
    known = {row.name: row for row in Device.rows(db)}
    return {name: known.get(name) for name in DEVICES}


# -- standards -------------------------------------------------------------------------------------------------


def adopt_standard(journal: Journal, actor: Actor, *, text: str, maker: str, checker: str, approver: str,
                   effective_on: date, now: datetime, service: str = "") -> Definition:  # fmt: skip
    """A revision takes effect: three different people are entered for it, its full text goes into the journal.

    Raises Problem when a name is missing or the revision is already in force; DefinitionError for a faulty text.
    """
    require(actor, "office.settings")
    definition = load_revision(text, "standar")
    people = {"maker": maker.strip(), "checker": checker.strip(), "approver": approver.strip()}
    missing = {key: "Isi nama orangnya." for key, value in people.items() if not value}
    if missing:
        raise Problem.of("invalid", missing)
    if len({" ".join(one.lower().split()) for one in people.values()}) < 3:
        raise Problem.of("invalid", {"approver": "Pembuat, pemeriksa, dan pengesah harus tiga orang."})
    if service and definition.id != service:
        raise Problem.of("invalid", {"text": f"Naskah ini untuk layanan {definition.id}, bukan {service}."})
    revision = definition.identity.revision
    if Standard.first(journal.db, Standard.service == definition.id, Standard.revision == revision):
        raise Problem.of("conflict", why=f"Revisi {revision} sudah berlaku di kantor ini.")
    newest = journal.db.one("SELECT max(effective_on) FROM standard WHERE service = ?", (definition.id,))
    if newest and newest[0] and effective_on.isoformat() <= newest[0]:
        raise Problem.of("invalid", {"effective_on": f"Harus sesudah {plain_date(date.fromisoformat(newest[0]))}, "
                                                     "hari revisi sebelumnya berlaku."})  # fmt: skip
    body = StandardAdopted(definition.id, revision, text, hashlib.sha256(text.encode()).hexdigest(),
                           effective_on.isoformat(), **people)  # fmt: skip
    with journal.transaction():
        journal.record(body, subject=f"standard/{definition.id}/{revision}", actor=actor.username, at=now)
    return definition


READ: dict[str, Definition] = {}
"""Definitions by the digest of their text: an office adopts a handful in its life."""


@lru_cache(maxsize=16)
def parse(text: str) -> Definition:
    """Read a definition's text once."""
    return load_definition(text, "standar")


def standard(db: Database, service: str, on: date) -> Standard:
    """The revision in force on a date. Raises Problem `standard`."""
    rows = Standard.rows(db, Standard.service == service, Standard.effective_on <= on.isoformat(),
                         order=(Standard.effective_on.desc(), Standard.revision.desc()), limit=1)  # fmt: skip
    if not rows:
        raise Problem.of("standard")
    return rows[0]


def standards(db: Database) -> list[Standard]:
    """Every adopted revision, newest first."""
    return Standard.rows(db, order=(Standard.service, Standard.effective_on.desc()))


def shown_standard(db: Database, service: str, today: date) -> tuple[Definition, Standard | None]:
    """The standard to show: in force today, else the next adopted, else the shipped text (None: not in force here)."""
    known = [one for one in standards(db) if one.service == service]
    running = [one for one in known if one.effective_on <= today.isoformat()]
    if running or known:
        chosen = (running or known)[0]
        return definition(db, service, chosen.revision), chosen
    shipped = load_all().get(service)
    if shipped is None:
        raise Problem.of("not_found", what="Standar pelayanan itu")
    return shipped, None


@remembered
def definition(db: Database, service: str, revision: str) -> Definition:
    """The definition of an adopted revision; a running case keeps the one it started with.

    A case that came back from the centre may name a revision whose adoption a restore lost: then the newest that is
    not newer holds until that revision is adopted again.
    """
    row = db.one("SELECT revision, digest FROM standard WHERE service = ?"
                 " ORDER BY revision = ? DESC, revision < ? DESC, revision DESC LIMIT 1",
                 (service, revision, revision))  # fmt: skip
    return adopted(db, service, row)


@remembered
def current_definition(db: Database, service: str, on: date) -> Definition:
    """The definition in force on a date, or before all of them (a clock that fell back) the first: forms can be typed
    on. What is registered asks :func:`must_be_in_force`. Raises Problem `standard`."""
    row = db.one("SELECT revision, digest FROM standard WHERE service = ? AND effective_on <= ?"
                 " ORDER BY effective_on DESC, revision DESC LIMIT 1", (service, on.isoformat()))  # fmt: skip
    first = "SELECT revision, digest FROM standard WHERE service = ? ORDER BY effective_on, revision LIMIT 1"
    return adopted(db, service, row or db.one(first, (service,)))


def must_be_in_force(db: Database, service: str, on: date) -> None:
    """Raise Problem `standard_later` when every revision takes effect after this day: a number of a wrong year would
    stand on the receipt."""
    row = db.one("SELECT min(effective_on) FROM standard WHERE service = ?", (service,))
    if row and row[0] and row[0] > on.isoformat():
        raise Problem.of("standard_later", first=plain_date(date.fromisoformat(row[0])), on=plain_date(on))


def adopted(db: Database, service: str, row: tuple[str, str] | None) -> Definition:
    """The definition of a (revision, digest); every page asks for it, so the long text is read only once."""
    if row is None:
        raise Problem.of("standard")
    known = READ.get(row[1])
    if known is None:
        text = db.one("SELECT text FROM standard WHERE service = ? AND revision = ?", (service, row[0]))
        known = READ[row[1]] = parse(text[0] if text else "")
    return known


@remembered
def services(db: Database, on: date) -> Sequence[Definition]:
    """Every service in force on a date."""
    names = [row[0] for row in db.run("SELECT DISTINCT service FROM standard WHERE effective_on <= ?",
                                      (on.isoformat(),))]  # fmt: skip
    return tuple(current_definition(db, name, on) for name in names)

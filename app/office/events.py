"""Journal kinds of this room. `apply` sees only the entry and the tables."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from app.office.tables import Device, HolidayRow, NumberSeries, NumberUsed, Setting, Standard, Village
from schema.database import Database
from sync.entries import Entry, Kind


class VillageData(msgspec.Struct, frozen=True):
    """A desa: ten-digit code, name, head and the head's NIP."""

    code: str
    name: str
    head_name: str = ""
    head_nip: str = ""


class SeriesData(msgspec.Struct, frozen=True):
    """A number series: pattern such as `{n:04}/SURAT/{year}`, first number and the year it counts for."""

    name: str
    pattern: str
    start: int
    start_year: int


class HolidayData(msgspec.Struct, frozen=True):
    """One day off; `kind` is libur, cuti_bersama or lokal; dates as ISO text."""

    on_date: str
    name: str
    kind: str
    basis: str
    source: str


class OfficeSetUp(msgspec.Struct, frozen=True):
    """First run: who we are, our villages, number series and calendar, in full."""

    settings: dict[str, Any]
    villages: list[VillageData]
    series: list[SeriesData]
    holidays: list[HolidayData]


class SettingChanged(msgspec.Struct, frozen=True):
    key: str
    value: Any


class VillageSet(msgspec.Struct, frozen=True):
    village: VillageData


class HolidaysSet(msgspec.Struct, frozen=True):
    days: list[HolidayData]
    removed: list[str]
    reason: str


class SeriesSet(msgspec.Struct, frozen=True):
    series: SeriesData


class StandardAdopted(msgspec.Struct, frozen=True):
    """A revision takes effect: its full text and the three people entered for it."""

    service: str
    revision: str
    text: str
    digest: str
    effective_on: str
    maker: str
    checker: str
    approver: str


class DeviceNoted(msgspec.Struct, frozen=True):
    """Equipment works or does not, since when, and what is wrong."""

    name: str
    works: bool
    note: str
    since: str


def put_setting(db: Database, key: str, value: Any) -> None:
    Setting.put(db, key=key, value=json.dumps(value, ensure_ascii=False))


def apply_set_up(db: Database, entry: Entry) -> None:
    body: OfficeSetUp = entry.body
    for key, value in body.settings.items():
        put_setting(db, key, value)
    for village in body.villages:
        Village.put(db, **Village.take(village))
    for series in body.series:
        NumberSeries.put(db, **NumberSeries.take(series))
    for day in body.holidays:
        HolidayRow.put(db, **HolidayRow.take(day))


def apply_setting(db: Database, entry: Entry) -> None:
    put_setting(db, entry.body.key, entry.body.value)


def apply_village(db: Database, entry: Entry) -> None:
    Village.put(db, **Village.take(entry.body.village))


def apply_holidays(db: Database, entry: Entry) -> None:
    for on_date in entry.body.removed:
        HolidayRow.remove(db, on_date=on_date)
    for day in entry.body.days:
        HolidayRow.put(db, **HolidayRow.take(day))


def apply_series(db: Database, entry: Entry) -> None:
    NumberSeries.put(db, **NumberSeries.take(entry.body.series))


def apply_standard(db: Database, entry: Entry) -> None:
    Standard.put(db, **Standard.take(entry.body))


def apply_device(db: Database, entry: Entry) -> None:
    Device.put(db, **Device.take(entry.body))


class Number(msgspec.Struct, frozen=True):
    """A number taken from a series (n > 0) or typed from the paper agenda (n = 0)."""

    series: str
    year: int
    n: int
    text: str


def use_number(db: Database, entry: Entry, number: Number) -> None:
    """Mark a number as used; called by the `apply` of the entry that carries it."""
    own = {"epoch": entry.epoch, "subject": entry.subject}
    NumberUsed.add(db, "DO NOTHING", **NumberUsed.take(number, **own))


KINDS = [
    Kind("office.set_up", 1, OfficeSetUp, apply_set_up),
    Kind("office.setting_changed", 1, SettingChanged, apply_setting),
    Kind("office.village_set", 1, VillageSet, apply_village),
    Kind("office.holidays_set", 1, HolidaysSet, apply_holidays),
    Kind("office.series_set", 1, SeriesSet, apply_series),
    Kind("office.standard_adopted", 1, StandardAdopted, apply_standard),
    Kind("office.device_noted", 1, DeviceNoted, apply_device),
]

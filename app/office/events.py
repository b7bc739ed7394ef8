"""Journal kinds of this room. `apply` sees only the entry and the tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from app.office.tables import (
    Device,
    HolidayRow,
    NumberSeries,
    NumberUsed,
    Setting,
    Standard,
    StandardProposal,
    StandardSignature,
    Village,
)
from schema.database import Database, to_stored_value
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


class SignatureDue(msgspec.Struct, frozen=True):
    """A signature that a standard asks: its id, words and post there, the roles that may give it, whose section."""

    signatory: str
    label: str
    post: str
    roles: list[str]
    section: str = ""


class StandardProposed(msgspec.Struct, frozen=True):
    """A revision in full, with the signatures that it needs, in order."""

    service: str
    revision: str
    text: str
    digest: str
    effective_on: str
    signatures: list[SignatureDue]


class StandardSigned(msgspec.Struct, frozen=True):
    """Somebody signed; `post` is the post as it is printed, with Plt., Plh. or a.n. before it."""

    service: str
    revision: str
    ordinal: int
    username: str
    name: str
    post: str


class StandardWithdrawn(msgspec.Struct, frozen=True):
    service: str
    revision: str
    reason: str


class StandardAdopted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A revision takes effect: the one that was proposed and signed. Before there were signatures the entry held the
    full text and three names that the office entered for it."""

    service: str
    revision: str
    digest: str
    effective_on: str
    text: str = ""
    maker: str = ""
    checker: str = ""
    approver: str = ""


class DeviceNoted(msgspec.Struct, frozen=True):
    """Equipment works or does not, since when, and what is wrong."""

    name: str
    works: bool
    note: str
    since: str


def put_setting(db: Database, key: str, value: Any) -> None:
    Setting.replace(key=key, value=json.dumps(value, ensure_ascii=False)).execute(db)


def apply_set_up(db: Database, entry: Entry) -> None:
    body: OfficeSetUp = entry.body
    for key, value in body.settings.items():
        put_setting(db, key, value)
    for village in body.villages:
        Village.replace(**msgspec.structs.asdict(village)).execute(db)
    for series in body.series:
        NumberSeries.replace(**msgspec.structs.asdict(series)).execute(db)
    for day in body.holidays:
        HolidayRow.replace(**msgspec.structs.asdict(day)).execute(db)


def apply_setting(db: Database, entry: Entry) -> None:
    put_setting(db, entry.body.key, entry.body.value)


def apply_village(db: Database, entry: Entry) -> None:
    Village.replace(**msgspec.structs.asdict(entry.body.village)).execute(db)


def apply_holidays(db: Database, entry: Entry) -> None:
    body: HolidaysSet = entry.body
    for on_date in body.removed:
        HolidayRow.delete().where(HolidayRow.on_date == on_date).execute(db)
    for day in body.days:
        HolidayRow.replace(**msgspec.structs.asdict(day)).execute(db)


def apply_series(db: Database, entry: Entry) -> None:
    NumberSeries.replace(**msgspec.structs.asdict(entry.body.series)).execute(db)


def apply_proposed(db: Database, entry: Entry) -> None:
    body: StandardProposed = entry.body
    StandardProposal.insert(
        service=body.service,
        revision=body.revision,
        text=body.text,
        digest=body.digest,
        effective_on=body.effective_on,
        proposed_by=entry.actor,
        proposed_at=to_stored_value(entry.at),
    ).execute(db)
    for ordinal, due in enumerate(body.signatures, start=1):
        put_signature(
            db, body, ordinal, due.signatory, label=due.label, post=due.post, roles=due.roles, section=due.section
        )


def put_signature(
    db: Database,
    body: StandardProposed | StandardAdopted,
    ordinal: int,
    signatory: str,
    *,
    label: str = "",
    post: str = "",
    roles: Sequence[str] = (),
    section: str = "",
    name: str = "",
) -> None:
    StandardSignature.insert(
        service=body.service,
        revision=body.revision,
        ordinal=ordinal,
        signatory=signatory,
        label=label,
        post=post,
        roles=" ".join(roles),
        section=section,
        username="",
        name=name,
    ).execute(db)


def apply_signed(db: Database, entry: Entry) -> None:
    body: StandardSigned = entry.body
    StandardSignature.update(
        username=body.username, name=body.name, post=body.post, at=to_stored_value(entry.at)
    ).where(
        StandardSignature.service == body.service,
        StandardSignature.revision == body.revision,
        StandardSignature.ordinal == body.ordinal,
    ).execute(db)


def apply_withdrawn(db: Database, entry: Entry) -> None:
    body: StandardWithdrawn = entry.body
    for table in (StandardProposal, StandardSignature):
        table.delete().where(table.service == body.service, table.revision == body.revision).execute(db)


def apply_standard(db: Database, entry: Entry) -> None:
    body: StandardAdopted = entry.body
    proposed = (StandardProposal.service == body.service, StandardProposal.revision == body.revision)
    proposal = StandardProposal.first(db, *proposed)
    Standard.replace(
        service=body.service,
        revision=body.revision,
        text=body.text or (proposal.text if proposal else ""),
        digest=body.digest,
        effective_on=body.effective_on,
    ).execute(db)
    StandardProposal.delete().where(*proposed).execute(db)
    names = {"maker": body.maker, "checker": body.checker, "approver": body.approver}
    for ordinal, (signatory, name) in enumerate(names.items(), start=1):
        if name:
            put_signature(db, body, ordinal, signatory, name=name)


def apply_device(db: Database, entry: Entry) -> None:
    body: DeviceNoted = entry.body
    Device.replace(name=body.name, works=int(body.works), note=body.note, since=body.since).execute(db)


class Number(msgspec.Struct, frozen=True):
    """A number taken from a series (n > 0) or typed from the paper agenda (n = 0)."""

    series: str
    year: int
    n: int
    text: str


def use_number(db: Database, entry: Entry, number: Number) -> None:
    """Mark a number as used; called by the `apply` of the entry that carries it."""
    NumberUsed.add(
        db,
        "DO NOTHING",
        series=number.series,
        year=number.year,
        epoch=entry.epoch,
        n=number.n,
        text=number.text,
        subject=entry.subject,
    )


KINDS = [
    Kind("office.set_up", 1, OfficeSetUp, apply_set_up),
    Kind("office.setting_changed", 1, SettingChanged, apply_setting),
    Kind("office.village_set", 1, VillageSet, apply_village),
    Kind("office.holidays_set", 1, HolidaysSet, apply_holidays),
    Kind("office.series_set", 1, SeriesSet, apply_series),
    Kind("office.standard_proposed", 1, StandardProposed, apply_proposed),
    Kind("office.standard_signed", 1, StandardSigned, apply_signed),
    Kind("office.standard_withdrawn", 1, StandardWithdrawn, apply_withdrawn),
    Kind("office.standard_adopted", 1, StandardAdopted, apply_standard),
    Kind("office.device_noted", 1, DeviceNoted, apply_device),
]

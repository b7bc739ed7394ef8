"""The recording lists: by village, and of one day of the schedule."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from app.casework.batches.papers import case_addresses, paper_base
from app.casework.batches.partners import find_partner_service
from app.core.clock import office_date
from app.core.dates import long_date, short_date, stored_date
from app.core.permissions import Actor
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.papers import staff_official
from app.platform.printing.data import cases as shapes
from app.services.ktp import queries
from app.services.ktp.tables import SERVICE
from schema.database import Database

# -- recording -------------------------------------------------------------------------------------------------


def device_words(db: Database, on: date) -> str:
    broken = queries.broken_devices(db, on)
    if not broken:
        return "Berfungsi"
    return "Rusak: " + ", ".join(device.name for device in broken)


def recording_line(row: queries.WaitingRow, address: str, broken: bool, time: str = "") -> shapes.RecordingLine:
    if row.again:
        state = "Perlu dasar rekam ulang"
    elif broken:
        state = "Menunggu alat"
    else:
        state = ""
    if not time and row.slot_on:
        state = ", ".join(filter(None, (f"Jadwal {short_date(date.fromisoformat(row.slot_on))}", state)))
    birth = stored_date(row.birth_on)
    return shapes.RecordingLine(
        number=row.number,
        name=row.name,
        nik=row.key,
        birth_on=birth,
        address=address,
        time=time,
        status=state,
    )


def recording_by_village(db: Database, actor: Actor, now: datetime) -> shapes.RecordingList:
    rows = queries.waiting_rows(db, actor)
    villages = office.area_names(db)
    where = case_addresses(db, [row.id for row in rows])
    broken = bool(queries.broken_devices(db, office_date(now)))
    groups = tuple(
        shapes.RecordingGroup(
            title=office.area_title(villages, area),
            lines=tuple(recording_line(row, where[row.id], broken) for row in part),
        )
        for area, part in groupby(rows, key=lambda row: row.area)
    )
    return recording_list(db, actor, now, "Daftar Menunggu Perekaman", "village", None, groups)


def recording_of_day(db: Database, actor: Actor, day: date, now: datetime) -> shapes.RecordingList:
    planned = [row for row in queries.waiting_rows(db, actor) if row.slot_on == day.isoformat()]
    planned.sort(key=lambda row: row.slot or 0)
    where = case_addresses(db, [row.id for row in planned])
    broken = bool(queries.broken_devices(db, office_date(now)))
    lines = tuple(recording_line(row, where[row.id], broken, f"no. {row.slot}") for row in planned)
    groups: tuple[shapes.RecordingGroup, ...] = ()
    if lines:
        groups = (shapes.RecordingGroup(title=long_date(day), lines=lines),)
    return recording_list(db, actor, now, "Jadwal Perekaman", "schedule", day, groups)


def recording_list(
    db: Database,
    actor: Actor,
    now: datetime,
    title: str,
    arrangement: Any,
    on: date | None,
    groups: tuple[shapes.RecordingGroup, ...],
) -> shapes.RecordingList:
    return shapes.RecordingList(
        **paper_base(db, find_partner_service(db, SERVICE), "recording_list", actor, now),
        title=title,
        arrangement=arrangement,
        on=on or office_date(now),
        place=settings.get_setting(db, "office.name"),
        device=device_words(db, office_date(now)),
        groups=groups,
        officer=staff_official(db, actor.username),
    )

"""The papers of this room, filled from the tables: recording lists, call list, hand-over receipt.

Letters to the centre stand in `dispatch_papers.py`, the daily sheet in `balance_paper.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from app.cases.moving import definition_of
from app.cases.papers import subject
from app.cases.tables import CaseFile
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.dates import long_date, short_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.ktp import cards, recording_lists
from app.ktp.moves import HOME, SERVICE
from app.ktp.tables import DispatchLineRow
from app.office import service as office
from app.office import settings
from app.office.letterhead import control, letterhead, staff
from app.printing import data as shapes
from schema.database import Database
from sync.line import moment

NUMBERS = {"recording_list": "F-03", "covering_letter": "F-05", "minutes": "F-06", "hand_over": "F-07",
           "call_list": "F-08", "reconciliation": "F-10"}  # fmt: skip
"""Form numbers under the service standard; the desk's own papers have the others."""


def base(db: Database, paper: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """The fields that every paper has."""
    standard = office.current_definition(db, SERVICE, office_date(now))
    return {
        "head": letterhead(db),
        "control": control(standard, NUMBERS[paper]),
        "printed_at": now,
        "printed_by": actor.name,
    }


def kind_labels(db: Database, on: date) -> dict[str, str]:
    """Kind of application → its label in the standard in force; nothing while none is."""
    return {kind.id: kind.label for one in office.services(db, on) if one.id == SERVICE for kind in one.kinds}


def addresses(db: Database, case_ids: Iterable[int]) -> dict[int, str]:
    """Case → `Dusun Krajan, RT 003 RW 001` as the form says it, or the home address of somebody from elsewhere."""
    found = {}
    for case_id in case_ids:
        row = db.one("SELECT fields FROM case_file WHERE id = ?", (case_id,))
        fields: dict[str, str] = json.loads(row[0]) if row else {}
        parts = [
            fields.get("street", ""),
            " ".join(f"{word.upper()} {fields[word]}" for word in ("rt", "rw") if fields.get(word)),
            *(fields.get(name, "") for name in HOME),
        ]
        found[case_id] = ", ".join(part for part in parts if part)
    return found


# -- recording -------------------------------------------------------------------------------------------------


def device_words(db: Database) -> str:
    """What the list says of the equipment."""
    broken = recording_lists.broken_devices(db)
    return "Rusak: " + ", ".join(one.name for one in broken) if broken else "Berfungsi"


def recording_line(
    row: recording_lists.WaitingRow, address: str, broken: bool, time: str = ""
) -> shapes.RecordingLine:
    """One person on the list."""
    state = "Perlu dasar rekam ulang" if row.again else "Menunggu alat" if broken else ""
    if not time and row.slot_on:
        state = ", ".join(
            part for part in (f"Jadwal {short_date(date.fromisoformat(row.slot_on))}", state) if part
        )
    birth = date.fromisoformat(row.birth_on) if row.birth_on else None
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
    """Who waits for the recording, per village."""
    rows, villages = recording_lists.waiting_rows(db, actor), office.area_names(db)
    where, broken = addresses(db, [row.id for row in rows]), bool(recording_lists.broken_devices(db))
    groups = tuple(
        shapes.RecordingGroup(title=office.area_title(villages, area),
                              lines=tuple(recording_line(row, where[row.id], broken) for row in part))
        for area, part in groupby(rows, key=lambda row: row.area)
    )  # fmt: skip
    return recording_list(db, actor, now, "Daftar Menunggu Perekaman", "village", None, groups)


def recording_of_day(db: Database, actor: Actor, day: date, now: datetime) -> shapes.RecordingList:
    """Who comes on one day, in the order of the queue."""
    planned = sorted((row for row in recording_lists.waiting_rows(db, actor) if row.slot_on == day.isoformat()),
                     key=lambda row: row.slot or 0)  # fmt: skip
    where, broken = addresses(db, [row.id for row in planned]), bool(recording_lists.broken_devices(db))
    lines = tuple(recording_line(row, where[row.id], broken, f"no. {row.slot}") for row in planned)
    groups = (shapes.RecordingGroup(title=long_date(day), lines=lines),) if lines else ()
    return recording_list(db, actor, now, "Jadwal Perekaman", "schedule", day, groups)


def recording_list(db: Database, actor: Actor, now: datetime, title: str, arrangement: Any, on: date | None,
                   groups: tuple[shapes.RecordingGroup, ...]) -> shapes.RecordingList:  # fmt: skip
    """The list itself, with room for the operator's pen."""
    return shapes.RecordingList(
        **base(db, "recording_list", actor, now),
        title=title,
        arrangement=arrangement,
        on=on or office_date(now),
        place=settings.get(db, "office.name"),
        device=device_words(db),
        groups=groups,
        officer=staff(db, actor.username),
    )


# -- cards -----------------------------------------------------------------------------------------------------


def call_list(db: Database, actor: Actor, now: datetime) -> shapes.CallList:
    """Cards that wait to be fetched, per village, with room to note each call."""
    rows, villages = cards.ready_cards(db, actor), office.area_names(db)
    where = addresses(db, [row.id for row in rows])
    by_area = sorted(rows, key=lambda row: (villages.get(row.area, row.area), row.arrived_on or "", row.id))
    groups = tuple(
        shapes.CallGroup(village=office.area_title(villages, area),
                         lines=tuple(call_line(row, where[row.id], now) for row in part))
        for area, part in groupby(by_area, key=lambda row: row.area)
    )  # fmt: skip
    return shapes.CallList(
        **base(db, "call_list", actor, now), on=office_date(now), service="KTP-el", groups=groups
    )


def call_line(row: cards.ReadyCard, address: str, now: datetime) -> shapes.CallLine:
    """One card on the call list. The telephone number is whole: it is there to be dialled."""
    told = f"{row.calls}×, terakhir {short_date(office_date(moment(row.last_call)))}" if row.last_call else ""
    arrived = date.fromisoformat(row.arrived_on) if row.arrived_on else office_date(now)
    return shapes.CallLine(code=show_code(row.code), number=row.number, name=row.name, arrived_on=arrived,
                           contact=row.phone or ("lewat desa" if row.area else "tidak ada"), address=address,
                           calls=told)  # fmt: skip


def hand_over(db: Database, case: CaseFile, actor: Actor, now: datetime) -> shapes.HandOver:
    """Receipt of a card that was handed over. Raises Problem while it was not."""
    done = cards.handed_over(db, case.id)
    if done is None:
        raise Problem.of("conflict", why="Kartu berkas ini belum diserahkan, jadi belum ada tanda terimanya.")
    line = DispatchLineRow.rows(
        db, DispatchLineRow.case_id == case.id, order=DispatchLineRow.dispatch_id.desc(), limit=1
    )
    arrived = line[0].arrived_on if line else case.kept_on
    definition = definition_of(db, case)
    return shapes.HandOver(
        **base(db, "hand_over", actor, now),
        subject=subject(db, definition, case),
        product=definition.short_name,
        receiver=done.receiver,
        relation=cards.RELATIONS.get(done.relation, done.relation).lower(),
        handed_on=date.fromisoformat(done.on_date),
        handed_at=moment(done.at) if office_date(moment(done.at)).isoformat() == done.on_date else None,
        handed_by=staff(db, done.actor),
        authority=done.authority,
        surrendered=done.surrendered,
        serial=line[0].serial if line else "",
        due_on=date.fromisoformat(case.due_on) if case.due_on else None,
        arrived_on=date.fromisoformat(arrived) if arrived else None,
    )

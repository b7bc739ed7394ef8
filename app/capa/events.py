"""Journal kinds of corrective and preventive action (LTPP)."""

from __future__ import annotations

import json

import msgspec

from app.capa.tables import Capa, CapaComplaint, CapaRound
from app.core.clock import office_date
from app.office.events import Number, use_number
from schema.database import Database
from sync.entries import Entry, Kind, to_utc_text


class CapaOpened(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int
    number: Number
    on: str
    source: str
    problem: str
    evidence: str = ""
    immediate: str = ""
    complaint_ids: list[int] = []


class CapaPlanned(msgspec.Struct, frozen=True):
    capa_id: int
    round: int
    whys: list[str]
    corrective: str
    preventive: str
    person: str
    due_on: str


class CapaDone(msgspec.Struct, frozen=True):
    capa_id: int
    round: int
    on: str
    note: str


class CapaChecked(msgspec.Struct, frozen=True):
    """Another person judged on a later day whether it helped; if not, a new round begins."""

    capa_id: int
    round: int
    on: str
    effective: bool
    note: str


class CapaLinked(msgspec.Struct, frozen=True):
    capa_id: int
    complaint_id: int


def apply_opened(db: Database, entry: Entry) -> None:
    body: CapaOpened = entry.body
    Capa.insert(
        id=body.id,
        number=body.number.text,
        opened_on=body.on,
        opened_by=entry.actor,
        source=body.source,
        problem=body.problem,
        evidence=body.evidence,
        immediate=body.immediate,
        state="open",
        round=1,
    ).execute(db)
    for complaint_id in body.complaint_ids:
        CapaComplaint.insert(capa_id=body.id, complaint_id=complaint_id, at=to_utc_text(entry.at)).execute(db)
    use_number(db, entry, body.number)


def apply_planned(db: Database, entry: Entry) -> None:
    body: CapaPlanned = entry.body
    known = CapaRound.first(db, *where_round(body))
    CapaRound.replace(
        capa_id=body.capa_id,
        round=body.round,
        planned_on=known.planned_on if known else office_date(entry.at).isoformat(),
        whys=json.dumps(body.whys, ensure_ascii=False),
        corrective=body.corrective,
        preventive=body.preventive,
        person=body.person,
        due_on=body.due_on,
        done_note="",
        checked_by="",
        check_note="",
    ).execute(db)
    Capa.update(state="open", round=body.round).where(Capa.id == body.capa_id).execute(db)


def where_round(body: CapaPlanned | CapaDone | CapaChecked) -> tuple[object, object]:
    return CapaRound.capa_id == body.capa_id, CapaRound.round == body.round


def apply_done(db: Database, entry: Entry) -> None:
    body: CapaDone = entry.body
    CapaRound.update(done_on=body.on, done_note=body.note).where(*where_round(body)).execute(db)
    Capa.update(state="done").where(Capa.id == body.capa_id).execute(db)


def apply_checked(db: Database, entry: Entry) -> None:
    body: CapaChecked = entry.body
    CapaRound.update(
        checked_on=body.on, checked_by=entry.actor, effective=int(body.effective), check_note=body.note
    ).where(*where_round(body)).execute(db)
    Capa.update(state="effective" if body.effective else "again").where(Capa.id == body.capa_id).execute(db)


def apply_linked(db: Database, entry: Entry) -> None:
    CapaComplaint.insert(
        capa_id=entry.body.capa_id, complaint_id=entry.body.complaint_id, at=to_utc_text(entry.at)
    ).on_conflict_ignore().execute(db)


KINDS = [
    Kind("capa.opened", 1, CapaOpened, apply_opened),
    Kind("capa.planned", 1, CapaPlanned, apply_planned),
    Kind("capa.done", 1, CapaDone, apply_done),
    Kind("capa.checked", 1, CapaChecked, apply_checked),
    Kind("capa.linked", 1, CapaLinked, apply_linked),
]

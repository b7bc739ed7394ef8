"""Journal kinds of corrective and preventive action (LTPP)."""

import json

import msgspec

from app.core.clock import office_date
from app.platform.office.events import Number, use_own_number
from app.quality.capa.tables import Capa, CapaComplaint, CapaRound
from app.room import BY, add_row_of, add_rows_of, in_turn
from schema.database import Database
from schema.person_fields import OfficialName, PersonLines, PersonText
from sync.entries import NOBODY, Entry, Kind


class CapaOpened(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int
    number: Number
    on: str
    source: str
    problem: PersonText
    evidence: PersonText = ""
    immediate: PersonText = ""
    complaint_ids: list[int] = []


class OfRound(msgspec.Struct, frozen=True):
    capa_id: int
    round: int

    @property
    def key(self) -> dict[str, int]:
        return {"capa_id": self.capa_id, "round": self.round}


class CapaPlanned(OfRound, frozen=True):
    whys: PersonLines
    corrective: PersonText
    preventive: PersonText
    person: OfficialName
    due_on: str


class CapaDone(OfRound, frozen=True):
    on: str
    note: PersonText


class CapaChecked(OfRound, frozen=True):
    """Another person judged on a later day whether it helped; if not, a new round begins."""

    on: str
    effective: bool
    note: PersonText


class CapaLinked(msgspec.Struct, frozen=True):
    capa_id: int
    complaint_id: int


def apply_planned(db: Database, entry: Entry) -> None:
    body: CapaPlanned = entry.body
    known = CapaRound.first(db, **body.key)
    if known:
        planned_on = known.planned_on
    else:
        planned_on = office_date(entry.at).isoformat()
    begun = {"planned_on": planned_on, "whys": json.dumps(body.whys, ensure_ascii=False)}
    blank = dict.fromkeys(("done_note", "checked_by", "check_note"), "")
    unknown = dict.fromkeys(("done_on", "checked_on", "effective"))
    CapaRound.put(db, **CapaRound.take(body, **blank, **unknown) | begun)
    Capa.alter(db, {"id": body.capa_id}, state="open", round=body.round)


def apply_done(db: Database, entry: Entry) -> None:
    body: CapaDone = entry.body
    CapaRound.alter(db, body.key, done_on=body.on, done_note=body.note)
    Capa.alter(db, {"id": body.capa_id}, state="done")


def apply_checked(db: Database, entry: Entry) -> None:
    body: CapaChecked = entry.body
    judged = {"checked_on": body.on, "checked_by": entry.actor, "check_note": body.note}
    CapaRound.alter(db, body.key, **judged, effective=int(body.effective))
    if body.effective:
        state = "effective"
    else:
        state = "again"
    Capa.alter(db, {"id": body.capa_id}, state=state)


KINDS = [
    Kind(
        "capa.opened",
        1,
        CapaOpened,
        in_turn(
            add_row_of(Capa, {"state": "open", "round": 1}, number="number.text", opened_on="on", opened_by=BY),
            add_rows_of(CapaComplaint, "complaint_ids", each="complaint_id", capa_id="id"),
            use_own_number,
        ),
    ),
    Kind("capa.planned", 1, CapaPlanned, apply_planned),
    Kind("capa.done", 1, CapaDone, apply_done),
    Kind("capa.checked", 1, CapaChecked, apply_checked),
    Kind("capa.linked", 1, CapaLinked, add_row_of(CapaComplaint, conflict="DO NOTHING"), NOBODY),
]

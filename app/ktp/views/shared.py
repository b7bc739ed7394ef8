"""What the KTP pages share: the case of an address, ticked boxes, names as people write them."""

from __future__ import annotations

from datetime import date, timedelta
from string import capwords

import msgspec
from flask import request

from app.cases.opening import get_case
from app.core.problems import Problem
from app.ktp.moves import SERVICE, CaseFile
from app.office import service as office
from app.office import settings
from app.office.road_desk import RoadDesk, RoadState
from app.web.context import current_actor, db, surroundings
from schema.database import Database


class Defaults(msgspec.Struct, frozen=True):
    """What forms begin with: the office's name as place of recording, slots of a day."""

    name: str
    slots: int


def defaults(database: Database) -> Defaults:
    """The settings that forms begin with."""
    return Defaults(settings.get(database, "office.name"), settings.get(database, "recording.slots_per_day"))


def ktp_case(case_id: int) -> CaseFile:
    """A KTP case that this person may see. Raises Problem `not_found`."""
    case = get_case(db(), current_actor(), case_id)
    if case.service != SERVICE:
        raise Problem.of("not_found", what="Berkas itu")
    return case


def name_of(case: CaseFile) -> str:
    """`Anisa Rahmawati` of the block letters on the form."""
    return capwords(case.name)


def chosen(name: str) -> list[int]:
    """Ids of the ticked boxes of one name, in the order of the page, each once; nonsense is left out."""
    found = [whole_number(text) for text in request.form.getlist(name)[:1000]]
    return list(dict.fromkeys(number for number in found if number is not None))


def whole_number(text: str) -> int | None:
    """A small whole number as typed, or None."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def road_state() -> RoadState:
    """How the road to the centre stands, as the composition root put it together."""
    road: RoadDesk = surroundings().sync
    return road.state()


def workday_beside(day: date, step: int) -> date:
    """The next (1) or previous (-1) working day of the office's calendar."""
    calendar = office.calendar(db())
    day += timedelta(days=step)
    while not calendar.is_workday(day):
        day += timedelta(days=step)
    return day

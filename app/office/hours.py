"""Office hours: the shipped ones by date, those that the office has set since, and the shifts of single days.

Hours are only ever added, each from a day on that has not passed: what was reckoned with earlier ones stays explained.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem
from app.core.working_time import DAY_KEYS, Hours, HoursError, Shift, WorkingTime, parse_hours, parse_spans
from app.office.events import HoursSet, ShiftSet
from app.office.queries import office_calendar
from app.office.tables import OfficeHours, OfficeShift
from schema.database import Database
from schema.query_cache import cached_until_next_entry
from schema.seed_data import seed_hours
from sync.journal import Journal


@cache
def shipped_hours() -> tuple[Hours, ...]:
    return tuple(parse_hours(row) for row in seed_hours())


@cached_until_next_entry
def working_time(db: Database) -> WorkingTime:
    """The hours in which this office works, with its calendar."""
    shifts = [Shift(date.fromisoformat(one.day), one.name, parse_spans(one.spans)) for one in OfficeShift.rows(db)]
    return WorkingTime(office_calendar(db), [*shipped_hours(), *own_hours(db)], shifts)


def own_hours(db: Database) -> list[Hours]:
    """What the office has set itself, the oldest first."""
    return [
        Hours(
            one.name,
            date.fromisoformat(one.since),
            tuple(map(parse_spans, json.loads(one.week))),
            date.fromisoformat(one.until) if one.until else None,
            one.basis,
        )
        for one in OfficeHours.rows(db, order=OfficeHours.id)
    ]


def list_shifts(db: Database, since: date) -> list[OfficeShift]:
    """Single days with hours of their own, from a day on."""
    return OfficeShift.rows(db, OfficeShift.day >= since.isoformat(), order=OfficeShift.day)


def set_hours(
    journal: Journal,
    actor: Actor,
    *,
    name: str,
    since: date,
    until: date | None,
    week: Mapping[str, str],
    basis: str,
    now: datetime,
) -> None:
    """Hours of the week from a day on, to `until` where they end by themselves. Raises Problem `invalid`."""
    require(actor, "office.settings")
    wrong: dict[str, str] = {}
    if not name.strip() or len(name) > 80:
        wrong["name"] = "Beri nama, paling panjang 80 huruf."
    if not basis.strip() or len(basis) > 300:
        wrong["basis"] = SENTENCES["basis_briefly"]
    if since < office_date(now):
        wrong["since"] = "Jam kerja hanya dapat diubah mulai hari ini; yang sudah lewat tetap tercatat."
    if until is not None and until < since:
        wrong["until"] = "Hari terakhir tidak boleh sebelum hari pertama."
    texts = [week.get(key, "").strip() for key in DAY_KEYS]
    for key, text in zip(DAY_KEYS, texts, strict=True):
        try:
            parse_spans(text)
        except HoursError as error:
            wrong[key] = str(error)
    if not any(texts):
        wrong[DAY_KEYS[0]] = "Isi jam kerja paling sedikit satu hari."
    if wrong:
        raise Problem.of("invalid", wrong)
    with journal.transaction():
        body = HoursSet(
            journal.next_id("office_hours"),
            name.strip(),
            since.isoformat(),
            until.isoformat() if until else "",
            texts,
            basis.strip(),
        )
        journal.record(body, subject="calendar", actor=actor.username, at=now)


def set_shift(journal: Journal, actor: Actor, *, day: date, name: str, spans: str, now: datetime) -> None:
    """Hours of one day in place of the usual ones, also on a day off; empty hours bring the usual ones back."""
    require(actor, "office.settings")
    wrong: dict[str, str] = {}
    if day < office_date(now):
        wrong["day"] = "Hari yang sudah lewat tidak dapat diubah."
    if not name.strip() or len(name) > 80:
        wrong["shift_name"] = "Tulis keterangannya, paling panjang 80 huruf."
    try:
        parse_spans(spans)
    except HoursError as error:
        wrong["spans"] = str(error)
    if wrong:
        raise Problem.of("invalid", wrong)
    with journal.transaction():
        journal.record(
            ShiftSet(day.isoformat(), name.strip(), spans.strip()), subject="calendar", actor=actor.username, at=now
        )

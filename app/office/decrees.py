"""The decrees (SKB 3 Menteri) behind a year's days off: which ones the office's table names, and what the program
brings along that the table does not hold yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.office import service
from app.office.events import HolidayData
from app.office.tables import HolidayRow
from schema.calendar import HolidayRow as ShippedDay
from schema.calendar import seed_holidays
from schema.database import Database
from sync.journal import Journal

OWN = "kantor"
"""Source of a day that the office typed itself; it is never taken out by what the program brings along."""


class Update(NamedTuple):
    """What taking over the program's file of a year would change: days to write, dates to take out."""

    days: list[HolidayData]
    removed: list[str]


def decrees(rows: Sequence[HolidayRow]) -> list[str]:
    """The decrees that a year's days name, in the order in which they appear; local days aside."""
    return list(dict.fromkeys(row.basis for row in rows if row.kind != "lokal" and row.basis))


def shipped_update(db: Database, year: int) -> Update:
    """What the program's file of a year has otherwise than the office's table; both lists empty where it agrees."""
    held = {row.on_date: row for row in service.holidays(db, year)}
    shipped = {one.date.isoformat(): one for one in seed_holidays() if one.date.year == year}
    days = [
        HolidayData(on, one.name, one.kind, one.basis, one.source)
        for on, one in shipped.items()
        if differs(one, held.get(on))
    ]
    removed = [
        on for on, row in held.items() if on not in shipped and row.kind != "lokal" and row.source != OWN
    ]
    return Update(days, removed if shipped else [])


def differs(one: ShippedDay, held: HolidayRow | None) -> bool:
    """Whether the program's day is another than the office's; a day that the office typed itself stays."""
    if held is None:
        return True
    return held.source != OWN and (one.name, one.kind, one.basis) != (held.name, held.kind, held.basis)


def take_over(journal: Journal, actor: Actor, *, year: int, now: datetime) -> None:
    """Write the program's file of a year into the office's table. Raises Problem where nothing differs."""
    require(actor, "office.settings")
    update = shipped_update(journal.db, year)
    if not update.days and not update.removed:
        raise Problem.of("conflict", why=f"Kalender {year} sudah sama dengan yang dibawa program.")
    service.set_holidays(journal, actor, days=update.days, removed=update.removed, now=now,
                         reason=f"Kalender {year} yang dibawa program diambil alih.")  # fmt: skip

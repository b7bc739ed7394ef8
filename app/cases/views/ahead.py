"""The strip of days ahead: promises due by day, and the days on which nobody works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from app.cases import queries
from app.core.workdays import WEEKDAYS
from app.office import service as office
from app.web.context import current_actor, db, today
from app.web.weeks import short_holiday

LENGTH = 14
SHORT = {
    "Senin": "Sn",
    "Selasa": "Sl",
    "Rabu": "Rb",
    "Kamis": "Km",
    "Jumat": "Jm",
    "Sabtu": "Sb",
    "Minggu": "Mg",
}


def days_ahead(address: Callable[[date], str]) -> list[dict[str, Any]]:
    """One cell for everything late, one for today, then the next two weeks. `address` gives a day's list."""
    counts, first = queries.due_counts(db(), current_actor()), today()
    late = sum(count for day, count in counts.items() if day < first)
    cells = [
        {
            "label": "Lewat",
            "count": late,
            "href": address(first - timedelta(days=1)) if late else "",
            "kind": "over" if late else "",
        }
    ]
    cells += [cell(first + timedelta(days=step), counts, address) for step in range(LENGTH)]
    return cells


def note_ahead() -> str:
    """What stands under the strip when its last day lies in a year that waits for its decree."""
    return office.calendar(db()).estimate_note(today() + timedelta(days=LENGTH - 1))


def cell(day: date, counts: Mapping[date, int], address: Callable[[date], str]) -> dict[str, Any]:
    """One day."""
    calendar = office.calendar(db())
    label = "Hari ini" if day == today() else f"{SHORT[WEEKDAYS[day.weekday()]]} {day.day}"
    count = counts.get(day, 0)
    if not count and not calendar.is_workday(day):
        holiday = calendar.holiday(day)
        return {
            "label": label,
            "count": 0,
            "href": "",
            "kind": "off",
            "why": short_holiday(holiday.name) if holiday else "",
        }
    return {
        "label": label,
        "count": count,
        "href": address(day) if count else "",
        "kind": "now" if day == today() and count else "",
    }

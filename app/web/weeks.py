"""The explained promise as weeks of a calendar, ready to draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from app.core.date_input import MONTHS
from app.core.workdays import Day


class Cell(msgspec.Struct, frozen=True):
    """One day: what stands above (`2 Mar`), the running number, words below, and classes of the stylesheet."""

    day: str
    number: int | None
    words: tuple[str, ...]
    classes: str


WEEKEND = ("Sabtu", "Minggu")
BLANK = Cell("", None, (), "")


def weeks(days: Sequence[Day], today: date) -> list[list[Cell]]:
    """Rows of seven cells, Monday first, from the week of the start to the week of the promise."""
    if not days:
        return []
    first = days[0].date
    cells = [BLANK] * first.weekday() + [cell(day, today, day is days[0], day is days[-1]) for day in days]
    cells += [BLANK if (days[-1].date + timedelta(days=step)).weekday() < 5 else Cell("", None, (), "off")
              for step in range(1, 7 - days[-1].date.weekday())]  # fmt: skip
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def cell(day: Day, today: date, first: bool, last: bool) -> Cell:
    """Draw one explained day. The month stands at its first day and at the start."""
    label = str(day.date.day)
    if first or day.date.day == 1:
        label += f" {MONTHS[day.date.month - 1][:3]}"
    classes, words = [], []
    if first:
        classes.append("start")
        words.append("mulai")
    elif day.number is None:
        classes.append("off")
        if holiday := short_holiday(day.reason):
            label, words = f"{label} {holiday}", []
    elif last:
        classes.append("due")
        words.append("janji")
    elif day.date <= today:
        classes.append("done")
    if day.date == today:
        classes.append("today")
        words.append("hari ini")
    return Cell(label, 0 if first else day.number, tuple(words), " ".join(classes))


def short_holiday(reason: str) -> str:
    """Why a day does not count, as it fits into a cell: `Minggu, Hari kedua dari Hari Raya Idul Fitri` → `Idul Fitri`.

    A plain weekend needs no word.
    """
    name = next((reason.removeprefix(f"{day}, ") for day in WEEKEND if reason.startswith(f"{day}, ")), reason)
    if name in WEEKEND:
        return ""
    if name.lower().startswith("cuti bersama"):
        return "Cuti bersama"
    return name.split("(")[0].split("Hari Raya ")[-1].split("Hari Suci ")[-1].strip()

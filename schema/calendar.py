"""Seed of the office's table of days off: the files in schema/calendar, one per year.

The table stays editable: decrees are revised in mid-year and an office has local days of its own.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast

import msgspec

FOLDER = Path(__file__).with_name("calendar")
KINDS = ("libur", "cuti_bersama")


class HolidayRow(msgspec.Struct, frozen=True):
    """One day off with its legal basis and where the row was taken from; `(perkiraan)` in the name
    marks a date that still depends on the sighting of the moon."""

    date: date
    name: str
    kind: Literal["libur", "cuti_bersama"]
    basis: str
    source: str


@cache
def seed_holidays() -> tuple[HolidayRow, ...]:
    """All rows of all years in order of date. Raises ValueError naming file and line of a bad row."""
    rows = [row for path in sorted(FOLDER.glob("hari-libur-*.csv")) for row in _read(path)]
    return tuple(sorted(rows, key=lambda row: row.date))


def _read(path: Path) -> list[HolidayRow]:
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                rows.append(_row(row))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path.name} line {line}: {error}") from error
    return rows


def _row(row: dict[str, str]) -> HolidayRow:
    if row["kind"] not in KINDS:
        raise ValueError(f"kind {row['kind']!r} is none of {KINDS}")
    kind = cast(Literal["libur", "cuti_bersama"], row["kind"])
    return HolidayRow(date.fromisoformat(row["date"]), row["name"], kind, row["basis"], row["source"])

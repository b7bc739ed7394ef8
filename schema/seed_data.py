"""Seed of the office's table of days off: the files in schema/calendar, one per year.

The table stays editable: decrees are revised in mid-year and an office has local days of its own.
"""

import csv
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from schema.structs import convert_values

CALENDAR_FOLDER = Path(__file__).with_name("calendar")


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
    rows = [row for path in sorted(CALENDAR_FOLDER.glob("hari-libur-*.csv")) for row in _read_holidays(path)]
    return tuple(sorted(rows, key=lambda row: row.date))


@cache
def seed_hours() -> tuple[dict[str, Any], ...]:
    """Dated office hours as the file names them; `app.core.workdays` reads their texts."""
    text = (CALENDAR_FOLDER / "jam-kerja.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["hours"])


def _read_holidays(path: Path) -> Iterator[HolidayRow]:
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                yield convert_values(row, HolidayRow)
            except msgspec.ValidationError as error:
                raise ValueError(f"{path.name} line {line}: {error}") from error


REGION_FOLDER = Path(__file__).with_name("regions")


class Region(msgspec.Struct, frozen=True):
    code: str
    name: str


class Village(Region, frozen=True):
    """A desa or kelurahan; the last four digits of its code begin with 2 or 1 accordingly."""

    @property
    def kind(self) -> Literal["desa", "kelurahan"]:
        if self.code[6] == "1":
            return "kelurahan"
        return "desa"


@cache
def seed_regency() -> Region:
    return Region(*_read_rows("kabupaten.csv")[0])


@cache
def seed_kecamatan() -> tuple[Region, ...]:
    return tuple(Region(*row) for row in _read_rows("kecamatan.csv"))


@cache
def seed_villages(kecamatan: str = "350807") -> tuple[Village, ...]:
    """The villages of one kecamatan in order of code; empty for one that is not in the data set."""
    rows = [row for row in _read_rows("desa.csv") if row[0][:6] == kecamatan]
    return tuple(Village(*row) for row in rows)


@cache
def known_region_codes() -> frozenset[str]:
    codes = {code for (code,) in _read_rows("kode-wilayah.csv")}
    return frozenset(codes).union(region.code for region in seed_kecamatan())


def _read_rows(name: str) -> list[list[str]]:
    with (REGION_FOLDER / name).open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return list(lines)

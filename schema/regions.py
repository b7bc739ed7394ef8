"""Region rows of Kabupaten Lumajang and the codes of all regencies (schema/regions, ODbL 1.0).

Codes are Kemendagri codes without dots: province 2 digits, regency 4, kecamatan 6, village 10.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

FOLDER = Path(__file__).with_name("regions")


class Region(msgspec.Struct, frozen=True):
    """A province, regency or kecamatan."""

    code: str
    name: str


class Village(Region, frozen=True):
    """A desa or kelurahan; the last four digits of its code begin with 2 or 1 accordingly."""

    @property
    def kind(self) -> Literal["desa", "kelurahan"]:
        return "kelurahan" if self.code[6] == "1" else "desa"


@cache
def province() -> Region:
    """The province of this data set."""
    return Region(*_rows("provinsi.csv")[0])


@cache
def regency() -> Region:
    """The regency of this data set."""
    return Region(*_rows("kabupaten.csv")[0])


@cache
def kecamatan() -> tuple[Region, ...]:
    """All kecamatan of the regency in order of code."""
    return tuple(Region(*row) for row in _rows("kecamatan.csv"))


@cache
def villages(kecamatan: str = "350807") -> tuple[Village, ...]:
    """The villages of one kecamatan in order of code; empty for one that is not in the data set."""
    return tuple(Village(*row) for row in _rows("desa.csv") if row[0][:6] == kecamatan)


@cache
def known_regions() -> frozenset[str]:
    """Every province and regency code and the kecamatan codes of our regency, for `nik_warnings`."""
    return frozenset(code for (code,) in _rows("kode-wilayah.csv")) | {region.code for region in kecamatan()}


def known_region6(code: str) -> bool | None:
    """Whether a region code of six digits is in today's list.

    None when the regency exists but its kecamatan are not shipped, so nobody here can tell.
    """
    if code[:4] == regency().code:
        return code in known_regions()
    return None if code[:4] in known_regions() else False


def _rows(name: str) -> list[list[str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return list(lines)

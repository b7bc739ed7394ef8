"""What a NIK says of itself beside the field in which it is typed."""

from datetime import date

import pytest

from app.casework.desk.findings import nik_parts
from app.core.identity import Nik
from schema.seed_data import seed_kecamatan

TODAY = date(2026, 3, 12)
OTHER = next(one for one in seed_kecamatan() if one.code != "350899")


@pytest.mark.parametrize(
    ("nik", "parts"),
    [
        ("3508991203790001", [("35.08.99", "wilayah kita"), ("12 Maret 1979", "laki-laki"), ("0001", "nomor urut")]),
        (
            "3508995203790012",
            [("35.08.99", "wilayah kita"), ("12 Maret 1979", "perempuan (12 + 40)"), ("0012", "nomor urut")],
        ),
        ("9999993002050000", [("99.99.99", "bukan wilayah kita"), ("30-02-05", "laki-laki"), ("0000", "nomor urut")]),
        (f"{OTHER.code}1203050001", [None, ("12 Maret 2005", "laki-laki"), ("0001", "nomor urut")]),
    ],
)
def test_region_birth_and_serial(nik: str, parts: list[tuple[str, str] | None]) -> None:
    region = f"{nik[:2]}.{nik[2:4]}.{nik[4:6]}", OTHER.name
    assert nik_parts(Nik(nik), "350899", TODAY) == [part or region for part in parts]

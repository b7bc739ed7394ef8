"""The shipped regions are those of the regency's own figures."""

import pytest

from app.core.identity import Nik, nik_warnings
from schema.seed_data import (
    known_region_codes,
    seed_kecamatan,
    seed_regency,
    seed_villages,
)


def test_the_regency_is_complete() -> None:
    assert seed_regency().name == "KABUPATEN LUMAJANG"
    assert [region.code for region in seed_kecamatan()] == [f"3508{number:02d}" for number in range(1, 22)]
    kinds = [village.kind for region in seed_kecamatan() for village in seed_villages(region.code)]
    assert (kinds.count("desa"), kinds.count("kelurahan")) == (198, 7)


def test_the_twelve_villages_of_yosowilangun() -> None:
    assert [village.name for village in seed_villages()] == [
        "Darungan",
        "Kraton",
        "Wotgalih",
        "Tunjungrejo",
        "Yosowilangun Kidul",
        "Yosowilangun Lor",
        "Krai",
        "Karanganyar",
        "Karangrejo",
        "Munder",
        "Kebonsari",
        "Kalipepe",
    ]
    assert seed_villages()[0].code == "3508072001"
    assert seed_villages("999999") == ()


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("350807", True),
        ("350899", False),
        ("3578", True),
        ("3599", False),
        ("9202", True),
        ("9102", False),  # Jayawijaya before it became 95.01
        ("9601", True),
    ],
)
def test_known_regions(code: str, known: bool) -> None:
    assert (code in known_region_codes()) is known


def test_counts_and_warnings_of_the_whole_country() -> None:
    assert [sum(len(code) == size for code in known_region_codes()) for size in (2, 4, 6)] == [38, 514, 21]
    assert "tidak ada di daftar" in nik_warnings(Nik("3508991708900003"), known_regions=known_region_codes())[0]
    assert "bukan 350807" in nik_warnings(Nik("9202011708900000"), known_regions=known_region_codes())[0]
    [only_serial] = nik_warnings(Nik("3508071708900000"), known_regions=known_region_codes())
    assert "0000" in only_serial

"""The shipped regions are those of the regency's own figures."""

import pytest

from app.core.values import Nik, nik_warnings
from schema.regions import kecamatan, known_region6, known_regions, province, regency, villages


def test_the_regency_is_complete() -> None:
    assert (province().name, regency().name) == ("JAWA TIMUR", "KABUPATEN LUMAJANG")
    assert [region.code for region in kecamatan()] == [f"3508{number:02d}" for number in range(1, 22)]
    kinds = [village.kind for region in kecamatan() for village in villages(region.code)]
    assert (kinds.count("desa"), kinds.count("kelurahan")) == (198, 7)


def test_the_twelve_villages_of_yosowilangun() -> None:
    assert [village.name for village in villages()] == [
        "Darungan", "Kraton", "Wotgalih", "Tunjungrejo", "Yosowilangun Kidul", "Yosowilangun Lor",
        "Krai", "Karanganyar", "Karangrejo", "Munder", "Kebonsari", "Kalipepe",
    ]  # fmt: skip
    assert villages()[0].code == "3508072001"
    assert villages("999999") == ()


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("350807", True),
        ("350899", False),
        ("357801", None),
        ("359901", False),
        ("920201", None),
        ("910201", False),  # Jayawijaya before it became 95.01
        ("960101", None),
    ],
)
def test_known_regions(code: str, known: bool | None) -> None:
    assert known_region6(code) is known


def test_counts_and_warnings_of_the_whole_country() -> None:
    assert [sum(len(code) == size for code in known_regions()) for size in (2, 4, 6)] == [38, 514, 21]
    assert "tidak ada di daftar" in nik_warnings(Nik("3508991708900003"), known_regions=known_regions())[0]
    assert "bukan 350807" in nik_warnings(Nik("9202011708900000"), known_regions=known_regions())[0]
    [only_serial] = nik_warnings(Nik("3508071708900000"), known_regions=known_regions())
    assert "0000" in only_serial

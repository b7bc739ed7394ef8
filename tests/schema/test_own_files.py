"""Definition files of an office's own: used from its data folder, held by its backups, back after a restore."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compose
from schema import own_files
from schema.database import SqliteDatabase
from schema.indicators import INDICATORS
from schema.migrations import migrate_database
from schema.own_files import keep_own_files, put_own_files_back
from schema.own_files import own_files as files_of
from schema.own_indicators import office_indicators, own_indicator_faults

OWN = """id = "loket-kami"
title = "Sasaran loket"
source = "Keputusan Camat 1/2026"
years = [2026]

[[indicators]]
id = "tertib"
component = "Loket"
name = "Berkas tertib"
definition = "Berkas yang tertib dibanding seluruh berkas."
unit = "percent"
direction = "more"
measured = "year"
formula = { numerator = "Tertib", denominator = "Seluruhnya", scale = 100 }
targets = { 2026 = "90" }
"""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    opened = compose.open_side("office", tmp_path / "data")
    assert isinstance(opened, SqliteDatabase)
    migrate_database(opened, "office")
    yield opened
    opened.close()


def write_own(data: Path, name: str = "loket-kami", text: str = OWN) -> Path:
    path = data / "definisi/indikator" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(data: Path | None) -> list[tuple[str, int]]:
    """Files of an office of the standard profile, with how many indicators each has."""
    return [(file.id, len(file.indicators)) for file in office_indicators(("kecamatan",), data)]


def test_an_own_file_is_used_beside_those_of_the_profile_from_the_next_page_on(tmp_path: Path) -> None:
    [shipped] = names(tmp_path)
    assert names(None) == [shipped]
    path = write_own(tmp_path)
    assert names(tmp_path) == [shipped, ("loket-kami", 1)]
    second = OWN[OWN.index("[[indicators]]") :].replace("tertib", "rapi")
    write_own(tmp_path, text=OWN + "\n" + second)
    assert names(tmp_path) == [shipped, ("loket-kami", 2)]
    path.unlink()
    assert names(tmp_path) == [shipped]


def test_an_own_file_of_a_shipped_name_stands_in_its_place(tmp_path: Path) -> None:
    write_own(tmp_path, "kecamatan", OWN.replace("loket-kami", "kecamatan"))
    assert names(tmp_path) == [("kecamatan", 1)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (OWN.replace('unit = "percent"', 'unit = "lembar"'), "baris 11"),
        (OWN.replace("loket-kami", "lain"), "id harus sama dengan nama dokumen"),
        ("[[", "baris 1"),
    ],
)
def test_one_with_a_fault_is_left_out_and_its_line_is_told(tmp_path: Path, text: str, why: str) -> None:
    shipped = names(tmp_path)
    write_own(tmp_path, text=text)
    assert names(tmp_path) == shipped
    assert why in own_indicator_faults(tmp_path)["loket-kami.toml"]


def test_one_that_is_not_even_text_or_far_too_large_harms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = names(tmp_path)
    write_own(tmp_path).write_bytes(b"\xff\xfe")
    assert (names(tmp_path), "UTF-8" in own_indicator_faults(tmp_path)["loket-kami.toml"]) == (shipped, True)
    monkeypatch.setattr(own_files, "MOST_BYTES", 1)
    assert files_of(tmp_path, "indikator") == []


def test_a_backup_holds_them_and_a_restore_puts_back_what_is_missing(db: SqliteDatabase) -> None:
    data = Path(db.database).parent
    path, other = write_own(data), write_own(data, "lain", OWN.replace("loket-kami", "lain"))
    keep_own_files(db)
    path.unlink()
    other.write_text("# ditulis kemudian\n", encoding="utf-8")
    assert put_own_files_back(db) == ["indikator/loket-kami.toml"]
    assert path.read_text(encoding="utf-8") == OWN
    assert other.read_text(encoding="utf-8") == "# ditulis kemudian\n"
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()
    keep_own_files(db)
    assert put_own_files_back(db) == [], "what the office took away stays away"
    assert db.one("SELECT count(*) FROM own_definition") == (1,)


def test_every_shipped_file_would_fit(tmp_path: Path) -> None:
    for shipped in INDICATORS.glob("*.toml"):
        write_own(tmp_path, shipped.stem, shipped.read_text(encoding="utf-8"))
    assert set(own_indicator_faults(tmp_path).values()) == {""}

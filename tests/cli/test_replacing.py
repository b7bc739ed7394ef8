"""`restore --replace` says whose data goes and whose comes, and puts no other office in place unasked."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import compose
from app.cli.replacing import HeldOffice, check_same_office, read_held_office, replaced_lines
from sync.backup import BackupError
from tests.cli.calling import run
from tests.cli.test_backup import office

HERE = "Kecamatan Yosowilangun (kode 350807), catatan terakhir Senin, 2 Maret 2026 pukul 09.00"
THERE = "Kecamatan Tempursari (kode 350801), catatan terakhir Senin, 2 Maret 2026 pukul 09.00"


class Sealed:
    """A backup and the file with its key."""

    def __init__(self, data: Path) -> None:
        made = json.loads(run("backup", "--data", str(data), "--json").stdout)
        self.path, self.key = str(made["path"]), data / "kunci.txt"
        self.key.write_text(made["recovery_key"], encoding="utf-8")

    def arguments(self, data: Path, *more: str) -> list[str]:
        return ["restore", self.path, "--key-file", str(self.key), "--data", str(data), "--replace", *more]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    office(tmp_path / "kantor")
    return tmp_path / "kantor"


@pytest.fixture
def other(tmp_path: Path) -> Sealed:
    office(tmp_path / "lain", "350801", "Kecamatan Tempursari")
    return Sealed(tmp_path / "lain")


def code_in(data: Path) -> str:
    db = compose.open_side("office", data)
    try:
        return compose.journal("office", db).source
    finally:
        db.close()


def test_another_office_is_refused_by_name_and_date(here: Path, other: Sealed) -> None:
    refused = run(*other.arguments(here))
    assert refused.returncode == 1
    assert f"Di sini: {HERE}. Cadangan: {THERE}. Tidak ada yang diganti." in refused.stderr
    assert code_in(here) == "350807"
    assert list(here.glob("*.lama-*")) == []


def test_a_damaged_database_is_known_by_its_marker(here: Path, other: Sealed) -> None:
    (here / "kantor.penanda").write_text(
        '{"source":"350807","tokens":["a"],"entry":1,"hash":"","machine":""}', encoding="utf-8"
    )
    (here / "kantor.sqlite3").write_bytes(b"\xff" * 8192)
    refused = run(*other.arguments(here))
    assert (refused.returncode, "kantor berkode 350807, catatan terakhir tidak terbaca" in refused.stderr) == (1, True)


def test_another_office_comes_when_it_is_said_and_the_answer_names_both(here: Path, other: Sealed) -> None:
    done = run(*other.arguments(here, "--other-office"))
    assert done.returncode == 0, done.stderr
    assert f"Sekarang di sini: {THERE}.\nYang digantikan: {HERE}." in done.stdout
    assert code_in(here) == "350801"


@pytest.mark.parametrize(("typed", "code"), [("ya", 1), ("GANTI", 0)])
def test_at_a_terminal_both_stand_in_the_question(here: Path, typed: str, code: int) -> None:
    sealed = Sealed(here)
    done = run(*sealed.arguments(here), typed=f"{typed}\n", terminal=True)
    assert done.returncode == code, done.stderr
    assert f"Yang ada di sini: {HERE}.\nYang dipulihkan: {HERE}.\nKetik GANTI untuk meneruskan" in done.stdout
    assert ("Tidak ada yang diganti" in done.stderr) == bool(code)
    assert len(list(here.glob("*.lama-*"))) == 1 - code


MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (
            HeldOffice("350899", "Contoh", MOMENT),
            "Contoh (kode 350899), catatan terakhir Senin, 2 Maret 2026 pukul 08.00",
        ),
        (HeldOffice("350899", "Contoh"), "Contoh (kode 350899), catatan terakhir tidak terbaca"),
        (HeldOffice("350899"), "kantor berkode 350899, catatan terakhir tidak terbaca"),
        (HeldOffice(""), "kantor berkode tidak terbaca, catatan terakhir tidak terbaca"),
    ],
)
def test_whose_data_it_is_in_words(held: HeldOffice, words: str) -> None:
    assert held.words == words
    assert replaced_lines(None, held) == [f"Sekarang di sini: {words}."]
    assert replaced_lines(held, held) == [f"Sekarang di sini: {words}.", f"Yang digantikan: {words}."]


@pytest.mark.parametrize(
    ("here", "there", "agreed", "refused"),
    [
        (None, "350899", False, False),
        ("350899", "350899", False, False),
        ("", "350899", False, False),
        ("350898", "350899", False, True),
        ("350898", "350899", True, False),
        ("350898", "", False, True),
    ],
)
def test_only_another_office_of_which_something_is_known_is_refused(
    here: str | None, there: str, agreed: bool, refused: bool
) -> None:
    held = None if here is None else HeldOffice(here)
    with pytest.raises(BackupError) if refused else nullcontext():
        check_same_office(held, HeldOffice(there), agreed)


def test_a_damaged_file_without_a_marker_is_of_an_office_that_nobody_can_read(tmp_path: Path) -> None:
    database = tmp_path / "kantor.sqlite3"
    assert read_held_office(database, "office") is None
    database.touch()
    assert read_held_office(database, "office") is None
    database.write_bytes(b"no database at all" * 100)
    assert read_held_office(database, "office") == HeldOffice("")

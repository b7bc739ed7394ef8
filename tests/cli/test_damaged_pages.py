"""A damaged page of the database: the proof after a start finds it, and everybody reads so in Indonesian."""

import re
from pathlib import Path

import apsw
import pytest

from app import compose
from app.cli import proving
from app.compose_office import make_office_app
from app.core import clock
from app.core.permissions import SYSTEM
from app.platform.people.changes import AddPerson
from app.platform.people.service import add_person
from sync.scheduler import UNKEPT, newest_fault
from sync.verification import UNREADABLE, damage_words
from tests.cli.test_backup import CHEAP, office
from tests.platform.people import PASSWORD, Browser

ENGLISH = re.compile(r"missing|index |row \d|page |Error|malformed|database")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    office(tmp_path)
    return tmp_path


def overwrite(data: Path, name: str) -> None:
    """Put other bytes over the first page of a table or index, as a bad disk does."""
    file = data / "kantor.sqlite3"
    tool = apsw.Connection(str(file))
    tool.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = tool.execute("PRAGMA page_size").get
    page = tool.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).get
    tool.close()
    with file.open("r+b") as pages:
        pages.seek((page - 1) * size)
        pages.write(b"\xa5" * size)


def prove_soon(data: Path) -> bool:
    """What the process of the everyday form does; whether it found nothing."""
    return not proving.prove_or_tell_damage("office", data, fresh=True).faults


@pytest.mark.parametrize("name", ["journal_body", "complaint", "case_event", "sqlite_autoindex_journal_1", "holiday"])
def test_the_proof_after_a_start_finds_the_page(data: Path, name: str) -> None:
    overwrite(data, name)
    assert not prove_soon(data)
    db = compose.open_side("office", data)
    fault = newest_fault(db)
    assert fault.startswith("Basis data rusak: ")
    assert ENGLISH.search(fault.partition(":")[2].replace("indeks", "")) is None


@pytest.mark.parametrize("role", ["counter", "village", "sekretaris"])
def test_the_sentence_stands_on_every_desk(data: Path, role: str) -> None:
    tool = apsw.Connection(str(data / "kantor.sqlite3"))
    tool.execute("DROP TRIGGER journal_no_update")
    tool.close()
    assert not prove_soon(data)
    db = compose.open_side("office", data)
    journal = compose.journal("office", db)
    area = "3508072002" if role == "village" else None
    add_person(
        journal,
        SYSTEM,
        AddPerson(username="sari", name="Sari Dewi", roles=(role,), area=area),
        password=PASSWORD,
        must_change=False,
        now=clock.now(),
        cost=CHEAP,
    )
    page = Browser(make_office_app(journal, data, {"TESTING": True}), "sari").get("/").text
    assert "Basis data perlu diperiksa" in page
    assert newest_fault(db) in page


def test_a_database_that_takes_nothing_more_has_its_fault_beside_it(data: Path) -> None:
    overwrite(data, "proof")
    assert not prove_soon(data)
    assert (data / UNKEPT).read_text(encoding="utf-8").startswith("Basis data rusak: ")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("row 7 missing from index case_key_value", "indeks case_key_value tidak cocok dengan tabelnya"),
        ("wrong # of entries in index case_key_value", "indeks case_key_value tidak cocok dengan tabelnya"),
        ("non-unique entry in index journal_place", "indeks journal_place tidak cocok dengan tabelnya"),
        ("NULL value in case_file.number", "isi tabel case_file tidak wajar"),
        ("Tree 5 page 7 cell 3: Rowid 12 out of order", "halaman 7 dari dokumennya tidak dapat dibaca"),
        ("Page 9: never used", "halaman 9 dari dokumennya tidak dapat dibaca"),
        ("Freelist: size is 3 but should be 4", UNREADABLE),
    ],
)
def test_what_sqlite_says_is_told_in_indonesian(told: str, words: str) -> None:
    assert damage_words(told) == words

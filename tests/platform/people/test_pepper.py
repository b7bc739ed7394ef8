"""The pepper of the PINs: a secret beside the database, without which a hash of six digits is worth nothing."""

import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from app import compose
from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.platform.people import credentials, queries, service
from app.platform.people.changes import AddPerson
from app.platform.people.hashing import PEPPER_FILE, hash_secret, make_pepper, read_pepper, secret_matches
from app.platform.people.sessions import does_pin_open, find_session, open_session
from schema.data_folder import write_whole
from schema.database import Database
from schema.migrations import Side, migrate_database
from tests.platform.people import CHEAP, PASSWORD, PIN, START
from tests.postgres import Server


class House:
    """One side with one person who has a PIN, opened as the program opens it."""

    def __init__(self, side: Side, data: Path) -> None:
        self.side, self.data = side, data
        self.db = compose.open_side(side, data)
        migrate_database(self.db, side)
        self.journal = journal = compose.journal(side, self.db)
        if not journal.has_identity:
            journal.open_epoch("350899" if side == "office" else "dukcapil-3508", START)
            role = "admin" if side == "office" else "centre_admin"
            number = service.add_person(
                journal,
                SYSTEM,
                AddPerson(username="eko", name="Eko Prabowo", roles=(role,)),
                password=PASSWORD,
                must_change=False,
                cost=CHEAP,
                now=START,
            )
            eko = Actor(number, "Eko Prabowo", "eko", frozenset())
            credentials.set_pin(journal, eko, password=PASSWORD, pin=PIN, now=START, cost=CHEAP)
        found = queries.actor_named(self.db, "eko", START.date())
        assert found is not None
        self.eko = found

    def stored(self) -> str:
        """The hash of the PIN."""
        row = self.db.one("SELECT pin FROM credential WHERE person_id = ?", (self.eko.person_id,))
        assert row is not None
        return str(row[0])

    def misses(self) -> int:
        row = self.db.one("SELECT pin_misses FROM credential WHERE person_id = ?", (self.eko.person_id,))
        assert row is not None
        return int(row[0])

    def confirm(self, pin: str = PIN) -> str:
        """The problem of a confirmation, nothing when it is good."""
        try:
            credentials.confirm_pin(self.db, self.eko, pin, now=START + credentials.PIN_WAITS)
        except Problem as problem:
            return problem.code
        return ""


@pytest.fixture(params=["office", "centre", "postgres"])
def known(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Each side, the centre over both engines."""
    cluster: Server | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    with cluster.database() if cluster else nullcontext("") as address:
        monkeypatch.setenv("LOKET_CENTRE_DB", address)
        (tmp_path / "data").mkdir()
        made = House("office" if request.param == "office" else "centre", tmp_path / "data")
        yield made
        made.db.close()


def test_who_holds_the_database_alone_cannot_try_a_pin(known: House) -> None:
    stored = known.stored()
    assert stored.startswith("scrypt+")
    assert not secret_matches(PIN, stored)  # the right digits, without the file
    assert secret_matches(PIN, stored, pepper=read_pepper(known.db))
    assert not secret_matches("735104", stored, pepper=read_pepper(known.db))
    assert (known.confirm(), known.confirm("735104")) == ("", "wrong_pin")
    row = known.db.one("SELECT password FROM credential")
    assert row is not None
    assert row[0].startswith("scrypt$")
    if os.name == "posix":
        assert (known.data / PEPPER_FILE).stat().st_mode & 0o777 == 0o600


def test_a_pin_from_elsewhere_is_no_miss_and_is_made_anew_with_the_password(known: House) -> None:
    token = open_session(known.db, person_id=known.eko.person_id, now=START)
    (known.data / PEPPER_FILE).unlink()
    for _ in range(7):
        assert known.confirm() == "pin_elsewhere"
    assert known.misses() == 0
    assert not credentials.has_pin(known.db, known.eko.person_id)
    assert credentials.is_pin_elsewhere(known.db, known.eko.person_id)
    opened = find_session(known.db, token, now=START, idle=600)
    assert opened is not None
    assert not does_pin_open(known.db, opened, now=START)
    assert not (known.data / PEPPER_FILE).exists()  # asking makes none
    credentials.set_pin(known.journal, known.eko, password=PASSWORD, pin=PIN, now=START, cost=CHEAP)
    assert (known.confirm(), credentials.has_pin(known.db, known.eko.person_id)) == ("", True)


def test_an_office_on_another_pc_decides_on_the_same_day_but_nobody_with_a_given_password(
    known: House,
) -> None:
    later = START + 2 * credentials.PIN_WAITS

    def made_anew() -> str:
        (known.data / PEPPER_FILE).unlink()
        credentials.set_pin(known.journal, known.eko, password=PASSWORD, pin="735914", now=later, cost=CHEAP)
        try:
            credentials.confirm_pin(known.db, known.eko, "735914", now=later)
        except Problem as problem:
            return problem.code
        return ""

    assert made_anew() == ""
    hashed = hash_secret(PASSWORD, CHEAP)
    with known.db.writing():
        credentials.put_password(
            known.db, known.eko.person_id, hashed, must_change=True, now=later + credentials.PIN_WAITS
        )
    later += 2 * credentials.PIN_WAITS
    assert made_anew() == "pin_waits"


def test_a_pin_from_before_the_pepper_is_good_and_gets_it_when_it_is_right(known: House) -> None:
    known.db.run("UPDATE credential SET pin = ?", (hash_secret(PIN, CHEAP),))
    (known.data / PEPPER_FILE).unlink()
    assert credentials.has_pin(known.db, known.eko.person_id)
    assert known.confirm("735104") == "wrong_pin"
    assert known.stored().startswith("scrypt$")
    assert known.confirm() == ""
    assert known.stored().startswith("scrypt+")
    assert (known.confirm(), known.misses()) == ("", 0)


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 64, b"0" * 63])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    side = House("office", tmp_path)
    write_whole(tmp_path / PEPPER_FILE, content)
    assert side.confirm() == "pin_elsewhere"
    credentials.set_pin(side.journal, side.eko, password=PASSWORD, pin=PIN, now=START, cost=CHEAP)
    assert side.confirm() == ""
    side.db.close()


def test_two_programs_over_one_folder_share_it(tmp_path: Path) -> None:
    side = House("office", tmp_path)
    other = compose.open_side("office", tmp_path)
    assert make_pepper(other) == make_pepper(side.db) == read_pepper(other) != b""
    other.close()
    side.db.close()


def test_it_comes_with_the_folder_and_not_with_the_database(tmp_path: Path) -> None:
    side = House("office", tmp_path / "lama")
    side.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    side.db.close()
    (tmp_path / "pulih").mkdir()
    shutil.copy(tmp_path / "lama" / compose.FILES["office"], tmp_path / "pulih")
    shutil.copytree(tmp_path / "lama", tmp_path / "pindah")
    for folder, answer in (("pulih", "pin_elsewhere"), ("pindah", "")):
        moved = House("office", tmp_path / folder)
        assert moved.confirm() == answer
        moved.db.close()


def test_a_database_without_a_folder_hashes_as_before(office_db: Database) -> None:
    assert (make_pepper(office_db), read_pepper(office_db)) == (b"", b"")
    row = office_db.one("SELECT pin FROM credential WHERE person_id = 4")
    assert row is not None
    assert credentials.pin_counts(office_db, row[0])

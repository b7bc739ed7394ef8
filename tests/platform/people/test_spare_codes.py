"""Spare codes, and what of the second step counts in a copied and in a restored database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compose
from app.platform.people import authenticator
from app.platform.people.authenticator import WINDOW
from sync.evidence import begin_after_restore
from sync.journal import Journal
from tests.platform.people import CHEAP, Clock
from tests.platform.people.phone import Phone


@pytest.fixture
def phone(journal: Journal, clock: Clock) -> Phone:
    """Ratna's, installed; the next step has begun."""
    made = Phone(journal, clock)
    clock.forward(seconds=30)
    return made


def test_a_spare_code_opens_once_and_is_kept_as_a_hash_alone(phone: Phone) -> None:
    assert len(set(phone.spare)) == 8
    stored = "".join(row[0] for row in phone.journal.db.run("SELECT code FROM spare_code"))
    assert stored.count("scrypt$") == 8
    assert not any(code.replace("-", "")[1:] in stored for code in phone.spare)
    assert phone.tries(phone.spare[2].lower().replace("-", " ")) == ""
    assert phone.tries(phone.spare[2]) == "code_used"
    assert phone.tries("1" + phone.spare[1][1:]) == "wrong_code"
    assert authenticator.count_spare_codes(phone.journal.db, phone.actor.person_id) == 7
    fresh = authenticator.make_spare_codes(phone.journal, phone.asked(), cost=CHEAP)
    assert phone.tries(phone.spare[3]) == "wrong_code"
    assert phone.tries(fresh[3]) == ""


# -- a copied and a restored database ------------------------------------------------------------------------------


@pytest.fixture
def data(office_file: Path, tmp_path: Path) -> Path:
    """The data folder of an office, where the secret file lies beside the database."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(office_file, folder)
    return folder


@pytest.fixture
def office_phone(data: Path, clock: Clock) -> Iterator[Phone]:
    """Ratna's, over a database with its folder."""
    db = compose.open_side("office", data)
    made = Phone(compose.journal("office", db), clock)
    clock.forward(seconds=30)
    yield made
    db.close()


def copied(phone: Phone, folder: Path) -> Journal:
    """The office of a copy of its database as it stands now, in another folder."""
    folder.mkdir()
    phone.journal.db.run("VACUUM INTO ?", (str(folder / "kantor.sqlite3"),))
    return compose.journal("office", compose.open_side("office", folder))


def test_a_copied_database_holds_no_key_and_opens_nothing_elsewhere(tmp_path: Path, office_phone: Phone) -> None:
    phone = office_phone
    phone.journal = copied(phone, tmp_path / "elsewhere")
    assert phone.tries(phone.code()) == "code_elsewhere"
    [(salt,)] = list(phone.journal.db.run("SELECT salt FROM authenticator"))
    assert authenticator.key_of(phone.journal.db, phone.actor.person_id, salt) != phone.key
    assert phone.tries(phone.spare[0]) == ""
    phone.journal.db.close()


def test_a_restored_database_takes_no_code_of_before(
    tmp_path: Path, data: Path, office_phone: Phone, clock: Clock
) -> None:
    """The backup was made before the code was used: it does not know that it was."""
    phone = office_phone
    restored = copied(phone, tmp_path / "restored")
    shutil.copy(data / "rahasia-pin", tmp_path / "restored")
    used = phone.code(WINDOW)
    assert phone.tries(used) == ""
    phone.journal = restored
    begin_after_restore(restored, tmp_path / "keys", clock())
    assert phone.tries(used) == "code_waits"
    clock.forward(minutes=5)
    assert phone.tries(phone.code()) == "code_waits"
    clock.forward(minutes=5, seconds=30)
    assert phone.tries(phone.code()) == ""
    restored.db.close()


def test_a_spare_code_that_was_used_after_the_backup_opens_nothing_after_its_restore(
    tmp_path: Path, office_phone: Phone, clock: Clock
) -> None:
    """Whoever saw it typed has that one; the owner's paper has others. A restored database elsewhere knows no app."""
    phone, seen = office_phone, office_phone.spare[4]
    restored = copied(phone, tmp_path / "restored")
    assert phone.tries(seen) == ""
    phone.journal = restored
    begin_after_restore(restored, tmp_path / "keys", clock())
    assert phone.tries(seen) == "spare_pair"
    assert phone.tries("5-AAAAA-AAAAA") == "spare_pair"  # a wrong one is told the same
    clock.forward(minutes=11)
    for typed in (f"{seen} {seen}", f"{seen} 1-AAAAA-AAAAA", f"{seen}{phone.spare[1]}7"):
        assert phone.tries(typed) in ("wrong_code", "spare_pair"), typed
    clock.forward(minutes=11)
    assert phone.tries(f"{phone.spare[0]} {phone.spare[1]}") == ""
    assert phone.tries(f"{phone.spare[2]} {phone.spare[1]}") == "code_used"
    assert phone.tries(f"{phone.spare[2]} {phone.spare[3]}") == ""  # the one that came with a used one is not lost
    fresh = authenticator.make_spare_codes(restored, phone.asked(), cost=CHEAP)
    assert phone.tries(fresh[0]) == ""
    begin_after_restore(restored, tmp_path / "keys", clock())
    assert phone.tries(fresh[1]) == "spare_pair"
    restored.db.close()


def test_two_spare_codes_may_be_typed_where_one_is_enough(phone: Phone) -> None:
    assert phone.tries(f"{phone.spare[0]} 2-AAAAA-AAAAA") == "wrong_code"
    assert phone.tries(f"{phone.spare[0]} {phone.spare[1]}") == ""
    assert authenticator.count_spare_codes(phone.journal.db, phone.actor.person_id) == 6

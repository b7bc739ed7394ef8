"""From a case at the counter to the regency's page and back out of it, over a real exchange of two databases."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import compose
from app.casework.desk.tables import CaseFile
from app.casework.public.service import change_status_page, hide_status, publish_states, show_status
from app.centre.public_states import find_state, telling_offices
from sync.evidence import begin_after_restore
from sync.nodes import Node
from sync.slip_seal import PublicState
from sync.verification import verify_side
from tests.proof.counter_work import open_one
from tests.proof.pair import OFFICE, Pair, pair
from tests.proof.worker import Worker


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Pair]:
    """An office that takes part, with one case at its counter, and the centre that has not heard of it."""
    made = pair(tmp_path)
    open_one(Worker(made, random.Random(3)))
    choose(made, "status.contoh.example")
    yield made
    made.close()


def choose(both: Pair, address: str) -> None:
    change_status_page(both.office.journal, both.who("wiji"), address=address, now=both.now)


def tell(both: Pair) -> None:
    """A turn of the office's clockwork, and the next exchange."""
    publish_states(both.office.journal, both.later(minutes=1))
    both.sync()


def put_back(both: Pair, copy: Path) -> None:
    """The centre is restored from a copy; its keys stay."""
    both.centre.db.close()
    folder = both.folder / "pusat"
    for path in folder.glob("pusat.sqlite3*"):
        path.unlink()
    shutil.copy(copy, folder / "pusat.sqlite3")
    journal = compose.journal("centre", compose.open_side("centre", folder))
    both.centre = Node(journal, both.centre.keys, "Pusat Cetak")
    begin_after_restore(journal, folder / "keys", both.later(minutes=1))


def the_case(both: Pair) -> CaseFile:
    case = CaseFile.first(both.office.db, closed=0)
    assert case is not None
    return case


def found(both: Pair) -> PublicState | None:
    return find_state(both.centre.db, OFFICE, the_case(both).code)


def test_the_page_answers_after_the_exchange_and_no_more_once_the_office_stops(both: Pair, tmp_path: Path) -> None:
    assert found(both) is None
    tell(both)
    state = found(both)
    assert state is not None
    assert "Kecamatan Yosowilangun" in state.place
    assert telling_offices(both.centre.db) == {OFFICE: "Yosowilangun"}
    choose(both, "")
    tell(both)
    assert found(both) is None
    assert telling_offices(both.centre.db) == {}
    assert verify_side(both.office.journal, "office", tmp_path / "office.sqlite3").faults == []
    assert verify_side(both.centre.journal, "centre", tmp_path / "centre.sqlite3").faults == []


def test_an_office_that_forgot_what_it_told_tells_it_again_and_nothing_stands_twice(both: Pair) -> None:
    tell(both)
    with both.office.db.writing(), both.office.db.applying():
        both.office.db.run("DELETE FROM told_state")
    tell(both)
    assert both.centre.db.one("SELECT count(*) FROM public_state") == (1,)
    assert found(both) is not None


def test_the_centre_holds_no_code_of_a_case_that_was_not_sent_for_printing(both: Pair) -> None:
    tell(both)
    code = the_case(both).code.encode()
    both.centre.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    files = [path for path in (both.folder / "pusat").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if code in path.read_bytes()]
    assert code in b"".join(path.read_bytes() for path in (both.folder / "kantor").glob("*.sqlite3*")), (
        "the test sees it"
    )


def test_a_restored_centre_tells_nothing_older_and_heals_with_the_next_exchange(both: Pair, tmp_path: Path) -> None:
    """Between backup and restore the applicant took his state back: it does not stand there once more."""
    tell(both)
    copy = tmp_path / "kemarin.sqlite3"
    both.centre.db.run("VACUUM INTO ?", (str(copy),))
    case_id = the_case(both).id
    hide_status(both.office.journal, both.who("wiji"), case_id=case_id, now=both.later(minutes=1))
    tell(both)
    assert found(both) is None
    put_back(both, copy)
    assert found(both) is not None, "the backup holds it"
    assert telling_offices(both.centre.db) == {}
    both.sync()
    both.sync()
    assert found(both) is None
    show_status(both.office.journal, both.who("wiji"), case_id=case_id, now=both.later(minutes=1))
    tell(both)
    assert telling_offices(both.centre.db) == {OFFICE: "Yosowilangun"}
    assert found(both) is not None
    assert verify_side(both.centre.journal, "centre", tmp_path / "leer.sqlite3").faults == []

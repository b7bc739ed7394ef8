"""What the random work found once, each in its smallest form; and that the same seed gives the same work again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.casework.desk import service as desk_service
from app.platform.office import service as office
from app.services.complaints import service, transitions
from app.services.complaints.service import Visitor
from schema.database import Row
from schema.migrations import ADVICE
from sync.verification import verify_side
from tests.platform.files.pictures import jpeg
from tests.proof import card_work, counter_work
from tests.proof.stages import open_stage, work
from tests.proof.work import DEEDS
from tests.proof.worker import Worker

BACK = timedelta(days=60)
"""So far the clock falls back: before the day on which the office was founded."""
PRINTED = "SELECT c.step, c.received_on FROM case_file c JOIN dispatch_line l ON l.case_id = c.id WHERE l.line = ?"


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    made = open_stage(tmp_path, 1)
    yield made
    made.pair.close()


def a_complaint(worker: Worker) -> int:
    written: service.WrittenLine = worker.at_desk(
        service.write_line, "laila", channel="desk", visitor=Visitor("Antrean lama.")
    )
    return written.id


def only(rows: list[Row]) -> Row:
    [row] = rows
    return row


def test_a_picture_of_a_page_is_proved_byte_by_byte(worker: Worker, tmp_path: Path) -> None:
    """The bytes of a JPEG are no text: `verify`, and with it every backup, ended in an error once one was attached."""
    worker.at_desk(service.attach_scan, "laila", complaint_id=a_complaint(worker), data=jpeg())
    journal = worker.pair.office.journal
    assert verify_side(journal, "office", tmp_path / "again.sqlite3").faults == []
    with journal.db.writing(), journal.db.applying():
        journal.db.run("DROP TRIGGER scan_bytes_stay")  # past every guard of ours
        journal.db.run("UPDATE complaint_scan SET data = ?", (b"\xff\xd8\xff\xe1 halaman",))
    assert verify_side(journal, "office", tmp_path / "once-more.sqlite3").faults == [
        "Susunan basis data, tidak ada: pemicu scan_bytes_stay.",
        ADVICE,
        "Tabel complaint_scan berbeda dari jurnal mulai baris 1: kolom data.",
    ]


def test_a_pause_of_a_complaint_ends_under_a_clock_that_fell_back(worker: Worker) -> None:
    complaint_id = a_complaint(worker)
    before = transitions.load_line(worker.pair.office.db, complaint_id).settle_due_on
    worker.at_desk(service.pause_clock, "agung", complaint_id=complaint_id, reason="complainant", text="")
    worker.pair.now -= BACK
    due = worker.at_desk(service.resume_clock, "agung", complaint_id=complaint_id)
    assert due.isoformat() == before
    assert only(list(worker.pair.office.db.run("SELECT to_on = from_on FROM complaint_pause")))[0] == 1


def test_a_pause_of_a_case_ends_under_a_clock_that_fell_back(worker: Worker) -> None:
    running = "SELECT id, due_on FROM case_file WHERE due_on IS NOT NULL AND kept_on IS NULL AND closed = 0 LIMIT 1"
    worker.at_desk(office.change_setting, "wiji", key="pauses.enabled", value=["blanks_out"])
    while not (found := list(worker.pair.office.db.run(running))):
        worker.step(DEEDS)
    case_id, before = only(found)
    worker.at_desk(desk_service.pause_case, "agung", case_id=case_id, reason="blanks_out", text="")
    worker.pair.now -= BACK
    assert worker.at_desk(desk_service.resume_case, "agung", case_id=case_id).isoformat() == before


def test_an_answer_of_the_centre_moves_its_case_under_a_clock_that_fell_back(worker: Worker) -> None:
    """It comes once: the case would have waited for its print for ever."""
    straight = {deed: often for deed, often in DEEDS.items() if deed is not card_work.type_answer}
    while not worker.done["print_card"]:
        worker.step(straight)
    line = worker.line_in("printed")
    assert only(list(worker.pair.office.db.run(PRINTED, (line,))))[0] == "print"
    worker.pair.now -= BACK
    counter_work.sync(worker)
    assert only(list(worker.pair.office.db.run(PRINTED, (line,))))[0] == "arrive"


def test_the_same_seed_gives_the_same_work(tmp_path: Path) -> None:
    """A failing stage can be worked through again, although keys and slip codes are others each time."""
    told = []
    for name in ("once", "again"):
        worker = open_stage(tmp_path / name, 3)
        work(worker, 8, 12)
        kinds = worker.pair.office.db.run("SELECT kind, at FROM journal WHERE seq IS NOT NULL ORDER BY id")
        told.append((list(kinds), worker.done, worker.refused))
        worker.pair.close()
    assert told[0] == told[1]

"""`verify` compares what the daily anchors testified: an access log that was cut, a head that was rewritten."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.casework.batches.daily import DAILY
from app.platform.people.access_log import log_access
from schema.database import SqliteDatabase
from sync.verification import verify_side
from tests.services.ktp.desk import Desk


@pytest.fixture
def anchored(desk: Desk) -> Desk:
    """Three lines of the access log on 12 March, anchored on the 13th."""
    for n in (1, 2, 3):
        log_access(desk.journal.db, at=desk.now, person_id=None, action="case.reveal", subject=f"case/{n}")
    desk.later(days=1)
    for job in DAILY:
        job(desk.journal, desk.now)
    return desk


def faults(desk: Desk, tmp_path: Path) -> list[str]:
    return verify_side(desk.journal, "office", tmp_path / "scratch.sqlite3").faults


def past_the_triggers(desk: Desk, sql: str) -> None:
    db = desk.journal.db
    assert isinstance(db, SqliteDatabase)
    made = list(
        db.run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('access_log', 'journal')")
    )
    with db.writing():
        for name, _ in made:
            db.run(f"DROP TRIGGER {name}")
        db.run(sql)
        for _, text in made:
            db.run(text)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM access_log WHERE subject = 'case/3'",
        "DELETE FROM access_log WHERE subject = 'case/1'",
        "UPDATE access_log SET detail = 'x' WHERE subject = 'case/2'",
    ],
)
def test_an_anchored_day_of_the_access_log_stays(anchored: Desk, tmp_path: Path, change: str) -> None:
    past_the_triggers(anchored, change)
    [fault] = faults(anchored, tmp_path)
    assert fault.startswith(
        "Log akses tanggal 2026-03-12 tidak sama dengan kode pengaman harian pada baris 1/dukcapil/"
    )


def test_a_line_added_under_a_clock_that_fell_back_is_no_fault(anchored: Desk, tmp_path: Path) -> None:
    log_access(anchored.journal.db, at=anchored.now - timedelta(days=1), person_id=None, action="late", subject="x")
    assert faults(anchored, tmp_path) == []


def test_a_line_added_to_a_day_that_was_empty_is_no_fault(anchored: Desk, tmp_path: Path) -> None:
    anchored.later(days=2)
    for job in DAILY:
        job(anchored.journal, anchored.now)
    log_access(anchored.journal.db, at=anchored.now - timedelta(days=1), person_id=None, action="late", subject="x")
    assert faults(anchored, tmp_path) == []


def test_an_anchored_head_stays(anchored: Desk, tmp_path: Path) -> None:
    anchor = anchored.journal.about("anchor")[-1]
    n = anchor.body.n
    past_the_triggers(anchored, f"UPDATE journal SET hash = zeroblob(32) WHERE stream = 'office' AND n = {n}")
    assert any(fault.startswith("Jalur 350899 1/office ditulis ulang: ") for fault in faults(anchored, tmp_path))

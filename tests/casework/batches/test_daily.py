"""Once a day: balances checked, heads anchored for the other side."""

from datetime import timedelta

from app.casework.batches import queries
from app.casework.batches.daily import DAILY
from app.core.messages import HeadsAnchored
from app.platform.people.access_log import access_log_digest, log_access
from tests.services.ktp.desk import Desk


def run(desk: Desk) -> None:
    for job in DAILY:
        job(desk.journal, desk.now)


def anchors(desk: Desk) -> list[HeadsAnchored]:
    return [entry.body for entry in desk.journal.about("anchor")]


def test_each_job_runs_once_per_office_date(desk: Desk) -> None:
    made = desk.send(desk.ready())
    for hours in (0, 1, 5):
        desk.later(hours=hours)
        run(desk)
    assert len(desk.journal.about("balance")) == 1
    assert len(anchors(desk)) == 1
    check = queries.last_check(desk.journal.db, made)
    assert check is not None
    assert check.agrees
    assert check.on_date == "2026-03-12"
    run(desk.later(days=1))
    assert len(desk.journal.about("balance")) == 2
    assert len(anchors(desk)) == 2


def test_the_anchor_names_the_head_and_the_finished_days(desk: Desk) -> None:
    log_access(desk.journal.db, at=desk.now, person_id=None, action="case.reveal", subject="case/1")
    monday = desk.now.date()
    run(desk.later(days=3))
    head = desk.journal.tail(desk.journal.source, 1, "office")
    found = anchors(desk)
    assert [anchor.on for anchor in found] == [monday.isoformat(), (monday + timedelta(days=2)).isoformat()]
    assert {(anchor.n, anchor.hash) for anchor in found} == {(head.n, head.hash.hex())}
    assert found[0].access_log == access_log_digest(desk.journal.db, monday)


def test_anchors_travel_to_the_centre(desk: Desk) -> None:
    run(desk)
    row = desk.journal.db.one("SELECT stream FROM journal WHERE kind = 'heads.anchored'")
    assert row == ("dukcapil",)


def test_a_clock_that_ran_ahead_does_not_silence_the_following_days(desk: Desk) -> None:
    run(desk.later(days=400))
    run(desk.later(days=-399))
    assert len(desk.journal.about("balance")) == 2


def test_an_empty_pc_does_nothing(desk: Desk) -> None:
    from app import compose
    from schema.database import open_office
    from schema.migrations import migrate_database

    db = open_office(":memory:")
    migrate_database(db, "office")
    for job in DAILY:
        job(compose.journal("office", db), desk.now)
    assert db.one("SELECT count(*) FROM journal") == (0,)
    db.close()

"""The demo's year: the same for the same seed, every state present, both journals sound."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.cli.demo.sides import Sides
from app.cli.demo.stories import STANDING
from app.cli.demo.walk import both_agree
from app.cli.demo.year import make_year
from app.cli.recap import write_recap_files
from app.core.clock import at_office
from app.core.quarters import Quarter
from app.quality.indicators.computing import measure
from app.quality.quarter.counting import count_quarter
from app.services.tickets.figures import month_figures
from schema.database import Database
from sync.acknowledgements import sync_status
from sync.verification import verify_side
from tests.cli.test_recap import content
from tests.world.queue_staff import DAYS, VISITORS

TODAY = date(2026, 3, 12)
SIZE = {"cases": 110, "days": 100}


def made(folder: Path) -> Sides:
    return make_year(folder, TODAY, centre_address="127.0.0.1:8135", **SIZE)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Sides:
    return made(tmp_path_factory.mktemp("year"))


def cases(db: Database) -> list[tuple[object, ...]]:
    """What a person would compare of two offices."""
    return list(
        db.run(
            "SELECT number, name, main_key, kind, step, closed_on, place, received_on, completed_on, due_on,"
            " kept_on, changed_at FROM case_file ORDER BY id"
        )
    )


def lines(db: Database) -> list[tuple[object, ...]]:
    return list(
        db.run(
            "SELECT number, state, reason, serial, shipment, changed_at FROM incoming_line"
            " ORDER BY dispatch_id, ordinal"
        )
    )


def count(db: Database, sql: str) -> int:
    row = db.one(sql)
    assert row is not None
    return int(row[0])


def test_its_waiting_room_was_used_in_the_last_weeks(year: Sides) -> None:
    """Numbers were drawn, called and served, some did not come; every one of a day was ended."""
    days = list(year.office.db.run("SELECT on_date, count(*) FROM ticket GROUP BY on_date ORDER BY on_date"))
    assert [drawn for _, drawn in days] == [VISITORS] * DAYS
    times = month_figures(year.office.db, TODAY.replace(day=1), TODAY).total
    assert times.served > times.absent > 0
    assert times.left == 0
    assert times.priority > 0
    assert times.wait is not None
    assert 0 < times.wait < times.longest


def test_no_honest_line_is_set_aside_on_either_side(year: Sides) -> None:
    """Bounds and authority are for what no office writes: a whole year of work meets none of them."""
    for road in (year.office, year.centre):
        assert list(road.db.run("SELECT kind, reason FROM journal WHERE verdict = 'set_aside'")) == []
        assert list(road.db.run("SELECT * FROM journal_waiting")) == []


def test_clauses_8_to_10_were_worked_by(year: Sides) -> None:
    """A camera was mended, another device is broken still; people are described; one check is closed, one open."""
    db = year.office.db
    assert list(db.run("SELECT outcome FROM repair ORDER BY id")) == [("mended",), ("",)]
    assert count(db, "SELECT count(*) FROM facility_item") == 12
    assert count(db, "SELECT count(*) FROM qualification") == 3
    assert list(db.run("SELECT state FROM internal_check ORDER BY id")) == [("closed",), ("answering",)]


def test_the_same_seed_gives_the_same_year_and_the_same_bytes_of_its_recap(year: Sides, tmp_path: Path) -> None:
    again = made(tmp_path / "again")
    assert cases(again.office.db) == cases(year.office.db)
    assert lines(again.centre.db) == lines(year.centre.db)
    for name, sides in (("one", year), ("two", again)):
        told = write_recap_files(sides.office.journal, Quarter(2025, 4), tmp_path / name)
        assert (told["state"], told["same"]) == ("published", True)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert len(content(tmp_path / "one")) == 4
    again.close()


def test_the_final_look_of_a_walk_sees_what_is_not_level(year: Sides) -> None:
    """The year itself ends with an unsent dispatch: the sides do not agree, and each difference is said."""
    said: list[str] = []
    assert not both_agree(year.side_folder("office").parent, said.append)
    wrong = [line for line in said if "TIDAK COCOK" in line]
    assert any("pengiriman" in line for line in wrong)
    assert any("jalur kantor ke mitra" in line for line in wrong)
    assert not any("jurnal" in line for line in wrong)


@pytest.mark.parametrize(
    "state",
    [
        "step = 'submit'",
        "step = 'validate'",
        "step = 'returned'",
        "step = 'record' AND id NOT IN (SELECT case_id FROM recording_slot)",
        "step = 'record' AND id IN (SELECT case_id FROM recording_slot WHERE on_date >= '2026-03-12')",
        "step = 'record' AND main_key IN (SELECT nik FROM recording WHERE status = 'efac')",
        "step = 'dispatch' AND id NOT IN (SELECT case_id FROM dispatch_pick)",
        "step = 'dispatch' AND birth_on > '2009-03-12'",
        "step = 'dispatch' AND id IN (SELECT case_id FROM dispatch_pick)",
        "step = 'dispatch' AND id IN (SELECT case_id FROM dispatch_line WHERE misprint <> '')",
        "step = 'print' AND id IN (SELECT case_id FROM dispatch_line WHERE result = 'waiting')",
        "step = 'print' AND id IN (SELECT case_id FROM dispatch_line WHERE result = 'accepted')",
        "step = 'print' AND id IN (SELECT case_id FROM dispatch_line WHERE recall <> '')",
        "step = 'repair' AND id IN (SELECT case_id FROM dispatch_line WHERE result = 'refused')",
        "step = 'arrive' AND id IN (SELECT case_id FROM dispatch_line WHERE shipment = '' AND result = 'printed')",
        "step = 'arrive' AND id IN (SELECT case_id FROM dispatch_line WHERE shipment <> '')",
        "step = 'hand_over' AND id NOT IN (SELECT case_id FROM card_call)",
        "step = 'hand_over' AND id IN (SELECT case_id FROM card_call)",
        "step = 'hand_over' AND kept_on < '2026-03-01'",
        "step = '@done' AND kept_on <= due_on",
        "step = '@uncollected'",
        "closed = 0 AND kept_on IS NULL AND due_on < '2026-03-12'",
    ],
)
def test_every_state_is_there(year: Sides, state: str) -> None:
    assert count(year.office.db, f"SELECT count(*) FROM case_file WHERE {state}") > 0


def test_the_print_floor_holds_lines_in_every_state(year: Sides) -> None:
    states = {row[0] for row in year.centre.db.run("SELECT DISTINCT state FROM incoming_line")}
    assert states == {"waiting", "accepted", "refused", "printed", "shipped"}
    assert count(year.centre.db, "SELECT sum(count) FROM blank_movement") > 0
    assert count(year.centre.db, "SELECT count(*) FROM incoming_dispatch WHERE complete <> 1") == 0


def test_what_waits_for_people_beside_the_cases(year: Sides) -> None:
    db = year.office.db
    assert count(db, "SELECT count(*) FROM draft WHERE case_id IS NULL") == 4
    assert count(db, "SELECT count(*) FROM typed_answer WHERE checked_by = ''") == 1
    assert count(db, "SELECT count(*) FROM answer_conflict WHERE settled_by = ''") > 0
    assert count(db, "SELECT count(*) FROM dispatch WHERE state = 'draft'") == 1
    assert sync_status(db).unsent > 0


def test_nobody_of_the_demo_can_be_a_real_person(year: Sides) -> None:
    assert count(year.office.db, "SELECT count(*) FROM case_file WHERE main_key NOT LIKE '350899%'") == 0
    assert count(year.office.db, "SELECT count(*) FROM case_key WHERE name = 'kk' AND value NOT LIKE '350899%'") == 0


def test_time_ran_forward(year: Sides) -> None:
    for db in (year.office.db, year.centre.db):
        assert {row[0] for row in db.run("SELECT DISTINCT clock FROM journal")} == {"ok"}


def test_both_journals_prove_themselves(year: Sides, tmp_path: Path) -> None:
    for side in ("office", "centre"):
        verdict = verify_side(year.journal(side), side, tmp_path / f"{side}.sqlite3")
        assert verdict.faults == []
        assert verdict.entries > 100


@pytest.mark.parametrize("quarter", [Quarter(2025, 4), Quarter(2026, 1)])
def test_indicators_say_what_the_recap_says(year: Sides, quarter: Quarter) -> None:
    """Where both speak of the same: promises of the KTP, complaints in time, the box, pledges."""
    db, today = year.office.db, max(TODAY, quarter.end) + timedelta(days=1)
    recap = count_quarter(db, quarter, at_office(today, 9))
    promise, first, ended, box, kept = (
        measure(db, query, {"service": "ktp-el"} if query == "promise" else {}, quarter, today)
        for query in ("promise", "first_answer", "settlement", "box_opened", "pledge_kept")
    )
    assert (promise.denominator, promise.numerator) == (recap.promise.due, recap.promise.kept) != (0, 0)
    assert first.denominator - first.numerator == recap.totals.first_late
    assert ended.numerator == recap.totals.settled - recap.totals.settled_late
    assert ended.denominator == recap.totals.settled + recap.totals.late > 0
    assert (box.denominator, box.numerator) == (recap.box.working_days, recap.box.opened)
    due = [pledge for pledge in recap.pledges if quarter.start.isoformat() <= pledge.by_on <= quarter.end.isoformat()]
    assert kept.numerator == sum(pledge.state == "kept" for pledge in due)
    assert kept.denominator == sum(pledge.state != "withdrawn" for pledge in due)


def test_a_span_that_is_too_short_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=str(max(standing.before for standing in STANDING))):
        make_year(tmp_path, TODAY, centre_address="127.0.0.1:8135", cases=10, days=20)

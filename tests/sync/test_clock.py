"""The guard of the PC's clock: what the centre's signed time shows, what stays settled, and that nothing is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schema.database import SqliteDatabase, open_office
from schema.migrations import migrate_database
from sync import journal as clock_guard
from sync.entries import ClockSettled, to_utc_text
from sync.exchange import sync_now
from sync.incoming_files import receive_file
from sync.journal import UNSURE, WRONG, CentreTime, Journal, Trusted
from sync.outgoing_files import make_note
from sync.problems import SyncReport
from sync.runs import read_stick, write_stick
from tests.sync.world import NOW, World

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


def sync_at(world: World, here: datetime) -> SyncReport:
    """An exchange while this PC says `here` and the centre says `world.now`."""
    return sync_now(world.office, world.peer, world.memory(), here)


def verdict(world: World, here: datetime) -> str:
    return world.office.journal.clock_at(here)


def settle(journal: Journal, at: datetime) -> None:
    with journal.transaction():
        journal.record(ClockSettled("jam dinding"), subject="clock", actor="wiji", at=at)


def flags(world: World) -> list[tuple[str, str]]:
    """(kind, flag) of the office's own entries about clocks and of what it wrote since."""
    rows = world.office.db.run(
        "SELECT kind, clock FROM journal WHERE seq IS NOT NULL AND kind IN ('clock.differed', 'card.asked') ORDER BY id"
    )
    return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize(
    ("off", "judged"),
    [
        (timedelta(), "ok"),
        (WRONG, "ok"),
        (-WRONG, "ok"),
        (HOUR, "unsure"),
        (-HOUR, "behind"),
        (30 * DAY, "unsure"),
        (-30 * DAY, "behind"),
        (YEAR, "unsure"),
        (-56 * YEAR, "behind"),
        (-16 * YEAR, "behind"),
        (73 * YEAR, "unsure"),
    ],
)
def test_the_centre_s_answer_shows_a_wrong_clock(world: World, off: timedelta, judged: str) -> None:
    here = world.later(hours=1) + off
    report = sync_at(world, here)
    assert report.ok
    assert verdict(world, here) == judged
    assert verdict(world, here + 2 * HOUR) == judged
    found = [kind for kind, _ in flags(world)]
    assert found == ([] if judged == "ok" else ["clock.differed"])
    assert any("perlu diperiksa" in line for line in report.sentences) == (judged != "ok")


def test_both_times_are_kept_once_for_each_difference(world: World) -> None:
    for minutes in (0, 10, 20):
        sync_at(world, world.now + YEAR + timedelta(minutes=minutes))
        world.later(minutes=10)
    [entry] = [recorded for recorded in world.office.journal.about("clock") if recorded.kind == "clock.differed"]
    assert (entry.body.told, entry.body.here) == ("2026-03-02T01:00:00Z", "2027-03-02T01:00:00Z")
    assert entry.body.centre == world.centre.name


@pytest.mark.parametrize("off", [YEAR, 73 * YEAR, -56 * YEAR, -16 * YEAR])
def test_put_right_it_is_trusted_again_without_anybody(world: World, off: timedelta) -> None:
    sync_at(world, world.now + off)
    assert verdict(world, world.now + off + HOUR) != "ok"
    assert verdict(world, world.now + HOUR) == "ok"


@pytest.mark.parametrize("off", [3 * DAY, -2 * HOUR])
def test_a_small_difference_put_right_is_seen_at_the_next_exchange(world: World, off: timedelta) -> None:
    sync_at(world, world.now + off)
    world.later(hours=1)
    sync_at(world, world.now)
    assert verdict(world, world.now + HOUR) == "ok"


def test_nothing_is_refused_and_every_entry_is_flagged(world: World) -> None:
    right = world.now
    sync_at(world, right + YEAR)
    for here in (right + YEAR, right + YEAR + HOUR, right - 56 * YEAR, right + HOUR):
        world.now = here
        world.ask(1, start=len(flags(world)))
    assert flags(world) == [
        ("clock.differed", "unsure"),
        ("card.asked", "unsure"),
        ("card.asked", "unsure"),
        ("card.asked", "behind"),
        ("card.asked", "ok"),
    ]
    world.now = right + HOUR
    assert world.sync().sent == 4
    assert world.level()


def test_what_a_person_settled_stays_until_the_difference_changes(world: World) -> None:
    """The centre may be the one that is wrong."""
    here = world.now + HOUR
    sync_at(world, here)
    settle(world.office.journal, here)
    assert verdict(world, here) == "ok"
    world.later(days=1)
    assert "perlu diperiksa" not in " ".join(sync_at(world, here + DAY).sentences)
    assert verdict(world, here + DAY) == "ok"
    world.later(days=1)
    sync_at(world, world.now + 5 * HOUR)
    assert verdict(world, world.now + 5 * HOUR) == "unsure"


def test_after_a_long_holiday_the_centre_s_answer_settles_it(world: World) -> None:
    world.later(days=6)
    with world.centre.journal.transaction():
        world.centre.journal.record(ClockSettled("piket"), subject="clock", actor="dewi", at=world.now)
    world.later(days=6)
    assert verdict(world, world.now) == "unsure"
    sync_at(world, world.now)
    assert verdict(world, world.now) == "ok"
    world.ask(1)
    assert flags(world) == [("card.asked", "ok")]


def test_a_clock_that_was_put_right_is_not_told_the_same_time_twice(world: World) -> None:
    right = world.now
    world.now = right + 3 * DAY
    world.ask(1)
    world.now = right
    report = sync_at(world, right)
    assert verdict(world, right) == "behind"
    [said] = [sentence for sentence in report.sentences if sentence.startswith("Jam komputer ini")]
    assert "sama dengan jam pusat" in said
    assert "di sini" not in said


def test_a_file_on_a_stick_only_says_that_it_is_not_earlier(world: World, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    world.later(days=5)
    write_stick(world.centre, world.office_peer, stick, world.now)
    assert read_stick(world.office, stick, NOW).ok  # this PC fell five days back
    assert verdict(world, NOW + HOUR) == "behind"
    assert verdict(world, world.now + 3 * DAY) == "ok"  # a stick may be old: no reason to think that we are ahead


def test_an_old_file_played_back_moves_nothing(world: World) -> None:
    old = make_note(world.centre, world.office_peer, world.now).sealed
    world.later(days=3)
    sync_at(world, world.now)
    receive_file(world.office, old, world.now)
    assert verdict(world, world.now) == "ok"
    assert verdict(world, world.now - DAY) == "behind"


def test_a_centre_that_does_not_trust_its_own_clock_tells_no_time(world: World) -> None:
    before = clock_guard.centre_time_in_force(world.office.db)
    world.now = datetime(2099, 1, 1, tzinfo=UTC)
    report = sync_at(world, NOW)
    assert report.ok
    assert verdict(world, NOW + HOUR) == "ok"
    assert clock_guard.centre_time_in_force(world.office.db) == before, "our own time is no word of the centre's"
    assert flags(world) == []
    receive_file(world.office, make_note(world.centre, world.office_peer, world.now).sealed, NOW)
    assert verdict(world, NOW + HOUR) == "ok"


def test_what_an_office_says_does_not_move_the_centre(world: World) -> None:
    receive_file(world.centre, make_note(world.office, world.peer, world.now + 3 * DAY).sealed, world.now)
    assert world.centre.journal.clock_at(world.now) == "ok"


def test_a_wrong_clock_that_runs_on_stays_wrong(world: World) -> None:
    here = world.now + 2 * DAY
    sync_at(world, here)
    assert verdict(world, here + UNSURE) == "unsure"
    assert verdict(world, here + UNSURE + HOUR) == "unsure"


# -- the rules themselves, at their edges -------------------------------------------------------------------------


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """The database of an office that has written nothing yet."""
    db = open_office(tmp_path / "a.sqlite3")
    migrate_database(db, "office")
    yield db
    db.close()


def hear(db: SqliteDatabase, told: datetime, now: datetime, *, fresh: bool) -> bool:
    with db.writing():
        return clock_guard.keep_centre_time(db, told, now, fresh=fresh)


def test_the_first_word_of_the_centre_counts_before_the_first_entry(empty: SqliteDatabase) -> None:
    assert clock_guard.last_trusted(empty) == Trusted(None, 0)
    assert clock_guard.centre_time_in_force(empty) is None
    assert clock_guard.judge_clock(empty, NOW).verdict == "ok"
    assert hear(empty, NOW, NOW + timedelta(minutes=10), fresh=True) is False
    assert hear(empty, NOW, NOW + timedelta(minutes=10, seconds=1), fresh=True) is True
    found = clock_guard.centre_time_in_force(empty)
    assert found is not None
    assert (found.after, found.off, found.wrong) == (0, timedelta(minutes=10, seconds=1), True)


@pytest.mark.parametrize(
    ("off", "judged"),
    [
        (timedelta(days=7), "ok"),
        (timedelta(days=7, seconds=1), "unsure"),
        (-timedelta(minutes=5), "ok"),
        (-timedelta(minutes=5, seconds=1), "behind"),
    ],
)
def test_five_minutes_back_and_seven_days_ahead_are_still_trusted(
    empty: SqliteDatabase, off: timedelta, judged: str
) -> None:
    hear(empty, NOW, NOW, fresh=True)
    assert clock_guard.judge_clock(empty, NOW + off).verdict == judged


def test_a_file_that_travelled_is_heard_when_it_is_later_than_all_before(empty: SqliteDatabase) -> None:
    assert CentreTime("2026-03-02T01:00:00Z", "2020-01-01T00:00:00Z", 0).off == timedelta()
    for told, kept in (
        (timedelta(), None),
        (timedelta(minutes=5), None),
        (DAY, DAY),
        (DAY, DAY),
        (HOUR, DAY),
        (2 * DAY, 2 * DAY),
    ):
        assert hear(empty, NOW + told, NOW, fresh=False) is False
        found = clock_guard.last_centre_time(empty)
        assert (found and found.told) == (kept and to_utc_text(NOW + kept))
    assert clock_guard.judge_clock(empty, NOW).verdict == "behind"
    assert clock_guard.judge_clock(empty, NOW).told is None


def test_a_slow_clock_that_runs_on_stays_behind_for_seven_days(empty: SqliteDatabase) -> None:
    slow = NOW - HOUR
    hear(empty, NOW, slow, fresh=True)
    for later, judged in ((timedelta(), "behind"), (UNSURE, "behind"), (UNSURE + timedelta(seconds=1), "ok")):
        assert clock_guard.judge_clock(empty, slow + later).verdict == judged
    assert clock_guard.judge_clock(empty, slow - timedelta(seconds=1)).verdict == "behind"


def test_the_same_difference_is_told_once_and_another_one_again(empty: SqliteDatabase) -> None:
    wrong = NOW + HOUR
    assert hear(empty, NOW, wrong, fresh=True)
    assert not hear(empty, NOW + DAY, wrong + DAY + timedelta(minutes=10), fresh=True)
    assert hear(empty, NOW + DAY, wrong + DAY + timedelta(minutes=21), fresh=True)
    standing = clock_guard.judge_clock(empty, wrong + DAY + timedelta(minutes=21))
    assert (standing.verdict, standing.told, standing.here) == (
        "unsure",
        NOW + DAY,
        wrong + DAY + timedelta(minutes=21),
    )
    assert not hear(empty, NOW + 2 * DAY, NOW + 2 * DAY, fresh=True)

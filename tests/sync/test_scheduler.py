"""When to go: pure rules over moments, and one real round."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from schema.zone import ZONES
from sync.acknowledgements import sync_status
from sync.problems import SyncError, SyncReport
from sync.runs import is_reachable, nightly_scheduler, sync_over_network
from sync.scheduler import LONGEST, RunState, after_failure, is_exchange_due, night_slot, note_result, read_run_state
from tests.sync.http import serving
from tests.sync.world import NOW, World

MOMENTS = st.integers(0, 20 * 365 * 86400).map(lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(0, seconds))
HOUR = timedelta(hours=1)


@given(MOMENTS, st.text(min_size=1, max_size=8))
def test_the_nightly_moment_lies_between_six_and_five(now: datetime, name: str) -> None:
    slot = night_slot(name, now)
    assert now - timedelta(days=1) < slot <= now
    minutes = (slot.astimezone(ZONES["WIB"]).hour - 18) % 24 * 60 + slot.astimezone(ZONES["WIB"]).minute
    assert 0 <= minutes < 11 * 60


def test_offices_are_spread_over_the_night() -> None:
    slots = {night_slot(f"3508{n:02d}", NOW) for n in range(1, 22)}
    assert len(slots) >= 20


@given(MOMENTS, st.integers(1, 100_000))
def test_once_a_night_and_a_missed_night_is_made_up(success: datetime, minutes: int) -> None:
    now = success + timedelta(minutes=minutes)
    state = RunState(last_attempt_at=success, last_success_at=success)
    assert is_exchange_due(state, "350899", now) == (night_slot("350899", now) > success)
    assert is_exchange_due(state, "350899", now, returned=True)


def test_a_success_in_the_future_counts_as_none() -> None:
    future = NOW + timedelta(days=400)
    assert is_exchange_due(RunState(last_attempt_at=future, last_success_at=future), "350899", NOW)
    assert is_exchange_due(RunState(future, None, 3, True, future), "350899", NOW)


def test_backing_off_and_coming_back() -> None:
    state = RunState(NOW, None, 2, True, NOW + 10 * timedelta(minutes=1))
    assert not is_exchange_due(state, "350899", NOW + timedelta(minutes=9))
    assert is_exchange_due(state, "350899", NOW + timedelta(minutes=10))
    assert is_exchange_due(state, "350899", NOW + timedelta(minutes=1), returned=True)
    assert is_exchange_due(RunState(NOW, None, 2, True, NOW + 3 * LONGEST), "350899", NOW + timedelta(minutes=1))


def test_what_cannot_pass_by_itself_is_tried_once_a_night() -> None:
    state = RunState(NOW, None, 1, False, NOW)
    assert not is_exchange_due(state, "350899", NOW + HOUR, returned=True)
    assert is_exchange_due(state, "350899", NOW + 24 * HOUR)


@given(st.integers(1, 200), st.floats(0, 1))
def test_waiting_grows_and_stays_bounded(failures: int, chance: float) -> None:
    wait = after_failure(failures, NOW, chance) - NOW
    assert timedelta(seconds=30) <= wait <= LONGEST


def test_state_lies_in_the_database(world: World) -> None:
    bad, good = SyncReport(), SyncReport()
    bad.fail(SyncError("offline"))
    note_result(world.office.db, world.peer.name, bad, NOW, 0.5)
    note_result(world.office.db, world.peer.name, bad, NOW + HOUR, 0.5)
    state = read_run_state(world.office.db, world.peer.name)
    assert (state.failures, state.retry, state.last_success_at) == (2, True, None)
    assert sync_status(world.office.db).sentence.startswith("Pusat tidak terjangkau.")
    note_result(world.office.db, world.peer.name, good, NOW + 2 * HOUR, 0.5)
    state = read_run_state(world.office.db, world.peer.name)
    assert (state.failures, state.last_success_at, state.next_at) == (0, NOW + 2 * HOUR, None)


def test_a_real_round_goes_when_the_network_returns(world: World, tmp_path: Path) -> None:
    world.ask(3)
    with serving(world.centre, lambda: NOW) as address:
        with world.office.journal.transaction():
            world.office.db.run("UPDATE road_peer SET address = ?", (address,))
        assert is_reachable(address)
        scheduler = nightly_scheduler(world.office, lambda: NOW)
        first = scheduler.tick(NOW)
        assert first is not None
        assert first.sent == 3
        assert scheduler.tick(NOW + timedelta(minutes=1)) is None
        world.ask(1, start=4)
        there, scheduler.reachable = scheduler.reachable, lambda: False
        assert scheduler.tick(NOW + timedelta(minutes=2)) is None
        scheduler.reachable = there
        again = scheduler.tick(NOW + timedelta(minutes=3))
        assert again is not None
        assert again.sent == 1
    assert not is_reachable(address)
    assert sync_over_network(world.office, NOW + timedelta(minutes=4)).code == "offline"
    assert sync_status(world.office.db).offline_since == NOW + timedelta(minutes=3)


def test_the_thread_starts_and_stops(world: World) -> None:
    scheduler = nightly_scheduler(world.office, lambda: NOW)
    scheduler.reachable = lambda: False
    scheduler.start()
    scheduler.stop()
    assert read_run_state(world.office.db, world.peer.name).failures <= 1

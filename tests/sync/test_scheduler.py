"""When to go: pure rules over moments, and one real round."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.zone import ZONES
from sync.acknowledgements import sync_status
from sync.chains import ProofResult
from sync.problems import SyncError, SyncReport
from sync.runs import is_reachable, nightly_scheduler, sync_over_network
from sync.scheduler import (
    LONGEST,
    NightlyProof,
    RunState,
    Scheduler,
    after_failure,
    is_exchange_due,
    keep_proof,
    last_proof,
    newest_fault,
    night_slot,
    note_result,
    read_run_state,
)
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


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (11, 30), (2000, 30)]
)
def test_waiting_doubles_from_a_minute_to_half_an_hour(failures: int, minutes: int) -> None:
    """Spread over the second half of the span, so that offices do not all come back in one minute."""
    for chance, share in ((0.0, 0.5), (0.5, 0.75), (1.0, 1.0)):
        assert after_failure(failures, NOW, chance) - NOW == timedelta(minutes=minutes) * share


def test_failures_that_cannot_pass_wait_for_the_night_and_a_future_attempt_is_none() -> None:
    slot = night_slot("350899", NOW)
    for attempt, due in ((slot, False), (slot - timedelta(seconds=1), True)):
        assert is_exchange_due(RunState(attempt, None, 1, False, attempt), "350899", NOW) is due
        assert is_exchange_due(RunState(attempt, attempt), "350899", NOW) is due
    assert is_exchange_due(RunState(NOW + HOUR, None, 1, False, NOW), "350899", NOW)
    assert is_exchange_due(RunState(None, None, 1, False, None), "350899", NOW)
    assert is_exchange_due(RunState(NOW, None, 1, True, None), "350899", NOW)
    assert not is_exchange_due(RunState(NOW, None, 1, True, NOW + LONGEST), "350899", NOW)
    assert is_exchange_due(RunState(NOW, None, 1, True, NOW + LONGEST + timedelta(seconds=1)), "350899", NOW)
    assert not is_exchange_due(RunState(NOW, NOW), "350899", NOW)
    assert is_exchange_due(RunState(NOW, NOW), "350899", NOW, returned=True)


def test_a_scheduler_goes_at_once_when_the_network_comes_back(world: World) -> None:
    answers, went = iter([True, False, False, True, True]), list[datetime]()

    def go(now: datetime) -> SyncReport:
        went.append(now)
        return SyncReport()

    runs = Scheduler(
        world.office.db, "350899", world.peer.name, go=go, reachable=lambda: next(answers), clock=lambda: NOW
    )
    note_result(world.office.db, world.peer.name, SyncReport(), NOW, 0.5)
    moments = [NOW + timedelta(minutes=n) for n in range(5)]
    done = [runs.tick(moment) is not None for moment in moments]
    assert done == [False, False, False, True, False]
    assert went == [moments[3]]


def test_the_proof_of_a_start_is_short_and_the_whole_one_waits_ten_minutes(world: World) -> None:
    """The everyday form in the second round; what the night missed after ten minutes; an hour later once more."""
    proved = list[tuple[str, datetime]]()
    now = NOW
    proofs = NightlyProof(
        world.office.db, lambda: "350899", prove=lambda form, _: proved.append((form, now)), clock=lambda: now
    )
    forms = []
    for minute in range(75):
        now = NOW + timedelta(minutes=minute)
        forms.append(proofs.tick(now))
    assert {at: form for at, form in enumerate(forms) if form} == {1: "fresh", 10: "whole", 70: "whole"}
    assert [form for form, _ in proved] == ["fresh", "whole", "whole"]
    now = NOW - timedelta(days=1)  # the clock fell back: begun anew
    assert proofs.tick(now) is None
    now += timedelta(minutes=10)
    assert proofs.tick(now) == "whole"
    keep_proof(world.office.db, "whole", ProofResult(entries=3), now - timedelta(seconds=61), now)
    kept = last_proof(world.office.db)
    assert kept is not None
    assert (kept.seconds, kept.entries, kept.faults, kept.ended_at) == (61, 3, [], now)
    assert proofs.tick(now + timedelta(hours=2)) is None or night_slot("proof/350899", now + timedelta(hours=2)) > now
    assert proofs.tick(now + timedelta(days=1)) == "whole"


def test_of_a_bad_proof_fifty_faults_are_kept_and_its_first_is_told(world: World) -> None:
    db = world.office.db
    keep_proof(db, "fresh", ProofResult(entries=1, faults=["kecil"]), NOW, NOW - HOUR)
    kept = last_proof(db, "fresh")
    assert kept is not None
    assert (kept.seconds, newest_fault(db)) == (0, "kecil")
    keep_proof(db, "whole", ProofResult(entries=1, faults=[f"salah {n}" for n in range(60)]), NOW, NOW)
    kept = last_proof(db)
    assert kept is not None
    assert (len(kept.faults), newest_fault(db), last_proof(db, "fresh")) == (50, "salah 0", None)
    keep_proof(db, "fresh", ProofResult(entries=1), NOW, NOW)
    assert newest_fault(db) == "salah 0", "a short proof does not outweigh the whole one"


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("pusat.example:8135", "pusat.example", 8135),
        ("http://pusat.example", "pusat.example", 80),
        ("https://pusat.example", "pusat.example", 443),
        ("https://pusat.example:8443", "pusat.example", 8443),
    ],
)
def test_a_knock_goes_to_the_port_of_the_address(
    monkeypatch: pytest.MonkeyPatch, address: str, host: str, port: int
) -> None:
    knocked = list[tuple[str, int]]()

    class Door:
        def close(self) -> None:
            knocked.append((host, port))

    def connect(where: tuple[str, int], _seconds: float) -> Door:
        assert where == (host, port)
        return Door()

    monkeypatch.setattr(socket, "create_connection", connect)
    assert is_reachable(address)
    assert knocked == [(host, port)]

    def refuse(_where: object, _seconds: float) -> Door:
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    assert not is_reachable(address)

"""What pages without accounts remember: for how long, of how many, and how often somebody may do a thing."""

from datetime import UTC, datetime, timedelta

import pytest

from app.platform.web.brakes import Brake, GuessBrake, Memory

NOW = datetime(2026, 3, 12, 2, tzinfo=UTC)
SPAN, MOMENT = timedelta(minutes=10), timedelta(microseconds=1)


def test_a_value_is_remembered_to_the_end_of_its_span_and_not_before_it_was_put() -> None:
    kept = Memory[str](2, SPAN)
    kept.put("a", "eins", NOW)
    assert [kept.get("a", NOW + more) for more in (timedelta(0), SPAN)] == ["eins", "eins"]
    assert [kept.get("a", NOW + more) for more in (-MOMENT, SPAN + MOMENT)] == [None, None]
    assert kept.get("b", NOW) is None


def test_the_oldest_value_goes_for_a_new_one_and_a_value_put_again_is_new() -> None:
    kept = Memory[int](2, SPAN)
    for second, key in enumerate("abac"):
        kept.put(key, second, NOW + timedelta(seconds=second))
    assert [kept.get(key, NOW + timedelta(seconds=3)) for key in "abc"] == [2, None, 3]
    kept.put("d", 9, NOW + timedelta(seconds=3) + SPAN)
    assert list(kept.kept) == ["c", "d"], "what is over is forgotten, what ends now is not"
    kept.put("e", 9, NOW + timedelta(seconds=3) + SPAN + MOMENT)
    assert list(kept.kept) == ["d", "e"]


def test_what_is_taken_is_gone_also_when_it_is_over() -> None:
    kept = Memory[int](3, SPAN)
    kept.put("a", 1, NOW)
    assert (kept.take("a", NOW), kept.take("a", NOW)) == (1, None)
    kept.put("a", 1, NOW)
    assert kept.take("a", NOW + 2 * SPAN) is None
    assert not kept.kept


def test_the_last_deeds_of_a_span_fill_a_brake() -> None:
    """Of three within ten minutes the oldest must be over before a further one is free."""
    brake = Brake(3, SPAN)
    for minute in (0, 4, 8):
        assert not brake.is_full("a", NOW + timedelta(minutes=minute))
        brake.count_deed("a", NOW + timedelta(minutes=minute))
    assert brake.is_full("a", NOW + SPAN)
    assert not brake.is_full("a", NOW + SPAN + MOMENT)
    assert not brake.is_full("b", NOW + timedelta(minutes=8))
    brake.count_deed("a", NOW + timedelta(minutes=9))
    assert brake.is_full("a", NOW + timedelta(minutes=14)), "the deed of the fourth minute counts now"
    assert not brake.is_full("a", NOW + timedelta(minutes=14) + MOMENT)


def count_free(brake: GuessBrake, address: str, at: datetime, most: int = 400) -> int:
    """How many misses of an address are let through at once."""
    for n in range(most):
        if brake.is_full(address, at):
            return n
        brake.count_miss(address, at)
    return most


def test_twenty_guesses_in_ten_minutes_and_a_hundred_a_day() -> None:
    brake, step = GuessBrake(), SPAN + timedelta(seconds=1)
    assert [count_free(brake, "10.0.0.5", NOW + n * step) for n in range(6)] == [20, 20, 20, 20, 20, 0]
    assert count_free(brake, "10.0.0.5", NOW + timedelta(days=1)) == 0
    assert count_free(brake, "10.0.0.5", NOW + timedelta(days=1) + MOMENT) == 20


@pytest.mark.parametrize("own", ["127.0.0.1", "::1"])
def test_the_network_has_three_hundred_a_day_and_the_own_kiosk_a_count_of_its_own(own: str) -> None:
    brake = GuessBrake()
    assert count_free(brake, own, NOW) == 20
    assert [count_free(brake, f"10.0.0.{n}", NOW) for n in range(16)] == [20] * 15 + [0]
    later = NOW + SPAN + timedelta(seconds=1)
    assert count_free(brake, own, later) == 20, "nobody in the network uses it up"
    assert count_free(brake, "10.0.0.99", later) == 0


def test_a_guesser_is_not_forgotten_for_the_many_who_came_after() -> None:
    brake, step = GuessBrake(), SPAN + timedelta(seconds=1)
    for n in range(5):
        assert count_free(brake, "127.0.0.1", NOW + n * step) == 20
    for n in range(499):
        brake.count_miss(f"10.0.{n // 250}.{n % 250}", NOW + 5 * step)
    assert brake.is_full("127.0.0.1", NOW + 5 * step)

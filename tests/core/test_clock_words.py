"""What is said of a clock that jumped."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.dates import clock_advice, clock_facts, clock_span, clock_title

NOW = datetime(2026, 3, 12, 2, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (timedelta(days=20454), "56 tahun"),
        (timedelta(days=-400), "1 tahun"),
        (timedelta(days=3, hours=5), "3 hari"),
        (-timedelta(hours=2, minutes=59), "2 jam"),
        (timedelta(minutes=25, seconds=59), "25 menit"),
    ],
)
def test_how_far_apart(difference: timedelta, words: str) -> None:
    assert clock_span(difference) == words


def test_the_battery_is_spoken_of_only_when_the_clock_fell_back() -> None:
    assert "CMOS" in clock_advice("behind", differs=False)
    assert "CMOS" in clock_advice("behind", differs=True)
    assert "CMOS" not in clock_advice("unsure", differs=True)
    assert clock_advice("unsure", differs=False).startswith("Cocokkan dengan jam dinding.")
    assert "bertukar lagi" in clock_advice("unsure", differs=True)


def test_facts_name_both_times_or_what_is_known() -> None:
    assert clock_facts(NOW, None, NOW, NOW + timedelta(hours=2)).endswith("selisih 2 jam.")
    assert clock_facts(NOW, NOW, None, None).count("12 Maret 2026") == 2
    assert clock_facts(NOW, None, None, None) == "Komputer menunjuk Kamis, 12 Maret 2026 pukul 09.42."
    assert len({clock_title("behind", False), clock_title("unsure", False), clock_title("behind", True)}) == 3

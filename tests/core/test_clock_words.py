"""What is said of a clock that jumped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.core.clock_words import advice, facts, span, title

NOW = datetime(2026, 3, 12, 2, 42, tzinfo=UTC)


@pytest.mark.parametrize(("difference", "words"), [
    (timedelta(days=20454), "56 tahun"), (timedelta(days=-400), "1 tahun"), (timedelta(days=3, hours=5), "3 hari"),
    (-timedelta(hours=2, minutes=59), "2 jam"), (timedelta(minutes=25, seconds=59), "25 menit"),
])  # fmt: skip
def test_how_far_apart(difference: timedelta, words: str) -> None:
    assert span(difference) == words


def test_the_battery_is_spoken_of_only_when_the_clock_fell_back() -> None:
    assert "CMOS" in advice("behind", differs=False)
    assert "CMOS" in advice("behind", differs=True)
    assert "CMOS" not in advice("unsure", differs=True)
    assert advice("unsure", differs=False).startswith("Cocokkan dengan jam dinding.")
    assert "bertukar lagi" in advice("unsure", differs=True)


def test_facts_name_both_times_or_what_is_known() -> None:
    assert facts(NOW, None, NOW, NOW + timedelta(hours=2)).endswith("selisih 2 jam.")
    assert facts(NOW, NOW, None, None).count("12 Maret 2026") == 2
    assert facts(NOW, None, None, None) == "Komputer menunjuk Kamis, 12 Maret 2026 pukul 09.42."
    assert len({title("behind", False), title("unsure", False), title("behind", True)}) == 3

"""What a list of the book says of the days that it was asked for."""

import pytest

from app.services.complaints.queries import Asked
from app.services.complaints.views.book import days_words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, ""),
        ({"came": "2026-11-20"}, "masuk 20 Nov 2026"),
        ({"ended": "2026-11-20"}, "selesai 20 Nov 2026"),
        ({"came": "2026-11-19", "ended": "2026-11-20"}, "masuk 19 Nov 2026, selesai 20 Nov 2026"),
        ({"since": "2026-11-01"}, ""),
        ({"gap": (1, 3)}, ""),
    ],
)
def test_only_days_that_were_asked_are_told(asked: dict[str, object], words: str) -> None:
    assert days_words(Asked(2026, **asked)) == words  # type: ignore[arg-type]


def test_a_span_of_days_after_the_limit_is_told_with_its_beginning() -> None:
    words = days_words(Asked(2026, since="2026-11-01", gap=(1, 3)))
    assert words.startswith("selesai sejak 1 Nov 2026, ")
    assert "batas" in words

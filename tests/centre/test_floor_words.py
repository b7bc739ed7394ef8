"""How the print room of a centre speaks of a promise and of what it makes."""

from datetime import date

import pytest
from msgspec.structs import replace

from app.centre.tables import KTP_TERMS
from app.centre.views.queue import due_kind, due_words, made_words

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("due_on", "kind", "words"),
    [
        ("", "idle", "Tanpa janji"),
        ("2026-03-11", "bad", "Lewat 1 hari kerja"),
        ("2026-03-12", "warn", "Hari ini"),
        ("2026-03-13", "warn", "Besok"),
        ("2026-03-16", "wait", "2 hari kerja lagi"),
    ],
)
def test_a_promise_is_near_today_and_tomorrow(due_on: str, kind: str, words: str) -> None:
    assert (due_kind(due_on, TODAY), due_words(due_on, TODAY)) == (kind, words)


def test_what_was_made_is_called_as_its_service_calls_it() -> None:
    assert made_words(KTP_TERMS) == "tercetak"
    assert made_words(replace(KTP_TERMS, printed="Terbit")) == "sudah terbit"

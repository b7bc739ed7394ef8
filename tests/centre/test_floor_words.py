"""How the print room of a centre speaks of a promise and of what it makes."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from app import compose_centre
from app.centre.service import REASONS
from app.centre.tables import KTP_TERMS
from app.centre.views.queue import due_kind, due_words, made_words
from app.compose_centre import centre_road_status
from app.core.permissions import SYSTEM
from tests.centre.desk import Desk
from tests.platform.people import Clock

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


HEARD: list[tuple[list[tuple[int | None, bool]], str, str, str]] = [
    ([], "idle", "Belum ada", "buat kode"),
    ([(1, False), (2, False)], "good", "2 ", "2 memberi kabar 24 jam terakhir"),
    ([(1, False), (24, False)], "idle", "2 ", "1 memberi kabar"),
    ([(None, False)], "idle", "1 ", "0 memberi kabar"),
    ([(1, True), (30, False), (1, True)], "warn", "3 ", "2 perlu diperiksa"),
]
"""(hours since it was heard of, whether something is to be looked at) of each enrolled office → what is told."""


def test_the_header_of_the_centre_counts_its_offices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, Clock())
    now, db = desk.clock(), desk.centre.journal.db
    waits = SimpleNamespace(enrolled_at=None, last_contact_at=None, trouble="x")
    for states, kind, title, detail in HEARD:
        known = [
            SimpleNamespace(
                enrolled_at="2026-01-01",
                last_contact_at=None if hours is None else (now - timedelta(hours=hours)).isoformat(),
                trouble="x" if trouble else "",
            )
            for hours, trouble in states
        ]
        monkeypatch.setattr(compose_centre.offices, "list_offices", lambda db, now, known=known: [*known, waits])
        told = centre_road_status(db, SYSTEM, now)
        assert told is not None
        assert (told.state, told.title.startswith(title), told.detail.startswith(detail)) == (kind, True, True)
    db.close()


def test_a_refusal_for_biometrics_is_one_that_wants_another_recording() -> None:
    assert {key for key, reason in REASONS.items() if "rekam ulang" in reason.sentence} == {"biometric", "photo"}
    assert {key for key, reason in REASONS.items() if reason.biometric} == {"biometric", "photo"}

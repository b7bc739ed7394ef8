"""The promise of a row in a list, and the date of a task on the desk: written out for each side of each edge.

Nothing but Saturdays and Sundays is off; 19 March 2026 is a Thursday.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.casework.desk.views import desk
from app.casework.desk.views.case_rows import promise_cells, state_kind
from app.core.workdays import Calendar

CALENDAR = Calendar({})


def cells(on: str, *, stood: bool = False, **row: Any) -> tuple[str, str, str, bool]:
    held = {"due_on": "2026-03-19", "kept_on": None, "closed": 0} | row
    return promise_cells(SimpleNamespace(**held), CALENDAR, date.fromisoformat(f"2026-03-{on}"), stood=stood)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "kind", "over"),
    [("16", "", False), ("18", "warn", False), ("19", "warn", False), ("20", "bad", True), ("31", "bad", True)],
)
def test_a_promise_is_over_the_day_after_its_day(on: str, kind: str, over: bool) -> None:
    made = cells(on)
    assert (made[0], made[3]) == (kind, over)


def test_what_is_decided_no_longer_counts() -> None:
    day = "19 Mar 2026"
    assert cells("31", kept_on="2026-03-19") == ("good", "Ditepati", day, False)
    assert cells("31", kept_on="2026-03-20") == ("warn", "Terlambat", day, False)
    assert cells("31", closed=1) == ("", "", day, False)
    assert cells("31", stood=True) == ("idle", "Hitungan dijeda", "", False)
    assert cells("31", due_on=None) == ("", "Belum dihitung", "", False)
    assert cells("31", due_on=None, closed=1) == ("", "", "", False)


@pytest.mark.parametrize(
    ("on", "kind", "word"),
    [
        ("16", "", "3 hari kerja lagi"),
        ("17", "", "2 hari kerja lagi"),
        ("18", "warn", "Besok"),
        ("19", "warn", "Hari ini"),
        ("20", "bad", "Lewat 1 hari kerja"),
    ],
)
def test_the_date_of_a_task_warns_on_the_last_two_days(
    monkeypatch: pytest.MonkeyPatch, on: str, kind: str, word: str
) -> None:
    monkeypatch.setattr(desk, "current_db", lambda: None)
    monkeypatch.setattr(desk, "current_date", lambda: date.fromisoformat(f"2026-03-{on}"))
    monkeypatch.setattr(desk.office, "office_calendar", lambda _db: CALENDAR)
    task = SimpleNamespace(due_on=date(2026, 3, 19), unit="working_days", state="wait", word="", endpoint="x.y")
    assert desk.task_date(task) == (kind, word)  # type: ignore[arg-type]


def test_a_row_of_a_list_is_good_news_when_its_promise_was_kept() -> None:
    def step(**more: Any) -> Any:
        return SimpleNamespace(**({"side": False, "waits_for": ""} | more))

    def row(**more: Any) -> Any:
        return SimpleNamespace(**({"kept_on": None, "step": "x"} | more))

    assert state_kind(step(side=True), row(kept_on="2026-03-19")) == "back"
    assert state_kind(step(waits_for="partner"), row(kept_on="2026-03-19")) == "sent"
    assert state_kind(step(), row(kept_on="2026-03-19")) == "good"
    assert state_kind(step(), row()) == "wait"


@pytest.mark.parametrize(
    ("unit", "on", "due", "kind", "word"),
    [
        ("calendar_days", "20", "23", "", "3 hari lagi"),
        ("working_days", "13", "16", "warn", "1 hari kerja lagi"),
        ("working_minutes", "13", "16", "warn", "1 hari kerja lagi"),
        ("working_hours", "11", "13", "", "2 hari kerja lagi"),
    ],
)
def test_the_days_to_a_task_are_counted_in_the_unit_of_its_limit(
    monkeypatch: pytest.MonkeyPatch, unit: str, on: str, due: str, kind: str, word: str
) -> None:
    """The 20th and the 13th are Fridays; where minutes are told, days between are working days."""
    monkeypatch.setattr(desk, "current_db", lambda: None)
    monkeypatch.setattr(desk, "current_date", lambda: date.fromisoformat(f"2026-03-{on}"))
    monkeypatch.setattr(desk.office, "office_calendar", lambda _db: CALENDAR)
    task = SimpleNamespace(due_on=date.fromisoformat(f"2026-03-{due}"), unit=unit, state="wait", word="", endpoint="")
    assert desk.task_date(task) == (kind, word)  # type: ignore[arg-type]

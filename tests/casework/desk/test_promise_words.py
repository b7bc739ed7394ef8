"""What a case's page says of its promise, day by day: dates written out, the KTP standard's twelve working days.

Complete on Monday 2 March 2026 with the 18th off, the twelfth working day is Thursday 19 March.
"""

import json
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from app.casework.desk import limits, story
from app.casework.desk.queries import Event
from app.casework.desk.service import NOTE_ACTIONS
from app.casework.desk.tables import CaseFile, CasePause
from app.core.workdays import Calendar, Holiday
from tests.core.procedure.services import ktp, staff_card

CALENDAR = Calendar({date(2026, 3, 18): Holiday("Cuti bersama", "cuti_bersama")})


def case(**changed: Any) -> CaseFile:
    """A complete case with its promise."""
    told: dict[str, Any] = {
        "id": 1,
        "completed_on": "2026-03-02",
        "due_on": "2026-03-19",
        "kept_on": None,
        "closed": 0,
        "off_days": None,
    }
    return CaseFile(**told | changed)


def pause(since: str, until: str | None = None) -> CasePause:
    return CasePause(case_id=1, reason="blanks_out", from_on=since, to_on=until)


def said(on: str, *held: CasePause, definition: Any = None, **changed: Any) -> tuple[str, str]:
    """(state class, word) on a day of March 2026."""
    found = story.describe_promise(
        definition or ktp(), CALENDAR, case(**changed), held, date.fromisoformat(f"2026-{on}")
    )
    return found.kind, found.word


@pytest.mark.parametrize(
    ("on", "kind", "word"),
    [
        ("03-02", "wait", "Mulai dihitung, 12 hari kerja"),
        ("03-03", "wait", "11 hari kerja lagi"),
        ("03-16", "wait", "2 hari kerja lagi"),
        ("03-17", "warn", "1 hari kerja lagi"),
        ("03-18", "warn", "Besok"),
        ("03-19", "warn", "Hari ini"),
        ("03-20", "bad", "Lewat 1 hari kerja"),
        ("03-22", "bad", "Lewat 1 hari kerja"),
        ("03-23", "bad", "Lewat 2 hari kerja"),
    ],
)
def test_a_running_promise_says_which_day_it_is(on: str, kind: str, word: str) -> None:
    assert said(on) == (kind, word)


def test_beside_what_is_left_stands_how_many_days_have_run() -> None:
    days = {"03-03": 1, "03-16": 10, "03-17": 11, "03-18": 11, "03-19": 12}  # the 18th is off
    told = [story.describe_promise(ktp(), CALENDAR, case(), (), date.fromisoformat(f"2026-{on}")).note for on in days]
    assert told == [f"Hari kerja ke-{number} dari 12." for number in days.values()]


def test_the_weekend_after_the_promised_day_is_a_day_late() -> None:
    assert said("03-21", due_on="2026-03-20") == ("bad", "Lewat 1 hari kerja")


def test_calendar_days_are_called_days() -> None:
    assert said("03-20", definition=staff_card(), completed_on="2026-03-20", due_on="2026-03-23") == (
        "wait",
        "Mulai dihitung, 3 hari",
    )
    assert said("03-21", definition=staff_card(), completed_on="2026-03-20", due_on="2026-03-23") == (
        "wait",
        "2 hari lagi",
    )
    assert said("03-26", definition=staff_card(), completed_on="2026-03-20", due_on="2026-03-23") == (
        "bad",
        "Lewat 3 hari",
    )


def test_a_card_on_the_promised_day_keeps_the_promise() -> None:
    assert said("04-01", kept_on="2026-03-18") == ("good", "Ditepati")
    assert said("04-01", kept_on="2026-03-19") == ("good", "Ditepati")
    assert said("04-01", kept_on="2026-03-20") == ("bad", "Terlambat")
    kept = story.describe_promise(ktp(), CALENDAR, case(kept_on="2026-03-19"), [], date(2026, 4, 1))
    assert (kept.date_text, kept.note) == ("Kamis, 19 Maret 2026", "19 Mar 2026")


def test_a_pause_that_lasts_stops_the_clock_and_an_ended_one_leaves_its_days_out() -> None:
    assert said("03-10", pause("2026-03-09")) == ("warn", "Dijeda")
    assert said("03-10", pause("2026-03-09", "2026-03-10")) == ("wait", "6 hari kerja lagi")
    assert said("03-10", pause("2026-03-09"), closed=1) == ("idle", "Ditutup")


@pytest.mark.parametrize("missing", ["completed_on", "due_on"])
def test_without_completeness_there_is_no_promise_yet(missing: str) -> None:
    assert said("03-10", **{missing: None}) == ("idle", "Belum dihitung")
    assert said("03-10", **{missing: None}, closed=1) == ("idle", "Ditutup")
    told = [
        story.describe_promise(ktp(), CALENDAR, case(due_on=None, closed=closed), [], date(2026, 3, 10)).note
        for closed in (0, 1)
    ]
    assert told == ["Tanggal diberikan setelah berkas lengkap dan valid.", ""]


def test_a_service_without_a_promise_says_so() -> None:
    free = replace(ktp(), promise=None)
    assert said("03-10", definition=free) == ("idle", "Layanan ini tanpa batas waktu")
    assert story.completion_event(free, [Event("", "", "", "", "", "", "")]) is None
    assert story.counted_from(free, case(), []) == ""


def way(*moves: tuple[str, str, str]) -> list[Event]:
    """Moves of a case: (date, step, outcome)."""
    return [Event("", on, outcome, step, "", "sari", "") for on, step, outcome in moves]


def test_completeness_is_the_first_move_of_that_name() -> None:
    moves = way(
        ("2026-03-01", "receive", "complete"),
        ("2026-03-02", "validate", "complete"),
        ("2026-03-05", "validate", "complete"),
    )
    assert story.completion_event(ktp(), moves) is moves[1]
    assert story.completion_event(ktp(), moves[:1]) is None


def test_days_counted_from_the_17th_birthday_say_so() -> None:
    moves = way(("2026-03-02", "validate", "complete"))
    assert story.counted_from(ktp(), case(completed_on="2026-03-06"), moves) == "pemohon berumur 17 tahun"
    assert story.counted_from(ktp(), case(completed_on="2026-03-02"), moves) == ""
    assert story.counted_from(ktp(), case(completed_on=None), moves) == ""
    assert story.counted_from(ktp(), case(completed_on="2026-03-06"), []) == ""


def test_a_calendar_that_changed_gives_another_day_only_to_a_running_promise() -> None:
    new = Calendar({})
    assert limits.promise_today(ktp(), new, case(), []) == date(2026, 3, 18)
    assert limits.promise_today(ktp(), CALENDAR, case(), []) is None
    assert limits.promise_today(ktp(), CALENDAR, case(), [pause("2026-03-09", "2026-03-10")]) == date(2026, 3, 20)
    assert limits.promise_today(ktp(), new, case(), [pause("2026-03-09")]) is None
    for still in ({"completed_on": None}, {"due_on": None}, {"kept_on": "2026-03-10"}, {"closed": 1}):
        assert limits.promise_today(ktp(), new, case(**still), []) is None


def test_the_explanation_uses_the_days_off_of_the_promise() -> None:
    assert story.due_days(ktp(), CALENDAR, case(completed_on=None), []) == ()
    assert story.due_days(ktp(), CALENDAR, case(), [])[-1].date == date(2026, 3, 19)
    kept = case(off_days=json.dumps([("2026-03-03", "Libur daerah"), ("2026-03-18", "Cuti bersama")]))
    lines = story.due_days(ktp(), CALENDAR, kept, [])
    assert (lines[1].reason, lines[-1].date) == ("Libur daerah", date(2026, 3, 20))
    assert story.due_days(ktp(), CALENDAR, case(off_days="[]"), [])[-1].date == date(2026, 3, 18)


def test_a_past_line_is_good_a_detour_back_and_what_a_person_ended_by_hand_idle() -> None:
    """`back` for a way aside, `warn` where one waits on with a reason, `idle` for notes and for an end by hand."""
    definition = ktp()
    sides = {step.id for step in definition.steps if step.side}
    by_hand = {way_out.id: way_out.by_hand for way_out in definition.exits}
    assert set(by_hand.values()) == {True, False}
    seen = set()
    for step in definition.steps:
        for outcome in step.outcomes:
            kind, title = story.past_words(definition, outcome.id, step.id, outcome.to)
            ended = by_hand.get(outcome.to.removeprefix("@"))
            wanted = (
                ("idle" if ended else "good")
                if ended is not None
                else "back"
                if outcome.to in sides
                else "warn"
                if outcome.needs_reason and not outcome.asks
                else "good"
            )
            assert (kind, title) == (wanted, outcome.history), (step.id, outcome.id)
            seen.add(kind)
    for one in definition.exits:
        kind, title = story.past_words(definition, one.id, definition.steps[0].id, f"@{one.id}")
        assert (kind, title) == ("idle" if one.by_hand else "good", one.state_label), one.id
        seen.add(kind)
    assert seen >= {"good", "idle", "back"}
    for action in ("corrected", "explained", "due_moved", "taken", *NOTE_ACTIONS):
        assert story.past_words(definition, action, "", "")[0] == "idle", action
    assert story.past_words(definition, "unheard_of", "", "") == ("good", "unheard_of")

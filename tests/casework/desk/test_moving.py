"""Moving a case: check, promise, return, two officers, correction, exits, pauses."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.casework.desk import checklist, moving, opening, queries, service
from app.casework.desk.opening import Opened
from app.casework.desk.tables import CaseFile
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office import service as office
from app.room import CaseHooks, SideHooks
from app.services.ktp.rules import KTP_RULES
from schema.service_fields import Comparison
from schema.service_procedure import Exit, Outcome
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, RED, application, open_anew, other
from tests.platform.people import START

PRESENT = dict.fromkeys(ALL_ITEMS, ("present", ""))


def case_of(journal: Journal, opened: Opened) -> CaseFile:
    case = service.case_by_id(journal.db, opened.id)
    assert case is not None
    return case


def accept(journal: Journal, actor: Actor, opened: Opened, **more: Any) -> None:
    service.check_case(
        journal, actor, case_id=opened.id, states=PRESENT, seen=RED, outcome="complete", now=START, **more
    )


def test_complete_starts_twelve_working_days(journal: Journal, sari: Actor, opened: Opened) -> None:
    accept(journal, sari, opened)
    case = case_of(journal, opened)
    assert (case.step, case.completed_on, case.due_on) == ("record", "2026-03-12", "2026-04-07")
    assert queries.open_promises(journal.db, None) == {date(2026, 4, 7): 1}


def test_a_missing_paper_forbids_acceptance_and_leaves_no_trace(journal: Journal, sari: Actor, opened: Opened) -> None:
    states = PRESENT | {"photo": ("missing", "")}
    with pytest.raises(Problem) as told:
        service.check_case(journal, sari, case_id=opened.id, states=states, outcome="complete", now=START)
    assert told.value.code == "incomplete"
    assert "Pas foto" in told.value.sentence
    assert checklist.checked_items(journal.db, opened.id)["photo"].state == "present"


def test_not_needed_wants_a_note(journal: Journal, sari: Actor, opened: Opened) -> None:
    with pytest.raises(Problem) as told:
        service.check_case(
            journal,
            sari,
            case_id=opened.id,
            states=PRESENT | {"photo": ("not_needed", " ")},
            outcome="",
            now=START,
        )
    assert set(told.value.fields) == {"photo"}
    accept(journal, sari, opened)
    assert case_of(journal, opened).due_on


def test_a_returned_file_keeps_number_and_history(journal: Journal, sari: Actor, opened: Opened) -> None:
    note = service.join_reasons(["Pas foto tidak ada atau ukurannya salah", "Lainnya"], "KK buram")
    service.check_case(
        journal,
        sari,
        case_id=opened.id,
        states=PRESENT | {"photo": ("missing", "")},
        outcome="returned",
        note=note,
        now=START,
    )
    moving.advance_case(journal, sari, case_id=opened.id, outcome="resubmitted", now=START + timedelta(days=1))
    case = case_of(journal, opened)
    assert (case.number, case.step, case.due_on) == (opened.number, "validate", None)
    way = queries.case_events(journal.db, opened.id)
    assert [event.action for event in way] == ["opened", "received", "returned", "resubmitted"]
    assert service.split_reasons(way[2].note) == ["Pas foto tidak ada atau ukurannya salah", "KK buram"]


def test_a_return_without_reason_is_refused(journal: Journal, sari: Actor, opened: Opened) -> None:
    with pytest.raises(Problem) as told:
        moving.advance_case(journal, sari, case_id=opened.id, outcome="returned", now=START, note="  ")
    assert "note" in told.value.fields


def test_two_officers_never_answer_twice(journal: Journal, sari: Actor, budi: Actor, opened: Opened) -> None:
    accept(journal, sari, opened, seen_step="validate")
    with pytest.raises(Problem) as told:
        accept(journal, budi, opened, seen_step="validate")
    assert told.value.code == "state"
    assert [event.action for event in queries.case_events(journal.db, opened.id)].count("complete") == 1


def test_a_step_with_its_own_page_is_not_ended_here(journal: Journal, sari: Actor, opened: Opened) -> None:
    accept(journal, sari, opened)
    oki = Actor(5, "Oki", "oki", frozenset({"operator"}))
    with pytest.raises(Problem) as told:
        moving.advance_case(journal, oki, case_id=opened.id, outcome="recorded", now=START)
    assert told.value.status == 409


def test_back_dating_needs_a_reason_and_no_day_before_receipt(journal: Journal, sari: Actor) -> None:
    made = opening.open_case(
        journal,
        sari,
        opening.Application(service="ktp-el", raw=application(), ticked=dict.fromkeys(ALL_ITEMS, "")),
        now=START - timedelta(days=3),
        rules=KTP_RULES,
    )
    yesterday = START.date() - timedelta(days=1)
    for on, note in (
        (yesterday, ""),
        (yesterday - timedelta(days=9), "lupa"),
        (yesterday + timedelta(days=9), "besok"),
    ):
        with pytest.raises(Problem):
            accept(journal, sari, made, on=on, note=note)
    accept(journal, sari, made, on=yesterday, note="Listrik padam kemarin")
    assert case_of(journal, made).completed_on == yesterday.isoformat()


def test_a_correction_is_the_kasis_with_reason_and_finds_again(
    journal: Journal, sari: Actor, budi: Actor, opened: Opened
) -> None:
    raw = application(full_name="Anissa Rahmawati", street="Dusun Baru")
    with pytest.raises(Problem) as told:
        service.correct_case(journal, sari, case_id=opened.id, raw=raw, reason="salah tulis", now=START)
    assert told.value.status == 403
    with pytest.raises(Problem) as empty:
        service.correct_case(journal, budi, case_id=opened.id, raw=raw, reason=" ", now=START)
    assert "reason" in empty.value.fields
    changed = service.correct_case(
        journal, budi, case_id=opened.id, raw=raw, reason="salah tulis", now=START, rules=KTP_RULES
    )
    assert changed == ["full_name", "street"]
    assert [row.id for row in queries.search_cases(journal.db, sari, "anissa")] == [opened.id]
    assert queries.search_cases(journal.db, sari, "anisa rah") == []
    last = queries.case_events(journal.db, opened.id)[-1]
    assert (last.action, last.on_date, last.note) == ("corrected", "2026-03-12", "salah tulis")


def test_exits_by_hand_close_with_reason(journal: Journal, sari: Actor, budi: Actor, opened: Opened) -> None:
    with pytest.raises(Problem):
        moving.leave_case(journal, sari, case_id=opened.id, exit_id="withdrawn", reason="batal", now=START)
    with pytest.raises(Problem):
        moving.leave_case(journal, budi, case_id=opened.id, exit_id="uncollected", reason="lama", now=START)
    moving.leave_case(journal, budi, case_id=opened.id, exit_id="withdrawn", reason="Pemohon batal", now=START)
    case = case_of(journal, opened)
    assert (case.closed, case.step, case.closed_on) == (1, "@withdrawn", "2026-03-12")
    with pytest.raises(Problem) as told:
        moving.leave_case(journal, budi, case_id=opened.id, exit_id="moved", reason="lagi", now=START)
    assert told.value.code == "state"
    again = open_anew(journal, sari, ticked={})
    assert again.number == "0002/KTP/2026"


def test_a_pause_moves_the_promise_by_the_paused_working_days(
    journal: Journal, sari: Actor, budi: Actor, opened: Opened
) -> None:
    accept(journal, sari, opened)
    with pytest.raises(Problem):
        service.pause_case(journal, budi, case_id=opened.id, reason="blanks_out", text="", now=START)
    secretary = Actor(0, "x", "ratna", frozenset({"sekretaris"}))
    office.change_setting(journal, secretary, key="pauses.enabled", value=["blanks_out"], now=START)
    service.pause_case(
        journal, budi, case_id=opened.id, reason="blanks_out", text="habis", now=START + timedelta(days=1)
    )
    due = service.resume_case(journal, budi, case_id=opened.id, now=START + timedelta(days=5))  # Friday to Tuesday
    assert due == date(2026, 4, 9)
    with pytest.raises(Problem):
        service.resume_case(journal, budi, case_id=opened.id, now=START + timedelta(days=6))


def test_a_village_sees_and_finds_only_its_own(journal: Journal, sari: Actor, desi: Actor, opened: Opened) -> None:
    far = open_anew(journal, sari, raw=other(3, village="3508992007"), ticked={})
    assert [row.id for row in queries.latest_cases(journal.db, desi).rows] == [opened.id]
    assert queries.search_cases(journal.db, desi, far.number) == []
    assert queries.search_cases(journal.db, desi, far.code) == []
    assert queries.search_cases(journal.db, desi, "dwi") == []
    with pytest.raises(Problem) as told:
        opening.get_case(journal.db, desi, far.id)
    assert told.value.status == 404


def test_a_room_above_may_forbid_an_outcome_and_an_exit(
    journal: Journal, sari: Actor, budi: Actor, opened: Opened
) -> None:
    asked: list[tuple[str, str | None]] = []

    def refuse(
        _db: object, _case: object, _definition: object, outcome: Outcome | Exit, by: Actor | None, on: date
    ) -> None:
        assert on == office_date(START)
        asked.append((outcome.id, by and by.username))
        raise Problem.of("invalid", {"note": "Masih ada yang belum selesai."})

    journal.db.hooks = SideHooks((CaseHooks(check=refuse),))
    before = case_of(journal, opened)
    with pytest.raises(Problem):
        accept(journal, sari, opened)
    with pytest.raises(Problem):
        moving.leave_case(journal, budi, case_id=opened.id, exit_id="withdrawn", reason="Ditarik pemohon", now=START)
    assert asked == [("complete", "sari"), ("withdrawn", "budi")]
    assert case_of(journal, opened) == before


def test_only_a_room_that_the_definition_names_is_asked(journal: Journal, sari: Actor, opened: Opened) -> None:
    """A case of identity cards has no people of a request, and is no contact of the hotline."""
    asked: list[str] = []
    journal.db.hooks = SideHooks(
        (
            CaseHooks(service="hotline", check=lambda *_: asked.append("another service")),
            CaseHooks(
                named_by=lambda definition: definition.people is not None, check=lambda *_: asked.append("people")
            ),
            CaseHooks(service="ktp-el", check=lambda *_: asked.append("its service")),
            CaseHooks(named_by=lambda definition: bool(definition.steps), check=lambda *_: asked.append("its steps")),
            CaseHooks(check=lambda *_: asked.append("every case")),
        )
    )
    accept(journal, sari, opened)
    assert asked == ["its service", "its steps", "every case"]


@pytest.mark.parametrize(("asked", "allowed"), [("baru", True), ("perubahan_data", False)])
def test_an_outcome_with_a_condition_is_only_for_cases_of_which_it_holds(
    journal: Journal, sari: Actor, opened: Opened, asked: str, allowed: bool
) -> None:
    """The case is a first card (`baru`); who has no say in the step is refused all the same."""
    case, on = case_of(journal, opened), office_date(START)
    definition = moving.case_definition(journal.db, case)
    only = (Comparison(fact="kind", equals=asked),)
    steps = [
        replace(step, outcomes=[replace(way, when=only) for way in step.outcomes]) if step.id == case.step else step
        for step in definition.steps
    ]

    def move(who: Actor) -> str:
        conditional = replace(definition, steps=steps)
        return moving.plan_move(
            journal.db, case, "returned", on, on, actor=who, definition=conditional, note="Kurang", now=START
        ).outcome

    if allowed:
        assert move(sari) == "returned"
    else:
        with pytest.raises(Problem) as told:
            move(sari)
        assert told.value.code == "state"

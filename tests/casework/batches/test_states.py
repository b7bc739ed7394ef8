"""The states of a dispatch and of its lines: every move from every state does what the table says, and nothing else."""

from itertools import product

import pytest

from app.casework.batches import dispatch, products
from app.casework.batches.tables import ANSWER_MOVES, DISPATCH_MOVES, AnswerConflict, Dispatch
from app.core.problems import Problem
from tests.services.ktp.desk import Desk

STATES, MOVES = ("draft", "sent", "dropped"), ("arrange", "drop", "send")
RESULTS = ("accepted", "printed", "refused")


def bring_to(desk: Desk, state: str) -> tuple[int, int]:
    """(dispatch, case) of a dispatch in a state."""
    case_id = desk.ready()
    made = desk.draft(case_id)
    if state == "dropped":
        dispatch.drop_draft(desk.journal, desk.who("sari"), dispatch_id=made, reason="batal", now=desk.now)
    elif state == "sent":
        dispatch.send_dispatch(desk.journal, desk.who("budi"), dispatch_id=made, now=desk.now)
    return made, case_id


def make_move(desk: Desk, move: str, made: int, case_id: int) -> None:
    sari, budi = desk.who("sari"), desk.who("budi")
    if move == "arrange":
        dispatch.draft_dispatch(desk.journal, sari, case_ids=[case_id], now=desk.now, dispatch_id=made)
    elif move == "drop":
        dispatch.drop_draft(desk.journal, sari, dispatch_id=made, reason="batal", now=desk.now)
    else:
        dispatch.send_dispatch(desk.journal, budi, dispatch_id=made, now=desk.now)


@pytest.mark.parametrize(("state", "move"), list(product(STATES, MOVES)))
def test_a_dispatch_moves_as_its_table_says(desk: Desk, state: str, move: str) -> None:
    made, case_id = bring_to(desk, state)
    after = DISPATCH_MOVES.get((state, move), state)
    if (state, move) in DISPATCH_MOVES:
        make_move(desk, move, made, case_id)
    else:
        with pytest.raises(Problem, match="sudah ditutup"):
            make_move(desk, move, made, case_id)
    found = Dispatch.first(desk.journal.db, Dispatch.id == made)
    assert found is not None
    assert found.state == after


def test_the_table_knows_every_state_of_the_database(desk: Desk) -> None:
    assert {state for state, _ in DISPATCH_MOVES} | set(DISPATCH_MOVES.values()) == {"", *STATES}


@pytest.mark.parametrize(("first", "then"), list(product(RESULTS, RESULTS)))
def test_an_answer_takes_effect_or_waits_for_a_person(desk: Desk, first: str, then: str) -> None:
    """Two answers of the centre: the second holds when the table has the step, differs from a final one as a dispute,
    or changes nothing."""
    made = desk.enrol().send(desk.ready())
    say = {
        "accepted": lambda: desk.accepted(made, 1),
        "printed": lambda: desk.printed(made, 1),
        "refused": lambda: desk.refused(made, 1),
    }
    say[first]()
    say[then]()
    line = desk.journal.db.one("SELECT result FROM dispatch_line WHERE dispatch_id = ?", (made,))
    assert line == (then if (first, then) in ANSWER_MOVES else first,)
    disputed = bool(AnswerConflict.rows(desk.journal.db))
    assert disputed == ({first, then} == {"printed", "refused"})


def test_a_typed_card_is_not_taken_back_into_the_queue(desk: Desk) -> None:
    """Somebody typed that the card is printed; that the centre took the line comes late and says nothing new."""
    made = desk.enrol().send(desk.ready(), desk.ready())
    desk.typed(made, 1, "printed")
    desk.accepted(made, 1)
    desk.typed(made, 2, "refused", reason="Foto buram")
    desk.refused(made, 2, "Latar foto biru.")
    lines = list(desk.journal.db.run("SELECT result, answered_by, reason FROM dispatch_line ORDER BY ordinal"))
    assert lines == [("printed", "typed", ""), ("refused", "road", "Latar foto biru.")]
    assert AnswerConflict.rows(desk.journal.db) == []


WAY = ("record", "send", "answer", "repair", "arrive", "hand_over", "@handed_over")
OWN_STEP = {
    "draft": ["send"],
    "repair": ["repair"],
    "call": ["hand_over"],
    "misprint": ["arrive", "hand_over", "@handed_over"],
    "give": ["hand_over"],
}


def bring_case_to(desk: Desk, step: str) -> int:
    """A case that was carried along the way up to a step of it."""
    case_id = desk.complete()
    after = WAY[1:]
    if step in after:
        desk.record(case_id)
    if step in after[1:]:
        made = desk.send(case_id)
        if step == "repair":
            desk.refused(made, 1)
        elif step != "answer":
            desk.printed(made, 1)
    if step in after[4:]:
        desk.arrived(case_id)
    if step == "@handed_over":
        do_at_step(desk, "give", case_id)
    return case_id


def do_at_step(desk: Desk, command: str, case_id: int) -> None:
    journal, now = desk.journal, desk.now
    if command == "draft":
        desk.draft(case_id)
    elif command == "repair":
        products.note_repair(journal, desk.who("sari"), case_id=case_id, note="Foto diganti", now=now)
    elif command == "call":
        products.note_call(journal, desk.who("ida"), case_id=case_id, means="phone", reached=True, now=now)
    elif command == "misprint":
        products.note_misprint(journal, desk.who("sari"), case_id=case_id, reason="Nama salah", now=now)
    else:
        products.hand_card_over(
            journal, desk.who("sari"), case_id=case_id, receiver="Pemohon", relation="self", now=now
        )


@pytest.mark.parametrize("step", WAY)
def test_a_command_of_the_way_wants_a_case_at_its_own_step(desk: Desk, step: str) -> None:
    """Anywhere else it is refused and nothing is written; a card with its owner may still turn out misprinted."""
    for command, own in OWN_STEP.items():
        case_id = bring_case_to(desk, step)
        before = desk.journal.db.one("SELECT count(*) FROM journal")
        if step in own:
            do_at_step(desk, command, case_id)
            assert desk.journal.db.one("SELECT count(*) FROM journal") != before
        else:
            with pytest.raises(Problem) as refused:
                do_at_step(desk, command, case_id)
            assert refused.value.code in ("state", "conflict"), (command, step)
            assert desk.journal.db.one("SELECT count(*) FROM journal") == before

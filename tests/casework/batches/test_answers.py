"""Answers of the centre: by the exchange, typed by two persons, in conflict; and the balance of every dispatch."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.casework.batches import answers, daily, events, products, queries
from app.casework.batches.events import Answer, is_fuller
from app.core.messages import LineAccepted, LinePrinted, LineRefused
from app.core.problems import Problem
from tests.platform.people import Browser
from tests.services.ktp.desk import Desk


def sent_lines(desk: Desk, count: int) -> tuple[int, list[int]]:
    cases = [desk.ready() for _ in range(count)]
    return desk.send(*cases), cases


def results(desk: Desk, made: int) -> list[str]:
    return [line.result for line in queries.list_lines(desk.journal.db, made)]


# -- by the exchange -----------------------------------------------------------------------------------------------


def test_each_answer_moves_its_own_file(desk: Desk) -> None:
    made, cases = sent_lines(desk, 3)
    desk.hear(LineAccepted(desk.line(made, 1)))
    desk.printed(made, 2)
    desk.refused(made, 3)
    assert [desk.step(case_id) for case_id in cases] == ["print", "arrive", "repair"]
    assert results(desk, made) == ["accepted", "printed", "refused"]


def mended(desk: Desk, case_id: int) -> None:
    products.note_repair(desk.journal, desk.who("sari"), case_id=case_id, note="Diganti", now=desk.now)


def test_a_refused_file_keeps_its_number_and_joins_a_later_dispatch(desk: Desk) -> None:
    made, [case_id] = sent_lines(desk, 1)
    due = desk.journal.db.one("SELECT number, due_on FROM case_file WHERE id = ?", (case_id,))
    desk.refused(made, 1, "Latar foto biru.")
    mended(desk, case_id)
    again = desk.later(days=1).send(case_id)
    line = queries.list_lines(desk.journal.db, again)[0]
    assert line.again == "Ulang: Latar foto biru."
    assert desk.journal.db.one("SELECT number, due_on FROM case_file WHERE id = ?", (case_id,)) == due
    desk.printed(again, 1)
    assert desk.step(case_id) == "arrive"
    assert [card.dispatch_id for card in products.expected_cards(desk.journal.db, "ktp-el")] == [again]


def test_a_late_answer_to_an_old_line_leaves_the_file_alone(desk: Desk) -> None:
    made, [case_id] = sent_lines(desk, 1)
    desk.refused(made, 1)
    mended(desk, case_id)
    desk.send(case_id)
    desk.printed(made, 1)
    assert desk.step(case_id) == "print"
    assert len(queries.list_conflicts(desk.journal.db, "ktp-el")) == 1


# -- typed from paper ------------------------------------------------------------------------------------------


def test_a_typed_answer_counts_when_another_person_has_checked_it(desk: Desk) -> None:
    made, [case_id] = sent_lines(desk, 1)
    answers.type_answer(
        desk.journal,
        desk.who("sari"),
        dispatch_id=made,
        ordinal=1,
        result="printed",
        serial="k7",
        now=desk.now,
    )
    assert results(desk, made) == ["waiting"]
    assert desk.step(case_id) == "print"
    with pytest.raises(Problem) as problem:
        answers.check_typed_answer(
            desk.journal, desk.who("sari"), dispatch_id=made, ordinal=1, agrees=True, now=desk.now
        )
    assert problem.value.code == "second_person"
    assert queries.unchecked_answers(desk.journal.db, desk.who("sari"), "ktp-el") == []
    assert [row[2] for row in queries.unchecked_answers(desk.journal.db, desk.who("ratna"), "ktp-el")] == [1]
    answers.check_typed_answer(desk.journal, desk.who("ratna"), dispatch_id=made, ordinal=1, agrees=True, now=desk.now)
    line = queries.list_lines(desk.journal.db, made)[0]
    assert (line.result, line.serial, line.answered_by, line.checked_by) == (
        "printed",
        "K7",
        "typed",
        "ratna",
    )
    assert desk.step(case_id) == "arrive"


def test_a_check_that_comes_without_what_it_checks_changes_nothing(desk: Desk) -> None:
    """Of two PCs that worked under one code: what one checked, the other never typed."""
    made, _ = sent_lines(desk, 1)
    said = {"subject": f"dispatch/{made}", "actor": "ratna", "at": desk.now}
    with desk.journal.transaction():
        desk.journal.record(events.AnswerChecked(made, 1, True, "2026-03-12"), **said)
    assert results(desk, made) == ["waiting"]


def test_what_the_second_person_does_not_find_is_typed_again(desk: Desk) -> None:
    made, _ = sent_lines(desk, 1)
    answers.type_answer(
        desk.journal,
        desk.who("sari"),
        dispatch_id=made,
        ordinal=1,
        result="refused",
        reason="?",
        now=desk.now,
    )
    answers.check_typed_answer(desk.journal, desk.who("oki"), dispatch_id=made, ordinal=1, agrees=False, now=desk.now)
    assert results(desk, made) == ["waiting"]
    assert queries.list_lines(desk.journal.db, made)[0].typed is None
    desk.typed(made, 1, "printed")
    assert results(desk, made) == ["printed"]


def test_a_typed_refusal_wants_its_reason(desk: Desk) -> None:
    made, _ = sent_lines(desk, 1)
    with pytest.raises(Problem) as problem:
        answers.type_answer(desk.journal, desk.who("sari"), dispatch_id=made, ordinal=1, result="refused", now=desk.now)
    assert "reason" in problem.value.fields


# -- conflicts -------------------------------------------------------------------------------------------------


def test_the_road_never_overwrites_a_typed_answer(desk: Desk) -> None:
    made, [case_id] = sent_lines(desk, 1)
    desk.typed(made, 1, "refused", reason="NIK ganda")
    desk.printed(made, 1)
    line = queries.list_lines(desk.journal.db, made)[0]
    assert (line.result, line.reason, line.conflicts) == ("refused", "NIK ganda", 1)
    assert desk.step(case_id) == "repair"


@pytest.mark.parametrize(
    ("holds", "result", "step"), [("held", "refused", "repair"), ("received", "printed", "arrive")]
)
def test_a_person_decides_and_the_file_follows(desk: Desk, holds: str, result: str, step: str) -> None:
    made, [case_id] = sent_lines(desk, 1)
    desk.typed(made, 1, "refused", reason="NIK ganda")
    desk.printed(made, 1)
    [conflict] = queries.list_conflicts(desk.journal.db, "ktp-el")
    with pytest.raises(Problem):
        answers.settle_conflict(
            desk.journal,
            desk.who("sari"),
            conflict_id=conflict.id,
            holds=holds,
            note="saya kira",
            now=desk.now,
        )
    answers.settle_conflict(
        desk.journal, desk.who("camat"), conflict_id=conflict.id, holds=holds, note="ditelepon", now=desk.now
    )
    line = queries.list_lines(desk.journal.db, made)[0]
    assert (line.result, desk.step(case_id)) == (result, step)
    assert line.serial == ("K001001" if result == "printed" else "")
    assert queries.list_conflicts(desk.journal.db, "ktp-el") == []
    assert queries.list_conflicts(desk.journal.db, "ktp-el", settled=True)[0].settled_by == "camat"


def test_a_card_called_printed_turns_out_refused(desk: Desk) -> None:
    made, [case_id] = sent_lines(desk, 1)
    desk.typed(made, 1, "printed", serial="K1")
    desk.refused(made, 1, "Rekaman ganda", biometric=True)
    [conflict] = queries.list_conflicts(desk.journal.db, "ktp-el")
    answers.settle_conflict(
        desk.journal,
        desk.who("budi"),
        conflict_id=conflict.id,
        holds="received",
        note="ditelepon",
        now=desk.now,
    )
    line = queries.list_lines(desk.journal.db, made)[0]
    assert (line.result, line.reason, line.biometric, line.serial) == ("refused", "Rekaman ganda", 1, "")
    assert desk.step(case_id) == "repair"


def test_only_a_refusal_asks_for_new_fingerprints(desk: Desk) -> None:
    made, _ = sent_lines(desk, 3)
    desk.typed(made, 1, "printed", serial="K1", biometric=True)
    desk.typed(made, 2, "refused", reason="foto", biometric=True)
    desk.typed(made, 3, "refused", reason="foto")
    assert [line.biometric for line in queries.list_lines(desk.journal.db, made)] == [0, 1, 0]


def test_another_serial_number_is_a_conflict_and_a_missing_one_is_filled(desk: Desk) -> None:
    made, _ = sent_lines(desk, 2)
    desk.typed(made, 1, "printed", serial="K1")
    desk.typed(made, 2, "printed")
    desk.printed(made, 1, 2)
    one, two = queries.list_lines(desk.journal.db, made)
    assert (one.serial, one.conflicts) == ("K1", 1)
    assert (two.serial, two.conflicts) == ("K001002", 0)


def test_the_centre_puts_its_own_words_beside_the_typed_ones(desk: Desk) -> None:
    made, _ = sent_lines(desk, 1)
    desk.typed(made, 1, "refused", reason="foto")
    desk.refused(made, 1, "Latar foto harus merah.", biometric=True)
    line = queries.list_lines(desk.journal.db, made)[0]
    assert (line.reason, line.typed_reason, line.biometric, line.conflicts) == (
        "Latar foto harus merah.",
        "foto",
        1,
        0,
    )


def test_a_wrongly_typed_pair_is_put_right_by_a_third(desk: Desk) -> None:
    """Two people erred: typing the line again makes a difference that the Kasi settles."""
    made, [case_id] = sent_lines(desk, 1)
    desk.typed(made, 1, "refused", reason="baris tertukar")
    desk.typed(made, 1, "printed", serial="K3")
    [conflict] = queries.list_conflicts(desk.journal.db, "ktp-el")
    assert conflict.received_by == "typed"
    answers.settle_conflict(
        desk.journal,
        desk.who("budi"),
        conflict_id=conflict.id,
        holds="received",
        note="kartu ada",
        now=desk.now,
    )
    assert desk.step(case_id) == "arrive"


# -- balance ---------------------------------------------------------------------------------------------------

Said = st.tuples(
    st.integers(1, 4),
    st.sampled_from(["accepted", "printed", "refused", "typed printed", "typed refused", "settle"]),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(Said, max_size=14))
def test_sent_is_always_printed_refused_and_waiting(desk: Desk, said: list[tuple[int, str]]) -> None:
    made, _ = sent_lines(desk, 4)
    for ordinal, what in said:
        say(desk, made, ordinal, what)
        [found] = queries.sent_dispatches(desk.journal.db, 1)
        assert found.sent == 4 == found.printed + found.refused + found.waiting
        assert found.agrees
        assert next(iter(queries.sent_dispatches(desk.journal.db, 100))).agrees
    assert daily.check_balances(desk.journal, desk.now) == []


def say(desk: Desk, made: int, ordinal: int, what: str) -> None:
    """One thing that may happen to a line, in any order; what the rules refuse changes nothing."""
    line = desk.line(made, ordinal)
    if what == "accepted":
        desk.hear(LineAccepted(line))
    elif what == "printed":
        desk.hear(LinePrinted(line, f"R{ordinal}", str(desk.now.date())))
    elif what == "refused":
        desk.hear(LineRefused(line, "alasan", False))
    elif what == "settle":
        for conflict in queries.list_conflicts(desk.journal.db, "ktp-el")[:1]:
            answers.settle_conflict(
                desk.journal,
                desk.who("budi"),
                conflict_id=conflict.id,
                holds="received",
                note="cek",
                now=desk.now,
            )
    elif queries.list_lines(desk.journal.db, made)[ordinal - 1].result != what.removeprefix("typed "):
        desk.typed(made, ordinal, what.removeprefix("typed "), reason="alasan", serial=f"T{ordinal}")


def test_the_daily_check_finds_a_line_that_went_missing(desk: Desk) -> None:
    made, _ = sent_lines(desk, 2)
    with desk.journal.transaction(), desk.journal.db.applying():
        desk.journal.db.run("DELETE FROM dispatch_line WHERE ordinal = 2")
    [wrong] = daily.check_balances(desk.journal, desk.now)
    assert (wrong.id, wrong.sent, wrong.waiting) == (made, 2, 1)
    assert queries.count_mismatches(desk.journal.db) == 1


def test_what_agrees_folds_behind_its_number_and_what_differs_stands_in_sight(desk: Desk, web: Flask) -> None:
    sent_lines(desk, 2)
    page = Browser(web, "budi").get("/keseimbangan/").text
    assert "<summary>1 cocok</summary>" in page
    with desk.journal.transaction(), desk.journal.db.applying():
        desk.journal.db.run("DELETE FROM dispatch_line WHERE ordinal = 2")
    page = Browser(web, "budi").get("/keseimbangan/").text
    assert "quiet-rows" not in page
    assert "Selisih 1" in page


@pytest.mark.parametrize(
    ("held", "answered", "fuller"),
    [
        (("printed", "", "road"), Answer("printed", "road", serial="A1"), True),
        (("printed", "A1", "road"), Answer("printed", "road", serial="A1"), False),
        (("printed", "A1", "road"), Answer("printed", "road"), False),
        (("printed", "", "road"), Answer("printed", "road"), False),
        (("refused", "", "typed"), Answer("refused", "road", reason="Foto"), True),
        (("refused", "", "typed"), Answer("refused", "typed", reason="Foto"), False),
        (("refused", "", "road"), Answer("refused", "road", reason="Foto"), False),
        (("refused", "", "typed"), Answer("printed", "road", serial="A1"), False),  # another verdict is none
    ],
)
def test_an_answer_is_fuller_by_its_serial_or_as_the_word_of_the_partner_himself(
    held: tuple[str, str, str], answered: Answer, fuller: bool
) -> None:
    row: Any = SimpleNamespace(**dict(zip(("result", "serial", "answered_by"), held, strict=True)))
    assert is_fuller(row, answered) is fuller


def test_the_line_that_is_asked_for_is_typed_else_the_next_open_one(desk: Desk, web: Flask) -> None:
    sent, sari = desk.send(desk.ready(), desk.ready(), desk.ready()), Browser(web, "sari")

    def typed(query: str = "") -> str:
        page = sari.get(f"/pengiriman/{sent}/jawaban{query}").text
        return page.partition('id="type-h">Baris ')[2].partition(":")[0]

    assert [typed(), typed("?baris=2"), typed("?baris=3"), typed("?baris=9")] == ["1", "2", "3", "1"]
    desk.typed(sent, 1, "refused", reason="Latar foto biru")
    assert [typed(), typed("?baris=1"), typed("?baris=0")] == ["2", "1", "2"]

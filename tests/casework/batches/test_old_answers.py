"""What Dispenduk Capil says of files that were sent before Loket was here."""

import pytest

from app.casework.batches import answers
from app.core.problems import Problem
from tests.casework.batches.test_answers import sent_lines
from tests.services.ktp.desk import Desk


def old(desk: Desk, case_id: int, result: str, reason: str) -> None:
    answers.answer_old_case(desk.journal, desk.who("sari"), case_id=case_id, result=result, reason=reason, now=desk.now)


def test_a_file_sent_before_loket_was_here_gets_its_answer_by_hand(desk: Desk) -> None:
    made, cases = sent_lines(desk, 2)
    with desk.journal.transaction(), desk.journal.db.applying():
        desk.journal.db.run("DELETE FROM dispatch_line")
    old(desk, cases[0], "printed", "")
    old(desk, cases[1], "refused", "foto")
    assert [desk.step(case_id) for case_id in cases] == ["arrive", "repair"]
    assert made
    desk.arrived(cases[0])
    assert desk.step(cases[0]) == "hand_over"


def test_a_file_of_a_dispatch_is_not_answered_behind_its_back(desk: Desk) -> None:
    _, [case_id] = sent_lines(desk, 1)
    with pytest.raises(Problem):
        old(desk, case_id, "printed", "")

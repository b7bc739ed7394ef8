"""Answers that differ: one decision for a line, and a card in the box of which nobody knows yet what it is."""

import pytest

from app.casework.batches import answers, queries
from app.core.messages import LineAccepted
from tests.casework.batches.test_answers import sent_lines
from tests.platform.people import Browser
from tests.services.ktp.desk import Desk


@pytest.mark.parametrize(
    ("holds", "result", "step"), [("held", "refused", "repair"), ("received", "printed", "arrive")]
)
def test_one_decision_settles_all_that_the_centre_said_of_a_line(
    desk: Desk, holds: str, result: str, step: str
) -> None:
    made, [case_id] = sent_lines(desk, 1)
    desk.typed(made, 1, "refused", reason="NIK ganda")
    desk.hear(LineAccepted(desk.line(made, 1)))
    desk.printed(made, 1)
    [conflict] = queries.list_conflicts(desk.journal.db, "ktp-el")
    assert (conflict.held, conflict.received) == ("refused", "printed")
    answers.settle_conflict(
        desk.journal, desk.who("camat"), conflict_id=conflict.id, holds=holds, note="ditelepon", now=desk.now
    )
    assert queries.list_conflicts(desk.journal.db, "ktp-el") == []
    assert (queries.list_lines(desk.journal.db, made)[0].result, desk.step(case_id)) == (result, step)
    assert {one.settled for one in queries.list_conflicts(desk.journal.db, "ktp-el", settled=True)} == {
        f"{holds}: ditelepon"
    }


def test_a_card_in_dispute_is_named_where_its_box_is_counted(desk: Desk, as_sari: Browser) -> None:
    made, found = sent_lines(desk, 2)
    desk.typed(made, 1, "refused", reason="NIK ganda")
    desk.printed(made, 1, 2)
    desk.shipped("S-1", made, 1, 2)
    assert [case_id for case_id, _name in queries.disputed_on_the_way(desk.journal.db, "ktp-el")["S-1"]] == found[:1]
    page = as_sari.get("/kartu/kedatangan").text
    assert "jawabannya masih berbeda" in page
    assert f'<a href="/berkas/{found[0]}">' in page

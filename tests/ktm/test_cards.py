"""A student's card from the list to withdrawal, by the services: rules, rights, money numbers, replay."""

import pytest

from app.batches.values import find_case_value, open_case_value
from app.core.problems import Problem
from app.ktm import queries
from app.people.access_log import access_lines
from tests.ktm.desk import CardDesk, account


def test_a_card_from_registration_to_hand_over(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)
    assert desk.case(case_id).step == "distribute"
    held = queries.find_card(desk.journal.db, card.code)
    assert held.state == "valid"


def test_an_account_number_stands_nowhere_in_plain_text(desk: CardDesk) -> None:
    [(case_id, _)] = desk.with_card(1)
    db = desk.journal.db
    number = account(1)
    for table in ("journal_body", "answer_value", "dispatch_line", "typed_answer", "case_event", "access_log"):
        cells = [one for row in db.run(f"SELECT * FROM {table}") for one in row]
        texts = [one.decode("latin-1") if isinstance(one, bytes) else str(one) for one in cells]
        assert not [text for text in texts if number in text], table
    held = find_case_value(db, case_id)
    assert held is not None
    assert held.mask == "*********001"
    with pytest.raises(Problem) as caught:
        open_case_value(db, desk.who("sari"), desk.sealer(), case_id=case_id, now=desk.now)
    assert caught.value.code == "forbidden"
    shown = open_case_value(db, desk.who("budi"), desk.sealer(), case_id=case_id, now=desk.now)
    assert shown == number
    [(_, line)] = access_lines(db, actions=["answer.value"])
    assert (line.subject, line.detail) == (f"case/{case_id}", "")

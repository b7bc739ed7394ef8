"""A contact from the call to the answer: who does what, within which time, and what is refused."""

from app.hotline import queries, service
from tests.hotline.desk import NUMBER, HotlineDesk


def test_a_call_is_in_step_two_at_once_and_is_answered_from_desk_information(hotline: HotlineDesk) -> None:
    opened = hotline.call()
    assert opened.number == "0001/HLS/2026" and hotline.step(opened.id) == "desk"
    service.answer_from_desk(hotline.journal, hotline.who("ida"), case_id=opened.id, now=hotline.clock())
    assert hotline.step(opened.id) == "@answered"


def test_a_message_waits_for_its_reply(hotline: HotlineDesk) -> None:
    opened = hotline.message()
    assert hotline.step(opened.id) == "arrived"
    assert queries.open_contact_of(hotline.journal.db, NUMBER) == opened.id

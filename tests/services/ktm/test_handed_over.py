"""When the list was handed to the bank on paper: once, by the office's clock, between its closing and now."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.casework.batches import receipts
from app.casework.batches.dispatch import find_dispatch
from app.core.problems import Problem
from tests.services.ktm.desk import CardDesk

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def refusal(desk: CardDesk, made: int, **changed: Any) -> Problem:
    given = {"dispatch_id": made, "at": desk.now, "handed_to": "Tutik", "now": desk.now} | changed
    with pytest.raises(Problem) as caught:
        receipts.note_handed_over(desk.journal, desk.who("sari"), **given)
    return caught.value


def test_a_list_is_handed_over_once_and_neither_before_it_was_closed_nor_after_now(desk: CardDesk) -> None:
    made = desk.send(desk.register())
    later: datetime = desk.now + MINUTE
    assert [one.id for one in receipts.dispatches_to_hand_over(desk.journal.db, "ktm")] == [made]
    assert list(refusal(desk, made, at=desk.now + MINUTE).fields) == ["at_clock"]
    assert list(refusal(desk, made, at=desk.now + DAY).fields) == ["at_on"]
    assert "belum disetujui" in refusal(desk, made, at=desk.now - MINUTE).fields["at_clock"]
    assert "belum disetujui" in refusal(desk, made, at=desk.now - DAY).fields["at_clock"]
    assert list(refusal(desk, made, handed_to=" ").fields) == ["handed_to"]
    assert find_dispatch(desk.journal.db, made).reached_at == ""
    receipts.note_handed_over(
        desk.journal, desk.who("sari"), dispatch_id=made, at=later, handed_to=" Tutik ", now=later
    )
    found = find_dispatch(desk.journal.db, made)
    assert (found.reached_at, found.reached_by) == ("2026-03-12T09:43", "person")
    assert receipts.reached_words(found, later.date()) == "Kam 12 Mar 09.43"
    assert receipts.dispatches_to_hand_over(desk.journal.db, "ktm") == []
    assert refusal(desk, made).code == "conflict"


def test_the_minute_of_its_closing_is_early_enough(desk: CardDesk) -> None:
    """People type minutes: half a minute after it began the list is closed."""
    desk.now = desk.now.replace(second=30)
    made = desk.send(desk.register())
    desk.hand_list_over(made)
    assert find_dispatch(desk.journal.db, made).reached_at == "2026-03-12T09:42"


def test_a_service_without_such_a_limit_asks_for_no_receipt(desk: CardDesk) -> None:
    assert receipts.names_receipt(desk.journal.db, "ktm")
    assert not receipts.names_receipt(desk.journal.db, "ktp-el")
    assert receipts.dispatches_to_hand_over(desk.journal.db, "ktp-el") == []

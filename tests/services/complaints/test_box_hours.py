"""From when on the box asks to be opened, and until when."""

from datetime import date, timedelta

import pytest

from app.core.clock import at_office
from app.core.problems import Problem
from app.services.complaints import suggestion_box as box
from tests.services.complaints.desk import BookDesk

THURSDAY, SUNDAY = date(2026, 3, 12), date(2026, 3, 15)


def test_the_box_asks_from_two_in_the_afternoon_until_the_office_closes(book: BookDesk) -> None:
    db, ida = book.journal.db, book.who("ida")
    two = at_office(THURSDAY, 14)
    assert not box.is_end_of_service(db, two - timedelta(seconds=1))
    assert box.is_end_of_service(db, two)
    assert not box.is_end_of_service(db, at_office(SUNDAY, 15))
    assert box.box_of_today(db, ida, two - timedelta(seconds=1)) == []
    (item,) = box.box_of_today(db, ida, two)
    closing = max(end for _, end in box.working_time(db).spans_of(THURSDAY))
    assert item.deadline.since[:16] == "2026-03-12T14:00"
    assert item.deadline.due[:16] == f"2026-03-12T{closing // 60}:{closing % 60:02}"
    assert box.box_of_today(db, book.who("budi"), two) == []
    box.open_box(book.journal, ida, slips=[], now=two)
    assert box.box_of_today(db, ida, two) == []


def test_an_opening_before_the_end_of_service_asks_again(book: BookDesk) -> None:
    ida, two = book.who("ida"), at_office(THURSDAY, 14)
    box.open_box(book.journal, ida, slips=[], now=two - timedelta(minutes=1))
    assert len(box.box_of_today(book.journal.db, ida, two)) == 1


def test_who_opens_the_box_and_who_watches_may_explain(book: BookDesk) -> None:
    assert [box.can_explain(book.who(name)) for name in ("ida", "ratna", "budi")] == [True, True, False]
    with pytest.raises(Problem) as nothing:
        box.explain_missed_days(book.journal, book.who("ida"), reason="Lupa", now=book.clock())
    assert "Tidak ada hari" in nothing.value.sentence

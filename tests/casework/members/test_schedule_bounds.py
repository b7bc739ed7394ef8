"""Days, places and people of a schedule at their bounds."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.casework.members import schedule
from app.casework.members.queries import slots_from
from app.core.problems import Problem
from tests.casework.members.desk import SERVICE, Bureau

MONDAY = date(2026, 3, 30)


def refused_fields(call: Callable[[], object]) -> list[str]:
    with pytest.raises(Problem) as caught:
        call()
    return list(caught.value.fields) or [caught.value.code]


def test_days_and_places_of_a_schedule_have_their_bounds(bureau: Bureau) -> None:
    """31 days at once, 1 to 500 people in a slot; hours may touch and not overlap, in one place."""
    first, last = date(2026, 5, 4), date(2026, 5, 4) + timedelta(days=30)
    assert refused_fields(lambda: bureau.slots(first, last + timedelta(days=1), hours="08.00-09.00")) == ["last"]
    assert refused_fields(lambda: bureau.slots(first, first - timedelta(days=1))) == ["last"]
    for capacity in (0, 501):
        assert refused_fields(lambda capacity=capacity: bureau.slots(first, first, capacity)) == ["capacity"]
    workdays = [day for n in range(31) if (day := first + timedelta(days=n)).weekday() < 5]
    opened = bureau.slots(first, last, 500, "08.00-09.00")
    assert 0 < opened <= len(workdays)
    assert bureau.slots(first, first, 1, "09.00-10.00") == 1
    assert bureau.slots(first, first, 1, "07.00-08.00") == 1
    assert refused_fields(lambda: bureau.slots(first, first, 1, "08.59-09.30")) == ["conflict"]
    assert refused_fields(lambda: bureau.slots(first, first, 1, "06.00-07.01")) == ["conflict"]
    times = [(slot.begins, slot.ends, slot.capacity) for slot in slots_from(bureau.journal.db, SERVICE, str(first))]
    assert times[:3] == [("07.00", "08.00", 1), ("08.00", "09.00", 500), ("09.00", "10.00", 1)]


def test_today_is_a_day_on_which_slots_may_be_opened_and_yesterday_is_not(bureau: Bureau) -> None:
    today = bureau.now.date()
    assert bureau.slots(today, today, 1, "15.00-16.00") == 1
    assert refused_fields(lambda: bureau.slots(today - timedelta(days=1), today, 1, "15.00-16.00")) == ["first"]


def test_a_slot_holds_as_many_as_are_in_it_up_to_500_and_an_unused_one_goes(bureau: Bureau) -> None:
    bureau.put_at("plan")
    bureau.enter(2)
    bureau.slots(MONDAY, MONDAY, 2)
    used, unused = slots_from(bureau.journal.db, SERVICE, "2026-01-01")

    def change(slot_id: int, capacity: int, by: str = "taufik") -> None:
        schedule.change_slot(
            bureau.journal, bureau.who(by), service=SERVICE, slot_id=slot_id, capacity=capacity, now=bureau.now
        )

    assert bureau.plan(slot_id=used.id) == 2
    for slot, capacity in ((used, 1), (used, 0), (used, 501), (unused, 501)):
        assert refused_fields(lambda slot=slot, capacity=capacity: change(slot.id, capacity)) == ["capacity"]
    assert refused_fields(lambda: change(unused.id + 1, 3)) == ["not_found"]
    assert refused_fields(lambda: change(unused.id, 3, "indah")) == ["forbidden"]
    for slot, capacity in ((used, 2), (used, 500), (unused, 1), (unused, 0)):
        change(slot.id, capacity)
    [left] = slots_from(bureau.journal.db, SERVICE, "2026-01-01")
    assert (left.id, left.capacity, left.place) == (used.id, 500, "Ruang Rekam")


def test_whoever_is_not_on_the_list_is_not_moved_with_the_others(bureau: Bureau) -> None:
    bureau.enter(2)
    ids = bureau.ids()
    for wrong in ([*ids, max(ids) + 1], [max(ids) + 1], []):
        assert refused_fields(lambda wrong=wrong: bureau.move("removed", wrong, "tuti", "Salah")) in (
            ["not_found"],
            ["conflict"],
        )
        assert bureau.counts() == {"listed": 2}
    assert refused_fields(lambda: bureau.move("removed", ids[:1], "tuti", " ")) == ["reason"]
    assert bureau.move("removed", [ids[0], ids[0]], "tuti", "Salah") == 1
    assert bureau.counts()["listed"] == 1

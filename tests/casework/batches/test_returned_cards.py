"""A card that was taken home and comes back: printed again, free of charge, under the same number."""

from datetime import date

import pytest

from app.casework.batches import products, queries
from app.casework.batches.tables import HandOver
from app.casework.desk import service as cases
from app.casework.desk.story import case_story
from app.core.problems import Problem
from tests.casework.batches.test_cards import give, here
from tests.services.ktp.desk import Desk


def test_a_misprint_found_at_home_is_printed_again_under_the_same_number(desk: Desk) -> None:
    case_id = here(desk)
    give(desk, case_id)
    kept = cases.case_by_id(desk.journal.db, case_id)
    desk.later(days=3)
    products.note_misprint(
        desk.journal, desk.who("sari"), case_id=case_id, reason="tanggal lahir tertukar", now=desk.now
    )
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    assert kept is not None
    assert (case.step, case.closed, case.number, case.kept_on) == ("dispatch", 0, kept.number, kept.kept_on)
    assert products.find_hand_over(desk.journal.db, case_id) is None
    again = desk.later(days=1).send(case_id)
    assert queries.list_lines(desk.journal.db, again)[0].again == "Ulang: salah cetak, tanggal lahir tertukar"
    desk.printed(again, 1)
    desk.arrived(case_id)
    give(desk, case_id, receiver="Anisa R.")
    [first, second] = HandOver.rows(desk.journal.db, HandOver.case_id == case_id, order="id")
    assert (first.returned_on, second.returned_on) == ("2026-03-15", None)
    with pytest.raises(Problem):
        give(desk, case_id)


def test_a_day_that_has_gone_by_is_not_promised_again(desk: Desk) -> None:
    case_id = here(desk)
    give(desk, case_id)
    desk.later(days=60)
    products.note_misprint(desk.journal, desk.who("sari"), case_id=case_id, reason="nama", now=desk.now)
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    due = date.fromisoformat(case.due_on or "")
    late, early = "tanggal itu sudah lewat", "Selesai paling lambat"
    assert late in case_story(desk.journal.db, case, desk.now.date(), {}).say
    on_the_day = case_story(desk.journal.db, case, due, {}).say
    assert (early in on_the_day, late in on_the_day) == (True, False)

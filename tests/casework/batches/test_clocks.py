"""A dispatch, an answer and an arrival move the limits of a case like any step, and the journal makes them again."""

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.casework.batches import answers, dispatch, products
from app.casework.desk import moving, opening
from app.casework.desk import service as cases
from app.casework.desk.checklist import case_requirements
from app.casework.desk.opening import unused_code
from app.core.procedure.limits import Deadline
from app.platform.office.deadlines import read_deadlines
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.batches.services import STALL_PLATE
from tests.casework.batches.test_other_versions import give_back, sent_line
from tests.platform.office.adopting import put_in_force
from tests.platform.people import MUNDER
from tests.services.ktp.desk import Desk

LIMITS = """
[[limits]]
id = "plate"
label = "Plakat"
amount = 2
unit = "working_days"
starts_on = ["post.sent"]
stops_on = ["coming.arrived"]

[[limits]]
id = "judged"
label = "Jawaban Dinas"
amount = 60
unit = "working_minutes"
starts_on = ["pressing.@entered"]
stops_on = ["pressing.issued", "pressing.declined"]

[[limits]]
id = "mended"
label = "Perbaikan"
amount = 30
unit = "working_minutes"
starts_on = ["pressing.declined"]
stops_on = ["post.sent"]
"""
TIMED = STALL_PLATE.replace(
    'id = "pressing"\nclause', 'id = "pressing"\nstandard_time = { amount = 3, unit = "working_hours" }\nclause'
)


@pytest.fixture
def journal(journal: Journal) -> Journal:
    """The office with a service whose partner has clocks."""
    put_in_force(journal, TIMED + LIMITS, on=date(2026, 2, 1))
    return journal


def open_plate(desk: Desk) -> int:
    """A checked application that waits to be sent."""
    raw = {"kind": "baru", "stall": "A-17", "owner": "Bu Sarmi", "goods": "Sayur", "market": MUNDER}
    sari = desk.who("sari")
    opened = opening.open_case(
        desk.journal, sari, opening.Application(service="plakat-lapak", raw=raw, ticked={}), now=desk.now
    )
    case = cases.case_by_id(desk.journal.db, opened.id)
    assert case is not None
    needs = case_requirements(moving.case_definition(desk.journal.db, case), case)
    states = {need.id: ("present", "") for need in needs}
    cases.check_items(desk.journal, sari, case_id=opened.id, now=desk.now, states=states, seen={})
    moving.advance_case(desk.journal, sari, case_id=opened.id, outcome="fit", now=desk.now)
    return opened.id


def clocks(desk: Desk, case_id: int) -> dict[str, Deadline]:
    """The limits of a case by name, a step's by its step."""
    held = read_deadlines(desk.journal.db, f"case/{case_id}")
    return {scope or limit: deadline for (limit, scope), deadline in held.items()}


def answer(desk: Desk, dispatch_id: int, result: str, reason: str = "") -> None:
    """The answer of the first line, typed from paper and checked by another person."""
    line = {"dispatch_id": dispatch_id, "ordinal": 1, "now": desk.now}
    answers.type_answer(desk.journal, desk.who("sari"), **line, result=result, reason=reason)
    answers.check_typed_answer(desk.journal, desk.who("oki"), **line, agrees=True)


def test_clocks_hear_of_a_dispatch_of_its_answer_and_of_the_arrival(desk: Desk, tmp_path: Path) -> None:
    case_id = open_plate(desk)
    assert "plate" not in clocks(desk, case_id)
    first = desk.later(minutes=5).send(case_id)  # Thursday 12 March 2026, 09.47
    sent = clocks(desk, case_id)
    assert (sent["plate"].since, sent["plate"].due, sent["plate"].runs) == ("2026-03-12", "2026-03-16", True)
    assert (sent["judged"].since, sent["judged"].due) == ("2026-03-12T09:47", "2026-03-12T10:47")
    assert (sent["pressing"].limit, sent["pressing"].due) == ("step", "2026-03-12T13:17"), "half an hour is the break"

    desk.later(minutes=10)
    answer(desk, first, "refused", "Lapak sudah terisi")
    refused = clocks(desk, case_id)
    assert (refused["judged"].stopped, refused["pressing"].stopped) == ("2026-03-12T09:57", "2026-03-12T09:57")
    assert refused["mended"].since == "2026-03-12T09:57"

    desk.later(minutes=8)
    products.note_repair(desk.journal, desk.who("sari"), case_id=case_id, note="Lapak diganti", now=desk.now)
    second = desk.send(case_id)
    again = clocks(desk, case_id)
    assert again["mended"].stopped == "2026-03-12T10:05"
    assert (again["judged"].since, again["judged"].stopped) == ("2026-03-12T10:05", ""), "it begins anew"
    assert again["plate"].since == "2026-03-12", "one that runs goes on"

    answer(desk, second, "printed")
    desk.later(days=1)
    desk.arrived(case_id)
    assert clocks(desk, case_id)["plate"].stopped == "2026-03-13"
    assert verify_side(desk.journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_a_line_carries_its_clocks_back_to_a_restored_office(desk: Desk) -> None:
    """Whoever lost the days since the dispatch gets case, dispatch and limits with the line."""
    desk.enrol()
    case_id = open_plate(desk)
    made = desk.send(case_id)
    line = sent_line(desk.journal, desk.line(made, 1))
    lost = replace(
        line, case_id=78, number="0078/PLK/2026", dispatch_id=55, dispatch="P-55", code=unused_code(desk.journal.db)
    )
    assert give_back(desk, lost, desk.journal.tail(desk.journal.source, 1, "dukcapil").n + 1) == []
    assert clocks(desk, 78) == {name: clocks(desk, case_id)[name] for name in ("plate", "judged", "pressing")}


def test_a_service_without_a_moment_of_receipt_asks_for_none(desk: Desk) -> None:
    made = desk.send(open_plate(desk))
    answer(desk, made, "printed")
    assert not [entry for entry in desk.journal.about(f"dispatch/{made}") if entry.kind == "dispatch.reached"]
    assert dispatch.find_dispatch(desk.journal.db, made).reached_at == ""

"""What a dispatch, its answers and its cards refuse, with the sentence or field; and nothing is written."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from app.casework.batches import answers, dispatch, papers, products
from app.casework.batches.partners import CaseReader
from app.casework.batches.products import MEANS
from app.casework.desk import drafts, moving
from app.casework.desk import service as cases
from app.casework.desk.checklist import asked_of_everybody, case_requirements, item_fault
from app.casework.desk.limits import move_due
from app.casework.desk.papers import promise_slip_paper, return_slip_paper
from app.casework.desk.readiness import readiness
from app.core.problems import Problem, ValueProblem
from app.core.text import clean_field, clean_postcode
from app.platform.office import service as office
from schema.service_fields import Field
from tests.platform.people import START
from tests.services.ktp.desk import Desk


def why(act: Callable[[], Any]) -> str:
    """The fields, or the code, of a refusal; empty where it is taken."""
    try:
        act()
    except Problem as problem:
        return " ".join(sorted(problem.fields)) or problem.code
    return ""


def test_a_dispatch_has_cases_and_five_hundred_at_most(desk: Desk) -> None:
    sari, now = desk.who("sari"), desk.now

    def draft(*case_ids: int) -> Any:
        return dispatch.draft_dispatch(desk.journal, sari, case_ids=case_ids, now=now)

    assert why(lambda: draft(*range(1, dispatch.MOST_LINES + 2))) == "berkas"
    assert why(lambda: draft(*range(1, dispatch.MOST_LINES + 1))) == "not_found", "as many are looked for"
    made = draft(desk.ready())
    with desk.journal.db.writing(), desk.journal.db.applying():
        desk.journal.db.run("DELETE FROM dispatch_pick")
        send = {"dispatch_id": made, "now": now}
        assert why(lambda: dispatch.send_dispatch(desk.journal, desk.who("budi"), **send)) == "empty_dispatch"


def test_an_answer_is_typed_once_of_a_line_that_there_is(desk: Desk) -> None:
    sent = desk.send(desk.ready())

    def typed(ordinal: int, result: str = "refused", **said: Any) -> str:
        given = {"dispatch_id": sent, "ordinal": ordinal, "result": result, "now": desk.now} | said
        return why(lambda: answers.type_answer(desk.journal, desk.who("sari"), **given))

    assert typed(2, reason="Latar biru") == typed(0, reason="Latar biru") == "ordinal"
    assert typed(1) == "reason"
    assert typed(1, "lost", reason="Hilang") == "result"
    desk.typed(sent, 1, "refused", reason="Latar biru")
    assert typed(1, reason="Latar biru") == "conflict", "it says so already"


def test_a_difference_is_settled_once(desk: Desk) -> None:
    for known in (0, 1):
        settle = {"conflict_id": known, "holds": "held", "note": "Dibaca", "now": desk.now}
        assert why(lambda settle=settle: answers.settle_conflict(desk.journal, desk.who("budi"), **settle)) == (
            "not_found"
        )


def test_cards_are_counted_against_a_list_that_there_is_and_called_for_by_a_known_way(desk: Desk) -> None:
    case_id = desk.ready()
    sent = desk.send(case_id)
    desk.printed(sent, 1)
    count: dict[str, Any] = {"case_ids": [case_id], "counted": 1, "now": desk.now}
    sari = desk.who("sari")
    assert why(lambda: products.count_cards_in(desk.journal, sari, shipment="KIRIM-9", **count)) == "not_found"
    assert why(lambda: products.count_cards_in(desk.journal, sari, **(count | {"case_ids": [case_id, 99]}))) == (
        "conflict"
    )
    desk.arrived(case_id)
    call: dict[str, Any] = {"case_id": case_id, "reached": True, "now": desk.now}
    for known in MEANS:
        assert why(lambda known=known: products.note_call(desk.journal, sari, means=known, **call)) == ""
    with desk.journal.db.writing(), desk.journal.db.applying():
        desk.journal.db.run("UPDATE case_file SET area = ''")
    assert why(lambda: products.note_call(desk.journal, sari, means="village", **call)) == "means"
    assert why(lambda: products.note_call(desk.journal, sari, means="phone", **call)) == ""


def test_a_misprint_that_goes_along_again_stands_in_the_minutes(desk: Desk) -> None:
    case_id = desk.ready()
    first = desk.send(case_id)
    desk.printed(first, 1)
    desk.arrived(case_id)
    budi = desk.who("budi")
    assert len(papers.hand_over_minutes(desk.journal.db, first, budi, desk.now).items) == 1
    products.note_misprint(desk.journal, desk.who("sari"), case_id=case_id, reason="Nama terpotong", now=desk.now)
    again = desk.send(case_id)
    [line, back] = papers.hand_over_minutes(desk.journal.db, again, budi, desk.now).items
    assert (line.count, back.count, back.text) == (1, 1, "Kartu salah cetak yang ditarik")


def test_slips_wait_for_what_they_tell(desk: Desk) -> None:
    case_id = desk.open()
    case, definition = CaseReader(desk.journal.db).find(case_id)
    given = (desk.journal.db, definition, case, desk.who("sari"), desk.now)
    assert why(lambda: promise_slip_paper(*given)) == "conflict"
    assert why(lambda: return_slip_paper(*given)) == "conflict"


def test_what_the_checklist_form_and_draft_take(desk: Desk) -> None:
    case = cases.case_by_id(desk.journal.db, desk.open())
    assert case is not None
    needs = case_requirements(moving.case_definition(desk.journal.db, case), case)
    plain = next(need for need in needs if not need.one_of and asked_of_everybody(need))
    optional = structs.replace(plain, mandatory=False)
    assert "Wajib untuk setiap permohonan" in item_fault(plain, "not_needed", "Sudah ada")
    assert item_fault(plain, "present", "n" * 300) == ""
    assert "300 huruf" in item_fault(plain, "present", "n" * 301)
    assert "tidak perlu; catatan" in item_fault(plain, "perhaps", "")
    assert item_fault(optional, "not_needed", " ") == "Tulis mengapa tidak perlu."
    assert item_fault(optional, "not_needed", "Belum menikah") == ""
    sex = Field(id="sex", label="Jenis kelamin", type="sex")
    assert clean_field(sex, " male ", START.date(), {"male"}) == "male"
    assert clean_postcode(" 65167 ", START.date()) == "65167"
    for refused in (
        lambda: clean_field(sex, "b", START.date(), {"male"}),
        *(lambda text=text: clean_postcode(text, START.date()) for text in ("6516", "651677", "6516a", "")),
    ):
        with pytest.raises(ValueProblem):
            refused()
    sari = desk.who("sari")
    draft = drafts.start_draft(desk.journal.db, sari, service="ktp-el", now=desk.now)

    def save(count: int) -> str:
        typed = {f"f{n}": "x" for n in range(count)}
        return why(lambda: drafts.save_draft(desk.journal.db, sari, draft, typed, desk.now))

    assert save(drafts.MOST_FIELDS + 1) == "too_large"
    assert save(drafts.MOST_FIELDS) == ""


def test_a_due_time_is_moved_with_a_reason_and_a_clock_stopped_that_runs(desk: Desk) -> None:
    case_id = desk.complete()
    ratna, budi = desk.who("ratna"), desk.who("budi")
    assert why(lambda: move_due(case_id, ("promise", ""), "x", "y", desk.journal, ratna, " ", desk.now)) == (
        "reason_needed"
    )
    office.change_setting(desk.journal, ratna, key="pauses.enabled", value=["blanks_out"], now=desk.now)

    def pause(case_id: int, reason: str = "blanks_out") -> str:
        given = {"case_id": case_id, "reason": reason, "text": "", "now": desk.now}
        return why(lambda: cases.pause_case(desk.journal, budi, **given))

    assert why(lambda: cases.resume_case(desk.journal, budi, case_id=case_id, now=desk.now)) == "conflict"
    assert pause(desk.open()) == "conflict", "no clock runs before it is complete"
    assert (pause(case_id, "holiday"), pause(case_id), pause(case_id)) == ("reason", "", "conflict")
    cases.resume_case(desk.journal, budi, case_id=case_id, now=desk.now)


def test_what_is_missing_is_told_until_a_standard_is_in_force(desk: Desk) -> None:
    assert readiness(desk.journal.db, desk.who("ratna"), desk.now) is None
    with desk.journal.db.writing(), desk.journal.db.applying():
        desk.journal.db.run("DELETE FROM standard")
        assert readiness(desk.journal.db, desk.who("ratna"), desk.now) is not None

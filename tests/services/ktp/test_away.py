"""With Dispenduk Capil nobody shares a pen: no correction, no closing; and what a dispatch asks of a file."""

import json
import re
from datetime import date

import pytest

from app.casework.batches import dispatch
from app.casework.desk import checklist, moving
from app.casework.desk import service as cases
from app.casework.desk.tables import CaseFile
from app.core.problems import Problem
from tests.casework.desk.papers import as_asked
from tests.platform.people import Browser
from tests.services.ktp.desk import Desk


def case_of(desk: Desk, case_id: int) -> CaseFile:
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    return case


def correct(desk: Desk, case_id: int, **changed: str) -> list[str]:
    raw = json.loads(case_of(desk, case_id).fields) | changed
    return cases.correct_case(
        desk.journal, desk.who("budi"), case_id=case_id, raw=raw, reason="salah tulis", now=desk.now
    )


def close(desk: Desk, case_id: int) -> None:
    moving.leave_case(
        desk.journal, desk.who("budi"), case_id=case_id, exit_id="died", reason="Akta kematian", now=desk.now
    )


def test_what_was_sent_is_neither_corrected_nor_closed_until_it_is_back(desk: Desk) -> None:
    case_id = desk.ready()
    sent = desk.send(case_id)
    for deed in (lambda: correct(desk, case_id, street="Dusun Lain 9"), lambda: close(desk, case_id)):
        with pytest.raises(Problem) as problem:
            deed()
        assert "Minta barisnya kembali" in problem.value.sentence
    assert case_of(desk, case_id).step == "print"
    assert correct(desk, case_id, phone="081298765432") == ["phone"]
    desk.refused(sent, 1, "Diminta kembali oleh kecamatan.")
    assert correct(desk, case_id, street="Dusun Lain 9") == ["street"]
    close(desk, case_id)
    assert case_of(desk, case_id).step == "@died"


def test_a_card_on_its_way_is_waited_for_before_the_file_is_closed(desk: Desk) -> None:
    case_id = desk.ready()
    made = desk.send(case_id)
    desk.printed(made, 1)
    with pytest.raises(Problem):
        close(desk, case_id)
    desk.arrived(case_id)
    close(desk, case_id)
    assert case_of(desk, case_id).closed == 1


def test_the_page_says_where_the_file_is_and_offers_no_closing(desk: Desk, as_budi: Browser) -> None:
    case_id = desk.ready()
    desk.send(case_id)
    page = as_budi.get(f"/berkas/{case_id}").text
    assert "hanya nomor telepon yang dapat diubah" in page
    assert f"/berkas/{case_id}/tutup" not in page


def test_a_kind_corrected_after_acceptance_brings_its_own_papers(desk: Desk, as_sari: Browser) -> None:
    case_id = desk.ready()
    assert correct(desk, case_id, kind="hilang") == ["kind"]
    [waiting] = dispatch.ready_cases(desk.journal.db, "ktp-el", desk.now.date())
    assert "belum lengkap" in waiting.why_not
    with pytest.raises(Problem):
        desk.draft(case_id)
    assert "Lengkapi syarat" in as_sari.get(f"/berkas/{case_id}").text
    seen = as_asked(desk.journal.db, case_of(desk, case_id))
    lacking = dict.fromkeys(asked(desk, case_id), ("present", "STPL/12/2026"))
    cases.check_items(desk.journal, desk.who("sari"), case_id=case_id, states=lacking, now=desk.now, seen=seen)
    [waiting] = dispatch.ready_cases(desk.journal.db, "ktp-el", desk.now.date())
    assert waiting.why_not == ""


def asked(desk: Desk, case_id: int) -> list[str]:
    case = case_of(desk, case_id)
    return [
        requirement.id
        for requirement in checklist.case_requirements(moving.case_definition(desk.journal.db, case), case)
    ]


def test_somebody_recorded_ahead_is_promised_from_the_seventeenth_birthday(desk: Desk, as_sari: Browser) -> None:
    born = date(2009, 6, 12)
    case_id = desk.open(birth_on=born.isoformat(), nik="3508991206090001")
    case = case_of(desk, case_id)
    states = dict.fromkeys(asked(desk, case_id), ("present", ""))
    cases.check_items(
        desk.journal,
        desk.who("sari"),
        case_id=case_id,
        states=states,
        now=desk.now,
        seen=as_asked(desk.journal.db, case),
    )
    moving.advance_case(desk.journal, desk.who("budi"), case_id=case_id, outcome="complete", now=desk.now)
    case = case_of(desk, case_id)
    assert (case.completed_on, case.due_on) == ("2026-06-12", "2026-07-01")
    page = as_sari.get(f"/berkas/{case_id}").text
    assert re.search(r"Dihitung sejak pemohon berumur 17 tahun, [^<]*12 Juni? 2026", page)
    desk.record(case_id)
    [waiting] = dispatch.ready_cases(desk.journal.db, "ktp-el", desk.now.date())
    assert "belum berumur 17 tahun" in waiting.why_not
    [waiting] = dispatch.ready_cases(desk.journal.db, "ktp-el", date(2026, 6, 12))
    assert waiting.why_not == ""

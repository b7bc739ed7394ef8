"""Recorded, and the central system does not say yet that a card may be printed: on a list, mended there, not ready."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.casework.batches import dispatch
from app.casework.batches.queries import cases_to_send, count_held_up
from app.casework.desk.moving import case_definition
from app.casework.desk.parts import Task
from app.casework.desk.pictures import case_places, scope_without
from app.casework.desk.service import explain_case
from app.casework.desk.tables import CaseFile
from app.core.messages import PRINT_READY
from app.core.problems import Problem
from app.services.ktp import queries, recording
from app.services.ktp.rules import KTP_RULES
from tests.platform.people import KRAI, MUNDER, START, Browser
from tests.services.ktp.desk import Desk

LABEL = "Direkam, menunggu status"
TODAY = START.date()


@pytest.fixture
def case_id(desk: Desk) -> int:
    """A complete file whose person was recorded and is still on the recorder (BIO_CAPTURED)."""
    made = desk.complete()
    recording.note_recording(
        desk.journal,
        desk.who("oki"),
        case_id=made,
        status="bio_captured",
        on=TODAY,
        place="Kecamatan Contoh",
        now=desk.now,
    )
    return made


def file_of(desk: Desk, case_id: int) -> CaseFile:
    found = CaseFile.first(desk.journal.db, id=case_id)
    assert found is not None
    return found


def note_status(desk: Desk, case_id: int, status: str) -> None:
    recording.update_status(desk.journal, desk.who("oki"), case_id=case_id, status=status, now=desk.now)


def main_of(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True).partition("<main")[2]


def status_work(desk: Desk, username: str = "oki") -> list[Task]:
    return queries.status_tasks(desk.journal.db, desk.who(username), desk.now)


def ready(desk: Desk) -> list[int]:
    return [case.id for case in dispatch.ready_cases(desk.journal.db, "ktp-el", TODAY)]


def test_it_is_on_the_list_of_the_recording_and_leads_to_the_form_that_mends_it(
    desk: Desk, case_id: int, as_oki: Browser
) -> None:
    page = main_of(as_oki, "/perekaman/")
    assert LABEL in page
    [section] = re.findall(r'<section class="sheet flush" id="status".*?</section>', page, re.DOTALL)
    assert "BIO_CAPTURED (BC): sudah direkam" in section
    assert f'href="/perekaman/{case_id}"' in section
    assert "Perbarui status" in main_of(as_oki, f"/perekaman/{case_id}")
    [task] = status_work(desk)
    assert (task.tab, task.verb, task.act) == (LABEL, "Perbarui status", "look")
    assert f'href="/perekaman/{case_id}"' in main_of(as_oki, "/")
    assert f'href="/perekaman/{case_id}">Perbarui status</a>' in main_of(as_oki, f"/berkas/{case_id}")
    assert as_oki.post(f"/perekaman/{case_id}/status", {"status": "print_ready"}).status_code == 303
    assert LABEL not in main_of(as_oki, "/perekaman/")
    assert (ready(desk), status_work(desk)) == ([case_id], [])


def test_it_is_counted_as_ready_nowhere(
    desk: Desk, case_id: int, as_oki: Browser, as_budi: Browser, as_ratna: Browser
) -> None:
    db = desk.journal.db
    assert (cases_to_send(db), ready(desk), count_held_up(db, "ktp-el")) == ((0, None), [], 1)
    assert "berkas siap dikirim" not in main_of(as_oki, "/")
    page = main_of(as_oki, "/pengiriman/")
    assert "0 berkas siap dikirim" in page
    assert "1 berkas belum dapat dikirim" in page
    assert 'href="/perekaman/#status"' in page
    for path in (f"/berkas/{case_id}", "/berkas"):
        page = main_of(as_budi, path)
        assert LABEL in page, path
        assert "Siap dikirim<" not in page.replace("Siap dikirim</option>", ""), path
    [place] = case_places(db, scope_without(db, []), "cases.show_cases")
    assert (place.words, place.count, place.values["menunggu"]) == (LABEL, 1, "1")
    note_status(desk, case_id, "print_ready")
    [place] = case_places(db, scope_without(db, []), "cases.show_cases")
    assert (place.words, place.count, place.values["menunggu"]) == ("Siap dikirim", 1, "0")
    assert cases_to_send(db)[0] == 1


def test_the_applicant_is_not_told_that_the_file_is_ready(desk: Desk, case_id: int, as_oki: Browser) -> None:
    said = re.findall(r'<p class="say"><q>(.*?)</q>', main_of(as_oki, f"/berkas/{case_id}"))
    assert said
    assert all("masih di alat kecamatan" in text for text in said)


@pytest.mark.parametrize("status", sorted(set(recording.STATUSES) - recording.UNUSABLE - PRINT_READY))
def test_every_status_on_the_way_waits_on_the_list(desk: Desk, case_id: int, status: str) -> None:
    note_status(desk, case_id, status)
    assert [row.status for row in queries.status_rows(desk.journal.db, None)] == [status]
    assert ready(desk) == []


def test_sending_anyway_is_the_exception_with_a_reason_until_the_status_changes(
    desk: Desk, case_id: int, as_sari: Browser
) -> None:
    page = main_of(as_sari, f"/berkas/{case_id}")
    assert re.search(r"<details>\s*<summary>Pengecualian dengan alasan</summary>", page), "the reason is not the way"
    with pytest.raises(Problem):
        desk.send(case_id)
    case = file_of(desk, case_id)
    [notice] = KTP_RULES.explain(desk.journal.db, case_definition(desk.journal.db, case), case)
    reasons = {notice.id: "Diminta Dispenduk Capil, surat 470/12/2026."}
    explain_case(desk.journal, desk.who("sari"), case_id=case_id, reasons=reasons, rules=KTP_RULES, now=desk.now)
    assert (ready(desk), status_work(desk)) == ([case_id], [])
    note_status(desk, case_id, "sfe")
    assert (ready(desk), len(status_work(desk))) == ([], 1)


def test_a_village_sees_its_own_people_and_changes_nothing(desk: Desk, case_id: int, web: Flask) -> None:
    area = file_of(desk, case_id).area
    assert area in (MUNDER, KRAI)
    own, other = (Browser(web, name) for name in (("desi", "wati") if area == MUNDER else ("wati", "desi")))
    assert LABEL in main_of(own, "/perekaman/")
    assert LABEL not in main_of(other, "/perekaman/")
    assert "Perbarui status" not in main_of(own, "/perekaman/")
    assert status_work(desk, own.username) == []


def test_whoever_was_looked_up_longest_ago_stands_first(desk: Desk, case_id: int) -> None:
    other = desk.complete()
    recording.note_recording(
        desk.journal,
        desk.who("oki"),
        case_id=other,
        status="sfe",
        on=TODAY,
        place="Kecamatan Contoh",
        now=desk.now + timedelta(minutes=1),
    )
    desk.now += timedelta(minutes=2)
    note_status(desk, case_id, "processing")
    assert [row.id for row in queries.status_rows(desk.journal.db, None)] == [other, case_id]

"""Whoever holds a letter asks at the kiosk, by its check code, whether number, day and subject are genuine."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace

from app.casework.letters import papers, queries, service
from app.casework.letters.tables import OutgoingLetter
from app.core.codes import show_code
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.printing.papers import content_digest, render_paper
from app.quality.quarter.views.waiting_room import make_kiosk_app
from app.services.complaints import kiosk
from sync.journal import Journal
from tests.casework.letters.test_drafts import FREE, deed
from tests.platform.people import START, Browser, Clock
from tests.platform.printing.reading import text_of
from tests.services.complaints.desk import Visit

Who = Callable[[str], Actor]
TODAY = START.date()
NAMED = "Keterangan usaha atas nama Ponirah"


@pytest.fixture
def visitors(journal: Journal, clock: Clock) -> Flask:
    return make_kiosk_app(journal, {"CLOCK": clock})


def numbered(journal: Journal, who: Who, subject: str = NAMED, urgency: str = "ordinary") -> OutgoingLetter:
    text = replace(FREE, subject=subject, urgency=urgency)
    made = service.draft_free_letter(journal, who("camat"), draft=text, initials=[], signatory="camat", now=START)
    for command in (service.submit_letter, service.sign_letter):
        deed(command, journal, who("camat"), made)
    service.number_letter(journal, who("ratna"), letter_id=made, now=START)
    row = OutgoingLetter.first(journal.db, id=made)
    assert row is not None
    return row


def told(journal: Journal, code: str) -> str:
    answer = kiosk.look_up_code(journal.db, code, "", TODAY)
    return answer.panel.sentence if answer else ""


def test_the_kiosk_says_number_day_and_subject_without_names(journal: Journal, who: Who, visitors: Flask) -> None:
    row = numbered(journal, who)
    visit = Visit(visitors)
    asked = {"token": visit.token("/kode"), "code": show_code(row.check_code), "word": ""}
    page = visit.client.post("/kode", data=asked).get_data(as_text=True)
    assert f"surat nomor {row.number}, tanggal 12 Maret 2026, hal Keterangan usaha atas nama" in page
    assert "Ponirah" not in page
    assert "Dinas Contoh" not in page


def test_the_search_of_the_office_finds_the_letter_by_its_code(journal: Journal, who: Who) -> None:
    row = numbered(journal, who)
    for text in (show_code(row.check_code), row.check_code.lower()):
        assert [found.id for found in queries.find_outgoing(journal.db, who("ratna"), text, 5)] == [row.id]
        assert queries.find_outgoing(journal.db, who("sari"), text, 5) == [], "she has no part in it"


def test_a_secret_letter_keeps_its_subject_and_a_cancelled_one_is_not_in_force(journal: Journal, who: Who) -> None:
    secret = numbered(journal, who, urgency="secret")
    assert "Keterangan" not in told(journal, secret.check_code)
    assert secret.number in told(journal, secret.check_code)
    service.annul_letter(journal, who("camat"), letter_id=secret.id, reason="Salah", now=START)
    assert told(journal, secret.check_code).endswith("dibatalkan kantor ini dan tidak berlaku.")
    assert told(journal, "00000000") == ""
    assert queries.letter_of_code(journal.db, "") is None


def test_the_code_stands_on_the_paper_and_beside_its_digest(journal: Journal, who: Who, tmp_path: Path) -> None:
    row = numbered(journal, who)
    data = papers.letter_paper(journal.db, row, who("ratna"), START)
    assert data.check is not None
    assert show_code(row.check_code) in text_of(render_paper("official_letter", data), tmp_path)
    other = replace(data, check=replace(data.check, code="0000-0000"))
    assert content_digest(data) == content_digest(other)


def test_a_code_on_two_papers_opens_neither(
    journal: Journal, who: Who, case_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.casework.desk.tables import CaseFile

    case = CaseFile.first(journal.db, id=case_id)
    assert case is not None
    monkeypatch.setattr(service, "new_code", lambda _taken: case.code)
    with pytest.raises(Problem) as twice:
        told(journal, numbered(journal, who).check_code)
    assert twice.value.fields == {"code": kiosk.TWICE}


def test_an_officer_without_a_part_in_a_letter_learns_what_the_kiosk_says(
    journal: Journal, who: Who, as_sari: Browser
) -> None:
    row = numbered(journal, who)
    assert as_sari.get(f"/surat-keluar/{row.id}").status_code == 404
    assert "Periksa" in as_sari.get("/periksa-surat").get_data(as_text=True)
    page = as_sari.post("/periksa-surat", {"code": show_code(row.check_code).lower()}).get_data(as_text=True)
    assert f"surat nomor {row.number}, tanggal 12 Maret 2026, hal Keterangan usaha atas nama" in page
    assert [name for name in ("Ponirah", "Dinas Contoh") if name in page] == []
    for code in ("", "7T2V-9H3C", "bukan kode"):
        refused = as_sari.post("/periksa-surat", {"code": code})
        assert (refused.status_code, "Tidak ada surat kantor ini" in refused.get_data(as_text=True)) == (422, True)
    noted = list(journal.db.run("SELECT subject FROM access_log WHERE action = 'letter.code'"))
    assert noted == [(f"outgoing/{row.id}",)]

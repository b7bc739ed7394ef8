"""A letter of a case in a real Chromium: returned, corrected, initialled, signed, numbered and sent by three people."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.casework.desk.opening import Application, open_case
from app.casework.desk.tables import CaseFile
from app.casework.letters import agenda
from app.casework.letters.agenda import Order
from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.room import CaseHooks, SideHooks, hooks_of
from sync.journal import Journal
from tests.browser import audit, sign_in
from tests.casework.letters.conftest import LINE
from tests.casework.letters.invitation import INVITATION, adopt_invitation
from tests.platform.people import PIN, SECRET_KEY, START, Clock, actor_of

pytestmark = pytest.mark.browser


def person(journal: Journal, username: str) -> Actor:
    return actor_of(journal.db, username, START.date())


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """An office with a case whose letter is to be drafted."""
    adopt_invitation(journal)
    meeting = CaseHooks(letter_facts=lambda *_: {"schedule": "Rabu, 25 Maret 2026 | 09.00"})
    journal.db.hooks = SideHooks((*hooks_of(journal.db).cases, meeting), hooks_of(journal.db).kept)
    ratna, camat, budi, sari = (person(journal, one) for one in ("ratna", "camat", "budi", "sari"))
    raw = {"kind": "meeting", "agency": "Dinas Contoh", "letter_no": "045/12", "letter_on": "10032026"}
    case = open_case(journal, sari, Application(service=INVITATION, raw=raw, ticked={"request": ""}), now=START)
    asked = agenda.register_incoming(journal, ratna, line=LINE, case_id=case.id, letter="request", now=START)
    order = {"letter_id": asked, "instructions": ["Siapkan jawaban atau konsep surat"], "note": "", "now": START}
    agenda.dispose_letter(journal, camat, orders=[Order(role="kasi", due_on=date(2026, 3, 16))], **order)
    agenda.dispose_letter(journal, budi, orders=[Order(username="sari")], **order)
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def act_as(page: Page, address: str, username: str, path: str) -> None:
    page.context.clear_cookies()
    sign_in(page, address, username, path)


def press(page: Page, button: str) -> str:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()
    return page.inner_text("main")


def decide(page: Page, button: str) -> str:
    page.fill("#pin", PIN)
    return press(page, button)


def test_the_correction_loop_with_three_people(
    page: Page, address: str, journal: Journal, complaints: list[str]
) -> None:
    where = "/surat-keluar/1"
    act_as(page, address, "budi", "/berkas/1")
    assert "Naskah surat" in press(page, "Buat konsep surat undangan")
    press(page, "Simpan naskah")
    assert "Rabu, 25 Maret 2026" in decide(page, "Paraf dan teruskan")

    act_as(page, address, "ratna", "/")
    assert "Surat Undangan rapat" in page.inner_text("main")
    page.goto(address + where)
    page.fill("#reason", "Tulis tempat rapatnya")
    page.click("summary:has-text('Kembalikan kepada pengonsep')")
    assert "Dikembalikan untuk diperbaiki" in press(page, "Kembalikan kepada pengonsep")

    act_as(page, address, "budi", f"{where}/naskah")
    page.fill("#text", page.input_value("#text") + "\n\nRapat di Balai Desa Krai.")
    press(page, "Simpan naskah")
    assert "Tulis mengapa diperbaiki." in page.inner_text("main")
    assert "Balai Desa Krai" in page.input_value("#text")
    page.fill("#reason", "Tempat ditambahkan")
    assert "Tempat ditambahkan" in press(page, "Simpan naskah")
    decide(page, "Paraf dan teruskan")

    act_as(page, address, "ratna", where)
    decide(page, "Paraf naskah ini")
    act_as(page, address, "camat", "/surat-masuk/1")
    assert audit(page) == []
    page.goto(address + where)
    assert audit(page) == []
    assert "Sesudah ditandatangani naskah tidak dapat diubah." in page.inner_text("main")
    assert "Ditandatangani, belum bernomor" in decide(page, "Tanda tangani")
    act_as(page, address, "ratna", where)
    assert "005/1/UND/2026" in press(page, "Agendakan dan beri nomor")
    page.fill("#on", "12032026")
    page.fill("#proof", "Diterima Sekretariat")
    assert "Terkirim" in press(page, "Catat pengiriman")
    page.click("summary:has-text('Naskah ke-1 selengkapnya')")
    assert audit(page) == []
    case = CaseFile.first(journal.db, id=1)
    assert case is not None
    assert case.step == "@done"
    assert complaints == []

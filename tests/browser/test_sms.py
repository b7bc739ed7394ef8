"""SMS to an applicant in a real Chromium: agreed at registration, told once the card is here, ended with a click."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.casework.desk import drafts
from app.casework.desk.tables import CaseFile
from app.services.hotline.tables import Sms
from sync.journal import Journal
from tests.browser import find_faults_by_day, sign_in
from tests.platform.people import Clock
from tests.services.hotline.conftest import office_file, web
from tests.services.hotline.phone import Phone
from tests.services.hotline.test_notices import NUMBER, arrives, look, start
from tests.services.ktp.desk import Desk

__all__ = ["office_file", "web"]
pytestmark = pytest.mark.browser


def test_an_applicant_agrees_is_told_and_stops_it(
    web: Flask, address: str, page: Page, journal: Journal, clock: Clock, tmp_path: Path, complaints: list[str]
) -> None:
    phone, desk = Phone(tmp_path / "gammu"), Desk(journal, clock())
    start(journal, clock, phone, price=350)
    sari = desk.who("sari")
    draft = drafts.resume_draft(
        journal.db, sari, service="ktp-el", now=desk.now, fields=desk.form(phone=NUMBER, full_name="Siti Romlah")
    )
    sign_in(page, address, "sari", f"/permohonan/draf/{draft}")
    agreed = page.get_by_label("Boleh dikabari lewat SMS")
    expect(agreed).not_to_be_checked()
    with page.expect_response(lambda answer: answer.url.endswith("/isian")):
        agreed.check()
    assert find_faults_by_day(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Daftarkan").click()
    [case] = CaseFile.rows(journal.db, service="ktp-el")
    assert (case.accepts_sms, case.phone) == (1, NUMBER)
    desk.check(case.id)
    desk.record(case.id)
    made = desk.send(case.id)
    desk.printed(made, 1)
    desk.arrived(case.id)
    look(desk)
    arrives(phone)
    look(desk)
    page.goto(f"{address}/sms")
    expect(page.locator("main")).to_contain_text("1 SMS, Rp350")
    expect(page.locator("main")).to_contain_text("Terkirim")
    assert find_faults_by_day(page) == []
    page.get_by_role("link", name=case.number).click()
    expect(page.locator("main")).to_contain_text("Pemohon mengizinkan SMS ke 0812****0777")
    with page.expect_navigation():
        page.get_by_role("button", name="Hentikan SMS").click()
    expect(page.locator("main")).to_contain_text("Pemohon tidak mau dikabari lewat SMS")
    assert [row.state for row in Sms.rows(journal.db, purpose="notice")] == ["sent"]
    assert complaints == []
    assert web

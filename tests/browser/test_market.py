"""A procedure that no room knows, in a real Chromium: signed by four, refused, numbered, timed, made by a partner."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.casework.desk.queries import case_events
from app.compose_office import make_office_app
from app.platform.office import standards
from sync.journal import Journal
from tests.browser import audit, let_in
from tests.casework.desk.market import MARKET
from tests.platform.people import PIN, SECRET_KEY, Clock
from tests.platform.printing.reading import text_of
from tests.services.market_with_partner import WITH_PARTNER

pytestmark = pytest.mark.browser
OF_CARDS = re.compile(r"\b(NIK|KK|KTP|KTP-el|Dispenduk Capil|Capil|kartu|foto|perekaman)\b", re.IGNORECASE)
SIGNERS = ("sari", "budi", "ratna", "camat")


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """An office with this one procedure."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


class Person:
    """Somebody at the office's browser; every page that is seen says nothing of cards."""

    def __init__(self, page: Page, address: str, username: str) -> None:
        self.page, self.address = page, address
        page.context.clear_cookies()
        let_in(page, address, username)

    def see(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.look()

    def look(self) -> Page:
        said = self.page.inner_text("main")
        found = OF_CARDS.search(said)
        assert found is None, (self.page.url, said[max(0, found.start() - 60) : found.end() + 40] if found else "")
        return self.page

    def press(self, button: str) -> Page:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=False).first.click()
        return self.look()

    def paper(self, path: str, folder: Path) -> str:
        """The text of a paper that this page prints."""
        token = self.page.input_value("input[name=csrf_token] >> nth=0")
        answer = self.page.request.post(self.address + path, form={"csrf_token": token})
        assert answer.headers["content-type"] == "application/pdf", answer.status
        text = text_of(answer.body(), folder)
        assert OF_CARDS.search(text) is None, text
        return text


def propose_by_page(page: Page, address: str) -> None:
    """The secretary uploads the file: first with two mistakes, which are shown with line and key."""
    ratna = Person(page, address, "ratna")
    wrong = WITH_PARTNER.replace('unit = "working_days"', 'unit = "weeks"', 1).replace("[fee]", "[biaya]")
    for text in (wrong, WITH_PARTNER):
        ratna.see("/standar/layanan-baru")
        page.set_input_files("#text", {"name": "kios.toml", "mimeType": "application/toml", "buffer": text.encode()})
        page.fill("#effective_on", "02012026")
        page.fill("#pin", PIN)
        said = ratna.press("Periksa dan usulkan").inner_text("main")
        assert audit(page) == []
        if text is wrong:
            assert re.search(r'kios\.toml, baris \d+, kunci "promise\.unit"', said), said
            assert re.search(r'kios\.toml, baris \d+, kunci "biaya"', said), said
    assert page.url.endswith(f"/standar/{MARKET}/usulan")
    shown = page.inner_text("main")
    assert "Bagan alir" in shown
    assert "Langkah dan asal pelaksananya" in shown
    assert page.locator("svg[role=img]").count() == 1


REVISED = WITH_PARTNER.replace('revision = "01"', 'revision = "02"')
for _old, _new in (
    (
        'title = "Menandatangani izin"\nactor = "head"\noutput',
        'title = "Menandatangani izin kios"\nactor = "head"\noutput',
    ),
    ("days = 3", "days = 4"),
):
    REVISED = REVISED.replace(_old, _new, 1)


def revise_by_page(page: Page, address: str) -> None:
    """The second revision, while a permit is on its way: what it changes is shown word by word, then it is signed."""
    ratna = Person(page, address, "ratna")
    ratna.see("/standar/layanan-baru")
    page.set_input_files("#text", {"name": "kios.toml", "mimeType": "application/toml", "buffer": REVISED.encode()})
    page.fill("#effective_on", "12032026")
    page.fill("#pin", PIN)
    ratna.press("Periksa dan usulkan")
    assert page.locator("ins").all_inner_texts() == ["kios"]
    assert "berubah dari 3 menjadi 4" in page.inner_text("main")
    assert audit(page) == []
    sign_by_page(page, address)
    person = Person(page, address, "sari")
    assert "Menandatangani izin kios" in person.see(f"/standar/{MARKET}/sop").inner_text("main")
    person.see(f"/standar/{MARKET}/kendali")
    page.click("text=Beda dengan revisi 01")
    assert "Diubah" in person.look().inner_text("main")


def sign_by_page(page: Page, address: str) -> None:
    for username in SIGNERS:
        person = Person(page, address, username)
        person.see(f"/standar/{MARKET}/usulan")
        page.fill("#pin", PIN)
        page.get_by_role("button", name="Tanda tangani").click()
        page.wait_for_selector(".acted :text('berlaku')" if username == SIGNERS[-1] else ".acted :text('tersimpan')")
        person.look()


def finish_permit(page: Page, address: str, tmp_path: Path) -> None:
    """From the check to the hand-over, by way of the partner."""
    sari = Person(page, address, "sari")
    sari.see("/berkas/1/periksa")
    page.check("input[name=state-market_letter][value=present]")
    sari.press("Lengkap")
    assert "3 hari kerja" in sari.paper("/berkas/1/kertas/slip/cetak", tmp_path)
    oki = Person(page, address, "oki")
    oki.see("/berkas/1")
    oki.press("Kios layak")
    camat = Person(page, address, "camat")
    camat.see("/berkas/1")
    page.fill("#pin-signed", PIN)
    camat.press("Tandatangani")

    sari = Person(page, address, "sari")
    assert "Pengiriman ke Dinas Pasar" in sari.see("/pengiriman/").inner_text("main")
    page.check("#siap input[name=berkas]")
    sari.press("Susun pengiriman")
    camat = Person(page, address, "camat")
    camat.see("/pengiriman/1")
    page.fill("#pin", PIN)
    camat.press("Setujui")
    assert "Dinas Pasar" in camat.paper("/pengiriman/1/surat-pengantar", tmp_path)
    sari = Person(page, address, "sari")
    sari.see("/pengiriman/1/jawaban")
    page.check("input[name=result][value=printed]")
    sari.press("Simpan, lanjut")
    oki = Person(page, address, "oki")
    oki.see("/pengiriman/1/jawaban")
    oki.press("Cocok")
    sari = Person(page, address, "sari")
    assert "Kedatangan papan izin" in sari.see("/kartu/kedatangan").inner_text("main")
    page.check("input[name=kartu]")
    page.fill("input[name=counted]", "1")
    sari.press("Catat")
    sari.see("/berkas/1")
    page.click("summary:has-text('Serahkan')")
    sari.press("Serahkan")
    assert "Izin sudah diserahkan" in sari.see("/berkas/1").inner_text("main")


def test_a_market_permit_from_its_file_alone(
    page: Page, address: str, journal: Journal, clock: Clock, tmp_path: Path, complaints: list[str]
) -> None:
    propose_by_page(page, address)
    assert [proposal.service for proposal in standards.list_proposals(journal.db)] == [MARKET]
    sign_by_page(page, address)
    shown = Person(page, address, "camat").see(f"/standar/{MARKET}").inner_text("main")
    assert "Izin Menempati Kios Pasar Desa" in shown

    sari = Person(page, address, "sari")
    sari.see(f"/permohonan/baru?layanan={MARKET}")
    page.fill("#kunci", "B-07")
    page.keyboard.press("Enter")
    page.wait_for_url("**/permohonan/draf/**")
    page.check("input[name=kind][value=new]")
    page.fill("#trader", "Ponirah")
    page.check("input[name=goods][value=fireworks]")
    page.fill("#opens_on", "20032026")
    page.select_option("#village", index=1)
    page.check("input[name=have][value=market_letter]")
    sari.press("Daftarkan")
    expect(page.locator("main")).to_contain_text("Kios pasar desa tidak untuk petasan dan kembang api.")
    page.check("input[name=goods][value=food]")
    sari.press("Daftarkan")
    assert "IKP-001/III/2026" in sari.see("/berkas/1").inner_text("main")
    assert audit(page) == []

    clock.forward(minutes=45)
    assert "Pemeriksaan berkas" in Person(page, address, "budi").see("/").inner_text("main")
    assert "Pemeriksaan berkas" not in Person(page, address, "camat").see("/").inner_text("main")
    clock.forward(minutes=60)
    assert "Pemeriksaan berkas" in Person(page, address, "camat").see("/").inner_text("main")

    revise_by_page(page, address)
    finish_permit(page, address, tmp_path)  # under the revision with which it began
    sari = Person(page, address, "sari")
    assert "IKP-001/III/2026" in sari.see(f"/register?bulan=2026-03&layanan={MARKET}").inner_text("main")
    actions = [event.action for event in case_events(journal.db, 1)]
    way = ["complete", "fit", "signed", "sent", "made", "arrived", "handed_over"]
    assert [action for action in actions if action in way] == way
    assert complaints == []

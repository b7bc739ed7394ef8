"""The hotline in a real Chromium: a call typed by keyboard, reported, instructed, answered; another is a complaint."""

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.compose_office import make_office_app
from app.services.hotline import queries
from sync.journal import Journal
from tests.browser import audit, let_in
from tests.platform.people import SECRET_KEY, Clock
from tests.platform.printing.reading import text_of
from tests.services.hotline.conftest import office_file

pytestmark = pytest.mark.browser
__all__ = ["office_file"]


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


class Desk:
    """Whoever sits at the browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def enter(self, username: str, path: str) -> str:
        self.page.context.clear_cookies()
        let_in(self.page, self.address, username)
        return self.see(path)

    def see(self, path: str) -> str:
        self.page.goto(self.address + path)
        return self.said()

    def said(self) -> str:
        return self.page.inner_text("main")

    def press(self, name: str) -> str:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        return self.said()

    def keep(self, name: str) -> None:
        """A picture for whoever wants to look (SHOTS names a folder)."""
        if folder := os.environ.get("SHOTS"):
            for width in (390, 1366):
                self.page.set_viewport_size({"width": width, "height": 900})
                self.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)

    def paper(self, path: str, folder: Path) -> str:
        token = self.page.input_value("input[name=csrf_token] >> nth=0")
        answer = self.page.request.post(self.address + path, form={"csrf_token": token})
        assert answer.headers["content-type"] == "application/pdf", answer.status
        if shots := os.environ.get("SHOTS"):
            (Path(shots) / f"{path.rpartition('/')[2]}.pdf").write_bytes(answer.body())
        return text_of(answer.body(), folder)


def type_call(desk: Desk, question: str, keys: str) -> str:
    """The whole form by keyboard: the question has the focus; the last field saves with Enter."""
    desk.see("/hotline")
    typing = desk.page.keyboard
    typing.type(question)
    typing.press("Tab")
    for key in keys:
        typing.press({">": "ArrowRight", " ": "Space"}.get(key, "Tab"))
    typing.type("081200001234")
    typing.press("Tab")
    typing.type("Wulan Sari")
    with desk.page.expect_navigation():
        typing.press("Enter")
    return desk.said()


def test_a_call_from_the_keyboard_to_its_answer_and_another_that_is_a_complaint(
    page: Page, address: str, journal: Journal, clock: Clock, tmp_path: Path, complaints: list[str]
) -> None:
    desk = Desk(page, address)
    desk.enter("ida", "/hotline")
    assert audit(page) == []
    shown = type_call(desk, "Kapan batas daftar ulang mahasiswa baru?", ">\t\t")
    assert "0001/HLS/2026" in shown
    assert "081200001234" not in shown
    contact = queries.get_contact(journal.db, 1)
    assert (contact.kind, contact.channel, contact.phone) == ("academic", "telephone", "081200001234")
    desk.keep("case")
    clock.forward(seconds=50)
    desk.see("/berkas/1")
    desk.press("Saya ambil")
    desk.press("Tidak ada di desk information")
    page.fill("#note-to_wadir", "Tanggal daftar ulang gelombang dua belum ada di desk information.")
    assert audit(page) == []
    desk.keep("report")
    desk.press("Laporkan kepada Wadir")
    text = desk.paper("/hotline/kontak/1/cetak/laporan", tmp_path)
    for part in ("Laporan kebutuhan informasi pelanggan", "PR/029/F-13.2", "Akademik", "gelombang dua belum ada"):
        assert part.casefold() in text.casefold()

    clock.forward(minutes=31)
    assert "Instruksi Wadir: 30 menit kerja sudah berjalan" in desk.enter("ratna", "/")
    desk.see("/berkas/1")
    page.fill("#note-instructed", "Batasnya Jumat 14 Agustus pukul 16.00, di bagian akademik.")
    desk.keep("instruct")
    desk.press("Beri instruksi")

    assert "Batasnya Jumat 14 Agustus" in desk.enter("ida", "/berkas/1")
    desk.press("Tampilkan nomor telepon")
    assert "081200001234" in desk.said()
    desk.see("/berkas/1")
    page.fill("#note-answered", "Disampaikan: Jumat 14 Agustus pukul 16.00.")
    page.click("summary:has-text('Sudah dijawab')")
    desk.press("Sudah dijawab")
    assert "Terjawab" in desk.said()
    desk.keep("answered")
    sheet = desk.paper("/hotline/kontak/1/cetak/informasi", tmp_path)
    assert "Batasnya Jumat 14 Agustus" in sheet
    assert [sheet.count(f"{before}Petugas Layanan Informasi") for before in ("Kepada : ", "")] == [1, 2]  # and signs

    type_call(desk, "Antrean loket lama sekali dan petugasnya tidak ramah", " \t\t")
    desk.press("Jadikan pengaduan")
    assert "001/ADUAN/2026" in desk.said()
    desk.see("/pengaduan/1")
    assert "Antrean loket lama sekali" in desk.said()
    assert "Hotline, kontak 0002/HLS/2026" in desk.said()
    with page.expect_navigation():
        page.get_by_role("link", name="Buka kontaknya").click()
    assert "Menjadi pengaduan" in desk.said()
    assert page.get_by_role("button", name="Jadikan pengaduan").count() == 0
    for path in ("/hotline", "/hotline/laporan", "/hotline/analisis"):
        assert "mahasiswa" in desk.see(path) or path == "/hotline"
        assert audit(page) == []
        desk.keep(path.rpartition("/")[2] or "hotline")
    desk.paper("/hotline/laporan/cetak", tmp_path)
    assert complaints == []

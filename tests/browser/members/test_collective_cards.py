"""A request of an agency for thirty people in a real Chromium: eleven steps, each by the post that the SOP means."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.casework.desk.queries import case_events
from app.casework.desk.tables import CaseFile
from app.casework.members.queries import state_counts
from app.compose_office import make_office_app
from app.platform.office.tables import RunningDeadline
from sync.journal import Journal
from sync.verification import verify_side
from tests.browser import find_faults_by_day, let_in
from tests.casework.importing.books import workbook
from tests.casework.members.desk import SERVICE, nip
from tests.platform.people import PIN, SECRET_KEY, Clock
from tests.platform.printing.reading import text_of

pytestmark = pytest.mark.browser
HEAD = ["NO", "NAMA", "NIP", "GOL", "UNIT KERJA"]
DONE_BY = {
    "received": "tuti",
    "registered": "tuti",
    "disposed": "kepala kabag",
    "drafted": "taufik",
    "initialled": "kabag",
    "signed": "kepala",
    "sent": "tuti",
    "recorded": "priyo",
    "produced": "priyo",
    "handed_over": "priyo",
}


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


class Person:
    """Somebody of the bureau at the browser."""

    def __init__(self, page: Page, address: str, username: str) -> None:
        self.page, self.address = page, address
        page.context.clear_cookies()
        let_in(page, address, username)

    def see(self, path: str = "/berkas/1") -> Page:
        self.page.goto(self.address + path)
        return self.page

    def press(self, button: str) -> str:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=re.compile(f"^{button}")).first.click()
        return self.page.inner_text("main")

    def follow(self, link: str) -> str:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=link).first.click()
        return self.page.inner_text("main")

    def confirm(self, button: str) -> str:
        self.page.fill("input[name=pin] >> nth=0", PIN)
        return self.press(button)

    def paper(self, path: str, folder: Path) -> str:
        token = self.page.input_value("input[name=csrf_token] >> nth=0")
        answer = self.page.request.post(self.address + path, form={"csrf_token": token})
        assert answer.headers["content-type"] == "application/pdf", answer.status
        return text_of(answer.body(), folder)


def take_request(page: Page, address: str) -> None:
    """Steps 1 and 2: the letter comes, its list of people is read, and it is entered in the agenda."""
    tuti = Person(page, address, "tuti")
    tuti.see(f"/permohonan/baru?layanan={SERVICE}")
    page.fill("#kunci", "800/012/BKD")
    page.keyboard.press("Enter")
    page.wait_for_url("**/permohonan/draf/**")
    page.fill("#agency", "Badan Kepegawaian Contoh")
    page.fill("#letter_date", "10032026")
    page.check("input[name=have][value=request_letter]")
    tuti.press("Daftarkan")
    assert "Menunggu agenda" in tuti.see().inner_text("main")
    rows = [[n, f"Pegawai {chr(64 + (n - 1) % 26 + 1)}{n}", nip(n), "III/a", "Sekretariat"] for n in range(1, 31)]
    faulty = [31, "Pegawai Salah", nip(31)[:16], "III/a", "Sekretariat"]
    tuti.follow("Buka daftar PNS")
    tuti.follow("Impor daftar")
    content = workbook({"Daftar": [HEAD, *rows, faulty]})
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("#file", {"name": "daftar.xlsx", "mimeType": kind, "buffer": content})
    said = tuti.press("Periksa dokumen")
    assert "NIP harus 18 angka. Yang diketik 16 angka." in said
    assert find_faults_by_day(page) == []
    tuti.press("Masukkan 30 orang")
    assert find_faults_by_day(page) == []
    tuti.see()
    tuti.follow("Agendakan surat permohonan")
    assert page.input_value("#letter_number") == "800/012/BKD"
    tuti.press("Agendakan")
    assert "Menunggu disposisi Kepala Biro" in tuti.see().inner_text("main")


def dispose(page: Page, address: str, username: str, to: str) -> None:
    """Steps 3 and 4."""
    person = Person(page, address, username)
    person.see()
    person.follow("Surat permohonan")
    page.check(f"input[name=to][value='role:{to}']")
    page.check("input[name=instructions] >> nth=0")
    page.fill("#note", "Tindak lanjuti sesuai ketentuan.")
    person.press("Kirim disposisi")


def plan_and_notify(page: Page, address: str, tmp_path: Path) -> None:
    """Steps 5 to 8: schedule and letter, initialled, corrected once, signed, numbered, sent."""
    taufik = Person(page, address, "taufik")
    taufik.see(f"/jadwal/{SERVICE}")
    page.fill("#first", "30032026")
    page.fill("#last", "31032026")
    page.fill("#hours", "08.00-10.00, 10.00-12.00")
    page.fill("#capacity", "8")
    page.fill("#place", "Ruang Rekam")
    taufik.press("Buka hari")
    taufik.see("/berkas/1/orang")
    taufik.press("Jadwalkan 30 orang yang menunggu")
    taufik.see()
    taufik.press("Buat konsep surat pemberitahuan")
    text = page.input_value("#text")
    assert "Senin, 30 Maret 2026 | 08.00-10.00 | Ruang Rekam | 8 orang" in text
    assert "berpakaian PDH lengkap warna khaki" in text
    assert "nomor 800/012/BKD tanggal 10 Maret 2026" in text
    taufik.press("Simpan naskah")
    taufik.confirm("Paraf dan teruskan")
    kabag = Person(page, address, "kabag")
    assert "Menunggu paraf Kabag KPP" in kabag.see().inner_text("main")
    kabag.follow("Surat pemberitahuan")
    kabag.confirm("Paraf naskah ini")
    kepala = Person(page, address, "kepala")
    kepala.see()
    kepala.follow("Surat pemberitahuan")
    kepala.confirm("Tanda tangani")
    tuti = Person(page, address, "tuti")
    tuti.see()
    tuti.follow("Surat pemberitahuan")
    tuti.press("Agendakan dan beri nomor")
    page.fill("#on", "12032026")
    page.fill("#proof", "Diterima SKPD")
    assert "Belum tercatat" not in tuti.press("Catat pengiriman")
    assert "Perekaman berjalan" in tuti.see().inner_text("main")
    assert "PDH lengkap warna khaki" in tuti.paper("/berkas/1/orang/kertas/schedule", tmp_path)


def record_people(page: Page, address: str, clock: Clock) -> None:
    """Step 9: two stay away and one comes in other clothes on the first day; they come on the second."""
    clock.forward(days=18, hours=3)
    priyo = Person(page, address, "priyo")
    assert "Catat kehadiran 16 orang." in priyo.see("/").inner_text("main")
    day = f"/jadwal/{SERVICE}/2026-03-30"
    priyo.see(day)
    boxes = page.locator("input[name=orang]")
    assert boxes.count() == 16
    for at in range(13):
        boxes.nth(at).check()
    priyo.press("Hadir dan terekam")
    page.locator("input[name=orang]").nth(0).check()
    page.locator("input[name=orang]").nth(1).check()
    priyo.press("Tidak hadir")
    page.locator("input[name=orang]").nth(2).check()
    priyo.press("Pakaian tidak sesuai")
    assert find_faults_by_day(page) == []
    priyo.see()
    greyed = page.locator(".greyed", has_text="Semua sudah terekam")
    assert greyed.get_by_role("button").get_attribute("aria-disabled") == "true"
    assert "2 orang tidak hadir, 1 orang pakaian tidak sesuai" in greyed.inner_text()
    priyo.see("/berkas/1/orang")
    refused = priyo.press("Jadwalkan 3 orang yang menunggu")
    assert "Tempat di slot yang terbuka tinggal 2, sedangkan yang dijadwalkan 3 orang." in refused
    priyo.see(f"/jadwal/{SERVICE}")
    for name, value in {"first": "01042026", "hours": "08.00-10.00", "capacity": "5", "place": "Aula"}.items():
        page.fill(f"#{name}", value)
    priyo.press("Buka hari")
    priyo.see("/berkas/1/orang")
    priyo.press("Jadwalkan 3 orang yang menunggu")
    clock.forward(days=2)
    priyo = Person(page, address, "priyo")
    for one in ("2026-03-31", "2026-04-01"):
        priyo.see(f"/jadwal/{SERVICE}/{one}")
        for box in page.locator("input[name=orang]").all():
            box.check()
        priyo.press("Hadir dan terekam")
    priyo.see()
    priyo.press("Semua sudah terekam")


def make_and_hand_over(page: Page, address: str, tmp_path: Path) -> None:
    """Steps 10 and 11: one card is withdrawn, the others are made, signed for and handed over."""
    priyo = Person(page, address, "priyo")
    priyo.see("/berkas/1/orang?keadaan=recorded")
    page.locator("input[name=orang]").nth(4).check()
    page.click("summary:has-text('Batalkan yang dicentang')")
    page.select_option("#reasons-removed", "Pindah atau pensiun")
    page.click("summary:has-text('Batalkan…')")
    priyo.press("Batalkan")
    priyo.see("/berkas/1/orang?keadaan=recorded")
    page.check("#semua")
    priyo.press("KTP jadi")
    priyo.see()
    priyo.press("Semua KTP jadi")
    receipt = priyo.paper("/berkas/1/orang/kertas/receipt", tmp_path)
    assert "Tanda tangan" in receipt
    assert "29 orang" in receipt
    priyo.see("/berkas/1/orang?keadaan=made")
    page.check("#semua")
    priyo.press("Serahkan")
    priyo.see()
    page.click("summary:has-text('Semua KTP diserahkan')")
    assert "KTP PNS Badan Kepegawaian Contoh sudah diserahkan." in priyo.press("Semua KTP diserahkan")
    report = priyo.paper("/berkas/1/orang/kertas/report", tmp_path)
    assert "Diminta Jadi dan diserahkan Dibatalkan = + 30 29 1" in report


def test_thirty_people_from_the_letter_to_the_receipt(
    page: Page, address: str, journal: Journal, clock: Clock, tmp_path: Path, complaints: list[str]
) -> None:
    take_request(page, address)
    dispose(page, address, "kepala", "kabag_kpp")
    dispose(page, address, "kabag", "kasubbag_tal")
    plan_and_notify(page, address, tmp_path)
    record_people(page, address, clock)
    make_and_hand_over(page, address, tmp_path)
    case = CaseFile.first(journal.db, id=1)
    assert case is not None
    assert (case.step, case.closed) == ("@done", 1)
    assert state_counts(journal.db, 1) == {"handed_over": 29, "cancelled": 1}
    way = [(event.action, event.actor) for event in case_events(journal.db, 1) if event.action in DONE_BY]
    assert [action for action, _ in way] == sorted([*DONE_BY, "disposed"], key=[*DONE_BY].index)
    assert all(actor in DONE_BY[action] for action, actor in way)
    clocks = {row.scope for row in RunningDeadline.rows(journal.db, subject="case/1", limit_id="step")}
    assert {"submit", "agenda", "head_disposition", "plan", "check", "sign", "send", "hand_over"} <= clocks
    assert not clocks & {"record", "produce"}
    assert verify_side(journal, "office", tmp_path / "replay.sqlite3").faults == []
    assert complaints == []

"""A year of clauses 8 to 14 in a real Chromium: a broken camera and a vacant post appear and go, a check with a random
sample is opened and closed, targets are set, missed, analysed, closed and raised."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.casework.resources import service
from app.compose_office import make_office_app
from app.platform.people import changes
from sync.journal import Journal
from tests.browser import find_faults_by_day, sign_in
from tests.browser.test_letters import act_as, press
from tests.platform.people import PIN, SECRET_KEY, Clock, agree
from tests.quality.checks.year import finish
from tests.services.ktp.desk import Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def office_file(adopted_office: Path) -> Path:
    return adopted_office


@pytest.fixture
def desk(journal: Journal) -> Desk:
    """Two cases that wait for the recording, one whose card was handed over; every thing of clause 8 but the camera."""
    made = Desk(journal)
    made.complete()
    made.complete()
    finish(made, 1)
    for name, count in (("Meja", 3), ("Kursi", 3), ("Komputer", 1), ("Buku Register", 1)):
        service.add_items(journal, made.who("ratna"), name=name, count=count, now=made.now)
    return made


@pytest.fixture
def web(journal: Journal, desk: Desk, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def finalise(page: Page, button: str) -> str:
    """Open the fold of a final deed and press the button inside."""
    page.locator("summary", has_text=button).click()
    with page.expect_navigation():
        page.locator("button[data-final]", has_text=button).click()
    return page.inner_text("main")


def test_a_broken_camera_appears_and_goes(page: Page, address: str, desk: Desk, complaints: list[str]) -> None:
    sign_in(page, address, "ratna", "/sarana")
    page.select_option("#name", "Kamera")
    page.fill("#label", "INV-03")
    page.fill("#place", "Ruang rekam")
    assert "Kamera" in press(page, "Daftarkan")
    act_as(page, address, "oki", "/perekaman/")
    page.locator("summary", has_text="Catat keadaan alat").click()
    page.select_option("#alat select", "Kamera")
    page.get_by_label("Rusak", exact=True).check()
    page.fill("#alat input[name=note]", "Lensa retak")
    with page.expect_navigation():
        page.locator("#alat form button").click()
    for who in ("oki", "ratna"):
        act_as(page, address, who, "/")
        told = page.inner_text("main")
        assert "Kamera: diperlukan 1, berfungsi 0 sejak 12 Maret 2026. Lensa retak" in told, who
        assert "2 berkas menunggu di langkah" in told, who
    page.goto(address + "/pengawasan/")
    assert "1 jenis sarana kurang" in page.inner_text("main")
    page.goto(address + "/sarana")
    page.get_by_role("link", name="Buka Kamera").click()
    page.get_by_role("link", name="INV-03", exact=True).click()
    page.locator("summary", has_text="Catat dikirim").click()
    page.fill("#sent-note", "Servis resmi")
    press(page, "Catat dikirim")
    page.locator("summary", has_text="Catat berfungsi lagi").click()
    page.fill("#working-note", "Lensa diganti")
    page.fill("#working-cost", "350000")
    told = press(page, "Catat berfungsi lagi")
    assert "Dikirim Kamis, 12 Maret 2026: Servis resmi" in told
    assert "Rp350.000" in told
    assert find_faults_by_day(page) == []
    page.goto(address + "/")
    assert "Kamera: diperlukan" not in page.inner_text("main")
    assert complaints == []


def test_a_vacant_post_appears_and_goes(
    page: Page, address: str, desk: Desk, journal: Journal, clock: Clock, complaints: list[str]
) -> None:
    oki, sari = (desk.who(one).person_id for one in ("oki", "sari"))
    agree(journal, changes.Disable(oki, "Pindah tugas"), now=clock())
    sign_in(page, address, "ratna")
    assert "Petugas Operator (KTP-el): diperlukan 1 orang, terisi 0 sejak 12 Maret 2026" in page.inner_text("main")
    agree(journal, changes.SetRoles(sari, ("counter", "operator")), now=clock())
    page.goto(address + "/pelaksana")
    assert "Jabatan kosong" not in page.inner_text("main")
    page.get_by_role("link", name="Sari Wulandari").first.click()
    page.select_option("#education", "sma")
    page.fill("#working_since", "01032020")
    page.fill("#training1", "Change management")
    page.fill("#trained1", "10022021")
    for box in page.locator("#skills input").all():
        box.check()
    told = press(page, "Simpan")
    assert "Petugas Loket (KTP-el)\nSemua syarat terpenuhi." in told.replace("\n\n", "\n")
    assert "Belum: pelatihan Komputer." in told
    assert find_faults_by_day(page) == []
    assert complaints == []


def test_a_check_with_a_random_sample_is_opened_and_closed(page: Page, address: str, complaints: list[str]) -> None:
    sign_in(page, address, "ratna", "/pemeriksaan")
    page.get_by_role("link", name="Rencanakan pemeriksaan").click()
    page.fill("#purpose", "Apakah foto dan janji waktu sesuai standar")
    page.fill("#process_size", "1")
    page.fill("#product_size", "1")
    page.fill("#process_questions", "Butir 2.2: latar foto sesuai tahun lahir?\nButir 4.4: divalidasi hari itu?")
    assert find_faults_by_day(page) == []
    told = press(page, "Simpan rencana")
    assert "Direncanakan" in told
    assert "Ditarik ulang: sama" in press(page, "Tarik sampel")
    page.locator("tr", has_text=re.compile("proses 1", re.IGNORECASE)).locator("th a").click()
    page.locator("input[name=verdict1][value=heavy]").check()
    page.locator("input[name=verdict2][value=conforms]").check()
    assert "Tulis apa yang dilihat." in press(page, "Simpan dan lanjut")
    assert page.locator("input[name=verdict2][value=conforms]").is_checked()
    page.fill("#note1", "Latar merah, tahun lahir genap")
    press(page, "Simpan dan lanjut")
    for option in page.locator("input[value=conforms]").all():
        option.check()
    press(page, "Simpan dan lanjut")
    assert "Menunggu jawaban" in press(page, "Kirim temuan")
    path = page.url.removeprefix(address)
    act_as(page, address, "budi", "/")
    assert "1 temuan menunggu jawaban Anda." in page.inner_text("main")
    page.goto(address + path)
    page.fill("#answer-1", "Foto tidak dicocokkan dengan tahun lahir")
    page.fill("#action-1", "Daftar latar ditempel di loket")
    page.fill("#due_on-1", "10042026")
    assert "Batas Jumat, 10 April 2026, 15 hari kerja lagi." in press(page, "Simpan jawaban")
    assert page.get_by_role("button", name="Tutup pemeriksaan").count() == 0
    assert "LTPP 01/LTPP/2026" in press(page, "Buka LTPP dari temuan 1")
    act_as(page, address, "camat", path)
    assert page.get_by_text("Tutup pemeriksaan").count() == 0
    act_as(page, address, "ratna", path)
    assert find_faults_by_day(page) == []
    page.fill("#note", "Jawaban cukup; dilihat lagi triwulan depan")
    page.fill("#pin", PIN)
    assert "Ditutup Ratna Puspita" in finalise(page, "Tutup pemeriksaan")
    assert complaints == []


def test_targets_are_set_missed_analysed_closed_and_raised(
    page: Page, address: str, desk: Desk, clock: Clock, complaints: list[str]
) -> None:
    """Clause 14: nobody opened the box in the first quarter; the section says why, the Camat alone closes, a lower
    target needs a reason, the next one is higher."""
    sign_in(page, address, "camat", "/sasaran/target/2026")
    page.fill("#pin", PIN)
    assert "berlaku sesudah disetujui orang kedua" in press(page, "Tetapkan target 2026")
    act_as(page, address, "budi", "/sasaran/target/2026")
    page.fill("#pin", PIN)
    assert "Berlaku" in press(page, "Setujui target 2026")
    clock.forward(days=21)
    review = "/sasaran/evaluasi/2026-Q1"
    act_as(page, address, "budi", review)
    missed = page.locator("tr", has_text="Kotak saran").first.inner_text()
    assert "Belum tercapai" in missed, missed
    page.fill("#text", "Kotak tidak dibuka karena petugas informasi sendirian")
    assert "petugas informasi sendirian" in press(page, "Simpan analisis")
    for who in ("budi", "ratna"):
        act_as(page, address, who, review)
        assert page.get_by_role("button", name="Tutup evaluasi").count() == 0, who
    act_as(page, address, "camat", review)
    page.fill("#conclusion", "Kotak dibuka bergantian")
    page.fill("#what-1", "Jadwal piket kotak saran")
    page.fill("#by_on-1", "30042026")
    page.select_option("#person-1", "ida")
    page.locator("summary", has_text="Target 2027").click()
    target = page.locator("[name='target-kecamatan/ktp_on_time']")
    target.fill("90")
    page.fill("#pin", PIN)
    assert "Belum ditutup" in press(page, "Tutup evaluasi")
    target.fill("97")
    page.fill("#pin", PIN)
    assert "Kotak dibuka bergantian" in press(page, "Tutup evaluasi")
    page.goto(address + "/sasaran/target/2027")
    row = page.locator("tr", has_text="janji").first.inner_text()
    assert "97" in row, row
    act_as(page, address, "ida", "/")
    assert "Jadwal piket kotak saran" in page.inner_text("main")
    assert complaints == []

"""Desk information in a real Chromium: found while the caller speaks, one click answers; an SMS on its contact."""

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.services.hotline import messages
from app.services.hotline.queries import contacts_between, get_contact
from app.services.hotline.team import list_decrees
from sync.journal import Journal
from tests.browser import find_faults_by_day, sign_in
from tests.platform.people import PIN, START, Clock
from tests.platform.printing.reading import text_of
from tests.services.hotline.conftest import office_file, web
from tests.services.hotline.phone import Phone
from tests.services.hotline.staff import offer, person

__all__ = ["office_file", "web"]
pytestmark = pytest.mark.browser
KTM = ("Berapa biaya KTM pengganti yang hilang?", "Tidak dipungut biaya. Bawa surat kehilangan dari kepolisian.")
LEAVE = ("Syarat cuti akademik", "Formulir cuti dan tanda tangan dosen wali.")


def test_a_question_finds_its_article_while_it_is_typed_and_one_click_closes(
    web: Flask, address: str, page: Page, journal: Journal, complaints: list[str]
) -> None:
    for question, answer in (KTM, LEAVE):
        offer(journal, question, answer)
    sign_in(page, address, "ida", "/hotline")
    page.get_by_label("Yang dibutuhkan").press_sequentially("ktm saya hil")
    expect(page.locator("#articles")).to_contain_text(KTM[1])
    expect(page.locator("#articles")).not_to_contain_text(LEAVE[1])
    assert find_faults_by_day(page) == []
    page.get_by_label("Nomor telepon").fill("0812-0000-0009")
    with page.expect_navigation():
        page.get_by_role("button", name="Jawab dengan ini").click()
    expect(page.locator("main")).to_contain_text("Semua kontak selesai")
    [contact] = contacts_between(journal.db, START.date(), START.date())
    assert (contact.closed, contact.moves[-1].note, contact.phone) == (True, KTM[1], "081200000009")
    page.get_by_label("Yang dibutuhkan").press_sequentially("parkir")
    expect(page.locator("#articles")).to_contain_text("Tidak ada di desk information")
    page.get_by_label("Yang dibutuhkan").fill("ktm saya")
    page.get_by_label("Yang dibutuhkan").press_sequentially(" rusak")
    expect(page.locator("#articles")).to_contain_text(KTM[1])
    page.keyboard.press("Enter")  # goes on past what would answer the caller with whatever was found
    expect(page.get_by_label("Umum")).to_be_focused()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    [_, other] = contacts_between(journal.db, START.date(), START.date())
    assert (other.closed, other.question) == (False, "ktm saya rusak")
    expect(page.get_by_role("button", name="Jawab dengan artikel 1")).not_to_be_focused()
    page.keyboard.press("Enter")  # a held or second Enter answers nobody with whatever was found
    assert not contacts_between(journal.db, START.date(), START.date())[1].closed
    assert complaints == []
    assert web


def test_an_article_is_written_approved_with_a_pin_and_ended(
    web: Flask, address: str, page: Page, journal: Journal, complaints: list[str]
) -> None:
    sign_in(page, address, "ida", "/hotline/artikel/baru")
    page.get_by_label("Pertanyaan").fill(KTM[0])
    page.get_by_label("Berlaku sampai").fill("01012020")
    with page.expect_navigation():
        page.get_by_role("button", name="Simpan artikel").click()
    expect(page.get_by_label("Pertanyaan")).to_have_value(KTM[0])  # nothing typed is lost
    page.get_by_label("Jawaban").fill(KTM[1])
    page.get_by_label("Pemilik").select_option("budi")
    page.get_by_label("Berlaku sampai").fill("31122026")
    with page.expect_navigation():
        page.get_by_role("button", name="Simpan artikel").click()
    where = page.url
    page.context.clear_cookies()
    sign_in(page, address, "budi")
    page.goto(where)
    page.get_by_label("PIN Anda").fill(PIN)
    with page.expect_navigation():
        page.get_by_role("button", name="Setujui artikel").click()
    expect(page.locator("main")).to_contain_text("Berlaku")
    page.goto(f"{address}/hotline/artikel")
    page.get_by_label("Cari yang berlaku hari ini").press_sequentially("biaya")
    expect(page.locator("#articles")).to_contain_text(KTM[1])
    assert find_faults_by_day(page) == []
    assert complaints == []
    assert web


def test_an_sms_stands_on_its_contact_and_settings_are_told_what_is_wrong(
    web: Flask, address: str, page: Page, journal: Journal, clock: Clock, tmp_path: Path, complaints: list[str]
) -> None:
    phone = Phone(tmp_path / "gammu")
    sign_in(page, address, "ratna", "/pengaturan/sms")
    page.get_by_label("SMS lewat Gammu menyala").check()
    for folder in ("/tidak/ada", str(phone.base)):
        page.get_by_label("Folder Gammu").fill(folder)
        with page.expect_navigation():
            page.get_by_role("button", name="Simpan", exact=True).click()
        assert ("tidak ada" in page.inner_text("main")) == (folder == "/tidak/ada")
    page.get_by_label("Kirim pesan uji ke").fill("081200000001")
    with page.expect_navigation():
        page.get_by_role("button", name="Kirim pesan uji").click()
    expect(page.locator("main")).to_contain_text("Menunggu dikirim")
    assert "081200000001" not in page.inner_text("main")
    assert find_faults_by_day(page) == []
    arrived = phone.base / "inbox" / "IN20260312_094200_00_+6281200000009_00.txt"
    arrived.write_bytes("Selamat pagi 😀 <b>biaya</b> KTM?".encode("utf-16"))
    os.utime(arrived, (1, 1))
    messages.exchange_messages(journal, clock())
    [contact] = contacts_between(journal.db, START.date(), START.date())
    page.context.clear_cookies()
    sign_in(page, address, "ida", f"/berkas/{contact.id}")
    expect(page.locator("main")).to_contain_text("Selamat pagi 😀 <b>biaya</b> KTM?")
    expect(page.locator("main")).to_contain_text("Balasan otomatis")
    assert find_faults_by_day(page) == []
    assert not get_contact(journal.db, contact.id).closed
    assert complaints == []
    assert web


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def test_the_decree_is_drafted_signed_numbered_and_printed_and_so_is_the_pact(
    web: Flask, address: str, page: Page, journal: Journal, tmp_path: Path, complaints: list[str]
) -> None:
    sign_in(page, address, "ratna", "/hotline/tim/baru")
    page.get_by_label("Berlaku sampai").fill("31122026")
    page.get_by_label("Anggota 1").select_option("ida")
    for education in ("diploma", "bachelor"):
        page.get_by_label("Pendidikan").first.select_option(education)
        page.get_by_label("Bidang studi").first.fill("Gizi")
        assert find_faults_by_day(page) == []
        press(page, "Buat konsep SK")
        told = " ".join(page.locator(".error-summary").all_inner_texts())
        assert ("sekurang-kurangnya sarjana" in told) == (education == "diploma")
    letter, team = page.url, f"{address}/hotline/tim/{list_decrees(journal.db)[0].id}"
    for username, where, button in (
        ("ratna", letter, "Paraf dan teruskan"),
        ("camat", letter, "Tanda tangani"),
        ("ratna", letter, "Agendakan dan beri nomor"),
        ("ida", team, "Tandatangani pakta"),
    ):
        page.context.clear_cookies()
        sign_in(page, address, username)
        page.goto(where)
        if button != "Agendakan dan beri nomor":
            page.locator("main input[name=pin]").first.fill(PIN)
        assert find_faults_by_day(page) == []
        press(page, button)
    expect(page.locator("main")).to_contain_text("Pakta ditandatangani")
    number = list_decrees(journal.db)[0].number
    said = {}
    for name, username, path in (("pakta", "ida", f"{team}/cetak/ida"), ("sk", "ratna", f"{letter}/cetak")):
        page.context.clear_cookies()
        sign_in(page, address, username)
        token = page.input_value("input[name=csrf_token] >> nth=0")
        answer = page.request.post(path, form={"csrf_token": token})
        assert answer.headers["content-type"] == "application/pdf", answer.text()
        said[name] = text_of(answer.body(), tmp_path)
        if folder := os.environ.get("LOKET_LOOK"):
            Path(folder, f"{name}.pdf").write_bytes(answer.body())
    assert number
    assert number in said["sk"]
    assert "Ida Rahayu" in said["sk"]
    assert "Sarjana (S1)" in said["sk"]
    assert "akurat, kredibel, transparan" in " ".join(said["pakta"].split())
    assert person(journal, "ida").name in said["pakta"]
    assert complaints == []
    assert web

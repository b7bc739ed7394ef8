"""A whole round of student cards in a real Chromium, from the list of students to a card withdrawn; the bank too."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.compose_office import make_office_app
from app.platform.office.exchange import OfficeExchange
from sync.journal import Journal
from tests.browser import audit, find_faults, let_in, open_window, served, sign_in
from tests.centre.test_there_and_back import without_keeping
from tests.platform.people import PIN, SECRET_KEY, Clock
from tests.platform.printing.reading import page_size, text_of
from tests.services.ktm.conftest import office_file
from tests.services.ktm.desk import CardDesk, account, nim
from tests.services.ktm.test_bank import Bank

__all__ = ["office_file"]
pytestmark = pytest.mark.browser
LIST = "NO;NIM;NAMA;PRODI;ANGKATAN;STATUS\n" + "".join(
    f"{n};{nim(n)};{name};D-III Keperawatan;2026;{status}\n"
    for n, name, status in (
        (1, "Alya Maharani", "Aktif"),
        (2, "Bagas Pratama", "Aktif"),
        (3, "Citra Anggun", "Mengundurkan diri"),
        (1, "Alya Maharani", "Aktif"),
    )
)


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office as its command builds it."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


@contextmanager
def bank_window(chromium: Browser, bank: Bank) -> Iterator[tuple[Page, str]]:
    """The bank's own program in a window of its own: cookies know no ports."""
    with served(without_keeping(bank.centre)) as address:
        bank.found(address)
        context = open_window(chromium)
        page = context.new_page()
        page.set_default_timeout(8000)
        yield page, address
        context.close()


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button, exact=False).first.click()


def enter(page: Page, address: str, username: str) -> None:
    page.context.clear_cookies()
    let_in(page, address, username)


def look(page: Page, name: str) -> None:
    """Nothing wrong with the page for people who see or hear it; kept as a picture where somebody asks for it."""
    assert (find_faults(page) if name in ("intake", "bank-line") else audit(page)) == []
    if folder := os.environ.get("LOKET_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def paper(page: Page, address: str, path: str, **form: str) -> bytes:
    token = page.input_value("input[name=csrf_token] >> nth=0")
    answer = page.request.post(address + path, form={"csrf_token": token, **form})
    assert answer.headers["content-type"] == "application/pdf", answer.status
    return answer.body()


def import_list(page: Page, address: str) -> None:
    """The list of one intake in one go: two invited, one no longer enrolled, one that stands twice."""
    page.goto(f"{address}/impor?layanan=ktm")
    page.select_option("#layanan", "ktm")
    page.set_input_files("#file", {"name": "nim.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    press(page, "Periksa dokumen")
    page.get_by_role("button", name="Tulis 3 berkas").wait_for()
    assert "Sama dengan lembar" in page.inner_text("main")
    press(page, "Tulis 3 berkas")
    page.get_by_text("3 berkas baru ditulis").wait_for()


def test_a_whole_round(
    page: Page, address: str, chromium: Browser, journal: Journal, clock: Clock, tmp_path: Path, complaints: list[str]
) -> None:
    desk, bank = CardDesk(journal, tmp_path, clock()), Bank(tmp_path / "bank", clock)
    enter(page, address, "budi")
    import_list(page, address)
    enter(page, address, "sari")
    page.goto(f"{address}/ktm/")
    look(page, "intakes")
    page.fill("#intake", "2026")
    press(page, "Mulai sosialisasi")
    page.fill("#attended", "2")
    press(page, "Akhiri sosialisasi")
    page.get_by_role("link", name="Alya Maharani").click()
    page.wait_for_url(re.compile("/berkas/"))
    case_id = int(page.url.rsplit("/", 1)[1].split("#")[0].split("?")[0])
    press(page, "Mahasiswa datang")
    desk.photo(case_id)
    page.goto(f"{address}/berkas/{case_id}/periksa")
    for box in page.locator("input[type=radio][value=present]").all():
        box.check()
    press(page, "Terdaftar")
    with bank_window(chromium, bank) as (teller, bank_address):
        OfficeExchange(journal, tmp_path).enrol(bank.invite(), clock())
        page.goto(f"{address}/pengiriman/?layanan=ktm")
        page.check("input[name=berkas]")
        press(page, "Susun pengiriman")
        enter(page, address, "budi")
        page.goto(f"{address}/pengiriman/1")
        page.fill("#pin", PIN)
        press(page, "Setujui")
        OfficeExchange(journal, tmp_path).sync(clock())
        answer_at_bank(teller, bank_address)
        OfficeExchange(journal, tmp_path).sync(clock())
    make_and_give_out(page, address, case_id, tmp_path)
    withdraw(page, address, case_id)
    assert complaints == []


def answer_at_bank(page: Page, address: str) -> None:
    """The teller opens the dispatch, takes the line on and types the number twice, once wrongly."""
    sign_in(page, address, "tutik")
    look(page, "bank-queue")
    assert "langko" not in page.inner_text("body")
    page.get_by_role("link", name="Periksa").first.click()
    page.wait_for_url(re.compile("/masukan/"))
    look(page, "bank-dispatch")
    press(page, "Terima semua")
    page.goto(address)
    press(page, "Kerjakan")
    assert page.eval_on_selector("img[alt^=Foto]", "one => one.naturalWidth") == 354, "the photo came along"
    for again in (account(2), account(1)):
        page.fill("#value", account(1))
        page.fill("#again", again)
        press(page, "Rekening dibuka")
        if again != account(1):
            assert "diketik berbeda" in page.inner_text("main")
            look(page, "bank-line")
    assert account(1) not in page.content()
    page.goto(address)
    assert "siap dikirim" not in page.inner_text("main"), "a bank answers with numbers, it ships nothing"


def make_and_give_out(page: Page, address: str, case_id: int, tmp_path: Path) -> None:
    enter(page, address, "sari")
    page.goto(f"{address}/ktm/berkas/{case_id}")
    assert "*********001" in page.inner_text("main")
    page.check("input[name=berkas]")
    press(page, "Yang dicentang lengkap")
    page.goto(f"{address}/ktm/berkas/{case_id}")
    look(page, "intake")
    sheet = paper(page, address, "/ktm/cetak", angkatan="2026", berkas=str(case_id))
    assert page_size(sheet, tmp_path) == (210, 297)
    card = paper(page, address, "/ktm/cetak", angkatan="2026", berkas=str(case_id), bentuk="kartu")
    said = text_of(card, tmp_path)
    assert page_size(card, tmp_path) == (86, 54)
    assert nim(1) in said
    assert "selama terdaftar sebagai mahasiswa" in said
    page.check("input[name=berkas]")
    press(page, "KTM jadi")
    listed = text_of(paper(page, address, "/ktm/daftar-pembagian", angkatan="2026"), tmp_path)
    assert nim(1) in listed
    assert "001" in listed
    assert account(1) not in listed
    page.goto(f"{address}/kartu/serah/{case_id}")
    shown = page.inner_text("main")
    assert "KTM lama yang ditarik" in shown
    assert ", ," not in shown, "no village in a service that asks none"
    for box in page.locator("input[name=compared]").all():
        box.check()
    page.locator("#relation label").first.click()
    page.fill("#pin", PIN)
    page.get_by_role("button", name="Serahkan").click()
    page.wait_for_selector("#done-h")
    assert "sudah diserahkan" in page.inner_text("main").lower()
    receipt = text_of(paper(page, address, f"/kartu/serah/{case_id}/cetak"), tmp_path)
    assert "TANDA TERIMA KTM" in receipt
    assert "gratis" not in receipt, "the procedure says nothing of a fee"
    page.goto(f"{address}/ktm/laporan?angkatan=2026")
    look(page, "report")


def withdraw(page: Page, address: str, case_id: int) -> None:
    page.goto(f"{address}/berkas/{case_id}")
    assert page.get_by_role("button", name="Tampilkan nomor rekening").count() == 0, "not for the counter"
    enter(page, address, "budi")
    page.goto(f"{address}/berkas/{case_id}")
    page.get_by_role("button", name="Tampilkan nomor rekening").click()
    page.get_by_text(account(1)).wait_for()
    assert account(1) not in page.url
    assert audit(page) == []
    look(page, "case")
    page.goto(f"{address}/ktm/")
    page.fill("#card-code", nim(1))
    press(page, "Cari")
    look(page, "card")
    page.check("input[name=why][value=graduated]")
    page.check("input[name=given_back][value=owed]")
    page.fill("#pin", PIN)
    page.click("summary:has-text('Cabut KTM')")
    press(page, "Cabut KTM")
    assert "Tidak berlaku" in page.inner_text("main")
    look(page, "withdrawn")

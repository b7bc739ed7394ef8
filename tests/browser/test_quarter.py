"""A complaint from the kiosk to the poster and back to its writer, in one Chromium; then every page under axe."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.compose_office import make_office_app
from app.quality.quarter.views.waiting_room import make_kiosk_app
from sync.journal import Journal
from tests.browser import PHONE, find_faults_by_day, served, sign_in
from tests.platform.people import PIN, SECRET_KEY, Clock
from tests.services.complaints.conftest import office_file
from tests.world.nightly import NIGHTLY

__all__ = ["office_file"]
pytestmark = pytest.mark.browser
NIK, PHONE_NUMBER, NAME = "3508992010900003", "081234567890", "Tumini Sulastri"
WORDS = f"Saya {NAME}, NIK {NIK}, telepon {PHONE_NUMBER}. Antrean jam delapan tidak bernomor."
SLIP = f"Kipas angin mati. Kata Bu {NAME} sudah sebulan."


@pytest.fixture
def kiosk(journal: Journal, clock: Clock) -> Iterator[str]:
    with served(make_kiosk_app(journal, {"CLOCK": clock})) as address:
        yield address


@pytest.fixture
def web(journal: Journal, clock: Clock, kiosk: str, tmp_path: Path) -> Flask:
    port = int(kiosk.rpartition(":")[2])
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock, "KIOSK_PORT": port})


class Walk:
    """One window; each person signs in for what is theirs."""

    def __init__(self, page: Page, address: str, kiosk: str) -> None:
        self.page, self.address, self.kiosk = page, address, kiosk

    def enter(self, username: str, path: str = "/") -> None:
        """Sign in as somebody and go somewhere."""
        self.page.context.clear_cookies()
        sign_in(self.page, self.address, username, path)

    def press(self, name: str) -> None:
        """Press the one button of that name and wait for what it brings."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def complain(self) -> str:
        """Write at the kiosk; returns the slip code."""
        self.page.goto(self.kiosk)
        self.page.click("text=Tulis pengaduan atau saran")
        self.page.fill("#words", WORDS)
        self.page.check("text=Lama atau antre")
        self.page.check("input[name=type][value=complaint]")
        self.page.fill("#name", NAME)
        self.page.fill("#contact", PHONE_NUMBER)
        self.press("Kirim pengaduan")
        assert self.page.context.cookies(self.kiosk) == []
        return self.page.inner_text(".huge.code")

    def ask(self, code: str) -> str:
        """What the kiosk says about a code."""
        self.page.goto(f"{self.kiosk}/kode")
        self.page.fill("#code", code)
        self.press("Lihat")
        return self.page.inner_text("main")

    def pdf(self, name: str) -> bytes:
        """The paper that a button prints: the very post that the button makes."""
        form = self.page.locator("form").filter(has=self.page.get_by_role("button", name=name, exact=True))
        action, token = form.get_attribute("action"), form.locator("[name=csrf_token]").get_attribute("value")
        answer = self.page.request.post(f"{self.address}{action}", form={"csrf_token": str(token)})
        assert answer.headers["content-type"] == "application/pdf"
        return answer.body()


@pytest.fixture
def walk(page: Page, address: str, kiosk: str) -> Walk:
    return Walk(page, address, kiosk)


def words_of(pdf: bytes, folder: Path) -> str:
    """The text of a PDF, blanks folded."""
    path = folder / "kertas.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def march(walk: Walk, clock: Clock) -> str:
    """The visitor complains, the box is opened, the Kasi follows up, an LTPP is opened, done and verified."""
    page = walk.page
    code = walk.complain()
    walk.enter("ida", "/kotak-saran")
    page.fill("#words-1", SLIP)
    walk.press("Salin ke buku")
    walk.enter("budi", "/pengaduan/1")
    page.fill("#write_follow_up-text", f"Nomor antrean dibagi sejak 07.30. {NAME} sudah ditemui.")
    walk.press("Simpan tindak lanjut")
    assert page.evaluate("() => document.activeElement.id") == "write_answer-text", "the answer comes next"
    walk.enter("ida", "/pengaduan/1")
    page.fill("#write_answer-text", "Nomor antrean sekarang dibagi sejak 07.30. Terima kasih.")
    walk.press("Simpan jawaban")
    page.click("text=Nyatakan selesai…")
    walk.press("Nyatakan selesai")
    page.click("text=Buka LTPP")
    page.fill("#trouble", "Antrean jam delapan tidak bernomor")
    walk.press("Buka LTPP")
    page.fill("#why1", "Nomor baru dibagi jam delapan")
    page.fill("#corrective", "Nomor dibagi sejak 07.30")
    page.select_option("#person", "budi")
    page.fill("#due_on", "16032026")
    walk.press("Simpan sebab dan tindakan")
    walk.enter("budi", "/ltpp/1")
    page.fill("#note", "Petugas piket membagi nomor")
    walk.press("Nyatakan selesai dikerjakan")
    clock.forward(days=4)
    walk.enter("ratna", "/ltpp/1")
    page.check("text=Efektif >> nth=0")
    page.fill("#check-note", "Tiga pagi dilihat, tidak ada yang berebut")
    walk.press("Simpan verifikasi")
    return code


def april(walk: Walk) -> None:
    """The officer drafts and writes a pledge, the Sekretaris checks with her own eyes."""
    page = walk.page
    walk.enter("ida")
    with page.expect_navigation():
        page.get_by_role("link", name="Susun rekap Triwulan I 2026").click()
    walk.press("Susun rancangan")
    page.fill("#what", "Nomor antrean dibagi sejak pintu dibuka 07.30")
    page.fill("#who", "Kasi Pelayanan Umum")
    page.fill("#by_on", "01052026")
    walk.press("Tambah janji")
    walk.enter("ratna")
    with page.expect_navigation():
        page.get_by_role("link", name="Periksa rekap Triwulan I 2026").click()
    assert NAME in page.inner_text("#umum td[data-label=Buku] >> nth=0")
    public = " ".join(page.locator("#umum td[data-label=Umum]").all_inner_texts())
    assert all(secret not in public for secret in (NAME, "Tumini", "Sulastri", NIK, PHONE_NUMBER))
    page.check("#read_public")
    walk.press("Nyatakan sudah diperiksa")


def test_a_quarter_from_the_kiosk_to_the_poster_and_back(
    walk: Walk, clock: Clock, tmp_path: Path, complaints: list[str]
) -> None:
    page = walk.page
    code = march(walk, clock)
    clock.at = datetime(2026, 4, 2, 3, tzinfo=UTC)
    april(walk)
    walk.enter("camat")
    with page.expect_navigation():  # click 1: open
        page.get_by_role("link", name="Baca: Setujui rekap Triwulan I 2026").click()
    page.click("text=Ke persetujuan")  # click 2: read, down to the approval
    page.fill("#pin", PIN)
    walk.press("Setujui rekap")  # click 3: approve
    with page.expect_popup() as opened:  # click 4: print
        page.get_by_role("button", name="Cetak poster A3").click()
    opened.value.close()
    for name in ("Cetak poster A3", "Poster F4", "Cetak rekap"):
        told = words_of(walk.pdf(name), tmp_path)
        assert "Nomor antrean dibagi sejak pintu dibuka 07.30" in told
        assert [one for one in (NAME, "Tumini", "Sulastri", NIK, PHONE_NUMBER, NIK[-10:]) if one in told] == []
    page.reload()
    page.fill("#until", "30062026")
    walk.press("Catat pemasangan")
    page.goto(f"{walk.kiosk}/papan")
    board = page.inner_text("body")
    assert "2 pengaduan, 1 selesai" in board
    assert "Tumini" not in board
    assert "Nomor antrean sekarang dibagi sejak 07.30." in walk.ask(code)
    walk.press("Ya, puas")
    assert "Penilaian Anda tercatat" in page.inner_text("main")
    # a browser keeps cookies by host, not by port: only the office's own may be there, none of the kiosk's
    assert {cookie.get("name") for cookie in page.context.cookies(walk.kiosk)} <= {
        "loket_office",
        "loket_office_browser",
    }
    assert complaints == []


STAFF_PAGES = (
    "/",
    "/pengaduan",
    "/pengaduan?hal=2",
    "/pengaduan/1",
    "/pengaduan/2",
    "/pengaduan/tulis",
    "/pengaduan/1/tanda-terima",
    "/kotak-saran",
    "/ltpp",
    "/ltpp/1",
    "/ltpp/baru",
    "/rekap",
    "/rekap/2026-Q1",
    "/rekap/2026-Q2",
    "/papan-pengumuman",
    "/pengaturan/pengaduan",
)
WRITING = ("/pengaduan/tulis", "/pengaduan/1/tanda-terima", "/ltpp/baru")
SEEN_BY = {"ida": STAFF_PAGES, "camat": tuple(path for path in STAFF_PAGES if path not in WRITING)}
SEEN_BY_DAY = {
    "ida": ("/pengaduan/1", "/ltpp/1", "/papan-pengumuman"),
    "camat": ("/rekap", "/rekap/2026-Q1"),
}
"""Pages that this work fills; test_every_page.py looks at the others by day."""
KIOSK_PAGES = ("/", "/tulis", "/kode", "/siap", "/papan", "/tidak-ada")


def test_axe_finds_nothing_on_any_page_of_it(walk: Walk, clock: Clock) -> None:
    page = walk.page
    code = march(walk, clock)
    clock.at = datetime(2026, 4, 2, 3, tzinfo=UTC)
    april(walk)
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found[name] = find_faults_by_day(page)

    for username, paths in (SEEN_BY if NIGHTLY else SEEN_BY_DAY).items():
        walk.enter(username)
        for path in paths:
            page.goto(walk.address + path)
            look(f"{username} {path}")
    for path in KIOSK_PAGES:
        page.goto(walk.kiosk + path)
        look(f"kiosk {path}")
    walk.ask(code)
    look("kiosk answer")
    page.goto(f"{walk.kiosk}/tulis")
    walk.press("Kirim pengaduan")
    look("kiosk refused")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_kiosk_works_by_touch_and_without_script(chromium: Browser, kiosk: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.goto(kiosk)
    page.tap("text=Tulis pengaduan atau saran")
    page.fill("#words", "Kursi kurang.")
    page.tap("text=Ruang tunggu")
    page.get_by_text("Saran", exact=True).tap()
    page.tap("text=Tanpa nama")
    assert not page.is_visible("#name")
    with page.expect_navigation():
        page.tap("text=Kirim pengaduan")
    code = page.inner_text(".huge.code")
    page.goto(f"{kiosk}/kode")
    page.fill("#code", code)
    with page.expect_navigation():
        page.tap("button:has-text('Lihat')")
    assert "Sedang kami periksa." in page.inner_text("h1")
    assert context.cookies() == []
    context.close()


def test_the_staff_s_screen_is_locked_before_the_visitor_types(walk: Walk) -> None:
    walk.enter("ida", "/pengaduan/tulis")
    walk.page.get_by_role("button", name="Berikan papan ketik").click()
    walk.page.wait_for_url(f"{walk.kiosk}/")
    assert "Ada yang ingin disampaikan?" in walk.page.inner_text("main")
    walk.page.goto(f"{walk.address}/pengaduan")
    assert "Layar terkunci" in walk.page.inner_text("h1")

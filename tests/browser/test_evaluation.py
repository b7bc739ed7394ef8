"""A year of a section in one Chromium: targets, what was reached, sheet, report, evaluation, LTPP, the next targets.

Ratna plans and assesses, Budi answers and carries out, Ida opens the LTPP, the Camat evaluates and closes.
"""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.compose_office import make_office_app
from app.core.periods import Period
from app.quality.evaluation.tables import EvaluationCycle
from app.quality.indicators.queries import achievement, load_targets
from sync.journal import Journal
from tests.browser import find_faults_by_day, open_window, served, sign_in
from tests.platform.people import PIN, SECRET_KEY, Clock
from tests.services.complaints.conftest import office_file
from tests.world.evaluation_staff import CLOSING

__all__ = ["office_file"]
pytestmark = pytest.mark.browser
BOX, KEY = "Kotak saran dibuka setiap hari kerja", "kecamatan/box_opened"


@pytest.fixture
def clock() -> Clock:
    return Clock(CLOSING)


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


class Walk:
    """One window; each person signs in for what is theirs. `faults` are what axe finds on the way."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.faults = page, address, list[str]()

    def enter(self, username: str, path: str) -> None:
        self.page.context.clear_cookies()
        sign_in(self.page, self.address, username, path)

    def press(self, name: str) -> None:
        """Press the button of that name and wait for the page that it brings."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def unfold(self, words: str) -> None:
        self.page.locator("summary", has_text=words).first.click()

    def follow_link(self, words: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=words).first.click()

    def text(self) -> str:
        return self.page.inner_text("main")

    def look(self) -> None:
        """What axe and a telephone find wrong with the page as it stands."""
        self.faults += [f"{self.page.url}: {fault}" for fault in find_faults_by_day(self.page)]


def test_a_year_from_target_to_the_next_target(web: Flask, chromium: Browser, journal: Journal, clock: Clock) -> None:
    with served(web) as address, open_window(chromium) as window:
        walk = Walk(window.new_page(), address)
        set_targets(walk)
        plan_and_assess(walk)
        answer_and_open_ltpp(walk)
        report(walk)
        evaluate(walk, journal)
        carry_out_and_close(walk)
        assert walk.faults == []
    [cycle] = EvaluationCycle.rows(journal.db)
    assert (cycle.state, cycle.actor, cycle.evaluated_by, cycle.closed_by) == ("closed", "ratna", "camat", "camat")
    reached = achievement(journal.db, KEY, Period("year", 2026), date(2026, 12, 28))
    assert reached.state == "missed"
    assert str(load_targets(journal.db, 2027)[KEY].value.first) == "90"


def set_targets(walk: Walk) -> None:
    """The Camat puts the targets of the year in force."""
    walk.enter("camat", "/sasaran/target/2026")
    walk.page.fill("#pin", PIN)
    walk.press("Tetapkan target 2026")
    walk.enter("budi", "/sasaran/target/2026")
    walk.page.fill("#pin", PIN)
    walk.look()
    walk.press("Setujui target 2026")


def plan_and_assess(walk: Walk) -> None:
    page = walk.page
    walk.enter("ratna", "/monev/baru")
    for box in page.locator("[name=components]:not([value='Kotak saran'])").all():
        box.uncheck()
    page.fill("#until_on", "15012027")
    walk.press("Buka siklus")
    walk.follow_link("Seksi Pelayanan Umum")
    assert BOX in walk.text()
    assert "0%" in walk.text()
    walk.unfold("Nilai sasaran ini")
    page.fill("[name=question]", "Apakah kotak dibuka setiap hari?")
    page.fill("[name=evidence]", "Buku pembukaan kotak.")
    page.check("[name=weight][value=conform]")
    walk.press("Simpan penilaian")
    assert "belum tercapai, jadi tidak dapat dinilai sesuai" in walk.text()
    assert page.input_value("[name=evidence]") == "Buku pembukaan kotak."
    walk.look()
    page.check("[name=weight][value=major]")
    page.fill("[name=finding]", "Kotak tidak pernah dibuka.")
    page.fill("[name=recommendation]", "Tunjuk petugas pembuka kotak.")
    walk.press("Simpan penilaian")
    walk.press("Kirim ke unit")


def answer_and_open_ltpp(walk: Walk) -> None:
    page = walk.page
    walk.enter("budi", "/")
    assert "Jawab lembar audit" in walk.text()
    page.goto(f"{walk.address}/monev/lembar/1")
    page.fill("[name=activities]", "Kotak dipasang, kunci pada petugas yang cuti.")
    page.fill("[name=obstacles]", "Hanya satu kunci.")
    page.fill("[name=response-1]", "Benar; kunci kedua dibuat.")
    walk.press("Simpan jawaban unit")
    walk.unfold("Tambah tindak lanjut")
    page.fill("[name=what]", "Membuat kunci kedua dan jadwal pembuka")
    page.select_option("[name=indicator]", KEY)
    page.select_option("[name=person]", "budi")
    page.fill("[name=due_on]", "29012027")
    walk.press("Tambah tindak lanjut")
    walk.enter("ida", "/monev/lembar/1")
    walk.press(f"Buka LTPP {BOX}")
    assert "/ltpp/1" in page.url
    assert f"{BOX}: 0% pada Tahun 2026, sasaran paling sedikit 100%" in walk.text()
    page.goto(f"{walk.address}/monev/lembar/1")
    walk.follow_link("LTPP sasaran ini")
    walk.enter("ratna", "/monev/lembar/1")
    walk.press("Tutup lembar audit")


def report(walk: Walk) -> None:
    page = walk.page
    page.goto(f"{walk.address}/monev/1/laporan")
    for name in ("results", "obstacles", "recommendations", *(f"principle-{n}" for n in range(1, 10))):
        page.fill(f"[name={name}]", f"Uraian {name}.")
    walk.press("Simpan laporan")
    page.fill("#pin", PIN)
    walk.press("Tandatangani laporan")
    assert "Menunggu evaluasi" in walk.text()


def evaluate(walk: Walk, journal: Journal) -> None:
    page = walk.page
    walk.enter("ratna", "/monev/1/evaluasi")
    assert "wewenang" in walk.text(), "the evaluation is the Camat's alone"
    walk.enter("camat", "/monev/1/evaluasi")
    page.fill(f"[name='target-{KEY}']", "90")
    page.fill("[name=evaluation]", "Kotak dibuka dulu setiap hari, lalu target dinaikkan.")
    page.fill("#pin", PIN)
    walk.press("Simpan evaluasi dan target")
    assert "Tulis alasannya" in walk.text(), "a lower target needs a reason"
    walk.look()
    assert load_targets(journal.db, 2027) == {}
    page.fill(f"[name='reason-{KEY}']", "Kunci kedua baru ada bulan Februari.")
    page.fill("#pin", PIN)
    walk.press("Simpan evaluasi dan target")
    assert "Evaluasi pimpinan" in walk.text()
    assert page.get_by_role("button", name="Tutup siklus", exact=True).count() == 0, "a follow-up is undone"


def carry_out_and_close(walk: Walk) -> None:
    page = walk.page
    walk.enter("budi", "/monev/1")
    walk.unfold("Nyatakan selesai")
    page.fill("[name=note]", "Kunci kedua dibuat, jadwal ditempel.")
    walk.press("Simpan")
    walk.enter("ratna", "/monev/1")
    walk.unfold("Periksa")
    page.fill("[name=note]", "Kunci dan jadwal dilihat.")
    walk.press("Sudah selesai")
    walk.enter("camat", "/monev/1")
    page.fill("#pin", PIN)
    walk.unfold("Tutup siklus")
    walk.press("Tutup siklus")
    assert "Ditutup Hadi Purnomo" in walk.text()

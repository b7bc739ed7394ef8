"""A folder of photos in a real Chromium: chosen, matched, looked at beside name and number, confirmed, taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.services.ktm import photos
from sync.journal import Journal
from tests.browser import find_faults_by_day, sign_in
from tests.platform.files.pictures import jpeg
from tests.platform.files.test_photo_pages import office_file, web

pytestmark = pytest.mark.browser
__all__ = ["office_file", "web"]


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button).first.click()


def test_a_folder_of_photos_from_choosing_to_confirming(
    page: Page, address: str, journal: Journal, tmp_path: Path, complaints: list[str]
) -> None:
    folder = tmp_path / "Foto 2026"
    folder.mkdir()
    for n in (1, 2):
        (folder / f"P99.00.26.00{n}.jpg").write_bytes(jpeg(grey=n))
    (folder / "P99.00.26.003.jpg").write_bytes(jpeg(480, 480, grey=3))
    sign_in(page, address, "sari", "/ktm/foto")
    page.set_input_files("#folder", folder)
    press(page, "Cocokkan")
    expect(page.locator("#laporan")).to_contain_text("2 foto disimpan. 1 mahasiswa belum punya foto")
    expect(page.locator("#laporan")).to_contain_text("Perbandingan sisi lain")
    shown = page.evaluate("() => [...document.querySelectorAll('.photos img')].map(one => one.naturalWidth)")
    assert shown == [360, 360], "both photos are drawn"
    assert find_faults_by_day(page) == []
    page.get_by_label("Tidak cocok karena").nth(1).fill("Bukan orangnya")
    press(page, "Pastikan halaman ini")
    states = [student.state for student in photos.list_students(journal.db, "ktm", "2026")]
    assert states == ["confirmed", "doubted", "missing"]
    page.goto(f"{address}/ktm/foto?angkatan=2026&keadaan=confirmed")
    page.get_by_label("Ternyata tidak cocok karena").fill("Buram")
    press(page, "Batalkan foto Alya Maharani")
    page.goto(f"{address}/ktm/foto?angkatan=2026&keadaan=doubted")
    expect(page.locator(".photos")).to_contain_text("Buram")
    with page.expect_navigation():
        page.get_by_role("link", name="Musnahkan foto Alya Maharani").click()
    expect(page.get_by_label("Alasan memusnahkan")).to_be_visible()
    assert find_faults_by_day(page) == []
    with page.expect_navigation():
        page.get_by_role("link", name="Kembali", exact=True).click()
    press(page, "Foto Alya Maharani ternyata cocok")
    states = [student.state for student in photos.list_students(journal.db, "ktm", "2026")]
    assert states == ["confirmed", "doubted", "missing"]
    assert complaints == []

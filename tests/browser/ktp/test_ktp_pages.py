"""The KTP pages in a real Chromium: axe at a desk and on a phone, a dispatch by keyboard, printing and its question."""

import pytest
from playwright.sync_api import Browser, Page, expect

from app.casework.batches import queries
from tests.browser import DESK, find_faults_by_day, sign_in
from tests.platform.people import PIN
from tests.services.ktp.desk import Desk
from tests.services.ktp.everywhere import everywhere
from tests.world.nightly import by_day

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_on_any_page(desk: Desk, page: Page, address: str, complaints: list[str]) -> None:
    paths = everywhere(desk)
    sign_in(page, address, "budi")
    for path in paths[:: by_day(6, 1)]:  # the others are examined by test_every_page too
        page.goto(address + path)
        assert find_faults_by_day(page) == [], path
    assert complaints == []


def test_a_dispatch_is_chosen_ordered_and_confirmed_with_the_keyboard(desk: Desk, page: Page, address: str) -> None:
    one, two = desk.enrol().ready(), desk.ready()
    sign_in(page, address, "budi", "/pengiriman/")
    assert page.locator("#siap input:checked").count() == 0
    page.get_by_role("link", name="Pilih semua (2)").press("Enter")
    assert page.locator("#siap input:checked").count() == 2
    assert "pilih=" not in page.url, "in place: nothing typed is lost"
    page.get_by_role("button", name="Susun pengiriman").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pengiriman 001/KIRIM/2026")
    page.fill(f"[name='urut-{one}']", "9")
    page.get_by_role("button", name="Simpan susunan").press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text("0002/KTP/2026")
    page.fill("[name=pin]", PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Setujui dan kirim 2 berkas")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # approved, sent later
    expect(page.get_by_role("heading", name="Belum terkirim", exact=True)).to_be_visible()
    assert [line.case_id for line in queries.list_lines(desk.journal.db, 1)] == [two, one]


def test_after_printing_the_question_takes_the_focus(desk: Desk, page: Page, address: str) -> None:
    made = desk.send(desk.ready())
    sign_in(page, address, "budi", f"/pengiriman/{made}")
    question = page.locator("#paper-minutes")
    expect(question).to_be_hidden()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Cetak berita acara").click()
    opened.value.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(question).to_be_visible()
    question.get_by_role("button", name="Tidak, cetak lagi").click()
    expect(page.get_by_text("yang tadi tidak dihitung")).to_be_visible()
    assert desk.journal.db.one("SELECT came_out FROM paper_print WHERE paper = 'minutes'") == (0,)


def test_a_file_is_fetched_with_the_pin_and_the_pin_does_not_stay(desk: Desk, page: Page, address: str) -> None:
    made = desk.send(desk.ready())
    sign_in(page, address, "budi", f"/pengiriman/{made}")
    page.locator("#xlsx summary").click()
    page.fill("#unduh-pin", PIN)
    with page.expect_download() as fetched:
        page.locator("#xlsx button").click()
    assert fetched.value.suggested_filename.endswith(".xlsx")
    expect(page.locator("#unduh-pin")).to_have_value("")


def test_the_pages_work_without_script(desk: Desk, chromium: object, address: str) -> None:
    """The same hand-over with scripts switched off: forms and links are enough."""
    case_id = desk.ready()
    made = desk.send(case_id)
    desk.printed(made, 1)
    desk.arrived(case_id)
    for _ in range(2):
        desk.ready()
    context = chromium.new_context(java_script_enabled=False, viewport=DESK)
    window = context.new_page()
    sign_in(window, address, "sari", "/pengiriman/")
    assert window.locator("#siap input:checked").count() == 0
    window.get_by_role("link", name="Pilih semua (2)").click()
    assert window.locator("#siap input:checked").count() == 2
    window.goto(f"{address}/kartu/panggilan")
    window.get_by_role("link", name="Serahkan").click()
    for box in window.locator("input[name=compared]").all():
        box.check()
    window.locator("#relation label").first.click()
    window.fill("#pin", PIN)
    window.get_by_role("button", name="Serahkan").click()
    expect(window.locator("#done-h")).to_have_text("Sudah diserahkan")
    context.close()
    assert desk.step(case_id) == "@done"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_enter_in_a_reason_returns_no_file_and_returning_asks(
    desk: Desk, chromium: Browser, address: str, script: bool
) -> None:
    """The reason of a return is typed, Enter is pressed: the file stays. The fold says what happens, then it goes."""
    case_id = desk.open()
    context = chromium.new_context(java_script_enabled=script)
    page = context.new_page()
    sign_in(page, address, "sari", f"/berkas/{case_id}/periksa")
    page.fill("#note-returned", "Pas foto belum ada")
    if script:  # the last field of a fold that returns: Enter leads nowhere
        page.keyboard.press("Enter")
        expect(page.locator("#note-returned")).to_be_focused()
    else:  # the first button saves what was counted
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.goto(f"{address}/berkas/{case_id}/periksa")
    assert desk.step(case_id) == "validate"
    page.fill("#note-returned", "Pas foto belum ada")
    button = page.locator("button[data-final]")
    assert not button.is_visible()
    page.locator(".asks summary").click()
    expect(page.locator(".asks .note")).to_contain_text("Pemohon menerima slip")
    with page.expect_navigation():
        button.click()
    assert desk.step(case_id) == "returned"
    context.close()

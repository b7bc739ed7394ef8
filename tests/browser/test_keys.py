"""The one keyboard grammar (docs/decisions/0057): Enter goes on, Ctrl+Enter commits, letters act outside of fields."""

from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, render_template_string, request
from playwright.sync_api import Page

from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import Nav, WebRoom
from app.platform.web.forms import redirect_to
from app.platform.web.guard import needs_permission
from tests.browser import audit, sign_in
from tests.platform.people import PASSWORD

pytestmark = pytest.mark.browser
pages = Blueprint("desk", __name__)
posted: list[dict[str, str]] = []

PAGE = Path(__file__).with_name("keys.html").read_text(encoding="utf-8")


@pages.get("/tombol")
@needs_permission("case.open")
def show() -> str:
    return render_template_string(PAGE)


@pages.post("/tombol")
@needs_permission("case.open")
def take() -> Any:
    posted.append({key: text for key, text in request.form.items() if key != "csrf_token"})
    ways = {"lanjut": "/tombol?lanjut=1", "baris": "/tombol#baris", "ketik": "/tombol?ketik=1#ketik"}
    where = ways.get(request.form.get("b", ""), "/tombol")
    return redirect_to(where, "Tersimpan dengan nomor 0001/KTP/2026. Berikutnya: cetak.")


@pytest.fixture
def rooms() -> list[WebRoom]:
    posted.clear()
    return [PEOPLE, WebRoom([pages], [Nav("Tombol", "desk.show", "case.open", key="b")])]


def at(page: Page) -> str:
    """The id of what has the keyboard."""
    return str(page.evaluate("() => document.activeElement.id"))


def press(page: Page, *keys: str) -> str:
    """Press keys; where the keyboard is then."""
    for key in keys:
        page.keyboard.press(key)
    return at(page)


def leads_on(page: Page, *keys: str) -> dict[str, str]:
    """Press keys of which the last commits; what was posted."""
    with page.expect_navigation():
        for key in keys:
            page.keyboard.press(key)
    return posted[-1]


def test_enter_goes_on_and_ctrl_enter_commits_and_neither_returns_a_file(
    page: Page, address: str, complaints: list[str]
) -> None:
    page.goto(f"{address}/masuk")
    page.keyboard.type("sari")
    assert press(page, "Enter") == "password"
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(f"{address}/tombol")
    page.focus("#a")
    page.keyboard.type("x")
    assert press(page, "Enter") == "b"
    assert leads_on(page, "Enter")["form"] == "short"  # the last field of a form with one button
    page.focus("#a")
    assert leads_on(page, "Control+Enter")["form"] == "short"
    page.focus("#c")
    assert [press(page, "Enter") for _ in range(2)] == ["text", "text"]
    assert page.input_value("#text") == "\n"  # a new line: what has lines keeps its Enter
    assert press(page, "Tab") == "r1"
    assert press(page, "Space", "Enter") == "file"
    page.focus("#r1")
    assert leads_on(page, "Control+Enter")["aksi"] == "kirim"
    page.focus("#why")
    assert press(page, "Enter") == "why"  # inside the fold of a return nothing is reached by going on
    assert leads_on(page, "Control+Enter")["aksi"] == "kirim"
    before = len(posted)
    page.focus("#d")
    assert press(page, "Enter", "Control+Enter") == "d"
    assert len(posted) == before
    assert complaints == []


def test_without_script_enter_finds_the_harmless_button(chromium: Any, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "sari", "/tombol")
    page.focus("#why")
    assert leads_on(page, "Enter")["aksi"] == "draf"
    assert "0001/KTP/2026" in page.inner_text("#acted")
    before = len(posted)
    page.focus("#d")
    page.keyboard.press("Enter")
    page.goto(f"{address}/tombol")
    assert len(posted) == before
    context.close()


def test_letters_lead_outside_of_fields_only_and_can_be_switched_off(
    page: Page, address: str, complaints: list[str]
) -> None:
    sign_in(page, address, "sari")
    with page.expect_navigation():
        page.keyboard.press("b")
    assert page.url.endswith("/tombol")
    page.focus("#a")
    page.keyboard.type("bk?/")
    assert page.input_value("#a") == "bk?/"
    page.focus("#r1")
    assert press(page, "k") == "r1"
    page.focus("#main")
    assert press(page, "k") == "paper"
    assert page.url.endswith("#kertas")
    page.focus("#main")
    page.keyboard.press("?")
    page.wait_for_selector("dialog.keys[open]")
    assert "Ctrl" in page.inner_text("dialog.keys")
    assert audit(page, "dialog.keys") == []
    page.uncheck("dialog.keys input")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.keys", state="detached")
    page.focus("#main")
    assert press(page, "k") == "main"
    page.click("[data-keys]")
    page.check("dialog.keys input")
    press(page, "Escape")
    assert complaints == []


def keys_told(page: Page) -> dict[str, str]:
    """What the list of keys says of this page, by key."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.wait_for_selector("dialog.keys[open]")
    rows = page.locator("dialog.keys > table tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    assert audit(page, "dialog.keys") == []
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.keys", state="detached")
    return dict(rows)


def test_each_page_tells_its_own_keys_as_they_stand_at_what_bears_them(
    page: Page, address: str, complaints: list[str]
) -> None:
    sign_in(page, address, "sari", "/tombol")
    told = keys_told(page)
    assert told == {"K": "Cetak", "B": "Tombol"}, "several forms ask something: none is the page's own"
    page.evaluate("document.querySelectorAll('#long, #deed').forEach((form) => form.remove())")
    assert keys_told(page)["Ctrl+Enter"] == "Simpan"
    page.evaluate("document.getElementById('paper').hidden = true")
    assert "K" not in keys_told(page)
    page.goto(f"{address}/tombol?lanjut=1")
    assert "K" not in keys_told(page)
    assert complaints == []


def test_what_was_done_stays_as_a_line_and_the_keyboard_stands_on_the_print_button(page: Page, address: str) -> None:
    sign_in(page, address, "sari", "/tombol")
    page.focus("#b")
    leads_on(page, "Enter")
    assert at(page) == "paper"
    page.wait_for_selector("#acted:has-text('0001/KTP/2026')")
    assert page.get_attribute("#acted", "role") == "status"
    assert audit(page) == []
    box, button = page.locator("#acted").bounding_box(), page.locator("#only").bounding_box()
    assert box is not None
    assert button is not None
    assert box["y"] + box["height"] < button["y"]  # above the work, over no button
    page.reload()
    assert page.query_selector("#acted") is None
    page.fill("#b", "lanjut")
    leads_on(page, "Enter")
    assert at(page) == "next", "nothing to print: the main button of a form that asks nothing more comes next"
    assert leads_on(page, "Enter") == {}
    for part, next_ in (("baris", "baris"), ("ketik", "f")):  # an act that leads to a part of the page
        page.fill("#b", part)
        leads_on(page, "Enter")
        page.wait_for_function("id => document.activeElement.id === id", arg=next_)

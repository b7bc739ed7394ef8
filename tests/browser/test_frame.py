"""The frame of all pages and the people room, as a person at a desk or with a phone meets them."""

import pytest
from flask import Blueprint, render_template_string
from htmx_flask import request
from msgspec.structs import replace
from playwright.sync_api import APIResponse, Page, Route

from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import Nav, RoadStatus, Shell, WebRoom
from app.platform.web.forms import Form, TextLine
from app.platform.web.guard import needs_permission
from tests.browser import PHONE, find_faults_by_day, sign_in
from tests.platform.people import PASSWORD, PIN, Clock
from tests.world.nightly import by_day

pytestmark = pytest.mark.browser
pages = Blueprint("desk", __name__)
saved: list[tuple[str, str]] = []


class Small(Form):
    """Two fields and a choice."""

    name = TextLine("Nama")
    rt = TextLine("RT")


FORM = """{% extends "base.html" %}{% block title %}Isian{% endblock %}{% block main %}
<h1>Isian</h1><form action="/isian" method="post" novalidate>{{ ui.csrf() }}
{% set save = {"hx-post": "/isian/simpan", "hx-trigger": "change", "hx-target": "#saved"} %}
{{ ui.field(form.name, attrs=save) }}{{ ui.field(form.rt, attrs=save) }}
<button class="btn btn-main" id="send">Kirim</button><button class="btn">Nanti</button>
<p id="saved" role="status"></p></form>{% endblock %}"""


@pages.get("/isian")
@needs_permission("case.open")
def empty_form() -> str:
    return render_template_string(FORM, form=Small(formdata=None))


@pages.post("/isian/simpan")
@needs_permission("case.open")
def save() -> str:
    name = request.htmx.trigger_name  # htmx sends the whole form; the field that was left names itself
    saved.append((name or "", request.form[name or ""]))
    return "Tersimpan"


@pages.post("/cari")
@needs_permission("case.open")
def search() -> str:
    return render_template_string("<h1>Dicari: {{ q }}</h1>", q=request.form["q"])


@pytest.fixture
def rooms() -> list[WebRoom]:
    saved.clear()
    return [PEOPLE, WebRoom([pages], [Nav("Isian", "desk.empty_form", "case.open")])]


@pytest.fixture
def shell(shell: Shell) -> Shell:
    offline = RoadStatus("idle", "Luring sejak 10.05", "14 belum terkirim", "people.my_page")
    words = "NIK, nomor KK, nama, atau kode slip"
    road = {"road_status": lambda db, actor, now: offline, "search_words": lambda db, on: words}
    return replace(shell, search="desk.search", **road)


STAFF_PAGES = (
    "/saya",
    "/pengaturan/petugas/",
    "/pengaturan/petugas/baru",
    "/pengaturan/petugas/1",
    "/pengaturan/petugas/4",
    "/pengaturan/persetujuan/",
    "/pengaturan/petugas/penjabat",
    "/tidak-ada",
)
"""By day some of them; test_every_page.py sees the others."""


def test_axe_finds_nothing_on_any_page(page: Page, address: str, complaints: list[str]) -> None:
    page.goto(f"{address}/masuk")
    found = {"/masuk": find_faults_by_day(page)}
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_selector(".error-summary:focus")
    found["/masuk, salah"] = find_faults_by_day(page)
    sign_in(page, address, "ratna")
    for path in STAFF_PAGES[:: by_day(4, 1)]:
        page.goto(address + path)
        found[path] = find_faults_by_day(page)
    page.goto(f"{address}/pengaturan/petugas/penjabat")
    page.click("main button.btn-main")
    page.wait_for_selector(".error-summary")
    found["/penjabat, salah"] = find_faults_by_day(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert complaints == []


def test_slash_goes_to_the_search_box_and_not_into_a_field(page: Page, address: str) -> None:
    sign_in(page, address, "sari", "/isian")
    page.keyboard.press("/")
    page.keyboard.type("Siti")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text("h1") == "Dicari: Siti"
    assert "Siti" not in page.url
    page.goto(f"{address}/isian")
    page.fill("#rt", "")
    page.focus("#rt")
    page.keyboard.type("1/2")
    assert page.input_value("#rt") == "1/2"


def test_enter_walks_through_the_form_and_fields_save_themselves(
    page: Page, address: str, complaints: list[str]
) -> None:
    sign_in(page, address, "sari", "/isian")
    page.focus("#name")
    for typed, next_one in (("SITI", "rt"), ("003", "send")):
        page.keyboard.type(typed)
        with page.expect_response("**/isian/simpan"):
            page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == next_one
    page.wait_for_selector("#saved:has-text('Tersimpan')")
    assert saved == [("name", "SITI"), ("rt", "003")]
    assert complaints == []


def test_a_field_that_met_the_lock_is_saved_after_unlocking(page: Page, address: str, clock: Clock) -> None:
    sign_in(page, address, "sari", "/isian")
    clock.forward(minutes=11)
    page.fill("#name", "BELUM HILANG")
    page.press("#name", "Tab")
    page.wait_for_selector("#lock #kunci-pin:focus")
    assert saved == []
    assert not page.is_visible("main.page")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("#lock-error")
    page.wait_for_selector("#kunci-pin:focus")
    page.fill("#kunci-pin", PIN)
    page.keyboard.press("Enter")
    page.wait_for_selector("#lock .lock", state="detached")
    page.wait_for_selector("#saved:has-text('Tersimpan')")
    assert saved == [("name", "BELUM HILANG")]
    assert page.input_value("#name") == "BELUM HILANG"


def test_the_page_works_without_any_script(chromium: object, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    sign_in(page, address, "ratna")
    page.click("a.menu-link[href='#menu']")
    page.click("nav >> text=Petugas")
    page.click("text=Tambah petugas")
    page.fill("#name", "Tono Baru")
    page.fill("#username", "tono")
    page.fill("#password", "sementara sekali")
    page.check("text=Petugas Loket")
    page.fill("#pin", PIN)
    page.click("button:has-text('Usulkan petugas ini')")
    assert "Tono Baru" in page.inner_text("main")
    context.close()


NARROW = """() => { const box = document.querySelector("#q"), cut = document.createElement("canvas").getContext("2d");
  cut.font = getComputedStyle(box).font;
  const edges = parseFloat(getComputedStyle(box).paddingLeft);
  return cut.measureText(box.placeholder).width <= box.clientWidth - edges; }"""


@pytest.mark.parametrize("width", [390, 768, 1366])
def test_help_and_sign_out_are_always_in_sight_and_the_hint_is_whole(page: Page, address: str, width: int) -> None:
    """What was changed about the account is one line until it is opened, however narrow the screen."""
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, address, "sari", "/isian")
    for name in ("Panduan", "Keluar"):
        box = page.locator(".masthead").get_by_text(name, exact=True).bounding_box()
        assert box is not None, name
        assert box["y"] + box["height"] <= 200, name
        assert box["x"] + box["width"] <= width, name
    assert page.evaluate(NARROW), page.get_attribute("#q", "placeholder")
    main = page.locator("#main").bounding_box()
    assert main is not None
    assert main["y"] <= 210
    heights = page.evaluate("() => [...document.querySelectorAll('.slim')].map((one) => one.offsetHeight)")
    assert all(height <= 60 for height in heights), heights


def test_an_idle_page_covers_itself_and_keeps_what_was_typed(page: Page, address: str) -> None:
    page.clock.install()
    sign_in(page, address, "sari", "/isian")
    page.fill("#rt", "012")
    page.clock.run_for(9 * 60_000 + 30_000)
    assert "Layar dikunci satu menit lagi" in page.inner_text("#toasts")
    page.keyboard.press("Shift")
    page.clock.run_for(60_000)
    assert page.inner_text("#toasts") == ""
    page.clock.run_for(10 * 60_000)
    page.wait_for_selector("#lock .lock")
    page.clock.run_for(1000)
    page.fill("#kunci-pin", PIN)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.press("#kunci-pin", "Enter")
    page.clock.resume()  # htmx settles by timers, which stood still until here
    page.wait_for_selector("#lock .lock", state="detached")
    assert page.input_value("#rt") == "012"
    assert page.is_visible("main.page")


@pytest.mark.parametrize("script", ["", "performance.now = () => 1000"])
def test_an_answer_that_comes_late_does_not_lock_what_was_opened(
    page: Page, address: str, clock: Clock, script: str
) -> None:
    """Two requests overtake each other: the field that met the lock is answered after the PIN was, however coarse the
    clock of the browser is."""
    page.add_init_script(script)
    sign_in(page, address, "sari", "/isian")
    clock.forward(minutes=11)
    late: list[tuple[Route, APIResponse]] = []
    page.route("**/isian/simpan", lambda route: late.append((route, route.fetch())), times=1)
    page.fill("#name", "BELUM HILANG")
    page.press("#name", "Tab")
    page.click("text=Kunci layar")
    page.fill("#kunci-pin", PIN)
    page.keyboard.press("Enter")
    page.wait_for_selector("#lock .lock", state="detached")
    [(route, answer)] = late
    assert answer.status == 423
    with page.expect_response(lambda answer: answer.url.endswith("/isian/simpan") and answer.status == 200):
        route.fulfill(response=answer)
    page.wait_for_selector("#saved:has-text('Tersimpan')")
    assert page.is_visible("main.page")
    assert saved == [("name", "BELUM HILANG")]


def wait_for_routes(page: Page, waiting: list[Route], count: int) -> None:
    """Playwright tells of a request only while something is asked of it."""
    for _ in range(2000):
        if len(waiting) >= count:
            return
        page.evaluate("null")
    raise AssertionError(f"{len(waiting)} requests instead of {count}")


def test_a_slow_server_is_asked_once_for_the_lock_and_again_after_it_failed(page: Page, address: str) -> None:
    page.clock.install()
    sign_in(page, address, "sari", "/isian")
    waiting: list[Route] = []
    page.route("**/kunci", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    page.clock.run_for(11 * 60_000)
    wait_for_routes(page, waiting, 1)
    page.clock.run_for(5 * 60_000)
    waiting[0].abort()
    page.wait_for_function("document.querySelector('#saved').innerText !== ''", polling=50)
    assert len(waiting) == 1
    page.clock.run_for(60_000)
    wait_for_routes(page, waiting, 2)
    waiting[1].continue_()
    page.wait_for_selector("#lock .lock")
    page.clock.run_for(60_000)
    assert len(waiting) == 2


def test_the_lock_by_hand_covers_the_page_and_gives_back_what_stood_there(
    page: Page, address: str, complaints: list[str]
) -> None:
    sign_in(page, address, "sari", "/isian?hal=2")
    other = page.context.new_page()
    other.goto(f"{address}/saya")
    page.bring_to_front()
    page.fill("#name", "BELUM")
    page.fill("#rt", "012")
    page.click("text=Kunci layar")
    page.wait_for_selector("#kunci-pin:focus")
    assert not page.is_visible("main.page")
    other.wait_for_selector("#lock .lock")  # every window of this desk
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    page.wait_for_selector("#lock .lock", state="detached")
    other.wait_for_selector("#lock .lock", state="detached")
    assert page.url == f"{address}/isian?hal=2"
    assert (page.input_value("#name"), page.input_value("#rt")) == ("BELUM", "012")
    page.wait_for_selector("#rt:focus")  # the focus comes back once the answer has settled
    assert complaints == []


def test_who_was_signed_out_in_another_window_goes_on_where_he_typed(
    page: Page, address: str, complaints: list[str]
) -> None:
    page.goto(f"{address}/masuk")
    page.fill("#username", "sari")
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("button:has-text('Masuk')")
    page.goto(f"{address}/isian")
    other = page.context.new_page()
    other.goto(f"{address}/isian")
    with other.expect_navigation():
        other.click("text=Keluar")
    page.fill("#name", "BELUM HILANG")
    page.press("#name", "Tab")
    page.wait_for_selector("#lock h1:has-text('Anda sudah keluar di jendela lain')")
    assert saved == []
    page.fill("#kunci-sandi", PASSWORD)
    page.press("#kunci-sandi", "Enter")
    page.wait_for_selector("#lock .lock", state="detached")
    page.wait_for_selector("#saved:has-text('Tersimpan')")
    assert saved == [("name", "BELUM HILANG")]
    assert page.evaluate("() => document.activeElement.id") == "rt"
    other.goto(f"{address}/isian")
    with other.expect_navigation():
        other.click("text=Keluar")
    with page.expect_navigation():
        page.evaluate("() => { const box = document.querySelector('#q'); box.value = 'Siti'; box.form.submit(); }")
    assert "Isian di halaman ini masih ada." in page.inner_text("main")
    page.fill("#kunci-sandi", PASSWORD)
    with page.expect_navigation():
        page.click("button:has-text('Masuk lagi')")
    assert page.inner_text("h1") == "Dicari: Siti"
    assert [complaint for complaint in complaints if "Response Status Error Code 401" not in complaint] == []

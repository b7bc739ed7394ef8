"""Every page of both sides, at a desk and on a telephone: axe finds nothing, nothing is too wide, pages are light."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.browser import DESK, PHONE, find_faults, open_window, served, sign_in
from tests.browser.every_page import World, empty, lived_in, username
from tests.browser.looks import PROBES, find_lost, find_scriptless
from tests.platform.web.deeds import faults_of, forms_of, repeating_rows, ticked_names
from tests.world.nightly import NIGHTLY

pytestmark = pytest.mark.browser
FIRST_LOAD, AFTER = 100_000, 15_000
"""Bytes as they travel: the first page with style, script and fonts, and every page after it."""
DRAWN, ASKED, AT_A_TELEPHONE, FRAMES = 3, 6, 3, 5
"""By day every third page of a person is drawn, and may not scroll sideways; the others are judged by their text.
axe is asked of every sixth; every third of these is shown at a telephone, the others at the desk, every fifth whole.
`--nightly` draws every page and asks of each at both."""
LOOKED_AT = {"desk.show_desk", "cases.show_case", "form.start_application", "lists.show_register", "centre.show_queue"}
"""By day these are also looked at for what is lost elsewhere: a desk, a case, a form, a list, the centre."""
EXPECTED = {
    "/tidak-ada": 404,
    "/standar/ktp-el/usulan": 404,  # nothing waits for a signature there
    "/persiapan/contoh-nomor": 404,  # parts of a page that answer for a series, and none is named
    "/pengaturan/nomor/tanda-terima/contoh": 404,
    "/data-pribadi/permintaan/1": 404,  # nobody asked for his data, nothing leaked, nothing is destroyed there
    "/data-pribadi/kegagalan/1": 404,
    "/pemusnahan/1": 404,
}


WITHOUT_A_GUIDE = {"/masuk", "/masuk/kode/", "/persiapan/contoh-nomor", "/persiapan/selesai", "/antrean/1/menunggu"}
"""What is open to everybody, and parts of a page."""
WITHOUT_A_PLACE = r"/|/masuk/kode/|/meja/.*|/panduan/.*|/lampiran.*|/tidak-ada"
"""From here the guide opens with the page of one's role."""
LEFT_BEHIND = ("htmx:sendAbort", "htmx:afterRequest")
"""What htmx says of suggestions under way when the page is left; a failed answer says `responseError` besides."""


@dataclass
class Seen:
    """One page as it was found."""

    path: str
    status: int = 0
    weight: int = 0
    faults: list[str] = field(default_factory=list)
    deeds: list[str] = field(default_factory=list)
    finals: int = 0
    repeats: list[str] = field(default_factory=list)
    ticked: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    scriptless: list[str] = field(default_factory=list)
    guide: str = ""


@dataclass
class Walk:
    """All pages of one side, and what the console said."""

    app: Flask
    pages: list[Seen] = field(default_factory=list)
    first: int = 0
    lost_places: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Both sides with work behind them."""
    made = lived_in(tmp_path_factory.mktemp("world"))
    yield made
    made.stage.close()


@pytest.fixture(scope="module", params=["office", "centre"])
def walk(request: pytest.FixtureRequest, world: World, chromium: Browser) -> Walk:
    """Every page of a side, opened once by somebody who may."""
    app = world.apps[request.param]
    made = Walk(app)
    with served(app) as address:
        for role, paths in world.paths(request.param).items():
            context = open_window(chromium)
            look_around(made, context, address, role, paths)
            context.close()
    return made


def look_around(walk: Walk, context: BrowserContext, address: str, role: str, paths: list[str]) -> None:
    """One person opens every page that is theirs."""
    context.add_init_script(PROBES)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on(
        "console",
        lambda message: (
            walk.complaints.append(f"{page.url}: {message.text}")
            if message.type == "error"
            and "status of 404" not in message.text
            and not message.text.startswith(LEFT_BEHIND)
            else None
        ),
    )
    page.on("pageerror", lambda error: walk.complaints.append(f"{page.url}: {error}"))
    came: list[Request] = []

    def arrived(request: Request) -> None:
        came.append(request)

    page.on("requestfinished", arrived)
    if not walk.first:
        page.goto(f"{address}/masuk", wait_until="networkidle")
        walk.first = sum(one.sizes()["responseBodySize"] for one in came)
    if role:
        sign_in(page, address, username(role))
    for n, path in enumerate(paths):
        looked_at = NIGHTLY or endpoint_of(walk.app, path) in LOOKED_AT
        if looked_at or n % DRAWN == 0:
            seen = look(page, address + path, walk.app, n=n)
        else:
            seen = read(page, address + path, walk.app)
        if looked_at:
            seen.lost = find_lost(page)
        walk.pages.append(seen)
    links = {seen.guide for seen in walk.pages[-len(paths) :] if seen.guide}
    walk.lost_places |= {link for link in links if not leads_into_the_guide(page, address, link)}


def leads_into_the_guide(page: Page, address: str, link: str) -> bool:
    """Whether a page of the guide is there, with the part that the link names."""
    where, _, part = link.partition("#")
    answer = page.request.get(address + where)
    return answer.status == 200 and (not part or f' id="{part}">' in answer.text())


def endpoint_of(app: Flask, path: str) -> str:
    return app.url_map.bind("localhost").match(path.partition("?")[0])[0] if path != "/tidak-ada" else ""


def look(page: Page, address: str, app: Flask, *, n: int) -> Seen:
    """One page in both widths; `n`: which of its reader's, as masthead and rail are those of its neighbours."""
    answer = page.goto(address)
    assert answer is not None
    seen = judge(page, address, app, drawn=page.content(), html=answer.text())
    seen.status, seen.weight = answer.status, answer.request.sizes()["responseBodySize"]
    seen.faults = find_faults(page, widths_of(n), "html" if NIGHTLY or not n // ASKED % FRAMES else "main")
    return seen


def read(page: Page, address: str, app: Flask) -> Seen:
    """One page by its text alone: fetched with the cookies of the window, and not drawn."""
    answer = page.request.get(address)
    html = answer.text()
    seen = judge(page, address, app, drawn=html, html=html)
    seen.status, seen.weight = answer.status, int(answer.headers["content-length"])
    return seen


def judge(page: Page, address: str, app: Flask, *, drawn: str, html: str) -> Seen:
    """What the text of a page shows, as the browser has it and as it came."""
    seen = Seen(urlsplit(address).path)
    forms, seen.repeats, seen.ticked = forms_of(drawn), repeating_rows(drawn), ticked_names(drawn)
    seen.deeds = [f"{form.action}: {what}" for form in forms for what in faults_of(form)]
    seen.finals = sum(button.final for form in forms for button in form.buttons)
    seen.scriptless = find_scriptless(page, html, app)
    seen.guide = "".join(re.findall(r'<a href="(/panduan/[^"]*)">Panduan</a>', html))
    return seen


def widths_of(n: int) -> list[int]:
    """At which widths axe is asked of the page with this place among those of its reader."""
    if NIGHTLY:
        return [DESK["width"], PHONE["width"]]
    asked, left_out = divmod(n, ASKED)
    return [] if left_out else [(DESK if asked % AT_A_TELEPHONE else PHONE)["width"]]


def test_every_page_is_there(walk: Walk) -> None:
    assert len(walk.pages) > 15
    assert {page.path: page.status for page in walk.pages if page.status != EXPECTED.get(page.path, 200)} == {}


def test_axe_finds_nothing_at_a_desk_and_on_a_telephone(walk: Walk) -> None:
    assert {page.path: page.faults for page in walk.pages if page.faults} == {}


def test_nothing_is_lost_at_200_percent_in_forced_colours_and_on_paper(walk: Walk) -> None:
    assert {page.path: page.lost for page in walk.pages if page.lost} == {}


def test_every_act_is_there_without_a_script(walk: Walk) -> None:
    assert {page.path: page.scriptless for page in walk.pages if page.scriptless} == {}


def test_enter_returns_refuses_and_closes_nothing_and_each_such_deed_asks(walk: Walk) -> None:
    assert {page.path: page.deeds for page in walk.pages if page.deeds} == {}
    assert sum(page.finals for page in walk.pages) >= 3, "the pages of this walk have such deeds"


def test_no_row_leads_to_one_place_twice(walk: Walk) -> None:
    assert {page.path: page.repeats for page in walk.pages if page.repeats} == {}


def test_nothing_arrives_ticked_that_a_person_must_see(walk: Walk) -> None:
    """What arrives ticked stands in the journal or in a draft already, is the scope of a plan, which says that all of
    it is in, or is the way in which nearly every letter is sent, every call comes and everybody asks for his data."""
    kept = {
        r"/berkas/\d+/perbaiki": {"kind", "sex"},
        r"/permohonan/draf/\d+": {"kind"},
        r"/kepuasan/pengaturan": {"method"},
        r"/surat-(masuk|keluar)/(baru|\d+/naskah|\d+/perbaiki)": {"urgency"},
        r"/hotline": {"channel"},
        r"/pengiriman/\d+": {"berkas"},
        r"/pengaturan/": {"enabled"},
        r"/pengaturan/sms": {"replies"},
        r"/pengaturan/petugas/\d+": {"roles"},
        r"/pemeriksaan/(baru|\d+/ubah)": {"services"},
        r"/data-pribadi/permintaan/baru": {"kind"},
        r"/standar/[a-z-]+/dasar-hukum": {f"choice{n}" for n in range(20)},  # laws that nothing has replaced stay
        r"/monev/baru": {"components", "team-sekretaris", "team-kasi"},
    }
    found = {page.path: page.ticked for page in walk.pages if page.ticked}
    known = {path: names for path in found for where, names in kept.items() if re.fullmatch(where, path)}
    assert {
        path: names - known.get(path, set()) for path, names in found.items() if names - known.get(path, set())
    } == {}


def test_the_guide_opens_at_the_place_where_one_is(walk: Walk) -> None:
    assert {page.path for page in walk.pages if not page.guide} <= WITHOUT_A_GUIDE
    assert walk.lost_places == set()
    anywhere = {page.path for page in walk.pages if page.guide == "/panduan/"}
    assert {path for path in anywhere if not re.fullmatch(WITHOUT_A_PLACE, path)} == set()


def test_the_console_stays_silent(walk: Walk) -> None:
    assert walk.complaints == []


def test_pages_are_light(walk: Walk) -> None:
    assert 20_000 < walk.first <= FIRST_LOAD
    assert {page.path: page.weight for page in walk.pages if not 200 < page.weight <= AFTER} == {}


@pytest.mark.parametrize("side", ["office", "centre"])
def test_the_page_of_the_first_day_is_as_good(page: Page, complaints: list[str], tmp_path: Path, side: str) -> None:
    with served(empty(tmp_path)[side]) as address:
        page.goto(address)
        assert urlsplit(page.url).path == "/persiapan/"
        assert find_faults(page) == []
        page.locator("main button.btn-main").last.click()
        page.wait_for_selector(".error-summary:focus")
        page.set_viewport_size(PHONE)
        assert find_faults(page) == []
    assert complaints == []

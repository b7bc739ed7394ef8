"""Every page of both sides, at a desk and on a telephone: axe finds nothing, nothing is too wide, pages are light."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.browser import PHONE, find_faults, open_window, served, sign_in
from tests.browser.every_page import World, empty, lived_in, username
from tests.web.deeds import faults_of, forms_of
from tests.world.nightly import NIGHTLY

pytestmark = pytest.mark.browser
FIRST_LOAD, AFTER = 100_000, 15_000
"""Bytes as they travel: the first page with style, script and fonts, and every page after it."""
FRAMES = 6
"""By day masthead and rail are looked at on every sixth page of a person; the page itself on each."""
EXPECTED = {"/tidak-ada": 404, "/standar/ktp-el/usulan": 404}  # nothing waits for a signature there


@dataclass
class Seen:
    """One page as it was found."""

    path: str
    status: int = 0
    weight: int = 0
    faults: list[str] = field(default_factory=list)
    deeds: list[str] = field(default_factory=list)
    finals: int = 0


@dataclass
class Walk:
    """All pages of one side, and what the console said."""

    pages: list[Seen] = field(default_factory=list)
    first: int = 0
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
    made = Walk()
    with served(world.apps[request.param]) as address:
        for role, paths in world.paths(request.param).items():
            context = open_window(chromium)
            look_around(made, context, address, role, paths)
            context.close()
    return made


def look_around(walk: Walk, context: BrowserContext, address: str, role: str, paths: list[str]) -> None:
    """One person opens every page that is theirs."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on(
        "console",
        lambda message: (
            walk.complaints.append(f"{page.url}: {message.text}")
            if message.type == "error" and "status of 404" not in message.text
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
    walk.pages += [look(page, address + path, whole=NIGHTLY or not n % FRAMES) for n, path in enumerate(paths)]


def look(page: Page, address: str, *, whole: bool) -> Seen:
    """One page in both widths; `whole`: with masthead and rail, which are those of its neighbours."""
    answer = page.goto(address)
    assert answer is not None
    seen = Seen(urlsplit(address).path, answer.status, answer.request.sizes()["responseBodySize"])
    forms = forms_of(page.content())
    seen.deeds = [f"{one.action}: {what}" for one in forms for what in faults_of(one)]
    seen.finals = sum(button.final for one in forms for button in one.buttons)
    seen.faults = find_faults(page, part="html" if whole else "main")
    return seen


def test_every_page_is_there(walk: Walk) -> None:
    assert len(walk.pages) > 15
    assert {one.path: one.status for one in walk.pages if one.status != EXPECTED.get(one.path, 200)} == {}


def test_axe_finds_nothing_at_a_desk_and_on_a_telephone(walk: Walk) -> None:
    assert {one.path: one.faults for one in walk.pages if one.faults} == {}


def test_enter_returns_refuses_and_closes_nothing_and_each_such_deed_asks(walk: Walk) -> None:
    assert {one.path: one.deeds for one in walk.pages if one.deeds} == {}
    assert sum(one.finals for one in walk.pages) >= 3, "the pages of this walk have such deeds"


def test_the_console_stays_silent(walk: Walk) -> None:
    assert walk.complaints == []


def test_pages_are_light(walk: Walk) -> None:
    assert 20_000 < walk.first <= FIRST_LOAD
    assert {one.path: one.weight for one in walk.pages if not 200 < one.weight <= AFTER} == {}


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

"""What a page weighs on the line: 100 kB the first time with styles, scripts and fonts, 15 kB after that."""

import gzip
import random
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from app.core.permissions import SYSTEM
from app.platform.people.changes import AddPerson
from app.platform.people.service import add_person
from tests.platform.people import PASSWORD, Browser
from tests.proof.pair import CHEAP, pair
from tests.proof.work import DEEDS
from tests.proof.worker import Worker
from tests.rules.routes import apps
from tests.rules.test_routes import address, rules

FIRST, AFTER = 100_000, 15_000
ROLES = {"office": ["sekretaris", "kasi", "operator"], "centre": ["centre_admin", "printer"]}
PACKED = {"Accept-Encoding": "gzip"}
FONTS = {"/static/fonts/noto-sans-regular.woff2", "/static/fonts/noto-sans-bold.woff2"}


@pytest.fixture(scope="module")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Browser]]:
    """Somebody on each side who may open nearly everything, after some work."""
    folder = tmp_path_factory.mktemp("weights")
    made = pair(folder)
    worker = Worker(made, random.Random(11))
    for _ in range(200):
        worker.step(DEEDS)
    for side, road in (("office", made.office), ("centre", made.centre)):
        add_person(
            road.journal,
            SYSTEM,
            AddPerson(username="semua", name="Semua Peran", roles=tuple(ROLES[side])),
            password=PASSWORD,
            must_change=False,
            now=made.now,
            cost=CHEAP,
        )
    yield {side: Browser(app, "semua") for side, app in apps(made, folder).items()}
    made.close()


def pages(app: Flask) -> list[str]:
    """Addresses of everything that a browser can open with sample values."""
    return sorted({address(app, rule) for rule, method in rules(app) if method == "GET"})


@pytest.mark.parametrize("side", ["office", "centre"])
def test_no_page_weighs_more_than_the_line_bears(browsers: dict[str, Browser], side: str) -> None:
    browser = browsers[side]
    weighed: dict[str, tuple[int, int]] = {}
    for path in pages(browser.app):
        answer = browser.get(path, headers=PACKED)
        if answer.status_code == 200 and answer.content_type.startswith("text/html"):
            packed = answer.headers.get("Content-Encoding") == "gzip"
            text = gzip.decompress(answer.data).decode() if packed else answer.get_data(as_text=True)
            links = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text)) | FONTS
            weighed[path] = (
                len(answer.data),
                sum(len(browser.get(link, headers=PACKED).data) for link in links),
            )
    assert {path: page for path, (page, _) in weighed.items() if page > AFTER} == {}
    assert {path: page + rest for path, (page, rest) in weighed.items() if page + rest > FIRST} == {}
    assert len(weighed) > 12


SAME_PAGE = {"/cari", "/meja/lagi", "/standar/", "/hotline/laporan", "/hotline/analisis"}
"""Addresses that show the page of another one: the desk once more, the first standard, reports of a procedure that is
not in force."""


@pytest.mark.parametrize("side", ["office", "centre"])
def test_each_kind_of_page_has_a_title_of_its_own(browsers: dict[str, Browser], side: str) -> None:
    browser, titles = browsers[side], dict[str, set[str]]()
    for rule, method in rules(browser.app):
        path = address(browser.app, rule)
        if method != "GET" or path in SAME_PAGE:
            continue
        answer = browser.get(path)
        if answer.status_code == 200 and answer.content_type.startswith("text/html"):
            for title in re.findall(
                "<title>(.*?)</title>\\s*<link", answer.get_data(as_text=True)
            ):  # no fragment has one
                titles.setdefault(title, set()).add(rule.endpoint)
    assert {title: kinds for title, kinds in titles.items() if len(kinds) > 1} == {}

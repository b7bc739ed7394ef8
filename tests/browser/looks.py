"""What a page loses on a telephone, at 200 %, in forced colours, on paper and without script, as `looks.js` sees it."""

from pathlib import Path
from typing import Any, Literal

from flask import Flask
from playwright.sync_api import Page, ViewportSize
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.browser import DESK, PHONE, too_wide

PROBES = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")
DOUBLED: tuple[ViewportSize, ...] = ({"width": 683, "height": 384}, {"width": 640, "height": 360})
"""Screens of 1366×768 and 1280×720 at 200 %, in pixels of the page."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SHEET: ViewportSize = {"width": 658, "height": 1000}
"""A4 (794 px) without the margins of the style sheet."""
DECORATION = "body, main, .masthead, .masthead *, .sheet, .page, .ledger-names *, .astray-art, footer, .signin aside"
"""What is set apart on the screen for its looks alone; whatever stands in it says the same in words."""
LEFT = ".btn, button, .actionbar, .filters, .tabs, .no-print, .paging, .asks, form, .toasts"
"""What is left on the screen when the page is printed."""


def ask(page: Page, call: str, *values: Any) -> Any:
    """An answer of one of the probes."""
    return page.evaluate(f"(values) => looks.{call}(...values)", list(values))


def find_lost(page: Page) -> list[str]:
    """What an open page of a window that knows the probes loses; it ends as it began, at the desk."""
    ask(page, "remember")
    lost = [*lost_at_phone(page), *lost_at_double(page), *lost_in_forced_colours(page), *lost_on_paper(page)]
    page.set_viewport_size(DESK)
    return lost


def lost_at_phone(page: Page) -> list[str]:
    page.set_viewport_size(PHONE)
    return [f"phone: {one}" for one in [*(["too wide"] if too_wide(page) else []), *ask(page, "parted")]]


def lost_at_double(page: Page) -> list[str]:
    lost = []
    for size in DOUBLED:
        page.set_viewport_size(size)
        wide = ["scrolls sideways"] if too_wide(page) else []
        found = [
            *wide,
            *ask(page, "scrolling"),
            *ask(page, "cut", False),
            *ask(page, "overlapping"),
            *ask(page, "covered"),
        ]
        lost += [f"{size['width']} px: {one}" for one in found]
    return lost


def lost_in_forced_colours(page: Page) -> list[str]:
    """The system's colours, light letters on dark among them."""
    page.set_viewport_size(DESK)
    lost = []
    for scheme in SCHEMES:
        page.emulate_media(forced_colors="active", color_scheme=scheme)
        lost += [f"forced colours, {scheme}: {one}" for one in ask(page, "forced", DECORATION)]
    page.emulate_media(forced_colors="none", color_scheme="light")
    return lost


def lost_on_paper(page: Page) -> list[str]:
    page.set_viewport_size(SHEET)
    page.emulate_media(media="print")
    wide = ["too wide"] if too_wide(page) else []
    lost = [f"print: {one}" for one in [*wide, *ask(page, "cut", True), *ask(page, "printed", LEFT, DECORATION)]]
    page.emulate_media(media="screen")
    return lost


def find_scriptless(page: Page, html: str, app: Flask) -> list[str]:
    """Forms and acts of a page as it came that nobody can send without a script, or that lead nowhere."""
    told = ask(page, "scriptless", html)
    return [
        *told["found"],
        *(fault for action, method in told["acts"] if (fault := leads_nowhere(app, action, method))),
    ]


def leads_nowhere(app: Flask, action: str | None, method: str) -> str:
    """Why the act of a form finds no route; empty when it does."""
    try:
        app.url_map.bind("localhost").match((action or "/").partition("?")[0], method)
    except RequestRedirect:
        return ""
    except HTTPException as refused:
        return f"{method} {action} leads nowhere: {refused.name}"
    return ""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import open_window, served, start_chromium


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, started once."""
    with sync_playwright() as driver:
        browser = start_chromium(driver)
        yield browser
        browser.close()


@pytest.fixture
def address(web: Flask) -> Iterator[str]:
    """Where the office's pages are served in this test."""
    with served(web) as found:
        yield found


@pytest.fixture
def complaints() -> list[str]:
    """What scripts and policy complained of; a test of good behaviour ends with it empty."""
    return []


SAVED_TOO_LATE = ("Response Status Error Code 409 from /permohonan/draf/", "Response Status Error Code 423 from")
"""A field on its way to its draft while the whole form was sent, or while the desk was locked: on a busy machine it
comes second. What was typed stands in the page until it is open again."""


@pytest.fixture
def page(chromium: Browser, complaints: list[str]) -> Iterator[Page]:
    """A fresh browser window of a desk PC; it waits long, because a busy machine is no fault of the page."""
    context = open_window(chromium)
    window = context.new_page()
    window.set_default_timeout(20_000)

    def listen(message: Any) -> None:
        answered = "the server responded with a status" in message.text or message.text.startswith(SAVED_TOO_LATE)
        if message.type in ("error", "warning") and not answered:
            complaints.append(message.text)

    window.on("console", listen)
    window.on("pageerror", lambda error: complaints.append(str(error)))
    yield window
    context.close()

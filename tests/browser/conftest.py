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


@pytest.fixture
def page(chromium: Browser, complaints: list[str]) -> Iterator[Page]:
    """A fresh browser window of a desk PC; it waits long, because a busy machine is no fault of the page."""
    context = open_window(chromium)
    window = context.new_page()
    window.set_default_timeout(20_000)

    def listen(message: Any) -> None:
        if message.type in ("error", "warning") and "the server responded with a status" not in message.text:
            complaints.append(message.text)

    window.on("console", listen)
    window.on("pageerror", lambda error: complaints.append(str(error)))
    yield window
    context.close()

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, open_window, served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, started once."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
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
    """A fresh browser window of a desk PC."""
    context = open_window(chromium)
    window = context.new_page()
    window.set_default_timeout(8000)

    def listen(message: Any) -> None:
        if message.type in ("error", "warning") and "the server responded with a status" not in message.text:
            complaints.append(message.text)

    window.on("console", listen)
    window.on("pageerror", lambda error: complaints.append(str(error)))
    yield window
    context.close()

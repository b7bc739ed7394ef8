"""`python -m tests.debian.visit ADDRESS`: the set-up of an office, clicked in a Chromium of this machine."""

import sys

from playwright.sync_api import sync_playwright

from tests.browser import open_window, start_chromium
from tests.windows.walk import set_up

if __name__ == "__main__":
    with sync_playwright() as driver:
        chromium = start_chromium(driver)
        page = open_window(chromium).new_page()
        page.goto(sys.argv[1])
        set_up(page)
        assert "Siap melayani?" in page.inner_text("main")
        chromium.close()

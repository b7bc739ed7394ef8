"""The picture of the README, taken from the demo: `python -m tests.browser.front_picture DEMO_FOLDER`.

The folder is one that `run.py demo --data DIR --today 2026-04-02` has made: a working day with work on every desk.
"""

import shutil
import sys
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.cli.demo.programs import Programs, running_clock
from app.cli.serving import free_port
from tests.browser import DESK, FLAGS
from tests.browser.camera import Camera, squeeze
from tests.rules.source import ROOT

PICTURE = ROOT / "docs" / "pictures" / "meja-kerja.png"


def main() -> None:
    programs = Programs(Path(sys.argv[1]), running_clock(date(2026, 4, 2)))
    office = f"http://{programs.start_office(free_port(0), 0)}"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport=DESK)
        Camera(page, office, "", "").enter("retno")
        page.screenshot(path=PICTURE)
        browser.close()
    programs.stop()
    squeeze(PICTURE)


if __name__ == "__main__":
    main()

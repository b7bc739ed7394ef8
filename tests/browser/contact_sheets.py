"""Contact sheets of pages and papers: `python -m tests.browser.contact_sheets DEMO_FOLDER PAPERS OUT`.

DEMO_FOLDER is one that `run.py demo --data DIR --today 2026-04-02` has made, PAPERS the folder of
`run.py demo --all-services --walk --out PAPERS`. OUT gets a sheet for each width of a window, a row for each role with
the first pages of its rail, and a sheet with the first page of every paper. Needs Chromium, poppler-utils, ImageMagick.
"""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from app.cli.serving import free_port
from app.demo.programs import Programs, centre_moved, running_clock
from tests.browser import FLAGS
from tests.world.cast import PASSWORD

OFFICE = ("retno", "fajar", "agung", "wiji", "hendra", "nurlaila", "munder", "sulis")
CENTRE = ("dyah", "teguh")
WINDOWS = {1366: (768, 300), 1920: (1080, 300), 390: (844, 140)}
"""Width of a window → its height, and the width of its picture on the sheet (pixels)."""
PAGES, PAPERS_IN_A_ROW = 9, 10


def sign_in(page: Page, side: str, username: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{side}/masuk")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.locator("#password").locator("xpath=ancestor::form").get_by_role("button").first.click()


def first_pages(page: Page, side: str) -> list[str]:
    """The desk, a case where there is one, and the first pages of the rail."""
    rail = page.eval_on_selector_all("#menu a", "all => all.map(one => one.getAttribute('href'))")
    cases = page.eval_on_selector_all("main a[href^='/berkas/']", "all => all.map(one => one.getAttribute('href'))")
    pages = [address for address in [*cases[:1], *rail] if address.startswith("/") and "#" not in address]
    return [side + address for address in dict.fromkeys(["/", *pages])][:PAGES]


def picture_pages(browser: Browser, sides: dict[str, tuple[str, ...]], folder: Path) -> None:
    page = browser.new_page()
    for side, people in sides.items():
        for username in people:
            sign_in(page, side, username)
            for number, address in enumerate(first_pages(page, side)):
                page.goto(address)
                for width, (height, _small) in WINDOWS.items():
                    page.set_viewport_size({"width": width, "height": height})
                    page.screenshot(path=folder / f"{width}-{username}-{number}.png")


def lay_out(pictures: list[Path], columns: int, width: int, height: int | str, out: Path) -> None:
    """One sheet of many pictures, each `width` pixels wide; ImageMagick leaves a place for what is missing."""
    size = ["-tile", f"{columns}x", "-geometry", f"{width}x{height}+4+4", "-gravity", "north", "-background", "#dddddd"]
    subprocess.run(["montage", *map(str, pictures), *size, "-quality", "55", str(out)], check=True)


def lay_out_pages(folder: Path, people: tuple[str, ...], out: Path) -> None:
    for width, (_height, small) in WINDOWS.items():
        rows = []
        for username in people:
            row = folder / f"row-{username}.png"
            lay_out(sorted(folder.glob(f"{width}-{username}-*.png")), PAGES, small, "", row)
            rows.append(str(row))
        command = ["convert", *rows, "-background", "#dddddd", "-append", "-quality", "55"]
        subprocess.run([*command, str(out / f"pages-{width}.webp")], check=True)


def lay_out_papers(papers: Path, folder: Path, out: Path) -> None:
    for paper in sorted(papers.rglob("*.pdf")):
        subprocess.run(
            ["pdftoppm", "-r", "40", "-png", "-singlefile", str(paper), str(folder / f"paper-{paper.stem}")], check=True
        )
    lay_out(sorted(folder.glob("paper-*.png")), PAPERS_IN_A_ROW, 220, 345, out / "papers.webp")


def main() -> None:
    demo, papers, out = map(Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    centre = free_port(0)
    centre_moved(demo, f"127.0.0.1:{centre}")
    programs = Programs(demo, running_clock(date(2026, 4, 2)))
    sides = {
        f"http://{programs.start_office(free_port(0), 0)}": OFFICE,
        f"http://{programs.start_centre(centre)}": CENTRE,
    }
    with TemporaryDirectory() as scratch, sync_playwright() as driver:
        folder = Path(scratch)
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        picture_pages(browser, sides, folder)
        browser.close()
        lay_out_pages(folder, (*OFFICE, *CENTRE), out)
        lay_out_papers(papers, folder, out)
    programs.stop()


if __name__ == "__main__":
    main()

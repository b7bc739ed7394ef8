"""Contact sheets of pages and papers: `python -m tests.browser.contact_sheets OUT PREFIX [--papers] [--tree DIR]`.

Makes a demo of each profile and walks through all of them for their papers, then puts into OUT, for each width of a
window, `PREFIX-pages-WIDTH.webp` with the pages of the kecamatan, its kiosk, set-up and centre, the same of the other
profiles as `PREFIX-poltekkes-WIDTH.webp` and `PREFIX-biro-WIDTH.webp`, and `PREFIX-papers.webp` with every page of
every paper. A row is a person: the desk, a case, and the first pages of the rail. `--papers` asks for the papers alone
(a minute, no Chromium), `--tree` is another source tree with the program to be looked at (for what was before),
`--work` a folder that keeps demos and papers for another time.
Needs Chromium, poppler-utils, ImageMagick; about ten minutes on two processors.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from app.cli.serving import free_port
from tests.browser import FLAGS
from tests.world.cast import BANK_CAST, BIRO_CAST, CENTRE_CAST, OFFICE_CAST, PASSWORD, POLTEKKES_CAST, Member

TREE = Path(__file__).resolve().parents[2]
DAY = "2026-04-02"
CASTS = {"kecamatan": (OFFICE_CAST, CENTRE_CAST), "poltekkes": (POLTEKKES_CAST, BANK_CAST), "biro": (BIRO_CAST, ())}
"""Profile → the people of its office, and of its partner."""
WINDOWS = {1366: (768, 300), 1920: (1080, 300), 390: (844, 140)}
"""Width of a window → its height, and the width of its picture on the sheet (pixels)."""
PAGES, PAPERS_IN_A_ROW = 9, 10
OPEN_PAGES = ("/masuk", "/tidak-ada")
VISITORS = ("/", "/tulis", "/kode", "/siap", "/papan")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def run_in(tree: Path, *arguments: str) -> list[str]:
    """A command of the program in a source tree."""
    return [sys.executable, str(tree / "run.py"), *arguments]


@contextmanager
def running(tree: Path, *arguments: str, until: str) -> Iterator[list[str]]:
    """A program that serves; yields the addresses that it told until it was ready."""
    program = subprocess.Popen(run_in(tree, *arguments), cwd=tree, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    try:
        told: list[str] = []
        for line in program.stdout:
            told += ADDRESS.findall(line)
            if until in line:
                break
        yield told
    finally:
        program.terminate()
        program.wait()


def sign_in(page: Page, side: str, username: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{side}/masuk")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Masuk", exact=True).click()


def first_pages(page: Page, side: str) -> list[str]:
    """The desk, a case where there is one, and the first pages of the rail."""
    rail = page.eval_on_selector_all("#menu a", "all => all.map(one => one.getAttribute('href'))")
    cases = page.eval_on_selector_all("main a[href^='/berkas/']", "all => all.map(one => one.getAttribute('href'))")
    pages = [address for address in [*cases[:1], *rail] if address.startswith("/") and "#" not in address]
    return [side + address for address in dict.fromkeys(["/", *pages])][:PAGES]


def one_of_each(cast: tuple[Member, ...]) -> list[str]:
    """The first person of every combination of roles."""
    return list({member.roles: member.username for member in reversed(cast)}.values())[::-1]


class Pictures:
    """Takes pictures of pages at every width; a row of the sheet is one person."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.page, self.folder = browser.new_page(), folder
        self.rows: list[str] = []

    def take(self, who: str, addresses: list[str]) -> None:
        self.rows.append(who)
        for number, address in enumerate(addresses):
            self.page.goto(address)
            for width, (height, _small) in WINDOWS.items():
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.screenshot(path=self.folder / f"{width}-{who}-{number}.png")

    def take_people(self, side: str, cast: tuple[Member, ...]) -> None:
        for username in one_of_each(cast):
            sign_in(self.page, side, username)
            self.take(username, first_pages(self.page, side))

    def lay_out(self, out: Path, name: str) -> None:
        for width, (_height, small) in WINDOWS.items():
            rows = []
            for who in self.rows:
                rows.append(str(self.folder / f"row-{who}.png"))
                pictures = sorted(self.folder.glob(f"{width}-{who}-*.png"))
                lay_out(pictures, PAGES, small, "", Path(rows[-1]))
            command = ["convert", *rows, "-background", "#dddddd", "-append", "-quality", "55"]
            subprocess.run([*command, str(out / f"{name}-{width}.webp")], check=True)


def lay_out(pictures: list[Path], columns: int, width: int, height: int | str, out: Path) -> None:
    """One sheet of many pictures, each `width` pixels wide; ImageMagick leaves a place for what is missing."""
    size = ["-tile", f"{columns}x", "-geometry", f"{width}x{height}+4+4", "-gravity", "north", "-background", "#dddddd"]
    subprocess.run(["montage", *map(str, pictures), *size, "-quality", "55", str(out)], check=True)


def picture_profile(browser: Browser, tree: Path, work: Path, profile: str, out: Path, name: str) -> None:
    office_cast, partner_cast = CASTS[profile]
    ports = ("--port", str(free_port(0)), "--centre-port", str(free_port(0)))
    demo = ("demo", "--data", str(work / profile), "--today", DAY, "--profile", profile, *ports)
    with TemporaryDirectory() as scratch, running(tree, *demo, until="Kios pengunjung") as told:
        pictures = Pictures(browser, Path(scratch))
        pictures.take("anybody", [told[0] + path for path in OPEN_PAGES] + [told[-1] + path for path in VISITORS])
        if profile == "kecamatan":
            picture_first_day(pictures, tree)
        pictures.take_people(told[0], office_cast)
        if partner_cast:
            pictures.take_people(told[1], partner_cast)
        pictures.lay_out(out, name)


def picture_first_day(pictures: Pictures, tree: Path) -> None:
    """The steps of an office that nobody has set up."""
    port = str(free_port(0))
    with TemporaryDirectory() as empty, running(tree, "office", "--data", empty, "--port", port, until="http") as told:
        steps = ("kantor", "petugas", "desa", "nomor", "pusat")
        pictures.take("first-day", [f"{told[0]}/persiapan/{step}" for step in steps])


def lay_out_papers(tree: Path, work: Path, out: Path) -> None:
    """Every paper that the walks print: those of the kecamatan with all services, then what others have beside them."""
    walks = {"kecamatan": ["--all-services"], "poltekkes": ["--profile", "poltekkes"], "biro": ["--profile", "biro"]}
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for number, (profile, more) in enumerate(walks.items()):
            papers = work / f"papers-{profile}"
            if not papers.exists():
                subprocess.run(run_in(tree, "demo", *more, "--walk", "--out", str(papers)), cwd=tree, check=True)
            for paper in sorted(papers.rglob("*.pdf")):
                picture = folder / f"{number}-{paper.stem}"
                subprocess.run(["pdftoppm", "-r", "40", "-png", str(paper), str(picture)], check=True)
        lay_out(sorted(folder.glob("*.png")), PAPERS_IN_A_ROW, 220, 345, out)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("out", type=Path)
    asked.add_argument("prefix")
    asked.add_argument("--tree", type=Path, default=TREE)
    asked.add_argument("--work", type=Path)
    asked.add_argument("--papers", action="store_true")
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        work, tree = (given.work or Path(scratch)).resolve(), given.tree.resolve()
        work.mkdir(parents=True, exist_ok=True)
        if not given.papers:
            picture_pages(tree, work, given.out, given.prefix)
        lay_out_papers(tree, work, given.out / f"{given.prefix}-papers.webp")


def picture_pages(tree: Path, work: Path, out: Path, prefix: str) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for profile in CASTS:
            name = f"{prefix}-{'pages' if profile == 'kecamatan' else profile}"
            picture_profile(browser, tree, work, profile, out, name)
        browser.close()


if __name__ == "__main__":
    main()

"""The camera of the officers' guide: one window that signs in as somebody and keeps small pictures."""

import subprocess
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import DESK
from tests.world.cast import PASSWORD

PLACE = Path(__file__).resolve().parents[2] / "docs" / "petugas" / "gambar"
MOST = 120_000
"""Bytes of a picture at most."""
PALETTE = ["-strip", "-dither", "None", "-colors", "64", "-define", "png:compression-level=9"]


class Camera:
    """One window. `office`, `kiosk` and `centre` are addresses without a slash at the end."""

    def __init__(self, page: Page, office: str, kiosk: str, centre: str) -> None:
        self.page, self.office, self.kiosk, self.centre = page, office, kiosk, centre
        self.side = office

    def enter(self, username: str, path: str = "/", *, centre: bool = False) -> None:
        """Sign in at one of the two sides and open a page."""
        self.side = self.centre if centre else self.office
        self.page.context.clear_cookies()
        self.page.goto(f"{self.side}/masuk")
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.go(path)

    def go(self, path: str) -> None:
        """Open a page of the side where somebody is signed in."""
        self.page.goto(self.side + path)

    def press(self, name: str) -> None:
        """Press a button or follow a link by its spoken name."""
        button = self.page.get_by_role("button", name=name, exact=True)
        with self.page.expect_navigation():
            button.or_(self.page.get_by_role("link", name=name, exact=True)).first.click()

    def click(self, selector: str) -> None:
        """Follow the first link or button of a selector."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def show(self, selector: str) -> None:
        """Scroll until a part of the page stands at the top of the window."""
        self.page.evaluate("at => document.querySelector(at).scrollIntoView()", selector)

    def keep(self, name: str, selector: str = "") -> None:
        """A picture of the window, or of one part of the page, in 64 colours."""
        path = PLACE / f"{name}.png"
        if selector:
            self.page.locator(selector).first.screenshot(path=path)
        else:
            self.page.screenshot(path=path)
        squeeze(path)

    def printed(self, button: str) -> bytes:
        """The paper that a button prints: the very post that the button makes."""
        form = self.page.locator("form").filter(has=self.page.get_by_role("button", name=button, exact=True))
        action = form.first.get_attribute("action")
        token = form.first.locator("[name=csrf_token]").get_attribute("value")
        answer = self.page.request.post(f"{self.side}{action}", form={"csrf_token": str(token)})
        assert answer.headers["content-type"] == "application/pdf"
        return answer.body()

    def paper(self, name: str, pdf: bytes, resolution: int = 60) -> None:
        """A picture of the first page of a paper; `resolution` in dots an inch."""
        path = PLACE / f"{name}.png"
        command = ["pdftoppm", "-r", str(resolution), "-png", "-singlefile", "-", str(path.with_suffix(""))]
        subprocess.run(command, input=pdf, check=True)
        squeeze(path)

    def narrow(self, width: int, height: int) -> None:
        """Another size of window until the next `wide`."""
        self.page.set_viewport_size({"width": width, "height": height})

    def wide(self) -> None:
        """The size of a desk PC."""
        self.page.set_viewport_size(DESK)


def squeeze(path: Path) -> None:
    """Few colours, best compression."""
    subprocess.run(["convert", str(path), *PALETTE, f"PNG8:{path}"], check=True)
    assert path.stat().st_size < MOST, path.name

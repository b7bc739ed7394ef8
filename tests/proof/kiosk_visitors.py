"""One visitor after another at the real kiosk in a real Chromium: nobody finds what an earlier one left
(part of `prove doors`)."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, Request, sync_playwright
from playwright.sync_api import Error as BrowserError

from app.cli.demo.sides import Sides
from app.core.codes import show_code
from app.core.permissions import SYSTEM
from app.services.complaints import limits, service
from app.services.complaints.service import Visitor
from tests.browser import DESK, FLAGS
from tests.proof.faces import FOUNDED, programs
from tests.proof.parts import Part

WORDS, HALF = "Antrean di jendela dua tidak bernomor.", "Kipas di ruang tunggu berputar mundur."
QUESTION, ANSWER = "Mengapa loket tutup pukul dua?", "Loket buka sampai pukul tiga sejak Senin."
SEEN = """() => [document.title, location.href, document.documentElement.outerHTML,
  ...[...document.querySelectorAll("input, textarea")].map(field => field.value)].join("\\n")"""


@dataclass
class Kiosk:
    """The kiosk's screen: one Chromium with a profile on the disk, as on a PC in the waiting room."""

    driver: Playwright
    profile: Path
    address: str
    code: str
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)
    sent: list[Request] = field(default_factory=list)

    def open(self, *more: str) -> None:
        """Start the browser; `more` are its flags."""
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        self.context = self.driver.chromium.launch_persistent_context(
            self.profile, executable_path=path, args=[*FLAGS, *more], viewport=DESK, accept_downloads=True
        )
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.set_default_timeout(8000)
        self.page.on("request", lambda one: self.sent.append(one) if one.method == "POST" else None)

    def go(self, path: str) -> None:
        """Open a page of the kiosk."""
        self.page.goto(self.address + path)

    def press(self, name: str) -> None:
        """Press a button and wait for what it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def step(self, take: Callable[[], object]) -> None:
        """Go a step in the history; where the browser itself refuses, its own page stands there."""
        with suppress(BrowserError):
            take()

    def shows(self) -> str:
        """All that the page holds, typed text and address too."""
        self.page.wait_for_load_state("load")
        return str(self.page.evaluate(SEEN))


def receipt(kiosk: Kiosk) -> list[str]:
    """A visitor writes; what nobody may see afterwards."""
    kiosk.go("/tulis")
    kiosk.page.fill("#words", WORDS)
    kiosk.page.check("input[name=about][value=speed]")
    kiosk.page.check("input[name=type][value=complaint]")
    kiosk.page.check("input[name=naming][value=anonymous]")
    kiosk.press("Kirim pengaduan")
    return [WORDS, kiosk.page.locator(".code").inner_text()]


def half_written(kiosk: Kiosk) -> list[str]:
    """A visitor forgets to choose something and goes away from the form that says so."""
    kiosk.go("/tulis")
    kiosk.page.fill("#words", HALF)
    kiosk.press("Kirim pengaduan")
    assert kiosk.page.input_value("#words") == HALF, "what was typed must still be there"
    return [HALF]


def answered(kiosk: Kiosk) -> list[str]:
    """A visitor reads an answer."""
    kiosk.go("/kode")
    kiosk.page.fill("#code", kiosk.code)
    kiosk.press("Lihat")
    assert ANSWER in kiosk.shows(), "the answer must be shown once"
    return [ANSWER, kiosk.code, show_code(kiosk.code)]


def reload(kiosk: Kiosk) -> Iterator[str]:
    """The next visitor presses reload on what stands there."""
    kiosk.page.reload()
    yield kiosk.shows()


def back(kiosk: Kiosk) -> Iterator[str]:
    """The visitor ends; the next one goes back as far as it goes."""
    kiosk.go("/")
    for _ in range(3):
        kiosk.step(kiosk.page.go_back)
        yield kiosk.shows()


def forward(kiosk: Kiosk) -> Iterator[str]:
    """The visitor goes back himself; the next one goes forward again."""
    kiosk.step(kiosk.page.go_back)
    yield kiosk.shows()
    kiosk.step(kiosk.page.go_forward)
    yield kiosk.shows()


def resend(kiosk: Kiosk) -> Iterator[str]:
    """The form that the visitor sent is sent once more, as it was."""
    last = kiosk.sent[-1]
    for _ in range(2):
        again = kiosk.context.request.post(
            last.url,
            data=last.post_data or "",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Referer": kiosk.address + "/"},
        )
        yield again.text()


def tab_again(kiosk: Kiosk) -> Iterator[str]:
    """The tab is closed and its address opened in another one."""
    address = kiosk.page.url
    fresh = kiosk.context.new_page()
    kiosk.page.close()
    kiosk.page = fresh
    fresh.goto(address)
    yield kiosk.shows()


def restored(kiosk: Kiosk) -> Iterator[str]:
    """The browser is ended and restores its session at the next start."""
    kiosk.context.close()
    kiosk.open("--restore-last-session")
    for page in list(kiosk.context.pages):
        kiosk.page = page
        yield kiosk.shows()
        kiosk.step(page.go_back)
        yield kiosk.shows()


WAYS: tuple[Callable[[Kiosk], Iterator[str]], ...] = (reload, back, forward, resend, tab_again, restored)
DEEDS: tuple[Callable[[Kiosk], list[str]], ...] = (receipt, half_written, answered)


Pair = tuple[Callable[[Kiosk], list[str]], Callable[[Kiosk], Iterator[str]]]
EVERY_PAIR: list[Pair] = [(deed, way) for deed in DEEDS for way in WAYS if (deed, way) != (half_written, resend)]
"""Whoever sends half-written words again has them, so that pair proves nothing."""
FEW_PAIRS: list[Pair] = [
    (receipt, resend),
    (receipt, restored),
    (half_written, back),
    (answered, reload),
    (answered, forward),
]


def slip(kiosk: Kiosk) -> list[str]:
    """The slip comes as a download and leaves no page open; what is wrong with it."""
    receipt(kiosk)
    before = list(kiosk.context.pages)
    with kiosk.page.expect_download() as waiting:
        kiosk.page.get_by_role("button", name="Unduh slip").click()
    path = waiting.value.path()
    wrong = [f"slip: a page stays open at {page.url}" for page in kiosk.context.pages if page not in before]
    return wrong if Path(path).read_bytes().startswith(b"%PDF-") else [*wrong, "slip: no PDF came"]


def line_with_answer(sides: Sides) -> str:
    """A line of the book that was answered; its code."""
    journal = sides.office.journal
    limits.seed_office(journal, FOUNDED)
    actors = {name: sides.actor(name, FOUNDED.date()) for name in ("wiji", "agung", "nurlaila")}
    for code, name in limits.section_names(journal.db).items():
        limits.set_section(journal, actors["wiji"], code=code, name=name, head="agung", now=FOUNDED)
    line = service.write_line(journal, SYSTEM, channel="desk", visitor=Visitor(QUESTION), now=FOUNDED, category="speed")
    service.write_follow_up(journal, actors["agung"], complaint_id=line.id, text="Jadwal diperpanjang.", now=FOUNDED)
    service.write_answer(journal, actors["nurlaila"], complaint_id=line.id, text=ANSWER, now=FOUNDED)
    return line.code


@contextmanager
def kiosk_at_work(folder: Path) -> Iterator[Kiosk]:
    """The office's program with its kiosk, and Chromium before it."""
    codes: list[str] = []
    with (
        programs(folder, prepare=lambda sides: codes.append(line_with_answer(sides))) as faces,
        sync_playwright() as driver,
    ):
        port = next(face.port for face in faces if face.name == "kiosk")
        kiosk = Kiosk(driver, folder / "profil", f"http://127.0.0.1:{port}", codes[0])
        kiosk.open()
        yield kiosk
        kiosk.context.close()


def prove_kiosk_visitors(folder: Path, _seed: int = 1, *, pairs: list[Pair] = EVERY_PAIR) -> Part:
    """Each deed of a visitor, and after it each way of the next one to find it again."""
    faults, tried = [], 0
    with kiosk_at_work(folder) as kiosk:
        for deed, way in pairs:
            secrets = deed(kiosk)
            tried += 1
            if any(secret in page for page in way(kiosk) for secret in secrets):
                faults.append(f"kiosk: after {deed.__name__}, {way.__name__} shows it again")
        kept = tried - len(faults)
        faults += slip(kiosk)
    return Part(f"kiosk: {kept} of {tried} ways back show nothing of the visitor before", faults)

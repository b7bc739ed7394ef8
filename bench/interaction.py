"""Figure `interaction`: from a key to what it paints, in Chromium, on the small PC of the figure `small`.

The server lives under the limits of `small`. Chromium cannot: it needs the memory for itself. Its pages are slowed
down instead, until their core is as slow as the server's (`Emulation.setCPUThrottlingRate`, measured by the counted
loop inside and outside of the limits), and what is told are seconds of the small PC. A key's own moment is the
beginning; the end is the second frame after the focus moved or the answer stood in the page, and the first contentful
paint of a page that the key leads to. Slowed down are scripts, styles and layout, not the drawing itself.
"""

import subprocess
import sys
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from app.core.permissions import SYSTEM, Actor
from app.services.complaints import limits
from app.services.tickets import service as tickets
from bench import complaints
from bench.an_office import NOW, fill, found, villages
from bench.citizens import Citizens
from bench.measuring import Figure
from bench.small import LOOP, OF_A_SECOND, SmallPc
from tests.browser import start_chromium

KEYS = Path(__file__).with_name("interaction.js")
CASES, LINES, NUMBERS = 3000, 2000, 60
PAINTED = """() => new Promise((done, fail) => {
  const end = performance.now() + 30000;
  const wait = () => performance.now() > end ? fail(location.href) : setTimeout(look, 5);
  const look = () => paintTook() === null ? wait() : done(paintTook());
  look();
})"""
FIELDS, PAGES = 0.1, 0.3
"""Seconds from a key to its paint: what is done in a page, and a page that is led to."""
TYPED = {"full_name": "Rusmiati", "birth_place": "Jombang", "mother_name": "Siti"}
"""Fields of the form and what is typed there."""
HEAD = Actor(1, "Ratna Puspita", "sekretaris", frozenset({"sekretaris", "admin"}))
Took = dict[str, list[float]]
"""By act: seconds of the small PC."""


def main(rounds: int, folder: Path) -> list[Figure]:
    """The commonest acts, each from its key to its paint."""
    data = folder / "interaction"
    open_office(data)
    took: Took = defaultdict(list)
    with SmallPc() as pc, sync_playwright() as driver:
        server = pc.start(["bench/an_office_serving.py", str(data)])
        port, clerk, *_ = (server.stdout.readline() if server.stdout else "").split()
        chromium = start_chromium(driver)
        slower = max(1.0, pace_of(pc) / free_pace())
        desk = Desk(chromium, f"http://127.0.0.1:{port}", clerk, slower)
        desk.warm()
        for turn in range(rounds):
            before = pace_of(pc)
            acts = desk.day(turn)
            pace = (before + pace_of(pc)) / 2
            for act, milliseconds in acts:
                took[act].append(milliseconds / 1000 / pace)
        chromium.close()
        told = f"pages of Chromium slowed down {slower:.1f} times"
    return [figure(act, seconds, told) for act, seconds in took.items()]


def figure(act: str, seconds: list[float], told: str) -> Figure:
    words = f"{act}: key to paint"
    aim = FIELDS if act in WITHIN_A_PAGE else PAGES
    return Figure("interaction", words, aim, False, median(seconds), "s", f"slowest {max(seconds):.3f} s; {told}")


def pace_of(pc: SmallPc) -> float:
    """Seconds here in which one second of the small PC passes, under the limits."""
    return float(pc.run("-c", LOOP)) * OF_A_SECOND


def free_pace() -> float:
    """The same without limits: what Chromium gets."""
    call = [sys.executable, "-c", LOOP]
    told = [subprocess.run(call, capture_output=True, text=True, check=True).stdout for _ in range(3)]
    return min(map(float, told)) * OF_A_SECOND


def open_office(data: Path) -> None:
    """An office of a year's cases, a book of complaints, and visitors who wait with their numbers."""
    journal = found(data)
    fill(journal, CASES)
    limits.seed_office(journal, NOW)
    with journal.transaction(), journal.db.applying():
        complaints.write(journal.db, list(complaints.drawn(LINES, villages(journal.db))))
    tickets.change_ticket_settings(journal, HEAD, on=True, services=["ktp-el"], counters=["Loket 1"], now=NOW)
    for turn in range(NUMBERS):
        at = NOW - timedelta(seconds=50 * (NUMBERS - turn))
        tickets.take_ticket(journal, SYSTEM, service="ktp-el", now=at)
    journal.db.close()


FIELD, ANSWER, SEARCH = "registration, a field to the next", "registration, what is told of a field", "search"
WITHIN_A_PAGE = (FIELD, ANSWER, SEARCH)


class Desk:
    """A window of the clerk, slowed down."""

    def __init__(self, chromium: Browser, base: str, cookie: str, slower: float) -> None:
        self.base, self.slower = base, slower
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": base}])
        context.add_init_script(path=KEYS)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.people = Citizens(("3508992001",), seed=77)

    def warm(self) -> None:
        """The first look at a page loads its room: a first day, at full speed, is not counted."""
        self.day(0)
        session = self.page.context.new_cdp_session(self.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": self.slower})

    def day(self, turn: int) -> list[tuple[str, float]]:
        """(act, milliseconds) of each act, in the order of a morning."""
        return [
            *self.register(),
            (SEARCH, self.search()),
            ("list", self.led("/", "nav.rail a[href='/berkas']")),
            ("next page", self.led("/berkas", "main a[rel=next]")),
            ("case page", self.led("/berkas", "main tbody a")),
            ("desk", self.led(f"/berkas/{CASES - turn}", "nav.rail a[href='/']")),
            ("check", self.led(f"/berkas/{CASES - turn}", "main a[aria-keyshortcuts=p]")),
            ("hand-over", self.led(f"/berkas/{2100 + turn}", "main a[aria-keyshortcuts=p]")),
            ("complaint book", self.led("/", "nav.rail a[href='/pengaduan']")),
            ("queue, the next act", self.led("/antrean/1", "main .sheet-accent .btn-main")),
        ]

    def led(self, start: str, to: str) -> float:
        """From the key on a link or button to the paint of the page behind it."""
        self.page.goto(self.base + start)
        target = self.page.locator(to).first
        target.evaluate("one => { const fold = one.closest('details'); if (fold) fold.open = true; one.focus(); }")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self.paint()

    def register(self) -> list[tuple[str, float]]:
        """A form begun; some of its fields typed, each left with Enter."""
        self.page.goto(f"{self.base}/permohonan/baru?layanan=ktp-el")
        self.page.locator("#kunci").fill(self.people.next().nik)
        with self.page.expect_navigation():
            self.page.keyboard.press("Control+Enter")
        took: list[tuple[str, float]] = []
        for name, word in TYPED.items():
            for act, watched in ((FIELD, "focus"), (ANSWER, "answer")):
                self.page.locator(f"#{name}").focus()
                self.page.keyboard.type(word if act == FIELD else word + "x")
                took.append((act, self.within(watched, "Enter")))
                self.page.wait_for_load_state("networkidle")
        return took

    def search(self) -> float:
        """The last letter of a name, and what is offered for it."""
        self.page.goto(f"{self.base}/")
        self.page.locator("#q").focus()
        self.page.wait_for_load_state("networkidle")
        self.page.keyboard.type("sit")
        self.page.wait_for_load_state("networkidle")
        return self.within("#offered", "i")

    def within(self, watched: str, key: str) -> float:
        self.page.evaluate("what => watchPaint(what)", watched)
        self.page.keyboard.press(key)
        return self.paint()

    def paint(self) -> float:
        """Milliseconds from the last key to the paint that it led to."""
        return float(self.page.evaluate(PAINTED))


if __name__ == "__main__":
    main(1, Path(sys.argv[1]))

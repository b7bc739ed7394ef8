"""The first day by keyboard alone, from an empty folder to the first card: pages and keys are counted.

The office is set up and enrolled with a real centre, everybody signs in, three sign the standard; then an
application is registered, checked, sent; the centre prints and ships; the card is counted and handed over to its owner.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app import compose
from app.centre import service
from app.cli.serving import Running, free_port
from app.compose_centre import build_centre
from app.compose_office import make_office_app
from app.platform.people.credentials import put_password
from app.platform.people.hashing import hash_secret
from app.platform.people.queries import actor_named
from sync import enrolment
from tests.browser.first_day import SETTLED, Counted
from tests.browser.job.people import Applicant
from tests.platform.people import PASSWORD, PIN, keep_pin
from tests.proof.pair import CHEAP, OFFICE, START, open_centre_road, open_database

pytestmark = pytest.mark.browser
KEYS_OF_REGISTRATION = 90
TABS_TO_WORK = 5
PAGES = {"wiji": 8, "hendra": 2, "agung": 5, "retno": 9, "fajar": 6, "yuni": 6}
"""Of everybody: which, and why no fewer, stands in docs/decisions/0057-one-keyboard-grammar.md."""
PAGES_OF_FIRST_HALF, KEYS_OF_FIRST_HALF = 16, 530
"""Of the five who found the office, each of whom signs in for the first time; then of all, from the registration on."""
KEYS_OF_SECOND_HALF = 345
JOKO = Applicant("JOKO PRASETYO", "3508990305880012", "3508992204110035", "03051988", "LUMAJANG", "Laki-laki", "Biru")


OWN_PASSWORD = "hujan sepeda jendela"
SIGNERS = ("agung", "wiji", "hendra")
STAFF = {
    "sekretaris": "Wiji Handayani",
    "camat": "Drs. Hendra Gunawan",
    "kasi": "Agung Pratama, S.Sos.",
    "counter": "Retno Wulandari",
    "operator": "Fajar Nugroho",
}
PRESS_AS_IT_COMES = """() => new MutationObserver((changes, observer) => {
  if (!document.querySelector("#first-work")) return;
  observer.disconnect();
  document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "p", bubbles: true}));
}).observe(document.querySelector("main"), {childList: true, subtree: true})"""
"""The key of the first work, in the very moment in which its link comes: no sooner could anybody press it."""


class FirstDay:
    """An empty folder of an office that is served, and a centre at work that nobody of it knows yet."""

    def __init__(self, folder: Path) -> None:
        self.office_db = open_database("office", folder / "kantor", {})
        self.journal = compose.journal("office", self.office_db)
        self._office = Running(make_office_app(self.journal, folder / "kantor", {"CLOCK": lambda: START}), 0)
        self.centre_node = open_centre_road(folder / "pusat")
        yuni = actor_named(self.centre_node.db, "yuni", START.date())
        assert yuni is not None
        hashed = hash_secret(PASSWORD, CHEAP)
        put_password(self.centre_node.db, yuni.person_id, hashed, must_change=False, now=START)
        keep_pin(self.centre_node.db, yuni.person_id, now=START)
        service.receive_blanks(self.centre_node.journal, yuni, count=20, letter="SP-1", now=START)
        port = free_port(0)
        self.code = enrolment.issue_code(
            self.centre_node, OFFICE, "Yosowilangun", address=f"127.0.0.1:{port}", actor="yuni", now=START
        ).text()
        self._centre = Running(build_centre(folder / "pusat", now=lambda: START), port)
        self.office, self.centre = f"http://{self._office.address}", f"http://{self._centre.address}"

    def close(self) -> None:
        """Stop both servers, close both databases."""
        for server in (self._office, self._centre):
            server.stop()
        self.office_db.close()
        self.centre_node.db.close()


@pytest.fixture
def day(tmp_path: Path) -> Iterator[FirstDay]:
    made = FirstDay(tmp_path)
    yield made
    made.close()


def set_up(person: Counted, code: str) -> dict[str, str]:
    """From the empty folder to the sheet; user name → first password of everybody who was typed."""
    person.page.goto(person.address)
    person.page.wait_for_function(SETTLED)
    person.fill("#office_code", "Yoso")
    expect(person.page.locator("#office_name")).to_have_value("Kecamatan Yosowilangun")
    person.reach("#office_postcode")
    person.type("67382")
    person.lead("Control+Enter")
    for key, name in STAFF.items():
        person.fill(f"#{key}-name", name)
        person.fill(f"#{key}-nip")
        if key == "sekretaris":
            person.fill("#sekretaris-username")
            person.fill("#sekretaris-password", OWN_PASSWORD)
    for _ in ("desa", "nomor", "pusat"):
        person.lead("Control+Enter")
    assert person.is_at("#code"), person.where() + person.page.url
    person.type(code)
    person.lead("Control+Enter")
    assert "terdaftar di" in person.page.inner_text("main")
    cells = person.page.locator(".strips dd").all_inner_texts()
    assert OWN_PASSWORD not in cells, "whoever typed an own password needs no strip"
    person.reach("#pin")
    person.type(PIN)
    person.lead("Enter")
    assert person.page.locator("h2", has_text="Siap melayani?").is_visible()
    return dict(zip(cells[1::3], cells[2::3], strict=True))


def first_sign_in(person: Counted, username: str, given: str, pin: str = PIN) -> None:
    """The own password and PIN, on one page; then what waits for this person, or the desk that says what is missing."""
    person.type_name(username, given)
    person.stay("#new", "Enter")
    person.fill("#new", PASSWORD)
    person.fill("#again", PASSWORD)
    person.type(pin)
    person.lead("Enter")
    signs = "signing" if username in SIGNERS else "readiness"
    assert person.page.locator(f"#{signs}").is_visible()


def reach_pin(person: Counted) -> None:
    """Past the rail by the first stop of the page."""
    if not person.is_at("main *"):
        person.reach("a.skip[href='#main']")
        person.press("Enter")
    person.reach("main input[name=pin]")


def come_back(person: Counted, selector: str) -> None:
    """Look at the own screen again: what the others did shows there by itself."""
    person.page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    person.page.wait_for_selector(selector)


def vouch(person: Counted, waiting: int) -> None:
    """The Sekretaris stands beside everybody who made a PIN today: one tick each, one PIN."""
    person.keys += 1
    person.page.evaluate(PRESS_AS_IT_COMES)
    come_back(person, "#pins")
    for _ in range(waiting):
        person.choose("[name=people]")
    person.type(PIN)
    person.stay(f".acted:has-text('{waiting} PIN berlaku')", "Enter")


def sign_standard(person: Counted) -> None:
    """On the page of the text on which the office waits, as soon as the own turn has come."""
    assert person.page.url.endswith("/usulan")
    come_back(person, "#signing form")
    reach_pin(person)
    person.type(PIN)
    person.stay(".acted :text-matches('tersimpan|berlaku')", "Enter")


def to_first_work(person: Counted) -> None:
    """From the desk to its first decision in few Tabs; after an act the keyboard stands there already."""
    if not person.is_at("#first-work"):
        tabs = person.reach("a.skip[href='#first-work']", TABS_TO_WORK)
        person.press("Enter")
        tabs += person.reach("#first-work", TABS_TO_WORK)
        assert tabs <= TABS_TO_WORK
    person.lead("Enter")


def register(person: Counted, who: Applicant) -> None:
    """From the desk to the printed receipt; the last key of the registration brings the page of the receipt."""
    person.press("b")
    person.type(who.nik)
    person.lead("Enter")
    person.choose("#kind-0")
    person.fill("#form_code")
    person.type(who.kk[0])
    person.press("ArrowRight")
    person.type(who.kk[6:])
    person.press("Enter")
    person.fill("#full_name", who.name.lower())
    person.fill("#birth_place", "l")
    person.page.wait_for_selector("#use-birth_on")
    person.press("Enter", "Enter")
    person.fill("#mother_name")
    person.fill("#village", "m")
    person.fill("#street", "krajan")
    person.fill("#rt", "2")
    person.fill("#rw", "4")
    person.fill("#phone", "081200001111")
    for item in ("village_letter", "signature_applicant", "signature_village_head", "photo", "kk_copy"):
        person.choose(f"#have-{item}")
    assert person.is_at("button[value=daftar]")
    person.page.wait_for_selector(".htmx-request", state="detached")  # a field's own saving is no refusal of the form
    person.lead("Enter")


def check(person: Counted) -> None:
    """On the page of the check, where the printed receipt led: the colour that is seen, Ctrl+Enter, the slip."""
    person.reach("[name=seen-photo]", 0)
    person.press("ArrowRight")
    assert person.is_at("[name=seen-photo][value=biru]:checked")
    person.lead("Control+Enter")
    assert person.page.url.endswith("/kertas/slip")
    person.print_and_judge()


def record(person: Counted, slip: str) -> None:
    """The applicant brings the slip: its code opens the page on which the operator notes the recording."""
    person.press("/")
    person.type(slip)
    person.lead("Enter")
    person.reach("[name=how]")
    person.press("Space", "Enter")
    person.fill("#status", "print")
    person.lead("Control+Enter")


def put_together(person: Counted) -> None:
    """What is ready is ticked and goes into a dispatch."""
    to_first_work(person)
    person.reach("#siap input[type=checkbox]")
    person.press("Space")
    person.lead("Control+Enter")


def approve_and_send(person: Counted) -> None:
    """The Kasi approves with the PIN; the exchange carries it."""
    to_first_work(person)
    person.reach("#letter")
    person.fill("#letter", "470/101/2026")
    person.fill("#minutes")
    person.type(PIN)
    person.press("Enter")
    assert person.is_at("[name=aksi][value=kirim]")
    person.lead("Enter")
    assert "terkirim. Sekarang cetak suratnya" in person.page.inner_text("#acted")


def fetch(person: Counted) -> None:
    """What the other side answered is fetched from the masthead of the page that is open."""
    person.reach("#road button")
    person.stay("#alerts :text('Selesai')", "Enter")


def print_and_ship(person: Counted, serial: str) -> None:
    """At the centre: the line is accepted, its card printed, the shipment closed and its list printed."""
    to_first_work(person)
    person.reach("main .page-head button")
    person.lead("Enter")
    person.type(serial)
    person.lead("Enter")
    person.choose("input[name=lines]")
    person.fill("#counted", "1")
    person.type("Fajar")
    person.lead("Enter")
    person.press("k")


def take_in(person: Counted) -> None:
    """The card came: it is ticked, counted by hand; its owner is called."""
    person.reach("nav a[href='/kartu/kedatangan']")
    person.lead("Enter")
    person.choose("input[name=kartu]")
    person.type("1")
    person.lead("Control+Enter")
    person.press("Space", "Enter", "Space")
    person.stay(".acted:has-text('panggilan dicatat')", "Control+Enter")


def hand_over(person: Counted) -> None:
    """Read together point by point, who takes it, the PIN; the receipt."""
    person.lead("Enter")
    while person.is_at("[name=compared]"):
        person.press("Space", "Enter")
    person.choose("[name=relation]")
    person.fill("#receiver")
    person.fill("#authority")
    person.fill("#surrendered")
    person.type(PIN)
    person.stay("#done-h", "Enter")
    person.print_and_judge()


def open_the_office(day: FirstDay, chromium: Browser) -> dict[str, Counted]:
    """The first half: the empty folder, everybody's first sign-in, three signatures."""
    people = {name: Counted(chromium, day.office) for name in ("wiji", "hendra", "agung", "retno", "fajar")}
    given = set_up(people["wiji"], day.code)
    assert given.keys() == people.keys() - {"wiji"}
    for name in given:
        first_sign_in(people[name], name, given[name])
        assert "Tidak ada yang menunggu Anda" not in people[name].page.inner_text("main")
    vouch(people["wiji"], 4)
    people["wiji"].page.wait_for_selector(".readiness :text('0 dari 3 tanda tangan')")
    for name in SIGNERS:
        if name == "wiji":
            come_back(people[name], ".readiness :text('Baca dan tanda tangani')")
            people[name].lead("p")
        sign_standard(people[name])
    for name in ("retno", "fajar"):
        come_back(people[name], "#desk:not(:has(#readiness))")
    return people


def test_from_an_empty_folder_to_the_first_card_by_keyboard_alone(day: FirstDay, chromium: Browser) -> None:
    people = open_the_office(day, chromium)
    counter, operator, head = people["retno"], people["fajar"], people["agung"]
    first_pages, first_keys = (sum(getattr(person, what) for person in people.values()) for what in ("pages", "keys"))
    printer = Counted(chromium, day.centre)
    before = counter.keys
    register(counter, JOKO)
    assert counter.keys - before <= KEYS_OF_REGISTRATION
    assert "terdaftar" in counter.page.inner_text("#acted")
    slip = counter.page.inner_text(".page-head .code").replace("-", "").replace(" ", "").lower()
    counter.print_and_judge(leads=True)
    check(counter)
    record(operator, slip)
    assert operator.is_at("#first-work"), "what was just recorded is ready to be sent"
    put_together(operator)
    head.go_home()
    approve_and_send(head)
    printer.sign_in("yuni")
    print_and_ship(printer, "0a118401")
    fetch(operator)
    take_in(counter)
    hand_over(counter)
    assert counter.page.inner_text("main").count("Sudah diserahkan") == 1
    everybody = people | {"yuni": printer}
    assert {name: person.refused for name, person in everybody.items() if person.refused} == {}, (
        "no rule that was not on its page"
    )
    seen = {name: person.seen for name, person in everybody.items()}
    assert {name: len(paths) for name, paths in seen.items()} == PAGES, seen
    assert first_pages == PAGES_OF_FIRST_HALF
    keys = first_keys, sum(person.keys for person in everybody.values()) - first_keys
    assert all(key <= most for key, most in zip(keys, (KEYS_OF_FIRST_HALF, KEYS_OF_SECOND_HALF), strict=True)), keys
    for person in everybody.values():
        person.close()

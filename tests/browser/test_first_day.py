"""The day of the first card, by keyboard alone: pages and keys are counted.

An office with its standard in force registers, checks, sends; a real centre prints and ships; the card is counted and
handed over to its owner.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.first_day import Counted
from tests.browser.job.people import Applicant
from tests.browser.job.stage import Stage
from tests.people import PIN

pytestmark = pytest.mark.browser
KEYS_OF_REGISTRATION = 90
TABS_TO_WORK = 5
PAGES_AT_THE_COUNTER = 17
PAGES_OF_ALL, KEYS_OF_ALL = 41, 460
"""Of counter, operator, Kasi and printer together, each of whom signs in."""
JOKO = Applicant("JOKO PRASETYO", "3508990305880012", "3508992204110035", "03051988", "LUMAJANG", "Laki-laki", "Biru")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """An office that works, and its centre."""
    made = Stage(tmp_path)
    made.start_centre()
    yield made
    made.close()


def to_first_work(person: Counted) -> None:
    """From the desk to its first decision in few Tabs."""
    tabs = person.reach("a.skip[href='#first-work']", TABS_TO_WORK)
    person.press("Enter")
    tabs += person.reach("#first-work", TABS_TO_WORK)
    assert tabs <= TABS_TO_WORK
    person.lead("Enter")


def register(person: Counted, who: Applicant) -> None:
    """From the desk to the printed receipt; the last key of the registration brings the page of the receipt."""
    person.lead("b")
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
    person.lead("Enter")


def check(person: Counted) -> None:
    """On the page of the file that was just registered: P, the colour that is seen, Ctrl+Enter, the slip."""
    assert person.is_at("[aria-keyshortcuts=p]")
    person.lead("Enter")
    person.reach("[name=seen-photo]", 0)
    person.press("ArrowRight")
    assert person.is_at("[name=seen-photo][value=biru]:checked")
    person.lead("Control+Enter")
    assert person.page.url.endswith("/kertas/slip")
    person.print_and_judge()


def record(person: Counted) -> None:
    """The operator notes the recording made at his device."""
    to_first_work(person)
    person.reach("[name=how]")
    person.press("Space", "Enter")
    person.fill("#status", "print")
    person.lead("Control+Enter")


def put_together(person: Counted) -> None:
    """Everything that is ready goes into one dispatch."""
    to_first_work(person)
    person.reach("#siap input[type=checkbox]")
    person.lead("Control+Enter")


def approve_and_send(person: Counted) -> None:
    """The Kasi approves with the PIN; the road carries it."""
    to_first_work(person)
    person.reach("#letter")
    person.fill("#letter", "470/101/2026")
    person.fill("#minutes")
    person.type(PIN)
    person.lead("Enter")
    send(person)


def send(person: Counted) -> None:
    """One exchange with the other side, from where the keyboard stands."""
    person.reach("form[action*='jalan'] button:not([formaction])")
    person.lead("Enter")
    assert "Selesai" in person.page.inner_text("#told")


def fetch(person: Counted) -> None:
    """What the other side answered is fetched: the road stands in the masthead of every page."""
    person.reach("a#road")
    person.lead("Enter")
    send(person)


def print_and_ship(person: Counted, serial: str) -> None:
    """At the centre: the line is accepted, its card printed, the shipment closed and its list printed."""
    to_first_work(person)
    person.reach("main .page-head button")
    person.lead("Enter")
    person.go_home()
    to_first_work(person)
    person.type(serial)
    person.lead("Enter")
    assert person.is_at("[data-next]"), person.where()
    person.lead("Enter")
    person.fill("#counted", "1")
    person.type("Fajar")
    person.lead("Enter")
    person.press("k")


def take_in(person: Counted) -> None:
    """The card came: it is ticked, counted by hand; its owner is called."""
    to_first_work(person)
    person.choose("input[name=kartu]")
    person.type("1")
    person.lead("Control+Enter")
    person.lead("Enter")
    person.press("Space", "Enter", "Space")
    person.lead("Control+Enter")


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
    person.lead("Enter")
    person.print_and_judge()


def test_the_first_card_by_keyboard_alone(stage: Stage, chromium: Browser) -> None:
    counter, operator, head = (Counted(chromium, stage.office) for _ in range(3))
    printer = Counted(chromium, stage.centre)
    counter.sign_in("retno")
    before = counter.keys
    register(counter, JOKO)
    assert counter.keys - before <= KEYS_OF_REGISTRATION
    assert "terdaftar" in counter.page.inner_text("#acted")
    counter.print_and_judge()
    check(counter)
    operator.sign_in("fajar")
    record(operator)
    operator.go_home()
    put_together(operator)
    head.sign_in("agung")
    approve_and_send(head)
    printer.sign_in("yuni")
    print_and_ship(printer, "0a118401")
    operator.go_home()
    fetch(operator)
    counter.go_home()
    take_in(counter)
    hand_over(counter)
    everybody = (counter, operator, head, printer)
    assert [one.refused for one in everybody] == [[], [], [], []]
    assert counter.page.inner_text("main").count("Sudah diserahkan") == 1
    assert counter.pages <= PAGES_AT_THE_COUNTER, counter.seen
    assert sum(one.pages for one in everybody) <= PAGES_OF_ALL, [one.seen for one in everybody]
    assert sum(one.keys for one in everybody) <= KEYS_OF_ALL
    for one in everybody:
        one.close()

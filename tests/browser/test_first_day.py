"""The day of the first card, by keyboard alone (issue: one keyboard grammar): pages and keys are counted.

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
JOKO = Applicant("JOKO PRASETYO", "3508990305880012", "3508992204110035", "03051988", "LUMAJANG", "Laki-laki", "Biru")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """An office that works, and its centre."""
    made = Stage(tmp_path)
    made.start_centre()
    yield made
    made.close()


def to_first_work(person: Counted) -> int:
    """From the desk to its first decision: how many Tabs."""
    tabs = person.reach("a.skip[href='#first-work']", TABS_TO_WORK)
    person.press("Enter")
    tabs += person.reach("#first-work", TABS_TO_WORK)
    person.lead("Enter")
    return tabs


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
    print(person.where(), person.page.inner_text("#acted"))
    send(person)


def send(person: Counted) -> None:
    """One exchange with the other side."""
    person.page.goto(f"{person.address}/jalan/")
    person.reach("form[action$='/kirim'] button, form[action*=jalan] button.btn-main")
    person.lead("Enter")


def print_at_the_centre(person: Counted) -> None:
    """Accept the line, print the card, ship it."""
    to_first_work(person)
    print(person.page.url)


def test_the_first_card_by_keyboard_alone(stage: Stage, chromium: Browser) -> None:
    counter = Counted(chromium, stage.office)
    counter.sign_in("retno")
    before = counter.keys
    register(counter, JOKO)
    assert counter.keys - before <= KEYS_OF_REGISTRATION
    assert "terdaftar" in counter.page.inner_text("#acted")
    counter.print_and_judge()
    check(counter)
    print("retno", counter.pages, counter.keys, counter.seen)
    operator = Counted(chromium, stage.office)
    operator.sign_in("fajar")
    record(operator)
    print(operator.where(), operator.page.url)
    operator.page.goto(stage.office)
    put_together(operator)
    print(operator.where(), operator.page.url)
    head = Counted(chromium, stage.office)
    head.sign_in("agung")
    approve_and_send(head)
    print(head.where(), head.page.url, head.seen)
    printer = Counted(chromium, stage.centre)
    printer.sign_in("yuni")
    print(printer.page.inner_text("main"))

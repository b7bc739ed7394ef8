"""Small faults that a measure finds: a ring over a hint, a button that touches a code, a post that cuts the search."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.compose_office import make_office_app
from app.core.permissions import SYSTEM
from app.platform.people.changes import AddPerson
from app.platform.people.service import add_person
from sync.journal import Journal
from tests.browser import sign_in
from tests.platform.people import CHEAP, PASSWORD, SECRET_KEY, START, Clock
from tests.services.ktp.desk import Desk

pytestmark = pytest.mark.browser
NARROWEST_SEARCH = 320
COVERED = """() => {
  const found = [];
  for (const field of document.querySelectorAll("main :is(input, select, textarea)[aria-describedby]")) {
    if (!field.checkVisibility() || field.disabled) continue;
    field.focus();
    const style = getComputedStyle(field), at = field.getBoundingClientRect();
    const shadow = style.boxShadow.match(/(-?[\\d.]+)px (-?[\\d.]+)px (-?[\\d.]+)px (-?[\\d.]+)px/);
    const spread = shadow ? Number(shadow[3]) + Number(shadow[4]) : 0;
    const ring = Math.max(parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth), spread);
    for (const id of field.getAttribute("aria-describedby").split(" ")) {
      const hint = document.getElementById(id);
      if (!hint || !hint.checkVisibility() || !hint.innerText.trim()) continue;
      const words = hint.getBoundingClientRect();
      const apart = words.top > at.top ? words.top - at.bottom : at.top - words.bottom;
      if (apart < ring + 2) found.push(`${field.id}: ring ${ring}, hint ${apart} apart`);
    }
  }
  return found;
}"""


@pytest.fixture(scope="session")
def office_file(adopted_office: Path) -> Path:
    return adopted_office


@pytest.fixture
def desk(journal: Journal) -> Desk:
    made = Desk(journal)
    ready = made.ready()
    made.printed(made.send(ready), 1)
    made.arrived(ready)
    return made


@pytest.fixture
def web(journal: Journal, desk: Desk, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


@pytest.mark.parametrize("width", [1366, 390])
def test_the_ring_of_a_field_covers_no_hint(page: Page, address: str, width: int) -> None:
    sign_in(page, address, "ratna")
    page.set_viewport_size({"width": width, "height": 768})
    for path in ("/saya", "/pemeriksaan/baru", "/pengaturan/petugas/baru", "/standar/layanan-baru"):
        page.goto(address + path)
        assert page.locator("main [aria-describedby]").count(), path
        assert page.evaluate(COVERED) == [], path


def test_the_ring_of_a_field_of_a_service_covers_neither_hint_nor_what_was_read(page: Page, address: str) -> None:
    """A form as its definition draws it: hints, a region code that is not known, what a number says."""
    sign_in(page, address, "sari", "/permohonan/baru")
    page.fill("#kunci", "3508990305880012")
    with page.expect_navigation():
        page.press("#kunci", "Enter")
    assert page.locator("#nik-check").inner_text().strip()
    assert page.evaluate(COVERED) == []


def test_the_button_that_prints_stands_apart_from_the_last_code(page: Page, address: str) -> None:
    sign_in(page, address, "sari", "/papan/siap")
    code, button = page.locator("main p.code").last, page.locator("main button", has_text="Cetak untuk papan")
    boxes = code.bounding_box(), button.bounding_box()
    assert boxes[0]
    assert boxes[1]
    assert boxes[1]["y"] - (boxes[0]["y"] + boxes[0]["height"]) >= 8


@pytest.mark.parametrize("width", [1366, 1024])
def test_a_long_post_leaves_the_search_its_room(page: Page, address: str, journal: Journal, width: int) -> None:
    add_person(
        journal,
        SYSTEM,
        AddPerson(
            username="panjang",
            name="Raden Ajeng Siti Nurhaliza Kusumawardhani, S.Sos., M.AP",
            roles=("sekretaris", "kasi", "operator", "counter"),
        ),
        password=PASSWORD,
        must_change=False,
        now=START,
        cost=CHEAP,
    )
    page.set_viewport_size({"width": width, "height": 768})
    sign_in(page, address, "panjang", "/")
    search, who = page.locator("#q").bounding_box(), page.locator(".whoami").bounding_box()
    assert search
    assert who
    assert search["width"] >= NARROWEST_SEARCH
    beside = search["x"] + search["width"] <= who["x"]
    above = who["y"] + who["height"] <= search["y"] or search["y"] + search["height"] <= who["y"]
    assert beside or above
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

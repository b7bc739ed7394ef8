"""The regency's status page in a real Chromium on a telephone: typed with keys, answered, readable by everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import compose
from app.centre.settings import choose_status_page
from app.centre.views.status_page import make_status_app
from schema.migrations import migrate_database
from schema.postgres import open_centre
from tests.browser import audit, served
from tests.centre.print_centre import EKO, NOW, PrintCentre
from tests.centre.test_status_page import CODE, STATE, hand_over, published

pytestmark = pytest.mark.browser


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The page of a centre that holds one state."""
    db = open_centre(tmp_path / "pusat.sqlite3")
    migrate_database(db, "centre")
    centre = PrintCentre(compose.journal("centre", db))
    centre.prepare()
    hand_over(centre.office, published())
    choose_status_page(centre.journal, EKO, on=True, now=NOW)
    with served(make_status_app(centre.journal, {"CLOCK": lambda: NOW})) as found:
        yield found
    db.close()


@pytest.mark.parametrize("width", [360, 1366])
def test_a_slip_s_code_is_typed_and_answered(page: Page, address: str, complaints: list[str], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(address)
    assert audit(page, contrast=True) == []
    page.get_by_label("Kantor").select_option(index=1)
    page.get_by_label("Kode slip").fill("7777-7777")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Kode slip")).to_have_value("7777-7777")
    assert audit(page, contrast=True) == []
    page.get_by_label("Kode slip").fill(f"{CODE[:4].lower()}-{CODE[4:].lower()}")
    page.keyboard.press("Enter")
    expect(page.get_by_text(STATE.said)).to_be_visible()
    assert audit(page, contrast=True) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert CODE not in page.content()
    assert page.context.cookies() == []
    page.goto(address)
    assert page.get_by_label("Kode slip").input_value() == ""
    assert complaints == []

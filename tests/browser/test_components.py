"""Every shared building block on one page: axe, the policy, and the figures that a block must show."""

from datetime import date
from pathlib import Path

import pytest
from flask import Blueprint, render_template_string
from playwright.sync_api import Page
from wtforms import BooleanField, RadioField

from app.casework.desk.story import TimelineLine
from app.core.workdays import Calendar, Holiday
from app.platform.people.views import ROOM as PEOPLE
from app.platform.people.views.forms import TickField
from app.platform.web.context import WebRoom
from app.platform.web.forms import Form, OfficeDate, Slice, TextLine, to_choices
from app.platform.web.guard import needs_permission
from tests.browser import DESK, PHONE, audit, sign_in, too_wide
from tests.browser.looks import PROBES

pytestmark = pytest.mark.browser
pages = Blueprint("desk", __name__)
OFF = {
    date(2026, 3, day): Holiday(name)
    for day, name in (
        (18, "Cuti bersama"),
        (19, "Nyepi"),
        (20, "Cuti bersama"),
        (23, "Cuti bersama"),
        (24, "Kebangkitan Yesus Kristus"),
    )
}
STEPS = [
    TimelineLine("good", "Permohonan diterima", "Sari", "2026-03-02T01:14:00Z"),
    TimelineLine("wait", "Menunggu dicetak", "Sejak Jumat", here=True),
    TimelineLine("idle", "Diserahkan", "Tanda tangan tanda terima", later=True),
]
AHEAD = [
    {"label": "Lewat", "count": 1, "href": "#lewat", "kind": "over"},
    {"label": "Hari ini", "count": 2, "href": "#kini", "kind": "now"},
    {"label": "Jm 13", "count": 4, "href": "#jm", "kind": ""},
    {"label": "Sb 14", "kind": "off"},
    {"label": "Km 19", "kind": "off", "why": "Nyepi"},
]


class Sample(Form):
    """One field of each kind."""

    nik = TextLine("NIK")
    born = OfficeDate("Tanggal lahir")
    kind = RadioField("Jenis permohonan", choices=to_choices([("new", "Baru"), ("lost", "Hilang")]))
    have = TickField("Kelengkapan", choices=to_choices([("photo", "Pas foto"), ("kk", "Fotokopi KK")]))
    agree = BooleanField("Sudah dicocokkan")
    pin = TextLine("PIN")


PAGE = Path(__file__).with_name("components.html").read_text(encoding="utf-8")


@pages.route("/contoh", methods=["GET", "POST"])
@needs_permission("case.open")
def sample() -> str:
    form = Sample()
    if form.is_submitted():
        form.validate()
    days = Calendar(OFF).explain(date(2026, 3, 2), 12)
    return render_template_string(PAGE, form=form, days=days, steps=STEPS, ahead=AHEAD, slice=Slice([], 2, True))


@pytest.fixture
def rooms() -> list[WebRoom]:
    return [PEOPLE, WebRoom([pages])]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_in_any_block(page: Page, address: str, size: dict[str, int], complaints: list[str]) -> None:
    page.set_viewport_size(size)
    sign_in(page, address, "sari", "/contoh")
    assert audit(page, contrast=True) == []
    assert not too_wide(page)
    page.fill("#born", "31022009")
    page.click("text=Simpan")
    page.wait_for_selector(".error-summary:focus")
    assert audit(page, contrast=True) == []
    assert "31 Februari" in page.inner_text(".error-summary")
    assert page.input_value("#born") == "31022009"
    assert complaints == []


def test_the_calendar_shows_why(page: Page, address: str) -> None:
    sign_in(page, address, "sari", "/contoh")
    assert page.inner_text(".calendar .start").split() == ["2", "Mar", "0", "mulai"]
    assert page.inner_text(".calendar .today").split() == ["12", "8", "hari", "ini"]
    assert page.inner_text(".calendar .due").split() == ["25", "12", "janji"]
    assert page.locator(".calendar .off").count() == 13
    assert "19 Nyepi" in page.inner_text(".calendar")
    page.set_viewport_size(PHONE)
    page.evaluate(PROBES)
    assert page.evaluate("looks.parted()") == []
    page.emulate_media(media="print")
    assert page.evaluate(PRINTED) == []


PRINTED = """() => {
  const shapes = [".tag", ".state", ".timeline li", ".checks li"].map(at => [at, "::before"]);
  const fills = [".calendar .off", ".calendar .due", ".strip .over", ".bar"].map(at => [at, null]);
  return [...shapes, ...fills].filter(([at, part]) => {
    const found = document.querySelector(at);
    return found && getComputedStyle(found, part).printColorAdjust !== "exact";
  }).map(([at]) => at);
}"""
"""Shapes and fills that a browser would leave out of a print without backgrounds: ✓, ✗, rings, bars, hatched days."""

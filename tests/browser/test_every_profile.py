"""Every kind of page that somebody of another profile comes to by links is there and loses nothing; by day a few."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.cli.demo.half_year import make_half_year
from app.cli.demo.offices import OFFICES, DemoOffice
from app.cli.demo.programs import HERE, Programs, centre_moved, running_clock
from app.cli.serving import free_port
from tests.browser import open_window
from tests.browser.contact_sheets import sign_in
from tests.browser.looks import PROBES, find_lost
from tests.browser.roaming import kind_of, roam
from tests.world.cast import Member
from tests.world.nightly import NIGHTLY, by_day

pytestmark = pytest.mark.browser
TODAY, DAYS = date(2026, 4, 2), by_day(1, 60)
PROFILES, PAGES = ("poltekkes", "biro") if NIGHTLY else ("biro",), by_day(3, 400)
"""By day the first person of the smallest office opens the desk and two pages of the rail."""


@pytest.mark.parametrize("profile", PROFILES)
def test_nobody_of_the_profile_comes_to_a_page_that_loses_something(
    chromium: Browser, tmp_path: Path, profile: str
) -> None:
    demo = OFFICES[profile]
    make_half_year(tmp_path, demo, TODAY, centre_address=f"{HERE}:9", days=DAYS)
    programs = Programs(tmp_path, running_clock(TODAY))
    lost: dict[str, list[str]] = {}
    try:
        for side, cast in serve(programs, demo, tmp_path):
            known: set[str] = set()
            for member in cast if NIGHTLY else cast[:1]:
                look_round(chromium, side, member, known, lost)
            assert len(known) >= by_day(3, 15)
    finally:
        programs.stop()
    assert lost == {}


def serve(programs: Programs, demo: DemoOffice, data: Path) -> list[tuple[str, tuple[Member, ...]]]:
    """Address and people of each side."""
    sides = [(f"http://{programs.start_office(free_port(0), 0)}", demo.cast)]
    if demo.partner:
        centre = programs.start_centre(free_port(0))
        centre_moved(data, centre)
        sides.append((f"http://{centre}", demo.partner.cast))
    return sides


def look_round(chromium: Browser, side: str, member: Member, known: set[str], lost: dict[str, list[str]]) -> None:
    """One person opens everything; a kind of page that a colleague has seen is not asked again, but the desk is."""
    context = open_window(chromium)
    context.add_init_script(PROBES)
    page = context.new_page()
    sign_in(page, side, member.username)
    for path in roam(page, side, PAGES):
        if path == "/" or kind_of(path) not in known:
            known.add(kind_of(path))
            if found := [*missing(page), *find_lost(page)]:
                lost[f"{member.username} {path}"] = found
    context.close()


def missing(page: Page) -> list[str]:
    """Whether a link led to nothing."""
    return ["leads to nothing"] if page.locator(".astray").count() else []

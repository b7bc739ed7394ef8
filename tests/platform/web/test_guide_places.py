"""Where *Panduan* opens: each room names the places of the guide that tell of its pages."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pytest
from flask import Flask

from app import compose
from app.compose_office import make_office_app
from app.platform.web import guide
from app.platform.web.guide import find_place
from schema.profiles import load_profile, profile_names
from sync.journal import Journal
from tests.platform.people import SECRET_KEY, START, Browser

SIDES: tuple[Literal["office", "centre"], ...] = ("office", "centre")
OWN_PAGE = {"desk", "files"}
"""Pages from which the guide opens with the page of the reader's role."""
EVERYTHING = frozenset[str]()
KINDS = list(profile_names())


def places_of(side: Literal["office", "centre"]) -> dict[str, str]:
    """The places of each blueprint of a side."""
    return {name: places for room in compose.web_rooms(side) for name, places in room.guide_places().items()}


@pytest.mark.parametrize("side", SIDES)
def test_every_named_place_is_there(web: Flask, side: Literal["office", "centre"]) -> None:
    offered = {page.name for page in guide.pages_of(side)}
    with web.test_request_context():
        for blueprint, places in places_of(side).items():
            assert not places or offered & {place.partition("#")[0] for place in places.split()}, blueprint
            for place in places.split():
                page, _, part = place.partition("#")
                assert page in guide.guide_pages(), (blueprint, place)
                assert not part or part in guide.guide_anchors(page, EVERYTHING), (blueprint, place)


@pytest.mark.parametrize("side", SIDES)
def test_each_room_names_places_for_its_own_blueprints_only(side: Literal["office", "centre"]) -> None:
    for room in compose.web_rooms(side):
        assert set(room.guide) - {""} <= set(room.guide_places()), room.nav
    assert {name for name, places in places_of(side).items() if not places} <= OWN_PAGE


@pytest.mark.parametrize("kind", KINDS)
def test_no_role_is_sent_to_a_page_that_its_office_does_not_offer(web: Flask, kind: str) -> None:
    profile = load_profile(kind)
    files = frozenset({kind, *profile.services})
    offered = {page.name: page for page in guide.pages_of("office") if page.is_for(files)}
    with web.test_request_context():
        for role in profile.side_roles("office"):
            for blueprint, places in places_of("office").items():
                name, _, part = find_place(places, "office", files, frozenset({role})).partition("#")
                assert not name or name in offered, (role, blueprint)
                assert not part or part in guide.guide_anchors(name, files), (role, blueprint, part)


def test_the_page_of_the_own_role_comes_first_then_the_first_that_is_offered(web: Flask) -> None:
    files = frozenset({"kecamatan", "ktp-el"})
    places = "loket#permohonan desa#dengan-jaringan camat#ktp-el"
    with web.test_request_context():
        found = {role: find_place(places, "office", files, frozenset({role})) for role in ("village", "camat", "admin")}
        assert found == {
            "village": "desa#dengan-jaringan",
            "camat": "camat#ktp-el",
            "admin": "loket#permohonan",
        }
        biro = frozenset({"biro", "kartu-pns"})
        assert find_place(f"{places} kolektif", "office", biro, frozenset({"counter"})) == "kolektif"
        assert find_place("loket#tidak-ada", "office", files, frozenset({"counter"})) == "loket"
        assert find_place("loket#permohonan", "centre", files, frozenset({"printer"})) == ""


def test_the_masthead_leads_there(journal: Journal, tmp_path: Path) -> None:
    sari = Browser(make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": lambda: START}), "sari")

    def leads(address: str) -> list[str]:
        return re.findall(r'href="([^"]+)">Panduan</a>', sari.get(address).get_data(as_text=True))

    assert leads("/") == ["/panduan/"]
    assert leads("/permohonan/baru") == ["/panduan/loket#permohonan"]
    assert leads("/surat-masuk") == ["/panduan/surat#surat-masuk"]
    assert leads("/berkas/99") == ["/panduan/loket#permohonan"], "also from a page that says what is not there"


class Names(HTMLParser):
    """Every id of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]


def test_no_heading_bears_the_name_of_something_else_on_the_page(as_sari: Browser) -> None:
    for page in guide.guide_pages():
        names = Names()
        names.feed(as_sari.get(f"/panduan/{page}").get_data(as_text=True))
        assert len(set(names.ids)) == len(names.ids), page

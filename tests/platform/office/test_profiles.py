"""Offices of other kinds by the profiles that the program brings: their set-up, words, zone, emblem, first services."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app.cli.demo.offices import OFFICES
from app.cli.demo.sides import make_office
from app.compose_office import make_office_app
from app.platform.office import queries, settings, standards
from app.platform.office.papers import office_letterhead
from app.platform.people.queries import actor_named, profile_of
from schema.profiles import load_profile
from schema.zone import IN_USE
from sync.journal import Journal
from tests.platform.office.first import SECRET, walk_set_up
from tests.platform.people import SECRET_KEY, START, Browser, Clock
from tests.world.cast import PASSWORD

PAGE = "/persiapan/"


def typed(profile: str, **more: str) -> dict[str, str]:
    first = load_profile(profile).first_people
    people = {
        f"{key}-{what}": text
        for n, key in enumerate(first)
        for what, text in (("name", f"Orang {key}"), ("username", f"orang{n}"), ("password", SECRET))
    }
    own = {"profile": profile, "office_code": "990009", "office_name": "Kantor Contoh", "office_short_name": "Contoh"}
    return own | {"office_regency": "Instansi Contoh", "office_place": "Contoh"} | people | more


@pytest.mark.parametrize(
    ("profile", "zone", "posts", "service"),
    [
        ("poltekkes", "WIB", ("Direktur", "Ketua Senat", "Petugas Yandu", "Wakil Direktur II"), "ktm"),
        ("biro", "WITA", ("Kepala Biro", "Kasubbag TAL", "Pemroses KTP"), "kartu-pns"),
    ],
)
def test_the_set_up_shows_what_a_kind_of_office_brings_and_founds_it(
    profile: str, zone: str, posts: tuple[str, ...], service: str, stranger: Browser, empty: Journal
) -> None:
    assert "Kantor kecamatan" in stranger.get(PAGE).text
    stranger.post(f"{PAGE}kantor", {"office_regency": "Kabupaten Lumajang"})
    changed = stranger.post(f"{PAGE}kantor", {"profile": profile, "aksi": "jenis"}, follow_redirects=True).text
    for words in (load_profile(profile).about, f'<option selected value="{zone}">', "Kode kantor"):
        assert words in changed
    assert "Pilih kecamatan" not in changed
    assert "Kabupaten Lumajang" not in changed, "what a kecamatan is offered goes again"
    people = stranger.get(f"{PAGE}petugas").text
    assert [post for post in posts if post not in people] == []
    assert stranger.get(f"{PAGE}desa").status_code == 404
    assert "Langkah 2 dari 4" in people
    refused = walk_set_up(stranger, typed(profile, office_code="12", office_zone=zone))
    assert refused.status_code == 422
    assert "enam angka yang tidak dipakai kantor lain" in refused.text
    assert walk_set_up(stranger, typed(profile, office_zone=zone)).status_code == 303
    db = empty.db
    assert (profile_of(db).id, IN_USE.name, settings.get_setting(db, "office.zone")) == (profile, zone, zone)
    assert queries.list_villages(db) == []
    assert (
        {proposal.service for proposal in standards.list_proposals(db)}
        == set(load_profile(profile).services)
        >= {service}
    )
    head = office_letterhead(db)
    assert (head.prefix, head.regency) == ("" if profile == "poltekkes" else "Pemerintah", "Instansi Contoh")
    assert head.arms == load_profile(profile).emblem_bytes, "until the office brings its own"
    assert actor_named(db, "orang0", START.date()) is not None


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    """A polytechnic whose standards are signed."""
    return make_office(tmp_path_factory.mktemp("kampus"), OFFICES["poltekkes"], now=START, on=START.date(), starts={})


@pytest.fixture
def pages(campus: Journal, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(campus, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def test_no_page_of_a_polytechnic_speaks_of_a_kecamatan(pages: Flask) -> None:
    foreign = re.compile(r"\b(kecamatan|camat|kasi|desa|KTP-el|dukcapil|pusat)\b", re.IGNORECASE)
    found: dict[str, set[str]] = {}
    for username in ("vina", "bagas", "laksmi", "dimas", "ocha"):
        browser = Browser(pages)
        assert browser.post("/masuk", {"username": username, "password": PASSWORD}).status_code == 303
        for address in (
            "/",
            "/berkas",
            "/permohonan/baru",
            "/register",
            "/cari",
            "/pengaturan/",
            "/pengaduan/",
            "/rekap/",
        ):
            page = browser.get(address)
            text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page.text, flags=re.DOTALL)
            if page.status_code == 200 and (words := {one.lower() for one in foreign.findall(text)}):
                found.setdefault(address, set()).update(words)
    assert found == {}

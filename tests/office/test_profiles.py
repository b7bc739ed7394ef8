"""Offices of other kinds by the profiles that the program brings: their set-up, words, zone, emblem, first services."""

import pytest

from app.office import queries, settings
from app.office.papers import office_letterhead
from app.people.queries import actor_named, profile_of
from schema.profiles import load_profile
from schema.zone import zone_name
from sync.journal import Journal
from tests.office.first import SECRET
from tests.people import START, Browser

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
    ("profile", "zone", "posts"),
    [
        ("biro", "WITA", ("Kepala Biro", "Kasubbag TAL", "Pemroses KTP")),
    ],
)
def test_the_set_up_shows_what_a_kind_of_office_brings_and_founds_it(
    profile: str, zone: str, posts: tuple[str, ...], stranger: Browser, empty: Journal
) -> None:
    assert "Kantor kecamatan" in stranger.get(PAGE).text
    shown = stranger.post(PAGE, {"profile": profile, "aksi": "jenis"}).text
    for words in (*posts, load_profile(profile).about, f'<option selected value="{zone}">'):
        assert words in shown
    assert "Desa dan petugas desa" not in shown
    assert "Pilih kecamatan" not in shown
    assert "Kabupaten Lumajang" not in shown
    refused = stranger.post(PAGE, typed(profile, office_code="12", office_zone=zone))
    assert refused.status_code == 422
    assert "enam angka yang tidak dipakai kantor lain" in refused.text
    assert stranger.post(PAGE, typed(profile, office_zone=zone)).status_code == 303
    db = empty.db
    assert (profile_of(db).id, zone_name(), settings.get_setting(db, "office.zone")) == (profile, zone, zone)
    assert queries.list_villages(db) == []
    head = office_letterhead(db)
    assert (head.prefix, head.regency) == ("" if profile == "poltekkes" else "Pemerintah", "Instansi Contoh")
    assert head.arms == load_profile(profile).emblem_bytes, "until the office brings its own"
    assert actor_named(db, "orang0", START.date()) is not None

"""An office with all five procedures on: no list of one shows another's work, and everybody opens what is theirs."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from app.casework.desk.opening import Application, open_case
from app.cli.demo.half_year import make_half_year
from app.cli.demo.offices import EVERY_SERVICE
from app.cli.demo.sides import open_journal
from app.compose_office import make_office_app
from app.core.clock import at_office
from app.platform.office import queries
from app.platform.people.queries import actor_named
from sync.journal import Journal
from tests.casework.desk.papers import application, asked_of
from tests.platform.people import SECRET_KEY, Browser
from tests.world.cast import MUNDER, PASSWORD

TODAY = date(2026, 11, 23)
NOW = at_office(TODAY, 9)
CODES = {"ktp-el": "KTP", "ktm": "KTM", "kartu-pns": "KPNS", "hotline": "HLS"}
NUMBER = re.compile(r"\b\d{4}/(KTP|KTM|KPNS|HLS)/2026\b")
OWN_LISTS = {
    "/perekaman/": "ktp-el",
    "/kartu/kedatangan": "ktp-el",
    "/kartu/panggilan": "ktp-el",
    "/ktm/angkatan?angkatan=2026": "ktm",
    "/ktm/foto?angkatan=2026&keadaan=confirmed": "ktm",
    "/jadwal/kartu-pns": "kartu-pns",
    "/hotline": "hotline",
    "/hotline/laporan": "hotline",
}
"""Pages of one kind of work, and the service whose people alone may stand on them."""
FILLED = ("/ktm/angkatan?angkatan=2026", "/ktm/foto?angkatan=2026&keadaan=confirmed")
"""Those of them that show somebody after two weeks."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """The kecamatan of the demo after two weeks with all services, and an identity card asked for today."""
    folder = tmp_path_factory.mktemp("semua")
    make_half_year(folder, EVERY_SERVICE, TODAY, centre_address="127.0.0.1:9", days=14)
    journal = open_journal("office", folder / "kantor")
    retno = actor_named(journal.db, "retno", TODAY)
    assert retno is not None
    fields = application(village=MUNDER)
    asked_of(
        lambda heeded: open_case(
            journal, retno, Application(service="ktp-el", raw=fields, ticked={}, heeded=heeded), now=NOW
        )
    )
    yield journal
    journal.db.close()


@pytest.fixture(scope="module")
def pages(office: Journal, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    config = {"SECRET_KEY": SECRET_KEY, "CLOCK": lambda: NOW}
    return make_office_app(office, tmp_path_factory.mktemp("web"), config)


@pytest.fixture(scope="module")
def as_who(pages: Flask) -> dict[str, Browser]:
    found = {}
    for username in ("retno", "fajar", "agung", "wiji", "sulis", "nurlaila", "munder", "hendra"):
        browser = found[username] = Browser(pages)
        assert browser.post("/masuk", {"username": username, "password": PASSWORD}).status_code == 303
    return found


def codes_on(html: str) -> set[str]:
    return set(NUMBER.findall(html))


def test_a_list_of_one_service_shows_no_case_of_another(office: Journal, as_who: dict[str, Browser]) -> None:
    assert {definition.id for definition in queries.services_in_force(office.db, TODAY)} == set(CODES)
    for service, code in CODES.items():
        for address in ("/berkas?layanan={}", "/register?bulan=2026-11&layanan={}", "/pengiriman/?layanan={}"):
            page = as_who["agung"].get(address.format(service))
            if page.status_code == 404 and address.startswith("/pengiriman"):
                continue  # a service without a partner has no dispatches
            assert page.status_code == 200, address.format(service)
            assert codes_on(page.text) <= {code}, address.format(service)
        assert codes_on(as_who["agung"].get(f"/berkas?layanan={service}").text) == {code}
    assert codes_on(as_who["agung"].get("/berkas").text) > {"KTP"}, "the list of all shows all"


def test_a_page_of_one_kind_of_work_shows_only_its_own(office: Journal, as_who: dict[str, Browser]) -> None:
    names: dict[str, set[str]] = {}
    for service, name in office.db.run("SELECT service, upper(name) FROM case_file"):
        if " " in name:  # a caller may be called by one word that stands anywhere
            names.setdefault(service, set()).add(name)
    for address, own in OWN_LISTS.items():
        opened = [page.text.upper() for one in as_who.values() if (page := one.get(address)).status_code == 200]
        assert opened, f"{address}: somebody works with it"
        shown = {service for service, known in names.items() for text in opened if any(one in text for one in known)}
        assert shown == {own} if address in FILLED else shown <= {own}, address


def test_everybody_is_offered_the_services_that_they_take_in(as_who: dict[str, Browser]) -> None:
    def offered(username: str) -> set[str]:
        page = as_who[username].get("/permohonan/baru")
        assert page.status_code == 200, username
        own = re.findall(r'name="layanan" value="([\w-]+)"', page.text)
        return {*own, *re.findall(r'/permohonan/baru\?layanan=([\w-]+)"', page.text)}

    assert offered("retno") == {"ktp-el", "ktm"}
    assert offered("munder") == {"ktp-el"}, "a village clerk takes in what asks the village"
    assert "kartu-pns" in offered("sulis"), "the Kasubbag does the work of a Kasubbag TU"
    assert "kartu-pns" not in offered("agung")
    refused = as_who["munder"].post("/permohonan/baru", {"layanan": "ktm", "kunci": ""})
    assert refused.status_code == 403
    first = re.findall(r'name="layanan" value="([\w-]+)"', as_who["retno"].get("/permohonan/baru").text)
    assert first == ["ktp-el"], "what a kecamatan begins with stands first"


def test_a_village_clerk_sees_nobody_of_a_schedule(as_who: dict[str, Browser]) -> None:
    """Who comes on a day are people of every village and of other agencies."""
    for address in ("/jadwal/kartu-pns", f"/jadwal/kartu-pns/{TODAY}"):
        assert [as_who[one].get(address).status_code for one in ("agung", "munder")] == [200, 404], address
    for deed in ("catat", "cetak"):
        assert as_who["munder"].post(f"/jadwal/kartu-pns/{TODAY}/{deed}").status_code == 404, deed


def test_desk_search_and_due_list_open_for_everybody(office: Journal, as_who: dict[str, Browser]) -> None:
    for username, browser in as_who.items():
        for address in ("/", "/cari", "/saya"):
            assert browser.get(address).status_code == 200, (username, address)
    for number in ("0001/KTM/2026", "0001/KPNS/2026", "0001/HLS/2026"):
        found = as_who["agung"].post("/cari", {"q": number})
        assert found.status_code == 303, number
        assert number in as_who["agung"].get(found.location).text


def test_a_case_without_village_is_nowhere_called_one_from_elsewhere(
    office: Journal, as_who: dict[str, Browser]
) -> None:
    row = office.db.one("SELECT id FROM case_file WHERE service = 'ktm' LIMIT 1")
    assert row is not None
    for address in (f"/berkas/{row[0]}", "/berkas?layanan=ktm", "/register?bulan=2026-11&layanan=ktm"):
        assert "luar kecamatan" not in re.sub(r"<option[^>]*>[^<]*", "", as_who["agung"].get(address).text).lower()
    assert ">Desa<" not in as_who["agung"].get("/register?bulan=2026-11&layanan=ktm").text
    assert ">Desa<" in as_who["agung"].get("/register?bulan=2026-11&layanan=ktp-el").text


def test_the_search_box_says_something_short_and_the_road_names_both_partners(as_who: dict[str, Browser]) -> None:
    page = as_who["retno"].get("/").text
    assert 'placeholder="Cari nama atau nomor"' in page
    found = re.search('title="Cari ([^"]+)"', page)
    assert found is not None
    assert set(found[1].split(", ")) >= {"NIK", "NIM", "nama", "atau kode slip"}
    assert found[1].lower().replace("nik", "NIK").replace("nim", "NIM") == found[1], "small letters inside a sentence"
    roads = re.findall("Sambungan ke [^<]+", as_who["fajar"].get("/jalan/").text)
    assert set(map(str.strip, roads)) >= {"Sambungan ke Dispenduk Capil dan Bank"}, roads

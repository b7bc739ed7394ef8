"""The approved public recap on its way to the regency: switched on, by network or stick, read at the centre."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.centre.queries import line_balance
from app.compose_centre import build_centre
from app.core.clock import at_office
from app.core.permissions import SYSTEM
from app.platform.office import service as office
from app.platform.office import settings
from app.platform.people.changes import AddPerson
from app.platform.people.service import add_person
from app.quality.quarter import service
from app.quality.quarter.figures import canonical_text
from app.quality.quarter.frame import public_version
from app.services.complaints import limits
from app.services.complaints import service as writing
from sync.nodes import find_peer
from sync.runs import read_stick, sync_over_network, write_stick
from sync.verification import verify_side
from tests.platform.people import Browser
from tests.proof.pair import CHEAP, OFFICE, PASSWORD, START, Pair, pair
from tests.quality.quarter.recaps import LATER, Q1
from tests.services.complaints.desk import BookDesk
from tests.sync.http import serving


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Pair]:
    """An office whose recap of the first quarter hangs on its board, and a centre that has not heard of it."""
    made = pair(tmp_path)
    j, late = made.office.journal, at_office(LATER, 9)
    limits.seed_office(j, START)
    writing.write_line(j, SYSTEM, channel="desk", visitor=writing.Visitor("Pak Slamet Riyadi lambat"), now=START)
    add_person(
        made.centre.journal,
        SYSTEM,
        AddPerson(username="rini", name="Rini Contoh", roles=("printer",)),
        password=PASSWORD,
        now=START,
        cost=CHEAP,
        must_change=False,
    )
    made.now = late
    service.draft_recap(j, made.who("laila"), quarter=Q1, now=late)
    service.mark_checked(j, made.who("wiji"), quarter=Q1, read_public=True, now=late)
    service.give_pledge(
        j, made.who("laila"), quarter=Q1, what="Kipas diganti", who="Kasi", by_on=date(2026, 5, 4), now=late
    )
    service.approve_recap(j, made.who("hendra"), quarter=Q1, now=late)
    yield made
    made.close()


def switch_on(both: Pair) -> None:
    office.change_setting(both.office.journal, both.who("wiji"), key="recap.to_regency", value=True, now=both.now)


def post(both: Pair) -> None:
    service.post_recap(
        both.office.journal, both.who("laila"), quarter=Q1, on=LATER, until=LATER, place="Loket", now=both.now
    )


def over_network(both: Pair, _folder: Path) -> None:
    with serving(both.centre, lambda: both.now) as address:
        with both.office.db.writing():
            both.office.db.run("UPDATE road_peer SET address = ?", (address,))
        assert sync_over_network(both.office, both.now).ok


def on_a_stick(both: Pair, folder: Path) -> None:
    stick = folder / "stick"
    stick.mkdir()
    office_peer = find_peer(both.centre.db, OFFICE)
    assert office_peer is not None
    for write, read, peer in ((both.office, both.centre, both.peer), (both.centre, both.office, office_peer)):
        write_stick(write, peer, stick, both.now)
        assert read_stick(read, stick, both.now).ok


def pages(folder: Path, both: Pair) -> tuple[Flask, Callable[[str], str]]:
    """The centre's pages over the same database, and what a printer of the print room reads at an address."""
    app = build_centre(folder / "pusat", now=lambda: both.now).pages
    browser = Browser(app, "rini")
    return app, lambda path: browser.get(path).get_data(as_text=True)


@pytest.mark.parametrize("carry", [over_network, on_a_stick])
def test_the_recap_arrives_and_is_read_at_the_centre(
    carry: Callable[[Pair, Path], None], both: Pair, tmp_path: Path
) -> None:
    switch_on(both)
    post(both)
    carry(both, tmp_path)
    recap = service.load_recap(both.office.db, Q1)
    app, read = pages(tmp_path, both)
    assert f'href="/kantor/{OFFICE}/rekap/2026-Q1"' in read(f"/kantor/{OFFICE}")
    page = read(f"/kantor/{OFFICE}/rekap/2026-Q1")
    for told in ("Triwulan I 2026", recap.number, "Kipas diganti", "001/ADUAN/2026", "cocok dengan isinya"):
        assert told in page
    assert "Slamet" not in page
    file = Browser(app, "rini").get(f"/kantor/{OFFICE}/rekap/2026-Q1/rekap.json")
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.get_data(as_text=True) == canonical_text(public_version(both.office.db, recap))
    assert json.loads(file.get_data(as_text=True))["digest"] == recap.digest
    [(digest,)] = both.centre.db.run("SELECT digest FROM office_recap")
    assert hashlib.sha256(file.get_data()).hexdigest() == digest
    for path in (
        f"/kantor/{OFFICE}/rekap/2026-Q2",
        "/kantor/350899/rekap/2026-Q1",
        f"/kantor/{OFFICE}/rekap/x",
    ):
        assert Browser(app, "rini").get(path).status_code == 404
    assert Browser(app).get(f"/kantor/{OFFICE}/rekap/2026-Q1").status_code == 303
    assert line_balance(both.centre.db).agrees
    assert list(both.centre.db.run("SELECT * FROM journal_waiting")) == []
    for road, side in ((both.office, "office"), (both.centre, "centre")):
        assert verify_side(road.journal, side, tmp_path / f"{side}.sqlite3").faults == []


def test_nothing_travels_until_the_office_switches_it_on(both: Pair, tmp_path: Path) -> None:
    post(both)
    over_network(both, tmp_path)
    assert list(both.centre.db.run("SELECT * FROM office_recap")) == []
    _, read = pages(tmp_path, both)
    assert "Rekap pengaduan" not in read(f"/kantor/{OFFICE}")
    switch_on(both)
    post(both)
    over_network(both, tmp_path)
    assert [row[0] for row in both.centre.db.run("SELECT quarter FROM office_recap")] == ["2026-Q1"]
    assert service.load_recap(both.office.db, Q1).regency_on == "2026-04-02"


def test_a_text_that_does_not_fit_its_digest_is_told(both: Pair, tmp_path: Path) -> None:
    switch_on(both)
    post(both)
    both.sync()
    db = both.centre.db
    with db.writing(), db.applying():
        db.run("UPDATE office_recap SET public = replace(public, 'Kipas', 'Kapas')")
    assert "Kode pengamannya tidak cocok" in pages(tmp_path, both)[1](f"/kantor/{OFFICE}/rekap/2026-Q1")
    with db.writing(), db.applying():
        db.run("UPDATE office_recap SET public = '{}'")
    assert "Tidak terbaca" in pages(tmp_path, both)[1](f"/kantor/{OFFICE}/rekap/2026-Q1")


def test_the_switch_stands_on_the_settings_page(web: Flask, book: BookDesk, as_ratna: Browser) -> None:
    def stands() -> tuple[str, bool]:
        page = as_ratna.get("/pengaturan/pengaduan").get_data(as_text=True)
        part = page.partition("Rekap ke kabupaten")[2].lower()
        offered = "nyalakan" if 'name="nyala" value="1"' in part else "matikan"
        return offered, bool(settings.get_setting(book.journal.db, "recap.to_regency"))

    assert stands() == ("nyalakan", False)
    assert as_ratna.post("/pengaturan/pengaduan/kabupaten", {"nyala": "1"}).status_code == 303
    assert stands() == ("matikan", True)
    for name in ("camat", "ida", "budi"):
        assert Browser(web, name).post("/pengaturan/pengaduan/kabupaten", {"nyala": ""}).status_code == 403
    as_ratna.post("/pengaturan/pengaduan/kabupaten", {"nyala": ""})
    assert stands() == ("nyalakan", False)


def test_a_text_with_dates_that_are_none_is_kept_and_breaks_no_page(both: Pair, tmp_path: Path) -> None:
    switch_on(both)
    post(both)
    both.sync()
    (public,) = both.centre.db.one("SELECT public FROM office_recap") or ("",)
    told = json.loads(public)
    app, read = pages(tmp_path, both)
    for part, field in (
        (told, "approved_on"),
        (told["lines"][0], "received_on"),
        (told["pledges"][0], "by_on"),
    ):
        kept, part[field] = part[field], "2026-02-30"
        with both.centre.db.writing(), both.centre.db.applying():
            both.centre.db.run("UPDATE office_recap SET public = ?", (json.dumps(told),))
        part[field] = kept
        assert "Triwulan" in read(f"/kantor/{OFFICE}") or "2026-Q1" in read(f"/kantor/{OFFICE}")
        assert Browser(app, "rini").get(f"/kantor/{OFFICE}/rekap/2026-Q1").status_code == 200

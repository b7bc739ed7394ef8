"""Every page of the office room through axe, on a desk screen and on a phone, empty and full."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.casework.desk import moving, oversight
from app.casework.desk.service import case_by_id
from app.casework.resources.service import note_facility
from app.compose_office import make_office_app
from app.platform.office import service
from app.platform.office.events import HolidayData
from app.platform.office.exchange import OfficeExchange
from sync.events import LineSetAside
from sync.incoming_entries import stop_stream
from sync.journal import Journal
from tests.browser import find_faults_by_day, sign_in
from tests.platform.people import SECRET_KEY, START, Clock
from tests.services.ktp.desk import Desk
from tests.world.nightly import by_day

pytestmark = pytest.mark.browser
AT = "2026-03-12T00:00:00.000Z"
PAGES = (
    "/pengaturan/",
    "/pengaturan/desa",
    "/pengaturan/nomor",
    "/pengaturan/kalender/",
    "/standar/",
    "/standar/ktp-el/berlakukan",
    "/jalan/",
    "/keadaan/",
    "/keadaan/akses/",
    "/pengawasan/",
    "/jalan/kembar/",
)


@pytest.fixture(scope="session")
def office_file(adopted_office: Path) -> Path:
    """The office with the KTP standard in force."""
    return adopted_office


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office's web application as it runs."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def fill(journal: Journal) -> None:
    """A late entry, a return, a note, a moved calendar, a broken camera."""
    desk = Desk(journal)
    returned = desk.open()
    moving.advance_case(
        journal, desk.who("sari"), case_id=returned, outcome="returned", note="Foto belum ada", now=START
    )
    case = case_by_id(journal.db, desk.complete())
    assert case is not None
    oversight.write_note(journal, desk.who("ratna"), text="Mengapa lama?", number=case.number, now=START)
    day = HolidayData("2026-03-17", "Hari jadi", "lokal", "SE", "kantor")
    service.set_holidays(journal, desk.who("ratna"), days=[day], removed=[], reason="SE", now=START)
    note_facility(journal, desk.who("oki"), name="Kamera", works=False, note="Lensa retak", now=START)


def trouble(web: Flask, journal: Journal) -> None:
    """An exchange with a line set aside, a fork and a file kept aside, for a centre that is only a row here."""
    exchange = OfficeExchange(journal, web.extensions["loket"].surroundings.data)
    keys = exchange.open_node().keys.public  # made now: an office has its keys before a centre knows it
    sql = "INSERT INTO road_peer (name, label, stream_out, stream_in, epoch, enrolled_at) VALUES (?, ?, ?, ?, 1, ?)"
    journal.db.run(sql, ("dukcapil-3508", "Pusat Cetak", "dukcapil", "350899", AT))
    sql = "INSERT INTO road_key (peer, signer, signing, recipient, epoch, since) VALUES (?, ?, ?, ?, 1, ?)"
    journal.db.run(sql, ("dukcapil-3508", keys.signer, keys.signing, keys.recipient, AT))
    with journal.transaction():
        body = LineSetAside(1, "dukcapil", 1, "dispatch.line", "Nomor kosong.", "dukcapil-3508")
        journal.record(body, subject="case/1", actor="road", at=START)
        stop_stream(journal, ("350899", 1, "dukcapil"), 3, b"a" * 32, b"b" * 32, START)
        journal.db.run(
            "INSERT INTO road_aside VALUES (?, ?, ?, ?, 1, '350899', 4, 9, 'gap', ?, ?, NULL, x'00', 1)",
            ("d", "pengiriman-2.loket", *["dukcapil-3508"] * 2, "Dokumen sebelumnya belum dibaca.", AT),
        )


def test_axe_finds_nothing_on_any_page_of_the_office(
    page: Page,
    address: str,
    web: Flask,
    journal: Journal,
    clock: Clock,
    complaints: list[str],
) -> None:
    sign_in(page, address, "ratna")
    found = {f"{path} empty": look(page, address + path) for path in PAGES[:: by_day(12, 1)]}
    fill(journal)
    trouble(web, journal)
    found |= {f"{path} full": look(page, address + path) for path in PAGES[:: by_day(6, 1)]}
    found |= {
        f"document {one}": look(page, f"{address}/standar/ktp-el/dokumen/{one}")
        for one in ("jaminan_pelayanan", "kebijakan_mutu")
    }
    for path, button in (
        ("/pengawasan/", "Simpan catatan"),
        ("/pengaturan/kalender/", "Simpan hari"),
        ("/standar/ktp-el/berlakukan", "Usulkan"),
        ("/jalan/", "Selesai"),
    ):
        page.goto(address + path)
        page.click(f"main button:has-text('{button}') >> nth=0")
        page.wait_for_selector(".error, .error-summary")
        found[f"{path} wrong"] = find_faults_by_day(page)
    clock.forward(days=9)
    sign_in(page, address, "ratna")
    found["/keadaan/ clock"] = look(page, f"{address}/keadaan/")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert complaints == []


def look(page: Page, address: str) -> list[str]:
    """What is wrong with a page."""
    answer = page.goto(address)
    assert answer is not None
    return find_faults_by_day(page) + ([] if answer.ok else [str(answer.status)])

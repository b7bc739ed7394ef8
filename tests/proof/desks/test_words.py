"""Check 5 finds a fault planted in each of its classes, and none on the pages and kiosks of the demos."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.cli.demo.half_year import make_half_year
from app.cli.demo.offices import OFFICES, DemoOffice
from app.cli.demo.programs import HERE
from app.cli.demo.sides import FOLDERS, open_journal
from app.compose_office import make_office_app
from app.core.clock import at_office
from app.quality.evaluation.views.kiosk import make_kiosk_app
from schema.database import Database
from tests.browser.roaming import ELSEWHERE, kind_of
from tests.platform.people import Browser
from tests.proof.desks.papers import read_paper
from tests.proof.desks.words import check_names, check_page, check_words, files_in_force, first_files, word_table
from tests.world.browser import Reader
from tests.world.nightly import by_day

TODAY, DAYS = date(2026, 4, 2), by_day(1, 60)
PAGES = by_day(14, 400)
"""By day so many kinds of page of one person of each kind of office; at night all of everybody."""
KIOSK = ("/", "/tulis", "/kode", "/siap", "/papan")
PLAIN = ("/panduan/semua", "/sarana", "/pelaksana", "/pengawasan/", "/pengaduan/tulis", "/rekap/", "/kotak-saran")
"""Pages of every office on which words of the identity cards stood."""
BIRO, POLTEKKES, KECAMATAN = (frozenset(first_files(kind)) for kind in ("biro", "poltekkes", "kecamatan"))


@pytest.mark.parametrize(
    ("text", "own", "word"),
    [
        ("Menunggu tanda tangan Camat.", POLTEKKES, "camat"),
        ("Titipkan lewat desa.", BIRO, "desa"),
        ("Luar kecamatan", POLTEKKES, "kecamatan"),
        ("Pelayanan KTP", POLTEKKES, "KTP"),
        ("Berkas KTP-el", BIRO, "KTP-el"),
        ("Ketik NIK pemohon", BIRO, "NIK"),
        ("Ditolak Dispenduk", BIRO, "dispenduk"),
        ("Tidak dipungut biaya", POLTEKKES, "dipungut"),
        ("Formulir F-1.02", POLTEKKES, "F-1.02"),
        ("Menurut SP-PELY-02", BIRO, "SP-PELY-02"),
        ("Menurut SP 11.8", BIRO, "SP"),
        ("Minta Kasubbag TAL", KECAMATAN, "TAL"),
        ("Minta Ketua Senat", KECAMATAN, "senat"),
        ("Dikirim ke bank", KECAMATAN, "bank"),
        ("Daftar mahasiswa", BIRO, "mahasiswa"),
    ],
)
def test_a_word_of_another_service_or_office_is_found(text: str, own: frozenset[str], word: str) -> None:
    assert repr(word) in [fault.sentence.partition(" ")[0] for fault in check_names(text, own, "Wiji")]


@pytest.mark.parametrize(
    ("text", "own", "found"),
    [
        ("Dibuka setiap hari (butir 11.4).", POLTEKKES, 1),
        ("Yang diperlukan (KTM butir 11.2).", POLTEKKES, 0),
        ("Yang diperlukan (KTM butir 19).", POLTEKKES, 1),
        ("Dibuka setiap hari (butir 11.4).", KECAMATAN, 0),
        ("Dibuka setiap hari (butir 21.4).", KECAMATAN, 1),
    ],
)
def test_a_clause_stands_beside_the_standard_that_has_it(text: str, own: frozenset[str], found: int) -> None:
    assert len(list(check_words(text, own, "Wiji"))) == found


def test_the_table_is_made_of_the_files_and_knows_whose_a_word_is() -> None:
    table = word_table()
    assert table["NIM"] == {"services/ktm", "registers/ktm"}
    assert {"profiles/kecamatan", "services/ktp-el"} <= table["camat"]
    assert {"services/kartu-pns", "services/ktp-el"} <= table["KTP"]
    assert "petugas" not in table


def workbook_of(text: str) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(("Nomor", text))
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (workbook_of("Daftar mahasiswa"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("\ufeffNomor;Daftar mahasiswa\r\n".encode(), "text/csv; charset=utf-8"),
    ],
)
def test_foreign_words_in_a_spreadsheet_or_a_table_are_read(content: bytes, kind: str, tmp_path: Path) -> None:
    text = read_paper(content, kind, tmp_path)
    assert "Nomor" in text
    assert [fault.kind for fault in check_words(text, KECAMATAN, "Wiji")] == ["words"]
    assert list(check_words(text, POLTEKKES, "Wiji")) == []


@pytest.mark.parametrize("kind", list(OFFICES))
def test_no_page_of_an_office_speaks_of_another(kind: str, tmp_path: Path) -> None:
    demo = OFFICES[kind]
    make_half_year(tmp_path, demo, TODAY, centre_address=f"{HERE}:9", days=DAYS)
    journal, now = open_journal("office", tmp_path / FOLDERS["office"]), at_office(TODAY, 8)
    clock = {"CLOCK": lambda: now}
    app = make_office_app(journal, tmp_path / FOLDERS["office"], clock)
    pages = list(pages_seen(app, make_kiosk_app(journal, clock), demo))
    own = files_in_force(journal.db)
    assert len(pages) > by_day(15, 200)
    assert faults_on(journal.db, pages, own) == []
    journal.db.close()


def faults_on(db: Database, pages: list[tuple[str, str, str]], own: set[str]) -> list[str]:
    return [
        f"{fault.where}: {fault.sentence}"
        for who, path, html in pages
        for fault in check_page(db, path.partition("?")[0], html, own, f"{who} {path}")
    ]


def pages_seen(office: Flask, kiosk: Flask, demo: DemoOffice) -> Iterator[tuple[str, str, str]]:
    """(who, path, page) of what visitors and people of each combination of roles come to by links."""
    yield from walk_links("pengunjung", kiosk.test_client(), KIOSK, len(KIOSK))
    yield from walk_links("pengunjung", office.test_client(), ("/masuk",), 1)
    people = {person.roles: person.username for person in reversed(demo.cast)}
    for username in list(people.values())[: by_day(1, len(people))]:
        yield from walk_links(username, Browser(office, username).client, ("/", *PLAIN), PAGES)


def walk_links(who: str, client: FlaskClient, starts: tuple[str, ...], most: int) -> Iterator[tuple[str, str, str]]:
    waiting, known = list(starts), Counter(kind_of(path) for path in starts)
    while waiting and most:
        path, most = waiting.pop(0), most - 1
        answer = client.get(path, follow_redirects=True)
        if not answer.content_type.startswith("text/html"):
            continue
        html = answer.get_data(as_text=True)
        yield who, path, html
        for to in links_of(path, html):
            if not known[kind_of(to)]:
                known[kind_of(to)] += 1
                waiting.append(to)


def links_of(path: str, html: str) -> Iterator[str]:
    reader = Reader()
    reader.feed(html)
    for href, _ in reader.links:
        to = urljoin(path, href).partition("#")[0]
        if to.startswith("/") and not ELSEWHERE.search(to.partition("?")[0]) and "/keluar" not in to:
            yield to

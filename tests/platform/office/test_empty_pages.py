"""Pages of an office and a centre where nobody has come yet: what will stand there, and what to do first."""

import re
from pathlib import Path

import pytest

from sync.journal import Journal
from tests.centre.desk import Desk
from tests.platform.office.test_readiness import founded
from tests.platform.people import Browser, Clock

__all__ = ["founded"]
DONE = re.compile(
    r"semua (?:sudah|janji|berkas|baris|KTM|KTP)[^.]*(?:dijawab|ditepati|diambil|dipanggil|diketik)", re.IGNORECASE
)
PAGES = {
    "/berkas": "Setiap permohonan yang didaftarkan tampil di sini",
    "/jatuh-tempo": "tampil di sini sampai ditepati",
    "/ltpp": "mendapat satu LTPP di sini",
    "/papan/siap": "Sesudah standar pelayanan ditandatangani",
    "/permohonan/formulir": "menunggu di sini sampai isinya diketik",
    "/sarana": "Belum ada standar pelayanan yang berlaku",
    "/surat-keluar": "tampil di sini sampai terkirim. Mulailah dengan Buat konsep.",
    "/surat-masuk": "tampil di sini, bagi siapa yang didisposisi. Mulailah",
    "/kartu/kedatangan": "Kartu muncul di sini",
    "/kartu/panggilan": "tampil di sini sampai diambil",
    "/keseimbangan/": "Setiap pengiriman mendapat satu baris di sini",
    "/pengaduan": "Setiap pengaduan mendapat satu baris bernomor di sini",
    "/perekaman/": "tampil di sini sampai perekamannya dicatat",
    "/register": "mendapat satu baris bernomor di sini",
    "/rekap": "disusun sesudah Selasa, 31 Maret 2026 dari buku pengaduan",
}


def words_of(browser: Browser, path: str) -> str:
    page = browser.get(path)
    assert page.status_code == 200, path
    main = page.get_data(as_text=True).partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_no_page_says_that_everything_is_done_where_there_is_nobody(stranger: Browser, founded: Journal) -> None:
    at = {name: Browser(stranger.app, name) for name in ("ratna", "sari", "oki")}
    for path, promise in PAGES.items():
        able = next(one for one in (at["ratna"], at["oki"], at["sari"]) if one.get(path).status_code == 200)
        words = words_of(able, path)
        assert promise in words, path
        assert DONE.findall(words) == [], path
    assert "Cocok " not in words_of(at["ratna"], "/keseimbangan/").partition("Cetak lembar")[2], "nothing was compared"


@pytest.fixture
def centre(tmp_path: Path, clock: Clock) -> Desk:
    """A centre on its first day: no office has come."""
    desk = Desk(tmp_path / "pusat", clock)
    desk.centre.journal.db.run("DELETE FROM road_key")
    desk.centre.journal.db.run("DELETE FROM road_peer")
    return desk


def test_an_empty_centre_says_what_comes_and_begins_with_a_code(centre: Desk) -> None:
    words = words_of(centre.eko, "/")
    assert "Belum ada pengiriman" in words
    assert "Cocok" not in words, "no verdict about nothing"
    assert "Buat kode pendaftaran" in words
    assert DONE.findall(words) == []
    assert "Buat kode pendaftaran di bawah ini untuk kecamatan yang pertama." in words_of(centre.eko, "/kantor/")
    centre.eko.post("/kantor/", {"office": "350899", "name": "Contoh"})
    assert "Mulai dengan kode pendaftaran" not in words_of(centre.eko, "/"), "somebody was invited"

"""The rail of an office that takes up another kind of work while people are signed in."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app import compose
from app.compose_office import make_office_app, shell
from app.platform.office.service import change_setting
from app.platform.people import queries
from app.platform.web.application import rail_of
from schema.database import open_office
from schema.definitions import SERVICES, definition_text
from schema.migrations import Side, migrate_database
from sync.journal import Journal
from tests.platform.office.adopting import put_in_force
from tests.platform.people import SECRET_KEY, START, Browser, Clock


@pytest.fixture(scope="session")
def office_file(adopted_office: Path) -> Path:
    return adopted_office


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def test_a_line_of_a_kind_of_work_comes_with_its_procedure(journal: Journal, web: Flask) -> None:
    budi = Browser(web, "budi")
    before = budi.get("/").text
    assert "Foto mahasiswa" not in before
    put_in_force(journal, definition_text(SERVICES / "ktm.toml"), on=date(2026, 3, 1))
    after = budi.get("/").text
    assert "Foto mahasiswa" in after
    assert 'aria-current="page"' in after


def test_every_page_names_its_office(journal: Journal, web: Flask) -> None:
    budi = Browser(web, "budi")
    assert "<title>Meja kerja · Loket Contoh</title>" in " ".join(budi.get("/").text.split())
    ratna = queries.actor_named(journal.db, "ratna", date(2026, 3, 12))
    change_setting(journal, ratna, key="office.name", value="Kecamatan Lain", now=START)
    assert "· Loket Lain</title>" in " ".join(budi.get("/").text.split())


def test_before_the_office_has_a_name_its_pages_say_so(tmp_path: Path) -> None:
    db = open_office(":memory:")
    migrate_database(db, "office")
    assert shell().place(db) == "Kantor belum disiapkan"
    db.close()


RAILS = {
    "office": {
        "Loket": "Meja kerja, Panggil antrean, Permohonan baru, Berkas, Jatuh tempo, Kode siap diambil, Buku register,"
        " Perekaman, Panggilan, SMS kepada pemohon, Angkatan dan kartu, Foto mahasiswa",
        "Surat": "Surat masuk, Surat keluar",
        "partner": "Pengiriman, Kedatangan kartu, Pencocokan, Sambungan",
        "Hotline": "Kontak hotline, Desk information, SMS, Laporan harian, Analisis kebutuhan, Tim hotline",
        "Pengaduan": "Buku pengaduan, Kotak saran, LTPP, Rekap triwulan, Laporan PATEN, Papan pengumuman,"
        " Seksi dan batas waktu",
        "Mutu": "Sasaran mutu, Evaluasi kinerja, Pemantauan dan evaluasi, Survei kepuasan, Dokumen mutu, Lembar survei,"
        " Laporan survei, Waktu tunggu",
        "Kantor": "Pengawasan, Pemeriksaan internal, Sarana dan prasarana, Pelaksana, Foto dan pindaian,"
        " Keadaan sistem, Cadangan, Pengaturan, Pengaturan SMS, Nomor antrean, Halaman status, Petugas,"
        " Impor register, Persetujuan kedua, Acuan penduduk, Sertifikat akar, Pertukaran dengan desa,"
        " Masa simpan dan pemusnahan, Data pribadi, Catatan akses",
    },
    "centre": {
        "Antrean": "Antrean cetak, Blangko, Kirim kartu, Ditolak, Kecamatan, Flashdisk",
        "Kantor": "Cadangan, Pengaturan pusat, Sesudah pemulihan, Data pribadi, Petugas, Kunci pusat,"
        " Persetujuan kedua, Rilis program",
    },
}
"""Work first, in the order of a day; settings and records last. Groups stand in this order too."""


@pytest.mark.parametrize("side", ["office", "centre"])
def test_the_rail_stands_in_its_order(side: Side) -> None:
    found: dict[str, list[str]] = {}
    for line in rail_of(compose.web_rooms(side)):
        found.setdefault(line.group, []).append(line.label)
    assert {group: ", ".join(lines) for group, lines in found.items()} == RAILS[side]
    assert list(found) == list(RAILS[side])

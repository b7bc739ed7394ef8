"""The walk through every service by pages and buttons; and the small browser that walks."""

import re
from pathlib import Path

import pytest

from app.cli.demo.walks import WALKS
from app.platform.printing.papers import PAPERS
from tests.cli.test_command_line import call
from tests.world.browser import Astray, Form, Page, Reader
from tests.world.walked import Walked, walk_once


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Every service, in this process; test_profiles.py walks as a visitor calls it."""
    return walk_once(tmp_path_factory)


def test_the_walk_ends_well(walked: Walked) -> None:
    assert walked.ended_well, walked.said[-2000:]
    assert re.search(r"SELESAI: \d+ langkah", walked.said)


def test_each_part_of_the_main_job_is_told(walked: Walked) -> None:
    told = walked.said
    for words in (
        "Mengisi formulir dari desa",
        "Dikembalikan; di Pemohon; janji belum dihitung",
        "nomornya tetap",
        "Menyetujui dengan PIN",
        "Pusat tidak terjangkau; catatan tetap menunggu",
        "Menulis pengiriman ke flashdisk",
        "Menolak",
        "Perlu diperbaiki",
        "Mencatat",
        "sudah diperbaiki",
        "daftar kirim 350807-2026-",
        "Siap diambil",
        "Selesai; di Arsip; janji Rabu, 25 Maret 2026 (Ditepati 6 Mar 2026)",
        "Melihat dari desa",
        "kode pengamannya dibandingkan di kedua pihak",
        "jurnal kantor",
        "jurnal pusat",
    ):
        assert words in told
    assert "TIDAK COCOK" not in told


def test_every_paper_is_written_as_pdf(walked: Walked) -> None:
    """The walk leaves none out: what no page prints would have no sample in tests/platform/printing."""
    assert set(walked.printed) == set(PAPERS)
    names = {re.sub(r"^\d+-", "", path.stem) for path in walked.papers}
    assert [name for name in WALKS["semua"].papers if not any(text.startswith(name) for text in names)] == []
    assert all(path.read_bytes().startswith(b"%PDF") for path in walked.papers)
    assert not re.search(r"350899\d{10}", " ".join(path.name for path in walked.papers))


def test_a_folder_with_something_in_it_is_left_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "surat.txt").write_text("jangan dihapus")
    for more in ([], ["--walk"]):
        code, _, complaint = call(capsys, "demo", "--data", str(tmp_path), *more)
        assert (code, "tidak kosong" in complaint) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["surat.txt"]


# -- the browser that walks ------------------------------------------------------------------------------------


def test_a_form_is_sent_as_it_stands() -> None:
    page = read(
        '<form action="/a" method="post"><input type="hidden" name="csrf_token" value="t">'
        '<input name="nama" value="Rani">'
        '<input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked>'
        '<input type="checkbox" name="c" value="x" checked><input type="checkbox" name="c" value="y">'
        '<select name="s"><option value="">Pilih<option value="b" selected>B</select><textarea name="t"></textarea>'
        '<button name="aksi" value="kirim">Kirim</button></form>'
    )
    form = page.forms[0]
    assert form.fields == [
        ("csrf_token", "t"),
        ("nama", "Rani"),
        ("r", "2"),
        ("c", "x"),
        ("s", "b"),
        ("t", ""),
    ]
    assert form.buttons == [("aksi", "kirim")]
    sent = form.filled({"nama": "Putri", "c": ["y", "z"], "t": None}, ("aksi", "kirim"))
    assert sent == [
        ("csrf_token", "t"),
        ("r", "2"),
        ("s", "b"),
        ("nama", "Putri"),
        ("c", "y"),
        ("c", "z"),
        ("aksi", "kirim"),
    ]


def test_the_answer_band_and_errors_are_read() -> None:
    page = read(
        '<section class="answer"><div><h2>Janji</h2><strong>25 Maret</strong><p><span class="state is-bad">Lewat</span>'
        ' <a href="#c">Hitungannya</a></p></div></section><p class="error">NIK harus 16 angka.</p>'
        '<a href="/berkas/7">Rani</a>'
    )
    assert page.answers == [["Janji", "25 Maret", "Lewat"]]
    assert page.errors == ["NIK harus 16 angka."]
    assert page.links[-1] == ("/berkas/7", "Rani")


def test_a_note_of_a_fault_is_read_whole() -> None:
    page = read(
        '<div class="note is-bad" role="alert"><p>Dokumen ini tidak dapat diimpor</p><p>Salin baris.</p>'
        '<div class="row"><a href="/impor">Unggah lagi</a></div></div><p>Tidak apa.</p>'
        '<div class="note is-good"><p>Tersimpan</p></div>'
    )
    assert page.errors == []
    assert page.alarms == ["Dokumen ini tidak dapat diimpor", "Salin baris."]


def test_a_page_without_the_form_is_told() -> None:
    page = Page("http://127.0.0.1/berkas/7", 200, "", [Form("/lain")], [], [], [])
    with pytest.raises(Astray, match="/berkas/7 tidak memuat formulir /periksa"):
        page.form("/periksa")
    assert page.number_in_path() == 7

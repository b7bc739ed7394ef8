"""Figures as a file: every row judged with its line, nothing kept before somebody says so, nothing twice."""

import io
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.casework.importing.file_formats import read_bytes
from app.casework.importing.spreadsheet import ImportProblem
from app.quality.indicators import papers, uploads
from app.quality.indicators.tables import Realisation
from schema.indicators import load_indicators
from tests.platform.office.adopting import replayed
from tests.platform.people import Browser
from tests.quality.indicators.conftest import Campus
from tests.quality.indicators.test_figures import COUNT, FILE, RATIO, S1, SHARE, typed

PAGE = "/sasaran/unggah"
PLAIN = f"{FILE}/penelitian_sesuai_bidang"
HEADS = ("Sasaran", "Periode", "Pembilang", "Penyebut", "Angka", "Keterangan")


def name_of(key: str) -> str:
    """What a person calls the indicator of a key."""
    file, _, known = key.partition("/")
    indicator = load_indicators(file).find(known)
    assert indicator is not None
    return indicator.name


SHARE_NAME, COUNT_NAME, RATIO_NAME, PLAIN_NAME = map(name_of, (SHARE, COUNT, RATIO, PLAIN))


def workbook(rows: Sequence[Sequence[Any]], heads: Sequence[str] = HEADS) -> bytes:
    """Two sheets, as our own export has them: what is to be read stands on the second."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["No.", "Komponen", "Sasaran"])
    sheet = book.create_sheet("Angka yang diketik")
    sheet.append(["Sasaran mutu 2026"])
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def sent(browser: Browser, data: bytes, name: str = "angka.xlsx") -> Any:
    return browser.post(PAGE, {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def judged(campus: Campus, data: bytes, who: str = "yuni") -> list[uploads.JudgedFigure]:
    rows = uploads.read_rows(read_bytes(data))
    return uploads.judge_rows(campus.db, campus.actor(who), rows, campus.clock().date())


def figures(campus: Campus) -> list[tuple[str, str, str, str, str]]:
    rows = Realisation.rows(campus.db, order="id")
    return [(row.indicator, row.period, row.numerator, row.denominator, row.value) for row in rows]


def test_each_row_is_judged_with_its_line_and_a_sentence(campus: Campus) -> None:
    typed(campus, "yuni", S1, key=RATIO, numerator="50", denominator="1100")
    found = judged(
        campus,
        workbook(
            [
                (SHARE_NAME, "2026-S1", 9, 10, None, "dua SK menyusul"),
                (COUNT_NAME, 2026, None, None, "30 judul"),
                (RATIO_NAME, "2026-S1", 50, 1000),
                (PLAIN_NAME, "2026", None, None, 12.5),
                ("lain/lain", "2026"),
                (SHARE_NAME, "kapan", 9, 10),
                (SHARE_NAME, "2026", 9, 10),
                (SHARE_NAME, "2027-S2", 9, 10),
                (COUNT_NAME, "2025", "banyak"),
                (name_of(f"{FILE}/rasio_pembimbing_akademik"), "2026-S1", 0, 900),
                (name_of(f"{FILE}/dosen_s3"), "2026", None, None, time(1, 30)),
                (name_of(f"{FILE}/karya_haki"), "2026", date(2026, 5, 2)),
                (name_of(f"{FILE}/dosen_serdos"), "2026", 40),
                (None,) * 6,
                (name_of(f"{FILE}/dosen_serdos"), "2025", 40, 50),
                (name_of(f"{FILE}/dosen_serdos"), "2025", 41, 50),
            ]
        ),
    )
    assert [one.number for one in found] == [*range(3, 16), 17, 18]
    said = [one.problem or ("known" if one.known else "good") for one in found]
    assert said == [
        "good",
        "good",
        "known",
        "good",
        "Sasaran “lain/lain” tidak dikenal. Salin namanya dari lembar pertama unduhan Excel.",
        "Periode tidak terbaca. Tulis misalnya 2026, 2026-S1, 2026-Q3, atau 2026-07.",
        "Sasaran ini diukur untuk masa yang lain. Tulis periodenya seperti 2026-S2.",
        "Semester II 2027 belum mulai.",
        "Tulis angka (85 atau 2,5), rasio (1:30), atau rentang (2-5), paling banyak 12 angka.",
        "Angka ini tidak dapat dihitung: pembaginya nol.",
        "Angka menjadi jam di Excel. Jadikan kolomnya teks, lalu ketik ulang, misalnya 1:30.",
        "Pembilang menjadi tanggal di Excel. Jadikan kolomnya teks, lalu ketik ulang.",
        "Isi angkanya.",
        uploads.TWICE,
        uploads.TWICE,
    ]
    assert [one.typed.numerator for one in found[:2]] == ["9", "30"]
    assert found[3].typed.value == "12,5"


def test_the_file_is_shown_first_and_kept_once(staff: dict[str, Browser], campus: Campus, tmp_path: Path) -> None:
    browser = staff["yuni"]
    assert "Unggah angka" in browser.get("/sasaran").text
    answer = sent(
        browser, workbook([(SHARE_NAME, "2026-S1", 9, 10), (COUNT_NAME, "2026", None, None, 34), (COUNT_NAME, "x", 1)])
    )
    shown = answer.headers["Location"]
    page = browser.get(shown).text
    assert "Simpan 2 angka" in page
    assert "Baris 5" in page
    assert figures(campus) == []
    assert staff["dimas"].get(shown).status_code == 404, "nobody else's business"
    assert browser.post(shown, {}).status_code == 303
    kept = [(SHARE, "2026-S1", "9", "10", "90"), (COUNT, "2026", "", "", "34")]
    assert figures(campus) == kept
    assert browser.post(shown, {}).status_code == 303
    assert figures(campus) == kept, "a second press types nothing twice"
    assert "Sudah ada" in browser.get(shown).text
    again = replayed(campus.journal, tmp_path / "lagi.sqlite3")
    assert again.run("SELECT indicator, period, value FROM realisation").fetchall() == [
        (k[0], k[1], k[4]) for k in kept
    ]


def test_what_the_export_gives_is_known_when_it_comes_back(campus: Campus) -> None:
    typed(campus, "yuni", S1, numerator="9,5", denominator="10")
    data = papers.year_book(campus.db, 2026, campus.clock())
    assert [(one.name, one.known, one.problem) for one in judged(campus, data)] == [
        ("Persentase SK PBM yang terbit tepat waktu", True, "")
    ]


def test_a_csv_reads_numbers_as_indonesians_write_them(campus: Campus) -> None:
    found = judged(campus, f"Sasaran;Periode;Pembilang;Penyebut\n{SHARE_NAME};2026-S1;1.125;1.250,5\n".encode())
    assert (found[0].problem, found[0].typed.numerator, found[0].typed.denominator) == ("", "1.125", "1.250,5")
    assert uploads.cell_words(read_bytes(workbook([(1.125, date(2026, 7, 1))])).sheets[1].rows[2].at(0)) == "1,125"
    assert uploads.cell_words(read_bytes(workbook([(1.125, date(2026, 7, 1))])).sheets[1].rows[2].at(1)) == "2026-07"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (workbook([], heads=("Nama", "Nilai")), "Tidak ada lembar dengan kolom Sasaran dan Periode"),
        (workbook([]), "Tidak ada angka di bawah judul kolomnya"),
        (workbook([(SHARE_NAME, "2026-S1", 1, 2)] * 501), "lebih dari 500 angka"),
        (b"PK\x03\x04rusak", "rusak"),
        (b"%PDF-1.7", "Ini dokumen PDF"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(staff: dict[str, Browser], data: bytes, why: str) -> None:
    answer = sent(staff["yuni"], data)
    assert answer.status_code == 422
    assert why in answer.text


def test_only_who_types_figures_uploads_them(staff: dict[str, Browser], campus: Campus) -> None:
    assert staff["ocha"].get(PAGE).status_code == 403
    assert sent(staff["ocha"], workbook([(SHARE_NAME, "2026-S1", 9, 10)])).status_code == 403
    with pytest.raises(ImportProblem):
        judged(campus, b"Sasaran\n1\n")

"""A file of indicators as a document: its pages against the file, and what the paper prints."""

import html
import re
from pathlib import Path

import pytest

from app.cli.demo.offices import OFFICES
from app.cli.demo.sides import make_office
from app.compose_office import make_office_app
from schema.indicators import load_indicators
from sync.journal import Journal
from tests.platform.people import SECRET_KEY, START, Browser, Clock
from tests.platform.printing.reading import page_size, text_of
from tests.world.cast import PASSWORD

FILE = "poltekkes-banten-2022"
PAGE = f"/sasaran/naskah/{FILE}"


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    return make_office(tmp_path_factory.mktemp("kampus"), OFFICES["poltekkes"], now=START, on=START.date(), starts={})


@pytest.fixture
def director(campus: Journal, clock: Clock, tmp_path: Path) -> Browser:
    browser = Browser(make_office_app(campus, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock}))
    assert browser.post("/masuk", {"username": "laksmi", "password": PASSWORD}).status_code == 303
    return browser


def rows_of(page: str) -> list[list[str]]:
    """The cells of every line of every table, as text."""
    lines = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [
        [plain_words(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", line, re.DOTALL)] for line in lines
    ]


def plain_words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_every_indicator_stands_on_the_page_with_its_targets(director: Browser) -> None:
    file = load_indicators(FILE)
    assert file.title in plain_words(director.get("/sasaran/naskah").text)
    page = director.get(PAGE).text
    shown = {row[0]: row for row in rows_of(page) if re.match(r"\d+\. ", row[0])}
    assert len(shown) == len(file.indicators) == 69
    for number, indicator in enumerate(file.indicators, 1):
        row = shown[f"{number}. {indicator.name}"]
        printed = [indicator.targets[str(year)].replace(".", ",") for year in file.years]  # 3.4 is shown as 3,4
        assert row[3:] == printed, indicator.id
    assert shown["16. Rasio instruktur terhadap mahasiswa"][1].startswith("Makin dekat makin baik (1:10)")


def test_one_indicator_shows_every_part_of_the_source(director: Browser) -> None:
    page = plain_words(director.get(f"{PAGE}/butir/dosen_s3").text)
    for words in (
        "Jumlah dosen tetap dengan kualidikasi S3 pada tahun tertentu ÷ Jumlah dosen tetap pada tahun yang sama × 100%",
        "Rumus bab II menghasilkan persen",
        "1: 3.4 2: 3.4 3: 6.8 4: 6.8 5: 7.5",
        "Bab V huruf G A.5.a banyaknya dosen tetap dengan kualifikasi S3",
        "Mendorong dosen untuk mengikuti studi lanjut S3",
    ):
        assert words in page
    missing = plain_words(director.get(f"{PAGE}/butir/pustakawan").text)
    assert "Tidak disebut Bab V huruf G tidak disebut" in missing
    assert "Dihitung program" not in missing


def test_differences_are_listed_and_chosen_by_what_they_are_about(director: Browser) -> None:
    page = director.get(f"{PAGE}/perbedaan").text
    assert "Semua (168)" in page
    assert len(rows_of(page)) == 1 + 168
    targets = rows_of(director.get(f"{PAGE}/perbedaan?hal=target").text)
    assert len(targets) == 1 + 9
    assert targets[-1][1:] == ["Target 2026", "Bab III tabel 2 nomor 7 20 Bab V huruf G B.2 4"]
    assert "Matriks menghitung tahun 1 sampai 5" in page


def test_what_is_not_there_or_not_this_offices_is_not_found(director: Browser, campus: Journal) -> None:
    for address in ("/sasaran/naskah/kecamatan", f"{PAGE}/butir/lain", "/sasaran/naskah/..%2fprofiles%2fbiro"):
        assert director.get(address).status_code == 404
    assert Browser(director.client.application).get(PAGE).status_code in (302, 303, 401)


def test_the_paper_is_the_matrix_of_the_source(director: Browser, tmp_path: Path) -> None:
    answer = director.post(f"{PAGE}/cetak", {})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = text_of(answer.data, tmp_path)
    for words in (
        "HK.01.07/MENKES/1451/2022",
        "Standar Kompetensi Lulusan",
        "1:16",
        "2-5",
        "12,5",
        "Perbedaan antara bagian",
    ):
        assert words in text
    assert page_size(answer.data, tmp_path) == (330, 215)

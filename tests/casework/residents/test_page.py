"""The page of the reference: a list from the upload to its end, for the administrator only."""

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.casework.residents.reference import FILE
from app.platform.people.access_log import access_lines
from sync.journal import Journal
from tests.casework.residents.lists import finished, resident, take_in, to_csv
from tests.platform.people import KRAI, PIN, Browser, enter

NIK = "3508991708800001"
PAGE = "/acuan-penduduk"


@pytest.fixture
def ratna(web: Flask) -> Browser:
    return Browser(web, "ratna")


def text(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def upload(browser: Browser, content: bytes, **typed: str) -> TestResponse:
    form = {"as_of": "20022026", "village": KRAI, "file": (io.BytesIO(content), "penduduk.csv"), **typed}
    return browser.post(PAGE, form, content_type="multipart/form-data")


def test_a_list_from_its_upload_to_its_end(ratna: Browser, journal: Journal, tmp_path: Path) -> None:
    assert "Belum ada acuan" in text(ratna.get(PAGE))
    assert upload(ratna, to_csv([resident(NIK, "Slamet"), resident("12", "Tanpa")])).status_code == 303
    finished()
    page = text(ratna.get(PAGE))
    assert "Hasil pembacaan, belum dipakai" in page
    assert "NIK 2 angka" in page
    assert "Krai 1 orang belum ada" in page
    assert not (tmp_path / FILE).exists()
    assert ratna.post(f"{PAGE}/pakai").status_code == 303
    page = text(ratna.get(PAGE))
    assert "Krai 20 Februari 2026" in page
    assert "memasukkan 1 penduduk, data per 20 Februari 2026" in page
    assert NIK not in page, "nobody is listed"

    refused = ratna.post(f"{PAGE}/musnahkan", {"reason": "", "pin": PIN})
    assert refused.status_code == 422
    wrong = ratna.post(f"{PAGE}/musnahkan", {"reason": "Perjanjian berakhir", "pin": "111222"})
    assert wrong.status_code == 422
    assert 'value="Perjanjian berakhir"' in wrong.get_data(as_text=True), "nothing typed is lost"
    assert (tmp_path / FILE).exists()
    assert ratna.post(f"{PAGE}/musnahkan", {"reason": "Perjanjian berakhir", "pin": PIN}).status_code == 303
    assert not (tmp_path / FILE).exists()
    assert "Alasan: Perjanjian berakhir" in text(ratna.get(PAGE))
    acts = [line.action for _, line in access_lines(journal.db) if line.action.startswith("residents.")]
    assert acts == ["residents.destroyed", "residents.loaded", "residents.upload"]


def test_nothing_is_begun_without_a_file_and_a_day_and_what_is_no_list_says_so(ratna: Browser) -> None:
    page = upload(ratna, to_csv([resident(NIK, "Slamet")]), as_of="")
    assert page.status_code == 422
    assert "Tulis tanggal data itu" in text(page)
    assert "Pilih dokumennya dulu" in text(ratna.post(PAGE, {"as_of": "20022026", "village": ""}))
    assert upload(ratna, b"%PDF-1.7").status_code == 303
    finished()
    assert "Ini dokumen PDF" in text(ratna.get(PAGE))


def test_a_list_that_a_colleague_looks_at_is_not_replaced(web: Flask, journal: Journal, ratna: Browser) -> None:
    """What would be refused stands greyed with its reason, until the colleague has done with his list."""
    enter(journal, {"tari": {"name": "Tari Lestari", "roles": ["admin"]}})
    tari = Browser(web, "tari")
    upload(ratna, to_csv([resident(NIK, "Slamet")]))
    finished()
    assert "Sudah ada daftar penduduk yang sedang dibaca" in text(tari.get(PAGE))
    assert upload(tari, to_csv([resident(NIK, "Slamet")])).status_code == 409
    ratna.post(f"{PAGE}/buang")
    assert "Sudah ada daftar penduduk yang sedang dibaca" not in text(tari.get(PAGE))
    assert upload(tari, to_csv([resident(NIK, "Slamet")])).status_code == 303
    finished()


def test_thrown_away_before_it_is_used(ratna: Browser, tmp_path: Path) -> None:
    upload(ratna, to_csv([resident(NIK, "Slamet")]))
    finished()
    assert ratna.post(f"{PAGE}/buang").status_code == 303
    assert "belum dipakai" not in text(ratna.get(PAGE))
    assert not (tmp_path / "kerja").exists()
    assert ratna.post(f"{PAGE}/pakai").status_code == 409


@pytest.mark.parametrize("username", ["sari", "oki", "budi", "camat", "ida", "desi"])
def test_nobody_else_sees_or_does_anything_here(web: Flask, journal: Journal, username: str) -> None:
    take_in(journal, to_csv([resident(NIK, "Slamet")]), village=KRAI)
    browser = Browser(web, username)
    assert browser.get(PAGE).status_code == 403
    for deed in ("", "/pakai", "/buang", "/musnahkan"):
        assert browser.post(PAGE + deed, {"reason": "x", "pin": PIN}).status_code == 403, deed


def test_a_number_of_the_reference_is_found_by_no_search(web: Flask, journal: Journal) -> None:
    take_in(journal, to_csv([resident(NIK, "Slamet Tetangga")]), village=KRAI)
    sari = Browser(web, "sari")
    for words in (NIK, "Slamet Tetangga"):
        answer = sari.post("/cari", {"q": words}, follow_redirects=True)
        assert "SLAMET TETANGGA" not in answer.get_data(as_text=True).upper().replace(words.upper(), "")

"""Bad input at the pages: each gets a sentence at its place, and nothing that was typed is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.centre.offices import STICK_FOLDER
from sync import enrolment
from sync.nodes import read_peers
from sync.runs import write_stick
from tests.browser import audit, sign_in
from tests.browser.job.stage import Stage
from tests.proof.pair import OFFICE, pair

pytestmark = pytest.mark.browser
NIK = "3508995708900011"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Both sides; the centre answers only where a test starts it."""
    made = Stage(tmp_path)
    yield made
    made.close()


def begin(page: Page, stage: Stage) -> None:
    """The counter clerk begins an application."""
    sign_in(page, stage.office, "retno")
    page.fill("#kunci", NIK)
    with page.expect_navigation():
        page.press("#kunci", "Enter")


def leave(page: Page, name: str, text: str) -> None:
    """Type into a field and leave it; the answer is there afterwards."""
    page.fill(f"#{name}", text)
    with page.expect_response("**/isian"):
        page.press(f"#{name}", "Tab")


def test_a_wrong_nik_and_an_impossible_date_are_told_where_they_stand(page: Page, stage: Stage) -> None:
    begin(page, stage)
    leave(page, "full_name", "SITI RAHMAWATI")
    leave(page, "birth_on", "31022009")
    page.wait_for_selector("#birth_on-told:has-text('31 Februari')")
    leave(page, "nik", "35089957089")
    page.wait_for_selector("#nik-told .error")
    with page.expect_navigation():
        page.click("text=Daftarkan dan cetak tanda terima")
    page.wait_for_selector(".error-summary:focus")
    assert "16 angka" in page.inner_text("#nik-told")
    assert "31 Februari" in page.inner_text(".error-summary")
    typed = [page.input_value(f"#{name}") for name in ("nik", "full_name", "birth_on")]
    assert typed == ["35089957089", "SITI RAHMAWATI", "31022009"]
    assert audit(page) == []


def test_five_megabytes_in_a_name(page: Page, stage: Stage) -> None:
    begin(page, stage)
    leave(page, "birth_place", "LUMAJANG")
    page.evaluate("() => { document.getElementById('full_name').value = 'A'.repeat(5_000_000) }")
    with page.expect_response("**/isian") as answer:
        page.dispatch_event("#full_name", "change")
    assert answer.value.status == 413
    page.wait_for_selector("#alerts:has-text('terlalu besar')")
    assert page.input_value("#birth_place") == "LUMAJANG"
    leave(page, "full_name", "SITI RAHMAWATI")
    page.wait_for_selector("#alerts:not(:has(*))", state="attached")
    page.reload()
    assert [page.input_value(f"#{name}") for name in ("full_name", "birth_place")] == [
        "SITI RAHMAWATI",
        "LUMAJANG",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [("foto.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 2000), ("kosong.csv", b""), ("a.xlsx", b"PK")],
)
def test_a_wrong_file_for_the_import(page: Page, stage: Stage, name: str, content: bytes) -> None:
    sign_in(page, stage.office, "agung", "/impor")
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.click("text=Periksa dokumen")
    page.wait_for_selector("text=Dokumen ini tidak dapat diimpor")
    assert len(page.inner_text("main .note.is-bad").splitlines()) >= 2
    assert stage.pair.office.db.one("SELECT count(*) FROM case_file") == (0,)


def test_a_file_of_another_office_and_one_sealed_on(page: Page, stage: Stage, tmp_path: Path) -> None:
    here, elsewhere = stage.folder / "kantor" / STICK_FOLDER, pair(tmp_path / "lain")
    here.mkdir(parents=True, exist_ok=True)
    report = write_stick(elsewhere.centre, read_peers(elsewhere.centre.db)[0], here, stage.pair.now)
    (here / report.names[0]).rename(here / "lain.loket")
    inside = elsewhere.office.keys.open((here / "lain.loket").read_bytes())
    (here / "terus.loket").write_bytes(stage.pair.office.keys.public.seal(inside))
    elsewhere.close()
    sign_in(page, stage.office, "fajar", "/jalan/")
    page.click("text=Baca jawaban dari flashdisk")
    told = page.inner_text("#told")
    assert "1 dokumen untuk kantor lain dilewati" in told
    assert "terus.loket: " in told
    assert "Isinya tidak dipakai" in told
    assert audit(page) == []


def test_an_expired_code(page: Page, stage: Stage) -> None:
    stage.start_centre()
    road = stage.pair.centre
    address = f"127.0.0.1:{stage.port}"
    code = enrolment.issue_code(road, OFFICE, "Yosowilangun", address=address, actor="yuni", now=stage.pair.now)
    stage.pair.later(days=8)
    sign_in(page, stage.office, "wiji", "/jalan/")
    page.click("summary:has-text('Daftarkan lagi')")
    page.fill("#code", code.text())
    page.click("main details button.btn-main")
    page.wait_for_selector(".error-summary:focus")
    assert "sudah lewat masa berlakunya" in page.inner_text(".error-summary")
    assert page.input_value("#code") == code.text()
    assert audit(page) == []

"""Impor register in the browser: upload, look, correct columns, load, fetch what was rejected."""

import io
import re
import threading
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from app import compose
from app.casework.importing import service as loading
from app.casework.importing.spreadsheet import MAX_BYTES
from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import Shell, WebRoom
from app.services.ktp.views import ROOM as KTP
from app.services.ktp.views import register_import
from schema.database import SqliteDatabase
from sync.journal import Journal
from tests.casework.importing.books import HEAD, TITLES, line, man, register, workbook
from tests.platform.office.adopting import put_in_force
from tests.platform.people import PIN, Browser

LINES = (
    line(desa="Krai"),
    line(no=2, desa="Krai"),
    man(3, nama="", desa="Krai"),
    man(4, desa="Ds. Munder", ket="diambil"),
)


@pytest.fixture
def journal(office_db: SqliteDatabase) -> Journal:
    found = compose.journal("office", office_db)
    put_in_force(found, on=date(2026, 1, 1))
    return found


@pytest.fixture
def rooms() -> list[WebRoom]:
    return [PEOPLE, WebRoom([register_import.pages], services=KTP.services)]


@pytest.fixture
def shell() -> Shell:
    return Shell("office", lambda db: "Kecamatan Contoh", home="people.my_page")


def upload(browser: Browser, content: bytes, name: str = "register.xlsx") -> TestResponse:
    return browser.post("/impor", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def finished() -> None:
    """Wait for the work beside the requests."""
    for thread in threading.enumerate():
        if thread.name.startswith("import-"):
            thread.join()


def begun(browser: Browser, content: bytes) -> str:
    """Upload and wait until it is read; the address of its page."""
    answer = upload(browser, content)
    assert answer.status_code == 303
    finished()
    return answer.headers["Location"]


def text(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def cases(journal: Journal) -> int:
    row = journal.db.one("SELECT count(*) FROM case_file")
    assert row is not None
    return int(row[0])


def test_an_import_from_the_file_to_the_cases(as_budi: Browser, journal: Journal) -> None:
    assert "Pilih dokumen" in text(as_budi.get("/impor"))
    where = begun(as_budi, register(*LINES))
    body = text(as_budi.get(where))
    assert "belum ada yang ditulis" in body
    assert "Sama dengan lembar JAN baris 5." in body
    assert "Tulis 2 berkas" in body
    assert cases(journal) == 0
    assert as_budi.post(f"{where}/jalankan").status_code == 303
    finished()
    assert "2 berkas baru ditulis, nomor 0001/KTP/2025 sampai 0004/KTP/2025" in text(as_budi.get(where))
    assert cases(journal) == 2
    assert journal.db.one("SELECT DISTINCT entered_by FROM case_file") == ("budi",)
    assert [action for action, _ in import_traces(journal)] == ["register.upload", "register.loaded"]


def test_the_same_file_again_is_known_line_by_line(as_budi: Browser, journal: Journal) -> None:
    as_budi.post(f"{begun(as_budi, register(*LINES))}/jalankan")
    finished()
    body = text(as_budi.get(begun(as_budi, register(*LINES))))
    assert "Sudah ada di aplikasi: berkas 0001/KTP/2025." in body
    assert "Tidak ada baris yang dapat ditulis." in body


def import_traces(journal: Journal) -> list[tuple[str, str]]:
    rest = "WHERE action LIKE 'register.%' OR action LIKE 'import.%' ORDER BY id"
    return [(action, subject) for action, subject in journal.db.run(f"SELECT action, subject FROM access_log {rest}")]


def test_rejected_lines_can_be_fetched(as_budi: Browser, journal: Journal) -> None:
    where = begun(as_budi, register(*LINES))
    for pin, sentence in (("", "Isi PIN."), ("000000", "PIN tidak cocok")):
        refused = as_budi.post(f"{where}/ditolak.xlsx", {"pin": pin})
        assert (refused.status_code, sentence in refused.text) == (422, True)
    answer = as_budi.post(f"{where}/ditolak.xlsx", {"pin": PIN})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="baris-ditolak.xlsx"'
    job = where.rstrip("/").rpartition("/")[2]
    assert import_traces(journal)[1:] == [("import.rejects", f"import/{job}")], "not where the PIN was wrong"
    sheet = load_workbook(io.BytesIO(answer.get_data()))["JAN"]
    assert [sheet.cell(row, 13).value for row in (2, 3)] == ["berulang", "ditolak"]


def test_lines_are_filtered_and_paged(as_budi: Browser) -> None:
    where = begun(as_budi, register(*(man(number, desa="Krai") for number in range(1, 61)), line(nama="")))
    first, second = (
        text(as_budi.get(f"{where}?putusan=accepted")),
        text(as_budi.get(f"{where}?putusan=accepted&hal=2")),
    )
    assert (first.count('class="tag is-good"'), second.count('class="tag is-good"')) == (50, 10)
    assert "Nama kosong." not in first
    assert "Nama kosong." in text(as_budi.get(f"{where}?putusan=refused"))
    assert as_budi.get(f"{where}?putusan=%3Cscript%3E&hal=x").status_code == 200


def test_columns_can_be_given_another_meaning(as_budi: Browser) -> None:
    head = [name if name != "DESA" else "ASAL" for name in HEAD]
    where = begun(as_budi, register(line(desa="Krai"), head=head))
    body = text(as_budi.get(where))
    assert "Belum ditemukan: Desa" in body
    fields = re.findall(r'<select id="([0-9a-f]{12}-\d+)"', body)
    meanings = [
        "number",
        "received",
        "nik",
        "kk",
        "name",
        "birth",
        "sex",
        "address",
        "village",
        "kind",
        "state",
    ]
    as_budi.post(f"{where}/kolom", dict(zip(fields, meanings, strict=True)))
    finished()
    assert "Tulis 1 berkas" in text(as_budi.get(where))
    twice = as_budi.post(f"{where}/kolom", {fields[2]: "nik", fields[3]: "nik"})
    assert (twice.status_code, "Dua kolom diberi arti yang sama: NIK." in text(twice)) == (422, True)


def test_correcting_one_layout_leaves_the_others_alone(as_budi: Browser) -> None:
    other = [*HEAD[:8], "ASAL", *HEAD[9:]]
    where = begun(as_budi, workbook({"JAN": [*TITLES, HEAD, line(desa="Krai")], "FEB": [other, man(2, desa="Krai")]}))
    body = text(as_budi.get(where))
    at = body.index("Lembar FEB")
    fields = re.findall(r'<select id="([0-9a-f]{12}-\d+)"', body[at:])
    meanings = [
        "number",
        "received",
        "nik",
        "kk",
        "name",
        "birth",
        "sex",
        "address",
        "village",
        "kind",
        "state",
    ]
    as_budi.post(f"{where}/kolom", dict(zip(fields, meanings, strict=True)))
    finished()
    assert "Tulis 2 berkas" in text(as_budi.get(where))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF-1.7", "dokumen PDF"), (b"", "Dokumen ini kosong"), (b"halo", "Tidak ada baris judul kolom")],
)
def test_a_wrong_file_is_told_on_its_page(as_budi: Browser, content: bytes, said: str) -> None:
    body = text(as_budi.get(begun(as_budi, content)))
    assert said in body
    assert "Unggah dokumen lain" in body


def test_no_file_and_far_too_large_a_file(as_budi: Browser) -> None:
    nothing = as_budi.post("/impor", {}, content_type="multipart/form-data")
    assert (nothing.status_code, "Pilih dulu dokumennya." in text(nothing)) == (422, True)
    large = as_budi.client.post(
        "/impor",
        data=b"x" * (MAX_BYTES + 2_000_000),
        headers={"X-CSRFToken": as_budi.token()},
        content_type="multipart/form-data; boundary=x",
    )
    assert large.status_code == 413


def test_progress_polls_while_loading_and_then_leads_to_the_result(
    as_budi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = begun(as_budi, register(*(man(number, desa="Krai") for number in range(1, 5))))
    half, go = threading.Event(), threading.Event()
    monkeypatch.setattr(loading, "BATCH", 2)
    monkeypatch.setattr(loading.Batches, "write_batch", stopping(loading.Batches.write_batch, half, go))
    as_budi.post(f"{where}/jalankan")
    assert half.wait(10)
    body = text(as_budi.get(f"{where}/kemajuan"))
    assert '<progress max="4" value="2"' in body
    assert 'hx-trigger="every 1s"' in body
    assert as_budi.post(f"{where}/jalankan").status_code == 409
    go.set()
    finished()
    answer = as_budi.get(f"{where}/kemajuan", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, where)
    assert as_budi.get(f"{where}/kemajuan").headers["Location"] == where, "a page of its own without script"


def stopping(write: Callable[..., None], half: threading.Event, go: threading.Event) -> Callable[..., None]:
    """The real work, held up before the second batch until the test has looked."""
    calls = 0

    def held(*args: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            half.set()
            assert go.wait(10)
        write(*args)

    return held


def test_nobody_sees_another_ones_file_and_only_some_may_import(
    as_budi: Browser, as_ratna: Browser, as_sari: Browser
) -> None:
    where = begun(as_budi, register(*LINES))
    for path in (where, f"{where}/kemajuan"):
        assert as_ratna.get(path).status_code == 404
        assert as_sari.get(path).status_code == 403
    assert as_ratna.post(f"{where}/ditolak.xlsx", {"pin": PIN}).status_code == 404
    assert as_sari.post(f"{where}/ditolak.xlsx", {"pin": PIN}).status_code == 403
    assert as_sari.get("/impor").status_code == 403
    assert upload(as_sari, register(*LINES)).status_code == 403


def test_a_file_put_aside_is_forgotten(as_budi: Browser) -> None:
    where = begun(as_budi, register(*LINES))
    assert "Masih ada unggahan Anda" in text(as_budi.get("/impor"))
    as_budi.post(f"{where}/buang")
    assert as_budi.get(where).status_code == 404
    assert "Masih ada unggahan Anda" not in text(as_budi.get("/impor"))


def test_the_page_shows_no_whole_number_of_a_person(as_budi: Browser) -> None:
    where = begun(as_budi, register(line(nama="3508995508840001", desa="Krai"), man(2, desa="Krai")))
    assert "35089955" not in text(as_budi.get(where))
    assert "35089901" not in text(as_budi.get(where))


def test_the_officer_says_what_the_silence_of_the_register_means(as_budi: Browser, journal: Journal) -> None:
    where = begun(as_budi, register(line(desa="Krai", ket=None), man(2, desa="Krai")))
    assert "1 baris tanpa keterangan <b>tetap terbuka</b>" in text(as_budi.get(where))
    as_budi.post(f"{where}/tanpa-keterangan", {"arti": "selesai"})
    finished()
    assert "1 baris tanpa keterangan <b>dianggap sudah diambil</b>" in text(as_budi.get(where))
    as_budi.post(f"{where}/jalankan")
    finished()
    assert journal.db.one("SELECT count(*) FROM case_file WHERE closed = 1") == (1,)

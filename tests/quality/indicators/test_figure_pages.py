"""The pages: who may open and send what, nothing typed is lost, evidence, lists behind figures, papers, spreadsheet."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from app.quality.indicators import queries, service
from app.quality.indicators.views import figures as figure_pages
from schema.profiles import load_profile
from tests.platform.people import Browser
from tests.platform.printing.reading import text_of
from tests.quality.indicators.conftest import Campus
from tests.quality.indicators.test_figures import COUNT, FILE, RATIO, S1, SHARE, checked, typed
from tests.world.cast import PIN
from tests.world.indicator_staff import agree_to_targets

PAGE = f"/sasaran/indikator/{SHARE}"
TEXTS = {SHARE: "90", COUNT: "38", RATIO: "1:22"}


def workbook(*, macros: bool = False) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.save(out)
    book.close()
    if macros:
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


def upload(data: bytes, name: str = "bukti.xlsx") -> dict[str, object]:
    return {"evidence": (io.BytesIO(data), name)}


ROUTES = {
    "GET /sasaran": "indicator.view",
    "GET /sasaran/capaian": "indicator.view",
    "GET /sasaran/target/2026": "indicator.view",
    f"GET {PAGE}": "indicator.view",
    "GET /sasaran/evaluasi": "indicator.view",
    "GET /sasaran/evaluasi/2026-Q2": "indicator.view",
    "POST /sasaran/unduh/2026": "indicator.view",
    f"POST {PAGE}/isi": "indicator.type",
    "POST /sasaran/indikator/angka/1/bukti": "indicator.type",
    "POST /sasaran/indikator/angka/1/periksa": "indicator.check",
    "POST /sasaran/target/2027": "indicator.target",
    "POST /sasaran/evaluasi/2026-Q2/analisis": "performance.analyse",
    "POST /sasaran/evaluasi/2026-Q2/tutup": "performance.close",
}


def test_every_route_lets_in_whom_the_profile_names_and_nobody_else(staff: dict[str, Browser], campus: Campus) -> None:
    typed(campus, "yuni", S1, numerator="9", denominator="10")
    profile, wrong = load_profile("poltekkes"), []
    assert profile.rights["performance.close"] == profile.rights["indicator.target"] == {"direktur"}
    assert load_profile("kecamatan").rights["performance.close"] == {"camat"}
    some = {name: staff[name] for name in ("laksmi", "tirta", "bagas", "yuni", "ocha")}
    for route, permission in ROUTES.items():
        method, _, path = route.partition(" ")
        for name, browser in some.items():
            answer = browser.get(path) if method == "GET" else browser.post(path, {"period": "2026-S1"})
            allowed = bool(browser.actor.roles & profile.rights[permission])
            if allowed != (answer.status_code != 403) or answer.status_code >= 500:
                wrong.append((route, name, answer.status_code))
            answer.close()
    assert wrong == []


def test_a_wrong_number_comes_back_with_everything_typed_and_a_good_one_with_its_evidence(
    staff: dict[str, Browser], campus: Campus
) -> None:
    said = {"period": "2026-S1", "numerator": "dua", "denominator": "10", "note": "Dari buku SK"}
    refused = staff["yuni"].post(f"{PAGE}/isi", said)
    assert refused.status_code == 422
    for kept in ('value="dua"', 'value="10"', "Dari buku SK", "Tulis angka"):
        assert kept in refused.text
    assert queries.find_figure(campus.db, SHARE, S1) is None
    good = {"period": "2026-S1", "numerator": "9", "denominator": "10"}
    why = {"reason": "Menurut SK yang baru"}
    strange = staff["yuni"].post(f"{PAGE}/isi", good | why | upload(b"GIF89a", "bukti.pdf"))
    assert strange.status_code == 422
    assert "Angka tersimpan, bukti belum" in strange.text
    assert "Alasan: Menurut SK yang baru" in strange.text, "a reason that was not needed is kept too"
    figure = queries.find_figure(campus.db, SHARE, S1)
    assert figure is not None
    again = f"/sasaran/indikator/angka/{figure.id}/bukti"
    assert "makro" in staff["yuni"].post(again, upload(workbook(macros=True))).text
    assert staff["yuni"].post(again, upload(b"PK\x03\x04junk")).status_code == 422
    assert staff["yuni"].post(again, upload(workbook())).status_code == 303
    page = staff["tirta"].get(f"{PAGE}?periode=2026-S1").text
    assert "bukti.xlsx" in page
    kept_file = service.evidence_of(campus.db, [figure])[0]
    shown = staff["tirta"].get(f"/lampiran/{kept_file.id}")
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert shown.data[:2] == b"PK"
    assert "Anda yang mengetiknya" not in page
    judge = f"/sasaran/indikator/angka/{figure.id}/periksa"
    assert staff["tirta"].post(judge, {"agreed": "0"}).status_code == 422, "a note is needed"
    assert staff["tirta"].post(judge, {"agreed": "1"}).status_code == 303
    assert staff["tirta"].post(judge, {"agreed": "1"}).status_code == 409, "a second press changes nothing"
    assert "9 dari 10" in staff["laksmi"].get(f"{PAGE}?periode=2026-S1").text


def test_each_role_opens_with_its_own_answer(staff: dict[str, Browser], campus: Campus) -> None:
    for key, unit in ((SHARE, "kasubbag_umum"), (COUNT, "jurusan"), (RATIO, "jurusan")):
        changes = [service.NewTarget(key, TEXTS[key], responsible=unit)]
        service.set_targets(campus.journal, campus.actor("laksmi"), year=2026, changes=changes, now=campus.clock())
    agree_to_targets(campus.journal, campus.actor("tirta"), 2026, campus.clock())
    checked(campus, typed(campus, "rahma", S1, numerator="9", denominator="10"))
    address = "/sasaran?periode=2026-S1"
    assert "1 dari 1 sasaran tercapai pada Semester I 2026." in staff["rahma"].get(address).text
    department = staff["yuni"].get(address).text
    assert "0 dari 1 sasaran tercapai pada Semester I 2026. 1 belum ada data. 1 sasaran lain baru diukur" in department
    assert "capaian menunggu diisi" in department
    assert "Persentase SK PBM yang terbit tepat waktu" not in department
    for name in ("laksmi", "tirta"):
        assert re.search(r"1 dari [0-9]{2} sasaran tercapai", staff[name].get(address).text), "the whole office"
    assert re.search(r"1 dari [0-9]{2} sasaran", staff["yuni"].get(f"{address}&lingkup=semua").text)


def test_targets_of_a_coming_year_are_set_with_a_pin(staff: dict[str, Browser], campus: Campus) -> None:
    address, field, reason = "/sasaran/target/2027", f"target-{SHARE}", f"reason-{SHARE}"
    director = staff["laksmi"]
    assert director.post(address, {field: "95"}).status_code == 422
    refused = director.post(address, {field: "80", "pin": PIN})
    assert refused.status_code == 422
    assert 'value="80"' in refused.text
    assert "lebih ringan" in refused.text
    assert director.post(address, {field: "80", reason: "Gedung rusak", "pin": PIN}).status_code == 303
    waits = director.get(address).text
    assert "Menunggu orang kedua" in waits
    assert "1 target menunggu persetujuan orang kedua." in waits
    assert "usulan dari dokumen" not in waits, "what waits is proposed by nobody's document"
    assert "Setujui 1 target" not in director.get(address).text, "not by whoever set it"
    page = staff["tirta"].get(address).text
    seen = re.search(r'name="seen" value="([0-9.]+)"', page)
    assert seen
    assert "lebih ringan" in page
    assert "Gedung rusak" in page
    back = {"seen": seen[1], "pin": PIN, "kembalikan": "ya"}
    assert staff["tirta"].post(f"{address}/setujui", back).status_code == 422, "given back with a note only"
    assert staff["tirta"].post(f"{address}/setujui", {"seen": seen[1], "pin": PIN}).status_code == 303
    assert "disetujui Tirta" in director.get(address).text
    assert 'data-label="2027">80%<' in director.get("/sasaran/target/2028").text, "beside the fields of the year after"
    assert "Gedung rusak" in director.get(address).text


def test_a_period_is_closed_on_its_page_and_printed(staff: dict[str, Browser], campus: Campus, tmp_path: Path) -> None:
    checked(campus, typed(campus, "yuni", S1, numerator="8", denominator="10"))
    address = "/sasaran/evaluasi/2026-Q2"
    assert staff["yuni"].post(f"{address}/analisis", {"text": "SK menumpuk di Mei."}).status_code == 303
    said = {"conclusion": "Tambah operator.", "what-2": "Tambah operator", "person-2": "rahma", "by_on-2": "besok lusa"}
    refused = staff["laksmi"].post(f"{address}/tutup", said | {"pin": PIN})
    assert refused.status_code == 422
    for kept in ("Tambah operator.", 'value="besok lusa"', "hari ini atau sesudahnya"):
        assert kept in refused.text
    wrong_pin = staff["laksmi"].post(f"{address}/tutup", said | {"by_on-2": "01092026", "pin": "111111"})
    assert wrong_pin.status_code == 422
    assert 'value="01092026"' in wrong_pin.text
    assert staff["laksmi"].post(f"{address}/tutup", said | {"by_on-2": "01092026", "pin": PIN}).status_code == 303
    printed = staff["yuni"].post(f"{address}/cetak")
    words = text_of(printed.data, tmp_path)
    for word in ("EVALUASI KINERJA", "SK menumpuk di Mei.", "Tambah operator", "80%", "Laksmi Ayuningtyas"):
        assert word in words, word
    annual = text_of(staff["yuni"].post("/sasaran/evaluasi/2026/cetak").data, tmp_path)
    assert "LAPORAN SASARAN MUTU" in annual
    assert "BELUM DITUTUP" in annual


def test_the_spreadsheet_holds_every_target_and_every_typed_figure(staff: dict[str, Browser], campus: Campus) -> None:
    checked(campus, typed(campus, "yuni", S1, numerator="8", denominator="10"))
    typed(campus, "yuni", S1, numerator="9", denominator="10", reason="Salah hitung")
    book = openpyxl.load_workbook(io.BytesIO(staff["yuni"].post("/sasaran/unduh/2026").data))
    targets, figures = ([list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book)
    book.close()
    assert len(targets) == 1 + len(queries.indicators_of(campus.db))
    assert [(row[4], row[5], row[7]) for row in figures[1:]] == [
        (80, "%", "Diganti"),
        (90, "%", "Menunggu pemeriksaan"),
    ]


def test_addresses_of_nothing_are_not_found(staff: dict[str, Browser]) -> None:
    for path in (
        f"/sasaran/indikator/{FILE}/tidak_ada",
        f"{PAGE}?periode=2026-Q9",
        f"{PAGE}/rincian",
        "/sasaran/evaluasi/apa",
        "/sasaran/target/1900",
    ):
        assert staff["laksmi"].get(path).status_code == 404, path


def test_a_follow_up_is_carried_out_by_whom_it_names_and_a_refused_note_stays(
    staff: dict[str, Browser], campus: Campus
) -> None:
    checked(campus, typed(campus, "yuni", S1, numerator="8", denominator="10"))
    address = "/sasaran/evaluasi/2026-Q2"
    empty = staff["yuni"].post(f"{address}/analisis", {"text": " "})
    assert empty.status_code == 422
    assert "Tulis analisisnya." in empty.text
    assert staff["yuni"].post(f"{address}/analisis", {"text": "SK menumpuk."}).status_code == 303
    said = {"conclusion": "Tambah operator.", "what-1": "Tambah operator", "person-1": "rahma", "by_on-1": "01092026"}
    assert staff["laksmi"].post(f"{address}/tutup", said | {"pin": PIN}).status_code == 303
    done = f"{address}/tindak-lanjut/1"
    assert staff["laksmi"].post(done, {"note": "Selesai"}).status_code == 409, "not her task"
    assert "Tulis apa yang sudah dikerjakan." in staff["rahma"].post(done, {"note": ""}).text
    lengthy = staff["rahma"].post(done, {"note": "n" * 501})
    assert lengthy.status_code == 422
    assert f'value="{"n" * 501}"' in lengthy.text
    assert staff["rahma"].post(done, {"note": "Operator masuk"}).status_code == 303
    assert "Operator masuk" in staff["laksmi"].get(address).text


def test_a_check_without_an_answer_gives_nothing_back(staff: dict[str, Browser], campus: Campus) -> None:
    figure = typed(campus, "yuni", S1, numerator="9", denominator="10")
    got = staff["tirta"].post(f"/sasaran/indikator/angka/{figure}/periksa", {"check_note": "Dilihat"})
    assert got.status_code == 422
    assert "Pilih salah satu." in got.text
    assert queries.load_figure(campus.db, figure).state == "waiting"


def test_a_figure_is_kept_without_its_evidence_and_evidence_is_a_file(
    staff: dict[str, Browser], campus: Campus
) -> None:
    typed = staff["yuni"].post(f"{PAGE}/isi", {"period": "2026-S1", "numerator": "9", "denominator": "10"})
    assert typed.status_code == 303
    assert "Angka tersimpan. Unggah buktinya" in staff["yuni"].get(typed.location).text
    figure = queries.find_figure(campus.db, SHARE, S1)
    assert figure is not None
    without = staff["yuni"].post(f"/sasaran/indikator/angka/{figure.id}/bukti", {})
    assert (without.status_code, service.evidence_of(campus.db, [figure])) == (422, [])


def test_a_list_of_figures_is_a_file_and_not_too_large(
    staff: dict[str, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    for sent in ({}, {"file": (io.BytesIO(b"x"), "")}):
        assert "Pilih" in staff["yuni"].post("/sasaran/unggah", sent).text
    monkeypatch.setattr(figure_pages, "MAX_BYTES", 100)
    for size, large in ((100, False), (101, True)):
        sent = {"file": (io.BytesIO(b"x" * size), "angka.csv")}
        assert ("Dokumen lebih dari" in staff["yuni"].post("/sasaran/unggah", sent).text) is large, size

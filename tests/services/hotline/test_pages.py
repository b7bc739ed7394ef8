"""Pages of the hotline: a contact typed in one form, its complaint, the report of a day, the analysis."""

import io
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from statistics import median

import pytest
from flask import Flask
from msgspec.structs import replace
from openpyxl import load_workbook

from app.casework.desk import moving
from app.casework.desk.events import CaseAdvanced, CaseOpened
from app.casework.desk.views import lists
from app.core.clock import office_date
from app.platform.office import service as office
from app.platform.people import access_log
from app.platform.printing.papers import render_paper
from app.services.hotline import papers, queries, reports, service
from app.services.hotline.views import contacts
from schema.database import SqliteDatabase
from sync.verification import entries_in_order, verify_side
from tests.platform.files.pictures import png
from tests.platform.people import Browser
from tests.services.hotline.desk import NUMBER, QUESTION, HotlineDesk, at_office
from tests.services.hotline.test_clocks import PROCEDURE

CALL = {"question": QUESTION, "kind": "academic", "channel": "telephone", "number": "0812-0000-1234", "caller": "Wulan"}


def test_a_call_is_typed_in_one_form_and_its_number_is_masked(hotline: HotlineDesk, as_ida: Browser) -> None:
    assert "Kontak baru" in as_ida.get("/hotline").text
    wrong = as_ida.post("/hotline", CALL | {"question": " "})
    assert wrong.status_code == 422
    assert "Tulis apa yang dibutuhkan pelanggan." in wrong.text
    assert "0812-0000-1234" in wrong.text
    unread = as_ida.post("/hotline", CALL | {"number": "nol delapan", "kind": "lain"})
    assert unread.status_code == 422
    assert QUESTION in unread.text
    answer, again = as_ida.post("/hotline", CALL), as_ida.post("/hotline", CALL)
    assert answer.status_code == 303
    assert answer.location == again.location == "/berkas/1"
    shown = as_ida.get("/berkas/1").text
    assert QUESTION in shown
    assert "0812****1234" in shown
    for path in ("/berkas/1", "/hotline", "/hotline/laporan", "/hotline/analisis", "/", "/berkas", "/jatuh-tempo"):
        assert NUMBER not in as_ida.get(path).text, path
    assert NUMBER in as_ida.post("/hotline/kontak/1/nomor").text
    lines = access_log.access_lines(hotline.journal.db, subject="case/1", limit=9)
    assert [seen.action for _, seen in lines][:1] == ["case.reveal"]


def test_a_complaint_of_one_click_gives_its_code_once_and_leads_back(hotline: HotlineDesk, as_ida: Browser) -> None:
    as_ida.post("/hotline", CALL)
    receipt = as_ida.post("/hotline/kontak/1/pengaduan")
    assert receipt.location == "/pengaduan/1/tanda-terima"
    assert "001/ADUAN/2026" in as_ida.get(receipt.location).text
    assert 'href="/berkas/1">Buka kontaknya' in as_ida.get("/pengaduan/1").text
    twice = as_ida.post("/hotline/kontak/1/pengaduan")
    assert twice.status_code == 409
    assert "sudah menjadi pengaduan nomor 001/ADUAN/2026" in twice.text
    assert (
        "sarana=hotline" in as_ida.get("/pengaduan?sarana=hotline").text or "Hotline" in as_ida.get("/pengaduan").text
    )


@pytest.mark.parametrize(
    ("name", "sees", "opens"),
    [
        ("ida", True, True),
        ("budi", True, False),
        ("ratna", True, False),
        ("camat", True, False),
        ("sari", False, False),
    ],
)
def test_who_sees_and_who_types(web: Flask, hotline: HotlineDesk, name: str, sees: bool, opens: bool) -> None:
    hotline.call()
    browser = Browser(web, name)
    for path in ("/hotline", "/hotline/laporan", "/hotline/analisis"):
        assert (browser.get(path).status_code == 200) is sees, path
    assert (browser.post("/hotline", CALL).status_code == 303) is opens
    assert ("Kontak baru" in browser.get("/hotline").text) is opens
    assert (browser.post("/hotline/kontak/1/cetak/laporan").status_code == 200) is sees
    for deed, said in (("bidang", {"kind": "academic"}), ("nomor", {}), ("pengaduan", {})):
        assert (browser.post(f"/hotline/kontak/1/{deed}", said).status_code < 400) is opens, deed
    assert browser.post("/hotline/kontak/1/bidang", {"kind": "general"}).status_code == (409 if opens else 403)


def test_the_field_of_a_message_is_given_by_one_button(hotline: HotlineDesk, as_ida: Browser) -> None:
    hotline.message()
    shown = as_ida.get("/berkas/1").text
    assert [word for word in ("Umum", "Akademik") if f"Ganti bidang menjadi {word}" in shown] == ["Akademik"]
    assert as_ida.post("/hotline/kontak/1/bidang", {"kind": "academic"}).location == "/berkas/1"
    for outcome, note in (("replied", ""), ("unanswered", ""), ("to_wadir", "Belum ada.")):
        assert as_ida.post("/berkas/1/langkah", {"outcome": outcome, "note": note}).status_code == 303
    assert "Ganti bidang" not in as_ida.get("/berkas/1").text


def test_the_sheet_is_signed_by_whoever_wrote_the_instruction(hotline: HotlineDesk, as_ida: Browser) -> None:
    """Of several posts that may, as the three Wadir of a polytechnic, none is named before one of them wrote."""
    case_id, db = hotline.reported("academic"), hotline.journal.db
    several, now = replace(PROCEDURE.actors[2], label="Wadir", roles=("kabag", "wadir")), hotline.clock()

    def leader(action: str = "", by: str = "") -> tuple[str, str]:
        told = queries.Moved(now, action, "instruct_wadir", "answer", by, "Ya.") if action else None
        found = papers.leading_official(db, several, told, now)
        return found.name, found.post

    assert leader() == ("", "Wadir")
    assert leader("instructed_by_word", "ida") == ("", "Wadir")
    assert [leader("instructed", one)[0] for one in ("budi", "ratna")] == ["Budi Santoso", "Ratna Puspita"]
    hotline.go(case_id, "instructed", "ratna", note="Ya.")
    contact = queries.get_contact(db, case_id)
    sheet = papers.information_sheet(db, contact, "information_sheet", as_ida.actor, now)
    assert (sheet.maker.name, sheet.addressee) == ("Ratna Puspita", "Petugas Layanan Informasi")


def live_a_day(hotline: HotlineDesk) -> None:
    """Monday 6 April 2026: six contacts, of every channel and with every end."""
    hotline.clock.at = at_office("2026-04-06 08.00")
    for n, kind in enumerate(("general", "academic", "general")):
        case_id = hotline.call(kind, channel="visit" if n else "telephone", question=f"Jadwal wisuda gelombang {n}?").id
        hotline.clock.forward(seconds=20 + 20 * n)
        hotline.go(case_id, "answered_desk", note="Sabtu depan.")
    reported = hotline.reported("student_finance")
    hotline.clock.forward(minutes=45)
    ratna, now = hotline.who("ratna"), hotline.clock()
    moving.take_step(hotline.journal, ratna, case_id=reported, now=now)
    hotline.go(reported, "instructed_by_word", note="Lewat bank.", said_by="ratna")
    hotline.clock.forward(minutes=5)
    hotline.go(reported, "answered", note="Sudah.")
    hotline.message("081200009999", "Jadwal wisuda kapan?")
    case_id = hotline.call(question="Petugas kasar").id
    service.make_complaint(hotline.journal, hotline.who("ida"), case_id=case_id, now=hotline.clock())


def test_the_report_of_a_day_says_what_the_journal_says(hotline: HotlineDesk, web: Flask, tmp_path: Path) -> None:
    live_a_day(hotline)
    as_ida = Browser(web, "ida")
    report = reports.analyse(hotline.journal.db, date(2026, 4, 6), date(2026, 4, 6))
    entries = [entry for entry in entries_in_order(hotline.journal) if office_date(entry.at) == date(2026, 4, 6)]
    opened = [entry.body for entry in entries if isinstance(entry.body, CaseOpened)]
    ended = Counter(
        entry.body.outcome for entry in entries if isinstance(entry.body, CaseAdvanced) and entry.body.closed
    )
    assert len(report.contacts) == len(opened) == 6
    assert {kind.label: kind.number for kind in report.kinds} == {"Umum": 4, "Akademik": 1, "Mahasiswa dan keuangan": 1}
    assert Counter(opened_case.kind for opened_case in opened) == {"general": 4, "academic": 1, "student_finance": 1}
    channels = Counter(case.fields["channel"] for case in opened)
    assert [channel.number for channel in report.channels] == [
        channels["telephone"],
        channels["sms"],
        channels["visit"],
    ]
    assert {fate.label: fate.number for fate in report.fates} == {
        "Terjawab dari desk information": ended["answered_desk"],
        "Terjawab sesuai instruksi": ended["answered"],
        "Menjadi pengaduan": ended["complaint"],
        "Tidak dapat dihubungi": 0,
        "Belum selesai": len(opened) - sum(ended.values()),
    }
    page = as_ida.get("/hotline/laporan?tanggal=2026-04-06").text
    assert "<b>6</b>" in page
    assert "Nihil" in as_ida.get("/hotline/laporan?tanggal=2026-04-05").text
    assert "Nihil" in as_ida.get("/hotline/laporan?tanggal=5/4/26").text
    unread = as_ida.get("/hotline/laporan?tanggal=omong")
    assert (unread.status_code, "Ketik hari, bulan, tahun, misalnya 17-08-1990." in unread.text) == (422, True)
    assert verify_side(hotline.journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_the_analysis_counts_words_and_working_time(hotline: HotlineDesk, web: Flask) -> None:
    live_a_day(hotline)
    as_ida = Browser(web, "ida")
    found = reports.analyse(hotline.journal.db, date(2026, 4, 1), date(2026, 4, 30))
    words = {word.label: word.number for word in found.words}
    assert (words["wisuda"], words["jadwal"], words["petugas"]) == (4, 4, 1)
    assert not {"kapan", "di", "yang"} & set(words)
    times = {time.title: time for time in found.times}
    desk = times["Dicari di desk information"]
    assert (desk.standard, desk.number, desk.median, desk.within) == ("30 detik", 5, median([20, 40, 60, 0, 0]), 3)
    leader = times["Menunggu instruksi Wadir"]
    assert (leader.standard, leader.number, leader.median) == ("30 sampai 240 menit kerja", 1, 45 * 60)
    whole = times["Seluruhnya"]
    assert (whole.standard, whole.number, whole.within) == ("24 jam kerja", 5, 5)
    chosen = ["hotline/whole/service_day"]
    office.set_readings(hotline.journal, hotline.who("ratna"), chosen=chosen, now=hotline.clock())
    again = reports.analyse(hotline.journal.db, date(2026, 4, 1), date(2026, 4, 30)).times[-1]
    assert (again.standard, again.within) == ("1 hari kerja", 5)
    book = as_ida.post("/hotline/analisis/unduh", {"dari": "2026-04-01", "sampai": "2026-04-30"})
    assert book.status_code == 200, book.text[:3000]
    sheets = load_workbook(io.BytesIO(book.data))
    assert sheets.sheetnames == ["Kebutuhan", "Bidang", "Sarana", "Hasil", "Kata", "Waktu"]
    rows = list(sheets["Kebutuhan"].iter_rows(values_only=True))
    assert len(rows) == 7
    assert not any(NUMBER in str(cell) for row in rows for cell in row)
    assert isinstance(rows[1][1], datetime)


def test_the_picture_of_a_message_is_kept_and_printed(hotline: HotlineDesk, as_ida: Browser, web: Flask) -> None:
    case_id = hotline.reported()
    hotline.clock.forward(seconds=1)
    bad = as_ida.post(f"/hotline/kontak/{case_id}/gambar", {"picture": (io.BytesIO(b"<script>"), "sms.png")})
    assert bad.status_code == 422
    good = as_ida.post(f"/hotline/kontak/{case_id}/gambar", {"picture": (io.BytesIO(png(90, 160)), "sms.png")})
    assert good.status_code == 303
    assert 'src="/lampiran/1"' in as_ida.get(f"/berkas/{case_id}").text
    assert as_ida.get("/lampiran/1").mimetype == "image/png"
    contact = queries.get_contact(hotline.journal.db, case_id)
    sheet = papers.information_sheet(hotline.journal.db, contact, "information_request", as_ida.actor, hotline.clock())
    assert len(sheet.charts) == 1
    assert len(render_paper("information_request", sheet)) > len(
        render_paper("information_request", replace(sheet, charts=()))
    )
    assert Browser(web, "sari").post(f"/hotline/kontak/{case_id}/gambar").status_code == 403


def test_the_office_chooses_how_it_reads_24_hours_on_its_settings(hotline: HotlineDesk, web: Flask) -> None:
    ratna = Browser(web, "ratna")
    assert "Hotline, Penyelesaian 24 jam: Satu hari pelayanan" in ratna.get("/pengaturan/").text
    assert ratna.post("/pengaturan/bacaan", {"chosen": "hotline/whole/lain"}).status_code == 422
    assert ratna.post("/pengaturan/bacaan", {"chosen": "hotline/whole/service_day"}).status_code == 303
    assert hotline.deadline(hotline.call().id, "whole").due == "2026-03-13"
    assert Browser(web, "ida").post("/pengaturan/bacaan", {"chosen": ""}).status_code == 403


def test_search_register_and_due_list_know_contacts(hotline: HotlineDesk, as_ida: Browser, web: Flask) -> None:
    hotline.reported()
    found = as_ida.post("/cari", {"q": "0812 0000 1234"}, follow_redirects=True).text
    assert "0001/HLS/2026" in found
    assert NUMBER not in found
    register = as_ida.get("/register?layanan=hotline&bulan=2026-03").text
    assert "0001/HLS/2026" in register
    assert NUMBER not in register
    desk = Browser(web, "budi").get("/").text
    assert "Menunggu instruksi Kabag" in desk
    assert "Belum mulai" not in desk
    due = as_ida.get("/jatuh-tempo").text
    assert "Instruksi Kabag" in due
    assert "Penyelesaian 24 jam" in due


def test_an_office_without_the_procedure_says_so(office_db: SqliteDatabase, web: Flask) -> None:
    with office_db.applying(), office_db.writing():
        office_db.run("DELETE FROM standard WHERE service = 'hotline'")
    ida = Browser(web, "ida")
    for path in ("/hotline", "/hotline/laporan", "/hotline/analisis"):
        page = ida.get(path)
        assert page.status_code == 200, path
        assert "Prosedur hotline belum berlaku" in page.text
    assert "Kontak hotline</a>" not in ida.get("/").text


def test_open_contacts_and_their_limits_page_on(
    hotline: HotlineDesk, as_ida: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every contact that is not finished is on one page or another, every limit that runs too."""
    monkeypatch.setattr(contacts, "PER_PAGE", 2)
    monkeypatch.setattr(lists, "PER_PAGE", 2)
    made = [f"Pertanyaan nomor {n}" for n in range(3)]
    for question in made:
        hotline.call(question=question)
    pages = [as_ida.get(f"/hotline?hal={n}").text for n in (1, 2)]
    assert [[one for one in made if one in page] for page in pages] == [made[:2], made[2:]]
    assert ["Berikutnya" in page for page in pages] == [True, False]
    running = as_ida.get("/jatuh-tempo?batas=99").text
    last = int(re.search(r"Halaman (\d+)</b>", running)[1])
    rows = [
        len(re.findall(r"<td data-label=\"Batas\">", as_ida.get(f"/jatuh-tempo?batas={n}").text))
        for n in range(1, last + 1)
    ]
    assert rows[:-1] == [2] * (last - 1)
    held = hotline.journal.db.one(
        "SELECT count(*) FROM deadline WHERE stopped = '' AND void = 0 AND limit_id <> 'promise'"
    )
    assert held is not None
    assert sum(rows) == held[0]

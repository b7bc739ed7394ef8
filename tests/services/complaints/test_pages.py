"""Pages of the book: who may open and do what, words that never change, nothing that deletes."""

import ast
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.quality.capa import service
from app.services.complaints.service import pause_clock
from tests.platform.files.pictures import png
from tests.platform.people import MUNDER, Browser
from tests.platform.web.walking import every_rule
from tests.quality.quarter.recaps import go
from tests.rules.source import modules, nodes
from tests.services.complaints.desk import BookDesk
from tests.services.complaints.lines import do

PNG = png(30, 40)
CODE = r"class=\"code\">[0-9A-Z]{4}-[0-9A-Z]{4}<"
PAGES = (
    "/pengaduan",
    "/pengaduan/1",
    "/pengaduan/tulis",
    "/pengaduan/1/tanda-terima",
    "/kotak-saran",
    "/ltpp",
    "/ltpp/1",
    "/ltpp/baru",
    "/rekap",
    "/rekap/2026-Q1",
    "/papan-pengumuman",
    "/pengaturan/pengaduan",
)


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


@pytest.fixture
def line(book: BookDesk) -> int:
    """A line with a name and an LTPP."""
    written = book.write(name="Tumini Rahasia", contact="081234567890", area=MUNDER)
    service.open_report(
        book.journal,
        book.who("ida"),
        source="complaint",
        problem="Antrean",
        now=book.clock(),
        complaint_ids=[written.id],
    )
    return written.id


# -- who may ------------------------------------------------------------------------------------------------------


def test_a_village_clerk_sees_nothing_of_it(as_desi: Browser, line: int) -> None:
    assert {path: as_desi.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 403)
    rail = text(as_desi, "/")
    assert "Buku pengaduan" not in rail
    assert "Rekap triwulan" not in rail


def test_whoever_is_not_signed_in_is_led_to_the_door(warga: Browser, line: int) -> None:
    for path in PAGES:
        assert warga.get(path).headers["Location"].startswith("/masuk")


def test_every_page_opens_for_its_roles_and_shows_no_name(web: Flask, line: int) -> None:
    for username in ("ida", "budi", "ratna", "camat", "sari", "oki"):
        browser = Browser(web, username)
        for path in (
            "/pengaduan",
            "/pengaduan/1",
            "/kotak-saran",
            "/ltpp",
            "/ltpp/1",
            "/rekap",
            "/papan-pengumuman",
            "/",
        ):
            answer = browser.get(path)
            assert answer.status_code == 200, (username, path)
            assert "Tumini" not in answer.get_data(as_text=True)
            assert "081234567890" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("username", "status"), [("ida", 200), ("camat", 200), ("budi", 403), ("ratna", 403), ("sari", 403)]
)
def test_identity_is_shown_to_two_roles_and_logged(
    web: Flask, book: BookDesk, line: int, username: str, status: int
) -> None:
    answer = Browser(web, username).post(f"/pengaduan/{line}/pengadu")
    assert answer.status_code == status
    assert ("Tumini Rahasia" in answer.get_data(as_text=True)) == (status == 200)
    shown = Browser(web, username).post("/pengaduan/cetak", {}).status_code == 200 and status == 200
    logged = list(book.journal.db.run("SELECT address FROM access_log WHERE action = 'complaint.identity'"))
    assert logged == [("127.0.0.1",)] * (int(status == 200) + int(shown)), "on the page and on the paper"


@pytest.mark.parametrize(
    ("username", "status"), [("budi", 303), ("ida", 403), ("ratna", 403), ("camat", 403), ("sari", 403)]
)
def test_only_a_kasi_writes_the_follow_up(web: Flask, book: BookDesk, line: int, username: str, status: int) -> None:
    answer = Browser(web, username).post(f"/pengaduan/{line}/tindak-lanjut", {"text": "Sudah diperiksa"})
    assert answer.status_code == status
    assert book.row_of(line).state == ("followed" if status == 303 else "open")


@pytest.mark.parametrize(("username", "asked"), [("ida", True), ("ratna", False), ("sari", False)])
def test_whether_the_answer_came_out_is_asked_of_who_prints_it(
    web: Flask, book: BookDesk, username: str, asked: bool
) -> None:
    written = book.write()
    book.follow(written)
    book.answer(written)
    browser = Browser(web, username)
    assert ('value="answer_letter"' in text(browser, f"/pengaduan/{written.id}")) is asked
    assert (browser.post(f"/pengaduan/{written.id}/cetak/surat").status_code == 200) is asked


def test_a_kasi_of_another_section_is_refused(as_ratna: Browser, as_budi: Browser, book: BookDesk, line: int) -> None:
    data = {"code": "pelayanan", "name": "Seksi Pelayanan Umum", "head": "tono"}
    assert as_ratna.post("/pengaturan/pengaduan/seksi", data).status_code == 422
    book.other_kasi("tono")
    assert as_ratna.post("/pengaturan/pengaduan/seksi", data).status_code == 303
    assert as_budi.post(f"/pengaduan/{line}/tindak-lanjut", {"text": "Sudah"}).status_code == 403
    assert "Tindak lanjuti" not in text(as_budi, "/")


# -- the way of a line --------------------------------------------------------------------------------------------


def test_a_line_from_writing_to_settled_and_open_again(as_ida: Browser, as_budi: Browser, book: BookDesk) -> None:
    answer = as_ida.post(
        "/pengaduan/tulis",
        {
            "words": "Loket tutup jam dua.",
            "channel": "telephone",
            "type": "complaint",
            "category": "schedule",
            "weight": "light",
            "sex": "",
            "name": "Tumini",
        },
    )
    assert answer.headers["Location"] == "/pengaduan/1/tanda-terima"
    assert re.search(CODE, text(as_ida, "/pengaduan/1/tanda-terima"))
    for browser, deed, data in (
        (as_ida, "jawaban-pertama", {"text": "Sudah diterima."}),
        (as_budi, "tindak-lanjut", {"text": "Jam layanan dipasang di pintu."}),
        (as_ida, "jawaban", {"text": "Loket buka sampai jam tiga."}),
        (as_ida, "kepuasan", {"satisfied": "1", "text": "Terima kasih"}),
        (as_budi, "selesai", {}),
        (as_ida, "buka-kembali", {"reason": "Masih tutup jam dua"}),
    ):
        assert browser.post(f"/pengaduan/1/{deed}", data).status_code == 303, deed
    row = book.row_of(1)
    assert (row.state, row.reopened, row.words) == ("followed", 1, "Loket tutup jam dua.")
    assert "Dibuka kembali: Masih tutup jam dua" in text(as_ida, "/pengaduan/1")


def test_what_is_refused_comes_back_with_what_was_typed(as_ida: Browser, as_budi: Browser, line: int) -> None:
    long = "Kata yang panjang " * 300
    answer = as_budi.post(f"/pengaduan/{line}/tindak-lanjut", {"text": long})
    assert answer.status_code == 422
    assert long.strip() in answer.get_data(as_text=True)
    closing = as_budi.post(f"/pengaduan/{line}/selesai")
    assert closing.status_code == 409
    assert "tindak lanjut masih kosong" in closing.get_data(as_text=True)
    assert as_ida.post("/pengaduan/tulis", {"words": " "}).status_code == 422


def test_a_column_is_struck_with_initials_and_stays_readable(as_budi: Browser, as_ida: Browser, line: int) -> None:
    as_budi.post(f"/pengaduan/{line}/tindak-lanjut", {"text": "Salah kolom"})
    assert as_budi.post(f"/pengaduan/{line}/coret/1", {"reason": ""}).status_code == 422
    assert as_budi.post(f"/pengaduan/{line}/coret/1", {"reason": "baris lain"}).status_code == 303
    page = text(as_ida, f"/pengaduan/{line}")
    assert "<del>Salah kolom</del>" in page
    assert "baris lain" in page
    assert ">BS<" in page


def test_class_route_pause_link_and_scan(as_ida: Browser, as_budi: Browser, book: BookDesk, line: int) -> None:
    other = book.write("Sama, antre lama.")
    posts: tuple[tuple[Browser, str, dict[str, Any]], ...] = (
        (
            as_ida,
            "golongan",
            {"type": "complaint", "category": "speed", "weight": "heavy", "handling": "field"},
        ),
        (as_ida, "teruskan", {"section": "umum", "reason": "Urusan ruang tunggu"}),
        (as_budi, "jeda", {"reason": "field", "text": "Menunggu tukang"}),
        (as_budi, "lanjutkan", {}),
        (as_ida, "terkait", {"number": other.number}),
        (as_ida, "pindaian", {"scan": (io.BytesIO(PNG), "a.png")}),
    )
    for browser, deed, data in posts:
        assert browser.post(f"/pengaduan/{line}/{deed}", data).status_code == 303, deed
    row = book.row_of(line)
    assert (row.section, row.weight, row.handling) == ("umum", "heavy", "field")
    assert other.number in text(as_ida, f"/pengaduan/{line}")
    scan = as_ida.post(f"/pengaduan/{line}/pindaian/1")
    assert scan.get_data() == PNG
    assert scan.headers["Content-Disposition"].startswith("attachment")
    assert as_budi.post(f"/pengaduan/{line}/pindaian/1").status_code == 200
    assert as_ida.post(f"/pengaduan/{line}/pindaian", {"scan": (io.BytesIO(b"<svg>"), "a.svg")}).status_code == 422


# -- nothing deletes ----------------------------------------------------------------------------------------------

FORBIDDEN = re.compile(r"delete|hapus|remove|erase|destroy|drop", re.IGNORECASE)


def test_no_route_of_this_room_deletes(web: Flask, kiosk: Flask) -> None:
    rooms = ("complaints", "box", "capa", "recap", "board", "complaint_settings", "kiosk")
    rules = [rule for app in (web, kiosk) for rule in every_rule(app) if rule.endpoint.split(".")[0] in rooms]
    assert len(rules) > 40
    assert [rule.rule for rule in rules if FORBIDDEN.search(rule.rule) or FORBIDDEN.search(rule.endpoint)] == []
    assert {method for rule in rules for method in rule.methods or ()} <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_no_function_and_no_statement_of_this_room_deletes() -> None:
    """The masked words of a line whose retention is over are a copy of what goes: they go along."""
    found = []
    copies = "DELETE FROM complaint_masked "
    for path in modules("app/services/complaints/"):
        for node in nodes(path):
            name = getattr(node, "name", None) or getattr(node, "attr", None) or ""
            if isinstance(node, ast.FunctionDef | ast.Attribute) and FORBIDDEN.search(str(name)):
                found.append(f"{path}: {name}")
            text = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and "DELETE FROM" in text.upper() and not text.startswith(copies):
                found.append(f"{path}: {text[:60]}")
    assert found == []


@pytest.mark.parametrize(("days", "halted"), [(0, True), (1, False)])
def test_a_clock_that_stops_on_the_last_day_of_its_limit_stands_and_a_late_one_runs_on(
    as_budi: Browser, book: BookDesk, days: int, halted: bool
) -> None:
    line = book.write()
    due = date.fromisoformat(book.row(line).settle_due_on or "")
    go(book, due + timedelta(days=days))
    do(book, pause_clock, "budi", line, reason="field", text="")
    assert ("Hitungan dijeda" in text(Browser(as_budi.app, "budi"), f"/pengaduan/{line.id}")) == halted

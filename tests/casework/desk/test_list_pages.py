"""Lists, search, register, due list, Meja kerja, reserved forms as pages."""

import io
import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import openpyxl
import pytest
from flask import Flask
from markupsafe import escape

from app.casework.desk import moving, opening, register_book, service
from app.casework.desk.opening import Opened
from app.casework.desk.views import lists, search
from app.casework.importing.cells import Villages
from app.casework.importing.file_formats import read_bytes
from app.casework.importing.headings import Vocabulary
from app.casework.importing.judging import judge_book
from app.core.codes import show_code
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office.events import Number
from app.platform.office.numbers import case_series
from app.platform.office.queries import current_definition
from app.platform.people.access_log import access_lines
from app.services.ktp.rules import KTP_RULES
from schema.register import load_register
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, KK, NIK, RED, application, open_many
from tests.casework.desk.test_query_budget import counted
from tests.platform.people import MUNDER, START, Browser, Clock
from tests.platform.printing.reading import text_of


def test_search_posts_and_goes_to_the_only_hit(journal: Journal, as_sari: Browser, opened: Opened, sari: Actor) -> None:
    open_many(journal, sari, 8, dict.fromkeys(ALL_ITEMS, ""))
    for text in (NIK, KK, opened.number, opened.code):
        found = as_sari.post("/cari", {"q": text})
        assert (found.status_code, found.location) == (303, "/berkas/1"), text
    several = as_sari.post("/cari", {"q": "budi har"})
    assert several.status_code == 200
    assert len(re.findall(">Budi Hartono[^<]*</a>", several.text)) == 2
    nothing = as_sari.post("/cari", {"q": "tidak ada"})
    assert "Tidak ditemukan" in nothing.text
    assert as_sari.get("/cari").status_code == 200
    assert 'action="/cari" method="post"' in as_sari.get("/").text


def test_a_number_that_is_typed_whole_opens_its_case_among_others(as_sari: Browser) -> None:
    """In capitals or not; where no number is the typed one, or it belongs to no case alone, all of them are shown."""
    rows: list[Any] = [SimpleNamespace(id=id_, number=number, name="Budi", code="") for id_, number in NUMBERED]
    with as_sari.app.test_request_context("/"):
        found = [[one.exact for one in map(search.as_found(text), rows)] for text in ("b-07", "B-070", "b-0")]
        assert found == [[True, False], [False, True], [False, False]]
        assert [search.only_answer(text, rows, []) for text in ("b-07", "B-070")] == ["/berkas/5", "/berkas/6"]


NUMBERED = ((5, "B-07"), (6, "B-070"))


def test_search_remembers_what_was_typed_on_the_page_of_its_answer_alone(as_sari: Browser, opened: Opened) -> None:
    """Not in an address, not in the cookie, not in the frame that later pages share; so nothing is left to clear."""
    for typed in ('budi "har" <b>', "3508990101010099"):  # no case has either
        answer = as_sari.post("/cari", {"q": typed})
        assert f'id="q" name="q" type="search" value="{escape(typed)}"' in answer.text
        assert "Tidak ditemukan" in answer.text
        assert typed not in str(answer.headers)
        for later in (as_sari.get("/").text, as_sari.get("/cari").text, as_sari.post("/cari", {"q": ""}).text):
            assert 'name="q" type="search" autocomplete' in later
            assert escape(typed) not in later
    assert NIK not in as_sari.post("/cari", {"q": NIK}).text  # the only hit: its page is asked next
    as_sari.post("/keluar")
    assert "3508990101010099" not in as_sari.get("/masuk").text


def test_a_search_says_when_it_shows_only_some(
    journal: Journal, as_sari: Browser, sari: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_many(journal, sari, 13, dict.fromkeys(ALL_ITEMS, ""))
    for most, words in ((3, "3 yang cocok dengan yang Anda ketik."), (2, "Lebih dari 2 yang cocok")):
        monkeypatch.setattr(search, "MOST_FOUND", most)
        page = as_sari.post("/cari", {"q": "budi har"}).text
        assert words in page
        assert len(re.findall(">Budi Hartono[^<]*</a>", page)) == most


def test_a_blank_form_brings_its_own_number_and_takes_none_of_the_series(journal: Journal, as_sari: Browser) -> None:
    db, today = journal.db, START.date()
    code = service.reserve_forms(journal, as_sari.actor, service="ktp-el", count=1, area=MUNDER, now=START)[0]
    definition = current_definition(db, "ktp-el", today)
    number = opening.reserved_number(db, definition, code, today)
    assert number == Number(case_series("ktp-el"), 2026, 0, "0001/KTP/2026")
    with pytest.raises(Problem) as unknown:
        opening.reserved_number(db, definition, "AAAAA00001", today)
    with pytest.raises(Problem) as other:
        opening.reserved_number(db, msgspec.structs.replace(definition, id="lain"), code, today)
    assert (unknown.value.code, other.value.code) == ("not_found", "not_found")


def test_the_code_of_a_blank_form_leads_to_typing_it_in(journal: Journal, as_sari: Browser, as_desi: Browser) -> None:
    code = service.reserve_forms(journal, as_sari.actor, service="ktp-el", count=1, area=MUNDER, now=START)[0]
    for text in (code, show_code(code).lower(), "0001/KTP/2026"):
        found = as_sari.post("/cari", {"q": text})
        assert (found.status_code, found.location) == (303, "/permohonan/formulir/isi?kode=0001/KTP/2026"), text
    page = as_sari.get(found.location).text
    assert 'value="0001/KTP/2026"' in page
    long, cut = "Q" * 65, f'value="{"Q" * 64}"'  # a form shows at most 64 signs of what was typed again
    assert cut in as_sari.get(f"/permohonan/formulir/isi?kode={long}").text
    assert cut in as_sari.post("/permohonan/formulir/isi", {"kode": long}).text
    assert as_sari.post("/permohonan/formulir/isi", {"kode": "0001/KTP/2026"}).status_code == 303
    assert "Tidak ditemukan" in as_desi.post("/cari", {"q": code}).text


def test_a_code_copied_wrongly_is_called_so(as_sari: Browser, opened: Opened) -> None:
    right = opened.code
    wrong = right[:3] + ("7" if right[3] != "7" else "8") + right[4:]
    for text in (wrong, show_code(wrong).lower()):
        page = as_sari.post("/cari", {"q": text}).text
        assert "Kode salah baca" in page
        assert "Tidak ditemukan" not in page
    for text in ("Muhammadali", "tidak ada", "35089912345", "0999/KTP/2026"):
        assert "Kode salah baca" not in as_sari.post("/cari", {"q": text}).text


def test_the_list_filters_and_goes_on(journal: Journal, as_sari: Browser, sari: Actor, budi: Actor) -> None:
    open_many(journal, sari, 55, dict.fromkeys(ALL_ITEMS, ""))
    moving.leave_case(journal, budi, case_id=3, exit_id="withdrawn", reason="batal", now=START)
    first = as_sari.get("/berkas").text
    assert "0055/KTP/2026" in first
    assert "0005/KTP/2026" not in first
    assert "/berkas?sebelum=6" in first
    second = as_sari.get("/berkas?sebelum=6").text
    assert "0005/KTP/2026" in second
    assert "Ke yang terbaru" in second
    closed = as_sari.get("/berkas?keadaan=tutup").text
    assert "0003/KTP/2026" in closed
    assert "0004/KTP/2026" not in closed
    assert as_sari.get("/berkas?sebelum=x&langkah=tidak-ada").status_code == 200
    assert "Tidak ada berkas" in as_sari.get("/berkas?langkah=print").text


def test_the_register_counts_promises_that_ran_out_as_late(
    journal: Journal, as_sari: Browser, opened: Opened, sari: Actor, clock: Clock
) -> None:
    service.check_case(
        journal,
        sari,
        case_id=opened.id,
        states=dict.fromkeys(ALL_ITEMS, ("present", "")),
        seen=RED,
        outcome="complete",
        now=START,
    )
    book, due = register_book.register_lines(journal.db, sari, "ktp-el", date(2026, 3, 1)), date(2026, 4, 7)
    for today, late in ((due, 0), (due + timedelta(days=1), 1)):
        assert dict(register_book.register_totals(book, today))["Lewat, belum selesai"] == late
    assert "lewat, belum selesai: 0" in as_sari.get("/register?bulan=2026-03").text
    clock.forward(days=30)
    assert "lewat, belum selesai: 1" in Browser(as_sari.app, "sari").get("/register?bulan=2026-03").text


def test_long_lists_page_and_their_figures_count_the_whole(
    journal: Journal, as_sari: Browser, opened: Opened, sari: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_many(journal, sari, 4, dict.fromkeys(ALL_ITEMS, ""))
    monkeypatch.setattr(lists, "LINES_OF_BOOK", 3)
    monkeypatch.setattr(lists, "PER_PAGE", 2)
    book = "/register?layanan=ktp-el&bulan=2026-03"
    pages = [as_sari.get(f"{book}&hal={number}").text for number in (1, 2, 9)]
    assert [re.findall(r'<th scope="row">(\d+)</th>', page) for page in pages] == [
        ["1", "2", "3"],
        ["4", "5"],
        ["4", "5"],
    ]
    assert all("<dt>Diterima</dt><dd>5</dd>" in page for page in pages)
    assert "hal=2" in pages[0]
    assert "hal=3" not in pages[1]
    with journal.transaction(), journal.db.applying():
        journal.db.run("UPDATE case_file SET completed_on = '2026-03-12', due_on = '2026-04-07'")
    due = [as_sari.get(f"/jatuh-tempo?sampai=2026-04-07&hal={number}").text for number in (1, 2, 3)]
    assert [re.findall(r'href="/berkas/(\d+)"', page.split("<main")[1]) for page in due] == [
        ["1", "2"],
        ["3", "4"],
        ["5"],
    ]


def test_the_register_gives_two_lines_to_a_row(as_sari: Browser, opened: Opened) -> None:
    page = as_sari.get("/register?layanan=ktp-el&bulan=2026-03").text
    row = page.split("<tbody>")[1].split("</tr>")[0]
    assert re.search(
        r'<th scope="row">1</th><td><a href="/berkas/1">Anisa Rahmawati</a><small>350899\*+\d{4}</small></td>', row
    )


def test_the_register_as_page_paper_and_sheet(journal: Journal, as_sari: Browser, opened: Opened) -> None:
    page = as_sari.get("/register?bulan=2026-03").text
    assert "0001/KTP/2026" in page
    assert "350899******0008" in page
    beside = re.findall(r'bulan=(\d{4}-\d\d)" rel="(prev|next)"', page)
    assert beside == [("2026-02", "prev"), ("2026-04", "next")]
    year_end = as_sari.get("/register?bulan=2025-12").text
    assert re.findall(r'bulan=(\d{4}-\d\d)" rel="(prev|next)"', year_end) == [("2025-11", "prev"), ("2026-01", "next")]
    assert "Nihil" in as_sari.get("/register?bulan=2025-01").text
    for same in ("03-2026", "3/2026", "Maret 2026", "mar 2026"):
        assert "0001/KTP/2026" in as_sari.get(f"/register?bulan={same}").text
    unread = as_sari.get("/register?bulan=2026-13")
    assert (unread.status_code, "dari 1990 sampai 2199, misalnya 03-2026." in unread.text) == (
        422,
        True,
    )
    assert as_sari.post("/register/cetak", {"bulan": "2026-03"}).data.startswith(b"%PDF-")
    sheet = as_sari.post("/register/unduh", {"bulan": "2026-03"})
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.data), read_only=True).active.iter_rows(values_only=True))
    assert rows[0][:4] == ("No.", "Diterima", "Nomor", "Nama")
    assert rows[1][2:5] == ("0001/KTP/2026", "ANISA RAHMAWATI", "350899******0008")
    lines = access_lines(journal.db, subject="register/2026-03")
    assert [seen.action for _, seen in lines] == ["register.export"]
    # taken in as an old register it is read line by line, and every line says that it stands here already
    own = judge_book(read_bytes(sheet.data), Vocabulary(load_register("ktp-el")), Villages({}), START.date())
    assert ["disamarkan" in line.reason for line in own.lines] == [True]


def test_a_register_that_grew_is_an_original_again(
    journal: Journal, sari: Actor, opened: Opened, as_sari: Browser, clock: Clock, tmp_path: Path
) -> None:
    def is_copy() -> bool:
        return "SALINAN" in text_of(as_sari.post("/register/cetak", {"bulan": "2026-03"}).data, tmp_path)

    prints = [is_copy()]
    clock.at += timedelta(minutes=5)
    prints.append(is_copy())
    open_many(journal, sari, 1)
    prints.append(is_copy())
    assert prints == [False, True, False]


def test_the_due_list_tells_lateness_in_words(
    journal: Journal, as_sari: Browser, sari: Actor, opened: Opened, clock: Clock
) -> None:
    service.check_case(
        journal,
        sari,
        case_id=opened.id,
        states=dict.fromkeys(ALL_ITEMS, ("present", "")),
        seen=RED,
        outcome="complete",
        now=START,
    )
    assert "Tidak ada janji yang jatuh tempo" in as_sari.get("/jatuh-tempo").text
    assert "18 hari" not in as_sari.get("/jatuh-tempo?sampai=2026-04-07").text
    assert "Anisa Rahmawati" in as_sari.get("/jatuh-tempo?sampai=2026-04-07").text
    assert as_sari.get("/jatuh-tempo?sampai=2026-02-31").status_code == 422


def test_an_overdue_promise_stands_on_the_desk_of_those_who_answer(
    journal: Journal, as_budi: Browser, as_sari: Browser, sari: Actor, clock: Clock
) -> None:
    made = opening.open_case(
        journal,
        sari,
        opening.Application(service="ktp-el", raw=application(), ticked=dict.fromkeys(ALL_ITEMS, "")),
        now=START - timedelta(days=35),
        rules=KTP_RULES,
    )
    service.check_case(
        journal,
        sari,
        case_id=made.id,
        states=dict.fromkeys(ALL_ITEMS, ("present", "")),
        seen=RED,
        outcome="complete",
        now=START - timedelta(days=35),
    )
    desk = as_budi.get("/").text
    assert "Janji sudah lewat" in desk
    assert 'class="late"' in desk
    assert "Lewat <b>1</b> janji" in desk
    assert 'href="/jatuh-tempo?sampai=2026-03-11"' in desk, "all that is late, until yesterday"
    assert "1 lewat janji" in desk
    assert "Janji sudah lewat" not in as_sari.get("/").text
    # the same words wherever the promise is read, in the unit in which it was given
    late = "Lewat 11 hari kerja"  # promised for 25 February, after Imlek; today is Thursday, 12 March
    case_page = as_budi.get("/berkas/1").text
    for page in (desk, case_page, as_budi.get("/berkas").text, as_budi.get("/jatuh-tempo").text):
        assert late in page
        assert re.search(r"Lewat \d+ hari(?! kerja)", page) is None
    calendar = case_page.split('<table class="calendar">')[1].split("</table>")[0]
    assert len(re.findall(r'<td class="[^"]*\blate\b', calendar)) == 11


def test_the_desk_lists_what_waits_by_the_work_of_its_role(
    journal: Journal, as_sari: Browser, as_desi: Browser, sari: Actor, opened: Opened
) -> None:
    open_many(journal, sari, 1, dict.fromkeys(ALL_ITEMS, ""))
    service.check_case(
        journal,
        sari,
        case_id=opened.id,
        states=dict.fromkeys(ALL_ITEMS, ("present", "")),
        seen=RED,
        outcome="returned",
        note="KK buram",
        now=START,
    )
    desk = as_sari.get("/").text
    assert 'Periksa berkas</h2><p class="count">1<' in desk
    assert "Hari ini: 1 pekerjaan." in desk
    assert 'href="/berkas/2/periksa"' in desk
    assert "Anisa Rahmawati" not in desk
    village = as_desi.get("/").text
    assert 'Bawa atau lengkapi</h2><p class="count">1<' in village
    assert '<span class="tag is-back">Dikembalikan</span>' in village
    assert "Anisa Rahmawati" in village
    assert as_sari.get("/meja/belum-terkirim").status_code == 200


def test_a_desk_reads_eight_rows_of_a_step_and_counts_the_others(
    journal: Journal, as_sari: Browser, sari: Actor, opened: Opened
) -> None:
    """With many more than eight a page asks as often, shows eight and says how many there are."""
    open_many(journal, sari, 7)
    as_sari.get("/")
    with counted(journal.db) as before:
        page = as_sari.get("/").text
    assert "Hari ini: 8 pekerjaan." in page
    assert "berkas lagi" not in page, "eight fit"
    open_many(journal, sari, 12, first=7)
    as_sari.get("/")
    with counted(journal.db) as asked:
        page = as_sari.get("/").text
    assert "Hari ini: 20 pekerjaan." in page
    assert page.count('aria-label="Periksa: ') == 8
    assert "12 berkas lagi" in page
    assert len(asked) <= len(before) + 1, "one count more, and no row more"


@pytest.mark.parametrize("who", ["sari", "oki", "budi", "ratna", "camat", "ida", "desi"])
def test_every_role_has_a_desk(web: Flask, who: str, opened: Opened) -> None:
    page = Browser(web, who).get("/")
    assert page.status_code == 200
    assert "Meja kerja" in page.text


def test_blank_forms_are_reserved_printed_and_kept_in_sight(
    journal: Journal, as_sari: Browser, as_wati: Browser
) -> None:
    assert as_sari.post("/permohonan/formulir", {"layanan": "ktp-el", "count": "51"}).status_code == 422
    assert as_sari.post("/permohonan/formulir", {"layanan": "ktp-el", "count": "dua"}).status_code == 422
    made = as_sari.post("/permohonan/formulir", {"layanan": "ktp-el", "count": "2", "area": MUNDER})
    assert made.status_code == 303
    assert as_sari.get(made.location).status_code == 200
    assert as_sari.post(f"{made.location}/cetak").data.startswith(b"%PDF-")
    assert as_sari.post(f"{made.location}/hasil", {"jawaban": "ya"}).location == "/permohonan/formulir"
    assert "0002/KTP/2026" in as_sari.get("/permohonan/formulir").text
    service.reserve_forms(journal, as_sari.actor, service="ktp-el", count=26, area=MUNDER, now=START)
    assert "28 lembar" in as_sari.get("/permohonan/formulir").text
    assert as_sari.get("/permohonan/formulir?hal=2").text.count('aria-label="Cetak set formulir') == 3
    assert as_wati.get(made.location).status_code == 404
    assert "0002/KTP/2026" not in as_wati.get("/permohonan/formulir").text

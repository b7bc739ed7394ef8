"""The quarter's pages: draft, return, check, approve with PIN, pledge, print, post; papers and files."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core.quarters import Quarter
from app.quality.quarter import service
from app.quality.quarter.tasks import recap_tasks
from app.services.complaints.service import WrittenLine
from tests.platform.people import PIN, Browser, Clock
from tests.platform.printing.reading import text_of
from tests.services.complaints.desk import BookDesk, Visit

Q1 = "/rekap/2026-Q1"
PLEDGE = {"what": "Nomor antrean dibagi sejak 07.30", "who": "Kasi Pelayanan Umum", "by_on": "01062026"}


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


@pytest.fixture
def over(book: BookDesk, clock: Clock) -> BookDesk:
    """A quarter with three lines, one of them with a name in its words, that is over."""
    named = book.write("Bapak Slamet Riyadi, 081234567890, menyuruh saya pulang.", name="Tumini", category="courtesy")
    book.follow(named)
    book.answer(named)
    book.write("Diminta uang parkir.", category="levy")
    book.write("Kipas mati.", channel="box", category="comfort", anonymous=True)
    clock.at = datetime(2026, 4, 2, 3, tzinfo=UTC)
    return book


@pytest.fixture
def staff(web: Flask, over: BookDesk) -> dict[str, Browser]:
    """Everybody at the desk in the new quarter."""
    return {name: Browser(web, name) for name in ("ida", "budi", "ratna", "camat", "sari")}


def state(book: BookDesk) -> str:
    return service.load_recap(book.journal.db, Quarter(2026, 1)).state


def agree(camat: Browser) -> TestResponse:
    """The Camat opens the page and approves what it shows."""
    found = re.search(r'name="seen" value="([^"]+)"', text(camat, Q1))
    return camat.post(f"{Q1}/setujui", {"pin": PIN, "seen": found[1] if found else ""})


def paper_words(browser: Browser, path: str, folder: Path) -> set[str]:
    """Which of these words a paper carries."""
    printed = text_of(browser.post(path).data, folder)
    return {word for word in ("SALINAN", "DRAF") if word in printed}


def test_a_draft_of_the_recap_says_so_and_the_approved_one_prints_as_an_original(
    staff: dict[str, Browser], tmp_path: Path
) -> None:
    drafted(staff)
    assert [paper_words(staff["ida"], f"{Q1}/cetak/rekap", tmp_path) for _ in range(2)] == [{"DRAF"}, {"DRAF"}]
    assert staff["ratna"].post(f"{Q1}/janji", PLEDGE).status_code == 303
    assert staff["ratna"].post(f"{Q1}/periksa", {"read_public": "ya"}).status_code == 303
    assert agree(staff["camat"]).status_code == 303
    assert [paper_words(staff["ida"], f"{Q1}/cetak/rekap", tmp_path) for _ in range(2)] == [set(), {"SALINAN"}]


def test_book_annual_report_and_answer_are_copies_only_of_the_same_content(
    staff: dict[str, Browser], over: BookDesk, tmp_path: Path
) -> None:
    prints = ("/pengaduan/cetak?tahun=2026", "/rekap/tahun/2026/cetak", "/pengaduan/1/cetak/surat")

    def copies() -> list[bool]:
        return ["SALINAN" in paper_words(staff["budi"], path, tmp_path) for path in prints]

    first, again = copies(), copies()
    over.write("Antrean panjang.")
    over.answer(WrittenLine(1, "", ""), "Jawaban yang diperbaiki: kartu dapat diambil hari Senin.")
    assert (first, again, copies()) == ([False] * 3, [True] * 3, [False] * 3)


def drafted(staff: dict[str, Browser]) -> None:
    assert staff["ida"].post(f"{Q1}/susun").status_code == 303


def approved(staff: dict[str, Browser]) -> None:
    drafted(staff)
    assert staff["ratna"].post(f"{Q1}/janji", PLEDGE).status_code == 303
    assert staff["ratna"].post(f"{Q1}/periksa", {"read_public": "ya"}).status_code == 303
    assert agree(staff["camat"]).status_code == 303


def test_each_role_finds_its_step_at_the_desk_and_no_other(staff: dict[str, Browser], over: BookDesk) -> None:
    assert "Susun rekap" in text(staff["ida"], "/")
    drafted(staff)
    assert "Periksa rekap" in text(staff["ratna"], "/")
    assert "Setujui rekap" not in text(staff["camat"], "/")
    assert agree(staff["camat"]).status_code == 409
    assert staff["ratna"].post(f"{Q1}/periksa", {}).status_code == 422
    assert staff["budi"].post(f"{Q1}/periksa", {"read_public": "ya"}).status_code == 403
    assert staff["ratna"].post(f"{Q1}/kembalikan", {"note": "Hapus nama Slamet"}).status_code == 303
    assert "Hapus nama Slamet" in text(staff["ida"], "/")
    assert staff["ida"].post(f"{Q1}/susun", {"hide": "parkir"}).status_code == 303
    assert staff["ratna"].post(f"{Q1}/periksa", {"read_public": "ya"}).status_code == 303
    assert "Setujui rekap" in text(staff["camat"], "/")


def test_what_waits_at_the_desk_says_since_when_and_until_when(web: Flask, over: BookDesk, clock: Clock) -> None:
    book, j, now = over, over.journal, over.clock

    def told(name: str) -> list[tuple[str, str, date | None]]:
        found = recap_tasks(j.db, book.who(name), now())
        return [(task.title, task.detail, task.due_on) for task in found]

    until = date(2026, 4, 15)
    [(title, detail, due_on)] = told("ida")
    assert (title, due_on) == ("Susun rekap Triwulan I 2026", until)
    assert detail == "Angkanya dihitung dari buku. Triwulannya berakhir 31 Mar, 2 hari kerja lalu."
    service.draft_recap(j, book.who("ida"), quarter=Quarter(2026, 1), now=now())
    assert (told("ida"), told("camat")) == ([], [])
    clock.forward(days=5)
    [(_, detail, due_on)] = told("ratna")
    assert "Menunggu sejak 2 Apr, 2 hari kerja." in detail
    assert due_on == until
    service.mark_checked(j, book.who("ratna"), quarter=Quarter(2026, 1), read_public=True, now=now())
    assert "Menunggu sejak 7 Apr." in told("camat")[0][1]
    clock.forward(days=1)
    service.return_recap(j, book.who("camat"), quarter=Quarter(2026, 1), note="Tambah janji", now=now())
    assert told("ida")[0][1] == "Tambah janji. Menunggu sejak 8 Apr."
    clock.forward(days=12)
    assert "Lewat 3 hari kerja" in text(Browser(web, "ida"), "/?tab=Rekap+triwulan")


def test_the_camat_s_quarter_is_open_read_approve_print(staff: dict[str, Browser], over: BookDesk) -> None:
    drafted(staff)
    staff["ida"].post(f"{Q1}/janji", PLEDGE)
    staff["ratna"].post(f"{Q1}/periksa", {"read_public": "ya"})
    camat = staff["camat"]
    assert f'href="{Q1}"' in text(camat, "/")
    page = text(camat, Q1)
    assert 'href="#setuju"' in page
    assert "3 pengaduan; triwulan lalu belum ada data" in page
    assert "1 tentang pungutan liar" in page
    wrong = camat.post(f"{Q1}/setujui", {"pin": "000000"})
    assert wrong.status_code == 422
    assert "PIN tidak cocok" in wrong.get_data(as_text=True)
    assert state(over) == "checked"
    unseen = camat.post(f"{Q1}/setujui", {"pin": PIN})
    assert unseen.status_code == 409
    assert "berubah sejak halaman ini dibuka" in unseen.get_data(as_text=True)
    answer = agree(camat)
    assert answer.headers["Location"] == f"{Q1}#cetak"
    assert "Rekap siap dicetak. Poster siap dicetak." in camat.get(answer.headers["Location"]).get_data(as_text=True)
    poster = camat.post(f"{Q1}/cetak/poster-a3")
    assert poster.status_code == 200
    assert poster.get_data().startswith(b"%PDF-")


def test_only_those_who_check_see_both_versions_side_by_side(staff: dict[str, Browser], over: BookDesk) -> None:
    drafted(staff)
    page = text(staff["ratna"], Q1)
    assert "Bapak Slamet Riyadi, 081234567890" in page
    for username in ("camat", "budi", "sari"):
        shown = text(staff[username], Q1)
        assert "Slamet Riyadi" not in shown
        assert "081234567890" not in shown


def test_after_approval_nothing_is_redone_and_addenda_stand_beside(staff: dict[str, Browser], over: BookDesk) -> None:
    approved(staff)
    assert staff["ida"].post(f"{Q1}/susun").status_code == 409
    assert staff["camat"].post(f"{Q1}/kembalikan", {"note": "x"}).status_code == 409
    assert staff["ida"].post(f"{Q1}/adendum", {"text": "Satu surat baru ditemukan."}).status_code == 303
    assert "Satu surat baru ditemukan." in text(staff["camat"], Q1)
    assert staff["ida"].post(f"{Q1}/adendum", {"text": " "}).status_code == 422


def test_no_poster_without_approval_or_pledge(staff: dict[str, Browser], over: BookDesk) -> None:
    drafted(staff)
    assert staff["ida"].post(f"{Q1}/cetak/poster-a3").status_code == 409
    staff["ratna"].post(f"{Q1}/periksa", {"read_public": "ya"})
    answer = agree(staff["camat"])
    told = staff["camat"].get(answer.headers["Location"]).get_data(as_text=True)
    assert "Rekap siap dicetak. Poster perlu paling sedikit satu janji perbaikan." in told
    assert "Poster siap" not in told
    assert staff["ida"].post(f"{Q1}/cetak/poster-f4").status_code == 409
    assert "Poster perlu paling sedikit satu janji" in text(staff["ida"], Q1)
    assert "Cetak poster" not in text(staff["ida"], "/papan-pengumuman")
    assert "Pasang rekap" not in text(staff["ida"], "/")
    assert "Tulis janji rekap" in text(staff["camat"], "/")
    data = {"on": "02042026", "until": "30062026", "place": "Papan depan"}
    assert staff["ida"].post(f"{Q1}/pasang", data).status_code == 409
    assert staff["ida"].post(f"{Q1}/janji", PLEDGE | {"pin": PIN}).status_code == 422
    assert staff["camat"].post(f"{Q1}/janji", PLEDGE).status_code == 422
    assert staff["camat"].post(f"{Q1}/janji", PLEDGE | {"pin": "000000"}).status_code == 422
    assert staff["camat"].post(f"{Q1}/janji", PLEDGE | {"by_on": "", "pin": PIN}).status_code == 422
    assert staff["camat"].post(f"{Q1}/janji", PLEDGE | {"pin": PIN}).status_code == 303
    assert "Pasang rekap" in text(staff["ida"], "/")
    assert staff["sari"].post(f"{Q1}/pasang", data).status_code == 403
    assert staff["ida"].post(f"{Q1}/pasang", data | {"until": ""}).status_code == 422
    assert staff["ida"].post(f"{Q1}/pasang", data).status_code == 303
    assert state(over) == "published"


def test_what_hangs_is_on_the_board_and_on_the_waiting_room_s_screen(staff: dict[str, Browser], kiosk: Flask) -> None:
    assert "Belum ada rekap yang diumumkan" in Visit(kiosk).client.get("/papan").get_data(as_text=True)
    approved(staff)
    staff["ida"].post(f"{Q1}/pasang", {"on": "02042026", "until": "30062026", "place": "Papan depan"})
    screen = Visit(kiosk).client.get("/papan")
    assert screen.headers["Refresh"] == "300"
    for page in (screen.get_data(as_text=True), text(staff["budi"], "/papan-pengumuman")):
        assert "3 pengaduan, 0 selesai" in page
        assert PLEDGE["what"] in page
        assert "Slamet" not in page


def test_a_pledge_is_kept_or_the_reason_is_written(staff: dict[str, Browser]) -> None:
    approved(staff)
    assert PLEDGE["what"] in text(staff["ida"], "/rekap")
    assert staff["ida"].post("/rekap/janji/1", {"ditepati": "0", "note": ""}).status_code == 422
    assert staff["ida"].post("/rekap/janji/1", {"ditepati": "0", "note": "Kertas habis"}).status_code == 303
    assert staff["sari"].post("/rekap/janji/1", {"ditepati": "1"}).status_code == 403
    assert staff["ida"].post("/rekap/janji/1", {"ditepati": "1"}).status_code == 303
    assert PLEDGE["what"] not in text(staff["ida"], "/rekap")


def test_every_paper_prints_and_is_asked_about(staff: dict[str, Browser], over: BookDesk) -> None:
    approved(staff)
    staff["ida"].post("/ltpp/baru", {"source": "audit", "trouble": "Blangko habis"})
    staff["ida"].post("/pengaduan/1/kode-baru", {"reason": "Dikenali dari KTP", "word": "melati"})
    papers = (
        "/pengaduan/1/cetak/tanda-terima",
        "/pengaduan/1/cetak/surat",
        "/pengaduan/cetak?tahun=2026",
        "/ltpp/1/cetak",
        f"{Q1}/cetak/rekap",
        f"{Q1}/cetak/poster-f4",
        "/rekap/tahun/2026/cetak",
    )
    for path in papers:
        answer = staff["ida"].post(path)
        assert (answer.status_code, answer.content_type) == (200, "application/pdf"), path
    assert "keluar dengan benar?" in text(staff["ida"], "/pengaduan/1/tanda-terima")
    judged = {
        "subject": "complaint/1",
        "paper": "complaint_receipt",
        "jawaban": "ya",
        "back": "/pengaduan/1/tanda-terima",
    }
    assert staff["ida"].post("/pengaduan/kertas/hasil", judged).headers["Location"] == judged["back"]
    assert staff["ida"].post("/pengaduan/kertas/hasil", judged | {"subject": "case/1"}).status_code == 404
    assert staff["camat"].post("/pengaduan/kertas/hasil", judged).status_code == 403
    assert staff["ida"].post("/pengaduan/3/cetak/tanda-terima").status_code == 409


def test_tables_leave_as_spreadsheet_and_csv_and_leaving_is_logged(staff: dict[str, Browser], over: BookDesk) -> None:
    approved(staff)
    book, table = (staff["ratna"].post(f"{Q1}/unduh/{kind}") for kind in ("xlsx", "csv"))
    assert book.get_data().startswith(b"PK")
    assert table.get_data().decode("utf-8-sig").startswith("tabel;")
    assert staff["ratna"].post("/rekap/tahun/2026/xlsx").get_data().startswith(b"PK")
    assert over.journal.db.one("SELECT count(*) FROM access_log WHERE action = 'recap.export'") == (3,)


def test_a_running_quarter_and_nonsense_are_said_plainly(staff: dict[str, Browser]) -> None:
    assert "belum berakhir" in text(staff["ida"], "/rekap/2026-Q2")
    assert staff["ida"].post("/rekap/2026-Q2/susun").status_code == 409
    assert staff["ida"].get("/rekap/2026-Q9").status_code == 404
    assert staff["ida"].post("/rekap/tahun/1/xlsx").status_code == 404


def test_what_is_owed_is_not_told_to_wait(staff: dict[str, Browser], over: BookDesk) -> None:
    page = text(staff["ida"], "/rekap")
    assert "Belum ada rekap" in page
    assert "Yang belum disusun ada di atas." in page
    assert "cukup mencatat" not in page


def test_an_empty_quarter_is_nihil(web: Flask, book: BookDesk, clock: Clock) -> None:
    clock.at = datetime(2026, 4, 2, 3, tzinfo=UTC)
    ida = Browser(web, "ida")
    assert ida.post(f"{Q1}/susun").status_code == 303
    assert "Nihil" in text(ida, Q1)

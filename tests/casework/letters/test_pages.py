"""The pages of letters over HTTP: entering, ordering, drafting, deciding with the PIN, taking the agenda along."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace
from openpyxl import load_workbook

from app.casework.letters import agenda, queries, service
from app.core.permissions import Actor
from sync.journal import Journal
from tests.casework.letters.conftest import LINE
from tests.casework.letters.test_drafts import FREE, free_letter, put_at_draft, signed_letter
from tests.platform.people import CAST, PIN, START, Browser
from tests.platform.printing.reading import text_of

Who = Callable[[str], Actor]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
ENTRY = {
    "sender": "Dinas Contoh",
    "letter_number": "045/12",
    "letter_date": "10032026",
    "received_on": "12032026",
    "subject": "Permohonan rapat",
    "code": "000",
    "urgency": "urgent",
    "attachments": "2",
    "to_role": "camat",
}


def page(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def test_a_letter_is_entered_ordered_and_reported_by_pages(
    journal: Journal, as_ratna: Browser, as_camat: Browser, as_budi: Browser, tmp_path: Path
) -> None:
    assert '<option selected value="camat">' in page(as_ratna, "/surat-masuk/baru"), "to the head unless said otherwise"
    refused = as_ratna.post("/surat-masuk/baru", ENTRY | {"sender": "", "to_role": "kasi"})
    assert refused.status_code == 422
    assert '<option selected value="kasi">' in refused.get_data(as_text=True)
    assert "Tulis pengirim suratnya." in refused.get_data(as_text=True)
    assert 'value="045/12"' in refused.get_data(as_text=True)
    made = as_ratna.post("/surat-masuk/baru", ENTRY)
    assert made.headers["Location"] == "/surat-masuk/1"
    assert "Surat masuk 001/SM/2026" in page(as_camat, "/")
    order = {"to": "role:kasi", "due-role:kasi": "16032026", "instructions": "Selesaikan", "note": "Segera."}
    empty = as_camat.post("/surat-masuk/1/disposisi", {"note": "Segera."})
    assert (empty.status_code, "paling sedikit satu penerima" in empty.get_data(as_text=True)) == (422, True)
    assert ">Segera.</textarea>" in empty.get_data(as_text=True)
    bad = as_camat.post("/surat-masuk/1/disposisi", order | {"due-role:kasi": "99999999"})
    assert bad.status_code == 422
    assert 'value="99999999"' in bad.get_data(as_text=True)
    assert as_camat.post("/surat-masuk/1/disposisi", order).status_code == 303
    mine = page(as_budi, "/surat-masuk/1")
    assert "Disposisi untuk Anda" in mine
    assert "Batas lain yang berjalan" in page(as_budi, "/jatuh-tempo")
    assert as_budi.post("/surat-masuk/1/terima", {"part": "1"}).status_code == 303
    assert as_budi.post("/surat-masuk/1/lapor", {"part": "1", "report": ""}).status_code == 422
    assert as_budi.post("/surat-masuk/1/lapor", {"part": "1", "report": "Sudah dibalas"}).status_code == 303
    twice = as_budi.post("/surat-masuk/1/lapor", {"part": "1", "report": "Lagi"})
    assert twice.status_code == 409, "the page is drawn again"
    assert "Surat masuk 001/SM/2026 sudah berubah: Selesai." in twice.get_data(as_text=True)
    sheet = text_of(as_camat.post("/surat-masuk/1/cetak").get_data(), tmp_path)
    for said in ("LEMBAR DISPOSISI", "001/SM/2026", "Kasi Pelayanan Umum", "Sudah dibalas", "Segera."):
        assert said in sheet, said


def letters_on(shown: str) -> list[tuple[str, str]]:
    """What the page of a case says of its letters: (what its procedure calls it, where it stands)."""
    rows = re.findall(
        r"<b>(?:<a [^>]*>)?(Surat [^<]*)(?:</a>)?</b>\s*<small>(belum [a-z]+|[^<]*: [^<]*)</small>", shown
    )
    return [(label, " ".join(said.split())) for label, said in rows]


def test_a_case_s_letter_is_not_typed_again(
    journal: Journal, as_ratna: Browser, as_budi: Browser, as_sari: Browser, case_id: int
) -> None:
    shown = page(as_ratna, f"/berkas/{case_id}")
    assert letters_on(shown) == [("Surat permohonan", "belum diagendakan"), ("Surat undangan", "belum dikonsep")]
    assert "Agendakan surat permohonan" in shown
    assert "Agendakan surat permohonan" not in page(as_sari, f"/berkas/{case_id}")
    form = page(as_ratna, f"/surat-masuk/baru?berkas={case_id}&surat=request")
    for said in ('value="Dinas Contoh"', 'value="045/12"', 'value="10-03-2026"', 'value="Permohonan rapat"'):
        assert said in form
    unknown = as_ratna.post("/surat-masuk/baru", ENTRY | {"case_number": "9999/LAIN/2026"})
    assert (unknown.status_code, "Berkas bernomor itu tidak ditemukan." in unknown.text) == (422, True)
    of_case = {"berkas": str(case_id), "surat": "request"}
    assert as_ratna.post("/surat-masuk/baru", ENTRY | of_case).status_code == 303
    assert as_ratna.post("/surat-masuk/baru", ENTRY | of_case).status_code == 409
    assert "001/SM/2026" in page(as_sari, f"/berkas/{case_id}")
    assert as_sari.get("/surat-masuk/1").status_code == 404
    assert "Buat konsep" not in page(as_budi, f"/berkas/{case_id}"), "not its step yet"
    put_at_draft(journal, case_id)
    assert "Buat konsep" in page(as_budi, f"/berkas/{case_id}")
    assert "Buat konsep" not in page(as_ratna, f"/berkas/{case_id}")
    made = as_budi.post("/surat-keluar/konsep", {"berkas": str(case_id), "surat": "notice"})
    assert made.headers["Location"] == "/surat-keluar/1/naskah"
    assert "Rabu, 25 Maret 2026 | 09.00" in page(as_budi, "/surat-keluar/1/naskah")
    assert letters_on(page(as_ratna, f"/berkas/{case_id}")) == [
        ("Surat permohonan", "Surat masuk 001/SM/2026: belum didisposisi"),
        ("Surat undangan", "Konsep surat 1: konsep"),
    ]


def test_decisions_ask_the_pin_and_lose_nothing(
    journal: Journal, who: Who, as_budi: Browser, as_ratna: Browser, as_camat: Browser, tmp_path: Path
) -> None:
    made = free_letter(journal, who)
    where = f"/surat-keluar/{made}"
    assert as_budi.post(f"{where}/ajukan", {"seen": "1"}).status_code == 303
    without = as_ratna.post(f"{where}/paraf", {"seen": "1"})
    assert (without.status_code, "Isi PIN." in without.get_data(as_text=True)) == (422, True)
    assert as_ratna.post(f"{where}/paraf", {"seen": "1", "pin": "000000"}).status_code == 422
    reason = as_ratna.post(f"{where}/kembalikan", {"seen": "9", "reason": "Sebut tanggalnya"})
    assert reason.status_code == 409, "the page is drawn again"
    assert "Naskah surat ini sudah berubah" in reason.get_data(as_text=True)
    assert ">Sebut tanggalnya</textarea>" in reason.get_data(as_text=True)
    assert as_ratna.post(f"{where}/kembalikan", {"seen": "1", "reason": "Sebut tanggalnya"}).status_code == 303
    assert "Sebut tanggalnya" in page(as_budi, "/")
    text = {"subject": "Undangan", "addressed_to": "Dinas Contoh", "text": "Pada 25 Maret 2026.", "code": "000"}
    typed = text | {"urgency": "ordinary", "seen": "1"}
    kept = as_budi.post(f"{where}/naskah", typed)
    assert (kept.status_code, "Pada 25 Maret 2026.</textarea>" in kept.get_data(as_text=True)) == (422, True)
    assert as_budi.post(f"{where}/naskah", typed | {"reason": "Tanggal ditulis"}).status_code == 303
    assert as_budi.post(f"{where}/ajukan", {"seen": "2"}).status_code == 303
    assert as_ratna.post(f"{where}/paraf", {"seen": "2", "pin": PIN}).status_code == 303
    draft = text_of(as_budi.post(f"{where}/cetak").get_data(), tmp_path)
    assert "DRAF, belum ditandatangani" in draft
    assert as_camat.post(f"{where}/tanda-tangan", {"seen": "2", "pin": PIN}).status_code == 303
    assert as_ratna.post(f"{where}/nomor").status_code == 303
    twice = as_ratna.post(f"{where}/nomor")
    assert (twice.status_code, "sudah berubah: Bernomor" in twice.get_data(as_text=True)) == (409, True)
    sent = {"on": "12032026", "way": "post", "proof": ""}
    assert as_ratna.post(f"{where}/kirim", sent).status_code == 422
    assert as_ratna.post(f"{where}/kirim", sent | {"proof": "Resi 77"}).status_code == 303
    shown = page(as_budi, where)
    for said in ("Tanggal ditulis", "Kami mengundang Saudara.", "Resi 77", "000/1/427.86/2026"):
        assert said in shown
    letter = text_of(as_budi.post(f"{where}/cetak").get_data(), tmp_path)
    assert "DRAF" not in letter
    for said in ("000/1/427.86/2026", "Hadi Purnomo", "Pada 25 Maret 2026.", "Yth. Dinas Contoh"):
        assert said in letter, said


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("Jadwalnya [belum ada: hari].", "bertanda [belum ada: …]"),
        ("Jadwal terlampir.", "Naskah menyebut lampiran"),
        ("Jadwalnya Senin.", ""),
    ],
)
def test_a_draft_that_lacks_something_says_so_in_place_of_its_button(
    journal: Journal, who: Who, as_budi: Browser, text: str, lacks: str
) -> None:
    made = free_letter(journal, who, replace(FREE, text=text))
    shown = page(as_budi, f"/surat-keluar/{made}")
    own = shown[shown.index(f'action="/surat-keluar/{made}/ajukan"') :].partition("</form>")[0]
    assert ('aria-disabled="true"' in own) is bool(lacks)
    assert lacks in own
    assert as_budi.post(f"/surat-keluar/{made}/ajukan", {"seen": "1", "pin": PIN}).status_code == (
        409 if lacks else 303
    )


@pytest.mark.parametrize(
    ("initials", "words"),
    [
        (["sekretaris"], "Teruskan untuk diparaf"),
        (["kasi", "sekretaris"], "Paraf dan teruskan"),
        ([], "Teruskan untuk ditandatangani"),
    ],
)
def test_a_draft_is_passed_on_to_what_comes_next(
    journal: Journal, who: Who, as_budi: Browser, initials: list[str], words: str
) -> None:
    """Budi, a Kasi, drafts: he may be the first who initials, another may, or nobody."""
    made = service.draft_free_letter(journal, who("budi"), draft=FREE, initials=initials, signatory="camat", now=START)
    assert f'<h2 id="sub-h">{words}</h2>' in page(as_budi, f"/surat-keluar/{made}")


def test_scans_are_seen_by_who_reads_the_letter(
    journal: Journal, as_ratna: Browser, as_camat: Browser, as_budi: Browser, letter_id: int
) -> None:
    where = f"/surat-masuk/{letter_id}/pindaian"
    hostile = as_ratna.post(where, {"scan": (io.BytesIO(b"<script>alert(1)</script>"), "surat.pdf")})
    assert hostile.status_code == 422
    assert "Isi dokumen ini bukan PDF" in hostile.get_data(as_text=True)
    assert as_ratna.post(where, {"scan": (io.BytesIO(PDF), "surat.pdf")}).status_code == 303
    assert as_budi.post(where, {"scan": (io.BytesIO(PDF), "surat.pdf")}).status_code == 403
    assert as_camat.get("/lampiran/1").get_data() == PDF
    assert as_budi.get("/lampiran/1").status_code == 403
    for other in (as_budi, as_camat):
        assert other.post("/lampiran/1/musnahkan", {"reason": "Salah surat"}).status_code == 403
    shown = as_ratna.get(f"/surat-masuk/{letter_id}").get_data(as_text=True)
    assert "/lampiran/1/musnahkan" in shown
    gone = as_ratna.post("/lampiran/1/musnahkan", {"reason": "Salah surat"})
    assert gone.headers["Location"] == f"/surat-masuk/{letter_id}"
    assert "Salah surat" in as_ratna.get("/lampiran").get_data(as_text=True)
    assert as_camat.get("/lampiran/1").status_code == 409


def test_the_agenda_as_paper_and_spreadsheet(
    journal: Journal, who: Who, as_ratna: Browser, as_sari: Browser, letter_id: int, tmp_path: Path
) -> None:
    made = signed_letter(journal, who)
    service.number_letter(journal, who("ratna"), letter_id=made, now=START)
    for book, number in (("incoming", "001/SM/2026"), ("outgoing", "000/1/427.86/2026")):
        asked = {"buku": book, "tahun": "2026"}
        assert number in text_of(as_ratna.post("/surat/cetak", asked).get_data(), tmp_path)
        file = tmp_path / f"{book}.xlsx"
        file.write_bytes(as_ratna.post("/surat/unduh", asked).get_data())
        rows = list(load_workbook(file).active.values)
        assert (len(rows), rows[1][0]) == (2, number)
        assert as_sari.post("/surat/unduh", asked).status_code == 403
    logged = list(journal.db.run("SELECT subject FROM access_log WHERE action = 'letter.export' ORDER BY id"))
    assert logged == [("agenda/incoming/2026",), ("agenda/outgoing/2026",)]
    assert as_ratna.post("/surat/unduh", {"buku": "lain"}).status_code == 404
    assert "Nihil" not in page(as_ratna, "/surat-masuk?tahun=2026&cari=rapat")
    assert "001/SM/2026" not in page(as_ratna, "/surat-masuk?tahun=2025")
    assert as_ratna.post("/cari", {"q": "000/1/427.86/2026"}).headers["Location"] == f"/surat-keluar/{made}"
    assert as_sari.post("/cari", {"q": "001/SM/2026"}).status_code == 200


def test_lists_of_the_office_are_changed_by_page(as_ratna: Browser, as_sari: Browser) -> None:
    lists = {"codes": "800 Kepegawaian\n800.1 Kartu", "instructions": "Untuk diketahui\n\nSelesaikan"}
    assert as_ratna.post("/surat/pengaturan", lists).status_code == 303
    assert "800.1 Kartu" in page(as_ratna, "/surat-masuk/baru")
    assert as_ratna.post("/surat/pengaturan", lists | {"codes": "800 A\n800 B"}).status_code == 422
    assert as_ratna.post("/surat/pengaturan", lists | {"codes": "8/0 A"}).status_code == 422
    assert as_sari.post("/surat/pengaturan", lists).status_code == 403
    assert "Agenda surat keluar" in page(as_ratna, "/pengaturan/nomor")
    assert (
        as_ratna.post("/pengaturan/nomor/letter_out", {"pattern": "{code}/{n}/X/{year}", "start": "5"}).status_code
        == 303
    )
    assert "kode/5/X/2026" in page(as_ratna, "/pengaturan/nomor")
    assert as_ratna.post("/pengaturan/nomor/letter_in", {"pattern": "{code}/{n}", "start": "1"}).status_code == 422


@pytest.mark.parametrize("username", sorted(CAST))
def test_who_has_no_part_in_a_letter_sees_nothing_of_it(
    web: Flask, journal: Journal, who: Who, letter_id: int, username: str
) -> None:
    """The Camat signs, the secretary keeps the agenda, Budi drafts; nobody else finds either letter."""
    made, browser = free_letter(journal, who), Browser(web, username)
    found = {path: browser.get(path) for path in (f"/surat-masuk/{letter_id}", f"/surat-keluar/{made}")}
    allowed = {"ratna": (200, 200), "camat": (200, 200), "budi": (404, 200)}.get(username, (404, 404))
    if username in ("desi", "wati"):
        allowed = (403, 403)
    assert tuple(answer.status_code for answer in found.values()) == allowed
    lists = [browser.get(path) for path in ("/surat-masuk", "/surat-keluar")]
    if username not in ("desi", "wati", "ratna", "camat", "budi"):
        assert not re.search("Dinas Contoh|Undangan", "".join(answer.get_data(as_text=True) for answer in lists))


def test_letters_are_found_by_number_sender_and_subject_by_those_who_may_read_them(
    as_ratna: Browser, as_sari: Browser, letter_id: int
) -> None:
    where = f"/surat-masuk/{letter_id}"
    for typed in ("001", "1/SM", "rapat", "dinas cont", "045/12"):
        assert as_ratna.post("/cari", {"q": typed}).headers.get("Location") == where, typed
        assert where in as_ratna.post("/cari/usul", {"q": typed}).get_data(as_text=True)
        assert where not in as_sari.post("/cari", {"q": typed}, follow_redirects=True).get_data(as_text=True)
        assert where not in as_sari.post("/cari/usul", {"q": typed}).get_data(as_text=True)
    assert "/surat-masuk/baru" in as_ratna.post("/cari/usul", {"q": "surat baru"}).get_data(as_text=True)


def test_an_answer_begins_with_whom_and_what_it_answers(as_ratna: Browser, as_budi: Browser) -> None:
    assert as_ratna.post("/surat-masuk/baru", ENTRY).status_code == 303
    plain = page(as_ratna, "/surat-keluar/baru")
    assert "Jawaban atas surat" not in plain
    form = page(as_ratna, "/surat-keluar/baru?menjawab=1")
    assert "Jawaban atas surat 045/12" in form
    assert "Dinas Contoh" in form
    assert as_budi.get("/surat-keluar/baru?menjawab=1").status_code == 404, "it has not reached him"
    assert as_ratna.get("/surat-keluar/baru?menjawab=9").status_code == 404


def test_the_book_shows_twenty_five_a_page_and_finds_by_words(journal: Journal, who: Who) -> None:
    for n in range(26):
        line = replace(LINE, letter_number=f"100/{n}", subject=f"Perihal {n}")
        agenda.register_incoming(journal, who("ratna"), line=line, now=START)
    asked = queries.Asked(2026)
    first = queries.incoming_letters(journal.db, who("ratna"), asked)
    assert [len(first), len(queries.incoming_letters(journal.db, who("ratna"), asked, 2))] == [26, 1], (
        "one more says: on"
    )
    assert [letter.id for letter in first[:2]] == [26, 25]
    by_word = queries.incoming_letters(journal.db, who("ratna"), queries.Asked(2026, text=" PERIHAL 25 "))
    assert [letter.subject for letter in by_word] == ["Perihal 25"]
    assert queries.incoming_letters(journal.db, who("ratna"), queries.Asked(2026, "settled")) == []
    assert queries.incoming_letters(journal.db, who("ratna"), queries.Asked(2025)) == []
    assert queries.incoming_letters(journal.db, who("budi"), asked) == [], "none has reached him"

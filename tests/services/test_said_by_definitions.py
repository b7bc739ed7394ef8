"""What a definition can say beside steps and limits, over HTTP with a procedure that only the tests know.

One of several papers, a partner that only advises, who registers, an act that is greyed for others, a letter with a
list that the counter hands over, and a classification code.
"""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.casework.batches.tables import DispatchLineRow
from app.casework.desk.checklist import checked_items
from app.casework.desk.queries import case_events
from app.casework.desk.service import case_by_id
from app.casework.desk.tables import CaseFile
from app.casework.letters.tables import OutgoingLetter
from app.compose_office import make_office_app
from sync.journal import Journal
from tests.platform.office.adopting import put_in_force
from tests.platform.people import MUNDER, PIN, SECRET_KEY, Browser, Clock
from tests.platform.printing.reading import text_of

SERVICE = "rekomendasi-keramaian"
TEXT = (Path(__file__).parent / f"{SERVICE}.toml").read_text(encoding="utf-8")
EVENT = {
    "organizer_no": "PAN-07",
    "organizer": "Slamet Rekaan",
    "event": "Wayang kulit",
    "held_on": "20042026",
    "village": MUNDER,
    "kind": "crowd",
}
ANY_PROOF = "salah satu dari Akta kelahiran, Ijazah, atau Surat nikah"


@pytest.fixture
def office(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    put_in_force(journal, TEXT, on=date(2026, 1, 2))
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def page(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text.split("<main", 1)[1].split("</main>", 1)[0]


def paper(browser: Browser, name: str, folder: Path) -> str:
    made = browser.post(f"/berkas/1/kertas/{name}/cetak")
    assert made.content_type == "application/pdf"
    return text_of(made.data, folder)


def register(browser: Browser, *have: str) -> str:
    draft = browser.post("/permohonan/baru", {"layanan": SERVICE, "kunci": "PAN-07"}).location
    answer = browser.post(draft, EVENT | {"aksi": "daftar", "have": list(have)})
    assert answer.status_code == 303, answer.text
    return draft


def case_of(journal: Journal) -> CaseFile:
    case = case_by_id(journal.db, 1)
    assert case is not None
    return case


def check(browser: Browser, outcome: str = "complete", **states: str) -> int:
    sent = {"state-proof": "present", "state-neighbours": "present", "outcome": outcome, "step": "check"}
    return browser.post("/berkas/1/periksa", sent | states).status_code


# -- one of several papers -----------------------------------------------------------------------------------------


def test_the_form_asks_which_paper_was_brought_and_the_receipt_prints_it(
    journal: Journal, office: Flask, tmp_path: Path
) -> None:
    sari = Browser(office, "sari")
    start = page(sari, f"/permohonan/baru?layanan={SERVICE}")
    assert ANY_PROOF in start
    draft = sari.post("/permohonan/baru", {"layanan": SERVICE, "kunci": "PAN-07"}).location
    assert 'value="proof:diploma"' in page(sari, draft)
    sari.post(f"{draft}/isian", EVENT | {"have": ["proof:diploma"]})
    assert 'value="proof:diploma" selected' in page(sari, draft), "the draft keeps it"
    sari.post(draft, EVENT | {"aksi": "daftar", "have": ["proof:diploma", "neighbours"]})
    items = checked_items(journal.db, 1)
    assert (items["proof"].state, items["proof"].chosen) == ("present", "diploma")
    assert "Bukti diri: Ijazah" in paper(sari, "tanda-terima", tmp_path)
    assert "Bukti diri: Ijazah" in page(sari, "/berkas/1")
    assert "Bukti diri: Ijazah" in paper(sari, "formulir", tmp_path)


@pytest.mark.parametrize("word", ["proof", "proof:", "proof:passport", ""])
def test_a_paper_that_is_none_of_them_is_not_brought(
    journal: Journal, office: Flask, word: str, tmp_path: Path
) -> None:
    sari = Browser(office, "sari")
    register(sari, word)
    assert (checked_items(journal.db, 1)["proof"].state, checked_items(journal.db, 1)["proof"].chosen) == (
        "missing",
        "",
    )
    assert f"Bukti diri: {ANY_PROOF}" in paper(sari, "tanda-terima", tmp_path)


def test_the_check_asks_which_and_what_is_missing_says_all_that_would_do(
    journal: Journal, office: Flask, tmp_path: Path
) -> None:
    sari = Browser(office, "sari")
    register(sari)
    shown = page(sari, "/berkas/1/periksa")
    assert f"Cukup {ANY_PROOF}." in shown
    refused = sari.post(
        "/berkas/1/periksa",
        {"state-proof": "present", "state-neighbours": "present", "outcome": "complete", "step": "check"},
    )
    assert refused.status_code == 422
    assert f"Pilih yang dibawa: {ANY_PROOF}." in refused.text
    crafted = check(sari, **{"chosen-proof": "passport"})
    assert (crafted, case_of(journal).step) == (422, "check")
    lacking = sari.post(
        "/berkas/1/periksa",
        {"state-proof": "missing", "state-neighbours": "present", "outcome": "complete", "step": "check"},
    )
    assert f"Bukti diri: {ANY_PROOF}" in lacking.text
    back = {"reasons": "Bukti diri tidak ada", "state-proof": "missing"}
    assert check(sari, "returned", **back) == 303
    slip = paper(sari, "pengembalian", tmp_path)
    assert f"Belum ada: Bukti diri: {ANY_PROOF}" in slip
    assert "Bukti diri tidak ada" not in slip, "the paper's own line says it"
    sari.post("/berkas/1/langkah", {"outcome": "resubmitted", "step": "returned"})
    assert check(sari, **{"chosen-proof": "marriage"}) == 303
    assert checked_items(journal.db, 1)["proof"].chosen == "marriage"
    assert "Bukti diri: Surat nikah" in page(sari, "/berkas/1")
    entries = [entry.body for entry in journal.about("case/1") if entry.kind == "case.items_checked"]
    assert [item.chosen for item in entries[-1].items] == ["marriage", ""]


# -- who registers -------------------------------------------------------------------------------------------------


def test_only_those_whom_it_names_are_offered_it_and_others_are_refused(journal: Journal, office: Flask) -> None:
    for username, offered in (("sari", True), ("desi", True), ("wati", False), ("oki", False), ("budi", False)):
        browser = Browser(office, username)
        shown = page(browser, f"/permohonan/baru?layanan={SERVICE}")
        assert ("Rekomendasi Izin Keramaian" in shown) == offered, username
        answer = browser.post("/permohonan/baru", {"layanan": SERVICE, "kunci": "PAN-07"})
        assert answer.status_code == (303 if offered else 403), username
        if not offered:
            assert "Petugas Desa, Petugas Loket (Munder)" in answer.text
    assert journal.db.one("SELECT count(*) FROM case_file") == (0,)


def test_a_draft_from_before_the_rule_is_refused_too(journal: Journal, office: Flask) -> None:
    wati, sari = Browser(office, "wati"), Browser(office, "sari")
    draft = sari.post("/permohonan/baru", {"layanan": SERVICE, "kunci": "PAN-07"}).location
    journal.db.run("UPDATE draft SET author = 'wati'")
    assert wati.post(draft, EVENT | {"aksi": "daftar"}).status_code == 403
    assert journal.db.one("SELECT count(*) FROM case_file") == (0,)


# -- an act that is greyed -----------------------------------------------------------------------------------------


def test_a_reserved_act_is_greyed_with_its_reason_for_the_others(journal: Journal, office: Flask) -> None:
    sari, camat = Browser(office, "sari"), Browser(office, "camat")
    register(sari, "proof:birth", "neighbours")
    for path in ("/berkas/1", "/berkas/1/periksa"):
        shown = page(sari, path)
        greyed = shown.split('<div class="greyed">', 1)[1].split("</div>", 1)[0]
        assert 'type="button" aria-disabled="true"' in greyed
        assert "Lewati pendapat Polsek" in greyed
        assert "Hanya Camat yang dapat melakukannya." in greyed
        assert 'value="urgent"' not in shown
    assert "greyed" not in page(camat, "/berkas/1")
    assert 'value="urgent"' in page(camat, "/berkas/1")
    crafted = {"outcome": "urgent", "step": "check", "note": "Mendesak"}
    assert sari.post("/berkas/1/langkah", crafted).status_code == 403
    assert camat.post("/berkas/1/langkah", crafted).status_code == 303
    assert case_of(journal).step == "draft"


# -- a partner that only gives advice ------------------------------------------------------------------------------


def send_for_advice(journal: Journal, office: Flask) -> str:
    sari, camat = Browser(office, "sari"), Browser(office, "camat")
    register(sari, "proof:birth", "neighbours")
    assert check(sari, **{"chosen-proof": "birth"}) == 303
    where: str = sari.post(f"/pengiriman/?layanan={SERVICE}", {"berkas": "1"}).location
    assert camat.post(f"{where}/kirim", {"pin": PIN}).status_code == 303
    return where


def test_an_adviser_answers_line_by_line_and_nothing_comes_back(
    journal: Journal, office: Flask, tmp_path: Path
) -> None:
    where = send_for_advice(journal, office)
    sari, oki = Browser(office, "sari"), Browser(office, "oki")
    letter = text_of(sari.post(f"{where}/surat-pengantar").data, tmp_path)
    assert "pendapat diberikan" in letter
    typing = page(sari, f"{where}/jawaban")
    assert "Pendapat" in typing
    assert "Nomor seri" not in typing
    empty = sari.post(f"{where}/jawaban", {"ordinal": "1", "result": "printed"})
    assert empty.status_code == 422
    assert "Tulis pendapatnya seperti di daftar jawaban." in empty.text
    opinion = "Didukung dengan penjagaan dua petugas"
    assert sari.post(f"{where}/jawaban", {"ordinal": "1", "result": "printed", "reason": opinion}).status_code == 303
    assert oki.post(f"{where}/periksa/1", {"cocok": "1"}).status_code == 303
    line = DispatchLineRow.first(journal.db, case_id=1)
    assert line is not None
    assert (line.result, line.reason, case_of(journal).step) == ("printed", opinion, "draft")
    assert [event.note for event in case_events(journal.db, 1)][-1] == opinion
    assert opinion in page(sari, "/berkas/1")
    assert opinion in page(sari, where)
    for path in ("/", "/kartu/panggilan", "/kartu/kedatangan", f"/keseimbangan/?layanan={SERVICE}", "/berkas/1"):
        shown = page(sari, path)
        assert "anggil pemiliknya" not in shown, path
        assert "Keramaian</a>" not in shown or path.startswith("/keseimbangan"), path
    assert "di kantor menurut buku" not in page(sari, f"/keseimbangan/?layanan={SERVICE}")


# -- letters -------------------------------------------------------------------------------------------------------


def signed_letter(journal: Journal, office: Flask) -> OutgoingLetter:
    """The letter of a case that the Camat let pass the police, signed and not numbered."""
    sari, budi, camat = (Browser(office, name) for name in ("sari", "budi", "camat"))
    register(sari, "proof:birth", "neighbours")
    camat.post("/berkas/1/langkah", {"outcome": "urgent", "step": "check", "note": "Mendesak"})
    assert budi.post("/surat-keluar/konsep", {"berkas": "1", "surat": "advice"}).status_code == 303
    assert sari.get("/surat-keluar/1").status_code == 404, "a draft is not the counter's"
    budi.post("/surat-keluar/1/ajukan", {"seen": "1"})
    assert camat.post("/surat-keluar/1/tanda-tangan", {"seen": "1", "pin": PIN}).status_code == 303
    return letter_of(journal)


def letter_of(journal: Journal) -> OutgoingLetter:
    row = OutgoingLetter.first(journal.db, id=1)
    assert row is not None
    return row


def test_a_letter_has_its_list_and_the_code_of_its_service(journal: Journal, office: Flask, tmp_path: Path) -> None:
    row = signed_letter(journal, office)
    assert row.code == "300.1"
    assert "Penanggung jawab: | Slamet Rekaan\nAcara: | Wayang kulit" in row.text
    sari = Browser(office, "sari")
    shown = page(sari, "/surat-keluar/1")
    assert "<dt>Penanggung jawab</dt><dd>Slamet Rekaan</dd>" in shown
    printed = text_of(sari.post("/surat-keluar/1/cetak").data, tmp_path)
    assert "Penanggung jawab : Slamet Rekaan" in printed
    assert "Hari dan tanggal : Senin, 20 April 2026" in printed or "Hari dan tanggal : 20 April 2026" in printed
    assert "|" not in printed


def test_the_counter_hands_the_letter_over_which_marks_it_sent(journal: Journal, office: Flask) -> None:
    signed_letter(journal, office)
    sari, oki, ratna = (Browser(office, name) for name in ("sari", "oki", "ratna"))
    assert "Serahkan di loket" not in page(sari, "/surat-keluar/1"), "it has no number yet"
    assert oki.get("/surat-keluar/1").status_code == 404
    assert sari.post("/surat-keluar/1/serahkan", {"receiver": "Slamet"}).status_code == 409
    assert ratna.post("/surat-keluar/1/nomor").status_code == 303
    assert letter_of(journal).number.startswith("300.1/")
    assert case_of(journal).step == "give"
    assert "/surat-keluar/1" in sari.get("/").text
    assert "/surat-keluar/1" in page(sari, "/berkas/1")
    nobody = sari.post("/surat-keluar/1/serahkan", {"receiver": " "})
    assert nobody.status_code == 422
    assert "Tulis nama orang yang mengambil surat ini." in nobody.text
    assert oki.post("/surat-keluar/1/serahkan", {"receiver": "Slamet"}).status_code == 404
    assert sari.post("/surat-keluar/1/serahkan", {"receiver": "Slamet Rekaan"}).status_code == 303
    row = letter_of(journal)
    assert (row.state, row.way, row.proof) == ("sent", "taken", "Diterima Slamet Rekaan")
    assert case_of(journal).step == "@done", "the step that waited for it has ended"

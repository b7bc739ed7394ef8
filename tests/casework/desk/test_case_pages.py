"""The page of a case and what is done on it."""

import re
from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError

from app.casework.desk import checklist, moving, queries, service
from app.casework.desk.opening import Opened
from app.core.permissions import Actor
from app.core.problems import CATALOGUE
from app.platform.office import service as office
from app.platform.people.access_log import access_lines
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, KK, NIK, application, open_anew, other
from tests.platform.people import KRAI, PIN, START, Browser
from tests.world.browser import Reader

PRESENT = {f"state-{item}": "present" for item in ALL_ITEMS} | {"seen-photo": "merah"}


def decide(browser: Browser, outcome: str, step: str = "validate", **more: object) -> str:
    answer = browser.post("/berkas/1/periksa", {**PRESENT, "outcome": outcome, "step": step, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_numbers_stay_masked_until_somebody_asks(journal: Journal, as_sari: Browser, opened: Opened) -> None:
    pages = ["/", "/berkas/1", "/berkas", "/berkas/1/periksa", "/register?bulan=2026-03", "/jatuh-tempo"]
    for path in pages:
        page = as_sari.get(path).text
        assert NIK not in page, path
        assert KK not in page, path
    assert "350899******0008" in as_sari.get("/berkas/1").text
    shown = as_sari.post("/berkas/1/nomor", htmx=True)
    assert NIK in shown.text
    assert KK in shown.text
    assert "data-copy" in shown.text
    assert NIK in as_sari.post("/berkas/1/nomor").text
    lines = [seen for _, seen in access_lines(journal.db, subject="case/1", actions=["case.reveal"])]
    assert [(line.action, line.name) for line in lines] == [("case.reveal", "Sari Wulandari")] * 2
    assert NIK not in str(lines)
    assert "Melihat nomor lengkap" in as_sari.get("/berkas/1").text


def test_a_closed_case_offers_no_correction(
    journal: Journal, as_budi: Browser, budi: Actor, as_ida: Browser, opened: Opened
) -> None:
    told = f"Memperbaiki data dan menutup berkas: {budi.profile.who_may('case.correct')}."
    assert "Perbaiki data" in as_budi.get("/berkas/1").text
    assert told in as_ida.get("/berkas/1").text
    moving.leave_case(journal, budi, case_id=opened.id, exit_id="withdrawn", reason="Pemohon batal", now=START)
    assert "Perbaiki data" not in as_budi.get("/berkas/1").text
    assert told not in as_ida.get("/berkas/1").text


def test_who_may_not_reveal_is_refused(as_desi: Browser, as_ida: Browser, opened: Opened) -> None:
    for browser in (as_desi, as_ida):
        assert browser.get("/berkas/1").status_code == 200
        assert browser.post("/berkas/1/nomor").status_code == 403


def test_the_correction_form_hides_numbers_that_stay(journal: Journal, as_budi: Browser, opened: Opened) -> None:
    page = as_budi.get("/berkas/1/perbaiki").text
    assert NIK not in page
    assert "0008" not in page.replace("350899******0008", "")
    raw = application(nik="350899******0008", kk="350899******0071", street="Dusun Baru")
    refused = as_budi.post("/berkas/1/perbaiki", raw)
    assert refused.status_code == 422
    assert "Dusun Baru" in refused.text
    assert NIK not in refused.text
    read = [
        as_budi.post("/berkas/1/perbaiki", raw | more).text for more in ({}, {"nik": NIK, "kk": application()["kk"]})
    ]
    assert ["boxes-key" in page for page in read] == [False, True], "only whole numbers are read back, figure by figure"
    reason = {"reason": "salah tulis", "pin": PIN}
    assert as_budi.post("/berkas/1/perbaiki", raw | reason).status_code == 303
    case = service.case_by_id(journal.db, 1)
    assert case is not None
    assert case.main_key == NIK
    assert "Dusun Baru" in case.fields


def test_a_correction_asks_the_pin_and_keeps_what_was_typed(journal: Journal, as_budi: Browser, opened: Opened) -> None:
    raw = application(street="Dusun Baru", reason="salah tulis")
    for pin, sentence in (("000000", "PIN tidak cocok"), ("", "Isi PIN.")):
        answer = as_budi.post("/berkas/1/perbaiki", raw | {"pin": pin})
        assert answer.status_code == 422
        assert [part for part in (sentence, "Dusun Baru", "salah tulis") if part not in answer.text] == []
        assert "000000" not in answer.text
    assert "corrected" not in [event.action for event in queries.case_events(journal.db, 1)]
    for _ in range(4):
        blocked = as_budi.post("/berkas/1/perbaiki", raw | {"pin": "000000"})
    assert blocked.status_code == 423
    assert "Dusun Baru" in blocked.text
    assert CATALOGUE["pin_needs_password"].sentence in blocked.text


@pytest.mark.parametrize("path", ["", "/kertas/tanda-terima", "/periksa", "/nomor", "/catatan", "/tempat", "/langkah"])
def test_another_village_finds_nothing_there(as_wati: Browser, opened: Opened, path: str) -> None:
    answer = as_wati.get(f"/berkas/1{path}")
    sent = as_wati.post(f"/berkas/1{path}", {"action": "note", "text": "x"})
    assert {answer.status_code, sent.status_code} <= {403, 404, 405}
    assert min(answer.status_code, sent.status_code) < 405
    assert "Anisa" not in answer.text + sent.text


def test_the_answer_is_first_and_the_sentence_ready(as_sari: Browser, opened: Opened) -> None:
    decide(as_sari, "complete")
    page = as_sari.get("/berkas/1").text
    assert "Selasa, 7 April 2026" in page
    page = page.split('<section class="answer"')[1]
    assert page.index("Sekarang berada di") < page.index("Janji kepada pemohon") < page.index("Berikutnya")
    assert "Anisa Rahmawati, berkas sudah lengkap" in page
    assert "Mengapa 7 April 2026" in page
    assert "Cuti bersama" in page.replace("\u00ad", "")
    assert "Map" in page


def test_acceptance_leads_to_the_promise_slip(as_sari: Browser, opened: Opened) -> None:
    assert as_sari.get("/berkas/1/kertas/slip").status_code == 409
    assert decide(as_sari, "complete") == "/berkas/1/kertas/slip"
    assert as_sari.get("/berkas/1/kertas/slip").status_code == 200


def test_a_return_leads_to_its_slip_with_reasons(as_sari: Browser, opened: Opened) -> None:
    bare = as_sari.post(
        "/berkas/1/periksa",
        {
            **PRESENT,
            "outcome": "returned",
            "step": "validate",
            "state-photo": "missing",
            "note-photo": "fotonya 2 × 3",
        },
    )
    assert bare.status_code == 422
    assert "fotonya 2 × 3" in bare.text
    where = decide(as_sari, "returned", reasons=["Lainnya"], note="KK buram")
    assert where == "/berkas/1/kertas/pengembalian"
    page = as_sari.get("/berkas/1").text
    assert "berkas perlu dilengkapi: KK buram" in page
    assert "Berkas diterima kembali" in page
    printed = re.findall(r'href="/berkas/1/kertas/([a-z0-9-]+)"', page)
    assert printed[0] == "pengembalian", "what the applicant needs now comes first"
    assert sorted(set(printed)) == ["f-1-02", "formulir", "pengembalian", "tanda-terima"]


def test_an_incomplete_check_keeps_what_was_typed(journal: Journal, as_sari: Browser, opened: Opened) -> None:
    sent = {
        **PRESENT,
        "state-photo": "missing",
        "note-kk_copy": "KK lama",
        "outcome": "complete",
        "step": "validate",
    }
    answer = as_sari.post("/berkas/1/periksa", sent)
    assert answer.status_code == 409
    assert "Berkas belum lengkap: Pas foto" in answer.text
    assert "KK lama" in answer.text
    assert checklist.checked_items(journal.db, 1)["kk_copy"].note == ""


def test_the_second_officer_is_told(journal: Journal, as_sari: Browser, as_budi: Browser, opened: Opened) -> None:
    decide(as_sari, "complete")
    late = as_budi.post("/berkas/1/periksa", {**PRESENT, "outcome": "returned", "step": "validate", "note": "KK buram"})
    assert late.status_code == 409
    assert [event.action for event in queries.case_events(journal.db, 1)] == ["opened", "received", "complete"]


def test_the_same_button_twice_is_one_step(journal: Journal, as_desi: Browser, as_sari: Browser, desi: Actor) -> None:
    open_anew(journal, desi, ticked={})
    sent = {"outcome": "received", "step": "submit"}
    assert as_sari.post("/berkas/1/langkah", sent).status_code == 303
    again = as_sari.post("/berkas/1/langkah", sent)
    assert again.status_code == 409
    assert "sudah berubah" in again.text
    assert as_desi.post("/berkas/1/langkah", {"outcome": "complete", "step": "validate"}).status_code == 403


def test_back_dating_on_a_button_needs_a_reason(journal: Journal, as_sari: Browser, desi: Actor) -> None:
    open_anew(journal, desi, ticked={})
    for on, status in (("99992026", 422), ("01012020", 422)):
        answer = as_sari.post("/berkas/1/langkah", {"outcome": "received", "step": "submit", "on": on})
        assert answer.status_code == status
        assert on in answer.text


def read_page(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def held(text: str, action: str) -> dict[str, str]:
    """What the form of a page would send as it stands."""
    return dict(next(form.fields for form in read_page(text).forms if form.action == action))


def test_a_note_and_a_place_have_pages_of_their_own(as_sari: Browser, opened: Opened) -> None:
    note, place = "/berkas/1/catatan", "/berkas/1/tempat"
    for address, label in ((note, "Catat kunjungan atau telepon"), (place, "Pindah tempat")):
        assert f'href="{address}">{label}</a>' in as_sari.get("/berkas/1").text
    asked = as_sari.get(note).text
    assert asked.count(" autofocus") == 1
    assert [word for word in service.NOTE_ACTIONS.values() if f">{word}</option>" not in asked] == []
    saved = as_sari.post(note, {"action": "call", "text": "Tidak diangkat"})
    assert (saved.status_code, saved.location) == (303, "/berkas/1")
    page = as_sari.get("/berkas/1").text
    assert "Catatan disimpan." in page
    assert "Tidak diangkat" in page
    assert "folder" not in held(as_sari.get(place).text, place).values()
    assert as_sari.post(place, {"place": "folder", "number": "11"}).location == "/berkas/1"
    assert "Map 11" in as_sari.get("/berkas/1").text
    assert held(as_sari.get(place).text, place) | {"csrf_token": ""} == {
        "csrf_token": "",
        "place": "folder",
        "number": "11",
    }


@pytest.mark.parametrize(
    ("path", "sent", "sentence"),
    [
        ("/catatan", {"action": "call", "text": "x" * 1500}, "Paling panjang 1000 huruf."),
        ("/catatan", {"action": "visit", "text": ""}, "Tulis isinya."),
        ("/tempat", {"place": "bulan", "number": "12"}, "Pilih"),
        ("/tempat", {"place": "folder", "number": "1" * 31}, "Paling panjang 30 huruf."),
    ],
)
def test_what_cannot_be_noted_is_given_back(
    as_sari: Browser, opened: Opened, path: str, sent: dict[str, str], sentence: str
) -> None:
    """With the sentence at its field, on the page where it was typed."""
    refused = as_sari.post(f"/berkas/1{path}", sent)
    assert refused.status_code == 422
    assert sentence in refused.text
    lost = sent.items() - held(refused.text, f"/berkas/1{path}").items()
    assert lost <= {("place", "bulan")}  # a list cannot show what is not in it
    assert "Kembali ke berkas 0001/KTP/2026" in refused.text


def test_a_pause_is_asked_for_where_a_clock_runs(
    journal: Journal, as_budi: Browser, as_sari: Browser, opened: Opened
) -> None:
    """Only with a reason that the office has switched on; resumed with one button on the page of the case."""
    decide(as_sari, "complete")
    assert "Jeda hitungan" not in as_budi.get("/berkas/1").text
    early = as_budi.get("/berkas/1/jeda")
    assert early.status_code == 409
    assert "Belum ada alasan jeda yang diizinkan" in early.text, "the promise runs: that is not why"
    secretary = Actor(0, "x", "ratna", frozenset({"sekretaris"}))
    office.change_setting(journal, secretary, key="pauses.enabled", value=["blanks_out"], now=START)
    assert "Jeda hitungan" not in as_sari.get("/berkas/1").text
    assert as_sari.get("/berkas/1/jeda").status_code == 403
    links = {label: address for address, label in read_page(as_budi.get("/berkas/1").text).links}
    asked = as_budi.get(links["Jeda hitungan"])
    assert "Blangko habis" in asked.text
    assert "Rekam ganda" not in asked.text
    refused = as_budi.post("/berkas/1/jeda", {"reason": "holiday", "text": "Sampai Senin"})
    assert refused.status_code == 422
    assert held(refused.text, "/berkas/1/jeda")["text"] == "Sampai Senin"
    assert as_budi.post("/berkas/1/jeda", {"reason": "blanks_out", "text": "Sampai Senin"}).location == "/berkas/1"
    page = as_budi.get("/berkas/1").text
    assert [word for word in ("Hitungan hari dijeda.", "Dijeda sejak", "Lanjutkan hitungan") if word not in page] == []
    assert "Jeda hitungan" not in [label for _, label in read_page(page).links]
    again = as_budi.get("/berkas/1/jeda")
    assert again.status_code == 409
    assert "sedang tidak berjalan" in again.text
    assert as_budi.post("/berkas/1/lanjut").location == "/berkas/1"
    assert as_budi.post("/berkas/1/lanjut").status_code == 409


def test_closing_asks_reason_and_pin(journal: Journal, as_budi: Browser, as_sari: Browser, opened: Opened) -> None:
    assert as_sari.get("/berkas/1/tutup").status_code == 403
    sent = {"exit": "withdrawn", "note": "Surat pembatalan 12 Maret", "step": "validate", "pin": "000000"}
    wrong = as_budi.post("/berkas/1/tutup", sent)
    assert wrong.status_code == 422
    assert "Surat pembatalan 12 Maret" in wrong.text
    assert as_budi.post("/berkas/1/tutup", sent | {"note": "", "pin": PIN}).status_code == 422
    assert as_budi.post("/berkas/1/tutup", sent | {"pin": PIN}).status_code == 303
    page = as_budi.get("/berkas/1").text
    assert "Dibatalkan" in page
    assert "Surat pembatalan 12 Maret" in page
    assert as_budi.get("/berkas/1/perbaiki").status_code == 409


def test_a_second_print_says_copy_and_a_spoiled_one_does_not(
    journal: Journal, as_sari: Browser, opened: Opened
) -> None:
    first = as_sari.post("/berkas/1/kertas/tanda-terima/cetak")
    assert first.content_type == "application/pdf"
    assert first.data.startswith(b"%PDF-")
    assert "SALINAN" in as_sari.get("/berkas/1/kertas/tanda-terima").text
    as_sari.post("/berkas/1/kertas/tanda-terima/hasil", {"jawaban": "tidak"})
    assert "SALINAN" not in as_sari.get("/berkas/1/kertas/tanda-terima").text
    as_sari.post("/berkas/1/kertas/tanda-terima/cetak")
    as_sari.post("/berkas/1/kertas/tanda-terima/hasil", {"jawaban": "ya"})
    for neither in ("", "mungkin"):
        assert as_sari.post("/berkas/1/kertas/tanda-terima/hasil", {"jawaban": neither}).status_code == 422
    assert [printed.copies for printed in service.paper_prints(journal.db, "case/1")] == [1]
    assert as_sari.get("/berkas/1/kertas/rahasia").status_code == 404


def test_a_village_clerk_sees_what_is_missing_of_the_own_village(
    journal: Journal, as_desi: Browser, sari: Actor
) -> None:
    open_anew(journal, sari, ticked={"photo": ""})
    open_anew(journal, sari, raw=other(3, village=KRAI), ticked={})
    page = as_desi.get("/berkas").text
    assert "Anisa Rahmawati" in page
    assert "Dwi" not in page
    assert "Kurang: " in page
    assert "Fotokopi Kartu Keluarga (KK)" in page
    assert as_desi.get("/berkas/2").status_code == 404
    assert as_desi.get("/register").status_code == 403
    assert as_desi.get("/jatuh-tempo").status_code == 403
    assert "Dwi" not in as_desi.get("/berkas?desa=3508992007").text


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("cases.show_case", {"case_id": 7}),
        ("cases.show_case", {"case_id": 7, "_anchor": "calendar"}),
        ("papers.show_paper", {"case_id": 7, "name": "tanda-terima"}),
        ("papers.show_paper", {"case_id": 7, "name": "é/ b?"}),
        ("cases.show_cases", {"sebelum": 60, "desa": "35 08"}),
        ("asset", {"name": "vendor/x y.js"}),
        ("desk.show_desk", {}),
    ],
)
def test_an_address_in_a_page_is_the_one_that_flask_builds(web: Flask, endpoint: str, values: dict[str, Any]) -> None:
    with web.test_request_context("/"):
        for _ in range(2):
            assert web.jinja_env.globals["url_for"](endpoint, **values) == url_for(endpoint, **values)
        with pytest.raises(BuildError):
            web.jinja_env.globals["url_for"]("cases.show_case", number=7)

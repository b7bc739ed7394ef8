"""The counter check and what follows on the case's page: numbers, folder, three times, papers with whole numbers."""

import re
from datetime import date

from msgspec.structs import replace

from app.casework.desk import moving, queries, service
from app.casework.desk.opening import Opened
from app.core.permissions import Actor
from app.platform.people.access_log import access_lines
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, open_anew
from tests.platform.people import START, Browser

PRESENT = {f"state-{item}": "present" for item in ALL_ITEMS} | {"seen-photo": "merah"}


def decide(browser: Browser, outcome: str, **more: object) -> None:
    answer = browser.post("/berkas/1/periksa", {**PRESENT, "outcome": outcome, "step": "validate", **more})
    assert answer.status_code == 303, answer.text


def sari_as_operator(actor: Actor) -> Actor:
    """The same person with the operator's role beside the own."""
    return replace(actor, roles=actor.roles | {"operator"})


def test_the_checker_may_see_the_numbers_and_names_the_folder(
    journal: Journal, as_sari: Browser, opened: Opened
) -> None:
    page = as_sari.get("/berkas/1/periksa").text
    assert "350899******0008" in page
    assert 'action="/berkas/1/nomor"' in page
    assert 'name="folder"' in page
    assert (
        as_sari.post(
            "/berkas/1/periksa", {**PRESENT, "outcome": "complete", "step": "validate", "folder": "x" * 31}
        ).status_code
        == 422
    )
    decide(as_sari, "complete", folder="10")
    assert "Map 10" in as_sari.get("/berkas/1").text


def test_the_folder_stays_known_while_the_papers_stay_in_it(
    journal: Journal, as_sari: Browser, sari: Actor, opened: Opened
) -> None:
    decide(as_sari, "complete", folder="10")
    moving.advance_case(
        journal,
        sari_as_operator(sari),
        case_id=1,
        outcome="not_recorded",
        now=START,
        note="Pemohon tidak datang",
        special="ktp.recording",
    )
    case = service.case_by_id(journal.db, 1)
    assert case is not None
    assert (case.place, case.place_number) == ("folder", "10")


def test_what_everybody_must_bring_cannot_be_waived(as_sari: Browser, opened: Opened) -> None:
    assert 'value="not_needed"' not in as_sari.get("/berkas/1/periksa").text
    answer = as_sari.post(
        "/berkas/1/periksa",
        {**PRESENT, "state-photo": "not_needed", "note-photo": "menyusul", "outcome": "complete", "step": "validate"},
    )
    assert answer.status_code == 422
    assert "Wajib untuk setiap permohonan (SP 2.2 dan 4.2)" in answer.text


def test_received_complete_and_entered_are_three_times(journal: Journal, as_sari: Browser, sari: Actor) -> None:
    open_anew(journal, sari, received_on=date(2026, 3, 10), late_reason="listrik padam")
    page = re.sub(r"\s+", " ", as_sari.get("/berkas/1").text)
    assert "<dt>Diterima</dt><dd>10 Maret 2026" in page
    assert "Tanggal mundur" in page
    assert "listrik padam" in page
    assert "<dt>Lengkap</dt><dd>Belum" in page
    assert "<dt>Dicatat</dt><dd>Kam 12 Mar" in page


def test_a_paper_with_whole_numbers_is_for_those_who_may_see_them_and_is_logged(
    journal: Journal, as_sari: Browser, as_ida: Browser, as_desi: Browser, opened: Opened
) -> None:
    assert "Cetak formulir" not in as_ida.get("/berkas/1").text
    assert as_ida.get("/berkas/1/kertas/formulir").status_code == 403
    assert as_ida.post("/berkas/1/kertas/formulir/cetak").status_code == 403
    for browser in (as_sari, as_desi):
        assert browser.post("/berkas/1/kertas/formulir/cetak").status_code == 200
    seen = [(one.action, one.name) for _, one in access_lines(journal.db, subject="case/1")]
    assert [name for action, name in seen if action == "case.reveal"] == ["Desi Anggraini", "Sari Wulandari"]


def test_a_reason_with_a_full_stop_makes_no_double_one(as_sari: Browser, opened: Opened) -> None:
    decide(as_sari, "returned", note="KK buram.")
    page = as_sari.get("/berkas/1").text
    assert "berkas perlu dilengkapi: KK buram. Bawa kembali" in page


def ticked(page: str) -> list[str]:
    """Reasons that stand ticked on the check page."""
    return re.findall(r'name="reasons" value="([^"]*)" checked', page)


def test_reasons_come_ticked_from_what_is_missing(journal: Journal, as_sari: Browser, opened: Opened) -> None:
    assert ticked(as_sari.get("/berkas/1/periksa").text) == []
    lacking = {**PRESENT, "state-photo": "missing", "state-kk_copy": "missing", "step": "validate"}
    assert as_sari.post("/berkas/1/periksa", {**lacking, "outcome": ""}).status_code == 303
    wanted = ["Pas foto tidak ada atau ukurannya salah", "Fotokopi KK tidak ada"]
    assert ticked(as_sari.get("/berkas/1/periksa").text) == wanted
    bare = as_sari.post("/berkas/1/periksa", {**lacking, "outcome": "returned"})
    assert (bare.status_code, ticked(bare.text)) == (422, wanted)
    chosen = as_sari.post("/berkas/1/periksa", {**lacking, "outcome": "returned", "reasons": wanted[:1], "on": "99"})
    assert (chosen.status_code, ticked(chosen.text)) == (422, wanted[:1])


def test_ticked_reasons_belong_to_a_return_only_and_a_day_takes_its_own(
    journal: Journal, as_sari: Browser, sari: Actor
) -> None:
    open_anew(journal, sari, ticked={}, received_on=date(2026, 3, 10), late_reason="listrik padam")
    decide(as_sari, "complete", reasons=["Fotokopi KK tidak ada"], note="", late_reason="Buku kertas", on="11032026")
    last = queries.case_events(journal.db, 1)[-1]
    assert (last.action, last.on_date, last.note) == ("complete", "2026-03-11", "Buku kertas")


def test_a_refused_day_stays_on_the_page_and_the_next_press_does_not_mean_today(
    journal: Journal, as_sari: Browser, opened: Opened
) -> None:
    sent = {
        **PRESENT,
        "step": "validate",
        "outcome": "complete",
        "on": "09032026",
        "late_reason": "Buku kertas",
    }
    page = as_sari.post("/berkas/1/periksa", sent)
    assert page.status_code == 422
    assert re.search(r'name="on"[^>]*value="09032026"', page.text)
    assert re.search(r'name="late_reason"[^>]*value="Buku kertas"', page.text)
    assert re.search(r'<p class="error"[^>]*>Tanggal tidak boleh sebelum berkas diterima\.</p>', page.text)
    assert queries.case_events(journal.db, 1)[-1].action != "complete"

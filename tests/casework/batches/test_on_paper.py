"""Where Dispenduk Capil runs no Loket: nothing promises electronic records, and a line is asked back by telephone."""

import pytest
from flask import Flask

from app.casework.batches import dispatch
from app.casework.batches import queries as batches_queries
from app.core.problems import Problem
from app.platform.office import queries, settings
from app.platform.office import service as office
from tests.platform.people import PIN, Browser
from tests.services.ktp.desk import Desk

ASK = "Minta kembali"
LOKET_WAY = ("Dokumen elektronik berangkat", "Tulis ke flashdisk", "Belum terkirim")

BY_TELEPHONE = (
    "Pengiriman ini dijawab di atas kertas. Telepon Dispenduk Capil untuk menarik baris, lalu ketik jawabannya."
)


@pytest.fixture
def budi(web: Flask) -> Browser:
    return Browser(web, "budi")


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def to_paper(desk: Desk, runs: bool = False) -> None:
    office.change_setting(desk.journal, desk.who("ratna"), key="centre.runs_loket", value=runs, now=desk.now)


def test_an_office_without_a_centre_sends_on_paper_and_enrolment_turns_loket_on(desk: Desk, budi: Browser) -> None:
    assert not queries.runs_loket(desk.journal.db)
    made = desk.draft(desk.ready(), desk.ready())
    assert "Dispenduk Capil menerimanya di atas kertas dan XLSX." in text(budi, f"/pengiriman/{made}")
    told = budi.post(f"/pengiriman/{made}/kirim", {"pin": PIN}, follow_redirects=True).get_data(as_text=True)
    assert "Sekarang cetak suratnya dan unduh XLSX." in told
    assert batches_queries.find_dispatch(desk.journal.db, made).road == "paper"
    pages = told + text(budi, "/pengiriman/")
    assert [one for one in LOKET_WAY if one in pages] == []
    assert queries.runs_loket(desk.enrol().journal.db)
    later = desk.send(desk.ready())
    assert batches_queries.find_dispatch(desk.journal.db, later).road == "loket"
    assert "Belum terkirim" in text(budi, f"/pengiriman/{later}")


def test_the_settings_offer_the_way_to_the_centre_once_there_is_one(desk: Desk, web: Flask) -> None:
    ratna = Browser(web, "ratna")
    work = {
        "promise_kept_when": "arrived",
        "paper_size": "A4",
        "paper_slip": "80mm",
        "recording_slots_per_day": "24",
        "uncollected_after_days": "10",
        "checks_remind_days": "7",
    }
    assert "Kantor ini belum terdaftar, maka pengiriman berjalan dengan kertas" in text(ratna, "/pengaturan/")
    assert ratna.post("/pengaturan/kerja", work | {"centre_runs_loket": "False"}).status_code == 303
    assert settings.get_setting(desk.journal.db, "paper.size") == "A4"
    assert queries.runs_loket(desk.enrol().journal.db)
    assert "Tidak, kertas dan XLSX" in text(ratna, "/pengaturan/")
    assert ratna.post("/pengaturan/kerja", work | {"centre_runs_loket": "False"}).status_code == 303
    assert not queries.runs_loket(desk.journal.db)
    assert ratna.post("/pengaturan/kerja", work | {"centre_runs_loket": "True"}).status_code == 303
    assert queries.runs_loket(desk.journal.db)


def test_on_paper_a_line_is_asked_back_by_telephone(desk: Desk, budi: Browser) -> None:
    made = desk.send(desk.ready(), desk.ready())
    page = text(budi, f"/pengiriman/{made}?minta=1")
    assert BY_TELEPHONE in page
    assert ASK not in page
    where = f"/pengiriman/{made}/1/minta-kembali"
    told = budi.post(where, {"reason": "Pemohon meninggal", "pin": PIN})
    assert told.status_code == 409
    assert BY_TELEPHONE in told.get_data(as_text=True)
    assert batches_queries.list_lines(desk.journal.db, made)[0].recall == ""
    desk.enrol()
    assert ASK not in text(budi, f"/pengiriman/{made}")


def test_a_dispatch_that_left_by_loket_is_telephoned_about_once_the_office_is_on_paper(
    desk: Desk, budi: Browser
) -> None:
    made = desk.enrol().send(desk.ready(), desk.ready())
    assert text(budi, f"/pengiriman/{made}").count(f">{ASK}<") == 2
    assert "catatan belum terkirim" in text(budi, "/pengiriman/")
    to_paper(desk)
    assert "catatan belum terkirim" not in text(budi, "/pengiriman/")
    assert ASK not in text(budi, f"/pengiriman/{made}")
    assert BY_TELEPHONE in text(budi, f"/pengiriman/{made}")
    with pytest.raises(Problem) as refused:
        dispatch.ask_line_back(
            desk.journal, desk.who("budi"), dispatch_id=made, ordinal=1, reason="meninggal", now=desk.now
        )
    assert refused.value.sentence.endswith(BY_TELEPHONE)
    to_paper(desk, runs=True)
    assert f">{ASK}<" in text(budi, f"/pengiriman/{made}")


def test_a_line_of_a_closed_case_is_not_asked_back(desk: Desk, budi: Browser) -> None:
    case_id = desk.enrol().ready()
    made = desk.send(case_id, desk.ready())
    closing = "UPDATE case_file SET closed = 1, closed_on = ? WHERE id = ?"
    with desk.journal.db.applying():  # as an earlier release wrote it: a file at the centre is asked back first
        desk.journal.db.run(closing, (desk.now.date().isoformat(), case_id))
    page = text(budi, f"/pengiriman/{made}?baris=semua&minta=1")
    assert page.count(f">{ASK}<") == 1
    assert "minta=1#" not in page
    assert f"{ASK} baris 1" not in page
    told = budi.post(f"/pengiriman/{made}/1/minta-kembali", {"reason": "Pemohon meninggal", "pin": PIN})
    assert "sudah ditutup" in told.get_data(as_text=True)
    assert batches_queries.list_lines(desk.journal.db, made)[0].recall == ""

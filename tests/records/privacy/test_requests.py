"""A request about one's own data: noted, looked for under, answered, with its hours."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core.holdings import read_sought
from app.platform.people.access_log import access_lines
from app.records.privacy import service
from app.records.privacy.queries import find_person
from app.records.privacy.tasks import due_items
from app.records.retention.queries import due_records
from sync.journal import Journal
from tests.platform.people import START, Browser, Clock, actor_of
from tests.records.privacy.conftest import NAME, NIK, PHONE, open_request
from tests.services.ktp.desk import Desk

PAGE = "/data-pribadi"


def text(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_a_request_from_its_day_to_its_answer(as_ida: Browser, journal: Journal, clock: Clock, case_id: int) -> None:
    made = open_request(as_ida, clock)
    where = f"{PAGE}/permintaan/{made}"
    assert "01/PDP/2026" in text(as_ida.get(PAGE))
    page = text(as_ida.get(where))
    assert "Batas Min 15 Mar 09.40" in page, "72 hours after Thursday 12 March 09.40, the weekend counted"
    found = as_ida.post(f"{where}/cari-data", {"number": NIK, "name": NAME})
    assert found.status_code == 200
    for said in (NIK, NAME.upper(), "IBU 1", f"/berkas/{case_id}", "Miliknya"):
        assert said in found.get_data(as_text=True), said
    paper = as_ida.post(f"{where}/cetak-data", {"number": NIK, "name": NAME})
    assert paper.mimetype == "application/pdf"
    refused = as_ida.post(f"{where}/jawab", {"decision": "refused", "reason": ""})
    assert refused.status_code == 422
    assert "Tulis alasannya." in text(refused)
    assert as_ida.post(f"{where}/jawab", {"decision": "granted"}).status_code == 303
    assert "Dikabulkan" in text(as_ida.get(where))
    assert as_ida.post(f"{where}/cetak-jawaban").mimetype == "application/pdf"
    again = as_ida.post(f"{where}/jawab", {"decision": "granted"})
    assert again.status_code == 409, "the page is drawn again"
    assert "Permintaan ini sudah dijawab." in text(again)
    assert as_ida.post(f"{where}/cari-data", {"number": NIK, "name": NAME}).status_code == 409, "the request is over"


def test_every_look_is_noted_at_the_request_and_at_the_file_and_nowhere_the_number(
    as_ida: Browser, journal: Journal, clock: Clock, case_id: int
) -> None:
    made = open_request(as_ida, clock)
    as_ida.post(f"{PAGE}/permintaan/{made}/cari-data", {"number": NIK, "name": NAME, "phone": PHONE})
    lines = [line for _, line in access_lines(journal.db) if line.action == "privacy.looked"]
    assert {line.subject for line in lines} == {f"data_request/{made}", f"case/{case_id}"}
    assert all(NIK not in f"{line.subject}{line.detail}" for _, line in access_lines(journal.db))
    rows = list(journal.db.run("SELECT * FROM data_request"))
    assert NIK not in repr(rows), "the number is typed anew for each search"
    entry = journal.about(f"data_request/{made}")[0]
    assert NIK not in repr(entry.body)


def test_who_opened_the_file_stands_on_page_and_paper(
    web: Flask, as_ida: Browser, journal: Journal, clock: Clock, case_id: int
) -> None:
    Browser(web, "sari").get(f"/berkas/{case_id}")
    made = open_request(as_ida, clock)
    page = text(as_ida.post(f"{PAGE}/permintaan/{made}/cari-data", {"number": NIK, "name": NAME}))
    assert re.search(r"Sari Wulandari Kam 12 Mar [0-9.]+ Membuka berkas KTP-el", page)


def test_a_namesake_stands_apart_and_is_printed_only_when_ticked(
    as_ida: Browser, desk: Desk, journal: Journal, clock: Clock, case_id: int
) -> None:
    other = desk.open(full_name=NAME, mother_name="Bu Lain")
    sought = read_sought(NIK, NAME)
    found = find_person(journal.db, as_ida.actor, sought)
    assert [holding.subject for holding in found.sure] == [f"case/{case_id}"]
    assert [possible.subject for possible in found.perhaps] == [f"case/{other}"]
    ticked = find_person(journal.db, as_ida.actor, sought, [found.perhaps[0].key])
    assert {one.subject for one in ticked.sure} == {f"case/{case_id}", f"case/{other}"}
    assert ticked.perhaps == []
    made = open_request(as_ida, clock)
    page = text(as_ida.post(f"{PAGE}/permintaan/{made}/cari-data", {"number": NIK, "name": NAME}))
    assert "Mungkin orang lain (1)" in page
    assert "Nama ibu BU LAIN" in page
    number = journal.db.one("SELECT main_key FROM case_file WHERE id = ?", (other,))
    assert number is not None
    assert number[0] not in page, "the number of somebody else stays masked"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": "", "name": NAME}, "Ketik nomor lengkap"),
        ({"number": NIK, "name": ""}, "Ketik nama seperti"),
        ({"number": "12", "name": NAME}, "Ketik nomor lengkap"),
        ({"number": NIK, "name": "Orang Lain"}, "lain dari nama pada permintaan"),
        ({"number": NIK, "name": NAME, "phone": "12"}, "telepon"),
    ],
)
def test_number_and_name_are_both_asked_and_the_name_is_that_of_the_request(
    as_ida: Browser, clock: Clock, case_id: int, typed: dict[str, str], sentence: str
) -> None:
    made = open_request(as_ida, clock)
    answer = as_ida.post(f"{PAGE}/permintaan/{made}/cari-data", typed)
    assert answer.status_code == 422
    assert sentence.lower() in text(answer).lower()
    assert f"/berkas/{case_id}" not in answer.get_data(as_text=True)


def test_a_nik_is_read_as_it_is_read_out_and_a_student_number_as_it_is_written() -> None:
    assert read_sought("3508 9941 1290 0000", NAME).number == NIK
    assert read_sought(" p99.00.26.903 ", NAME).number == "P99.00.26.903"


def test_a_request_for_more_than_a_copy_says_what_is_wanted(as_ida: Browser, clock: Clock) -> None:
    with_wish = {"kind": "objection", "name": NAME, "shown": "KTP-el asli", "received_clock": "09.40"}
    typed = {**with_wish, "received_on": f"{clock():%d%m%Y}"}
    answer = as_ida.post(f"{PAGE}/permintaan/baru", typed)
    assert answer.status_code == 422
    assert "Tulis apa yang diminta" in text(answer)
    assert f'value="{NAME}"' in answer.get_data(as_text=True), "nothing typed is lost"
    later = as_ida.post(f"{PAGE}/permintaan/baru", {**typed, "wish": "Jangan dipakai", "received_clock": "10.00"})
    assert "Waktu itu belum terjadi" in text(later)
    made = open_request(as_ida, clock, kind="objection", wish="Jangan dipakai untuk survei.")
    page = text(as_ida.get(f"{PAGE}/permintaan/{made}"))
    assert "Pasal 10, 11, dan 41" in page
    assert (
        as_ida.post(f"{PAGE}/permintaan/{made}/jawab", {"decision": "partly", "reason": "Sebagian"}).status_code == 303
    )
    assert as_ida.post(f"{PAGE}/permintaan/{made}/cetak-jawaban").mimetype == "application/pdf"


def test_the_limit_is_three_times_24_hours_of_the_clock_and_stands_on_the_desk(
    web: Flask, as_ida: Browser, journal: Journal, clock: Clock
) -> None:
    made = open_request(as_ida, clock)
    ida = as_ida.actor
    [item] = due_items(journal.db, ida, clock())
    assert (item.deadline.since, item.deadline.due) == ("2026-03-12T09:40", "2026-03-15T09:40")
    assert "Permintaan data 01/PDP/2026" in text(as_ida.get("/"))
    assert "Permintaan data 01/PDP/2026" in text(as_ida.get("/jatuh-tempo"))
    clock.at = START + timedelta(hours=71, minutes=57)
    assert "Lewat sejak" not in text(as_ida.get(f"{PAGE}/permintaan/{made}"))
    clock.at = START + timedelta(hours=71, minutes=59)
    as_late = Browser(web, "ida")
    assert "Lewat sejak pukul 09.40" in text(as_late.get(f"{PAGE}/permintaan/{made}"))
    service.answer_request(journal, ida, request_id=made, decision="granted", reason="", now=clock())
    assert due_items(journal.db, ida, clock()) == []


def test_an_answered_request_is_due_after_its_period(as_ida: Browser, journal: Journal, clock: Clock) -> None:
    made, waiting = open_request(as_ida, clock), open_request(as_ida, clock)
    service.answer_request(journal, as_ida.actor, request_id=made, decision="granted", reason="", now=clock())
    due = due_records(journal.db, (START + timedelta(days=5 * 366)).date())
    assert [record.subject for record in due] == [f"data_request/{made}"]
    assert due_records(journal.db, (START + timedelta(days=5 * 365 - 30)).date()) == []
    assert waiting != made


@pytest.mark.parametrize("username", ["sari", "oki", "budi", "desi"])
def test_whoever_has_no_right_is_offered_nothing_and_answered_nothing(
    web: Flask, as_ida: Browser, journal: Journal, clock: Clock, case_id: int, username: str
) -> None:
    made = open_request(as_ida, clock)
    browser = Browser(web, username)
    assert f'href="{PAGE}"' not in browser.get("/").get_data(as_text=True)
    assert due_items(journal.db, actor_of(journal.db, username, clock().date()), clock()) == []
    for path in ("", f"/permintaan/{made}", "/permintaan/baru", "/register", "/kegagalan/baru"):
        assert browser.get(PAGE + path).status_code == 403, path
    for path in ("cari-data", "cetak-data", "jawab", "cetak-jawaban"):
        answer = browser.post(f"{PAGE}/permintaan/{made}/{path}", {"number": NIK, "name": NAME, "decision": "granted"})
        assert answer.status_code == 403, path
        assert NAME.upper() not in answer.get_data(as_text=True)


def test_the_head_sees_requests_and_looks_for_nobody(web: Flask, as_ida: Browser, clock: Clock, case_id: int) -> None:
    made = open_request(as_ida, clock)
    head = Browser(web, "camat")
    assert "Cari yang tersimpan" not in text(head.get(f"{PAGE}/permintaan/{made}"))
    assert head.post(f"{PAGE}/permintaan/{made}/cari-data", {"number": NIK, "name": NAME}).status_code == 403

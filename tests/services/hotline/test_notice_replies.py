"""What comes back by SMS from who was told, and complainants who agreed to one."""

import os
from pathlib import Path

import pytest
from flask import Flask

from app.casework.desk import service as cases
from app.core.problems import Problem, check_found
from app.quality.quarter.views.waiting_room import make_kiosk_app
from app.services.complaints.service import Visitor, write_answer, write_follow_up, write_line
from app.services.hotline import messages, tasks
from app.services.hotline.events import SmsQueued
from app.services.hotline.tables import Sms
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.people import Browser, Clock
from tests.services.hotline.phone import Phone
from tests.services.hotline.staff import person
from tests.services.hotline.test_notices import NUMBER, OTHER, arrives, at_counter, desk, look, phone, returned, start
from tests.services.ktp.desk import Desk

__all__ = ["desk", "phone"]


@pytest.fixture
def kiosk(journal: Journal, clock: Clock) -> Flask:
    return make_kiosk_app(journal, {"CLOCK": clock})


def complain(desk: Desk, **changed: object) -> int:
    visitor = Visitor(
        **{"words": "Antrean lama sekali.", "contact": "+62 812-3400-0777", "accepts_sms": True} | changed
    )
    return write_line(desk.journal, desk.who("ida"), channel="desk", visitor=visitor, now=desk.now).id


def answer(desk: Desk, complaint_id: int) -> None:
    given = {"complaint_id": complaint_id, "now": desk.now}
    write_follow_up(desk.journal, desk.who("budi"), text="Loket ditambah.", **given)
    write_answer(desk.journal, desk.who("ida"), text="Loket kini dua.", **given)


# -- what comes back ---------------------------------------------------------------------------------------------------


def answered(phone: Phone, text: str, number: str = "+6281234000777") -> None:
    """Somebody writes back; the file lies there for a while already."""
    path = phone.base / "inbox" / f"IN20260312_0942{len(text):02}_00_{number}_00.txt"
    path.write_bytes(b"\xfe\xff" + text.encode("utf-16-be"))
    os.utime(path, (1, 1))


@pytest.fixture
def without_hotline(monkeypatch: pytest.MonkeyPatch) -> None:
    """An office that has no procedure of a hotline."""
    monkeypatch.setattr(messages, "SERVICE", "tidak-ada")


@pytest.mark.usefixtures("without_hotline")
def test_who_writes_back_stop_is_told_no_more_also_without_a_hotline(phone: Phone, desk: Desk, tmp_path: Path) -> None:
    first, second = at_counter(desk), returned(desk)
    line, other = complain(desk), at_counter(desk, phone=OTHER)
    answered(phone, "Berhenti. ")
    look(desk)
    accepts = dict(desk.journal.db.run("SELECT id, accepts_sms FROM case_file"))
    assert [accepts[case_id] for case_id in (first, second, other)] == [0, 0, 1]
    answer(desk, line)
    look(desk)
    rows = Sms.rows(desk.journal.db, order="id")
    assert [(row.direction, row.number, row.state) for row in rows] == [
        ("incoming", NUMBER, "received"),
        ("outgoing", OTHER, "handed"),
    ]
    assert phone.names("inbox") == []
    assert verify_side(desk.journal, "office", tmp_path / "replay.sqlite3").faults == []


@pytest.mark.usefixtures("without_hotline")
def test_other_words_stand_at_the_case_and_nobody_is_answered(phone: Phone, desk: Desk, web: Flask) -> None:
    case_id = at_counter(desk)
    answered(phone, "Boleh diambil ibu saya?")
    answered(phone, "Berhenti", "+6281299999999")
    look(desk)
    rows = Sms.rows(desk.journal.db, direction="incoming", order="id")
    assert sorted((row.number, row.case_id) for row in rows) == [(NUMBER, case_id), ("081299999999", None)]
    assert check_found(cases.case_by_id(desk.journal.db, case_id), "Berkas").accepts_sms == 1
    assert [row.purpose for row in Sms.rows(desk.journal.db, direction="outgoing")] == ["notice"]
    page = Browser(web, "sari").get(f"/berkas/{case_id}").get_data(as_text=True)
    assert "Boleh diambil ibu saya?" in page
    sari = desk.who("sari")
    [task] = tasks.applicants_who_wrote(desk.journal.db, sari, desk.now)
    assert (task.detail, task.values) == ("Boleh diambil ibu saya?", {"case_id": case_id})
    cases.note_on_case(desk.journal, sari, case_id=case_id, action="call", text="Boleh", now=desk.later(hours=1).now)
    assert tasks.applicants_who_wrote(desk.journal.db, sari, desk.now) == []


def test_where_there_is_a_hotline_other_words_become_a_contact(phone: Phone, desk: Desk) -> None:
    case_id = at_counter(desk)
    answered(phone, "Boleh diambil ibu saya?")
    look(desk)
    [row] = Sms.rows(desk.journal.db, direction="incoming")
    assert row.case_id not in (None, case_id)


def test_however_many_notices_wait_an_answer_leaves(phone: Phone, desk: Desk, clock: Clock) -> None:
    """In the night all notices wait, those of one number for days; a message that somebody wrote leaves at once."""
    start(desk.journal, clock, phone, until_hour=2)
    case_id = returned(desk)
    for n in range(250):
        with desk.journal.transaction():
            key = desk.journal.next_id("sms")
            body = SmsQueued(key, "notice", NUMBER, "x", f"OUTC{n}", case_id, f"returned {n}")
            desk.journal.record(body, subject=f"case/{case_id}", actor="system", at=desk.now)
    messages.send_test(desk.journal, person(desk.journal, "ratna"), number=OTHER, now=desk.now)
    look(desk)
    assert [number for number, _ in phone.texts("outbox")] == [OTHER]


def test_an_office_without_anything_to_tell_tells_nothing(phone: Phone, desk: Desk, web: Flask) -> None:
    look(desk)
    assert Sms.rows(desk.journal.db) == []
    assert "Belum ada SMS" in Browser(web, "sari").get("/sms").get_data(as_text=True)


# -- complaints ------------------------------------------------------------------------------------------------------


def test_an_answer_that_is_ready_is_told_once_and_names_nobody(phone: Phone, desk: Desk, tmp_path: Path) -> None:
    asked, silent = complain(desk, name="Siti Romlah"), complain(desk, accepts_sms=False)
    nameless = complain(desk, anonymous=True)
    for line in (asked, silent, nameless):
        answer(desk, line)
    look(desk)
    arrives(phone)
    for _ in range(3):
        look(desk.later(minutes=1))
    [row] = Sms.rows(desk.journal.db, purpose="notice")
    assert (row.complaint_id, row.number, row.state) == (asked, NUMBER, "sent")
    assert "jawaban pengaduan 001/ADUAN/2026 siap" in row.text
    assert "Romlah" not in row.text
    assert verify_side(desk.journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_a_complainant_may_stop_it_and_is_phoned_where_it_fails(phone: Phone, desk: Desk, web: Flask) -> None:
    stopped, failed = complain(desk), complain(desk, contact=OTHER)
    for line in (stopped, failed):
        answer(desk, line)
    page = Browser(web, "ida")
    assert "Hentikan SMS" in page.get(f"/pengaduan/{stopped}").get_data(as_text=True)
    assert page.post(f"/pengaduan/{stopped}/tanpa-sms").status_code == 303
    assert page.post(f"/pengaduan/{stopped}/tanpa-sms").status_code == 409
    look(desk)
    arrives(phone, "error")
    look(desk.later(minutes=1))
    [row] = Sms.rows(desk.journal.db, purpose="notice")
    assert (row.complaint_id, row.state) == (failed, "failed")
    [task] = tasks.complainants_to_phone(desk.journal.db, desk.who("ida"), desk.now)
    assert (task.endpoint, task.values) == ("complaints.show_line", {"complaint_id": failed})
    assert f"/pengaduan/{failed}" in page.get("/sms").get_data(as_text=True)


def test_who_agrees_leaves_a_mobile_number_at_the_desk_and_at_the_kiosk(phone: Phone, desk: Desk, kiosk: Flask) -> None:
    with pytest.raises(Problem) as problem:
        complain(desk, contact="siti@example.id")
    assert "contact" in problem.value.fields
    assert 'name="accepts_sms"' in kiosk.test_client().get("/tulis").get_data(as_text=True)

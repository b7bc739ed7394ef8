"""Lines, LTPPs, recaps and the box stand with their limits in the one table and on the one list of what is due."""

from datetime import date, datetime, timedelta
from pathlib import Path

from flask import Flask

from app import compose
from app.capa.service import Plan, open_report, plan_round
from app.complaints import service
from app.core.clock import at_office
from app.office.deadlines import read_deadlines
from app.procedure.limits import Deadline
from sync.verification import verify_side
from tests.complaints.desk import BookDesk
from tests.people import START, Browser, Clock


def deadlines(book: BookDesk, subject: str) -> dict[str, Deadline]:
    return {one.limit: one for one in read_deadlines(book.journal.db, subject).values()}


def test_a_line_carries_its_two_limits_through_answer_pause_and_reopening(book: BookDesk) -> None:
    line = book.write(name="Siti Aminah", contact="081234567890")
    held = deadlines(book, f"complaint/{line.id}")
    assert held["first_answer"] == Deadline("first_answer", "working_days", "2026-03-12", "2026-03-17")
    assert (held["settlement"].since, held["settlement"].due) == ("2026-03-12", book.row(line).settle_due_on)
    service.pause_clock(book.journal, book.who("budi"), complaint_id=line.id, reason="field", text="", now=book.clock())
    assert deadlines(book, f"complaint/{line.id}")["settlement"].paused == "2026-03-12"
    assert deadlines(book, f"complaint/{line.id}")["first_answer"].paused == ""
    book.clock.forward(days=1)
    service.resume_clock(book.journal, book.who("budi"), complaint_id=line.id, now=book.clock())
    after = deadlines(book, f"complaint/{line.id}")["settlement"]
    assert (after.paused, after.due) == ("", book.row(line).settle_due_on)
    book.follow(line)
    book.answer(line)
    assert deadlines(book, f"complaint/{line.id}")["first_answer"].stopped == "2026-03-13"


def test_an_ltpp_runs_until_its_actions_are_done(book: BookDesk) -> None:
    budi, now = book.who("budi"), book.clock()
    made = open_report(book.journal, budi, source="audit", problem="Antrean", now=now)
    assert deadlines(book, f"capa/{made}") == {}
    plan = Plan(["Satu loket"], "Tambah loket", "", "sari", date(2026, 3, 20))
    plan_round(book.journal, budi, capa_id=made, plan=plan, now=now)
    assert deadlines(book, f"capa/{made}")["actions"].due == "2026-03-20"
    later = Plan(["Satu loket"], "Tambah loket", "", "sari", date(2026, 3, 30))
    plan_round(book.journal, budi, capa_id=made, plan=later, now=now)
    assert deadlines(book, f"capa/{made}")["actions"].due == "2026-03-30"


def test_the_journal_makes_the_same_deadlines_again(book: BookDesk, tmp_path: Path) -> None:
    test_a_line_carries_its_two_limits_through_answer_pause_and_reopening(book)
    test_an_ltpp_runs_until_its_actions_are_done(book)
    whole = compose.journal("office", book.journal.db)
    assert verify_side(whole, "office", tmp_path / "scratch.sqlite3").faults == []


def page_at(web: Flask, clock: Clock, username: str, at: datetime) -> str:
    clock.at = at
    return Browser(web, username).get("/jatuh-tempo").text


def test_every_room_puts_what_runs_on_the_list_of_what_is_due(web: Flask, book: BookDesk, clock: Clock) -> None:
    line = book.write(name="Siti Aminah", contact="081234567890")
    made = open_report(book.journal, book.who("budi"), source="audit", problem="Antrean", now=book.clock())
    plan = Plan(["Satu loket"], "Tambah loket", "", "sari", date(2026, 3, 20))
    plan_round(book.journal, book.who("budi"), capa_id=made, plan=plan, now=book.clock())
    page = page_at(web, clock, "ida", START + timedelta(hours=1))
    number = book.row(line).number
    assert f"Pengaduan {number}" in page
    assert "Jawaban pertama" in page
    assert "Penyelesaian" in page
    assert "LTPP 01/LTPP/2026" in page
    assert "Siti" not in page
    assert "Dibuka di akhir pelayanan" not in page
    # From 14.00 on the box of the day, until the office closes: at 15.00 in Ramadan.
    box = page_at(web, clock, "ida", at_office(date(2026, 3, 12), 14, 15))
    assert "Dibuka di akhir pelayanan" in box
    assert "45 menit lagi" in box
    # The recap of the first quarter is due with the end of the second.
    recap = page_at(web, clock, "ida", at_office(date(2026, 4, 6), 9))
    assert "Rekap Triwulan I 2026" in recap
    assert "Sel 30 Jun" in recap

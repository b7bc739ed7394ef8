"""Lines, LTPPs, recaps and the box stand with their limits in the one table and on the one list of what is due."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import Flask

from app import compose
from app.core.clock import at_office
from app.core.procedure.limits import Deadline
from app.platform.office.deadlines import DueItem, read_deadlines
from app.quality.capa.service import Plan, complete_round, open_report, plan_round, verify_round
from app.quality.capa.tasks import due_items as capa_items
from app.quality.capa.tasks import report_tasks
from app.quality.quarter.tasks import due_items as recap_items
from app.quality.quarter.tasks import recap_tasks
from app.services.complaints import service
from app.services.complaints.limits import office_limits, set_limit
from app.services.complaints.suggestion_box import due_items as box_items
from app.services.complaints.suggestion_box import explain_missed_days
from app.services.complaints.tasks import unexplained_box_days
from sync.verification import verify_side
from tests.platform.people import START, Browser, Clock
from tests.services.complaints.desk import BookDesk


def deadlines(book: BookDesk, subject: str) -> dict[str, Deadline]:
    return {deadline.limit: deadline for deadline in read_deadlines(book.journal.db, subject).values()}


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
    # The recap of the first quarter is due ten working days after its end; 3 April is a day off.
    recap = page_at(web, clock, "ida", at_office(date(2026, 4, 6), 9))
    assert "Rekap Triwulan I 2026" in recap
    assert "Rab 15 Apr" in recap


def own_items(book: BookDesk, ask: Callable[..., list[DueItem]], who: str) -> list[tuple[str, str, str]]:
    found = ask(book.journal.db, book.who(who), book.clock())
    return [(one.title, one.limit, one.deadline.due) for one in found]


def test_a_recap_is_due_within_days_of_its_quarter_and_the_camat_says_how_many(book: BookDesk, clock: Clock) -> None:
    book.write()
    clock.at = at_office(date(2026, 4, 1), 9)
    assert own_items(book, recap_items, "ida") == [("Rekap Triwulan I 2026", "Diumumkan", "2026-04-15")]
    [task] = recap_tasks(book.journal.db, book.who("ida"), clock())
    assert task.due_on == date(2026, 4, 15)
    set_limit(
        book.journal, book.who("camat"), name="recap", days=5, unit="calendar_days", source="SK Camat", now=clock()
    )
    assert own_items(book, recap_items, "ida")[0][2] == "2026-04-05"
    assert office_limits(book.journal.db)["recap"].source == "SK Camat"


def test_a_missed_box_opening_stands_on_a_desk_until_somebody_says_why(book: BookDesk, clock: Clock) -> None:
    """In use since Thursday 12 March; nobody opens the box on that day nor on Friday, when it closes at 15.30."""
    book.write()
    clock.at = at_office(date(2026, 3, 16), 8)
    missed = [("Kotak saran", "Tidak dibuka, tulis alasannya", f"2026-03-{day}") for day in ("12", "13")]
    for who in ("ida", "ratna"):
        assert [(title, words, due[:10]) for title, words, due in own_items(book, box_items, who)] == missed
        [task] = [one for one in unexplained_box_days(book.journal.db, book.who(who), clock()) if one.state == "bad"]
        assert task.due_on == date(2026, 3, 12)
    assert own_items(book, box_items, "budi") == []
    explain_missed_days(book.journal, book.who("ida"), reason="Petugas sakit", now=clock())
    assert own_items(book, box_items, "ida") == []
    assert unexplained_box_days(book.journal.db, book.who("ida"), clock()) == []


def test_an_ltpp_has_a_limit_from_its_opening_to_its_check(book: BookDesk, clock: Clock) -> None:
    """Opened on Thursday 12 March; working days off are 18 to 24 March and 3 April."""
    budi = book.who("budi")
    made = open_report(book.journal, budi, source="audit", problem="Antrean", now=clock())
    assert own_items(book, capa_items, "budi") == [("LTPP 01/LTPP/2026", "Sebab dan tindakan", "2026-03-26")]
    assert [task.due_on for task in report_tasks(book.journal.db, budi, clock())] == [date(2026, 3, 26)]
    plan = Plan(["Satu loket"], "Tambah loket", "", "budi", date(2026, 3, 20))
    plan_round(book.journal, budi, capa_id=made, plan=plan, now=clock())
    assert own_items(book, capa_items, "budi") == [("LTPP 01/LTPP/2026", "Tindakan", "2026-03-20")]
    clock.at = at_office(date(2026, 3, 16), 9)
    complete_round(book.journal, budi, capa_id=made, note="Loket dibuka", now=clock())
    clock.at = at_office(date(2026, 3, 17), 9)
    assert own_items(book, capa_items, "ratna") == [("LTPP 01/LTPP/2026", "Verifikasi hasil", "2026-04-07")]
    assert [task.due_on for task in report_tasks(book.journal.db, book.who("ratna"), clock())] == [date(2026, 4, 7)]
    verify_round(book.journal, book.who("ratna"), capa_id=made, effective=False, note="Masih antre", now=clock())
    assert own_items(book, capa_items, "budi") == [("LTPP 01/LTPP/2026", "Sebab dan tindakan", "2026-03-31")]

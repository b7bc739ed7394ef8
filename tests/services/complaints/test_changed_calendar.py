"""A changed calendar asks which dates of open lines move: old and new, one by one; settled lines stay as they were."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app import compose
from app.core.problems import Problem
from app.platform.office import service as office_service
from app.platform.office.service import HolidayData
from app.services.complaints import service
from app.services.complaints.limits import changed_lines, set_limit
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.people import Browser
from tests.services.complaints.desk import BookDesk
from tests.services.complaints.lines import do, paused, settle


def close_office(book: BookDesk, *days: str) -> None:
    """Days off that nobody knew when the lines were written."""
    rows = [HolidayData(day, "Hari libur daerah", "lokal", "SK Bupati", "kantor") for day in days]
    office_service.set_holidays(book.journal, book.who("ratna"), days=rows, removed=[], reason="SK", now=book.clock())


def asked(book: BookDesk) -> dict[str, tuple[str, str]]:
    return {line.key: (line.before, line.after) for line in changed_lines(book.journal.db)}


def test_dates_of_running_lines_are_asked_and_settled_ones_are_not(book: BookDesk) -> None:
    running, settled = book.write(name="Tumini", contact="081234567890"), book.write()
    settle(book, settled)
    assert asked(book) == {}
    close_office(book, "2026-03-16")
    first, settlement = f"complaint/{running.id}/first_answer", f"complaint/{running.id}/settlement"
    assert set(asked(book)) == {first, settlement}
    assert asked(book)[first] == ("Sel 17 Mar", "Rab 25 Mar")


def test_a_limit_that_was_set_later_moves_no_date(book: BookDesk) -> None:
    line = book.write(name="Tumini", contact="081234567890")
    set_limit(
        book.journal, book.who("camat"), name="desk", days=5, unit="working_days", source="SK Camat", now=book.clock()
    )
    assert asked(book) == {}
    do(book, service.classify_line, "ida", line, type_="complaint", category="speed", weight="light", handling="field")
    do(book, service.classify_line, "ida", line, type_="complaint", category="speed", weight="heavy", handling="field")
    assert asked(book) == {}


def test_a_paused_line_is_reckoned_with_its_pauses(book: BookDesk) -> None:
    line = book.write()
    paused(book, line, date(2026, 3, 13), date(2026, 3, 17))
    assert asked(book) == {}
    close_office(book, "2026-03-30")
    assert f"complaint/{line.id}/settlement" in asked(book)
    do(book, service.pause_clock, "budi", line, reason="field", text="")
    assert f"complaint/{line.id}/settlement" not in asked(book)


def test_the_new_date_is_taken_over_with_a_reason(book: BookDesk, tmp_path: Path) -> None:
    line = book.write(name="Tumini", contact="081234567890")
    close_office(book, "2026-03-16")
    [change, settlement] = sorted(changed_lines(book.journal.db), key=lambda one: one.key)
    ratna, now = book.who("ratna"), book.clock()
    with pytest.raises(Problem):
        change.move(book.journal, ratna, " ", now)
    change.move(book.journal, ratna, "SK Bupati", now)
    assert book.row(line).first_due_on == "2026-03-25"
    assert set(asked(book)) == {settlement.key}
    with pytest.raises(Problem) as refused:
        change.move(book.journal, ratna, "SK Bupati", now)
    assert refused.value.code == "conflict"
    settle(book, line)
    with pytest.raises(Problem):
        settlement.move(book.journal, ratna, "SK Bupati", now)
    whole = Journal(book.journal.db, compose.kinds("office"))
    assert verify_side(whole, "office", tmp_path / "scratch.sqlite3").faults == []


def test_the_date_of_a_line_that_waits_for_its_writer_meanwhile_is_not_moved(book: BookDesk) -> None:
    line = book.write()
    close_office(book, "2026-03-16")
    [settlement] = [change for change in changed_lines(book.journal.db) if change.key.endswith("/settlement")]
    do(book, service.pause_clock, "budi", line, reason="field", text="")
    with pytest.raises(Problem) as refused:
        settlement.move(book.journal, book.who("ratna"), "SK Bupati", book.clock())
    assert refused.value.code == "conflict"


def test_the_page_of_the_calendar_asks(web: Flask, book: BookDesk) -> None:
    line = book.write(name="Tumini", contact="081234567890")
    close_office(book, "2026-03-16")
    ratna = Browser(web, "ratna")
    page = ratna.get("/pengaturan/kalender/").text
    key = f"complaint/{line.id}/first_answer"
    assert key in page
    assert "Pengaduan 001/ADUAN/2026" in page
    assert ratna.post("/pengaturan/kalender/tanggal", {"pilih": key, "reason": "SK Bupati"}).status_code == 303
    assert book.row(line).first_due_on == "2026-03-25"
    assert "dipindah dari Sel 17 Mar ke Rab 25 Mar: SK Bupati" in ratna.get(f"/pengaduan/{line.id}").text

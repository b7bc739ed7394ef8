"""Who is told that a limit of a line is over, and who next, in office hours only; reckoned by hand beside it."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from app import compose
from app.core.clock import at_office
from app.platform.office import queries as office
from app.platform.office.deadlines import note_deadline
from app.platform.office.queries import working_time
from app.quality.capa import tasks as capa
from app.quality.capa.service import open_report
from app.quality.quarter import tasks as recap
from app.services.complaints import tasks
from schema.database import Database
from sync.verification import verify_side
from tests.platform.people import Browser, Clock
from tests.services.complaints.desk import BookDesk

LATE, NEXT = "Lewat batas, pengaduan 001", "Jawaban pertama lewat batas, pengaduan 001"


def told(book: BookDesk) -> dict[str, set[str]]:
    """Limit → who of the cast has it on the desk as over."""
    cast = {name: book.who(name) for name in ("ida", "budi", "ratna", "camat")}
    return {
        over.limit: {name for name, actor in cast.items() if tasks.is_told(book.journal.db, actor, over, book.clock())}
        for over in tasks.over_lines(book.journal.db, book.clock())
    }


def first_open_minute(db: Database, at: datetime) -> datetime:
    """Step by step from a moment of the wall clock to the first minute in which the office is open."""
    working = working_time(db)
    for _ in range(60 * 24 * 30):
        minute = at.hour * 60 + at.minute
        if any(start <= minute < end for start, end in working.spans_of(at.date())):
            return at
        at += timedelta(minutes=1)
    raise AssertionError("the office never opens")


def turns(db: Database, due: date, noted: datetime | None = None) -> tuple[datetime, datetime]:
    """When the first are told and when the next: one working day later, at opening."""
    over = datetime.combine(due + timedelta(days=1), time())
    begins = max(over, noted or over)
    first = first_open_minute(db, begins)
    day = first.date() + timedelta(days=1)
    while not office.office_calendar(db).is_workday(day):
        day += timedelta(days=1)
    return first, first_open_minute(db, datetime.combine(day, time()))


def moved(book: BookDesk, wall: datetime) -> BookDesk:
    book.clock.at = at_office(wall.date(), wall.hour, wall.minute)
    return book


MINUTE = timedelta(minutes=1)


def test_first_answer_and_settlement_are_told_in_turn_and_in_office_hours(book: BookDesk) -> None:
    line = book.row(book.write(name="Tumini", contact="081234567890"))
    db = book.journal.db
    for limit, due, at_once in (
        ("first_answer", line.first_due_on, {"ratna"}),
        ("settlement", line.settle_due_on, {"ratna", "budi"}),
    ):
        first, then = turns(db, date.fromisoformat(due))
        assert told(moved(book, first - MINUTE)).get(limit, set()) == set()
        assert told(moved(book, first))[limit] == at_once
        assert told(moved(book, then - MINUTE))[limit] == at_once
        assert told(moved(book, then))[limit] == at_once | {"camat"}


def test_a_reaction_makes_the_next_one_wait_again(book: BookDesk) -> None:
    line = book.row(book.write(name="Tumini", contact="081234567890"))
    db, due = book.journal.db, date.fromisoformat(line.first_due_on)
    _, then = turns(db, due)
    moved(book, then - MINUTE)
    note_deadline(
        book.journal,
        book.who("ratna"),
        subject=f"complaint/{line.id}",
        limit="first_answer",
        scope="",
        note="Ida menghubungi pengadu.",
        now=book.clock(),
    )
    assert told(moved(book, then))["first_answer"] == {"ratna"}
    _, later = turns(db, due, then - MINUTE)
    assert told(moved(book, later))["first_answer"] == {"ratna", "camat"}


def test_only_the_head_of_the_section_is_told(book: BookDesk) -> None:
    from app.services.complaints.limits import set_section

    book.other_kasi("tono")
    for code, head in (("pelayanan", "budi"), ("umum", "tono")):
        set_section(book.journal, book.who("ratna"), code=code, name=code, head=head, now=book.clock())
    line = book.row(book.write())
    moved(book, turns(book.journal.db, date.fromisoformat(line.settle_due_on))[0])
    [over] = [one for one in tasks.over_lines(book.journal.db, book.clock()) if one.limit == "settlement"]
    heads = {name for name in ("budi", "tono") if tasks.is_told(book.journal.db, book.who(name), over, book.clock())}
    assert heads == {"budi"}


def test_whoever_was_told_reacts_on_the_list_of_what_is_due(web: Flask, book: BookDesk, clock: Clock) -> None:
    line = book.row(book.write(name="Tumini", contact="081234567890"))
    moved(book, turns(book.journal.db, date.fromisoformat(line.first_due_on))[0])
    said = {"scope": "", "note": "Ida menghubungi pengadu.", "case_id": ""}  # as the form of the page sends it
    sent = {"subject": f"complaint/{line.id}", "limit": "first_answer"} | said
    ratna, ida = Browser(web, "ratna"), Browser(web, "ida")
    assert NEXT in ratna.get("/").text
    assert NEXT not in ida.get("/").text
    assert ida.post("/jatuh-tempo/catatan", sent).status_code == 403
    assert f'value="complaint/{line.id}"' in ratna.get("/jatuh-tempo").text
    long = ratna.post("/jatuh-tempo/catatan", sent | {"note": "Ida " * 80})
    assert long.status_code == 422
    assert ("Ida " * 80).strip() in long.text, "what was typed is kept at its row"
    assert ratna.post("/jatuh-tempo/catatan", sent).status_code == 303
    assert "Ida menghubungi pengadu." in ratna.get("/jatuh-tempo").text


def duty_told(book: BookDesk, room: ModuleType) -> set[str]:
    """Who of the cast was told of what this office owes and may react; the Camat reads it on the desk too."""
    cast, db = {name: book.who(name) for name in ("ida", "budi", "ratna", "camat")}, book.journal.db
    told = {
        name for name, actor in cast.items() if any(item.subject for item in room.due_items(db, actor, book.clock()))
    }
    assert bool(room.late_tasks(db, cast["camat"], book.clock())) == ("camat" in told)
    return told


@pytest.mark.parametrize(
    ("room", "subject", "limit", "due", "listed"),
    [
        (recap, "recap/2026-Q1", "recap", date(2026, 4, 15), "/rekap"),
        (capa, "capa/1", "capa_plan", date(2026, 3, 26), "/ltpp"),
    ],
    ids=["recap", "ltpp"],
)
def test_what_the_office_owes_is_told_in_turn_until_somebody_reacts(
    web: Flask, book: BookDesk, tmp_path: Path, room: ModuleType, subject: str, limit: str, due: date, listed: str
) -> None:
    """A recap is due ten working days after its quarter, the causes of an LTPP five after its opening."""
    book.write()
    open_report(book.journal, book.who("budi"), source="audit", problem="Antrean", now=book.clock())
    db = book.journal.db
    first, then = turns(db, due)
    assert duty_told(moved(book, first - MINUTE), room) == set()
    assert duty_told(moved(book, first), room) == {"ratna"}
    assert duty_told(moved(book, then), room) == {"ratna", "camat"}
    camat = Browser(web, "camat")  # one working day after the first were told: the second day after the limit
    for path in ("/", "/jatuh-tempo", listed):
        assert "Lewat 2 hari kerja" in camat.get(path).text, path
    moved(book, then - MINUTE)
    sent = {"subject": subject, "limit": limit, "scope": "", "note": "Ida menyelesaikannya besok."}
    refused = Browser(web, "ida").post("/jatuh-tempo/catatan", sent)
    assert refused.status_code == 403
    assert "yang diberi tahu tentang batas itu" in refused.text
    ratna = Browser(web, "ratna")
    assert ratna.post("/jatuh-tempo/catatan", sent).status_code == 303
    assert "Ida menyelesaikannya besok." in ratna.get("/jatuh-tempo").text
    assert duty_told(moved(book, then), room) == {"ratna"}
    assert duty_told(moved(book, turns(db, due, then - MINUTE)[1]), room) == {"ratna", "camat"}
    assert "Ida menyelesaikannya besok." in Browser(web, "camat").get("/").text
    assert verify_side(compose.journal("office", db), "office", tmp_path / "again.sqlite3").faults == []


def test_a_row_of_those_told_of_says_how_many_the_book_has(web: Flask, book: BookDesk) -> None:
    """The Camat is told of two, the Sekretaris of three, and the book counts three: no number stands alone."""
    db = book.journal.db
    lines = [book.row(book.write()) for _ in range(2)]
    moved(book, datetime.combine(turns(db, date.fromisoformat(lines[0].settle_due_on))[0].date(), time(10)))
    book.clock.at -= timedelta(days=14)
    last = book.row(book.write())
    assert last.settle_due_on > lines[0].settle_due_on
    moved(book, turns(db, date.fromisoformat(last.settle_due_on))[0])
    camat, ratna = (Browser(web, name).get("/").text for name in ("camat", "ratna"))
    assert "2 dari 3 pengaduan lewat batas" in camat
    assert "3 pengaduan lewat batas" in ratna
    assert "Semuanya ada di buku pengaduan." in ratna
    assert [tasks.ELSEWHERE in page for page in (camat, ratna)] == [True, False], "where the third is"
    shown = Browser(web, "camat").get("/pengaduan").text
    assert 'href="/pengaduan?tahun=semua&amp;keadaan=late_settling">3 lewat batas</a>' in shown
    listed = Browser(web, "camat").get("/pengaduan?tahun=semua&keadaan=late_settling").text
    assert {str(row.id) for row in (*lines, last)} == set(re.findall(r'href="/pengaduan/(\d+)"', listed))

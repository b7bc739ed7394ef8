"""Rules of the book in service and schema: numbers without a gap, nothing altered or deleted, who may follow up."""

from __future__ import annotations

from datetime import date

import apsw
import pytest

from app.complaints import book as writing
from app.complaints import capa, follow
from app.complaints.limits import due, limits, set_section
from app.complaints.words import CATEGORIES
from app.core.permissions import SYSTEM
from app.core.problems import Problem
from app.office import service as office
from app.people.service import appoint_acting
from tests.complaints.desk import BookDesk
from tests.complaints.recaps import go


@pytest.fixture
def full(book: BookDesk) -> BookDesk:
    """A line with everything that hangs on one."""
    line, other = book.write("Antre lama", name="Tumini"), book.write("Antre juga")
    book.follow(line)
    j, now, ida = book.journal, book.clock(), book.who("ida")
    writing.strike(j, ida, column_id=1, reason="Salah baris", now=now)
    book.follow(line)
    writing.attach(j, ida, complaint_id=line.id, data=b"%PDF-1.4 halaman", now=now)
    writing.link(j, ida, complaint_id=line.id, number=other.number, now=now)
    follow.route(j, ida, complaint_id=line.id, section="umum", reason="Ruang tunggu", now=now)
    follow.pause(j, book.who("budi"), complaint_id=line.id, reason="field", text="", now=now)
    writing.open_box(j, ida, slips=[], now=now)
    capa.open_capa(j, ida, source="complaint", problem="Antre", now=now, complaint_ids=[line.id])
    return book


TABLES = ("complaint", "complainant", "complaint_column", "complaint_route", "complaint_pause", "complaint_link",
          "complaint_scan", "box_opening", "capa", "capa_complaint")  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_nothing_of_the_book_is_deleted(full: BookDesk, table: str) -> None:
    db = full.journal.db
    assert db.one(f"SELECT 1 FROM {table}") == (1,)
    with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
        db.run(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "sql",
    [
        *(f"UPDATE complaint SET {name} = {name} || 'x'" for name in (
            "words", "hope", "received_on", "number", "code", "received_time", "entered_at", "entered_by", "channel",
            "place", "second_word", "area", "service")),
        *(f"UPDATE complaint SET {name} = {name} + 1" for name in ("id", "year", "n", "epoch")),
        "UPDATE complaint SET anonymous = 1",
        "UPDATE complaint SET confidential = 1",
        *(f"UPDATE complainant SET {name} = 'x'" for name in ("name", "sex", "address", "contact", "about")),
        *(f"UPDATE complaint_column SET {name} = 'x'" for name in ("text", "name", "on_date", "at", "actor")),
        "UPDATE complaint_column SET struck_at = NULL, struck_by = '' WHERE id = 1",
        "UPDATE complaint_column SET struck_why = 'lain' WHERE id = 1",
        "UPDATE complaint_scan SET data = x'00'",
        "UPDATE box_opening SET slips = 3",
        "UPDATE capa SET problem = 'lain'",
        "REPLACE INTO complaint SELECT * FROM complaint",
        "REPLACE INTO complainant SELECT * FROM complainant",
        "REPLACE INTO complaint_column SELECT * FROM complaint_column",
        "UPDATE complaint SET state = 'closed', closed_on = '2026-03-12' WHERE id = 2",
    ],
)  # fmt: skip
def test_what_stands_in_the_book_is_never_altered(full: BookDesk, sql: str) -> None:
    db = full.journal.db
    with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
        db.run(sql)


def test_lines_of_each_year_are_numbered_without_a_gap(book: BookDesk) -> None:
    made = [book.write().number for _ in range(3)]
    go(book, date(2027, 1, 4))
    made += [book.write().number for _ in range(2)]
    late = writing.write(book.journal, book.who("ida"), channel="letter", visitor=writing.Visitor("Terselip"),
                         now=book.clock(), received_on=date(2026, 12, 30))  # fmt: skip
    with pytest.raises(Problem):
        book.write(" ")
    made += [late.number, book.write().number]
    assert made == ["001/ADUAN/2026", "002/ADUAN/2026", "003/ADUAN/2026", "001/ADUAN/2027", "002/ADUAN/2027",
                    "004/ADUAN/2026", "003/ADUAN/2027"]  # fmt: skip


def test_an_acting_kasi_writes_the_follow_up_while_the_decree_runs(book: BookDesk) -> None:
    book.other_kasi("tono")
    j, ratna, line = book.journal, book.who("ratna"), book.write()
    set_section(j, ratna, code="pelayanan", name="Pelayanan", head="budi", now=book.clock())

    def writes(name: str) -> None:
        follow.follow_up(j, book.who(name), complaint_id=line.id, text="Ditambah.", now=book.clock())

    for name in ("tono", "oki", "ida", "camat"):
        with pytest.raises(Problem) as refused:
            writes(name)
        assert refused.value.code == "forbidden"
    appoint_acting(j, ratna, post="kasi", kind="plh", person_id=book.who("oki").person_id, from_on=date(2026, 3, 12),
                   until_on=date(2026, 3, 13), decree="800/1", now=book.clock())  # fmt: skip
    writes("oki")
    go(book, date(2026, 3, 16))
    with pytest.raises(Problem) as over:
        writes("oki")
    assert over.value.code == "forbidden"
    writes("budi")


def test_seeded_limits_and_the_two_clocks_they_give(book: BookDesk) -> None:
    db = book.journal.db
    found = {row.name: (row.days, row.unit, row.source.startswith("bawaan")) for row in limits(db)}
    days = {"first_answer": 3, "information": 5, "desk": 14, "field": 60}
    assert found == {name: (count, "working_days", True) for name, count in days.items()}
    calendar, start = office.calendar(db), date(2026, 3, 12)
    for name, count in days.items():
        assert calendar.workdays_between(start, due(db, name, start)) == count
    for category, (_, _, section) in CATEGORIES.items():
        assert book.row(book.write(category=category)).section == section
    question = writing.write(book.journal, SYSTEM, channel="desk", visitor=writing.Visitor("Bagaimana?"),
                             now=book.clock(), type_="information")  # fmt: skip
    assert book.row(question).settle_due_on == due(db, "information", start).isoformat()


def test_an_illegal_levy_is_heavy_whatever_was_chosen(book: BookDesk) -> None:
    line = book.write("Diminta uang", category="levy")
    assert (book.row(line).levy, book.row(line).weight) == (1, "heavy")

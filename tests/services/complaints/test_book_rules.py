"""Rules of the book in service and schema: numbers without a gap, nothing altered or deleted, who may follow up."""

from datetime import date
from typing import Any

import apsw
import pytest

from app.core.permissions import SYSTEM
from app.core.problems import Problem
from app.platform.office import queries as office
from app.platform.people.changes import Appoint, Disable
from app.quality.capa import service as capa_service
from app.quality.quarter.recount import count_again
from app.quality.quarter.service import figures_of_recap, load_recap
from app.services.complaints import papers as complaint_papers
from app.services.complaints import service, suggestion_box
from app.services.complaints.limits import all_limits, due_from, set_section
from app.services.complaints.tables import ComplaintColumn
from app.services.complaints.words import CATEGORIES
from tests.platform.files.pictures import pdf
from tests.platform.people import agree
from tests.quality.quarter.recaps import Q1, approve, draft, figures, go
from tests.services.complaints.desk import BookDesk


@pytest.fixture
def full(book: BookDesk) -> BookDesk:
    """A line with everything that hangs on one."""
    line, other = book.write("Antre lama", name="Tumini"), book.write("Antre juga")
    book.follow(line)
    j, now, ida = book.journal, book.clock(), book.who("ida")
    service.strike_column(j, book.who("budi"), column_id=1, reason="Salah baris", now=now)
    book.follow(line)
    service.attach_scan(j, ida, complaint_id=line.id, data=pdf(), now=now)
    service.link_lines(j, ida, complaint_id=line.id, number=other.number, now=now)
    service.route_line(j, ida, complaint_id=line.id, section="umum", reason="Ruang tunggu", now=now)
    service.pause_clock(j, book.who("budi"), complaint_id=line.id, reason="field", text="", now=now)
    suggestion_box.open_box(j, ida, slips=[], now=now)
    capa_service.open_report(j, ida, source="complaint", problem="Antre", now=now, complaint_ids=[line.id])
    return book


TABLES = (
    "complaint",
    "complainant",
    "complaint_column",
    "complaint_route",
    "complaint_pause",
    "complaint_link",
    "complaint_scan",
    "box_opening",
    "capa",
    "capa_complaint",
)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_of_the_book_is_deleted(full: BookDesk, table: str) -> None:
    db = full.journal.db
    assert db.one(f"SELECT 1 FROM {table}") == (1,)
    with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
        db.run(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "sql",
    [
        *(
            f"UPDATE complaint SET {name} = {name} || 'x'"
            for name in (
                "words",
                "hope",
                "received_on",
                "number",
                "code",
                "received_time",
                "entered_at",
                "entered_by",
                "channel",
                "place",
                "second_word",
                "area",
                "service",
            )
        ),
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
)
def test_what_stands_in_the_book_is_never_altered(full: BookDesk, sql: str) -> None:
    db = full.journal.db
    with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
        db.run(sql)


def test_lines_of_each_year_are_numbered_without_a_gap(book: BookDesk) -> None:
    made = [book.write().number for _ in range(3)]
    go(book, date(2027, 1, 4))
    made += [book.write().number for _ in range(2)]
    late = service.write_line(
        book.journal,
        book.who("ida"),
        channel="letter",
        visitor=service.Visitor("Terselip"),
        now=book.clock(),
        received_on=date(2026, 12, 30),
    )
    with pytest.raises(Problem):
        book.write(" ")
    made += [late.number, book.write().number]
    assert made == [
        "001/ADUAN/2026",
        "002/ADUAN/2026",
        "003/ADUAN/2026",
        "001/ADUAN/2027",
        "002/ADUAN/2027",
        "004/ADUAN/2026",
        "003/ADUAN/2027",
    ]


def test_an_acting_kasi_writes_the_follow_up_while_the_decree_runs(book: BookDesk) -> None:
    """The decree tells whom the acting Kasi stands in for: only that one's section opens."""
    book.other_kasi("tono")
    j, ratna, line = book.journal, book.who("ratna"), book.write()
    set_section(j, ratna, code="pelayanan", name="Pelayanan", head="budi", now=book.clock())

    def writes(name: str) -> None:
        service.write_follow_up(j, book.who(name), complaint_id=line.id, text="Ditambah.", now=book.clock())

    for name in ("tono", "oki", "ida", "camat"):
        with pytest.raises(Problem) as refused:
            writes(name)
        assert refused.value.code == "forbidden"

    def act(name: str, instead_of: str | None) -> None:
        replaced = book.who(instead_of).person_id if instead_of else None
        agree(
            j,
            Appoint(book.who(name).person_id, "kasi", "plh", "800/1", date(2026, 3, 12), date(2026, 3, 13), replaced),
            now=book.clock(),
        )

    act("ida", "tono")
    act("ida", None)
    with pytest.raises(Problem) as elsewhere:
        writes("ida")
    assert elsewhere.value.code == "forbidden"
    act("oki", "budi")
    writes("oki")
    go(book, date(2026, 3, 16))
    with pytest.raises(Problem) as over:
        writes("oki")
    assert over.value.code == "forbidden"
    writes("budi")


def test_a_decree_for_a_vacant_post_counts_where_the_head_has_left(book: BookDesk) -> None:
    book.other_kasi("tono")
    j, ratna, line = book.journal, book.who("ratna"), book.write()
    set_section(j, ratna, code="pelayanan", name="Pelayanan", head="tono", now=book.clock())
    plt = Appoint(book.who("oki").person_id, "kasi", "plt", "800/1", date(2026, 3, 12), None)
    agree(j, plt, now=book.clock())
    with pytest.raises(Problem) as held:
        service.write_follow_up(j, book.who("oki"), complaint_id=line.id, text="Diperiksa.", now=book.clock())
    assert held.value.code == "forbidden"
    agree(j, Disable(book.who("tono").person_id, "Pindah tugas"), now=book.clock())
    service.write_follow_up(j, book.who("oki"), complaint_id=line.id, text="Diperiksa.", now=book.clock())
    assert "follow_up" in [row.name for row in ComplaintColumn.rows(j.db, ComplaintColumn.complaint_id == line.id)]


def test_seeded_limits_and_the_two_clocks_they_give(book: BookDesk) -> None:
    db = book.journal.db
    found = {row.name: (row.days, row.unit, row.source.startswith("bawaan")) for row in all_limits(db).values()}
    days = {"first_answer": 3, "information": 5, "desk": 14, "field": 60}
    assert found == {name: (count, "working_days", True) for name, count in days.items()}
    calendar, start = office.office_calendar(db), date(2026, 3, 12)
    for name, count in days.items():
        assert calendar.workdays_between(start, date.fromisoformat(due_from(db, name, start).on)) == count
    for category, (_, _, section) in CATEGORIES.items():
        assert book.row(book.write(category=category)).section == section
    question = service.write_line(
        book.journal,
        SYSTEM,
        channel="desk",
        visitor=service.Visitor("Bagaimana?"),
        now=book.clock(),
        type_="information",
    )
    assert book.row(question).settle_due_on == due_from(db, "information", start).on


def test_an_illegal_levy_is_heavy_whatever_was_chosen(book: BookDesk) -> None:
    line = book.write("Diminta uang", category="levy")
    assert (book.row(line).levy, book.row(line).weight) == (1, "heavy")


# -- strike-through -----------------------------------------------------------------------------------------------


def strike(book: BookDesk, who: str, column_id: int) -> None:
    service.strike_column(book.journal, book.who(who), column_id=column_id, reason="Salah baris", now=book.clock())


def test_a_follow_up_is_struck_by_its_writer_or_the_head_of_the_section(book: BookDesk) -> None:
    line = book.write()
    book.follow(line)
    for stranger in ("sari", "ida", "ratna", "camat"):
        with pytest.raises(Problem) as refused:
            strike(book, stranger, 1)
        assert refused.value.status == 403
    assert book.row(line).state == "followed"
    book.other_kasi("tono")
    set_section(book.journal, book.who("ratna"), code="pelayanan", name="Pelayanan", head="tono", now=book.clock())
    strike(book, "tono", 1)
    assert (book.row(line).state, book.row(line).followed_on) == ("open", None)


def test_answers_and_notes_are_struck_by_their_writer_or_the_information_officer(book: BookDesk) -> None:
    line, j, now = book.write(), book.journal, book.clock()
    service.write_first_answer(j, book.who("budi"), complaint_id=line.id, text="Diterima", now=now)
    for who in ("sari", "ratna"):
        service.add_note(j, book.who(who), complaint_id=line.id, text="Menelepon lagi", now=now)
    for stranger, column in (("sari", 1), ("ratna", 1), ("budi", 2), ("sari", 3)):
        with pytest.raises(Problem) as refused:
            strike(book, stranger, column)
        assert refused.value.status == 403
    for who, column in (("ida", 1), ("sari", 2), ("ida", 3)):
        strike(book, who, column)


def test_the_verdict_of_a_complainant_is_struck_by_nobody_who_did_not_write_it(book: BookDesk) -> None:
    line = book.write()
    book.follow(line)
    book.answer(line)
    service.record_satisfaction(book.journal, SYSTEM, complaint_id=line.id, satisfied=False, text="", now=book.clock())
    with pytest.raises(Problem) as refused:
        strike(book, "ida", 3)
    assert refused.value.status == 403
    assert book.row(line).satisfied == 0
    service.record_satisfaction(
        book.journal, book.who("ida"), complaint_id=line.id, satisfied=True, text="", now=book.clock()
    )
    strike(book, "ida", 4)
    assert book.row(line).satisfied is None


def test_a_struck_first_answer_opens_the_clock_again(book: BookDesk) -> None:
    line, j = book.write(), book.journal
    service.write_first_answer(j, book.who("ida"), complaint_id=line.id, text="Salah baris", now=book.clock())
    strike(book, "ida", 1)
    assert book.row(line).first_answer_on is None
    go(book, date(2026, 3, 20))
    service.write_first_answer(j, book.who("ida"), complaint_id=line.id, text="Diterima", now=book.clock())
    assert book.row(line).first_answer_on == "2026-03-20"


def test_what_still_stands_keeps_the_clock_of_the_first_answer(book: BookDesk) -> None:
    line = book.write()
    service.write_first_answer(book.journal, book.who("ida"), complaint_id=line.id, text="Diterima", now=book.clock())
    go(book, date(2026, 3, 16))
    book.follow(line)
    book.answer(line)
    strike(book, "ida", 1)
    row = book.row(line)
    assert (row.first_answer_on, row.followed_on, row.answered_on) == ("2026-03-16",) * 3
    strike(book, "ida", 3)
    assert (book.row(line).first_answer_on, book.row(line).answered_on) == ("2026-03-16", None)


def test_a_first_answer_struck_later_leaves_an_approved_recap_as_it_was(book: BookDesk) -> None:
    line = book.write("Kipas mati")
    service.write_first_answer(book.journal, book.who("ida"), complaint_id=line.id, text="Diterima", now=book.clock())
    draft(book)
    approve(book)
    before = figures_of_recap(load_recap(book.journal.db, Q1)).totals.first_late
    go(book, date(2026, 4, 20))
    strike(book, "ida", 1)
    assert count_again(book.journal, Q1).found == []
    assert figures(book, Q1).totals.first_late == before + 1


@pytest.mark.parametrize("fields", [{"service": "tidak-ada"}, {"area": "3508990000"}])
def test_what_no_form_offers_is_refused_at_its_field(book: BookDesk, fields: dict[str, str]) -> None:
    """The kiosk and the desk ask the same: about a service in force or another one, from a place on the list."""
    with pytest.raises(Problem) as refused:
        book.write(**fields)
    assert list(refused.value.fields) == list(fields)
    assert book.write(service="ktp-el").number


def test_a_line_says_something_and_a_confidential_one_has_its_word(book: BookDesk) -> None:
    def wrong(words: str = "Antre lama", **said: Any) -> set[str]:
        try:
            service.check_visitor(service.Visitor(words, **said))
        except Problem as problem:
            return set(problem.fields)
        return set()

    assert wrong("a" * 99) == wrong(("abcdef" * 20)[:100]) == set()
    assert wrong("aB" * 50) == wrong(("abcde" * 20)[:100]) == {"words"}
    assert wrong(confidential=True) == {"second_word"}
    assert wrong(confidential=True, second_word="melati") == wrong(confidential=True, anonymous=True) == set()
    for contact, refused in (("081234567890", set()), ("0341123456", {"contact"}), ("", {"contact"})):
        assert wrong(contact=contact, accepts_sms=True) == refused, contact
        assert wrong(contact=contact) == wrong(contact=contact, accepts_sms=True, anonymous=True) == set()


def test_a_line_is_linked_to_another_one_only(book: BookDesk) -> None:
    one, other = book.write("Antre lama"), book.write("Antre juga")
    for number in (one.number, "999/ADUAN/2026", "?"):
        with pytest.raises(Problem) as refused:
            service.link_lines(book.journal, book.who("ida"), complaint_id=one.id, number=number, now=book.clock())
        assert list(refused.value.fields) == ["number"]
    service.link_lines(book.journal, book.who("ida"), complaint_id=other.id, number=one.number, now=book.clock())


def test_a_category_suggests_its_section_or_the_first_there_is(book: BookDesk) -> None:
    suggested = {key: service.section_of_category(book.journal.db, key) for key in CATEGORIES}
    known = service.sections_in_use(book.journal.db)
    assert suggested == {
        key: category.section if category.section in known else next(iter(known))
        for key, category in CATEGORIES.items()
    }
    with book.journal.db.writing(), book.journal.db.applying():
        book.journal.db.run("DELETE FROM section")
        with pytest.raises(Problem, match="Seksi belum diatur"):
            service.section_of_category(book.journal.db, "speed")


def test_the_box_gives_no_receipt(book: BookDesk) -> None:
    desk = book.write("Antre lama")
    assert (
        complaint_papers.receipt_paper(book.journal.db, desk.id, desk.code, "Ida", book.clock()).number == desk.number
    )
    [slip] = suggestion_box.open_box(
        book.journal, book.who("ida"), slips=[service.Visitor("Kursi kurang", name="Tumini")], now=book.clock()
    )
    with pytest.raises(Problem, match="kotak saran tidak punya tanda terima"):
        complaint_papers.receipt_paper(book.journal.db, slip.id, "", "Ida", book.clock())

"""What happens to a line, asked of the commands themselves: order of the columns, dates reckoned by hand, pauses.

Lines are received on Thursday 12 March 2026 in an office without days off: three working days later is the 17th,
five the 19th, fourteen the 1st of April and sixty the 4th of June.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from app.core.problems import Problem
from app.platform.office import service as office
from app.platform.office.events import HolidayData
from app.platform.people.changes import Appoint, SetRoles
from app.services.complaints import service, transitions
from app.services.complaints.limits import set_limit, set_section
from app.services.complaints.queries import staff_columns
from app.services.complaints.service import WrittenLine
from app.services.complaints.tables import ComplaintColumn, ComplaintPause, SectionRow
from tests.platform.people import agree
from tests.quality.quarter.recaps import go
from tests.services.complaints.desk import BookDesk
from tests.services.complaints.lines import classed, do, paused, settle, without_days_off

FRIDAY, MONDAY = date(2026, 3, 13), date(2026, 3, 16)


@pytest.fixture
def book(book: BookDesk) -> BookDesk:
    """The book of an office without days off."""
    return without_days_off(book)


@pytest.fixture
def line(book: BookDesk) -> WrittenLine:
    return book.write()


def refused(book: BookDesk, command: Callable[..., Any], who: str, line: WrittenLine, **told: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        do(book, command, who, line, **told)
    return caught.value


# -- class and due dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handling", "due"), [("information", "2026-03-19"), ("desk", "2026-04-01"), ("field", "2026-06-04")]
)
def test_the_way_of_handling_gives_the_limit(book: BookDesk, line: WrittenLine, handling: str, due: str) -> None:
    go(book, MONDAY)
    row = classed(book, line, handling)
    assert (row.handling, row.first_due_on, row.settle_due_on) == (handling, "2026-03-17", due)


@pytest.mark.parametrize("field", ["type_", "category", "weight", "handling"])
def test_a_class_is_chosen_from_the_lists(book: BookDesk, line: WrittenLine, field: str) -> None:
    told = {"type_": "aspiration", "category": "comfort", "weight": "light", "handling": "field"}
    assert set(refused(book, service.classify_line, "ida", line, **told | {field: "lain"}).fields) == {field.strip("_")}
    do(book, service.classify_line, "ida", line, **told)
    row = book.row(line)
    assert (row.type, row.category, row.weight, row.handling, row.levy) == (
        "aspiration",
        "comfort",
        "light",
        "field",
        0,
    )


def test_a_levy_is_heavy_and_a_slip_gets_no_first_clock(book: BookDesk) -> None:
    row = classed(book, book.write(), category="levy")
    assert (row.weight, row.levy) == ("heavy", 1)
    assert classed(book, book.write(channel="box")).first_due_on is None


def test_another_class_keeps_the_days_that_stood_still(book: BookDesk, line: WrittenLine) -> None:
    assert paused(book, line, FRIDAY, date(2026, 3, 20)) == date(2026, 4, 8)
    assert classed(book, line).settle_due_on == "2026-04-08"
    assert classed(book, line, "field").settle_due_on == "2026-06-11"
    assert classed(book, line, "information").settle_due_on == "2026-03-26"


def test_another_class_of_a_reopened_line_counts_from_the_day_on_which_it_was_reopened(
    book: BookDesk, line: WrittenLine
) -> None:
    settle(book, line)
    go(book, date(2026, 6, 1))
    do(book, service.reopen_line, "ida", line, reason="Terulang")
    assert classed(book, line).settle_due_on == "2026-06-19"
    assert classed(book, line, "information").settle_due_on == "2026-06-08"


def test_a_limit_that_was_changed_later_counts_for_another_way_of_handling_only(
    book: BookDesk, line: WrittenLine
) -> None:
    for name in ("desk", "field"):
        set_limit(
            book.journal,
            book.who("camat"),
            name=name,
            days=20,
            unit="working_days",
            source="SK",
            now=book.clock(),
        )
    assert classed(book, line).settle_due_on == "2026-04-01"
    assert classed(book, line, "field").settle_due_on == "2026-04-09"


# -- the order of the columns -----------------------------------------------------------------------------------


def test_the_first_answer_is_written_once(book: BookDesk, line: WrittenLine) -> None:
    do(book, service.write_first_answer, "ida", line, text="Diterima.")
    assert book.row(line).first_answer_on == "2026-03-12"
    assert refused(book, service.write_first_answer, "ida", line, text="Lagi.").code == "conflict"


def test_an_answer_and_a_verdict_wait_for_their_turn(book: BookDesk, line: WrittenLine) -> None:
    assert refused(book, service.write_answer, "ida", line, text="Sudah.").code == "conflict"
    assert refused(book, service.record_satisfaction, "ida", line, satisfied=True, text="").code == "conflict"
    book.follow(line)
    assert (book.row(line).state, book.row(line).followed_on) == ("followed", "2026-03-12")
    book.answer(line)
    assert (book.row(line).state, book.row(line).answered_on) == ("answered", "2026-03-12")
    book.follow(line, "Ditambah lagi.")
    assert book.row(line).state == "answered"


@pytest.mark.parametrize(
    ("satisfied", "text", "word"),
    [(True, "", "Puas"), (False, " ", "Tidak puas"), (False, " Masih antre ", "Tidak puas: Masih antre")],
)
def test_a_verdict_without_words_says_what_it_is(
    book: BookDesk, line: WrittenLine, satisfied: bool, text: str, word: str
) -> None:
    book.follow(line)
    book.answer(line)
    do(book, service.record_satisfaction, "system", line, satisfied=satisfied, text=text)
    assert staff_columns(book.journal.db, [line.id])[line.id][-1].text == word
    assert book.row(line).satisfied == int(satisfied)


def test_settling_wants_follow_up_answer_and_a_running_clock(book: BookDesk, line: WrittenLine) -> None:
    assert "tindak lanjut" in str(refused(book, service.close_line, "ida", line).sentence)
    book.follow(line)
    assert "belum dijawab" in str(refused(book, service.close_line, "ida", line).sentence)
    book.answer(line)
    do(book, service.pause_clock, "budi", line, reason="field", text="")
    assert "dijeda" in str(refused(book, service.close_line, "ida", line).sentence)
    do(book, service.resume_clock, "budi", line)
    go(book, FRIDAY)
    do(book, service.close_line, "ida", line)
    assert (book.row(line).state, book.row(line).closed_on) == ("closed", "2026-03-13")


def test_a_slip_to_which_nobody_can_answer_is_settled_without_an_answer(book: BookDesk) -> None:
    slip = book.write(channel="box")
    assert refused(book, service.close_line, "ida", slip).code == "conflict"
    book.follow(slip)
    do(book, service.close_line, "ida", slip)
    assert book.row(slip).state == "closed"


def test_nothing_happens_to_a_settled_line_but_reopening(book: BookDesk, line: WrittenLine) -> None:
    told: list[tuple[Callable[..., Any], str, dict[str, Any]]] = [
        (
            service.classify_line,
            "ida",
            {"type_": "complaint", "category": "speed", "weight": "light", "handling": "desk"},
        ),
        (service.route_line, "ida", {"section": "umum", "reason": "Sarana"}),
        (service.write_first_answer, "ida", {"text": "Diterima."}),
        (service.write_follow_up, "budi", {"text": "Ditambah."}),
        (service.write_answer, "ida", {"text": "Sudah."}),
        (service.close_line, "ida", {}),
        (service.pause_clock, "budi", {"reason": "field", "text": ""}),
        (service.resume_clock, "budi", {}),
    ]
    settle(book, line)
    for command, who, values in told:
        assert refused(book, command, who, line, **values).code == "state", command
    with pytest.raises(Problem) as late:
        service.strike_column(book.journal, book.who("budi"), column_id=1, reason="Salah", now=book.clock())
    assert late.value.code == "conflict"


def test_reopening_wants_a_reason_and_a_settled_line(book: BookDesk, line: WrittenLine) -> None:
    assert refused(book, service.reopen_line, "ida", line, reason="Terulang").code == "conflict"
    settle(book, line)
    for reason in (" ", "x" * 301):
        assert set(refused(book, service.reopen_line, "ida", line, reason=reason).fields) == {"reason"}
    go(book, MONDAY)
    do(book, service.reopen_line, "ida", line, reason=" " + "x" * 299)
    row = book.row(line)
    assert (row.state, row.closed_on, row.reopened, row.settle_due_on) == ("followed", None, 1, "2026-04-03")
    assert staff_columns(book.journal.db, [line.id])[line.id][-1].text == "Dibuka kembali: " + "x" * 299


# -- sections ----------------------------------------------------------------------------------------------------


def test_a_line_goes_to_another_section_in_use_with_a_reason(book: BookDesk, line: WrittenLine) -> None:
    for reason in (" ", "x" * 301):
        assert set(refused(book, service.route_line, "ida", line, section="umum", reason=reason).fields) == {"reason"}
    for section in ("pelayanan", "nowhere"):
        assert set(refused(book, service.route_line, "ida", line, section=section, reason="x").fields) == {"section"}
    set_section(book.journal, book.who("ratna"), code="lama", name="Lama", head="", now=book.clock())
    set_section(book.journal, book.who("ratna"), code="lama", name="Lama", head="", now=book.clock(), active=False)
    assert set(refused(book, service.route_line, "ida", line, section="lama", reason="x").fields) == {"section"}
    do(book, service.route_line, "ida", line, section="umum", reason="x" * 300)
    assert book.row(line).section == "umum"


def head_of(book: BookDesk, head: str) -> None:
    set_section(book.journal, book.who("ratna"), code="pelayanan", name="Pelayanan", head=head, now=book.clock())


def heads(book: BookDesk, who: str) -> bool:
    return transitions.is_section_head(book.journal.db, book.who(who), "pelayanan", book.clock().date())


def act(book: BookDesk, who: str, instead_of: str | None, **other: Any) -> None:
    told: dict[str, Any] = {"post": "kasi", "kind": "plt", "from_on": date(2026, 3, 12), "until_on": None}
    replaced = book.who(instead_of).person_id if instead_of else None
    decree = Appoint(book.who(who).person_id, decree="1", instead_of=replaced, **told | other)
    agree(book.journal, decree, now=book.clock())


def test_the_head_of_a_section_is_the_kasi_whom_it_names(book: BookDesk) -> None:
    book.other_kasi("tono")
    assert heads(book, "budi")
    assert not heads(book, "ida")
    head_of(book, "tono")
    assert [heads(book, name) for name in ("tono", "budi")] == [True, False]
    assert not transitions.is_section_head(book.journal.db, book.who("tono"), "nowhere", FRIDAY)
    with pytest.raises(Problem) as refused:
        head_of(book, "ida")
    assert list(refused.value.fields) == ["head"]
    assert [heads(book, name) for name in ("ida", "tono")] == [False, True]


def test_a_decree_opens_the_section_of_whom_it_replaces(book: BookDesk) -> None:
    book.other_kasi("tono")
    head_of(book, "tono")
    act(book, "oki", "tono", kind="an")
    act(book, "oki", "tono", from_on=date(2026, 3, 13))
    act(book, "oki", "budi")
    act(book, "sari", "tono")
    assert [heads(book, name) for name in ("oki", "sari", "budi")] == [False, True, False]
    go(book, FRIDAY)
    assert heads(book, "oki")


def test_a_decree_for_a_vacant_post_waits_until_the_head_is_no_kasi_any_more(book: BookDesk) -> None:
    book.other_kasi("tono")
    head_of(book, "tono")
    act(book, "oki", None)
    assert not heads(book, "oki")
    agree(book.journal, SetRoles(book.who("tono").person_id, ("counter",)), now=book.clock())
    assert heads(book, "oki")
    assert not heads(book, "budi")


# -- strike-through ----------------------------------------------------------------------------------------------


def test_a_column_is_struck_once_with_a_reason(book: BookDesk, line: WrittenLine) -> None:
    book.follow(line)

    def strike(column: int, reason: str) -> str:
        with pytest.raises(Problem) as caught:
            service.strike_column(book.journal, book.who("budi"), column_id=column, reason=reason, now=book.clock())
        return caught.value.code

    assert (strike(1, " "), strike(9, "Salah")) == ("invalid", "not_found")
    assert strike(1, "x" * 301) == "invalid", "nothing that was typed is cut off"
    service.strike_column(book.journal, book.who("budi"), column_id=1, reason=" " + "x" * 300, now=book.clock())
    [row] = ComplaintColumn.rows(book.journal.db, ComplaintColumn.id == 1)
    assert (row.struck_by, row.struck_why) == ("budi", "x" * 300)
    assert strike(1, "Salah") == "not_found"
    assert refused(book, service.write_answer, "ida", line, text="Sudah.").code == "conflict"


def test_the_state_is_what_the_standing_columns_give(book: BookDesk, line: WrittenLine) -> None:
    book.follow(line)
    book.follow(line, "Yang kedua.")
    book.answer(line)

    def struck(column: int, who: str) -> str:
        service.strike_column(book.journal, book.who(who), column_id=column, reason="Salah", now=book.clock())
        return str(book.row(line).state)

    service.add_note(book.journal, book.who("ida"), complaint_id=line.id, text="Menelepon", now=book.clock())
    assert struck(1, "budi") == "answered"
    assert struck(3, "ida") == "followed"
    book.answer(line, "Jawaban baru.")
    assert struck(2, "budi") == "open"
    book.follow(line, "Yang ketiga.")
    assert book.row(line).state == "followed"


def test_who_strikes_needs_the_right_to_write_in_the_book(book: BookDesk, line: WrittenLine) -> None:
    row, today = book.row(line), FRIDAY
    for name in ("note", "follow_up", "answer"):
        assert not transitions.can_strike(book.journal.db, book.who("camat"), row, name, "camat", today)
        assert transitions.can_strike(book.journal.db, book.who("sari"), row, name, "sari", today)
    allowed = {
        name: [
            who
            for who in ("ida", "budi", "ratna", "sari")
            if transitions.can_strike(book.journal.db, book.who(who), row, name, "oki", today)
        ]
        for name in ("first_answer", "answer", "note", "follow_up", "satisfaction")
    }
    assert allowed == {
        "first_answer": ["ida"],
        "answer": ["ida"],
        "note": ["ida"],
        "follow_up": ["budi"],
        "satisfaction": [],
    }


# -- pauses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [
        (date(2026, 3, 12), date(2026, 3, 12), "2026-04-01"),
        (date(2026, 3, 12), date(2026, 3, 13), "2026-04-01"),
        (date(2026, 3, 13), date(2026, 3, 15), "2026-04-02"),
        (date(2026, 3, 14), date(2026, 3, 16), "2026-04-01"),
        (date(2026, 4, 1), date(2026, 4, 3), "2026-04-03"),
        (date(2026, 4, 2), date(2026, 4, 10), "2026-04-01"),
        (date(2026, 3, 13), date(2026, 3, 16), "2026-04-02"),
        (date(2026, 3, 13), date(2026, 3, 20), "2026-04-08"),
        (date(2026, 3, 16), date(2026, 4, 13), "2026-04-29"),
    ],
)
def test_the_due_date_moves_by_the_days_of_the_pause_on_which_it_would_have_run(
    book: BookDesk, line: WrittenLine, since: date, until: date, due: str
) -> None:
    """As in a case: neither the start day nor days after the due date, and Friday to Sunday is one day (the Friday)."""
    assert paused(book, line, since, until).isoformat() == due == book.row(line).settle_due_on
    [row] = ComplaintPause.rows(book.journal.db)
    assert (row.from_on, row.to_on) == (since.isoformat(), until.isoformat())


def test_two_pauses_move_the_date_twice_and_days_off_move_nothing(book: BookDesk, line: WrittenLine) -> None:
    day_off = [HolidayData("2026-03-17", "Libur", "lokal", "SK", "Kantor")]
    office.set_holidays(book.journal, book.who("ratna"), days=day_off, removed=[], reason="SK", now=book.clock())
    assert paused(book, line, MONDAY, date(2026, 3, 18)) == date(2026, 4, 2)
    assert paused(book, line, date(2026, 3, 18), date(2026, 3, 20)) == date(2026, 4, 6)


def test_a_pause_has_a_listed_reason_and_lasts_until_it_is_ended(book: BookDesk, line: WrittenLine) -> None:
    assert refused(book, service.resume_clock, "budi", line).code == "conflict"
    assert set(refused(book, service.pause_clock, "budi", line, reason="malas", text="").fields) == {"reason"}
    assert set(refused(book, service.pause_clock, "budi", line, reason="field", text="x" * 301).fields) == {"text"}
    do(book, service.pause_clock, "budi", line, reason="field", text=" " + "x" * 300)
    assert refused(book, service.pause_clock, "budi", line, reason="field", text="").code == "conflict"
    lasting = service.running_pause(book.journal.db, line.id)
    assert lasting is not None
    assert (lasting.note, lasting.to_on) == ("x" * 300, None)
    do(book, service.resume_clock, "budi", line)
    assert service.running_pause(book.journal.db, line.id) is None
    assert refused(book, service.resume_clock, "budi", line).code == "conflict"


def test_under_a_clock_that_fell_back_a_pause_ends_on_its_first_day(book: BookDesk, line: WrittenLine) -> None:
    go(book, MONDAY)
    do(book, service.pause_clock, "budi", line, reason="field", text="")
    book.clock.at = datetime.fromisoformat("2026-03-13T02:00:00+00:00")
    assert do(book, service.resume_clock, "budi", line) == date(2026, 4, 1)
    assert [row.to_on for row in ComplaintPause.rows(book.journal.db)] == ["2026-03-16"]


def test_each_deed_is_an_entry_about_its_line(book: BookDesk, line: WrittenLine) -> None:
    settle(book, line)
    do(book, service.reopen_line, "ida", line, reason="Terulang")
    do(book, service.route_line, "ida", line, section="umum", reason="Sarana")
    classed(book, line)
    service.add_note(book.journal, book.who("sari"), complaint_id=line.id, text="Menelepon", now=book.clock())
    kinds = [(entry.kind, entry.actor) for entry in book.journal.about(f"complaint/{line.id}")]
    assert kinds == [
        ("complaint.written", "system"),
        ("complaint.column_written", "budi"),
        ("complaint.column_written", "ida"),
        ("complaint.closed", "ida"),
        ("complaint.reopened", "ida"),
        ("complaint.column_written", "ida"),
        ("complaint.routed", "ida"),
        ("complaint.classed", "ida"),
        ("complaint.column_written", "sari"),
    ]
    assert SectionRow.first(book.journal.db, SectionRow.code == "umum") is not None

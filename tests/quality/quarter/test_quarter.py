"""The way of a recap: edges of a quarter, four states, what is frozen, pledges, the board, the way to the regency."""

from datetime import date, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from app.core.problems import Problem
from app.platform.office import queries as office
from app.quality.quarter import service
from app.quality.quarter.counting import count_quarter
from app.quality.quarter.queries import missing_quarters
from app.quality.quarter.recount import count_again
from app.services.complaints import service as writing
from sync.verification import verify_side
from tests.quality.quarter.recaps import LATER, Q1, Q2, figures, go
from tests.services.complaints.desk import BookDesk

# -- edges -----------------------------------------------------------------------------------------------------


def test_first_and_last_day_belong_to_the_quarter_and_a_late_follow_up_to_the_next(book: BookDesk) -> None:
    go(book, date(2026, 3, 31), 23)
    line = book.write("Malam terakhir")
    go(book, date(2026, 4, 1), 0)
    book.write("Pagi pertama")
    book.follow(line)
    book.answer(line)
    writing.close_line(book.journal, book.who("ida"), complaint_id=line.id, now=book.clock())
    go(book, date(2026, 7, 2))
    first, second = figures(book, Q1), figures(book, Q2)
    assert [row.gist for row in first.lines] == ["Malam terakhir"]
    assert (first.totals.settled, first.totals.process, first.lines[0].follow_up) == (0, 1, "")
    assert [read_line.gist for read_line in second.lines] == ["Pagi pertama"]
    assert [(one.gist, one.state, one.follow_up) for one in second.carried.lines] == [
        ("Malam terakhir", "settled", "Loket ditambah satu.")
    ]
    assert second.carried.totals.settled == 1


def test_what_is_due_or_done_on_the_last_day_is_in_time(book: BookDesk) -> None:
    """Three lines whose first answer and settlement are due on 30 and 31 March and on 1 April."""
    db, last = book.journal.db, date(2026, 3, 31)
    with db.writing(), db.applying():
        for name in ("first_answer", "desk"):
            db.run("UPDATE complaint_limit SET days = 1, unit = 'calendar_days' WHERE name = ?", (name,))
    lines = {}
    for days in (2, 1, 0):
        go(book, last - timedelta(days=days))
        lines[days] = book.write(f"Batas {days}")
    assert [book.row(line).settle_due_on for line in lines.values()] == [
        "2026-03-30",
        "2026-03-31",
        "2026-04-01",
    ]
    settled = book.write("Selesai hari terakhir")
    book.follow(settled)
    book.answer(settled)
    writing.close_line(book.journal, book.who("ida"), complaint_id=settled.id, now=book.clock())
    go(book, LATER)
    found = figures(book)
    assert {one.gist: one.state for one in found.lines} == {
        "Batas 2": "late",
        "Batas 1": "process",
        "Batas 0": "process",
        "Selesai hari terakhir": "settled",
    }
    assert (found.totals.settled, found.totals.late, found.totals.first_late) == (1, 1, 1)
    assert [row.settled for row in found.sums.channels] == [1]


def test_what_ended_on_the_first_day_is_carried_over_and_what_ended_before_is_not(book: BookDesk) -> None:
    made = [book.write(f"Baris {n}") for n in range(2)]
    for line in made:
        book.follow(line)
        book.answer(line)
    for line, on in zip(made, (date(2026, 3, 31), date(2026, 4, 1)), strict=True):
        go(book, on)
        writing.close_line(book.journal, book.who("ida"), complaint_id=line.id, now=book.clock())
    go(book, date(2026, 7, 2))
    assert [(row.gist, row.state) for row in figures(book, Q2).carried.lines] == [("Baris 1", "settled")]


def test_a_clock_that_stands_still_on_the_last_day_is_not_late(book: BookDesk) -> None:
    paused, running = book.write("Dijeda"), book.write("Jalan")
    writing.pause_clock(
        book.journal, book.who("budi"), complaint_id=paused.id, reason="other_body", text="", now=book.clock()
    )
    assert book.row(paused).settle_due_on == book.row(running).settle_due_on <= "2026-04-10"
    go(book, date(2026, 7, 2))
    second = figures(book, Q2)
    assert {line.gist: line.state for line in second.carried.lines} == {"Dijeda": "process", "Jalan": "late"}
    writing.resume_clock(
        book.journal, book.who("budi"), complaint_id=paused.id, now=book.clock() + timedelta(minutes=1)
    )
    assert count_quarter(book.journal.db, Q2, datetime.fromisoformat(second.as_of)) == second


def test_an_empty_quarter_says_nihil(book: BookDesk) -> None:
    go(book, LATER)
    found = figures(book)
    assert found.nihil
    assert (found.totals.received, found.lines, found.causes, found.totals.median) == (0, [], [], None)
    service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())
    assert count_again(book.journal, Q1).found == []


def test_three_of_a_kind_are_a_cause_and_villages_are_set_against_their_applications(book: BookDesk) -> None:
    village = next(iter(office.village_names(book.journal.db)))
    for n in range(3):
        book.write(f"Lama {n}", area=village)
    book.write("Panas", category="comfort")
    book.write("Dari jauh", area="outside", category="comfort")
    go(book, LATER)
    found = figures(book)
    assert [(cause.key, cause.count, cause.capas) for cause in found.causes] == [("speed", 3, [])]
    assert {row.label: row.received for row in found.sums.elements}["Kecepatan pelayanan"] == 3
    assert {row.key: row.received for row in found.sums.villages} == {village: 3, "outside": 1, "": 1}
    assert [row.label for row in found.sums.villages[1:]] == ["Luar kecamatan", "Tidak disebut"]


def test_a_quarter_that_still_runs_is_not_drafted(book: BookDesk) -> None:
    go(book, date(2026, 3, 31), 15)
    with pytest.raises(Problem, match="belum berakhir"):
        service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())


# -- states ----------------------------------------------------------------------------------------------------


def test_the_way_of_a_recap_and_who_may_go_it(drafted: BookDesk) -> None:
    book, j, now = drafted, drafted.journal, drafted.clock()
    assert missing_quarters(j.db, LATER) == [Q1]
    for name in ("sari", "budi", "camat", "ida"):
        with pytest.raises(Problem):
            service.mark_checked(j, book.who(name), quarter=Q1, read_public=True, now=now)
    with pytest.raises(Problem) as unread:
        service.mark_checked(j, book.who("ratna"), quarter=Q1, read_public=False, now=now)
    assert "read_public" in unread.value.fields
    with pytest.raises(Problem, match="rancangan"):
        service.approve_recap(j, book.who("camat"), quarter=Q1, now=now)
    service.return_recap(j, book.who("ratna"), quarter=Q1, note="Periksa kategori", now=now)
    with pytest.raises(Problem, match="dikembalikan"):
        service.mark_checked(j, book.who("ratna"), quarter=Q1, read_public=True, now=now)
    service.draft_recap(j, book.who("ida"), quarter=Q1, now=now)
    service.mark_checked(j, book.who("ratna"), quarter=Q1, read_public=True, now=now)
    service.return_recap(j, book.who("camat"), quarter=Q1, note="Tambah janji", now=now)
    assert service.load_recap(j.db, Q1).state == "draft"
    service.draft_recap(j, book.who("ida"), quarter=Q1, now=now)
    service.mark_checked(j, book.who("ratna"), quarter=Q1, read_public=True, now=now)
    for name in ("ida", "ratna", "budi"):
        with pytest.raises(Problem):
            service.approve_recap(j, book.who(name), quarter=Q1, now=now)
    service.approve_recap(j, book.who("camat"), quarter=Q1, now=now)
    assert (service.load_recap(j.db, Q1).state, service.load_recap(j.db, Q1).number) == (
        "approved",
        "REKAP-ADU/01/2026",
    )
    assert missing_quarters(j.db, LATER) == []


def late_letter(book: BookDesk) -> None:
    """A line found after approval, written and classed."""
    line, now = book.write("Surat lama", channel="letter"), book.clock()
    words = {"type_": "complaint", "category": "other", "weight": "light", "handling": "desk"}
    writing.classify_line(book.journal, book.who("ida"), complaint_id=line.id, now=now, **words)


def test_nothing_changes_an_approved_recap(approved: BookDesk, tmp_path: Path) -> None:
    book, j = approved, approved.journal
    before = service.load_recap(j.db, Q1)
    kept = (before.figures, before.digest, before.number, before.approved_at, before.approved_by)
    for _ in range(2):  # once approved, once published
        for deed in (
            lambda: service.draft_recap(j, book.who("ida"), quarter=Q1, now=book.clock()),
            lambda: service.mark_checked(j, book.who("ratna"), quarter=Q1, read_public=True, now=book.clock()),
            lambda: service.approve_recap(j, book.who("camat"), quarter=Q1, now=book.clock()),
            lambda: service.return_recap(j, book.who("camat"), quarter=Q1, note="Ulangi", now=book.clock()),
        ):
            with pytest.raises(Problem) as refused:
                deed()
            assert refused.value.code == "state"
        go(book, LATER + timedelta(days=1))
        if service.load_recap(j.db, Q1).state == "approved":
            service.post_recap(
                j,
                book.who("ida"),
                quarter=Q1,
                on=LATER,
                until=date(2026, 7, 10),
                place="Depan loket",
                now=book.clock(),
            )
    late_letter(book)
    service.add_addendum(
        j, book.who("ida"), quarter=Q1, text="Satu surat bertanggal 30 Maret ditemukan.", now=book.clock()
    )
    after = service.load_recap(j.db, Q1)
    assert (after.figures, after.digest, after.number, after.approved_at, after.approved_by) == kept
    assert count_again(j, Q1).found == []
    assert verify_side(j, "office", tmp_path / "replay.sqlite3").faults == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE recap SET figures = '{}'",
        "UPDATE recap SET digest = replace(digest, '0', '1')",
        "UPDATE recap SET state = 'draft'",
        "UPDATE recap SET state = 'checked'",
        "UPDATE recap SET approved_at = '2020-01-01T00:00:00Z'",
        "UPDATE recap SET number = 'X'",
        "UPDATE recap SET quarter = '2025-Q1'",
        "UPDATE recap SET drafted_by = 'x'",
        "DELETE FROM recap",
        "REPLACE INTO recap SELECT * FROM recap",
        "INSERT OR REPLACE INTO recap SELECT * FROM recap",
        "DELETE FROM pledge",
        "DELETE FROM complaint_past",
    ],
)
def test_the_schema_refuses_what_the_services_never_do(approved: BookDesk, sql: str) -> None:
    db, now = approved.journal.db, approved.clock()
    writing.classify_line(
        approved.journal,
        approved.who("ida"),
        complaint_id=2,
        type_="complaint",
        category="other",
        weight="light",
        handling="desk",
        now=now,
    )
    with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
        db.run(sql)


def test_facts_found_late_are_named_and_tampering_is_told(approved: BookDesk) -> None:
    book, j = approved, approved.journal

    go(book, LATER + timedelta(days=5))
    late = writing.write_line(
        j,
        book.who("ida"),
        channel="letter",
        visitor=writing.Visitor("Terselip"),
        received_on=date(2026, 3, 30),
        now=book.clock(),
    )
    again = count_again(j, Q1)
    assert (again.found, again.late) == ([], [late.number])
    go(book, date(2026, 7, 2))
    counted = figures(book, Q2)
    assert [line.number for line in counted.lines] == [late.number]
    assert late.number not in [line.number for line in counted.carried.lines]
    with j.db.writing(), j.db.applying():
        j.db.run("UPDATE complaint SET weight = 'heavy' WHERE id = 1")
    again = count_again(j, Q1)
    assert not again.same
    assert "BERBEDA" in again.sentence
    assert 'Kadar "Sedang", masuk: 2 menjadi 1' in again.differences
    assert "Jalankan verify" in again.sentence

"""A line of the book belongs to exactly one quarter, whenever it was written, and the year agrees with the book."""

from collections import Counter
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.core.clock import at_office, office_date
from app.core.permissions import SYSTEM
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.quality.quarter import service
from app.quality.quarter.counting import SUMS, count_quarter, quarter_spans
from app.quality.quarter.tables import Recap
from app.quality.quarter.year_papers import book_agreement, count_year, cut_of, year_figures
from app.services.complaints import service as writing
from schema.database import open_office
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.people import Clock
from tests.quality.quarter.recaps import Q1, Q2, figures, go
from tests.services.complaints.desk import BookDesk
from tests.world.nightly import by_day

Q3 = Quarter(2026, 3)


def write(book: BookDesk, received: date, words: str = "Terselip") -> str:
    return writing.write_line(
        book.journal, SYSTEM, channel="letter", visitor=writing.Visitor(words), now=book.clock(), received_on=received
    ).number


def drafted(book: BookDesk, of: Quarter) -> list[str]:
    """Draft a recap; the numbers of the lines that it counts."""
    service.draft_recap(book.journal, book.who("ida"), quarter=of, now=book.clock.forward(minutes=1))
    return numbers(book, of)


def numbers(book: BookDesk, of: Quarter) -> list[str]:
    return sorted(line.number for line in service.figures_of_recap(service.load_recap(book.journal.db, of)).lines)


def approved(book: BookDesk, of: Quarter) -> None:
    now = book.clock.forward(minutes=1)
    if service.load_recap(book.journal.db, of).state == "draft":
        service.mark_checked(book.journal, book.who("ratna"), quarter=of, read_public=True, now=now)
    service.approve_recap(book.journal, book.who("camat"), quarter=of, now=now)


def test_a_line_written_after_the_approval_counts_in_the_next_recap_and_nowhere_else(book: BookDesk) -> None:
    """Received on 30 March, written on 10 April: the first quarter was approved on 3 April with one line."""
    write(book, date(2026, 3, 12))
    go(book, date(2026, 4, 3))
    assert drafted(book, Q1) == ["001/ADUAN/2026"]
    between = write(book, date(2026, 3, 31))
    approved(book, Q1)
    go(book, date(2026, 4, 10))
    late = write(book, date(2026, 3, 30))
    own = write(book, date(2026, 4, 10))
    assert numbers(book, Q1) == ["001/ADUAN/2026"]
    go(book, date(2026, 7, 2))
    assert drafted(book, Q2) == sorted([between, late, own])
    told = figures(book, Q2)
    assert (told.totals.received, told.sums.before.received) == (3, 1)
    assert [line.number for line in told.carried.lines] == ["001/ADUAN/2026"]
    assert [(month.month, month.received) for month in told.sums.months][1:4] == [
        ("2026-02", 0),
        ("2026-03", 3),
        ("2026-04", 1),
    ]
    approved(book, Q2)
    go(book, date(2026, 10, 2))
    assert drafted(book, Q3) == []
    assert [line.number for line in figures(book, Q3).carried.lines] == [
        "001/ADUAN/2026",
        late,
        between,
        own,
    ]


def test_a_line_set_aside_until_its_quarter_was_approved_counts_in_the_next_when_it_is_taken_back(
    book: BookDesk,
) -> None:
    number = write(book, date(2026, 3, 12))
    model = Reckoned()
    model.lines[number] = date(2026, 3, 12)
    put_aside(book, model, 0, back=False)
    go(book, date(2026, 4, 3))
    assert drafted(book, Q1) == []
    approved(book, Q1)
    put_aside(book, model, 0, back=True)
    go(book, date(2026, 7, 2))
    assert drafted(book, Q2) == [number]
    approved(book, Q2)
    assert [line.number for line in figures(book, Q2).carried.lines] == []
    go(book, date(2026, 10, 2))
    assert drafted(book, Q3) == []


def test_two_drafts_that_count_the_same_line_are_not_both_approved(book: BookDesk) -> None:
    go(book, date(2026, 4, 3))
    drafted(book, Q1)
    approved(book, Q1)
    late = write(book, date(2026, 3, 30))
    go(book, date(2026, 10, 2))
    assert drafted(book, Q2) == drafted(book, Q3) == [late]
    approved(book, Q2)
    with pytest.raises(Problem, match="sudah dihitung rekap lain"):
        approved(book, Q3)
    service.return_recap(book.journal, book.who("camat"), quarter=Q3, note="Ganda", now=book.clock())
    assert drafted(book, Q3) == []
    approved(book, Q3)
    db = book.journal.db
    with pytest.raises(apsw.ConstraintError), db.writing(), db.applying():
        db.run(
            "INSERT INTO recap_line (complaint_id, quarter, own) SELECT complaint_id, '2026-Q3', own FROM recap_line"
        )


steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 220)),
        st.tuples(st.just("days"), st.integers(1, 60)),
        st.tuples(st.sampled_from(("aside", "back")), st.integers(0, 9)),
        st.tuples(st.sampled_from(("draft", "approve")), st.integers(0, 5)),
    ),
    min_size=20,
    max_size=60,
)
places = count()


class Reckoned:
    """The second way of reckoning: what each approved recap counts, by hand."""

    def __init__(self) -> None:
        self.lines: dict[str, date] = {}
        self.drafts: dict[Quarter, set[str]] = {}
        self.counted: dict[str, Quarter] = {}
        self.frozen: set[Quarter] = set()
        self.aside: set[str] = set()

    def draft(self, of: Quarter) -> set[str]:
        """Own lines of the quarter, and those of earlier approved ones that no approved recap counts."""
        self.drafts[of] = {
            number
            for number, on in self.lines.items()
            if number not in self.aside
            and (
                (Quarter.of(on) == of and number not in self.elsewhere(of))
                or (str(Quarter.of(on)) < str(of) and Quarter.of(on) in self.frozen and number not in self.counted)
            )
        }
        return self.drafts[of]

    def elsewhere(self, of: Quarter) -> set[str]:
        """Lines that another quarter's approved recap counts."""
        return {number for number, quarter in self.counted.items() if quarter != of}

    def double(self, of: Quarter) -> bool:
        return bool(self.drafts[of] & self.counted.keys())

    def approve(self, of: Quarter) -> None:
        self.frozen.add(of)
        self.counted |= dict.fromkeys(self.drafts[of], of)


def live(book: BookDesk, model: Reckoned, deed: str, n: int) -> None:
    """One step of both; a recap may be drafted again and out of order."""
    today = office_date(book.clock.forward(minutes=1))
    of = Quarter.of(today - timedelta(days=92 * (n + 1)))
    if deed == "days":
        book.clock.forward(days=n)
    elif deed == "write":
        model.lines[write(book, today - timedelta(days=n))] = today - timedelta(days=n)
    elif deed in ("aside", "back"):
        put_aside(book, model, n, back=deed == "back")
    elif of in model.frozen:
        return
    elif deed == "draft" or of not in model.drafts:
        again = service.find_recap(book.journal.db, of)
        if again is not None and again.state == "checked":
            service.return_recap(book.journal, book.who("camat"), quarter=of, note="Lagi", now=book.clock())
        assert set(drafted(book, of)) == model.draft(of)
    elif model.double(of):
        with pytest.raises(Problem, match="sudah dihitung rekap lain"):
            approved(book, of)
    else:
        approved(book, of)
        model.approve(of)


@settings(
    max_examples=by_day(5, 25), phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(what=steps)
def test_every_line_is_counted_once_in_random_books(
    what: list[tuple[str, int]], journal: Journal, tmp_path: Path
) -> None:
    """Written on the day or months later, drafted twice, approved out of order: once everything is approved each line
    stands in one recap, and a year's recaps with what is named beside them give the book."""
    path = tmp_path / f"{next(places)}.sqlite3"
    journal.db.run("VACUUM INTO ?", (str(path),))
    db = open_office(path)
    db.run("PRAGMA synchronous=OFF")
    kinds = [kind for kind in journal.kinds.values() if kind.name not in ("epoch.opened", "clock.settled")]
    book, model = BookDesk(Journal(db, kinds), Clock(at_office(date(2027, 2, 8), 9))), Reckoned()
    try:
        for deed, n in what:
            live(book, model, deed, n)
        years_agree(book, model)
        everything_approved(book, model)
        found = Counter(number for row in Recap.rows(db) for number in numbers(book, Quarter.parse(row.quarter)))
        assert found == Counter(model.counted.keys())
        assert model.lines.keys() - model.counted.keys() <= model.aside
        years_agree(book, model)
        assert verify_side(book.journal, "office", tmp_path / f"again{next(places)}.sqlite3").faults == []
    finally:
        db.close()


def put_aside(book: BookDesk, model: Reckoned, n: int, *, back: bool) -> None:
    """Set a line aside, or take one back; the n-th of those that can be."""
    can = sorted(model.aside if back else model.lines.keys() - model.aside)
    if not can:
        return
    number, now = can[n % len(can)], book.clock()
    row = book.journal.db.one("SELECT id FROM complaint WHERE number = ?", (number,))
    assert row is not None
    if back:
        writing.take_back_line(book.journal, book.who("ida"), complaint_id=row[0], reason="Ternyata pengaduan", now=now)
        model.aside.remove(number)
    else:
        writing.set_line_aside(book.journal, book.who("ida"), complaint_id=row[0], reason="Bukan pengaduan", now=now)
        model.aside.add(number)


def everything_approved(book: BookDesk, model: Reckoned) -> None:
    """Draft and approve every quarter until the present one is over."""
    last = Quarter.of(office_date(book.clock()))
    book.clock.at = at_office(last.end + timedelta(days=2), 9)
    of = min((Quarter.of(on) for on in model.lines.values()), key=str, default=last)
    while str(of) <= str(last):
        if of not in model.frozen:
            held = service.find_recap(book.journal.db, of)
            if held is not None and held.state == "checked":
                service.return_recap(book.journal, book.who("camat"), quarter=of, note="Lagi", now=book.clock())
            assert set(drafted(book, of)) == model.draft(of)
            approved(book, of)
            model.approve(of)
        of = of.after


def years_agree(book: BookDesk, model: Reckoned) -> None:
    """The annual report of each year goes from its recaps to the book without a rest."""
    db, now = book.journal.db, book.clock()
    for year in {on.year for on in model.lines.values()}:
        received = sum(figure.totals.received for figure in year_figures(db, year) if figure)
        assert received == sum(of.year == year for of in model.counted.values())
        rows = book_agreement(db, year, received, cut_of(office_date(now), now))
        counted = count_year(db, year, office_date(now), now)
        assert counted.book == counted.whole[""].received + counted.aside == rows[5][1]
        assert len(rows) == 6, rows
        assert sum(n for _, n in rows[:5]) == rows[5][1] == sum(on.year == year for on in model.lines.values())


def test_what_the_recaps_and_the_book_do_not_explain_is_named(book: BookDesk) -> None:
    write(book, date(2026, 3, 12))
    rows = book_agreement(book.journal.db, 2026, 3, "2026-12-31")
    assert rows[-1] == ("Selisih yang tidak dapat dijelaskan", -3)
    assert rows[3:6] == [
        ("Ditambah: belum masuk rekap yang disetujui", 1),
        ("Ditambah: disisihkan, bukan pengaduan, di luar rekap", 0),
        ("Baris tahun ini menurut buku", 1),
    ]


def test_a_recap_of_the_older_form_is_counted_again_as_it_was(book: BookDesk) -> None:
    """Form 1 counted by receipt alone: a line written late was carried over and in no recap's receipts."""
    go(book, date(2026, 4, 3))
    drafted(book, Q1)
    approved(book, Q1)
    late = write(book, date(2026, 3, 30))
    go(book, date(2026, 7, 2))
    old = count_quarter(book.journal.db, Q2, book.clock(), form=1)
    assert (old.form, old.lines, [line.number for line in old.carried.lines]) == (1, [], [late])
    assert old.sums.before.received == 1


def test_the_lines_of_three_quarters_are_found_by_their_indexes(book: BookDesk) -> None:
    rows = book.journal.db.run(f"EXPLAIN QUERY PLAN {SUMS}", (*quarter_spans(Q2, "2026-07-02"), 2))
    told = [str(row[3]) for row in rows]
    assert not [line for line in told if line.startswith("SCAN c") and "USING" not in line], told

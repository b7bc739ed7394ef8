"""What recap and year say of figures that are made by hand, boundary by boundary; who is asked for the next step."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from flask import Flask

from app.core.clock import at_office
from app.core.problems import Problem
from app.quality.quarter import beside, papers, shape, tasks, wording, year_papers
from app.quality.quarter.figures import Box, Figures, Kept, PledgeState, Totals
from app.quality.quarter.tables import Recap
from app.quality.quarter.transitions import pledge_facts, pledge_state
from app.quality.quarter.year_papers import YearCount, YearRow
from app.services.complaints.words import TYPES
from tests.platform.people import Browser
from tests.quality.quarter.recaps import LATER, Q1, approve, draft, figures, go
from tests.services.complaints.desk import BookDesk
from tests.world.sheets import Book

BOX = Box(20, 15, 5, 9)


def totals(received: int = 0, settled: int = 0, process: int = 0, late: int = 0, **more: Any) -> Totals:
    return Totals(received, settled, process, late, **more)


def year(**changed: Any) -> YearCount:
    """A whole year of eight complaints, with a book that is older than it."""
    whole = totals(8, 5, 2, 1, settled_late=1, median=3)
    kinds = {kind: {n: totals(2, 1, 1, 0) for n in range(1, 5)} for kind in ("", *TYPES)}
    said: dict[str, Any] = {
        "year": 2026,
        "on": date(2026, 12, 31),
        "since": "2025-03-01",
        "kinds": kinds,
        "whole": {"": totals(10, 5, 4, 1), "complaint": whole, "aspiration": totals(1), "information": totals(1)},
        "months": [1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 2],
        "tables": [
            (
                "Tentang apa",
                [YearRow(word, (n, 0, None, 0)) for n, word in ((4, "Biaya"), (3, "Antre"), (1, "A"), (1, "B"))],
            )
        ],
        "asides": {1: 1, 2: 0, 3: 0, 4: 1},
        "book": 12,
        "box": BOX,
    }
    return YearCount(**(said | changed))


BEFORE = year(year=2025, on=date(2025, 12, 31), since="2025-03-01", book=4)


def test_a_year_says_of_which_day_it_speaks_and_since_when_there_is_a_book() -> None:
    stated = "Angka dalam laporan ini dihitung dari buku pengaduan menurut keadaan"
    assert year_papers.day_sentence(year()) == f"{stated} 31 Desember 2026."
    early = year(on=date(2026, 12, 30))
    assert year_papers.day_sentence(early) == f"{stated} 30 Desember 2026; tahunnya belum berakhir."
    text = year_papers.book_sentence(year(), BEFORE)
    assert text == (
        "Buku pengaduan tahun 2026 memuat 12 baris: 8 pengaduan, 1 aspirasi, dan 1 permintaan informasi, dan 2 baris "
        "yang disisihkan karena bukan pengaduan. Tahun 2025 ada 8 pengaduan (buku sejak 01-03-2025)."
    )
    begun = year(since="2026-01-02", asides={}, book=10)
    assert year_papers.book_sentence(begun, msgspec.structs.replace(BEFORE, since="", book=0)) == (
        "Buku pengaduan tahun 2026, dipakai sejak 2 Januari 2026, memuat 10 baris: 8 pengaduan, 1 aspirasi, dan 1 "
        "permintaan informasi. Tahun 2025 belum ada data."
    )


@pytest.mark.parametrize(
    ("since", "book", "within", "known"),
    [
        ("2026-01-01", 0, False, True),
        ("2026-01-02", 0, True, True),
        ("2026-12-31", 0, True, True),
        ("2027-01-01", 0, False, False),
        ("2027-01-01", 1, False, True),
        ("2025-12-31", 0, False, True),
        ("", 0, False, False),
    ],
)
def test_a_book_begins_within_a_year_after_its_first_day(since: str, book: int, within: bool, known: bool) -> None:
    count = year(since=since, book=book)
    assert (count.begun_within, count.has_data) == (within, known)


def test_rows_and_months_of_a_year_are_told_by_how_many_there_are() -> None:
    count = year()
    assert year_papers.named_rows(dict(count.tables)["Tentang apa"]) == "biaya (4), antre (3), dan a (1)"
    assert [row.total for row in dict(count.tables)["Tentang apa"]] == [4, 3, 1, 1]
    assert year_papers.busiest_month(count) == "Bulan teramai: Juli, 3 pengaduan."
    for many, told in (
        ([2, 2, 2], "Bulan teramai: Januari, Februari, dan Maret, 2 pengaduan."),
        ([2, 2, 2, 2], "Paling banyak 2 pengaduan dalam sebulan."),
    ):
        assert year_papers.busiest_month(year(months=[*many, *[0] * (12 - len(many))])) == told
    ended = {
        (
            5,
            2,
            1,
            1,
        ): "5 selesai, separuhnya dalam 3 hari kerja (1 sesudah batasnya); 2 masih berjalan dan 1 lewat batas",
        (5, 3, 0, 0): "5 selesai, separuhnya dalam 3 hari kerja; 3 masih berjalan dan tidak ada yang lewat batas",
        (0, 8, 0, 0): "belum ada yang selesai; 8 masih berjalan dan tidak ada yang lewat batas",
    }
    for (settled, process, late, after), told in ended.items():
        now = totals(8, settled, process, late, settled_late=after, median=3)
        assert year_papers.ended_words(now) == told
    assert (count.aside, count.quarters, count.complaints.received) == (2, [1, 2, 3, 4], 8)


def test_a_year_has_a_row_for_each_quarter_that_began_and_none_knows_before_the_book() -> None:
    late = {kind: {3: totals(2, 1, 1, 0)} for kind in ("", *TYPES)}
    rows = year_papers.quarter_rows(year(kinds=late))
    assert [row["label"] for row in rows] == ["Triwulan I", "Triwulan II", "Triwulan III", "Jumlah"]
    assert [row["received"] for row in rows] == [None, None, 2, 10]
    assert [(row["complaint"], row["aspiration"], row["late"]) for row in rows[2:]] == [(2, 2, 0), (8, 1, 1)]
    assert [row["label"] for row in year_papers.quarter_rows(year(kinds={kind: {} for kind in ("", *TYPES)}))] == [
        "Jumlah"
    ]
    table = year_papers.counted_tables(year())[0]
    assert (table.title, table.rows[0], table.total) == ("Tentang apa", ("Biaya", 4, 0, None, 0, 4), 8)
    assert year_papers.counted_tables(year(tables=[("Sarana", [])]))[0].total == 0


@pytest.mark.parametrize(
    ("since", "on", "known"),
    [
        ("2026-03-31", date(2026, 5, 1), [1, 3, 4, 5, 7, 12]),
        ("2026-03-01", date(2026, 4, 30), [1, 3, 4, 7, 12]),
        ("2025-03-01", date(2026, 12, 31), list(range(1, 13))),
        ("", date(2026, 12, 31), [1, 3, 7, 12]),
    ],
)
def test_a_month_is_known_from_the_book_s_first_to_the_stated_one_and_where_something_came(
    since: str, on: date, known: list[int]
) -> None:
    bars = year_papers.month_bars(year(since=since, on=on))
    assert [n for n, (_, count) in enumerate(bars, 1) if count is not None] == known
    assert [word for word, _ in bars][:3] == ["Jan", "Feb", "Mar"]
    assert [count for _, count in bars if count] == [1, 2, 3, 2]


def test_a_day_knows_the_book_to_its_end_or_to_now() -> None:
    now = at_office(date(2026, 4, 20), 9)
    assert year_papers.cut_of(date(2026, 4, 19), now) == "2026-04-19T16:59:59Z"
    assert year_papers.cut_of(date(2026, 4, 20), now) == "2026-04-20T02:00:00Z"
    year_papers.check_year_day(2026, date(2026, 1, 1), date(2026, 1, 1))
    for on, today in ((date(2025, 12, 31), date(2026, 1, 1)), (date(2026, 1, 2), date(2026, 1, 1))):
        with pytest.raises(Problem):
            year_papers.check_year_day(2026, on, today)


def test_rows_of_the_spreadsheet_stand_under_their_quarters(book: BookDesk, web: Flask) -> None:
    rows = list(year_papers.year_rows(year(kinds={kind: {2: totals(2, 1, 1, 0)} for kind in ("", *TYPES)})))
    kinds = [*TYPES.values(), "Semua baris"]
    assert [row[:2] for row in rows[:24]] == [(kind, total.head) for kind in kinds for total in shape.TOTALS[:6]]
    assert rows[0] == ("Pengaduan", "Masuk", None, 2, None, None, 8)
    assert rows[24] == (shape.ASIDE, "Masuk", 1, 0, 0, 1, 2)
    assert rows[25] == ("Tentang apa", "Biaya", 4, 0, None, 0, 4)
    draft(book)
    found = Book(Browser(web, "ida").post("/rekap/tahun/2026/xlsx", {}).data)
    assert found.misfits() == []
    assert found.heads("Tahun 2026") == [
        "Tabel",
        "Uraian",
        "Triwulan I",
        "Triwulan II",
        "Triwulan III",
        "Triwulan IV",
        "Setahun",
    ]


# -- a quarter ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "kept", "percent", "beside"),
    [
        (0, 0, "–", "tidak ada yang jatuh tempo"),
        (9, 8, "8 dari 9", "yang jatuh tempo; 1 lewat janji"),
        (9, 9, "9 dari 9", "yang jatuh tempo; tidak ada yang lewat janji"),
        (10, 9, "90,0%", "9 dari 10 yang jatuh tempo, 1 lewat janji"),
        (1200, 1200, "100,0%", "1.200 dari 1.200 yang jatuh tempo, tidak ada yang lewat janji"),
    ],
)
def test_of_fewer_than_ten_the_cases_are_told_in_place_of_a_percentage(
    due: int, kept: int, percent: str, beside: str
) -> None:
    one = Kept("2026-Q1", due, kept)
    assert (wording.percent_words(one), wording.kept_words(one)) == (percent, beside)


def test_words_are_joined_as_one_says_them() -> None:
    found = [wording.join_words(list("abcd")[:n]) for n in range(5)]
    assert found == ["", "a", "a dan b", "a, b, dan c", "a, b, c, dan d"]
    assert [wording.days_words(n) for n in (0, 1, 1200)] == [
        "pada hari yang sama",
        "dalam 1 hari kerja",
        "dalam 1.200 hari kerja",
    ]
    said = {
        (0, None): "Belum ada yang selesai",
        (1, 3): "1 selesai",
        (2, 3): "2 selesai, separuhnya dalam 3 hari kerja",
    }
    said[2, None] = "2 selesai"
    assert {key: wording.settled_words(totals(9, key[0], median=key[1])) for key in said} == said
    assert (wording.late_words(totals(9)), wording.late_words(totals(9, late=2))) == (
        "Tidak ada yang lewat batas",
        "2 lewat batas",
    )


@pytest.fixture
def quarter(book: BookDesk) -> Figures:
    """The figures of a quarter whose book is older than the year before."""
    book.write("Antre lama", category="speed")
    go(book, LATER)
    return msgspec.structs.replace(figures(book), since="2020-01-01")


def with_complaints(found: Figures, now: Totals, before: Totals) -> Figures:
    first, *rest = found.kinds
    assert first.key == "complaint"
    return msgspec.structs.replace(found, kinds=[msgspec.structs.replace(first, now=now, before=before), *rest])


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (5, 5, "5 pengaduan, sama banyak dengan triwulan lalu"),
        (6, 5, "6 pengaduan, 1 lebih banyak daripada triwulan lalu"),
        (3, 5, "3 pengaduan, 2 lebih sedikit daripada triwulan lalu"),
        (0, 2, "Tidak ada pengaduan baru, 2 lebih sedikit daripada triwulan lalu"),
    ],
)
def test_complaints_are_compared_with_the_quarter_before(quarter: Figures, now: int, before: int, told: str) -> None:
    assert wording.received_words(with_complaints(quarter, totals(now), totals(before))) == told


def test_headlines_say_what_lies_behind_them(quarter: Figures) -> None:
    now = totals(9, 5, 3, 1, median=4, p90=9)
    made = with_complaints(quarter, now, totals(7, 7, median=2))
    first, second, third, *_ = wording.headlines(msgspec.structs.replace(made, aside=2))
    assert (first.label, first.value) == ("Pengaduan", "9")
    assert first.note.startswith("triwulan lalu 7, setahun lalu 0")
    assert first.note.endswith("; 2 baris disisihkan, di luar hitungan")
    assert second == ("Selesai", "5", "3 berjalan, 1 lewat batas")
    assert third == (
        "Sampai selesai",
        "4 hari kerja",
        "nilai tengah; 9 dari 10 dalam 9 hari kerja; triwulan lalu dalam 2 hari kerja",
    )
    values = {None: "–", 0: "hari yang sama", 1: "1 hari kerja"}
    for median, value in values.items():
        third = wording.headlines(with_complaints(quarter, totals(1, 1, median=median), totals()))[2]
        assert (third.value, third.note) == (value, "nilai tengah")
    assert "disisihkan" not in wording.headlines(made)[0].note


def test_targets_are_what_the_standard_asks_of_what_there_was(quarter: Figures) -> None:
    pledges = [
        PledgeState("2025-Q4", "A", "B", "2026-01-01", "", state, "", "")
        for state in ("kept", "late", "broken", "running", "withdrawn")
    ]
    now = totals(9, 5, 3, 2, settled_late=4, first_late=3)
    made = msgspec.structs.replace(with_complaints(quarter, now, totals()), box=BOX, pledges=pledges)
    found = {target.what: (target.target, target.reached, target.difference) for target in wording.targets(made)}
    assert found == {
        "Pengaduan lewat batas pada hari terakhir triwulan": (0, 2, 2),
        "Pengaduan selesai sesudah batas": (0, 4, 4),
        "Jawaban pertama lewat batas": (0, 3, 3),
        "Kotak saran dibuka di akhir pelayanan": (20, 15, -5),
        "Janji perbaikan yang jatuh tempo, ditepati": (3, 1, -2),
    }
    bare = msgspec.structs.replace(with_complaints(quarter, totals(), totals()), box=Box(0, 0, 0, 0), pledges=[])
    assert [target.what for target in wording.targets(bare)] == [
        "Pengaduan lewat batas pada hari terakhir triwulan",
        "Pengaduan selesai sesudah batas",
    ]


def test_every_sheet_of_a_recap_has_fitting_heads_and_its_sum(book: BookDesk) -> None:
    draft(book)
    [recap] = Recap.rows(book.journal.db)
    found = Book(papers.recap_xlsx(book.journal.db, recap, book.clock()))
    assert found.misfits() == []
    assert found.names == [
        "Jumlah",
        "Sasaran",
        *(one.title for one in shape.TABLES),
        "Daftar",
        "Sisa",
        "Sebab berulang",
        "LTPP",
        "Janji lalu",
        "Janji KTP",
        "Janji",
        "Keterangan",
    ]
    for name, columns in (
        ("Daftar", shape.LINES),
        ("LTPP", shape.CAPAS),
        ("Janji", shape.GIVEN),
        ("Sasaran", shape.TARGETS),
    ):
        assert found.heads(name) == [column.head for column in columns if column.head], name
    for table in shape.TABLES:
        rows = found.rows(table.title)
        assert (rows[-1][0], rows[-1][1]) == ("Jumlah", sum(row[1] for row in rows[:-1])), table.title
    kinds = [row for row in found.rows("Jumlah") if row[1] == "Masuk"]
    assert [row[0] for row in kinds] == [*TYPES.values(), "Semua"]
    assert [row[2] for row in kinds] == [2, 0, 0, 2]
    assert [row[0] for row in found.rows("Keterangan")] == ["Nomor", "Dihitung pada", "Kode pengaman SHA-256"]


def test_a_cell_is_a_number_a_day_or_a_word() -> None:
    column = shape.Column
    row = {"n": "6,2", "on": "2026-03-12", "none": "", "list": ["a", "b"], "state": "late"}
    made = type("Row", (), row)
    assert column("n", "N", "number").cell(made) == 6.2
    assert column("none", "N", "number").cell(made) is None
    assert (column("on", "T", "date").cell(made), column("none", "T", "date").cell(made)) == (date(2026, 3, 12), None)
    assert column("list", "L").cell(made) == "a, b"
    assert column("state", "S", words=shape.STATES).cell(made) == "Lewat batas"
    assert (column("state", "Batas Akhir").word, column("state", "S", said="keadaan").word) == (
        "batas akhir",
        "keadaan",
    )
    widths = [(one.width, one.kind) for one in papers.sheet_columns("A", "B", "C", "D", wide=1)]
    assert widths == [(28, "text"), (50, "text"), (14, "number"), (14, "number")]
    assert [one.kind for one in papers.sheet_columns("A", "B")] == ["text", "number"]


# -- who has the next step ---------------------------------------------------------------------------------------------

PEOPLE = ("ida", "budi", "ratna", "camat", "sari")


def waiting(book: BookDesk) -> dict[str, list[tuple[str, str, str, str]]]:
    found = {
        name: [
            (row.title, row.verb, row.act, row.state)
            for row in tasks.recap_tasks(book.journal.db, book.who(name), book.clock())
        ]
        for name in PEOPLE
    }
    return {name: rows for name, rows in found.items() if rows}


def test_a_recap_waits_for_whoever_has_its_next_step(book: BookDesk) -> None:
    """Drafted by the information officer, checked by the overseer, approved by the chief, then posted."""
    from app.quality.quarter import service

    book.write("Antre lama")
    go(book, LATER)
    one = "Triwulan I 2026"
    assert waiting(book) == {"ida": [(f"Susun rekap {one}", "Susun", "write", "")]}
    service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())
    assert waiting(book) == {"ratna": [(f"Periksa rekap {one}", "Periksa", "verify", "")]}
    service.return_recap(book.journal, book.who("ratna"), quarter=Q1, note="Lengkapi", now=book.clock())
    assert waiting(book) == {"ida": [(f"Rekap dikembalikan {one}", "Perbaiki", "write", "back")]}
    service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())
    service.mark_checked(book.journal, book.who("ratna"), quarter=Q1, read_public=True, now=book.clock())
    assert waiting(book) == {"camat": [(f"Setujui rekap {one}", "Baca", "approve", "")]}
    [row] = tasks.recap_tasks(book.journal.db, book.who("camat"), go(book, date(2026, 4, 7)))
    assert row.detail == "Sudah diperiksa. Menunggu sejak 2 Apr, 2 hari kerja."
    assert (row.values, row.endpoint, row.due_on) == ({"code": "2026-Q1"}, "recap.show_recap", date(2026, 4, 15))
    service.approve_recap(book.journal, book.who("camat"), quarter=Q1, now=book.clock())
    assert waiting(book) == {"camat": [(f"Tulis janji rekap {one}", "Tulis", "approve", "")]}


def test_a_recap_with_its_pledge_waits_to_be_posted_and_then_no_more(drafted: BookDesk) -> None:
    approve(drafted)
    assert waiting(drafted) == {"ida": [("Pasang rekap Triwulan I 2026", "Pasang", "write", "")]}
    due = tasks.due_items(drafted.journal.db, drafted.who("sari"), drafted.clock())
    assert [(item.title, item.limit, item.deadline.due) for item in due] == [
        ("Rekap Triwulan I 2026", "Diumumkan", "2026-04-15")
    ]
    assert tasks.due_items(drafted.journal.db, drafted.who("desi"), drafted.clock()) == []
    go(drafted, date(2026, 7, 1))
    assert waiting(drafted)["ida"] == [
        ("Pasang rekap Triwulan I 2026", "Pasang", "write", ""),
        ("Susun rekap Triwulan II 2026", "Susun", "write", ""),
    ]
    due = tasks.due_items(drafted.journal.db, drafted.who("sari"), drafted.clock())
    assert [item.title for item in due] == ["Rekap Triwulan I 2026", "Rekap Triwulan II 2026"]
    go(drafted, date(2028, 1, 3))
    newest = [f"Triwulan {n} 2027" for n in ("IV", "III", "II", "I")]
    assert [row[0] for row in waiting(drafted)["ida"]] == [
        "Pasang rekap Triwulan I 2026",
        *(f"Susun rekap {label}" for label in newest),
    ], "four of them, the newest first"


def test_a_recap_that_is_late_is_told_to_those_who_have_no_step_in_it(drafted: BookDesk) -> None:
    """Due on 15 April; the overseer is told next day and has the check himself, the chief a working day later."""
    found = {}
    for day in (15, 16, 17):
        now = go(drafted, date(2026, 4, day))
        found[day] = {name for name in PEOPLE if tasks.late_tasks(drafted.journal.db, drafted.who(name), now)}
    assert found == {15: set(), 16: set(), 17: {"camat"}}


def test_a_pledge_stands_until_it_is_kept_or_taken_back(drafted: BookDesk) -> None:
    row = type("Row", (), {"kept_on": None, "withdrawn_on": None})
    assert pledge_state(row()) == "standing"  # type: ignore[arg-type]  # the two days are all that is read
    kept = type("Row", (), {"kept_on": "2026-04-01", "withdrawn_on": None})
    assert pledge_state(kept()) == "kept"  # type: ignore[arg-type]  # the two days are all that is read
    for state in ("draft", "checked"):
        assert pledge_facts(drafted.who("ida"), state) == {"unapproved", "withdrawable"}
    for state in ("approved", "published"):
        found = {name: pledge_facts(drafted.who(name), state) for name in ("ida", "ratna", "camat", "budi")}
        assert found == {"ida": set(), "ratna": {"withdrawable"}, "camat": {"withdrawable"}, "budi": set()}
    assert Recap.rows(drafted.journal.db)[0].state == "draft"


# -- pledges -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by_on", "kept", "withdrawn", "state", "told"),
    [
        ("2026-06-30", "2026-06-30", None, "kept", ("2026-06-30", "", "")),
        ("2026-06-29", "2026-06-30", None, "late", ("2026-06-30", "", "")),
        ("2026-06-30", "2026-07-01", None, "broken", ("", "", "")),
        ("2026-07-01", "2026-07-01", None, "running", ("", "", "")),
        ("2026-06-30", None, None, "broken", ("", "", "")),
        ("2026-07-01", None, "2026-06-30", "withdrawn", ("", "2026-06-30", "Sebab.")),
        ("2026-07-01", None, "2026-07-01", "running", ("", "", "")),
        ("2026-06-30", "2026-06-01", "2026-06-02", "withdrawn", ("2026-06-01", "2026-06-02", "Sebab.")),
    ],
)
def test_a_pledge_is_told_as_it_stood_on_the_last_day_of_the_quarter(
    by_on: str, kept: str | None, withdrawn: str | None, state: str, told: tuple[str, str, str]
) -> None:
    mask: Any = SimpleNamespace(text=str)
    found = beside.pledge_state(("2026-Q1", "Apa", "Siapa", by_on, kept, withdrawn, "Sebab."), "2026-06-30", mask)
    assert (found.state, (found.kept_on, found.withdrawn_on, found.why)) == (state, told)

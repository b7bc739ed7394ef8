"""What of the book waits for whom, which lines a filter lists, and what stands at the edges of its pages."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.core.clock import at_office
from app.core.problems import Problem
from app.services.complaints import kiosk as visitors
from app.services.complaints import limits, papers, queries, service, suggestion_box, tasks
from app.services.complaints.queries import Asked
from app.services.complaints.service import Visitor, WrittenLine
from app.services.complaints.tables import Complaint
from app.services.complaints.views import box as box_pages
from app.services.complaints.views.book import Initials, complainant_shown, days_words
from app.services.complaints.views.memory import Tokens
from app.services.complaints.words import CATEGORIES, CHANNELS
from tests.platform.people import MUNDER, Browser, Clock
from tests.services.complaints.desk import BookDesk

PEOPLE = ("ida", "budi", "ratna", "camat", "sari")


def close(book: BookDesk, line: WrittenLine, **said: Any) -> None:
    service.close_line(book.journal, book.who("ida"), complaint_id=line.id, now=book.clock(), **said)


def judge(book: BookDesk, line: WrittenLine, satisfied: bool) -> None:
    said: dict[str, Any] = {"complaint_id": line.id, "satisfied": satisfied, "text": "", "now": book.clock()}
    service.record_satisfaction(book.journal, book.who("ida"), **said)


def set_aside(book: BookDesk, line: WrittenLine) -> None:
    service.set_line_aside(book.journal, book.who("ida"), complaint_id=line.id, reason="Iklan", now=book.clock())


@pytest.fixture
def lives(book: BookDesk) -> BookDesk:
    """A line in each state: fresh, levy, followed, answered, of nobody, not satisfied, set aside, objected, settled."""
    book.write("Antre lama", area=MUNDER)
    book.write("Diminta uang", category="levy")
    third, fourth = book.write("Kursi kurang"), book.write("Kipas mati", category="comfort")
    service.write_line(
        book.journal, book.who("ida"), channel="box", visitor=Visitor("Panas", anonymous=True), now=book.clock()
    )
    fifth = SimpleNamespace(id=5)
    sixth, seventh, eighth, ninth = (book.write(words) for words in ("Ditolak", "Iklan satu", "Iklan dua", "Parkir"))
    for line in (third, fourth, fifth, sixth, ninth):
        book.follow(line)  # type: ignore[arg-type]  # of the box no written line came back
    for line in (fourth, sixth, ninth):
        book.answer(line)
    judge(book, sixth, False)
    close(book, ninth)
    for line in (seventh, eighth):
        set_aside(book, line)
    service.object_to_aside(book.journal, eighth.id, "Bukan iklan", book.clock())
    return book


FIRST, SETTLE = "2026-03-17", "2026-04-09"
LEVY = ("Dugaan pungutan liar, pengaduan 002", "", "decide", "warn", SETTLE)
OBJECTED = ("Pengadu keberatan disisihkan, baris 008", "Baca", "verify", "warn", None)
WAITS: dict[str, list[tuple[str, str, str, str, str | None]]] = {
    "ida": [
        ("Jawaban pertama, pengaduan 001", "Jawab", "answer", "", FIRST),
        ("Jawaban pertama, pengaduan 002", "Jawab", "answer", "", FIRST),
        ("Sampaikan jawaban pengaduan 003", "Jawab", "answer", "", SETTLE),
        ("Nyatakan selesai pengaduan 004", "", "answer", "", SETTLE),
        ("Nyatakan selesai pengaduan 005", "", "answer", "", SETTLE),
        ("Pengadu belum puas, pengaduan 006", "", "answer", "warn", None),
        OBJECTED,
    ],
    "budi": [
        ("Tindak lanjut pengaduan 001", "Tindak lanjuti", "follow", "", SETTLE),
        ("Tindak lanjut pengaduan 002", "Tindak lanjuti", "follow", "", SETTLE),
    ],
    "ratna": [LEVY, ("Baris disisihkan, periksa 007", "Periksa", "verify", "", None), OBJECTED],
    "camat": [LEVY],
    "sari": [],
}
"""Person → title, button, act, state and day. Nobody answers a slip without name and contact, nobody settles over a
complainant who is not satisfied; of a levy the overseer and the chief hear at once."""


def waiting(book: BookDesk, name: str) -> list[Any]:
    return [one for ask in tasks.DESK.tasks for one in ask(book.journal.db, book.who(name), book.clock())]


def test_each_line_waits_at_the_desk_of_whoever_has_to_do_with_it_next(lives: BookDesk) -> None:
    """The days of `LIMITS`: three and fourteen working days since 12 March; 18 to 24 March and 3 April are off."""
    days = limits.office.office_calendar(lives.journal.db)
    assert [days.add_workdays(date(2026, 3, 12), n).isoformat() for n in (3, 14)] == [FIRST, SETTLE]
    for name in PEOPLE:
        rows = waiting(lives, name)
        found = [
            (row.title, row.verb, row.act, row.state, row.due_on.isoformat() if row.due_on else None) for row in rows
        ]
        assert found == WAITS[name], name
        assert {row.endpoint for row in rows} <= {"complaints.show_line"}
        assert [row.values["complaint_id"] for row in rows] == [int(row.title[-3:]) for row in rows]
    first = waiting(lives, "ida")[0]
    assert (first.tab, first.detail, first.area) == ("Jawaban pertama", "Antre lama", MUNDER)


def test_a_row_shows_one_hundred_sixty_letters_and_what_finds_no_row_is_counted(book: BookDesk) -> None:
    words = "\n".join(f"keluhan {n}" for n in range(40))
    for _ in range(11):
        book.write(words)
    rows = waiting(book, "ida")
    assert [(row.title, row.count) for row in rows[-2:]] == [("Jawaban pertama, pengaduan 008", 1), ("3 baris lagi", 3)]
    assert rows[0].detail == words[:160].replace("\n", " ")
    assert (rows[-1].endpoint, rows[-1].due_on) == ("complaints.show_register", None)


def test_at_the_end_of_service_the_box_asks_and_an_opening_answers(book: BookDesk, clock: Clock) -> None:
    for hour, minute, asks in ((13, 59, False), (14, 0, True)):
        clock.at = at_office(date(2026, 3, 12), hour, minute)
        rows = {name: [one.tab for one in waiting(book, name)] for name in PEOPLE}
        assert rows == {name: ["Kotak saran"] if asks and name == "ida" else [] for name in PEOPLE}, hour
    [row] = waiting(book, "ida")
    assert (row.verb, row.endpoint, row.due_on, row.act) == ("Buka kotak", "box.show_box", clock().date(), "answer")
    suggestion_box.open_box(book.journal, book.who("ida"), slips=[], now=clock())
    assert waiting(book, "ida") == []


def test_what_stayed_shut_is_named_by_its_last_five_days(book: BookDesk, clock: Clock) -> None:
    book.write()
    shut = {5: "", 6: ", dan sebelumnya"}
    calendar = limits.office.office_calendar(book.journal.db)
    for count, more in shut.items():
        on = calendar.add_workdays(date(2026, 3, 12), count)
        clock.at = at_office(on, 8)
        days = [date(2026, 3, 12), *(calendar.add_workdays(date(2026, 3, 12), n) for n in range(1, count))]
        [row] = tasks.unexplained_box_days(book.journal.db, book.who("ida"), clock())
        assert row.title == f"Kotak saran tidak dibuka: {count} hari kerja"
        named = ", ".join(f"{day.day} {'Mar' if day.month == 3 else 'Apr'} 2026" for day in days[-5:])
        assert row.detail == f"{named}{more}. Tulis alasannya."
        assert (row.due_on, row.state, row.act, row.verb) == (days[0], "bad", "answer", "Jelaskan")
    suggestion_box.explain_missed_days(book.journal, book.who("ratna"), reason="Kunci hilang", now=clock())
    clock.at = at_office(calendar.add_workdays(clock().date(), 1), 8)
    seen = tasks.box_kept_shut(book.journal.db, clock())
    assert [(line.settled, line.note if hasattr(line, "note") else line[1]) for line in seen.lines][:2] == [
        (False, "Belum dijelaskan"),
        (True, "Kunci hilang (Ratna Puspita)"),
    ]
    assert len(seen.lines) == 7


# -- the register ------------------------------------------------------------------------------------------------------


def is_running(row: Complaint) -> bool:
    return row.state != "closed" and not row.aside


def is_late(row: Complaint, today: str, column: str) -> bool:
    due = row.first_due_on if column == "first" else row.settle_due_on
    open_still = is_running(row) and not (column == "first" and row.first_answer_on)
    return bool(open_still and due and due < today)


def test_a_filter_lists_the_lines_it_names_and_no_other(lives: BookDesk) -> None:
    """Each filter reckoned a second way, line by line, on the days before, of and after the limits."""
    db = lives.journal.db
    rows = Complaint.rows(db, order="n DESC")
    wanted: dict[str, Callable[[Complaint, str], object]] = {
        "": lambda row, day: True,
        "late": lambda row, day: is_late(row, day, "first") or is_late(row, day, "settle"),
        "late_first": lambda row, day: is_late(row, day, "first"),
        "late_settling": lambda row, day: is_late(row, day, "settle"),
        "unanswered": lambda row, day: is_running(row) and row.first_due_on and not row.first_answer_on,
        "running": lambda row, day: is_running(row),
        "unsatisfied": lambda row, day: row.satisfied == 0 and not row.aside,
        "aside": lambda row, day: row.aside,
        **{
            state: lambda row, day, state=state: row.state == state and not row.aside
            for state in ("open", "followed", "answered", "closed")
        },
    }
    for day in (FIRST, "2026-03-18", SETTLE, "2026-04-10"):
        today = date.fromisoformat(day)
        for state, holds in wanted.items():
            found = [row.n for row in queries.book_page(db, Asked(2026, state), today, 1)]
            assert found == [row.n for row in rows if holds(row, day)], (state, day)
            if state in queries.LATE:
                assert queries.count_late(db, state, today) == len(found), (state, day)
        standing = queries.book_standing(db, today)
        owed = [row for row in rows if wanted["unanswered"](row, day)]
        assert (standing.unanswered, standing.running) == (len(owed), sum(map(is_running, rows))) == (2, 6)
        assert standing.next_first == (1, "001/ADUAN/2026", FIRST)
        late = [row for row in rows if is_late(row, day, "settle")]
        assert (standing.late, standing.latest_late) == (len(late), (1, "001/ADUAN/2026", SETTLE) if late else None)
    named = {"section": "umum", "category": "comfort", "channel": "box"}
    for name, value in named.items():
        found = [row.n for row in queries.book_page(db, Asked(2026, **{name: value}), date(2026, 3, 12), 1)]
        assert found == [row.n for row in rows if getattr(row, name) == value], name
    came = {"came": "2026-03-12", "ended": "2026-03-12"}
    for name, day in came.items():
        found = [row.n for row in queries.book_page(db, Asked(0, **{name: day}), date(2026, 3, 12), 1)]
        assert found == [row.n for row in rows if not row.aside and (name == "came" or row.state == "closed")], name
    for gap, there in (((-29, -28), True), ((-28, -27), True), ((-27, 0), False), ((-40, -29), False)):
        asked = Asked(0, since="2026-03-12", gap=gap)
        assert bool(queries.book_page(db, asked, date(2026, 3, 12), 1)) == there, gap
    assert queries.book_page(db, Asked(0, since="2026-03-13", gap=(-28, -28)), date(2026, 3, 12), 1) == []
    assert not Asked(2026).filtered
    assert all(Asked(2026, **{name: "x"}).filtered for name in ("state", "section", "category", "channel", "since"))


def test_pages_of_the_book_follow_each_other_filtered_or_not(book: BookDesk) -> None:
    db, today = book.journal.db, book.clock().date()
    for _ in range(5):
        book.write()
    for asked in (Asked(2026), Asked(2026, "open"), Asked(0)):
        pages = [[row.n for row in queries.book_page(db, asked, today, n, 2)] for n in (1, 2, 3, 4)]
        assert pages == [[5, 4, 3], [3, 2, 1], [1], []], asked
    assert queries.book_years(db) == [2026]
    assert (queries.last_line(db, 2026)[1], queries.last_line(db, 2025)) == (5, (0, 0))


def test_the_address_asks_for_what_there_is_and_nonsense_for_nothing(lives: BookDesk, as_ida: Browser) -> None:
    def listed(query: str) -> list[int]:
        return [int(n) for n in re.findall(r'id="n(\d+)"', as_ida.get(f"/pengaduan{query}").text)]

    every = list(range(9, 0, -1))
    assert listed("") == listed("?tahun=semua") == listed("?tahun=2026&keadaan=x&seksi=x&tentang=x&sarana=x") == every
    assert (listed("?tahun=2025"), listed("?tahun=20266"), listed("?tahun=²⁰²⁶")) == ([], every, every)
    assert listed("?sarana=box") == [5]
    assert listed("?tentang=comfort") == [4]
    assert listed("?seksi=umum") == [5, 4]
    assert listed("?masuk=12032026") == [9, 6, 5, 4, 3, 2, 1]
    assert listed("?keluar=12032026") == [9]
    page = as_ida.get("/pengaduan?tahun=semua&masuk=12032026&keluar=12032026").text
    assert "masuk 12 Mar 2026, selesai 12 Mar 2026" in " ".join(page.split())
    assert days_words(Asked(2026)) == ""
    assert 'name="halaman"' not in page
    shown = as_ida.get("/pengaduan?keadaan=aside").text
    assert set(re.findall(r'<option value="(\w+)" selected', shown)) == {"aside"}


@pytest.mark.parametrize(
    ("anonymous", "confidential", "named", "shown"),
    [
        (1, 0, 1, "Tanpa nama"),
        (1, 1, 0, "Tanpa nama"),
        (0, 1, 1, "Nama dirahasiakan"),
        (0, 0, 1, "Bernama"),
        (0, 0, 0, "Nama tidak ditulis"),
    ],
)
def test_the_register_says_whether_a_complainant_is_named(
    anonymous: int, confidential: int, named: int, shown: str
) -> None:
    row = SimpleNamespace(anonymous=anonymous, confidential=confidential, named=named)
    assert complainant_shown(row) == shown


def test_initials_are_the_first_letters_of_a_name_without_titles() -> None:
    names = {"nur": "Nur Laila", "oki": "dr. Oki Putri", "abd": "Abdul Karim Bin Saleh", "ida": "ida 2 rahayu"}
    initials = Initials(names)
    found = {name: initials[name] for name in (*names, "system", "lain")}
    assert found == {"nur": "NL", "oki": "OP", "abd": "AKB", "ida": "IR", "system": "kios", "lain": "L"}


# -- forms and papers --------------------------------------------------------------------------------------------------


def test_the_box_gives_three_rows_then_three_more_up_to_forty(as_ida: Browser) -> None:
    def rows(answer: Any) -> int:
        return len(re.findall(r'name="words"', answer.text))

    asked = {"": 3, "?baris=5": 5, "?baris=0": 1, "?baris=40": 40, "?baris=41": 40, "?baris=x": 3, "?baris=0005": 3}
    assert {query: rows(as_ida.get(f"/kotak-saran{query}")) for query in asked} == asked
    for now, after in ((3, 6), (38, 40)):
        assert rows(as_ida.post("/kotak-saran", {"aksi": "baris", "baris": str(now)})) == after
    both = as_ida.post("/kotak-saran", {"aksi": "nihil", "words": ["Kipas mati"]})
    assert (both.status_code, "jadi hari ini tidak nihil" in both.text) == (409, True)
    with as_ida.app.test_request_context("/", method="POST", data={"words": ["Satu"] * 41, "name": ["Tumini"]}):
        slips = box_pages.typed_slips()
    assert (len(slips), slips[0].name, slips[0].anonymous, slips[1].anonymous) == (40, "Tumini", False, True)


def test_the_box_page_lists_its_latest_openings(as_ida: Browser, book: BookDesk, clock: Clock) -> None:
    for _ in range(17):
        clock.forward(days=1)
        suggestion_box.open_box(book.journal, book.who("ida"), slips=[], now=clock(), note="n" * 300)
    found = suggestion_box.latest_openings(book.journal.db, 15)
    assert [opening.on_date for opening in found] == [str(clock().date() - timedelta(days=n)) for n in range(15)]
    assert found[0].note == "n" * 300
    assert len(suggestion_box.latest_openings(book.journal.db)) == 17


def test_a_sex_may_stay_untold_and_a_form_offers_no_box(as_ida: Browser, as_sari: Browser) -> None:
    page = as_ida.get("/pengaduan/tulis").text
    offered = dict(re.findall(r'<option[^>]* value="(\w*)"[^>]*>\s*([^<]+?)\s*<', page.partition('name="sex"')[2]))
    assert {key: offered[key] for key in ("", "female", "male")} == {
        "": "Tidak disebut",
        "female": "Perempuan",
        "male": "Laki-laki",
    }
    ways = re.findall(r'value="(\w+)"', page.partition('name="channel"')[2].partition("</select>")[0])
    assert set(ways) == set(CHANNELS) - {"box", "hotline"}
    assert re.search(r'<option selected value="desk"|value="desk" selected', page)


@pytest.mark.parametrize(
    ("telephone", "letters", "cut"), [("0334-111", 200, False), ("", 600, True), ("0334-111", 600, True)]
)
def test_an_answer_by_sms_has_at_most_two_messages(
    book: BookDesk, telephone: str, letters: int, cut: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"office.place": "Contoh", "office.phone": telephone}
    monkeypatch.setattr(papers.settings, "get_setting", lambda _db, key: known[key])
    line = book.row(book.write())
    words = ("kata " * 200)[:letters].strip()
    text = papers.sms_text(book.journal.db, line, words)
    tail = f" Tanya: {telephone}" if telephone else " Keterangan: meja informasi."
    assert text.startswith("Kec. Contoh: pengaduan Anda no. 001/ADUAN/2026. kata kata")
    assert text.endswith(("…" if cut else "kata") + tail)
    assert len(text) <= 320
    room = 320 - len("Kec. Contoh: pengaduan Anda no. 001/ADUAN/2026. ") - len(tail)
    for size in (room, room + 1):
        said = papers.sms_text(book.journal.db, line, "x" * size)
        assert ("…" in said, len(said)) == (size > room, 320)


def test_the_page_of_the_book_on_paper_says_what_it_holds(lives: BookDesk) -> None:
    db = lives.journal.db
    rows = queries.book_page(db, Asked(2026), date(2026, 3, 12), 1)
    paper = papers.book_paper(db, lives.who("sari"), rows, lives.clock())
    assert (paper.span, [line.number[:3] for line in paper.lines]) == (
        "Tahun 2026, nomor 1 sampai 9",
        [f"{n:03d}" for n in range(1, 10)],
    )
    by = {int(line.number[:3]): line for line in paper.lines}
    assert (by[7].words, by[7].hope) == ("Disisihkan: Iklan", "")
    assert [column.text for column in by[3].columns] == ["Loket ditambah satu."]
    assert (by[3].answered, [one.text for one in by[4].answered]) == ((), ["Loket sudah kami tambah."])
    assert (by[9].closed, by[4].closed, by[1].who) == ("12-03-2026", "", "anonim, Munder")
    assert by[4].about == CATEGORIES["comfort"].label
    assert by[4].columns[0].hand == "Budi Santoso, 12-03-2026"
    assert re.fullmatch(r"([0-9A-F]{4} ){3}[0-9A-F]{4}", paper.digest)
    assert paper.digest == papers.book_paper(db, lives.who("camat"), rows[::-1], lives.clock()).digest
    assert papers.book_paper(db, lives.who("sari"), [], lives.clock()).span == "Nihil"


def test_texts_of_a_line_have_their_lengths(book: BookDesk) -> None:
    """Two closely written pages for words and hope, one line for the rest."""

    def wrong(**said: Any) -> set[str]:
        with pytest.raises(Problem) as refused:
            book.write(**{"words": "Antre lama"} | said)
        return set(refused.value.fields)

    for name, most in (("words", 4000), ("hope", 4000), ("name", 150), ("address", 150), ("about", 150)):
        text = ("Kursi di ruang tunggu kurang. " * 150)[:most]
        text = text.strip().ljust(most, "x")
        book.write(**{"words": "Antre lama"} | {name: text})
        assert wrong(**{name: text + "x"}) == {name}
    assert wrong(contact="x" * 101) == {"contact"}
    book.write(contact="x" * 100)
    for letters, kinds, said in ((99, 5, True), (100, 5, False), (100, 6, True)):
        words = ("abcdefgh"[:kinds] * 100)[:letters]
        if said:
            book.write(words)
        else:
            assert wrong(words=words) == {"words"}


def test_the_kiosk_writes_so_many_lines_an_hour_and_so_many_a_day(
    book: BookDesk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour is over after its sixtieth minute, a day at midnight; how many: docs/security.md."""
    monkeypatch.setattr(visitors, "PER_HOUR", 2)
    monkeypatch.setattr(visitors, "PER_DAY", 5)
    clock.at = at_office(date(2026, 3, 12), 8)

    def write() -> bool:
        try:
            said = {"type_": "complaint", "about": "speed", "now": clock()}
            visitors.write_at_kiosk(book.journal, Visitor("Antre lama"), **said)  # type: ignore[arg-type]
        except Problem:
            return False
        return True

    written = []
    for minutes in (0, 59, 1, 59, 1, 60):
        clock.forward(minutes=minutes)
        written.append([write(), write(), write()].count(True))
    assert written == [2, 0, 2, 0, 1, 0]
    clock.at = at_office(date(2026, 3, 13), 0)
    assert write()


# -- what pages remember -----------------------------------------------------------------------------------------------


def test_a_token_is_of_one_form_and_of_this_program() -> None:
    tokens = Tokens()
    made = tokens.make_token("judge", 7)
    mark, value = tokens.read_token("judge", made) or ("", 0)
    assert (len(mark), value) == (16, 7)
    assert tokens.read_token("write", made) is None
    assert Tokens().read_token("judge", made) is None
    assert tokens.make_token("judge", 7) != made
    assert (tokens.read_token("write", tokens.make_token("write")) or ("", None))[1] == 0


def test_the_keyboard_goes_to_a_kiosk_on_this_computer_alone(web: Flask) -> None:
    far = {"environ_base": {"REMOTE_ADDR": "192.168.1.9"}}
    ida = Browser(web, "ida")
    assert "/pengaduan/papan-ketik" in ida.get("/pengaduan/tulis").text
    assert "/pengaduan/papan-ketik" not in ida.get("/pengaduan/tulis", **far).text
    web.config["KIOSK_PORT"] = None
    assert "/pengaduan/papan-ketik" not in Browser(web, "ida").get("/pengaduan/tulis").text
    assert Browser(web, "ida").post("/pengaduan/papan-ketik").status_code == 409

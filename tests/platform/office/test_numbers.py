"""Number series: starts, years, epochs, typed numbers; no number is given twice."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.batches.events import NumbersTaken
from app.core.problems import Problem
from app.platform.office import service, settings
from app.platform.office.events import Number
from app.platform.office.numbers import (
    CODED,
    check_pattern,
    epoch_letter,
    fill_pattern,
    find_numbered,
    next_number,
    series_named,
    typed_number,
)
from sync.journal import Journal
from tests.platform.people import START, Browser
from tests.services.ktp.desk import Desk

ON = date(2026, 3, 12)


def take(journal: Journal, letter: Number, minutes: Number) -> None:
    """Use a letter's number and a minutes' number, as a dispatch does."""
    with journal.transaction():
        journal.record(NumbersTaken(1, letter, minutes), subject="dispatch/1", actor="budi", at=START)


def test_an_office_begins_in_mid_year_and_each_year_begins_anew(journal: Journal, desk: Desk) -> None:
    service.set_series(journal, desk.who("ratna"), name="letter", pattern="470/{n}/{month}/{year}", start=88, now=START)
    first = next_number(journal.db, "letter", ON, 1)
    assert first.text == "470/88/III/2026"
    take(journal, first, next_number(journal.db, "minutes", ON, 1))
    assert next_number(journal.db, "letter", ON, 1).n == 89
    assert next_number(journal.db, "letter", date(2027, 1, 4), 1).text == "470/1/I/2027"


def test_numbers_of_a_restored_pc_carry_a_letter(journal: Journal) -> None:
    assert next_number(journal.db, "case", ON, 1).text == "0001/KTP/2026"
    assert next_number(journal.db, "case", ON, 2).text == "0001B/KTP/2026"
    assert [epoch_letter(epoch) for epoch in (1, 2, 26, 27, 28)] == ["", "B", "Z", "BA", "BB"]


def test_a_typed_number_is_kept_apart_and_stepped_over(journal: Journal) -> None:
    typed = typed_number(journal.db, "letter", "  400.12/1/427.86/2026 ", ON)
    assert (typed.n, typed.text) == (0, "400.12/1/427.86/2026")
    take(journal, typed, next_number(journal.db, "minutes", ON, 1))
    assert next_number(journal.db, "letter", ON, 1).text == "400.12/2/427.86/2026"
    assert [next_number(journal.db, "letter", ON, 1, ahead).n for ahead in (0, 1, 2)] == [2, 3, 4]
    with pytest.raises(Problem) as caught:
        typed_number(journal.db, "letter", "400.12/1/427.86/2026", ON)
    assert caught.value.code == "number_taken"
    for wrong in ("", "  ", "x" * 61):
        with pytest.raises(Problem):
            typed_number(journal.db, "letter", wrong, ON)


def test_a_pattern_without_its_year_counts_on(journal: Journal, desk: Desk) -> None:
    service.set_series(journal, desk.who("ratna"), name="letter", pattern="L-{n}", start=7, now=START)
    take(journal, next_number(journal.db, "letter", ON, 1), next_number(journal.db, "minutes", ON, 1))
    assert next_number(journal.db, "letter", date(2027, 1, 4), 1).text == "L-8"


def test_a_start_entered_in_december_holds_in_january_where_the_pattern_has_no_year(
    journal: Journal, desk: Desk
) -> None:
    ratna, december = desk.who("ratna"), datetime(2026, 12, 28, 3, tzinfo=UTC)
    service.set_series(journal, ratna, name="letter", pattern="L-{n}", start=250, now=december)
    service.set_series(journal, ratna, name="minutes", pattern="BA-{n}/{year}", start=31, now=december)
    assert next_number(journal.db, "letter", date(2027, 1, 4), 1).text == "L-250"
    assert next_number(journal.db, "minutes", date(2027, 1, 4), 1).text == "BA-1/2027"
    assert next_number(journal.db, "letter", date(2027, 1, 4), 2).text == "L-1B"


def test_a_start_below_what_was_given_is_refused_with_the_number_that_comes_next(journal: Journal, desk: Desk) -> None:
    ratna, pattern = desk.who("ratna"), "470/{n}/{year}"
    service.set_series(journal, ratna, name="letter", pattern=pattern, start=40, now=START)
    take(
        journal,
        next_number(journal.db, "letter", ON, 1),
        typed_number(journal.db, "letter", "470/41/2026", ON),
    )
    for low in (12, 39):
        with pytest.raises(Problem) as caught:
            service.set_series(journal, ratna, name="letter", pattern=pattern, start=low, now=START)
        assert caught.value.fields == {"start": "Nomor 40 sudah dipakai. Berikutnya 470/42/2026: isi 42 atau lebih."}
    assert next_number(journal.db, "letter", ON, 1).n == 42
    service.set_series(journal, ratna, name="letter", pattern="S/{n}/{year}", start=40, now=START)
    assert next_number(journal.db, "letter", ON, 1).text == "S/41/2026"
    service.set_series(journal, ratna, name="letter", pattern=pattern, start=60, now=START)
    assert next_number(journal.db, "letter", ON, 1).text == "470/60/2026"


def test_another_pattern_in_the_new_year_does_not_wake_the_start_of_the_old(journal: Journal, desk: Desk) -> None:
    ratna, january = desk.who("ratna"), datetime(2027, 1, 4, 3, tzinfo=UTC)
    service.set_series(journal, ratna, name="letter", pattern="470/{n}/{year}", start=88, now=START)
    service.set_series(journal, ratna, name="letter", pattern="471/{n}/{year}", start=88, now=january)
    assert next_number(journal.db, "letter", date(2027, 1, 4), 1).text == "471/1/2027"


def test_an_unknown_series_is_said(journal: Journal) -> None:
    with pytest.raises(Problem) as caught:
        next_number(journal.db, "none", ON, 1)
    assert caught.value.code == "series"


@pytest.mark.parametrize("pattern", ["", "KTP/{year}", "{n}{n}", "{n}/{day}", "{n}/{", "{n:12}", "{n}" + "x" * 60])
def test_a_pattern_holds_the_counter_once(pattern: str) -> None:
    with pytest.raises(Problem):
        check_pattern(pattern)


@given(st.integers(1, 999_999), st.integers(1, 800), st.integers(1, 999_999), st.integers(1, 800))
def test_two_numbers_never_read_the_same(n: int, epoch: int, m: int, other: int) -> None:
    pattern = "{n:04}/KTP/{year}"
    assert (fill_pattern(pattern, n, ON, epoch) == fill_pattern(pattern, m, ON, other)) == ((n, epoch) == (m, other))


def test_letters_begin_with_the_present_classification_and_an_office_changes_it(desk: Desk) -> None:
    """Permendagri 83/2022: 400.12 is population and civil registration; 470 was the number of 1998."""
    journal = desk.journal
    assert next_number(journal.db, "letter", ON, 1).text == "400.12/1/427.86/2026"
    assert next_number(journal.db, "minutes", ON, 1).text == "400.12/1/BA/427.86/2026"
    assert "400.12 Kependudukan dan pencatatan sipil" in settings.get_setting(journal.db, "letters.codes")
    service.set_series(journal, desk.who("ratna"), name="letter", pattern="400.12.2/{n}/{year}", start=3, now=START)
    assert next_number(journal.db, "letter", ON, 1).text == "400.12.2/3/2026"


def preview(browser: Browser, path: str, **typed: str) -> str:
    page = browser.client.get(path, query_string=typed).get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_the_set_up_shows_how_a_number_will_read_while_it_is_typed_and_when_the_page_is_drawn(
    stranger: Browser,
) -> None:
    path = "/persiapan/contoh-nomor"
    typed = {"seri": "case", "start_case": "417", "pattern_case": "{n:04}/KTP/{year}"}
    assert preview(stranger, path, **typed) == "Nomor berikutnya akan terbaca 0417/KTP/2026"
    assert preview(stranger, path, **typed | {"start_case": ""}).endswith("0001/KTP/2026")
    assert preview(stranger, path, seri="letter", pattern_letter="{n}/{month}").endswith("1/III")
    assert "angka" in preview(stranger, path, **typed | {"start_case": "x"})
    assert "memuat {n} satu kali" in preview(stranger, path, **typed | {"pattern_case": "KTP/{year}"})
    assert stranger.get(f"{path}?seri=lain").status_code == 404
    stranger.post("/persiapan/nomor", {"start_case": "417", "pattern_case": "{n:05}/A"})
    drawn = stranger.get("/persiapan/nomor").get_data(as_text=True)
    assert '<b class="code">00417/A</b>' in drawn, "without any script the page itself says it"


def test_settings_show_the_next_number_before_it_is_saved_and_save_nothing(
    desk: Desk, as_ratna: Browser, as_sari: Browser
) -> None:
    path = "/pengaturan/nomor/case/contoh"
    before = desk.journal.db.one("SELECT pattern, start FROM number_series WHERE name = 'case'")
    made = desk.open()
    [number] = desk.journal.db.run("SELECT number FROM case_file WHERE id = ?", (made,))
    assert number[0].startswith("0001")
    assert preview(as_ratna, path, pattern="{n:03}/B/{year}", start="1").endswith("002/B/2026"), "0001 is taken"
    assert preview(as_ratna, path, pattern="{n}/B", start="50").endswith("50/B")
    assert "memuat {n} satu kali" in preview(as_ratna, path, pattern="{n}{n}", start="1")
    first = preview(as_ratna, "/pengaturan/nomor/letter_out/contoh", pattern="{code}/{n}", start="0")
    assert first.endswith("kode/1")
    assert "angka" in preview(as_ratna, path, pattern="{n}", start="x")
    coded = preview(as_ratna, "/pengaturan/nomor/letter_out/contoh", pattern="{code}/{n}", start="7")
    assert coded.endswith("kode/7")
    assert as_sari.get(path).status_code == 403
    assert as_ratna.get("/pengaturan/nomor/lain/contoh").status_code == 404
    assert desk.journal.db.one("SELECT pattern, start FROM number_series WHERE name = 'case'") == before


def test_a_number_is_found_by_its_counter_or_any_part_that_holds_it(journal: Journal) -> None:
    for n, (letter, minutes) in enumerate(((1, 7), (12, 8), (112, 9)), start=1):
        numbers = Number("letter", 2026, letter, f"400.12/{letter}/427.86/2026"), Number("minutes", 2026, minutes, "x")
        with journal.transaction():
            journal.record(NumbersTaken(n, *numbers), subject=f"dispatch/{n}", actor="budi", at=START)
    for typed, found in (
        ("12", [2]),
        ("0012", [2]),
        ("12/427", [2]),
        ("400.12/1/427.86/2026", [1]),
        ("112", [3]),
        ("2026", []),
        ("12/KTP", []),
        ("", []),
        ("/", []),
        ("3508991203790002", []),
    ):
        assert find_numbered(journal.db, "dispatch", typed) == found, typed
    assert find_numbered(journal.db, "case", "12") == []


@pytest.mark.parametrize(
    ("covering", "own"),
    [
        ("400.12/{n}/427.86/{year}", "{code}/{n}/427.86/{year}"),
        ("470/{n:03}/KEC/{month}/{year}", "{code}/{n:03}/KEC/{month}/{year}"),
        ("{n}/SP/{year}", "{code}/{n}/SP/{year}"),
        ("SP-{n}", "{code}/SP-{n}"),
    ],
)
def test_letters_of_one_office_are_numbered_alike(journal: Journal, covering: str, own: str) -> None:
    """As its covering letters, each under its own classification, where the pattern begins with one."""
    with journal.db.applying():
        journal.db.run("DELETE FROM number_series WHERE name = 'letter'")
        journal.db.run("INSERT INTO number_series VALUES ('letter', ?, 1, 2026)", (covering,))
    assert series_named(journal.db, CODED, date(2026, 3, 2)).pattern == own

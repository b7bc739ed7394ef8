"""Values of dates, periods, texts and codes at the edges of their rules, worked out by hand."""

import errno
from datetime import date, time, timedelta

import pytest

from app.core.codes import has_valid_check, with_check
from app.core.dates import (
    age_on,
    age_words,
    birthday_at,
    clock_span,
    days_apart,
    format_number,
    long_date,
    month_year,
    numeric_date,
    parse_clock,
    parse_date,
    photo_background,
    plain_date,
    relative_due,
    short_date,
    short_day,
    spelled_date,
    stored_date,
)
from app.core.periods import Period, last_ended, periods_of_year
from app.core.problems import Problem, ValueProblem, storage_problem
from app.core.quarters import Quarter
from app.core.text import (
    begins_words,
    field_text,
    in_small_letters,
    limit_text,
    look_alike,
    mask_phone,
    parse_digits,
    parse_phone,
    parse_rt,
    readable_name,
    required_text,
    sentence_case,
)
from app.core.workdays import Calendar
from app.platform.office.numbers import epoch_letter

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "hari ini"),
        (0, "hari ini"),
        (1, "kemarin"),
        (2, "2 hari lalu"),
        (13, "13 hari lalu"),
        (14, "2 minggu lalu"),
        (20, "2 minggu lalu"),
        (21, "3 minggu lalu"),
        (91, "13 minggu lalu"),
        (92, "3 bulan lalu"),
        (150, "5 bulan lalu"),
    ],
)
def test_how_long_ago_in_words(days: int, words: str) -> None:
    assert age_words(days) == words


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2009, 3, 12), TODAY, 17),
        (date(2009, 3, 13), TODAY, 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 3, 12), TODAY, 0),
    ],
)
def test_age_is_counted_in_birthdays(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age


def test_the_birthday_of_a_leap_day_and_the_colour_of_a_photo() -> None:
    assert birthday_at(date(2009, 3, 12), 17) == date(2026, 3, 12)
    assert birthday_at(date(2008, 2, 29), 17) == date(2025, 3, 1)
    assert birthday_at(date(2008, 2, 29), 20) == date(2028, 2, 29)
    assert (photo_background(date(1990, 1, 1)), photo_background(date(1991, 1, 1))) == ("blue", "red")


def test_dates_as_they_are_written() -> None:
    assert long_date(TODAY) == "Kamis, 12 Maret 2026"
    assert plain_date(date(2026, 1, 1)) == "1 Januari 2026"
    assert plain_date(date(2026, 12, 31)) == "31 Desember 2026"
    assert (short_date(TODAY), numeric_date(TODAY), month_year(TODAY)) == ("12 Mar 2026", "12-03-2026", "Maret 2026")
    assert short_day(TODAY).startswith("Kamis") or short_day(TODAY).startswith("Kam")
    assert spelled_date(date(2026, 3, 12)) == "Kamis, tanggal dua belas, bulan Maret, tahun dua ribu dua puluh enam"
    assert stored_date("2026-03-12") == TODAY
    assert stored_date("") is None
    assert (format_number(1234567.5, 1), format_number(1234)) == ("1.234.567,5", "1.234")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("17081990", date(1990, 8, 17)),
        ("17-8-90", date(1990, 8, 17)),
        ("12-03-26", date(2026, 3, 12)),
        ("13-03-26", date(1926, 3, 13)),  # never after today
        ("1990-08-17", date(1990, 8, 17)),
        ("Jumat, 17 Agustus 1990", date(1990, 8, 17)),
        ("17 agt 1990", date(1990, 8, 17)),
        ("17 Pebruari 1990", date(1990, 2, 17)),
        ("17 nop 1990", date(1990, 11, 17)),
        ("17 Dec 1990", date(1990, 12, 17)),
        ("17 sept 1990", date(1990, 9, 17)),
        ("1 oct 1990", date(1990, 10, 1)),
        ("01-01-1900", date(1900, 1, 1)),
    ],
)
def test_dates_as_they_are_typed(typed: str, read: date) -> None:
    assert parse_date(typed, TODAY) == read


@pytest.mark.parametrize("typed", ["31-12-1899", "01-01-2200", "29-02-2025", "32-01-2020", "1-13-2020", "x" * 41, ""])
def test_what_is_no_date(typed: str) -> None:
    with pytest.raises(ValueProblem):
        parse_date(typed, TODAY)


def test_a_clock_time_and_how_far_clocks_are_apart() -> None:
    assert parse_clock("09.42") == time(9, 42)
    assert parse_clock("00:00") == time(0, 0)
    for wrong in ("24.00", "9.60", "pagi"):
        with pytest.raises(ValueProblem):
            parse_clock(wrong)
    assert [clock_span(timedelta(days=days)) for days in (364, 366, 731)] == ["364 hari", "1 tahun", "2 tahun"]
    assert clock_span(timedelta(hours=24)) == "1 hari"
    assert clock_span(timedelta(minutes=59)) == "59 menit"


def test_how_far_a_due_date_is() -> None:
    calendar = Calendar({})
    friday, monday = date(2026, 3, 13), date(2026, 3, 16)
    assert relative_due(TODAY, TODAY, calendar) == "Hari ini"
    assert "1 hari kerja" in days_apart(friday, monday, calendar)
    assert relative_due(friday, TODAY, calendar) != relative_due(TODAY, friday, calendar)


def test_quarters_follow_each_other_over_the_year() -> None:
    first, last = Quarter(2026, 1), Quarter(2026, 4)
    assert (first.before, last.after) == (Quarter(2025, 4), Quarter(2027, 1))
    assert (first.after, last.before) == (Quarter(2026, 2), Quarter(2026, 3))
    spans = [(Quarter(2026, n).start, Quarter(2026, n).end) for n in (1, 2, 3, 4)]
    assert spans == [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 12, 31)),
    ]
    assert Quarter.parse("2026-Q3") == Quarter(2026, 3)


@pytest.mark.parametrize(
    ("kind", "today", "code"),
    [
        ("quarter", date(2026, 3, 31), "2025-Q4"),
        ("quarter", date(2026, 4, 1), "2026-Q1"),
        ("month", date(2026, 3, 31), "2026-02"),
        ("month", date(2026, 1, 1), "2025-12"),
        ("year", date(2026, 12, 31), "2025"),
        ("year", date(2027, 1, 1), "2026"),
    ],
)
def test_a_period_is_over_the_day_after_its_last(kind: str, today: date, code: str) -> None:
    assert last_ended(kind, today).code == code  # type: ignore[arg-type]


def test_a_year_has_its_periods_and_each_its_first_and_last_day() -> None:
    assert [len(periods_of_year(kind, 2026)) for kind in ("month", "quarter", "semester", "year")] == [12, 4, 2, 1]  # type: ignore[arg-type]
    half = Period.parse("2026-S2")
    assert (half.start, half.end) == (date(2026, 7, 1), date(2026, 12, 31))
    february = Period.parse("2028-02")
    assert (february.start, february.end, february.before.code) == (date(2028, 2, 1), date(2028, 2, 29), "2028-01")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("+62 812-3456-7890", "081234567890"),
        ("6281234567890", "081234567890"),
        ("81234567890", "081234567890"),
        ("0334 123456", "0334123456"),
        ("+65 6123 4567", "+6561234567"),
    ],
)
def test_telephone_numbers_are_kept_in_one_form(typed: str, read: str) -> None:
    assert parse_phone(typed) == read


def test_numbers_that_are_none_say_why() -> None:
    with pytest.raises(ValueProblem, match="belum diisi"):
        parse_phone(" ")
    with pytest.raises(ValueProblem, match="terlalu panjang"):
        parse_phone("0" * 41)
    assert parse_rt("3") == "003"
    for wrong, why in (("", "belum diisi"), ("1234", "1 sampai 3 angka"), ("a", "1 sampai 3 angka")):
        with pytest.raises(ValueProblem, match=why):
            parse_rt(wrong)
    assert parse_digits("12 34-5.6", "Nomor", 6, 6) == "123456"
    with pytest.raises(ValueProblem, match="belum diisi"):
        parse_digits(" .- ", "Nomor", 1, 6)
    for wrong in ("12345", "1234567", "12345a"):
        with pytest.raises(ValueProblem):
            parse_digits(wrong, "Nomor", 6, 6)
    assert "34" not in mask_phone("081234567890")[4:-3]


def test_the_longest_text_is_taken_and_one_letter_more_is_not() -> None:
    assert limit_text("x" * 10, limit=10) == "x" * 10
    with pytest.raises(ValueProblem, match=r"paling panjang 10 huruf\. Yang diketik 11 huruf"):
        limit_text("x" * 11, limit=10)
    with pytest.raises(ValueProblem, match=r"paling panjang 1\.000 huruf. Yang diketik 1\.001 huruf"):
        limit_text("x" * 1001, limit=1000)
    assert required_text(" x ", "why", "Isi.", 1) == "x"
    with pytest.raises(Problem) as empty:
        required_text("  ", "why", "Isi.", 10)
    assert empty.value.fields == {"why": "Isi."}
    wrong: dict[str, str] = {}
    assert field_text(wrong, "a", "", 3, "A") == ""
    assert wrong == {}
    field_text(wrong, "a", "xxxx", 3, "A")
    field_text(wrong, "b", "", 3, "B", empty="Isi B.")
    assert sorted(wrong) == ["a", "b"]
    assert wrong["b"] == "Isi B."


def test_words_in_small_letters_and_as_they_begin() -> None:
    assert begins_words(["siti", "aminah"], ["sit", "ami"])
    assert not begins_words(["siti"], ["iti"])
    assert readable_name("SITI AMINAH, S.PD.").startswith("Siti Aminah")
    assert sentence_case("belum ada") == "Belum ada"
    assert in_small_letters("Diisi petugas").startswith("diisi")


def test_the_place_of_a_sign_that_looks_like_another_counts_from_one() -> None:
    assert look_alike("Budi") is None
    found = look_alike("Bud\u0456")  # a Cyrillic i
    assert found is not None
    assert found[0] == 4
    first = look_alike("\u0412udi")
    assert first is not None
    assert first[0] == 1
    blank = look_alike("Bu\u3164di")
    assert blank == (3, "tanda kosong yang tidak terlihat")


def test_a_number_of_a_document_needs_a_body_and_its_check() -> None:
    number = with_check("0734/KTP/2026")
    assert has_valid_check(number)
    assert not has_valid_check(number[:-1] + ("0" if number[-1] != "0" else "1"))
    assert [has_valid_check(text) for text in ("", "0", "-")] == [False, False, False]
    assert (epoch_letter(1), epoch_letter(2) != epoch_letter(3)) == ("", True)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "full"), "disk_full"),
        (OSError(errno.EFBIG, "too big"), "disk_full"),
        (OSError(errno.EROFS, "read only"), "read_only"),
        (OSError(errno.EIO, "broken"), "disk_error"),
        (OSError(errno.EACCES, "denied", "kantor.sqlite3"), "no_permission"),
        (OSError(errno.EPERM, "denied", "kantor.sqlite3"), "no_permission"),
        (OSError(errno.EACCES, "denied"), None),  # a port or a process: nothing about the disk
        (OSError(errno.EPERM, "denied"), None),
        (OSError(errno.ECONNREFUSED, "refused"), None),
        (OSError("no number"), None),
        (ValueError("another"), None),
    ],
)
def test_what_the_system_says_of_the_disk_has_its_sentence(error: Exception, code: str | None) -> None:
    found = storage_problem(error)
    assert (found.code if found else None) == code
    around = RuntimeError("around")
    around.__cause__ = error
    inside = storage_problem(around)
    assert (inside.code if inside else None) == code

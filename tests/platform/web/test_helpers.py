from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField

from app.core.problems import Problem
from app.core.workdays import Calendar, Holiday
from app.platform.web.filters import (
    as_date,
    as_moment,
    calendar_weeks,
    format_moment,
    hyphenable,
    mask_number,
    short_holiday,
)
from app.platform.web.forms import (
    AtMost,
    Filled,
    Form,
    NumberRange,
    OfficeDate,
    TextLine,
    asked_day,
    asked_id,
    asked_slice,
    cut_slice,
    page_number,
    read_slice,
    run_command,
)
from app.platform.web.guard import local_path
from tests.platform.people import Clock


class Small(Form):
    name = TextLine("Nama", [Filled("Isi nama."), AtMost(10)])
    on = OfficeDate("Tanggal")


def filled(web: Flask, **data: str) -> Small:
    with web.test_request_context("/", method="POST"):
        form = Small(MultiDict(data), meta={"csrf": False})
        form.validate()
    return form


def test_text_is_trimmed_and_dates_are_read_as_typed(web: Flask) -> None:
    form = filled(web, name="  Siti  ", on="17081990")
    assert (form.name.data, form.on.data, form.broken) == ("Siti", date(1990, 8, 17), [])
    for typed in ("17-8-1990", "17 Agustus 1990", "17/08/90"):
        assert filled(web, name="Siti", on=typed).on.data == date(1990, 8, 17)


def test_what_was_typed_stays_and_says_what_is_wrong(web: Flask) -> None:
    form = filled(web, name="   ", on="31022009")
    assert [(one[0], one[1]) for one in form.broken] == [("name", "Nama"), ("on", "Tanggal")]
    assert form.broken[0][2] == "Isi nama."
    assert "31 Februari" in form.broken[1][2]
    assert form.on._value() == "31022009"
    assert filled(web, name="x" * 11).broken[0][2] == "Paling panjang 10 huruf."
    assert filled(web, name="x" * 4_000_000).broken[0][2] == "Paling panjang 10 huruf."


def test_a_services_problem_stands_at_its_field(web: Flask) -> None:
    def refuse(code: str, fields: dict[str, str]) -> None:
        raise Problem.of(code, fields)

    form = filled(web, name="Siti")
    wrong = {"name": "Nama ini sudah dipakai.", "other": "Yang lain juga salah."}
    with web.test_request_context("/", method="POST"):
        answer = run_command(lambda: refuse("invalid", wrong), lambda problem: "drawn again", "/", form=form)
        assert (answer, form.name.errors) == ("drawn again", ["Nama ini sudah dipakai."])
        assert (form.problem, bool(form.broken)) == ("Yang lain juga salah.", True)
        with pytest.raises(Problem):
            run_command(lambda: refuse("forbidden", {}), lambda problem: "drawn again", "/", form=form)


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("", 1),
        ("?hal=3", 3),
        ("?hal=0", 1),
        ("?hal=-2", 1),
        ("?hal=abc", 1),
        ("?hal=٣", 1),
        ("?hal=99999999999999999999", 1),
        ("?hal=1234567", 100_000),
        ("?hal=100000", 100_000),
        ("?hal=99999", 99_999),
        ("?hal=12345678", 1),
        ("?lain=2", 1),
    ],
)
def test_nonsense_pages_are_the_first(web: Flask, asked: str, page: int) -> None:
    with web.test_request_context(f"/{asked}"):
        assert page_number() == page


def test_a_page_with_two_lists_has_a_key_for_each(web: Flask) -> None:
    with web.test_request_context("/?hal=2&mundur=3"):
        assert [page_number(), page_number("mundur"), page_number("catatan")] == [2, 3, 1]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("7", 7),
        ("0", 0),
        ("", None),
        ("x", None),
        ("-1", None),
        ("٣", None),
        ("1" * 15, int("1" * 15)),
        ("1" * 16, None),
    ],
)
def test_the_number_of_a_row_is_one_that_a_database_can_hold(web: Flask, typed: str, number: int | None) -> None:
    with web.test_request_context("/", query_string={"berkas": typed}):
        assert asked_id("berkas") == number
    with web.test_request_context("/", method="POST", data={"berkas": typed}):
        assert (asked_id("berkas"), asked_id("lain")) == (number, None)


def test_a_day_of_a_report_is_the_usual_one_unless_typed(web: Flask) -> None:
    usual = date(2026, 3, 1)
    for typed, day in (("", usual), (" ", usual), ("02-03-2026", date(2026, 3, 2)), ("2 Maret 2026", date(2026, 3, 2))):
        with web.test_request_context("/", query_string={"sampai": typed}):
            assert asked_day("sampai", usual) == day
    with web.test_request_context("/?sampai=31-02-2026"), pytest.raises(Problem) as problem:
        asked_day("sampai", usual)
    assert (problem.value.code, problem.value.status, list(problem.value.fields)) == ("invalid", 422, ["sampai"])
    assert problem.value.sentence == problem.value.fields["sampai"]


def test_a_text_may_be_as_long_as_its_limit_and_a_number_up_to_its_own(web: Flask) -> None:
    assert filled(web, name="x" * 10).broken == []
    with web.test_request_context("/"):
        assert Small(formdata=None).name.flags.maxlength == 10

    class Counted(Form):
        count = IntegerField("Jumlah", [NumberRange(0, 5, "Antara 0 dan 5.")])

    for typed, wrong in (("0", False), ("5", False), ("6", True), ("-1", True), ("9" * 40, True)):
        with web.test_request_context("/", method="POST"):
            form = Counted(MultiDict({"count": typed}), meta={"csrf": False})
            assert form.validate() is not wrong, typed


def test_the_extra_row_only_says_that_there_is_more() -> None:
    assert (len(cut_slice(range(26), 1).items), cut_slice(range(26), 1).more) == (25, True)
    assert (len(cut_slice(range(25), 2).items), cut_slice(range(25), 2).more) == (25, False)


@pytest.mark.parametrize(
    ("rows", "asked", "items", "more"),
    [
        (10, 1, [1, 2, 3, 4], True),
        (10, 2, [5, 6, 7, 8], True),
        (10, 3, [9, 10], False),
        (8, 2, [5, 6, 7, 8], False),
        (4, 1, [1, 2, 3, 4], False),
        (0, 1, [], False),
    ],
)
def test_a_page_of_a_list_begins_where_the_one_before_ended(
    web: Flask, rows: int, asked: int, items: list[int], more: bool
) -> None:
    every = range(1, rows + 1)
    with web.test_request_context(f"/?hal={asked}"):
        read = read_slice(lambda most, skip: every[skip : skip + most], 4)
        cut = asked_slice(every, 4)
    assert [(list(one.items), one.number, one.more) for one in (read, cut)] == [(items, asked, more)] * 2


def test_after_the_end_of_a_list_stands_its_last_page(web: Flask) -> None:
    with web.test_request_context("/?hal=7"):
        beyond = asked_slice(range(1, 11), 4)
    assert (list(beyond.items), beyond.number, beyond.more) == ([9, 10], 3, False)


@pytest.mark.parametrize(
    "where",
    [
        "https://jahat.example/",
        "//jahat.example",
        "/\\jahat.example",
        "javascript:x",
        "",
        None,
        "jahat.example",
        "///jahat.example",
        "/a\\b",
        "/\t/jahat.example",
    ],
)
def test_no_way_leads_outside(where: str | None) -> None:
    assert local_path(where, "/rumah") == "/rumah"


def test_a_path_of_ours_stays_with_its_query() -> None:
    assert local_path("/berkas/12?hal=2", "/rumah") == "/berkas/12?hal=2"


def test_values_of_tables_become_office_dates() -> None:
    late = datetime(2026, 3, 11, 18, 30, tzinfo=UTC)  # half past one the next day in the office
    assert as_date(late) == as_date("2026-03-11T18:30:00Z") == as_date("2026-03-12") == date(2026, 3, 12)
    assert as_moment("2026-03-11T18:30:00Z") == late


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("pemohon", "pe\u00admo\u00adhon"),
        ("kepala", "kepala"),  # six letters stay whole
        ("pelayanan desa", "pe\u00adla\u00adya\u00adnan desa"),
        ("menyanyi", "me\u00adnya\u00adnyi"),
        ("mengenal", "me\u00adnge\u00adnal"),
        ("standar", "standar"),  # no open syllable
    ],
)
def test_long_words_may_be_parted_after_an_open_syllable(text: str, parted: str) -> None:
    assert hyphenable(text) == parted


@pytest.mark.parametrize(
    ("reason", "short"),
    [
        ("Sabtu", ""),
        ("Minggu", ""),
        ("Minggu, Hari kedua dari Hari Raya Idul Fitri", "Idul Fitri"),
        ("Sabtu, Cuti bersama Hari Raya Natal", "Cuti bersama"),
        ("Hari Suci Nyepi (Tahun Baru Saka 1948)", "Nyepi"),
        ("Wafat Yesus Kristus", "Wafat Yesus Kristus"),
    ],
)
def test_a_holiday_is_named_as_short_as_a_cell_needs(reason: str, short: str) -> None:
    assert short_holiday(reason) == short


@pytest.mark.parametrize("length", [0, 1, 15, 17])
def test_what_is_no_nik_is_masked_whole(length: int) -> None:
    assert mask_number("3" * length) == "*" * length


def test_words_around_a_value_come_only_with_it(web: Flask) -> None:
    filters = web.jinja_env.filters
    assert [filters["followed"](text) for text in ("", "Munder")] == ["", "Munder, "]
    assert [filters[name]("") for name in ("long_date", "clock", "moment", "long_moment", "mask_phone")] == [""] * 5
    assert filters["days_ago"]("2026-03-09T18:00:00Z", date(2026, 3, 12)) == 2  # at one o'clock of the 10th
    assert filters["iso"](date(2026, 3, 9)) == filters["iso"]("2026-03-09") == "2026-03-09"


def test_a_mask_shows_six_and_four() -> None:
    assert mask_number("3508994402090008") == "350899******0008"
    assert mask_number("350899440209000") == "*" * 15


@given(
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    length=st.integers(0, 40),
    off=st.sets(st.integers(0, 80), max_size=20),
)
def test_every_explained_day_stands_once_under_its_weekday(start: date, length: int, off: set[int]) -> None:
    closed = {date.fromordinal(start.toordinal() + n): Holiday("Libur") for n in off if n}
    days = Calendar(closed).explain(start, length)
    rows = calendar_weeks(days, start)
    assert all(len(row) == 7 for row in rows)
    drawn = [(place, cell) for row in rows for place, cell in enumerate(row) if cell.day]
    assert [place for place, _ in drawn] == [day.date.weekday() for day in days]
    assert [cell.number for _, cell in drawn][1:] == [day.number for day in days][1:]
    assert sum("due" in cell.classes.split() for _, cell in drawn) == (1 if length else 0)
    first, last = days[0].date.weekday(), days[-1].date.weekday()
    assert [cell.classes for cell in rows[0][:first]] == [""] * first
    assert [cell.classes for cell in rows[-1][last + 1 :]] == ["", "", "", "", "", "off", "off"][last + 1 :]


def test_the_clock_of_the_app_is_the_clock_of_the_test(web: Flask, clock: Clock) -> None:
    assert web.config["CLOCK"] is clock


def test_a_moment_of_another_year_says_its_year(web: Flask) -> None:
    with web.test_request_context("/"):
        assert format_moment(datetime(2026, 3, 12, 2, 42, tzinfo=UTC)) == "Kam 12 Mar 09.42"
        assert format_moment(datetime(2025, 11, 20, 1, 0, tzinfo=UTC)) == "Kam 20 Nov 2025 08.00"


@pytest.mark.parametrize(
    ("counted", "kind", "word"),
    [
        ("2026-03-12T01:00:00Z", "good", "Cocok, dihitung hari ini"),
        ("2026-03-05T09:00:00Z", "good", "Cocok, dihitung 7 hari lalu"),
        ("2026-03-04T09:00:00Z", "warn", "Cocok, dihitung 8 hari lalu"),
        ("2026-01-13", "warn", "Cocok, dihitung 8 minggu lalu"),
        ("", "idle", "Cocok, belum pernah dihitung"),
    ],
)
def test_a_verdict_carries_its_age_and_an_old_one_is_not_green(web: Flask, counted: str, kind: str, word: str) -> None:
    with web.test_request_context():
        tag = web.jinja_env.get_template("_macros.html").module.aged("Cocok", counted, date(2026, 3, 12))
    assert tag == f'<span class="tag is-{kind}">{word}</span>'

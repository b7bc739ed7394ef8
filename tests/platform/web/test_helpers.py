from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.core.problems import Problem
from app.core.workdays import Calendar, Holiday
from app.platform.web.filters import as_date, as_moment, calendar_weeks, format_moment, mask_number
from app.platform.web.forms import (
    AtMost,
    Filled,
    Form,
    OfficeDate,
    TextLine,
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
    ],
)
def test_nonsense_pages_are_the_first(web: Flask, asked: str, page: int) -> None:
    with web.test_request_context(f"/{asked}"):
        assert page_number() == page


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

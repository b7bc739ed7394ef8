"""Pengawasan as a picture: every mark counts the rows that its link lists; what is late is one number everywhere."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from app.casework.desk import moving, queries, service
from app.casework.desk.pictures import (
    MOST_COLUMNS,
    WORKDAYS,
    Gap,
    Mark,
    case_picture,
    draw_strip,
    drawn_days,
    gap_words,
    join_gaps,
    scope_without,
)
from app.core.clock import office_date
from app.platform.office import queries as office_queries
from app.platform.office import service as office
from tests.platform.people import Browser, Clock
from tests.services.ktp.desk import Desk

PAGE = "/pengawasan/"
MARK = re.compile(r'<a href="([^"]+)">\s*<title>(\d+) berkas ([^<]+)</title>')
PLACE = re.compile(r'<a href="(/berkas[^"]+)"><b>(\d+)</b> ([^<]+)</a>')


def case_rows(page: str) -> int:
    """Rows of a list of cases, as the page shows them."""
    return len(re.findall(r'<th scope="row"><a href="/berkas/\d+">', page))


def worked_office(desk: Desk, clock: Clock) -> dict[str, list[int]]:
    """Cases of several days: handed over early, still open after their date, paused, withdrawn."""
    ready = [desk.ready() for _ in range(2)]
    desk.printed(desk.send(*ready), 1, 2)
    desk.arrived(*ready)
    made = {"kept": ready, "late": [desk.complete(), desk.complete()], "paused": [desk.complete()]}
    office.change_setting(desk.journal, desk.who("ratna"), key="pauses.enabled", value=["blanks_out"], now=desk.now)
    service.pause_case(
        desk.journal, desk.who("budi"), case_id=made["paused"][0], reason="blanks_out", text="", now=desk.now
    )
    case = service.case_by_id(desk.journal.db, ready[0])
    assert case is not None
    due = date.fromisoformat(case.due_on)
    clock.at = datetime(due.year, due.month, due.day, 3, tzinfo=UTC) + timedelta(days=1)
    left: dict[str, Any] = {"exit_id": "withdrawn", "reason": "Batal", "now": clock.at}
    made["left"] = [desk.complete()]
    moving.leave_case(desk.journal, desk.who("budi"), case_id=made["left"][0], **left)
    return made


def test_every_mark_of_the_picture_leads_to_exactly_its_rows(desk: Desk, web: Flask, clock: Clock) -> None:
    worked_office(desk, clock)
    ratna = Browser(web, "ratna")
    page = ratna.get(PAGE).get_data(as_text=True)
    marks, places = MARK.findall(page), PLACE.findall(page)
    assert {words.split()[0] for _, _, words in marks} == {"masuk", "keluar", "selesai"}
    assert places
    for address, count, words in [*marks, *places]:
        listed = ratna.get(unescape(address)).get_data(as_text=True)
        assert case_rows(listed) == int(count), (address, words)
    assert "style=" not in page
    assert "Angkanya dalam tabel" in page


def test_what_is_late_is_one_number_on_desk_strip_lists_and_supervision(desk: Desk, web: Flask, clock: Clock) -> None:
    """A promise that stands still is not late anywhere, and has its own list; a noted one stays in the count."""
    made = worked_office(desk, clock)
    clock.at += timedelta(days=3)
    ratna = Browser(web, "ratna")
    wanted = len(made["late"])
    shown = ratna.get("/").get_data(as_text=True)
    assert f"{wanted} lewat janji" in shown
    strip = re.search(r'<li class="over"><a href="([^"]+)" data-figure="late-cases">Lewat <b>(\d+)</b> janji', shown)
    assert strip
    assert int(strip[2]) == wanted
    assert case_rows(ratna.get(unescape(strip[1])).get_data(as_text=True)) == wanted
    assert case_rows(ratna.get("/berkas?keadaan=lewat").get_data(as_text=True)) == wanted
    still = ratna.get("/berkas?keadaan=dijeda").get_data(as_text=True)
    assert case_rows(still) == len(made["paused"])
    assert "Hitungan dijeda" in still
    assert f'href="/berkas?keadaan=lewat">{wanted} berkas</a>' in ratna.get(PAGE).get_data(as_text=True)
    due = ratna.get("/jatuh-tempo").get_data(as_text=True)
    assert "1 berkas</a> hitungannya dijeda" in due
    row = re.search(r">(\d+(?: dari \d+)?) berkas lewat janji</a>", shown)
    assert row
    assert row[1] == str(wanted)


def test_a_row_of_those_told_says_of_how_many_late_cases_they_are(desk: Desk, web: Flask, clock: Clock) -> None:
    """Who answers for a promise is told when the office opens: before that his row stands for those told already."""
    db = desk.journal.db
    for _ in range(2):
        desk.complete()
    newest = service.case_by_id(db, desk.later(days=1).complete())
    assert newest is not None
    due = date.fromisoformat(newest.due_on)
    clock.at = datetime(due.year, due.month, due.day, 18, tzinfo=UTC)  # after midnight in the office
    assert queries.count_late(db, None, office_date(clock.at)) == 3
    shown = Browser(web, "camat").get("/").get_data(as_text=True)
    assert "3 lewat janji" in shown
    assert ">2 dari 3 berkas lewat janji</a>" in shown


def test_the_figures_of_the_picture_are_those_of_a_naive_reckoner(desk: Desk, clock: Clock) -> None:
    worked_office(desk, clock)
    db, today = desk.journal.db, office_date(clock.at)
    picture = case_picture(db, desk.who("ratna"), clock.at, scope_without(db, []), "Berkas", "berkas")
    cases = list(db.run("SELECT received_on, closed_on, due_on, kept_on, closed, step FROM case_file"))
    for day in picture.days:
        on = day.on.isoformat()
        assert day.came.count == sum(case[0] == on for case in cases)
        assert day.ended.count == sum(case[1] == on for case in cases)
    assert picture.strip is not None
    assert sum(each.mark.count for each in picture.strip.marks) == sum(
        case[3] is not None and str(today - timedelta(days=30)) <= case[2] < str(today) for case in cases
    )
    open_steps = [case[5] for case in cases if not case[4]]
    assert {place.values["langkah"]: place.count for place in picture.places} == {
        step: open_steps.count(step) for step in open_steps
    }
    assert len(drawn_days(office_queries.office_calendar(db), {}, today)) == WORKDAYS


def test_an_empty_office_reads_a_sentence_and_who_may_not_list_sees_counts_without_links(
    desk: Desk, web: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratna = Browser(web, "ratna")
    empty = ratna.get(PAGE).get_data(as_text=True)
    assert "Belum ada berkas. Sesudah yang pertama didaftarkan" in empty
    assert "Belum ada pengaduan. Sesudah yang pertama tertulis" in empty
    assert '<svg class="picture"' not in empty
    worked_office(desk, clock)
    number = str(queries.latest_cases(desk.journal.db, desk.who("ratna")).rows[0].number)
    monkeypatch.setattr("app.casework.desk.pictures.may", lambda _actor, _permission: False)
    picture = case_picture(
        desk.journal.db, desk.who("ratna"), clock.at, scope_without(desk.journal.db, []), "Berkas", "berkas"
    )
    marks = [*(day.came for day in picture.days), *picture.places, picture.late]
    assert any(mark.count for mark in marks)
    assert not any(mark.endpoint for mark in marks)
    assert not picture.named
    assert not picture.ended_late
    blind = ratna.get(PAGE).get_data(as_text=True)
    assert number not in re.sub(r"<table.*?</table>", "", blind, flags=re.DOTALL)


def test_days_share_a_column_where_they_are_many_and_none_mixes_both_sides() -> None:
    """By hand: 31 days before to 14 after are 46 days, three to a column, and the promised date ends one."""
    gaps = [Gap(days, days, 1) for days in (-31, -2, 0, 1, 3, 4, 14)]
    size, joined = join_gaps(gaps)
    assert size == 3
    assert joined == [(-32, -30, 1), (-2, 0, 2), (1, 3, 2), (4, 6, 1), (13, 15, 1)]
    strip = draw_strip(gaps, lambda gap: Mark(gap.things, gap_words(gap)))
    assert strip is not None
    assert (strip.columns, strip.kept, strip.earliest, strip.latest) == (16, 11, 32, 15)
    assert strip.columns <= MOST_COLUMNS
    assert [each.mark.words for each in strip.marks][:3] == [
        "30 sampai 32 hari sebelum janji",
        "0 sampai 2 hari sebelum janji",
        "1 sampai 3 hari sesudah janji",
    ]
    assert gap_words(Gap(0, 0)) == "tepat pada tanggal janji"
    assert draw_strip([], lambda gap: Mark(gap.things, "")) is None

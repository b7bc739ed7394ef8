"""Office hours: the example of the field, breaks, Ramadan, shifts, pauses, and the count minute by minute."""

from datetime import date, datetime

import pytest

from app.core.procedure.limits import Deadline, deadline_words
from app.core.workdays import (
    Calendar,
    Holiday,
    Hours,
    HoursError,
    Pause,
    Shift,
    WorkingTime,
    parse_hours,
    parse_spans,
    spans_text,
)
from schema.seed_data import seed_holidays, seed_hours
from tests.core import oracle
from tests.world.nightly import by_day

CALENDAR = Calendar({row.date: Holiday(row.name, row.kind, row.basis) for row in seed_holidays()})
HOURS = tuple(parse_hours(row) for row in seed_hours())
OFFICE = WorkingTime(CALENDAR, HOURS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-06 10:30", 240, "2026-03-06 15:30"),  # Friday of Ramadan: 60 before the prayer, 180 after it
        ("2026-03-06 10:30", 241, "2026-03-09 08:01"),
        ("2026-02-13 10:30", 240, "2026-02-13 16:00"),  # an ordinary Friday: break from 11.30 to 13.00
        ("2026-02-12 10:30", 240, "2026-02-12 15:30"),  # an ordinary Thursday: break of an hour
        ("2026-02-13 16:00", 60, "2026-02-18 08:30"),  # over a weekend, cuti bersama and Imlek into Ramadan
        ("2026-03-07 10:30", 1, "2026-03-09 08:01"),  # begun on a Saturday
        ("2026-02-12 12:15", 5, "2026-02-12 13:05"),  # begun during the break
        ("2026-02-12 06:00", 450, "2026-02-12 16:00"),  # a whole day has 7 h 30
        ("2026-02-12 10:30", 0, "2026-02-12 10:30"),
    ],
)
def test_minutes(start: str, minutes: int, due: str) -> None:
    assert OFFICE.add_minutes(at(start), minutes) == at(due)


def test_a_week_has_the_hours_of_the_decree() -> None:
    assert OFFICE.minutes_between(at("2026-04-06 00:00"), at("2026-04-11 00:00")) == 37 * 60 + 30
    assert OFFICE.minutes_between(at("2026-03-02 00:00"), at("2026-03-07 00:00")) == 32 * 60 + 30


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2023-04-11 15:30", 60, "2023-04-12 08:00"),  # across the day on which Perpres 21/2023 came into force
        ("2019-07-12 10:30", 240, "2019-07-12 16:00"),  # a Friday under Keppres 68/1995: break from 11.30 to 13.00
        ("2019-07-11 10:30", 240, "2019-07-11 15:30"),  # a Thursday: break from 12.00 to 13.00
        ("2019-07-12 16:29", 2, "2019-07-15 07:31"),  # over a weekend: five days a week
        ("1996-03-14 09:00", 1, "1996-03-15 07:31"),  # from the guide of 15 March 1996 on
    ],
)
def test_minutes_before_the_decree_of_2023_have_the_hours_of_the_one_before(start: str, minutes: int, due: str) -> None:
    assert OFFICE.add_minutes(at(start), minutes) == at(due)


def test_every_day_since_1996_has_hours_and_the_decree_that_set_them() -> None:
    for day, decree in (
        (date(1996, 3, 15), "Keppres 68/1995"),
        (date(2023, 4, 11), "Keppres 68/1995"),
        (date(2023, 4, 12), "Perpres 21/2023"),
    ):
        hours = OFFICE.hours_of(day)
        assert hours is not None
        assert hours.basis.startswith(decree), day
    assert OFFICE.hours_of(date(1996, 3, 14)) is None
    assert OFFICE.minutes_between(at("2019-07-08 00:00"), at("2019-07-15 00:00")) == 37 * 60 + 30


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        ("2026-04-09 07:29", False),
        ("2026-04-09 07:30", True),
        ("2026-04-09 11:59", True),
        ("2026-04-09 12:00", False),  # the break begins
        ("2026-04-09 13:00", True),
        ("2026-04-09 15:59", True),
        ("2026-04-09 16:00", False),
        ("2026-04-11 09:00", False),  # a Saturday
    ],
)
def test_the_office_works_from_the_first_minute_to_the_last(moment: str, works: bool) -> None:
    assert OFFICE.is_open(at(moment)) is works
    assert (OFFICE.next_open(at(moment)) == at(moment)) is works


def test_a_shift_takes_the_place_of_the_usual_hours() -> None:
    shifts = [Shift(date(2026, 3, 7), "Layanan Sabtu", ((540, 720),)), Shift(date(2026, 3, 9), "Apel", ((600, 660),))]
    office = WorkingTime(CALENDAR, HOURS, shifts)
    assert office.add_minutes(at("2026-03-06 15:30"), 60) == at("2026-03-07 10:00")
    assert office.add_minutes(at("2026-03-07 12:00"), 90) == at("2026-03-10 08:30")


def test_newer_hours_hold_from_their_day_on_and_never_before() -> None:
    week = tuple(parse_spans("08.00-12.00") if n < 5 else () for n in range(7))
    office = WorkingTime(CALENDAR, [*HOURS, Hours("Setengah hari", date(2026, 4, 7), week)])
    assert office.minutes_between(at("2026-04-06 00:00"), at("2026-04-07 00:00")) == 450
    assert office.minutes_between(at("2026-04-07 00:00"), at("2026-04-08 00:00")) == 240
    held = office.hours_of(date(2027, 2, 10))
    assert held is not None
    assert held.name.startswith("Ramadan")


def test_a_day_off_says_why_it_does_not_count() -> None:
    names = {row.date: row.name for row in seed_holidays()}
    days_off = [date(2026, 2, 14), date(2026, 2, 15), date(2026, 2, 16), date(2026, 2, 17)]
    lines = [line for line in OFFICE.explain(at("2026-02-13 16:00"), 60) if line.kind == "off"]
    assert [line.since.date() for line in lines] == days_off
    assert [line.reason for line in lines] == ["Sabtu", "Minggu", names[days_off[2]], names[days_off[3]]]


def test_a_pause_gives_back_what_it_took() -> None:
    pause = Pause("Blangko habis", at("2026-03-06 11:00"), at("2026-03-09 09:00"))
    assert OFFICE.add_minutes(at("2026-03-06 10:30"), 240, [pause]) == at("2026-03-09 13:00")
    lines = OFFICE.explain(at("2026-03-06 10:30"), 240, [pause])
    told = [
        (line.since.strftime("%d %H.%M"), line.minutes, line.total, line.kind) for line in lines if line.kind != "off"
    ]
    assert told == [
        ("06 10.30", 30, 30, "counted"),
        ("06 11.00", 0, 30, "paused"),
        ("06 11.30", 0, 30, "break"),
        ("06 12.30", 0, 30, "paused"),
        ("09 08.00", 0, 30, "paused"),
        ("09 09.00", 180, 210, "counted"),
        ("09 12.00", 0, 210, "break"),
        ("09 12.30", 30, 240, "counted"),
    ]
    assert [line.reason for line in lines if line.kind == "off"] == ["Sabtu", "Minggu"]


def test_behind_an_open_pause_nothing_is_known() -> None:
    open_pause = Pause("Blangko habis", at("2026-03-06 11:00"))
    assert OFFICE.add_minutes(at("2026-03-06 10:30"), 30, [open_pause]) == at("2026-03-06 11:00")
    assert OFFICE.add_minutes(at("2026-03-06 10:30"), 31, [open_pause]) is None


def test_hours_that_never_open_are_told() -> None:
    closed = WorkingTime(CALENDAR, [Hours("Tutup", date(2020, 1, 1), ((),) * 7)])
    with pytest.raises(HoursError, match="Jam kerja kantor kosong"):
        closed.add_minutes(at("2026-03-06 10:30"), 1)


@pytest.mark.parametrize(
    ("text", "spans"),
    [("07.30-12.00, 13.00-16.00", ((450, 720), (780, 960))), ("8:00\u201324:00", ((480, 1440),)), (" ", ())],
)
def test_hours_as_they_are_typed(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert parse_spans(text) == spans
    assert parse_spans(spans_text(spans) if spans else "") == spans


@pytest.mark.parametrize(
    "text", ["7-12", "12.00-07.30", "07.30-12.61", "25.00-26.00", "07.30-12.00, 11.00-13.00", "pagi"]
)
def test_hours_that_cannot_be_meant(text: str) -> None:
    with pytest.raises(HoursError):
        parse_spans(text)


def test_every_random_limit_ends_where_counting_minutes_ends_it() -> None:
    assert oracle.run(by_day(400, 3000)) == []


@pytest.mark.parametrize(
    ("now", "kind", "word"),
    [
        ("2026-02-11 10:00", "wait", "12 jam lagi"),
        ("2026-02-12 14:29", "wait", "1 jam 1 menit lagi"),
        ("2026-02-12 14:30", "warn", "1 jam lagi"),
        ("2026-02-12 15:29", "warn", "1 menit lagi"),
        ("2026-02-12 15:30", "bad", "Lewat 0 menit"),
        ("2026-02-12 15:31", "bad", "Lewat 1 menit"),
        ("2026-02-13 08:00", "bad", "Lewat 1 hari kerja"),
    ],
)
def test_a_limit_of_hours_is_near_from_the_moment_when_its_last_hour_begins(now: str, kind: str, word: str) -> None:
    due = Deadline("account", "working_hours", "2026-02-12T10:30", "2026-02-12T15:30")
    assert deadline_words(due, at(now), OFFICE) == (kind, word)


def test_a_limit_of_seconds_is_always_near_and_one_with_a_range_from_its_least_on() -> None:
    seconds = Deadline("answer", "working_seconds", "2026-02-12T10:30:00", "2026-02-12T15:30:00")
    assert deadline_words(seconds, at("2026-02-12 10:31"), OFFICE)[0] == "warn"
    hours = Deadline("account", "working_hours", "2026-02-12T10:30", "2026-02-12T15:30")
    words = [
        deadline_words(hours, at(f"2026-02-12 {now}"), OFFICE, at("2026-02-12 11:00"))[0] for now in ("10:59", "11:00")
    ]
    assert words == ["wait", "warn"]

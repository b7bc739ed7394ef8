"""The clocks of the procedure: every time standard of the document, the early sign, the escalation in office hours."""

import tomllib
from csv import DictReader
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.casework.desk import limits, tasks
from app.core.procedure.limits import (
    amount_text,
    early_moment,
    parse_time,
    pause_deadline,
    resume_deadline,
    start_deadline,
    tell_times,
)
from app.core.workdays import Calendar, Holiday, WorkingTime, parse_hours
from app.platform.office import service as office
from schema.definitions import SERVICES, definition_text, load_definition
from schema.seed_data import seed_holidays, seed_hours
from tests.services.hotline.desk import HotlineDesk, at_office

PROCEDURE = load_definition(definition_text(SERVICES / "hotline.toml"), "hotline.toml")
CALENDAR = SERVICES.parent / "calendar"

# The table of clause 6.1 and sentence 5.2.3, as printed: row, time, and the same in the words of the program.
STANDARDS = [
    (1, "5'", ["5 menit kerja"], "respon otomatis"),
    (2, "30 detik", ["30 detik"], "informasi sesuai kebutuhan"),
    (3, "10'", ["10 menit kerja"], "Lembar laporan informasi"),
    (4, "30' - 240'", ["30 menit kerja", "240 menit kerja"], "Lembar informasi sesuai kebutuhan"),
    (5, "15'", ["15 menit kerja"], "informasi"),
]


@pytest.mark.parametrize(("no", "printed", "counted", "output"), STANDARDS)
def test_every_time_of_the_table_is_a_clock(no: int, printed: str, counted: list[str], output: str) -> None:
    row = next(known_row for known_row in PROCEDURE.rows if known_row.no == no)
    assert (row.clause, row.time.text if row.time else "", row.output) == ("6.1", printed, output)
    if row.standard_time:
        assert [amount_text(row.standard_time.amount, row.standard_time.unit)] == counted
        return
    ranges = [limit for limit in PROCEDURE.limits if limit.id.startswith("instruction_")]
    assert [(one.clause, [amount_text(n, one.unit) for n in one.range or ()]) for one in ranges] == [
        ("6.1", counted)
    ] * 2


def test_24_hours_of_clause_5_2_3_have_two_readings() -> None:
    (whole,) = [limit for limit in PROCEDURE.limits if limit.id == "whole"]
    said = next(c.text for s in PROCEDURE.sections for c in s.clauses if c.number == "5.2.3")
    assert whole.clause == "5.2.3"
    assert "24 jam pada jam kerja" in said
    assert amount_text(whole.most, whole.unit) == "24 jam kerja"
    assert [amount_text(reading.amount, reading.unit) for reading in whole.readings] == ["1 hari kerja"]


def stands(hotline: HotlineDesk, case_id: int, limit: str, scope: str = "") -> tuple[str, str]:
    one = hotline.deadline(case_id, limit, scope)
    return one.since[5:], one.due[5:]


def test_each_step_runs_its_own_clock_and_stops_it(hotline: HotlineDesk) -> None:
    """Monday 6 April 2026: 07.30-12.00 and 13.00-16.00."""
    hotline.clock.at = at_office("2026-04-06 11.57")
    sms = hotline.message().id
    assert stands(hotline, sms, "step", "arrived") == ("04-06T11:57", "04-06T13:02")
    hotline.clock.at = at_office("2026-04-06 11.59.45")
    call = hotline.call().id
    assert stands(hotline, call, "step", "desk") == ("04-06T11:59:45", "04-06T13:00:15")
    hotline.clock.at = at_office("2026-04-06 13.00.10")
    assert limit_word(hotline, call, "Dicari di desk information") == ("warn", "5 detik lagi")
    hotline.clock.at = at_office("2026-04-06 13.00.17")
    assert limit_word(hotline, call, "Dicari di desk information") == ("bad", "Lewat 2 detik")
    hotline.go(call, "unanswered")
    assert hotline.deadline(call, "step", "desk").stopped == "2026-04-06T13:00:17"
    assert stands(hotline, call, "step", "report") == ("04-06T13:00", "04-06T13:10")
    hotline.go(call, "to_kabag", note="Perlu tanggalnya.")
    assert stands(hotline, call, "instruction_kabag") == ("04-06T13:00", "04-07T08:30")  # 180 minutes, then 60 more
    hotline.go(call, "instructed", "budi", note="14 Agustus.")
    assert stands(hotline, call, "step", "answer") == ("04-06T13:00", "04-06T13:15")
    hotline.go(call, "answered", note="Sudah.")
    assert hotline.deadline(call, "whole").stopped == "2026-04-06T13:00"


def limit_word(hotline: HotlineDesk, case_id: int, label: str) -> tuple[str, str]:
    lines = limits.case_limit_lines(hotline.journal.db, PROCEDURE, case_id, hotline.clock())
    return next((line.state, line.word) for line in lines if line.label == label)


def test_24_working_hours_or_one_day_of_service_as_the_office_reads_it(hotline: HotlineDesk) -> None:
    """Thursday 12 March 2026, 09.42, in Ramadan: 4 h 48 are left, then Friday, Monday 6 h 30 each, then 6 h 12."""
    first = hotline.call().id
    assert hotline.deadline(first, "whole").due == "2026-03-17T14:42"
    office.set_readings(
        hotline.journal,
        hotline.who("ratna"),
        chosen=["hotline/whole/service_day"],
        now=hotline.clock(),
    )
    second = hotline.call(question="Pertanyaan lain?").id
    assert hotline.deadline(second, "whole").due == "2026-03-13"
    assert hotline.deadline(first, "whole").due == "2026-03-17T14:42"  # what runs keeps the reading of its start
    assert limits.changed_limits(hotline.journal.db) == []


def on_desk(hotline: HotlineDesk, by: str) -> set[str]:
    """What this person has on the desk as near or over."""
    db, actor, now = hotline.journal.db, hotline.who(by), hotline.clock()
    early, late = tasks.early_tasks(db, actor, now), tasks.late_tasks(db, actor, now)
    return {"Segera" for _ in early} | {task.detail.partition(":")[0] for task in late}


def test_the_leader_is_warned_at_30_minutes_and_the_next_is_told_after_240_in_office_hours_only(
    hotline: HotlineDesk,
) -> None:
    """Friday 10 April 2026, 07.30-11.30 and 13.00-16.30; Monday from 07.30. 30 minutes from 11.15 are over at 13.15,
    240 on Monday at 07.45; nobody reacts for 60 working minutes: 08.45."""
    hotline.clock.at = at_office("2026-04-10 11.15")
    hotline.reported()
    seen: dict[str, dict[str, set[str]]] = {}
    for moment in (
        "04-10 13.14",
        "04-10 13.15",
        "04-11 09.00",
        "04-13 07.44",
        "04-13 07.45",
        "04-13 08.44",
        "04-13 08.45",
    ):
        hotline.clock.at = at_office(f"2026-{moment}")
        seen[moment] = {name: on_desk(hotline, name) for name in ("budi", "ratna", "camat")}
    nobody, over = set[str](), {"Instruksi Kabag"}
    assert seen["04-10 13.14"] == {"budi": nobody, "ratna": nobody, "camat": nobody}
    assert seen["04-10 13.15"] == {"budi": {"Segera"}, "ratna": nobody, "camat": nobody}
    assert seen["04-11 09.00"] == {"budi": {"Segera"}, "ratna": nobody, "camat": nobody}
    assert seen["04-13 07.44"] == {"budi": {"Segera"}, "ratna": nobody, "camat": nobody}
    assert seen["04-13 07.45"]["budi"] >= over
    assert seen["04-13 07.45"]["camat"] == nobody
    assert seen["04-13 08.44"]["camat"] == nobody
    assert seen["04-13 08.45"]["camat"] == over


OFFICE = WorkingTime(
    Calendar({holiday.date: Holiday(holiday.name) for holiday in seed_holidays()}),
    [parse_hours(hour) for hour in seed_hours()],
)


# -- reckoned a second way: every minute of the year painted from the files, and counted ---------------------------

FIRST, DAYS = date(2026, 1, 1), 365


def painted_year() -> bytearray:
    """One byte for each minute of 2026: whether the office works."""
    with (CALENDAR / "hari-libur-2026.csv").open(encoding="utf-8") as file:
        off = {row["date"] for row in DictReader(file)}
    hours = tomllib.loads((CALENDAR / "jam-kerja.toml").read_text(encoding="utf-8"))["hours"]
    names, year = ("senin", "selasa", "rabu", "kamis", "jumat"), bytearray(DAYS * 1440)
    for n in range(DAYS):
        day = FIRST + timedelta(days=n)
        if day.weekday() > 4 or day.isoformat() in off:
            continue
        ramadan = [hour for hour in hours if "until" in hour and hour["since"] <= day <= hour["until"]]
        held = (ramadan or [hour for hour in hours if "until" not in hour and hour["since"] <= day])[-1]
        for span in held[names[day.weekday()]].split(","):
            first, last = (int(t[:2]) * 60 + int(t[3:5]) for t in span.strip().split("-"))
            year[n * 1440 + first : n * 1440 + last] = b"\x01" * (last - first)
    return year


YEAR = painted_year()


def minute_after(start: int, worked: int) -> datetime:
    """When so many painted minutes after a minute of the year are over."""
    place = start
    while worked:
        worked -= YEAR[place]
        place += 1
    return datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=place)


def next_painted(at: datetime) -> datetime:
    place = int((at - datetime.combine(FIRST, datetime.min.time())).total_seconds()) // 60
    return minute_after(YEAR.index(1, place), 0)


@settings(max_examples=300)
@given(st.integers(0, (DAYS - 25) * 1440 - 1))
def test_30_and_240_minutes_count_in_working_time_only(start: int) -> None:
    """Over office hours, Fridays, Ramadan, holidays and collective leave."""
    limit = next(one for one in PROCEDURE.limits if one.id == "instruction_wadir")
    working = OFFICE
    running = start_deadline(limit.id, limit.most, limit.unit, working, minute_after(start, 0))
    assert parse_time(running.due) == minute_after(start, 240)
    assert early_moment(limit, running, working) == minute_after(start, 30)
    told = tell_times([one for one in limit.tells if not one.early], running.due, working)
    opened = next_painted(minute_after(start, 240))
    later = minute_after(int((opened - datetime.combine(FIRST, datetime.min.time())).total_seconds()) // 60, 60)
    assert told == [opened, next_painted(later)]
    assert all(YEAR[int((at - datetime.combine(FIRST, datetime.min.time())).total_seconds()) // 60] for at in told)


@settings(max_examples=200)
@given(st.integers(0, (DAYS - 25) * 86_400 - 1), st.integers(1, 20_000), st.integers(0, 86_400 * 5))
def test_seconds_are_counted_as_minutes_are_and_a_pause_takes_none(start: int, amount: int, waited: int) -> None:
    """The painted minutes tell the seconds too: what is left of the first minute, whole ones, what is over."""
    at = datetime.combine(FIRST, datetime.min.time()) + timedelta(seconds=start)
    running = start_deadline("step", amount, "working_seconds", OFFICE, at)
    due, left, place = parse_time(running.due), amount, start
    while left:
        until = (place // 60 + 1) * 60
        worked = min(left, until - place) if YEAR[place // 60] else 0
        left, place = left - worked, place + worked if left == worked else until
    assert due == datetime.combine(FIRST, datetime.min.time()) + timedelta(seconds=place)
    assert OFFICE.seconds_between(at, due) == amount
    resumed = at + timedelta(seconds=waited)
    again = resume_deadline(pause_deadline(running, at), OFFICE, resumed)
    assert again.due == start_deadline("step", amount, "working_seconds", OFFICE, resumed).due

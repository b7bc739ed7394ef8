"""Limits of a case beside its promise: in minutes and days, with pauses, told to one after the other."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import compose
from app.casework.desk import moving, opening, pictures, service
from app.casework.desk.limits import changed_limits
from app.casework.desk.opening import Opened
from app.casework.desk.tasks import early_tasks, late_tasks
from app.core.clock import at_office
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.procedure.limits import Deadline
from app.platform.office import service as office
from app.platform.office.deadlines import note_deadline, read_deadlines
from app.platform.office.events import HolidayData
from app.platform.office.service import Week, set_hours
from app.services.ktp.rules import KTP_RULES
from schema.definitions import SERVICES, definition_text
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.desk.conftest import SECRETARY, who
from tests.casework.desk.papers import ALL_ITEMS, RED, application, open_many
from tests.platform.office.adopting import put_in_force
from tests.platform.people import START, Browser, Clock

LIMITS = """
[[limits]]
id = "checked"
label = "Pemeriksaan berkas"
amount = 120
unit = "working_minutes"
starts_on = ["validate.@entered"]
stops_on = ["validate.complete", "validate.returned"]
tells = [{ roles = ["kasi"] }, { roles = ["camat"], after = 60, unit = "working_minutes" }]

[[limits]]
id = "sent"
label = "Pengiriman berkas"
range = [1, 2]
unit = "working_days"
starts_on = ["validate.complete"]
stops_on = ["dispatch.sent"]
pauses = ["device_broken"]
"""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def journal(journal: Journal) -> Journal:
    """The office of these tests with a revision that knows two limits beside the promise."""
    text = definition_text(SERVICES / "ktp-el.toml").replace('revision = "01"', 'revision = "02"') + LIMITS
    put_in_force(journal, text, on=date(2026, 1, 2))
    office.change_setting(journal, SECRETARY, key="pauses.enabled", value=["device_broken", "blanks_out"], now=START)
    return journal


@pytest.fixture
def timed(journal: Journal) -> Journal:
    """A third revision: the check has a standard time, and the promise is told to the Kasi, then to the Camat."""
    text = definition_text(SERVICES / "ktp-el.toml").replace('revision = "01"', 'revision = "03"')
    text = text.replace(
        'id = "validate"\n', 'id = "validate"\nstandard_time = { amount = 90, unit = "working_minutes" }\n'
    )
    text = text.replace(
        "from_age = 17\n",
        'from_age = 17\ntells = [{ roles = ["kasi"] }, { roles = ["camat"], after = 2, unit = "working_days" }]\n',
    )
    put_in_force(journal, text, on=date(2026, 1, 3))
    return journal


def open_one(journal: Journal, actor: Actor, now: datetime) -> Opened:
    return opening.open_case(
        journal,
        actor,
        opening.Application(service="ktp-el", raw=application(), ticked=dict.fromkeys(ALL_ITEMS, "")),
        now=now,
        rules=KTP_RULES,
    )


def test_the_standard_time_of_a_step_is_a_limit_of_the_case(timed: Journal, sari: Actor) -> None:
    case = open_one(timed, sari, START)
    step = read_deadlines(timed.db, f"case/{case.id}")["step", "validate"]
    assert (step.unit, step.since, step.due) == ("working_minutes", "2026-03-12T09:42", "2026-03-12T11:12")
    complete(timed, sari, case, START + 30 * MINUTE)
    assert read_deadlines(timed.db, f"case/{case.id}")["step", "validate"].stopped == "2026-03-12T10:12"


def test_the_promise_is_told_to_one_after_the_other_where_the_file_says_it(timed: Journal, sari: Actor) -> None:
    case = open_one(timed, sari, START)
    complete(timed, sari, case, START)
    # Due on Tuesday 7 April: over with Wednesday morning, and two working days later the Camat is told.
    assert told(timed, "budi", at_office(date(2026, 4, 7), 15)) == []
    assert told(timed, "budi", at_office(date(2026, 4, 8), 7)) == []
    assert len(told(timed, "budi", at_office(date(2026, 4, 8), 7, 30))) == 1
    assert told(timed, "camat", at_office(date(2026, 4, 9), 15)) == []
    assert len(told(timed, "camat", at_office(date(2026, 4, 10), 7, 30))) == 1


def deadline_of(journal: Journal, case: Opened, limit: str) -> Deadline:
    return read_deadlines(journal.db, f"case/{case.id}")[limit, ""]


def complete(journal: Journal, actor: Actor, case: Opened, now: datetime) -> None:
    states = dict.fromkeys(ALL_ITEMS, ("present", ""))
    service.check_case(journal, actor, case_id=case.id, states=states, seen=RED, outcome="complete", now=now)


def told(journal: Journal, username: str, now: datetime) -> list[str]:
    return [task.detail for task in late_tasks(journal.db, who(journal, username), now)]


def test_a_limit_in_minutes_starts_and_stops_on_its_moments(journal: Journal, sari: Actor, opened: Opened) -> None:
    assert deadline_of(journal, opened, "checked") == Deadline(
        "checked", "working_minutes", "2026-03-12T09:42", "2026-03-12T11:42"
    )
    complete(journal, sari, opened, START + 200 * MINUTE)
    held = read_deadlines(journal.db, f"case/{opened.id}")
    assert held["checked", ""].stopped == "2026-03-12T13:02"
    assert held["sent", ""] == Deadline("sent", "working_days", "2026-03-12", "2026-03-16")
    assert (held["promise", ""].due, held["promise", ""].stopped) == ("2026-04-07", "")


def test_who_is_told_and_who_next_in_office_hours_only(journal: Journal, opened: Opened) -> None:
    # Over at 11.42. The Camat comes after 60 more working minutes: 18 until noon, 42 after the break of half an hour.
    assert told(journal, "budi", START + 119 * MINUTE) == []
    assert told(journal, "budi", START + 120 * MINUTE) == [
        "Pemeriksaan berkas: 120 menit kerja sudah lewat sejak Kam 12 Mar 11.42."
    ]
    assert told(journal, "camat", START + 209 * MINUTE) == []
    assert len(told(journal, "camat", START + 210 * MINUTE)) == 1
    assert told(journal, "sari", START + 210 * MINUTE) == []


def test_whoever_reacts_keeps_the_next_one_from_being_told(journal: Journal, budi: Actor, opened: Opened) -> None:
    subject = f"case/{opened.id}"
    with pytest.raises(Problem, match="tidak sedang lewat"):
        note_deadline(journal, budi, subject=subject, limit="checked", scope="", note="Dicek", now=START)
    note_deadline(
        journal, budi, subject=subject, limit="checked", scope="", note="Sedang dicek", now=START + 130 * MINUTE
    )
    assert len(told(journal, "budi", START + 210 * MINUTE)) == 1
    assert told(journal, "camat", START + 219 * MINUTE) == []
    assert len(told(journal, "camat", START + 220 * MINUTE)) == 1


def test_a_limit_that_ends_with_the_day_is_told_next_morning(journal: Journal, sari: Actor) -> None:
    late = START + (4 * 60 + 18) * MINUTE  # 14.00: an hour of the day is left, the other one is on Friday
    case = open_one(journal, sari, late)
    assert deadline_of(journal, case, "checked").due == "2026-03-13T09:00"


def test_a_pause_stops_only_the_limits_that_honour_its_reason(
    journal: Journal, sari: Actor, budi: Actor, opened: Opened
) -> None:
    complete(journal, sari, opened, START)
    service.pause_case(journal, budi, case_id=opened.id, reason="blanks_out", text="", now=START)
    assert deadline_of(journal, opened, "promise").paused == "2026-03-12"
    assert deadline_of(journal, opened, "sent").paused == ""
    service.resume_case(journal, budi, case_id=opened.id, now=START + timedelta(days=1))
    assert deadline_of(journal, opened, "promise").paused == ""
    service.pause_case(journal, budi, case_id=opened.id, reason="device_broken", text="", now=START + timedelta(days=1))
    assert deadline_of(journal, opened, "sent").paused == "2026-03-13"
    assert told(journal, "budi", START + timedelta(days=5)) == []
    service.resume_case(journal, budi, case_id=opened.id, now=START + timedelta(days=5))  # Tuesday 17 March
    after = deadline_of(journal, opened, "sent")
    # Two days were left on Friday: Tuesday is one, Wednesday to Tuesday are days off, Wednesday the 25th is the other.
    assert (after.due, after.paused, after.pauses) == ("2026-03-25", "", [("2026-03-13", "2026-03-17")])


def test_a_case_that_is_closed_ends_its_limits(journal: Journal, budi: Actor, opened: Opened) -> None:
    moving.leave_case(journal, budi, case_id=opened.id, exit_id="withdrawn", reason="Batal", now=START + 5 * MINUTE)
    ended = deadline_of(journal, opened, "checked")
    assert (ended.stopped, ended.void, ended.runs) == ("", True, False)
    assert told(journal, "budi", START + timedelta(days=2)) == []


def test_the_journal_makes_the_same_deadlines_again(
    journal: Journal, sari: Actor, budi: Actor, opened: Opened, tmp_path: Path
) -> None:
    complete(journal, sari, opened, START)
    service.pause_case(journal, budi, case_id=opened.id, reason="device_broken", text="", now=START)
    service.resume_case(journal, budi, case_id=opened.id, now=START + timedelta(days=1))
    whole = compose.journal("office", journal.db)
    assert verify_side(whole, "office", tmp_path / "scratch.sqlite3").faults == []


def test_the_list_of_what_is_due_shows_every_limit_and_takes_a_reaction(
    journal: Journal, web: Flask, clock: Clock, opened: Opened
) -> None:
    budi = Browser(web, "budi")
    page = budi.get("/jatuh-tempo").text
    assert "Pemeriksaan berkas" in page
    assert "2 jam lagi" in page
    assert "Simpan catatan" not in page
    clock.at = START + 155 * MINUTE
    budi = Browser(web, "budi")
    page = budi.get("/jatuh-tempo").text
    assert "Lewat 18 menit" in page  # 11.42 to 12.17: the break began at noon
    clock.at = START + timedelta(days=4)
    assert "Lewat 2 hari kerja" in Browser(web, "budi").get("/jatuh-tempo").text  # Thursday to Monday
    clock.at = START + 155 * MINUTE
    budi = Browser(web, "budi")
    over = budi.get("/jatuh-tempo?keadaan=lewat").text
    assert over.count("<tr") == 2, "the head and the one limit that was told to him"
    assert "Pemeriksaan berkas" in over
    assert "Janji yang belum ditepati" not in over
    assert "Tidak ada lagi" in Browser(web, "sari").get("/jatuh-tempo?keadaan=lewat").text, "it was not told to her"
    typed = {"subject": f"case/{opened.id}", "limit": "checked", "scope": "", "note": "Menunggu pemohon"}
    assert budi.post("/jatuh-tempo/catatan", typed | {"note": ""}).status_code == 422
    assert budi.post("/jatuh-tempo/catatan", typed | {"limit": "lain"}).status_code in (409, 422)
    assert "Simpan catatan" in page
    sari = Browser(web, "sari")
    assert "Simpan catatan" not in sari.get("/jatuh-tempo").text
    assert sari.post("/jatuh-tempo/catatan", typed).status_code == 403
    assert budi.post("/jatuh-tempo/catatan", typed).status_code == 303
    assert "Menunggu pemohon" in budi.get("/jatuh-tempo").text
    case = budi.get(f"/berkas/{opened.id}").text
    assert "Pemeriksaan berkas: Kamis, 12 Maret 2026 pukul 11.42" in case


def test_a_changed_calendar_asks_for_limits_too_and_never_for_closed_cases(
    journal: Journal, sari: Actor, budi: Actor, opened: Opened
) -> None:
    complete(journal, sari, opened, START)
    moving.leave_case(journal, budi, case_id=opened.id, exit_id="withdrawn", reason="Batal", now=START)
    running = open_one(journal, sari, START)
    complete(journal, sari, running, START)
    assert changed_limits(journal.db) == []
    day = HolidayData("2026-03-16", "Hari jadi", "lokal", "SE", "kantor")
    office.set_holidays(journal, SECRETARY, days=[day], removed=[], reason="SE", now=START)
    [change] = changed_limits(journal.db)
    assert (change.label, change.before, change.after) == ("Pengiriman berkas", "Sen 16 Mar", "Sel 17 Mar")
    assert deadline_of(journal, running, "sent").due == "2026-03-16"
    change.move(journal, SECRETARY, "Hari jadi", START)
    assert deadline_of(journal, running, "sent").due == "2026-03-17"
    assert deadline_of(journal, opened, "sent").due == "2026-03-16"
    assert changed_limits(journal.db) == []


def test_new_office_hours_leave_what_runs_and_ask(journal: Journal, opened: Opened) -> None:
    week = Week(kamis="08.00-10.00", jumat="08.00-10.00")
    set_hours(
        journal, SECRETARY, name="Pendek", since=START.date(), until=START.date(), week=week, basis="SE", now=START
    )
    assert deadline_of(journal, opened, "checked").due == "2026-03-12T11:42"
    [change] = changed_limits(journal.db)
    # 18 minutes until ten, the other 102 on Friday from eight o'clock of Ramadan on.
    assert (change.before, change.after) == ("Kam 12 Mar 11.42", "Jum 13 Mar 09.42")


def test_a_limit_of_what_came_yesterday_began_yesterday(timed: Journal, sari: Actor) -> None:
    """Written down on Thursday with the reason of a power cut: ninety minutes of Wednesday from the same hour."""
    made = opening.open_case(
        timed,
        sari,
        opening.Application(
            service="ktp-el",
            raw=application(),
            ticked=dict.fromkeys(ALL_ITEMS, ""),
            received_on=date(2026, 3, 11),
            late_reason="Listrik padam",
        ),
        now=START,
        rules=KTP_RULES,
    )
    step = read_deadlines(timed.db, f"case/{made.id}")["step", "validate"]
    assert (step.since, step.due) == ("2026-03-11T09:42", "2026-03-11T11:12")


def test_a_picture_counts_a_limit_as_kept_to_its_last_minute_and_its_list_shows_these(
    journal: Journal, sari: Actor, opened: Opened, as_budi: Browser
) -> None:
    """Two hours from 09.42; the first check took exactly so long, the second a minute more, the third runs."""
    complete(journal, sari, opened, START + 120 * MINUTE)
    late, running = (open_many(journal, sari, 1, first=first)[0] for first in (1, 2))
    everything = dict.fromkeys(ALL_ITEMS, ("present", ""))
    service.check_case(
        journal, sari, case_id=late.id, states=everything, seen={}, outcome="returned", note="Buram",
        now=START + 121 * MINUTE,
    )  # fmt: skip
    assert running.id == 3
    for since, counts in ((START.date(), [(1, 1)]), (START.date() + timedelta(days=1), [])):
        marks = pictures.case_limits(journal.db, since, pictures.Scope(("ktp-el",)), "cases.list_cases")
        assert [(one.met.count, one.missed.count) for one in marks] == counts
        assert [one.ended for one in marks] == [2 for _ in counts]
    assert pictures.case_limits(journal.db, START.date(), pictures.Scope(("ktm",)), "x") == []
    [checked] = pictures.case_limits(journal.db, START.date(), pictures.Scope(("ktp-el",)), "cases.list_cases")
    assert checked.label == "KTP-el: Pemeriksaan berkas"
    assert (checked.met.words, checked.missed.words) == ("1 dalam batas", "1 terlambat")
    where = {"layanan": "ktp-el", "sejak": "2026-03-12", "batas": "checked"}
    assert (checked.met.values, checked.missed.values) == (where | {"dalam": "1"}, where | {"dalam": "0"})
    for kept, case, words in (("1", opened.id, "dalam batas"), ("0", late.id, "terlambat")):
        page = as_budi.get("/berkas", query_string=where | {"dalam": kept}).text.split("<main")[1]
        assert set(re.findall(r'href="/berkas/(\d+)"', page)) == {str(case)}
        assert f"masuk sejak 12 Mar 2026 dan {words}: Pemeriksaan berkas" in page


def test_a_range_is_told_early_when_its_least_is_over(journal: Journal, sari: Actor) -> None:
    """One to two working days from Thursday's check: on Monday the first is over."""
    revised = definition_text(SERVICES / "ktp-el.toml").replace('revision = "01"', 'revision = "04"')
    tells = 'range = [1, 2]\ntells = [{ roles = ["kasi"], early = true }]'
    put_in_force(journal, revised + LIMITS.replace("range = [1, 2]", tells), on=date(2026, 1, 4))
    case = open_one(journal, sari, START)
    complete(journal, sari, case, START)
    budi, camat = who(journal, "budi"), who(journal, "camat")
    due = deadline_of(journal, case, "sent").due
    assert due == "2026-03-16"
    assert early_tasks(journal.db, budi, at_office(date(2026, 3, 16), 7, 59)) == [], "Ramadan begins at eight"
    [task] = early_tasks(journal.db, budi, at_office(date(2026, 3, 16), 8))
    assert (task.tab, task.case_id, task.word, task.state) == ("Segera", case.id, "Segera", "warn")
    assert task.detail == "Pengiriman berkas: 1 hari kerja sudah berjalan. Paling lambat Sen 16 Mar."
    assert early_tasks(journal.db, camat, at_office(date(2026, 3, 16), 8)) == []

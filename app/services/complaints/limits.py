"""Sections and time limits: office data, seeded once, changed by the Camat or the Sekretaris; due dates of lines."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Annotated, NamedTuple

import msgspec
from msgspec.structs import replace

from app.core.asked import Amount, Choice, Offered, Text
from app.core.clock import office_date
from app.core.dates import relative_due, short_day, stored_date
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import SENTENCES, Problem, check_found
from app.core.procedure.deadline import counting_calendar
from app.core.procedure.limits import (
    Deadline,
    amount_text,
    day_words,
    due_short,
    due_text,
    due_today,
    is_over,
    moved_due,
    parse_time,
    tell_times,
)
from app.core.text import required_text
from app.core.workdays import Calendar, Day, wall_time
from app.platform.office import queries as office
from app.platform.office.deadlines import reaction_to, read_deadlines, running_deadlines
from app.platform.office.queries import DueChange, working_time
from app.platform.people.queries import list_people, profile_of
from app.room import office_command
from app.services.complaints.events import ColumnWritten, LimitSet, LineDueMoved, SectionSet
from app.services.complaints.tables import Complaint, ComplaintLimit, ComplaintPause, SectionRow
from app.services.complaints.words import CATEGORIES, CHANNELS, DUTIES, LIMITS, OF_OLD, UNDONE
from schema.database import Database, cached_until_next_entry
from schema.service_standard import Notice, Unit
from sync.entries import parse_utc_text
from sync.journal import Journal

DAYS = "Isi 1 sampai 365 hari."
UNITS = {"working_days": "hari kerja", "calendar_days": "hari kalender"}
OTHER_SERVICE = "Layanan lain"
OUTSIDE_AREA = "outside"
"""The area of a complainant who lives in no village of this kecamatan; an empty one was not told."""


def seed_office(journal: Journal, now: datetime) -> None:
    with journal.transaction():
        if SectionRow.first(journal.db) is not None:
            return
        for code, section in profile_of(journal.db).sections.items():
            journal.record(SectionSet(code, section.name, ""), subject=f"section/{code}", actor=SYSTEM.username, at=now)
        for name, limit in LIMITS.items():
            journal.record(LimitSet(name, *limit[:4]), subject=f"limit/{name}", actor=SYSTEM.username, at=now)


@office_command("office.settings")
def set_section(
    journal: Journal,
    actor: Actor,
    *,
    code: Annotated[str, Text("Kode", "Isi kode, misalnya trantib.", most=20)],
    name: Annotated[str, Text("Nama seksi", "Isi nama seksi.", most=80)],
    head: Annotated[str, Offered("Kepala seksi")],
    now: datetime,
    active: bool = True,
) -> None:
    """Enter or change a section and its head (user name, may be empty), or retire it (`active` off).

    Raises Problem: one with open lines and the last one in use are not retired.
    """
    if not code.isidentifier():
        raise Problem.of("invalid", {"code": "Kode hanya huruf tanpa spasi, misalnya trantib."})
    before = find_section(journal.db, code)
    is_kept = before is not None and head == before.head
    if head and not is_kept and head not in possible_heads(journal.db):
        raise Problem.of("invalid", {"head": SENTENCES["choose_from_list"]})
    if not active and (why := why_not_retired(journal.db, code)):
        raise Problem.of("conflict", why=why)
    body = SectionSet(code, name, head, active)
    journal.record(body, subject=f"section/{code}", actor=actor.username, at=now)


def possible_heads(db: Database) -> dict[str, str]:
    """User name → name of whoever may head a section: who holds the post of a head."""
    role = profile_of(db).section_head
    able = [person for person in list_people(db, active=True) if role in person.roles]
    return {str(person.username): str(person.name) for person in able}


def why_not_retired(db: Database, code: str) -> str:
    """Why a section cannot be given up now; empty where it can."""
    running = len(Complaint.rows(db, section=code, state=("open", "followed", "answered"), aside=0))
    if running:
        held = f"Seksi ini masih punya {running} pengaduan yang berjalan."
        return f"{held} Selesaikan atau teruskan dulu ke seksi lain."
    if all(section.code == code for section in list_sections(db)):
        return "Ini seksi terakhir. Tambahkan seksi lain dulu, baru nonaktifkan yang ini."
    return ""


@office_command("complaint.limits")
def set_limit(
    journal: Journal,
    actor: Actor,
    *,
    name: str,
    days: Annotated[int, Amount("Hari", "Isi banyaknya hari.", least=1, most=365, outside=DAYS)],
    unit: Annotated[str, Choice("Satuan", SENTENCES["choose"], choices=UNITS)],
    source: Annotated[str, Text("Dasar", "Tulis dasarnya.", most=200)],
    now: datetime,
) -> None:
    known = check_found(office_limits(journal.db).get(name), "Batas waktu itu")
    body = LimitSet(name, known.label, days, unit, source)
    journal.record(body, subject=f"limit/{name}", actor=actor.username, at=now)


def list_sections(db: Database, *, active: bool = True) -> list[SectionRow]:
    return SectionRow.rows(db, active=int(active), order="code")


def sections_in_use(db: Database) -> dict[str, str]:
    return {row.code: row.name for row in list_sections(db)}


def section_of_category(db: Database, category: str) -> str:
    """The section that a category suggests, else the first one of the office. Raises Problem without sections."""
    wanted = CATEGORIES[category].section
    codes = [*sections_in_use(db)]
    if not codes:
        raise Problem.of("conflict", why="Seksi belum diatur. Minta administrator mengisinya di Pengaturan.")
    return wanted if wanted in codes else codes[0]


def find_section(db: Database, code: str) -> SectionRow | None:
    return SectionRow.first(db, code=code)


def all_limits(db: Database) -> dict[str, ComplaintLimit]:
    """The limits by name, in the order in which they are told everywhere."""
    known = {row.name: row for row in ComplaintLimit.rows(db)}
    return {name: known[name] for name in LIMITS if name in known}


def limit_calendar(known: Mapping[str, ComplaintLimit], name: str, calendar: Calendar) -> Calendar:
    """The calendar that counts in the unit of a limit; working days where the limit is not known any more."""
    limit = known.get(name)
    if limit:
        return counting_calendar(limit.unit, calendar)
    return calendar


MOST_LATE = 15
"""Working days after a limit that its calendar shows."""


class OfficeLimit(NamedTuple):
    """A limit as the settings show it, set by this office or the one with which every office begins."""

    name: str
    label: str
    days: int
    unit: str
    source: str


def office_limits(db: Database) -> dict[str, OfficeLimit]:
    """All that the office may set: the limits of a line, then of recap and LTPP."""
    rows = {
        row.name: OfficeLimit(row.name, row.label, row.days, row.unit, row.source.partition(OF_OLD)[0])
        for row in ComplaintLimit.rows(db)
    }
    begun = {name: OfficeLimit(name, *limit[:4]) for name, limit in DUTIES.items()}
    return {name: (begun | rows)[name] for name in (*LIMITS, *DUTIES) if name in begun | rows}


def service_names(db: Database, on: date) -> dict[str, str]:
    """What a line may be about: services in force by id (the recap counts by it), then another one."""
    return {service.id: service.short_name for service in office.services_in_force(db, on)} | {
        OTHER_SERVICE: OTHER_SERVICE
    }


@cached_until_next_entry
def area_names(db: Database) -> Mapping[str, str]:
    """Where a complainant lives, as forms offer it: the office's villages, then outside of them (code → name).

    An office of no villages asks nobody where he lives."""
    villages = office.village_names(db)
    if not villages:
        return MappingProxyType({})
    return MappingProxyType({**villages, OUTSIDE_AREA: office.OUTSIDE})


@cached_until_next_entry
def channel_names(db: Database) -> Mapping[str, str]:
    """By which ways a line may reach this office: the hotline only where it ever ran one."""
    services = {standard.service for standard in office.list_standards(db)}
    known = {key: word for key, word in CHANNELS.items() if key != "hotline" or "hotline" in services}
    return MappingProxyType(known)


@cached_until_next_entry
def section_names(db: Database) -> Mapping[str, str]:
    """Code → name of the sections in use, then of the retired ones: old lines still name them."""
    return MappingProxyType({row.code: row.name for row in SectionRow.rows(db, order="active DESC, code")})


# -- due dates -----------------------------------------------------------------------------------------------------


class Due(NamedTuple):
    on: str
    unit: Unit


def limit_of(db: Database, name: str) -> tuple[int, Unit]:
    row = ComplaintLimit.first(db, name=name) or (LIMITS | DUTIES)[name]
    return row.days, row.unit


def due_from(db: Database, name: str, start: date) -> Due:
    """The last day of a limit that starts on a date (the start day is not counted), and what was counted."""
    days, unit = limit_of(db, name)
    return Due(due_text(days, unit, working_time(db), start.isoformat()), unit)


def posts_told(db: Database, tells: Sequence[Notice], due: str, noted_at: str, now: datetime) -> set[str]:
    """The posts of the profile that have been told of a limit by now: each in its turn while nobody reacts, in office
    hours only."""
    times = tell_times(tells, due, working_time(db), noted_at)
    return {post for tell, at in zip(tells, times, strict=True) if at <= wall_time(now) for post in tell.roles}


class Told(NamedTuple):
    """What a person knows of a duty of the office: whether he was told that it is over, and the last reaction."""

    told: bool
    note: str


def told_of_duty(db: Database, actor: Actor, subject: str, deadline: Deadline, now: datetime) -> Told:
    """Of a limit of recap or LTPP (`DUTIES`; what has its own date tells as they do)."""
    noted_at, note = reaction_to(db, subject, deadline)
    if deadline.limit in DUTIES:
        tells = DUTIES[deadline.limit].tells
    else:
        tells = UNDONE
    if is_over(deadline, wall_time(now)):
        posts = posts_told(db, tells, deadline.due, noted_at, now)
    else:
        posts = set()
    return Told(any(getattr(actor.profile, post) in actor.roles for post in posts), note)


def unit_of_line(db: Database, line: Complaint) -> Unit:
    """In what the limit of a line is counted; lines of before step 0014 do not say it."""
    return line.unit or limit_of(db, line.handling)[1]


def settlement_start(db: Database, line: Complaint) -> date:
    """The day from which the settlement of a line is counted: its last reopening, else its receipt."""
    row = db.one(
        "SELECT max(until_at) FROM complaint_past WHERE complaint_id = ? AND closed_on IS NOT NULL",
        (line.id,),
    )
    if row and row[0]:
        return office_date(parse_utc_text(row[0]))
    return date.fromisoformat(line.received_on)


def due_after_pause(db: Database, line: Complaint, began: str, ends: date) -> date:
    start = settlement_start(db, line).isoformat()
    unit = unit_of_line(db, line)
    return date.fromisoformat(moved_due(unit, working_time(db), start, line.settle_due_on, began, ends.isoformat()))


def due_when_handled(db: Database, line: Complaint, handling: str) -> Due:
    """The due date under a way of handling: from receipt or reopening, moved by the pauses that have ended since."""
    if handling == line.handling:
        return Due(line.settle_due_on, unit_of_line(db, line))
    days, unit = limit_of(db, handling)
    return Due(settlement_due(db, line, days, unit), unit)


def settlement_due(db: Database, line: Complaint, days: int, unit: Unit) -> str:
    rows = ComplaintPause.rows(db, complaint_id=line.id, order="id")
    ended = [(row.from_on, row.to_on) for row in rows if row.to_on is not None]
    deadline = Deadline("settlement", unit, settlement_start(db, line).isoformat(), "", pauses=ended)
    return due_today(deadline, days, working_time(db))


# -- a changed calendar --------------------------------------------------------------------------------------------


DATES = {"first_answer": "Jawaban pertama", "settlement": "Penyelesaian"}
DATED = (
    "SELECT j.id, coalesce(b.body, r.body) FROM journal j LEFT JOIN journal_body b ON b.id = j.id LEFT JOIN"
    " journal_redaction r ON r.id = j.id WHERE j.subject = ? AND j.kind IN ('complaint.written', 'complaint.classed',"
    " 'complaint.reopened') ORDER BY j.id"
)
LIMIT_BEFORE = (
    "SELECT b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE j.subject = ? AND j.id < ? ORDER BY j.id"
    " DESC LIMIT 1"
)


class Handled(msgspec.Struct):
    handling: str = ""


def limit_behind(db: Database, line: Complaint, limit_id: str) -> tuple[int, Unit]:
    """Amount and unit by which a date of a line was reckoned: the limit as it was when the line was written, handled
    otherwise or reopened. The journal knows it; the table of limits says what holds for later lines."""
    entry = 0
    handling = ""
    for entry_id, body in db.run(DATED, (f"complaint/{line.id}",)):
        said = msgspec.json.decode(body, type=Handled).handling
        if not entry or (limit_id == "settlement" and said != handling):
            entry = int(entry_id)
        handling = said or handling
    if limit_id == "first_answer":
        name = "first_answer"
    else:
        name = line.handling
    row = db.one(LIMIT_BEFORE, (f"limit/{name}", entry))
    if row is None:
        return limit_of(db, name)
    limit = msgspec.json.decode(row[0], type=LimitSet)
    return limit.days, limit.unit  # type: ignore[return-value]  # the body says `str`


def changed_lines(db: Database) -> list[DueChange]:
    """Dates of running lines that the present calendar would set otherwise; one whose clock stands still is not asked:
    it is reckoned anew when the clock runs again."""
    changes = []
    working = working_time(db)
    for line_id, deadline, _ in running_deadlines(db, "complaint"):
        line = Complaint.first(db, id=line_id)
        if line is None or deadline.paused:
            continue
        days, unit = limit_behind(db, line, deadline.limit)
        if deadline.limit == "first_answer":
            due = due_text(days, unit, working, line.received_on)
        else:
            due = settlement_due(db, line, days, line.unit or unit)
        if due != deadline.due:
            changes.append(
                DueChange(
                    number=f"Pengaduan {line.number}",
                    promised=parse_time(deadline.due).date(),
                    endpoint="complaints.show_line",
                    values={"complaint_id": line_id},
                    label=DATES[deadline.limit],
                    before=due_short(deadline.due),
                    after=due_short(due),
                    key=f"complaint/{line_id}/{deadline.limit}",
                    move=partial(move_line_due, line_id, deadline.limit, deadline.due, due),
                )
            )
    return changes


def move_line_due(
    line_id: int, limit_id: str, before: str, due: str, journal: Journal, actor: Actor, reason: str, now: datetime
) -> None:
    """Take over the date that the changed calendar gives to a running line, and note it beside the line. Raises
    Problem."""
    require(actor, "office.settings")
    why = required_text(reason, "reason", SENTENCES["reason"], 300)
    subject = f"complaint/{line_id}"
    with journal.transaction():
        held = read_deadlines(journal.db, subject).get((limit_id, ""))
        if held is None or not held.runs or held.paused or held.due != before:
            raise Problem.of("conflict", why="Batas baris ini sudah berubah. Muat ulang halaman.")
        note = f"Batas {DATES[limit_id].lower()} dipindah dari {due_short(before)} ke {due_short(due)}: {why}"
        today = office_date(now).isoformat()
        column = journal.next_id("complaint_column")
        for body in (
            LineDueMoved(line_id, limit_id, before, due, why),
            ColumnWritten(column, line_id, "note", note, today),
        ):
            journal.record(body, subject=subject, actor=actor.username, at=now)


# -- clocks on the page --------------------------------------------------------------------------------------------


class Clock(msgspec.Struct, frozen=True):
    """One clock: `kind` is a state class, `word` and `under` its words; `days` explain a due date in working days."""

    title: str
    due_on: date
    done_on: date | None
    kind: str
    word: str
    under: str
    source: str
    days: Sequence[Day] = msgspec.field(default=())


def day_month(on: date) -> str:
    """`12 Mar`, where the year stands above."""
    return short_day(on).partition(" ")[2]


def line_clocks(db: Database, line: Complaint, today: date, paused: bool) -> list[Clock]:
    """First answer and settlement of a line; settlement alone where nobody can be answered."""
    known = all_limits(db)
    start = date.fromisoformat(line.received_on)
    calendar = office.office_calendar(db)
    found = []
    for title, name, due_on_text, done in (
        ("Jawaban pertama", "first_answer", line.first_due_on, line.first_answer_on),
        ("Penyelesaian", line.handling, line.settle_due_on, line.closed_on),
    ):
        if due_on_text is None:
            continue
        due_on = date.fromisoformat(due_on_text)
        done_on = stored_date(done)
        counted = limit_calendar(known, name, calendar)
        limit = known.get(name)
        kind, word = day_words(due_on, done_on, today, counted, paused and name != "first_answer")
        under = "batas"
        source = ""
        if limit:
            under = f"batas {amount_text(limit.days, limit.unit)}"
            source = limit.source.partition(OF_OLD)[0]
        days: list[Day] = []
        if limit is None or limit.unit == "working_days":
            days = calendar.explain(start, max(0, calendar.workdays_between(start, due_on)))
        if days and kind == "bad":
            days += days_since(calendar, due_on, today)
        found.append(Clock(title, due_on, done_on, kind, word, under, source, days))
    return found


def days_since(calendar: Calendar, due_on: date, today: date) -> list[Day]:
    """The days after a limit that is over: each that counts is late."""
    late = min(calendar.workdays_between(due_on, today), MOST_LATE)
    days = []
    for day in calendar.explain(due_on, late)[1:]:
        if day.number:
            days.append(replace(day, number=None, reason="lewat", kind="late"))
        else:
            days.append(day)
    return days


def row_word(
    row: Complaint, today: date, calendar: Calendar, known: Mapping[str, ComplaintLimit]
) -> tuple[str, str, str]:
    """(state class, word, line below) of a line in the register; `known` are all limits."""
    if row.aside:
        return "idle", "Disisihkan", "bukan pengaduan"
    closed = stored_date(row.closed_on)
    first = stored_date(row.first_answer_on)
    received = date.fromisoformat(row.received_on)
    first_due = stored_date(row.first_due_on)
    settle = date.fromisoformat(row.settle_due_on)
    if closed is not None:
        took = calendar.workdays_between(received, closed)
        state = "good" if closed <= settle else "warn"
        return state, f"Selesai {day_month(closed)}", f"{took} hari kerja"
    if first is None and first_due is not None:
        kind, word = day_words(first_due, None, today, limit_calendar(known, "first_answer", calendar))
        if first_due < today:
            return kind, "Belum dijawab", f"batas {short_day(first_due)}, {word.lower()}"
        return kind, f"Jawab s.d. {day_month(first_due)}", word
    if row.paused:
        return "idle", "Dijeda", f"batas {short_day(settle)} bergeser"
    if settle < today:
        return (
            "bad",
            relative_due(settle, today, limit_calendar(known, row.handling, calendar)),
            f"batas {short_day(settle)}",
        )
    return "wait", "Berjalan", f"selesai s.d. {short_day(settle)}"

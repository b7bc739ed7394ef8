"""Sections and time limits: office data, seeded once, changed by the Camat or the Sekretaris."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from app.complaints.events import LimitSet, SectionSet
from app.complaints.tables import Complaint, ComplaintLimit, ComplaintPause, SectionRow
from app.complaints.words import LIMITS
from app.core.clock import office_date
from app.core.dates import relative_workdays, short_date, short_day
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import Problem
from app.core.workdays import Calendar, Day
from app.office import queries as office
from app.people.queries import profile_of
from app.procedure.deadline import Pause, counting_calendar
from app.procedure.deadline import due_after_pause as deadline_due_after_pause
from schema.database import Database
from schema.query_cache import cached_until_next_entry
from sync.entries import parse_utc_text
from sync.journal import Journal

OTHER_SERVICE = "Layanan lain"
OUTSIDE_AREA = "outside"
"""The area of a complainant who lives in no village of this kecamatan; an empty one was not told."""


def seed_office(journal: Journal, now: datetime) -> None:
    with journal.transaction():
        if SectionRow.first(journal.db) is not None:
            return
        for code, one in profile_of(journal.db).sections.items():
            journal.record(SectionSet(code, one.name, ""), subject=f"section/{code}", actor=SYSTEM.username, at=now)
        for name, limit in LIMITS.items():
            journal.record(LimitSet(name, *limit), subject=f"limit/{name}", actor=SYSTEM.username, at=now)


def set_section(
    journal: Journal, actor: Actor, *, code: str, name: str, head: str, now: datetime, active: bool = True
) -> None:
    """Enter or change a section and its head (user name, may be empty), or retire it (`active` off).

    Raises Problem: one with open lines and the last one in use are not retired.
    """
    require(actor, "office.settings")
    if not code.isidentifier() or not name.strip() or len(name) > 80:
        raise Problem.of("invalid", {"name": "Isi kode (huruf tanpa spasi) dan nama seksi."})
    if head and journal.db.one("SELECT 1 FROM person WHERE username = ?", (head,)) is None:
        raise Problem.of("invalid", {"head": "Kepala seksi tidak dikenal."})
    with journal.transaction():
        if not active:
            refuse_retiring(journal.db, code)
        journal.record(
            SectionSet(code, name.strip(), head, active),
            subject=f"section/{code}",
            actor=actor.username,
            at=now,
        )


def refuse_retiring(db: Database, code: str) -> None:
    """Raise Problem `conflict` where a section still has work, or no other one would be left."""
    row = db.one(
        "SELECT count(*) FROM complaint WHERE section = ? AND state IN ('open', 'followed', 'answered') AND aside = 0",
        (code,),
    )
    if row and row[0]:
        why = f"Seksi ini masih punya {row[0]} pengaduan yang berjalan. Selesaikan atau teruskan dulu ke seksi lain."
        raise Problem.of("conflict", why=why)
    if not any(one.code != code for one in active_sections(db)):
        raise Problem.of("conflict", why="Ini seksi terakhir. Tambahkan seksi lain dulu, baru nonaktifkan yang ini.")


def set_limit(journal: Journal, actor: Actor, *, name: str, days: int, unit: str, source: str, now: datetime) -> None:
    """Change a limit, with where it comes from. Lines already written keep their due dates."""
    require(actor, "complaint.limits")
    known = ComplaintLimit.first(journal.db, ComplaintLimit.name == name)
    if known is None or not 0 < days <= 365 or unit not in ("working_days", "calendar_days") or not source.strip():
        raise Problem.of("invalid", {"days": "Isi 1 sampai 365 hari, satuan, dan dasarnya."})
    with journal.transaction():
        journal.record(
            LimitSet(name, known.label, days, unit, source.strip()[:200]),
            subject=f"limit/{name}",
            actor=actor.username,
            at=now,
        )


def limit_of(db: Database, name: str) -> tuple[int, str]:
    row = ComplaintLimit.first(db, ComplaintLimit.name == name)
    return (row.days, row.unit) if row else (LIMITS[name].days, LIMITS[name].unit)


def due_date(db: Database, name: str, start: date) -> date:
    """The last day of a limit that starts on a date (the start day is not counted)."""
    days, unit = limit_of(db, name)
    return counting_calendar(unit, office.office_calendar(db)).add_workdays(start, days)


def active_sections(db: Database) -> list[SectionRow]:
    return SectionRow.rows(db, SectionRow.active == 1, order=SectionRow.code)


def find_section(db: Database, code: str) -> SectionRow | None:
    return SectionRow.first(db, SectionRow.code == code)


def retired_sections(db: Database) -> list[SectionRow]:
    return SectionRow.rows(db, SectionRow.active == 0, order=SectionRow.code)


def all_limits(db: Database) -> list[ComplaintLimit]:
    return ComplaintLimit.rows(db, order=ComplaintLimit.name)


def service_names(db: Database, on: date) -> dict[str, str]:
    """What a line may be about: services in force by id (the recap counts by it), then another one."""
    return {one.id: one.short_name for one in office.services_in_force(db, on)} | {OTHER_SERVICE: OTHER_SERVICE}


@cached_until_next_entry
def area_names(db: Database) -> Mapping[str, str]:
    """Where a complainant lives, as forms offer it: the office's villages, then outside of them (code → name)."""
    return MappingProxyType({**office.village_names(db), OUTSIDE_AREA: office.OUTSIDE})


@cached_until_next_entry
def section_names(db: Database) -> Mapping[str, str]:
    """Code → name of the sections in use, then of the retired ones: old lines still name them."""
    rows = db.run("SELECT code, name FROM section ORDER BY active DESC, code")
    return MappingProxyType(dict(rows))


class Due(NamedTuple):
    on: str
    unit: str


def due_from(db: Database, handling: str, start: date) -> Due:
    return Due(due_date(db, handling, start).isoformat(), limit_of(db, handling)[1])


def unit_of_line(db: Database, line: Complaint) -> str:
    """In what the limit of a line is counted; lines of before step 0014 do not say it."""
    return line.unit or limit_of(db, line.handling)[1]


def settlement_start(db: Database, line: Complaint) -> date:
    """The day from which the settlement of a line is counted: its last reopening, else its receipt."""
    row = db.one(
        "SELECT max(until_at) FROM complaint_past WHERE complaint_id = ? AND closed_on IS NOT NULL",
        (line.id,),
    )
    return office_date(parse_utc_text(row[0])) if row and row[0] else date.fromisoformat(line.received_on)


def due_after_pause(db: Database, line: Complaint, began: str, ends: date) -> date:
    pause = Pause("", date.fromisoformat(began), ends)
    calendar = counting_calendar(unit_of_line(db, line), office.office_calendar(db))
    return deadline_due_after_pause(pause, calendar, settlement_start(db, line), date.fromisoformat(line.settle_due_on))


def due_when_handled(db: Database, line: Complaint, handling: str) -> Due:
    """The due date under a way of handling: from receipt or reopening, moved by the pauses that have ended since."""
    if handling == line.handling:
        return Due(line.settle_due_on, unit_of_line(db, line))
    start = settlement_start(db, line)
    first = due_from(db, handling, start)
    due, calendar = date.fromisoformat(first.on), counting_calendar(first.unit, office.office_calendar(db))
    ended = ComplaintPause.rows(db, ComplaintPause.complaint_id == line.id, order=ComplaintPause.id)
    for one in ended:
        if one.to_on is not None:
            pause = Pause(one.reason, date.fromisoformat(one.from_on), date.fromisoformat(one.to_on))
            due = deadline_due_after_pause(pause, calendar, start, due)
    return Due(due.isoformat(), first.unit)


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


def parse_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def day_month(on: date) -> str:
    """`12 Mar`, where the year stands above."""
    return short_day(on).partition(" ")[2]


def clock_word(
    due_on: date, done_on: date | None, today: date, calendar: Calendar, paused: bool = False
) -> tuple[str, str]:
    if done_on is not None:
        late = done_on > due_on
        return ("warn", f"Terlambat, {short_date(done_on)}") if late else ("good", f"Ditepati {short_date(done_on)}")
    if paused:
        return "idle", "Hitungan dijeda"
    if due_on < today:
        return "bad", relative_workdays(due_on, today, calendar)
    near = calendar.workdays_between(today, due_on) <= 1
    return ("warn" if near else "wait"), relative_workdays(due_on, today, calendar)


def line_clocks(db: Database, line: Complaint, today: date, paused: bool) -> list[Clock]:
    """First answer and settlement of a line; settlement alone where nobody can be answered."""
    known = {row.name: row for row in all_limits(db)}
    start, calendar = date.fromisoformat(line.received_on), office.office_calendar(db)
    found = []
    for title, name, due_text, done in (
        ("Jawaban pertama", "first_answer", line.first_due_on, line.first_answer_on),
        ("Penyelesaian", line.handling, line.settle_due_on, line.closed_on),
    ):
        if due_text is None:
            continue
        due_on, done_on = date.fromisoformat(due_text), parse_day(done)
        kind, word = clock_word(due_on, done_on, today, calendar, paused and name != "first_answer")
        limit = known.get(name)
        unit = "hari kerja" if limit is None or limit.unit == "working_days" else "hari kalender"
        under = f"batas {limit.days} {unit}" if limit else "batas"
        days = calendar.explain(start, max(0, calendar.workdays_between(start, due_on))) if unit == "hari kerja" else ()
        found.append(Clock(title, due_on, done_on, kind, word, under, limit.source if limit else "", days))
    return found


def row_word(row: Complaint, today: date, calendar: Calendar) -> tuple[str, str, str]:
    """(state class, word, line below) of a line in the register."""
    if row.aside:
        return "idle", "Disisihkan", "bukan pengaduan"
    closed, first = parse_day(row.closed_on), parse_day(row.first_answer_on)
    received, first_due = date.fromisoformat(row.received_on), parse_day(row.first_due_on)
    settle = date.fromisoformat(row.settle_due_on)
    if closed is not None:
        took = calendar.workdays_between(received, closed)
        return "good" if closed <= settle else "warn", f"Selesai {day_month(closed)}", f"{took} hari kerja"
    if first is None and first_due is not None:
        if first_due < today:
            return (
                "bad",
                "Belum dijawab",
                f"batas {short_day(first_due)}, {relative_workdays(first_due, today, calendar).lower()}",
            )
        kind, word = clock_word(first_due, None, today, calendar)
        return kind, f"Jawab s.d. {day_month(first_due)}", word
    if row.paused:
        return "idle", "Dijeda", f"batas {short_day(settle)} bergeser"
    if settle < today:
        return "bad", relative_workdays(settle, today, calendar), f"batas {short_day(settle)}"
    return "wait", "Berjalan", f"selesai s.d. {short_day(settle)}"

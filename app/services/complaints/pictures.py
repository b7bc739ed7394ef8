"""The picture of the book under Pengawasan; lines that were set aside are no complaints and are not drawn."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from app.casework.desk.pictures import (
    MOST_NAMED,
    PROMISE_DAYS,
    DayMarks,
    Gap,
    LateThing,
    Mark,
    Picture,
    Strip,
    count_by_day,
    days_between,
    draw_strip,
    drawn_days,
    first_drawn,
    gap_values,
    gap_words,
)
from app.core.clock import office_date
from app.core.dates import format_number, short_date
from app.core.permissions import Actor, may
from app.platform.office import queries as office
from app.services.complaints.queries import EVERY_YEAR, LATE, OPEN, count_late
from app.services.complaints.words import STATES
from schema.database import Database

BOOK = "complaints.show_register"


def complaint_picture(db: Database, actor: Actor, now: datetime) -> Picture:
    today = office_date(now)
    reads = may(actor, "complaint.view")
    listed = BOOK if reads else ""
    since = today - timedelta(days=PROMISE_DAYS)
    late = count_late(db, "late_settling", today)
    ended_late: Sequence[LateThing] = ()
    named: Sequence[LateThing] = ()
    if reads:
        ended_late = ended_late_lines(db, since)
        named = late_lines(db, today)
    open_states = f"SELECT c.state, count(*) FROM complaint c WHERE {OPEN} GROUP BY c.state ORDER BY 2 DESC"
    return Picture(
        "Pengaduan",
        "pengaduan",
        "masuk",
        "selesai",
        "Belum ada pengaduan. Sesudah yang pertama tertulis di buku, gambarnya muncul di sini.",
        bool(db.one("SELECT 1 FROM complaint LIMIT 1")),
        since,
        days=line_days(db, today, listed),
        strip=line_strip(db, since, today, listed),
        ended_late=ended_late,
        late=Mark(late, f"{format_number(late)} lewat batas", listed, asked("late_settling")),
        named=named,
        places=[Mark(count, STATES[state], listed, asked(state)) for state, count in db.run(open_states)],
        gap_title="Batas dan selesai",
    )


def asked(state: str = "", **more: str) -> Mapping[str, Any]:
    """What the address of the book asks: lines of every year."""
    if state:
        return {"tahun": EVERY_YEAR, "keadaan": state} | more
    return {"tahun": EVERY_YEAR} | more


def line_days(db: Database, today: date, listed: str) -> list[DayMarks]:
    calendar = office.office_calendar(db)
    span = (first_drawn(calendar, today).isoformat(), today.isoformat())
    sql = "SELECT c.{0}, count(*) FROM complaint c WHERE c.{0} BETWEEN ? AND ? AND c.aside = 0 GROUP BY c.{0}"
    came, ended = (count_by_day(db, sql.format(column), span) for column in ("received_on", "closed_on"))

    def mark(day: date, counts: Mapping[str, int], word: str, name: str) -> Mark:
        count = counts.get(day.isoformat(), 0)
        words = f"{format_number(count)} pengaduan {word} {short_date(day)}"
        return Mark(count, words, listed, asked(**{name: day.isoformat()}))

    return [
        DayMarks(day, mark(day, came, "masuk", "masuk"), mark(day, ended, "selesai", "keluar"))
        for day in drawn_days(calendar, came | ended, today)
    ]


def line_strip(db: Database, since: date, today: date, listed: str) -> Strip | None:
    """Lines that were settled within the days behind us, by the days between their limit and their end."""
    rows = db.run(
        "SELECT CAST(julianday(c.closed_on) - julianday(c.settle_due_on) AS INTEGER), count(*) FROM complaint c"
        " WHERE c.closed_on BETWEEN ? AND ? AND c.aside = 0 GROUP BY 1 ORDER BY 1",
        (since.isoformat(), today.isoformat()),
    )

    def mark(gap: Gap) -> Mark:
        words = f"{format_number(gap.things)} pengaduan selesai {gap_words(gap, 'batas')}"
        return Mark(gap.things, words, listed, asked(sejak=since.isoformat(), **gap_values(gap)))

    return draw_strip([Gap(days, days, count) for days, count in rows], mark)


def ended_late_lines(db: Database, since: date) -> list[LateThing]:
    rows = db.run(
        "SELECT c.id, c.number, c.settle_due_on, c.closed_on FROM complaint c WHERE c.closed_on >= ?"
        " AND c.closed_on > c.settle_due_on AND c.aside = 0 ORDER BY c.settle_due_on, c.id LIMIT ?",
        (since.isoformat(), MOST_NAMED),
    )
    return [late_thing(line_id, number, due, ended) for line_id, number, due, ended in rows]


def late_thing(line_id: int, number: str, due: str, ended: str) -> LateThing:
    return LateThing(number, f"{days_between(due, ended)} hari", "complaints.show_line", {"complaint_id": line_id})


def late_lines(db: Database, today: date) -> list[LateThing]:
    rows = db.run(
        f"SELECT c.id, c.number, c.settle_due_on FROM complaint c WHERE {LATE['late_settling']}"
        " ORDER BY c.settle_due_on, c.id LIMIT ?",
        (today.isoformat(), MOST_NAMED),
    )
    return [late_thing(line_id, number, due, today.isoformat()) for line_id, number, due in rows]

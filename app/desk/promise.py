"""The promise of one case for its page: what was promised, how it stands, and why that day."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

import msgspec

from app.core.clock import office_date
from app.core.dates import long_date, short_date
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.core.workdays import Calendar, Holiday
from app.desk.events import DueMoved
from app.desk.limits import limit_label, running_limits
from app.desk.queries import Event
from app.desk.service import case_by_id, case_pauses
from app.desk.tables import CaseFile, CasePause
from app.office import queries as office
from app.office.deadlines import read_deadlines
from app.office.queries import DueChange, DueChangeProvider, working_time
from app.procedure import deadline
from app.procedure.deadline import DueDay
from app.procedure.limits import due_short, due_today, limit_named, parse_time, standard_time
from schema.database import Database
from schema.service_procedure import Definition
from sync.clock import BEHIND, UNSURE
from sync.entries import parse_utc_text
from sync.journal import Journal


class Promise(msgspec.Struct, frozen=True):
    """The promise in words: `date_text` is what was promised, `state` a word with its class, `note` the reason."""

    date_text: str
    kind: str
    word: str
    note: str = ""


def describe_promise(
    definition: Definition, calendar: Calendar, case: CaseFile, held: Sequence[CasePause], today: date
) -> Promise:
    if definition.promise is None:
        return Promise("Tidak dijanjikan", "idle", "Layanan ini tanpa batas waktu")
    if not case.due_on or not case.completed_on:
        word = "Ditutup" if case.closed else "Belum dihitung"
        return Promise(
            "Belum ada",
            "idle",
            word,
            "" if case.closed else "Tanggal diberikan setelah berkas lengkap dan valid.",
        )
    due, text = date.fromisoformat(case.due_on), long_date(date.fromisoformat(case.due_on))
    if case.kept_on:
        kept = date.fromisoformat(case.kept_on)
        return Promise(
            text,
            "good" if kept <= due else "bad",
            "Ditepati" if kept <= due else "Terlambat",
            short_date(kept),
        )
    if case.closed:
        return Promise(text, "idle", "Ditutup")
    if definition.promise.unit == "working_days" and (note := calendar.estimate_note(due)):
        text = f"{text}, {note}"
    if any(one.to_on is None for one in held):
        return Promise(text, "warn", "Dijeda", "Tanggal bergeser sebanyak hari jeda.")
    return describe_running(definition, calendar, date.fromisoformat(case.completed_on), due, text, held, today)


def describe_running(
    definition: Definition,
    calendar: Calendar,
    completed: date,
    due: date,
    text: str,
    held: Sequence[CasePause],
    today: date,
) -> Promise:
    assert definition.promise is not None
    total = definition.promise.days
    if today > due:
        over = max(1, calendar.workdays_between(due, today))
        return Promise(text, "bad", f"Lewat {over} hari")
    ran = deadline.days_ledger(definition, calendar, completed, today, engine_pauses(held)).running
    unit = "Hari kerja" if definition.promise.unit == "working_days" else "Hari"
    if ran == 0:
        return Promise(text, "wait", f"Mulai dihitung, {total} {unit.lower()}")
    return Promise(text, "warn" if total - ran <= 1 else "wait", f"{unit} ke-{ran} dari {total}")


def completion_event(definition: Definition, way: Sequence[Event]) -> Event | None:
    """The move with which completeness was noted first."""
    begins = definition.promise.starts_on if definition.promise else ""
    return next((one for one in way if f"{one.step_from}.{one.action}" == begins), None)


def counted_from(definition: Definition, case: CaseFile, way: Sequence[Event]) -> str:
    """Since when the days are counted, where that is later than completeness: *pemohon berumur 17 tahun*."""
    noted = completion_event(definition, way)
    if definition.promise is None or noted is None or (case.completed_on or "") <= noted.on_date:
        return ""
    return f"pemohon berumur {definition.promise.from_age} tahun"


def engine_pauses(held: Sequence[CasePause]) -> list[deadline.Pause]:
    return [
        deadline.Pause(
            one.reason, date.fromisoformat(one.from_on), date.fromisoformat(one.to_on) if one.to_on else None
        )
        for one in held
    ]


def promise_today(definition: Definition, calendar: Calendar, case: CaseFile, held: Sequence[CasePause]) -> date | None:
    """The day that the present calendar would give to a running promise, where that is another one than promised."""
    if not case.completed_on or not case.due_on or case.kept_on or case.closed:
        return None
    due = deadline.due_date(definition, calendar, date.fromisoformat(case.completed_on), engine_pauses(held))
    return due if due is not None and due.isoformat() != case.due_on else None


def due_days(definition: Definition, calendar: Calendar, case: CaseFile, held: Sequence[CasePause]) -> list[DueDay]:
    """Every day from completeness to the promise, by the days off with which it was reckoned where they are known."""
    if not case.completed_on:
        return []
    if case.off_days is not None:
        calendar = Calendar({date.fromisoformat(day): Holiday(name) for day, name in json.loads(case.off_days)})
    return deadline.explain_due(definition, calendar, date.fromisoformat(case.completed_on), engine_pauses(held))


DOUBTED_MOVES = (
    "SELECT j.id, j.at, (SELECT t.at FROM journal t WHERE t.id > j.id AND t.seq IS NOT NULL AND t.clock = 'ok'"
    " ORDER BY t.id LIMIT 1) FROM journal j WHERE j.subject = ? AND j.kind = 'case.advanced' AND j.clock <> 'ok'"
)


def is_promise_doubtful(db: Database, case: CaseFile) -> bool:
    """Whether the day from which the promise counts was written under a clock that jumped, and nobody has settled it.

    A trusted entry within a week after it (a person confirmed the clock, or the centre's time agreed) settles it; one
    that lies before it or far beyond shows that the clock was put right, and the promise has to be counted again.
    """
    if not case.completed_on:
        return False
    return any(
        office_date(parse_utc_text(at)).isoformat() == case.completed_on and not is_clock_settled(at, after)
        for _, at, after in db.run(DOUBTED_MOVES, (f"case/{case.id}",))
    )


def is_clock_settled(at: str, after: str | None) -> bool:
    return after is not None and -BEHIND <= parse_utc_text(after) - parse_utc_text(at) <= UNSURE + timedelta(days=1)


def changed_promises(db: Database) -> list[DueChange]:
    calendar, found = office.office_calendar(db), []
    paused = {row[0] for row in db.run("SELECT DISTINCT case_id FROM case_pause")}
    rows = db.run(
        "SELECT id, number, service, revision, completed_on, due_on FROM case_file"
        " WHERE closed = 0 AND due_on IS NOT NULL AND kept_on IS NULL"
    )
    for case_id, number, service, revision, completed_on, due_on in list(rows):
        definition = office.adopted_definition(db, service, revision)
        held = engine_pauses(case_pauses(db, case_id)) if case_id in paused else []
        now_due = deadline.due_date(definition, calendar, date.fromisoformat(completed_on), held)
        if now_due is not None and now_due.isoformat() != due_on:
            found.append(due_change(case_id, number, "Janji", ("promise", ""), due_on, now_due.isoformat()))
    return found


def changed_limits(db: Database) -> list[DueChange]:
    """Running limits beside the promises that the present calendar and hours would end at another time."""
    found, working = [], working_time(db)
    for case_id, number, definition, one in running_limits(db):
        limit = limit_named(definition, one.limit)
        time = standard_time(definition, one.scope)
        if limit is None and time is None:
            continue
        amount = limit.most if limit else time.amount if time else 0
        due = due_today(one, amount, working)
        if due != one.due:
            label = limit_label(definition, one)
            found.append(due_change(case_id, number, label, (one.limit, one.scope), one.due, due))
    return found


def due_change(case_id: int, number: str, label: str, key: tuple[str, str], before: str, after: str) -> DueChange:
    return DueChange(
        number,
        parse_time(before).date(),
        "cases.show_case",
        {"case_id": case_id},
        label,
        due_short(before),
        due_short(after),
        f"case/{case_id}/{key[0]}/{key[1]}",
        partial(move_due, case_id, key, before, after),
    )


def move_due(
    case_id: int,
    key: tuple[str, str],
    before: str,
    due: str,
    journal: Journal,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    """Take over the time that the changed calendar gives to a limit of an open case. Raises Problem."""
    require(actor, "office.settings")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        case = case_by_id(journal.db, case_id)
        held = read_deadlines(journal.db, f"case/{case_id}").get(key)
        if case is None or case.closed or held is None or not held.runs or held.due != before:
            raise Problem.of("conflict", why="Batas itu sudah berubah. Muat ulang halaman.")
        off = office.office_calendar(journal.db).off_days(parse_time(held.since).date(), parse_time(due).date())
        body = DueMoved(
            case_id,
            *key,
            before,
            due,
            reason.strip()[:300],
            office_date(now).isoformat(),
            off if key[0] == "promise" else [],
        )
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


DUE_CHANGES: list[DueChangeProvider] = [changed_promises, changed_limits]


class PromiseCount(NamedTuple):
    """Promises that fell due in a time, and how many of them were kept by their date."""

    due: int
    kept: int


def promises_by_quarter(db: Database, service: str, start: date, end: date) -> dict[str, PromiseCount]:
    """`2026-Q3` → promises of a service that fell due in it, from the first to the last day given (inclusive).

    A case that ended before its promise fell due (withdrawn, died, moved, refused) promised nothing any more.
    """
    rows = db.run(
        "SELECT substr(due_on, 1, 4) || '-Q' || ((substr(due_on, 6, 2) + 2) / 3), count(*),"
        " sum(kept_on IS NOT NULL AND kept_on <= due_on) FROM case_file WHERE service = ? AND due_on BETWEEN ? AND ?"
        " AND NOT (closed = 1 AND kept_on IS NULL AND closed_on <= due_on) GROUP BY 1",
        (service, start.isoformat(), end.isoformat()),
    )
    return {quarter: PromiseCount(due, kept) for quarter, due, kept in rows}


def applications_by_area(db: Database, start: date, end: date, entered_by: str) -> dict[str, int]:
    """Village code → applications of every service received in a time and entered up to a moment (UTC stamp).

    People from elsewhere belong to no village of the count.
    """
    return dict(
        db.run(
            "SELECT area, count(*) FROM case_file WHERE received_on BETWEEN ? AND ? AND entered_at <= ?"
            " AND area <> '' GROUP BY area",
            (start.isoformat(), end.isoformat(), entered_by),
        )
    )


def applicant_names(db: Database, start: date, end: date, entered_by: str) -> list[str]:
    """Names of all whose cases were open at some time between two dates: they must not stand on a public paper."""
    rows = db.run(
        "SELECT DISTINCT name FROM case_file WHERE received_on <= ? AND (closed = 0 OR closed_on >= ?)"
        " AND entered_at <= ?",
        (end.isoformat(), start.isoformat(), entered_by),
    )
    return [name for (name,) in rows]

"""The limits of a case at work: which deadlines a move or a pause changes, which are over, and who is told."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import partial
from string import capwords
from typing import Any, NamedTuple

from app.casework.desk.events import CaseAdvanced, DueMoved
from app.casework.desk.tables import CaseFile, CasePause
from app.core.clock import office_date
from app.core.dates import stored_date
from app.core.permissions import Actor, refusal_naming, require
from app.core.problems import Problem
from app.core.procedure import deadline, engine
from app.core.procedure.limits import (
    STEP_LIMIT,
    CaseMove,
    Deadline,
    deadline_words,
    due_short,
    due_today,
    due_words,
    early_moment,
    honours_pause,
    is_over,
    limit_named,
    moved_deadlines,
    opening_move,
    parse_time,
    pause_deadline,
    resume_deadline,
    standard_time,
    step_move,
    tell_times,
    with_readings,
)
from app.core.workdays import Calendar, wall_time
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.deadlines import (
    OVER,
    RUNNING,
    DueItem,
    note_deadline,
    over_params,
    read_deadlines,
    to_deadline,
)
from app.platform.office.queries import DueChange, working_time
from app.platform.office.tables import RunningDeadline
from app.platform.people.queries import profile_of
from app.room import office_command
from schema.database import Database
from schema.service_procedure import Definition
from schema.service_standard import Notice
from sync.journal import Journal

MOST_OVER = 1000


def office_moment(on: date, now: datetime | None) -> datetime:
    """The wall-clock moment of something that happened on a day: now, or the same hour of an earlier day."""
    if now:
        at = wall_time(now)
    else:
        at = datetime.combine(on, time(12))
    if at.date() == on:
        return at
    return datetime.combine(on, at.time())


def case_deadlines(
    db: Database,
    definition: Definition,
    move: CaseAdvanced,
    on: date,
    now: datetime | None,
    happened: datetime | None = None,
) -> list[Deadline]:
    """The deadlines that a move changes, for the entry that records it; `happened` when the partner had done it."""
    if not engine.has_deadlines(definition):
        return []
    way = step_move(move.step_from, move.outcome, move.step_to)
    done = None
    if happened:
        done = wall_time(happened)
    return deadlines_after(db, definition, move.case_id, way, office_moment(on, now), done)


def deadlines_after(
    db: Database,
    definition: Definition,
    case_id: int,
    move: CaseMove,
    at: datetime,
    happened: datetime | None = None,
    held: Mapping[tuple[str, str], Deadline] | None = None,
) -> list[Deadline]:
    """The deadlines of a case that a move at an office moment changes; `held` where they stand in no table yet."""
    if not engine.has_deadlines(definition):
        return []
    pause = open_pause(db, case_id)
    if held is None:
        held = read_deadlines(db, f"case/{case_id}")
    read = as_read_here(db, definition)
    reason = pause.reason if pause else ""
    return moved_deadlines(read, held, move, at, working_time(db), reason, happened)


def opening_deadlines(
    db: Database, definition: Definition, first: CaseAdvanced | None, received: date, now: datetime
) -> tuple[list[Deadline], list[Deadline]]:
    """The deadlines with which a case opens on the day it came, and those that its first move changes at once."""
    if not engine.has_deadlines(definition):
        return [], []
    definition = as_read_here(db, definition)
    at = office_moment(received, now)
    working = working_time(db)
    opened = moved_deadlines(definition, {}, opening_move(definition), at, working)
    if first is None:
        return opened, []
    held = {(running.limit, running.scope): running for running in opened}
    way = step_move(first.step_from, first.outcome, first.step_to)
    return opened, moved_deadlines(definition, held, way, at, working)


def as_read_here(db: Database, definition: Definition) -> Definition:
    """The definition with its limits as this office reads them; a deadline that runs keeps the reading of its start."""
    return with_readings(definition, settings.get_setting(db, "limits.readings"))


def open_pause(db: Database, case_id: int) -> CasePause | None:
    return CasePause.first(db, case_id=case_id, to_on=None)


def paused_deadlines(db: Database, definition: Definition, case_id: int, reason: str, now: datetime) -> list[Deadline]:
    """The running deadlines that a listed reason stops."""
    if not engine.has_deadlines(definition):
        return []
    stopped = []
    for running in read_deadlines(db, f"case/{case_id}").values():
        limit = limit_named(definition, running.limit)
        if (
            running.runs
            and not running.paused
            and (running.limit == STEP_LIMIT or (limit and honours_pause(limit, reason)))
        ):
            stopped.append(pause_deadline(running, wall_time(now)))
    return stopped


def resumed_deadlines(db: Database, definition: Definition, case_id: int, now: datetime) -> list[Deadline]:
    """The deadlines that stand still, as they run on from now."""
    if not engine.has_deadlines(definition):
        return []
    held = read_deadlines(db, f"case/{case_id}").values()
    return [
        resume_deadline(running, working_time(db), wall_time(now))
        for running in held
        if running.paused and running.limit != "promise"
    ]


# -- what runs and what is over ------------------------------------------------------------------------------------


def deadlines_of_cases(db: Database, where: str, params: Sequence[object] = (), most: int = 500) -> list[Any]:
    """Deadlines with `case_id` and what lists show of their cases, the nearest first; `where` is our own SQL."""
    return RunningDeadline.joined(
        db,
        "d",
        "JOIN case_file c ON c.id = CAST(substr(d.subject, 6) AS INTEGER)"
        f" WHERE {where} ORDER BY d.due, c.id LIMIT {most:d}",
        params,
        case_id="c.id",
        **{name: f"c.{name}" for name in ("number", "name", "area", "main_key", "service", "revision")},
    )


def over_cases(db: Database, now: datetime, case_id: int | None = None) -> list[Any]:
    """Deadlines of cases (or of one) that are over, the oldest first; those that stand still are not."""
    if case_id is None:
        subjects = ("case/", "case0")
    else:
        subjects = (f"case/{case_id}", f"case/{case_id}")
    params = (*subjects, *over_params(wall_time(now)))
    return deadlines_of_cases(db, f"d.subject BETWEEN ? AND ? AND {OVER}", params, MOST_OVER)


def running_limits(db: Database, most: int = 500) -> list[Any]:
    """What runs beside the promises of cases, or stands still; -1 for all of it."""
    where = f"d.subject > 'case/' AND d.subject < 'case0' AND {RUNNING} AND d.limit_id <> 'promise' AND c.closed = 0"
    return deadlines_of_cases(db, where, most=most)


def nearest_dues(db: Database, definition: Definition, case_ids: Sequence[int]) -> dict[int, str]:
    """Case id → the day on which the nearest limit that runs is over, in a service that promises no day."""
    if definition.promise or not case_ids or not engine.has_deadlines(definition):
        return {}
    subjects = [f"case/{number}" for number in case_ids]
    where = f"subject IN ({', '.join('?' * len(subjects))}) AND {RUNNING} AND paused = ''"
    rows = db.run(f"SELECT subject, min(due) FROM deadline WHERE {where} GROUP BY subject", subjects)
    return {int(subject.removeprefix("case/")): due[:10] for subject, due in rows}


def due_items(db: Database, actor: Actor, now: datetime) -> list[DueItem]:
    if actor.village_only:
        return []
    return [due_item(db, actor, row, now) for row in running_limits(db, -1)]


def due_item(db: Database, actor: Actor, row: Any, now: datetime) -> DueItem:
    clock = to_deadline(row)
    definition = office.adopted_definition(db, row.service, row.revision)
    label = limit_label(definition, clock)
    asked = is_over(clock, wall_time(now)) and told_roles(db, row, now) & actor.duties
    subject = row.subject if asked else ""
    page = ("cases.show_case", {"case_id": row.case_id})
    early = early_of(db, definition, clock)
    return DueItem(f"{row.number}, {capwords(row.name)}", label, clock, *page, subject, row.note, early)


def early_of(db: Database, definition: Definition, clock: Deadline) -> datetime | None:
    """When the least of a limit with a range is over."""
    limit = limit_named(definition, clock.limit)
    if limit and limit.range:
        return early_moment(limit, clock, working_time(db))
    return None


def early_cases(db: Database, now: datetime) -> list[tuple[Any, frozenset[str]]]:
    """Running limits whose least is over, with the roles to which that was told by now."""
    at = wall_time(now)
    found = []
    known = (office.parse_definition(revision.text) for revision in office.list_standards(db))
    if not any(tell.early for definition in known for limit in definition.limits for tell in limit.tells):
        return []
    for row in running_limits(db):
        definition = office.adopted_definition(db, row.service, row.revision)
        clock = to_deadline(row)
        if is_over(clock, at):
            early = None
        else:
            early = early_of(db, definition, clock)
        if early and early <= at:
            tells = [tell for tell in tells_of(db, definition, clock.limit) if tell.early]
            found.append((row, roles_told(db, tells, early.isoformat(timespec="minutes"), row.noted_at, at)))
    return found


class LimitLine(NamedTuple):
    """A limit on the page of its case: `due` in words, a state class with its word; `whole`: from the opening on."""

    label: str
    due: str
    state: str
    word: str
    runs: bool
    whole: bool = False


def case_limit_lines(db: Database, definition: Definition, case_id: int, now: datetime) -> list[LimitLine]:
    """The limits of a case beside its promise, as they stand; none of a case that ended without them."""
    if not engine.has_deadlines(definition):
        return []
    held = [
        running
        for running in read_deadlines(db, f"case/{case_id}").values()
        if running.limit != "promise" and not running.void
    ]
    at = wall_time(now)
    working = working_time(db)
    return [
        LimitLine(
            limit_label(definition, running),
            due_words(running.due),
            *deadline_words(running, at, working, early_of(db, definition, running)),
            running.runs,
            is_whole(definition, running),
        )
        for running in held
    ]


def is_whole(definition: Definition, clock: Deadline) -> bool:
    limit = limit_named(definition, clock.limit)
    return limit is not None and "@opened" in limit.starts_on


def limit_label(definition: Definition, clock: Deadline) -> str:
    limit = limit_named(definition, clock.limit)
    if limit:
        return limit.label
    return engine.state_named(definition, clock.scope).state_label


def tells_of(db: Database, definition: Definition, limit_id: str) -> Sequence[Notice]:
    """Who is told of a limit, in turn; of a promise where the file does not say it, all who answer for it, at once."""
    limit = limit_named(definition, limit_id)
    if limit:
        return limit.tells
    promise = None
    if limit_id == "promise":
        promise = definition.promise
    profile = profile_of(db)
    answering = Notice(roles=(profile.section_head, profile.overseer, profile.chief))
    if not promise:
        return ()
    return promise.tells or (answering,)


def told_roles(db: Database, row: Any, now: datetime) -> frozenset[str]:
    """The roles that have been told of it by now: each in its turn while nobody reacts, in office hours only."""
    tells = tells_of(db, office.adopted_definition(db, row.service, row.revision), row.limit_id)
    return roles_told(db, [notice for notice in tells if not notice.early], row.due, row.noted_at, wall_time(now))


def roles_told(db: Database, tells: Sequence[Notice], due: str, noted: str, at: datetime) -> frozenset[str]:
    if tells:
        times = tell_times(tells, due, working_time(db), noted)
    else:
        times = []
    return frozenset(role for tell, since in zip(tells, times, strict=True) if since <= at for role in tell.roles)


@office_command("due.view")
def react_to_limit(
    journal: Journal, actor: Actor, *, case_id: int, limit: str, scope: str, note: str, now: datetime
) -> None:
    """Write what is being done about a limit that is over: by somebody who was told of it. Raises Problem."""
    for row in over_cases(journal.db, now, case_id):
        told = told_roles(journal.db, row, now)
        if (row.limit_id, row.scope) == (limit, scope) and not told & actor.duties:
            raise refusal_naming(actor.profile.labels(told))
    note_deadline(journal, actor, subject=f"case/{case_id}", limit=limit, scope=scope, note=note, now=now)


# -- a changed calendar ----------------------------------------------------------------------------------------------


def case_pauses(db: Database, case_id: int) -> list[CasePause]:
    return CasePause.rows(db, case_id=case_id, order="id")


def to_pauses(held: Sequence[CasePause], until: date | None = None) -> list[deadline.Pause]:
    """Pauses as the calendar counts them; one that lasts ends on `until`, where that is given."""
    return [
        deadline.Pause(pause.reason, date.fromisoformat(pause.from_on), stored_date(pause.to_on) or until)
        for pause in held
    ]


def promise_today(definition: Definition, calendar: Calendar, case: CaseFile, held: Sequence[CasePause]) -> date | None:
    """The day that the present calendar would give to a running promise, where that is another one than promised."""
    if not case.completed_on or not case.due_on or case.kept_on or case.closed:
        return None
    due = deadline.due_date(definition, calendar, date.fromisoformat(case.completed_on), to_pauses(held))
    if due is not None and due.isoformat() != case.due_on:
        return due
    return None


def changed_promises(db: Database) -> list[DueChange]:
    calendar = office.office_calendar(db)
    found = []
    for case in CaseFile.joined(db, "c", "WHERE c.closed = 0 AND c.due_on IS NOT NULL AND c.kept_on IS NULL"):
        definition = office.adopted_definition(db, case.service, case.revision)
        due = promise_today(definition, calendar, case, case_pauses(db, case.id))
        if due is not None:
            found.append(due_change(case.id, case.number, "Janji", ("promise", ""), case.due_on, due.isoformat()))
    return found


def changed_limits(db: Database) -> list[DueChange]:
    """Running limits beside the promises that the present calendar and hours would end at another time."""
    found = []
    working = working_time(db)
    for row in running_limits(db):
        definition = office.adopted_definition(db, row.service, row.revision)
        clock = to_deadline(row)
        limit = limit_named(definition, clock.limit)
        time = standard_time(definition, clock.scope)
        if limit:
            amount = limit.amount_in(clock.unit)
        elif time:
            amount = time.amount
        else:
            amount = None
        if clock.paused or amount is None:
            due = clock.due
        else:
            due = due_today(clock, amount, working)
        if due != clock.due:
            label = limit_label(definition, clock)
            found.append(due_change(row.case_id, row.number, label, (clock.limit, clock.scope), clock.due, due))
    return found


def due_change(case_id: int, number: str, label: str, key: tuple[str, str], before: str, after: str) -> DueChange:
    return DueChange(
        number=number,
        promised=parse_time(before).date(),
        endpoint="cases.show_case",
        values={"case_id": case_id},
        label=label,
        before=due_short(before),
        after=due_short(after),
        key=f"case/{case_id}/{key[0]}/{key[1]}",
        move=partial(move_due, case_id, key, before, after),
    )


def move_due(
    case_id: int,
    key: tuple[str, str],
    due_before: str,
    new_due: str,
    journal: Journal,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    """Put the due time that the changed calendar gives in the place of the old one, for a limit of an open case.

    `key`: (limit, scope). Raises Problem `conflict` when the limit is no longer due at `due_before`.
    """
    require(actor, "office.settings")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        case = CaseFile.first(journal.db, id=case_id)
        deadline = read_deadlines(journal.db, f"case/{case_id}").get(key)
        if case is None or case.closed or deadline is None or not deadline.runs or deadline.due != due_before:
            raise Problem.of("conflict", why="Batas itu sudah berubah. Muat ulang halaman.")
        off = office.office_calendar(journal.db).off_days(parse_time(deadline.since).date(), parse_time(new_due).date())
        days_off = off if key[0] == "promise" else []
        today = office_date(now).isoformat()
        body = DueMoved(case_id, *key, due_before, new_due, reason.strip()[:300], today, days_off)
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)

"""The limits of a case at work: which deadlines a move or a pause changes, which are over, and who is told."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from app.core.permissions import Actor, permission_problem, require
from app.core.workdays import wall_time
from app.desk.tables import CaseFile, CasePause
from app.office import queries as office
from app.office.deadlines import (
    OVER,
    RUNNING,
    DueItem,
    note_deadline,
    over_params,
    parse_pauses,
    read_deadlines,
    running_deadlines,
)
from app.office.queries import working_time
from app.procedure import engine
from app.procedure.limits import (
    STEP_LIMIT,
    CaseMove,
    Deadline,
    deadline_words,
    due_words,
    has_deadlines,
    honours_pause,
    is_over,
    limit_named,
    moved_deadlines,
    opening_move,
    pause_deadline,
    resume_deadline,
    step_move,
    tell_times,
)
from schema.database import Database
from schema.service_procedure import Definition
from schema.service_standard import Notice
from sync.journal import Journal

PROMISE_TELLS = (Notice(roles=("kasi", "sekretaris", "camat")),)
"""Who is told that a promise is broken where the file does not say it: all who answer for it, at once."""
MOST_OVER = 50


def office_moment(on: date, now: datetime | None) -> datetime:
    """The wall-clock moment of something that happened on a day: now, or the same hour of an earlier day."""
    at = wall_time(now) if now else datetime.combine(on, time(12))
    return at if at.date() == on else datetime.combine(on, at.time())


def case_deadlines(
    db: Database, definition: Definition, case_id: int, move: CaseMove, on: date, now: datetime | None
) -> list[Deadline]:
    """The deadlines that a move changes, for the entry that records it."""
    if not has_deadlines(definition):
        return []
    held, pause = read_deadlines(db, f"case/{case_id}"), open_pause(db, case_id)
    reason = pause.reason if pause else ""
    return moved_deadlines(definition, held, move, office_moment(on, now), working_time(db), reason)


def opening_deadlines(
    db: Database, definition: Definition, first: tuple[str, str] | None, now: datetime
) -> tuple[list[Deadline], list[Deadline]]:
    """The deadlines with which a case opens, and those that its first move (outcome, next step) changes at once."""
    if not has_deadlines(definition):
        return [], []
    at, working, move = wall_time(now), working_time(db), opening_move(definition)
    opened = moved_deadlines(definition, {}, move, at, working)
    if first is None:
        return opened, []
    held = {(one.limit, one.scope): one for one in opened}
    return opened, moved_deadlines(definition, held, step_move(move.entered, *first), at, working)


def open_pause(db: Database, case_id: int) -> CasePause | None:
    return CasePause.first(db, CasePause.case_id == case_id, CasePause.to_on.is_null())


def paused_deadlines(db: Database, definition: Definition, case_id: int, reason: str, now: datetime) -> list[Deadline]:
    """The running deadlines that a listed reason stops."""
    stopped = []
    for one in read_deadlines(db, f"case/{case_id}").values() if has_deadlines(definition) else ():
        limit = limit_named(definition, one.limit)
        if one.runs and not one.paused and (one.limit == STEP_LIMIT or (limit and honours_pause(limit, reason))):
            stopped.append(pause_deadline(one, wall_time(now)))
    return stopped


def resumed_deadlines(db: Database, definition: Definition, case_id: int, now: datetime) -> list[Deadline]:
    """The deadlines that stand still, as they run on from now."""
    if not has_deadlines(definition):
        return []
    held = read_deadlines(db, f"case/{case_id}").values()
    return [
        resume_deadline(one, working_time(db), wall_time(now)) for one in held if one.paused and one.limit != "promise"
    ]


# -- what is over ---------------------------------------------------------------------------------------------------


class OverCase(NamedTuple):
    """A deadline of a case that is over: `due` as it is kept, `noted_at` when somebody last wrote about it."""

    limit: str
    scope: str
    due: str
    noted_at: str
    case_id: int
    name: str
    area: str
    main_key: str
    service: str
    revision: str


OVER_CASES = (
    "SELECT d.limit_id, d.scope, d.due, d.noted_at, c.id, c.name, c.area, c.main_key, c.service, c.revision"
    " FROM deadline d JOIN case_file c ON c.id = CAST(substr(d.subject, 6) AS INTEGER)"
    f" WHERE d.subject BETWEEN ? AND ? AND {OVER} ORDER BY d.due, c.id LIMIT {MOST_OVER}"
)


def over_cases(db: Database, now: datetime, case_id: int | None = None) -> list[OverCase]:
    """Deadlines of cases (or of one) that are over, the oldest first; those that stand still are not."""
    subjects = ("case/", "case0") if case_id is None else (f"case/{case_id}", f"case/{case_id}")
    return [OverCase(*row) for row in db.run(OVER_CASES, (*subjects, *over_params(wall_time(now))))]


def running_limits(db: Database) -> list[tuple[int, str, Definition, Deadline]]:
    """(case id, number, definition, deadline) of what runs beside promises and does not stand still."""
    rows = db.run(
        "SELECT c.id, c.number, c.service, c.revision, d.limit_id, d.unit, d.since, d.due, d.scope, d.pauses"
        " FROM deadline d JOIN case_file c ON c.id = CAST(substr(d.subject, 6) AS INTEGER)"
        f" WHERE d.subject > 'case/' AND d.subject < 'case0' AND {RUNNING} AND paused = ''"
        " AND d.limit_id <> 'promise' AND c.closed = 0 ORDER BY d.due, c.id"
    )
    return [
        (
            case_id,
            number,
            office.adopted_definition(db, service, revision),
            Deadline(limit, unit, since, due, scope, "", parse_pauses(pauses)),
        )
        for case_id, number, service, revision, limit, unit, since, due, scope, pauses in list(rows)
    ]


def due_items(db: Database, actor: Actor, now: datetime) -> list[DueItem]:
    """What runs beside the promises, for the list of what is due."""
    if actor.village_only:
        return []
    found = []
    for case_id, one, note in running_deadlines(db, "case"):
        case = CaseFile.first(db, CaseFile.id == case_id)
        if case is None:
            continue
        definition = office.adopted_definition(db, case.service, case.revision)
        title, label = f"{case.number}, {case.name}", limit_label(definition, one)
        told = any(
            told_roles(db, over, now) & actor.duties
            for over in (over_cases(db, now, case_id) if is_over(one, wall_time(now)) else ())
            if (over.limit, over.scope) == (one.limit, one.scope)
        )
        subject = f"case/{case_id}" if told else ""
        found.append(DueItem(title, label, one, "cases.show_case", {"case_id": case_id}, subject, note))
    return found


class LimitLine(NamedTuple):
    """A limit on the page of its case: `due` in words, a state class with its word."""

    label: str
    due: str
    state: str
    word: str
    runs: bool


def case_limit_lines(db: Database, definition: Definition, case_id: int, now: datetime) -> list[LimitLine]:
    """The limits of a case beside its promise, as they stand; none of a case that ended without them."""
    if not has_deadlines(definition):
        return []
    held = [one for one in read_deadlines(db, f"case/{case_id}").values() if one.limit != "promise" and not one.void]
    return [
        LimitLine(
            limit_label(definition, one),
            due_words(one.due),
            *deadline_words(one, wall_time(now), working_time(db)),
            one.runs,
        )
        for one in held
    ]


def limit_label(definition: Definition, one: Deadline) -> str:
    limit = limit_named(definition, one.limit)
    return limit.label if limit else engine.state_named(definition, one.scope).state_label


def tells_of(definition: Definition, limit_id: str) -> Sequence[Notice]:
    limit = limit_named(definition, limit_id)
    if limit:
        return limit.tells
    promise = definition.promise if limit_id == "promise" else None
    return (promise.tells or PROMISE_TELLS) if promise else ()


def told_roles(db: Database, one: OverCase, now: datetime) -> frozenset[str]:
    """The roles that have been told of it by now: each in its turn while nobody reacts, in office hours only."""
    tells = tells_of(office.adopted_definition(db, one.service, one.revision), one.limit)
    times = tell_times(tells, one.due, working_time(db), one.noted_at) if tells else []
    return frozenset(role for tell, at in zip(tells, times, strict=True) if at <= wall_time(now) for role in tell.roles)


def react_to_limit(
    journal: Journal, actor: Actor, *, case_id: int, limit: str, scope: str, note: str, now: datetime
) -> None:
    """Write what is being done about a limit that is over: by somebody who was told of it. Raises Problem."""
    require(actor, "due.view")
    with journal.transaction():
        over = [one for one in over_cases(journal.db, now, case_id) if (one.limit, one.scope) == (limit, scope)]
        if over and not told_roles(journal.db, over[0], now) & actor.duties:
            raise permission_problem(actor, "due.view")
        note_deadline(journal, actor, subject=f"case/{case_id}", limit=limit, scope=scope, note=note, now=now)

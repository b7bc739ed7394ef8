"""Limits of any kind: when one is over, what a pause does to it, whom it is told to, and how it is said.

A limit is an amount of working minutes, working hours, working days or calendar days. Times are texts of the office's
wall clock: `2026-03-06` where days are counted (the day of the start does not count, the due day does), and
`2026-03-06T15:30` where minutes are. A deadline that stands still keeps what was left to run when its pause began.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from app.core.dates import long_date, relative_due, short_date, short_day
from app.core.procedure.deadline import Pause, counting_calendar, due_after_pause
from app.core.workdays import Calendar, WorkingTime, minute_of, minute_text, to_minute
from schema.service_procedure import Definition
from schema.service_standard import UNIT_WORDS, Duration, Limit, Notice, Unit

SECOND_TEXT = 16
"""Letters of a moment to the minute; one to the second is longer."""
NEAR_MINUTES = 60
"""From so many working minutes before its end on a limit is shown as near."""


class Deadline(msgspec.Struct, frozen=True, omit_defaults=True):
    """A limit of a case, a step or a line at work, as it stands after an entry; `scope` names the step or the line.

    `paused` since when it stands still, `pauses` those that have ended; `stopped` when what it waits for had
    happened; `void`: its case ended without.
    """

    limit: str
    unit: Unit
    since: str
    due: str
    scope: str = ""
    paused: str = ""
    pauses: list[tuple[str, str]] = []
    stopped: str = ""
    void: bool = False

    @property
    def runs(self) -> bool:
        return not (self.stopped or self.void)


def counts_minutes(unit: str) -> bool:
    """Whether a unit counts office hours, not days."""
    return unit in ("working_seconds", "working_minutes", "working_hours")


def to_text(at: datetime, unit: str) -> str:
    """An office moment as a deadline in that unit keeps it."""
    if unit == "working_seconds":
        return at.isoformat(timespec="seconds")
    if counts_minutes(unit):
        return to_minute(at).isoformat(timespec="minutes")
    return at.date().isoformat()


def parse_time(text: str) -> datetime:
    """A stored time; of a day its midnight."""
    return datetime.fromisoformat(text)


def due_text(amount: int, unit: Unit, working: WorkingTime, since: str) -> str:
    """When a limit that starts then is due."""
    if unit == "working_seconds":
        return to_text(working.add_seconds(parse_time(since), amount), unit)
    if counts_minutes(unit):
        minutes = amount
        if unit == "working_hours":
            minutes = 60 * amount
        due = working.add_minutes(parse_time(since), minutes)
        assert due is not None
        return to_text(due, unit)
    days = counting_calendar(unit, working.calendar)
    return days.add_workdays(date.fromisoformat(since), amount).isoformat()


def start_deadline(
    limit_id: str, amount: int, unit: Unit, working: WorkingTime, at: datetime, scope: str = ""
) -> Deadline:
    """A deadline that begins to run at an office moment."""
    since = to_text(at, unit)
    return Deadline(limit_id, unit, since, due_text(amount, unit, working, since), scope)


def pause_deadline(deadline: Deadline, at: datetime) -> Deadline:
    """The deadline stands still from an office moment on."""
    return replace(deadline, paused=to_text(at, deadline.unit))


def resume_deadline(deadline: Deadline, working: WorkingTime, at: datetime) -> Deadline:
    """The deadline runs again: what was left of it when the pause began runs from an office moment on."""
    pause = (deadline.paused, max(deadline.paused, to_text(at, deadline.unit)))
    due = moved_due(deadline.unit, working, deadline.since, deadline.due, *pause)
    return replace(deadline, due=due, paused="", pauses=[*deadline.pauses, pause])


def due_today(deadline: Deadline, amount: int, working: WorkingTime) -> str:
    """When it would be due by the present calendar and hours, with the pauses that it had."""
    due = due_text(amount, deadline.unit, working, deadline.since)
    for since, until in deadline.pauses:
        due = moved_due(deadline.unit, working, deadline.since, due, since, until)
    return due


def stop_deadline(deadline: Deadline, at: datetime, *, void: bool = False) -> Deadline:
    """What it waited for has happened, or (`void`) never will. It never ends before it began."""
    if void:
        stopped = ""
    else:
        stopped = max(deadline.since, to_text(at, deadline.unit))
    return replace(deadline, stopped=stopped, void=void, paused="")


def moved_due(unit: Unit, working: WorkingTime, since: str, due: str, paused: str, resumed: str) -> str:
    """A due time after one pause: the one rule for every limit."""
    if unit == "working_seconds":
        start = parse_time(paused)
        end = parse_time(resumed)
        left = working.seconds_between(start, parse_time(due))
        if start >= parse_time(due) or end <= start:
            return due
        return to_text(working.add_seconds(end, left), unit)
    if counts_minutes(unit):
        moved = working.due_after_pause(parse_time(due), parse_time(paused), parse_time(resumed))
        return to_text(moved, unit)
    pause = Pause("", date.fromisoformat(paused), date.fromisoformat(resumed))
    calendar = counting_calendar(unit, working.calendar)
    return due_after_pause(pause, calendar, date.fromisoformat(since), date.fromisoformat(due)).isoformat()


def over_from(due: str) -> datetime:
    """The first moment that is too late: the midnight after a due day, the due moment itself."""
    at = parse_time(due)
    if "T" in due:
        return at
    return at + timedelta(days=1)


def stands_still(deadline: Deadline) -> bool:
    """Whether a deadline is paused in time: a pause that began after the limit was over stops nothing."""
    return bool(deadline.paused) and deadline.paused <= deadline.due


def is_over(deadline: Deadline, at: datetime) -> bool:
    """Whether a deadline that runs is over at an office moment; one that stands still is not."""
    return deadline.runs and not stands_still(deadline) and over_from(deadline.due) <= at


# -- moments of a case ------------------------------------------------------------------------------------------


class CaseMove(NamedTuple):
    """What happened to a case: the moments that it was, the step that it left and the one that it entered."""

    moments: frozenset[str]
    left: str
    entered: str
    closed: bool = False


STEP_LIMIT = "step"
"""Limit of the standard time of a step; its scope is the step."""


def opening_move(d: Definition) -> CaseMove:
    first = d.steps[0].id
    return CaseMove(frozenset({"@opened", f"{first}.@entered"}), "", first)


def step_move(step_from: str, outcome: str, step_to: str) -> CaseMove:
    """A move that ends a step with an outcome, or an exit by hand."""
    moments = {f"{step_from}.{outcome}"}
    if step_to != step_from:
        moments.add(f"{step_to}.@entered")
    return CaseMove(frozenset(moments), step_from, step_to, step_to.startswith("@"))


RECEIVED = "@received"
"""Moment of the step that waits for the partner's answer: what was sent has reached the partner."""


def receipt_moment(d: Definition) -> str:
    """The moment at which a dispatch has reached the partner of the service; empty for a service without one."""
    if not d.partner:
        return ""
    return f"{d.partner.steps.answer}.{RECEIVED}"


def waits_for_receipt(d: Definition) -> bool:
    """Whether a limit of the file begins, ends or goes on when a dispatch reaches the partner."""
    moment = receipt_moment(d)
    if not moment:
        return False
    return any(moment in (*limit.starts_on, *limit.stops_on, *limit.restarts_on) for limit in d.limits)


def receipt_move(d: Definition) -> CaseMove:
    """What was sent has reached the partner: the case stays in its step."""
    step = ""
    if d.partner:
        step = d.partner.steps.answer
    return CaseMove(frozenset({receipt_moment(d)}), step, step)


def standard_time(d: Definition, step_id: str) -> Duration | None:
    """How long a step may take by the file: its own time, else that of its row."""
    step = next((step for step in d.steps if step.id == step_id), None)
    if step is None:
        return None
    if step.standard_time:
        return step.standard_time
    return next((row.standard_time for row in d.rows if row.no == step.row), None)


def moved_deadlines(
    d: Definition,
    held: Mapping[tuple[str, str], Deadline],
    move: CaseMove,
    at: datetime,
    working: WorkingTime,
    paused_for: str = "",
    happened: datetime | None = None,
) -> list[Deadline]:
    """The deadlines of a case that a move changes, as they stand after it.

    `held` are those that it has, by limit and scope; `paused_for` the reason for which the case stands still now.
    What the move ends had `happened` earlier, where the partner did it and the office hears of it only now.
    """
    ends = happened or at
    after = [_after_move(limit, held.get((limit.id, "")), move, (at, ends), working, paused_for) for limit in d.limits]
    if move.left != move.entered:
        ended = held.get((STEP_LIMIT, move.left))
        if ended and ended.runs:
            after.append(stop_deadline(ended, ends))
        if time := standard_time(d, move.entered):
            after.append(start_deadline(STEP_LIMIT, time.amount, time.unit, working, at, move.entered))
    changed = {(deadline.limit, deadline.scope): deadline for deadline in after if deadline is not None}
    if move.closed:
        for key, deadline in {**held, **changed}.items():
            if deadline.runs:
                changed[key] = stop_deadline(deadline, at, void=True)
    return list(changed.values())


def _after_move(
    limit: Limit,
    before: Deadline | None,
    move: CaseMove,
    times: tuple[datetime, datetime],
    working: WorkingTime,
    paused_for: str,
) -> Deadline | None:
    """`times`: when a limit that begins with the move begins, and when one that ends with it has ended."""
    begins, ends = times
    if before is not None and before.runs:
        if not move.moments & set(limit.stops_on):
            return None
        return stop_deadline(before, ends)
    if before is not None and before.void and not move.closed:
        return replace(before, void=False)
    if before is not None and move.moments & set(limit.restarts_on):
        return replace(before, stopped="")
    if not move.moments & set(limit.starts_on):
        return None
    started = start_deadline(limit.id, limit.most, limit.unit, working, begins)
    if paused_for and honours_pause(limit, paused_for):
        return pause_deadline(started, begins)
    return started


def honours_pause(limit: Limit, reason: str) -> bool:
    """Whether a listed reason may stop this limit; one that names none honours every one of the file."""
    return limit.pauses is None or reason in limit.pauses


def with_readings(d: Definition, chosen: Collection[str]) -> Definition:
    """The definition with its limits as the office reads them: `service/limit/reading` of each other reading."""
    picked = {}
    for limit in d.limits:
        for reading in limit.readings:
            if f"{d.id}/{limit.id}/{reading.id}" in chosen:
                picked[limit.id] = replace(limit, amount=reading.amount, range=None, unit=reading.unit)
    if not picked:
        return d
    limits = [picked.get(limit.id, limit) for limit in d.limits]
    return replace(d, limits=tuple(limits))


def early_moment(limit: Limit, deadline: Deadline, working: WorkingTime) -> datetime | None:
    """When the least of a range is over: the early sign of a limit that runs."""
    is_counted = deadline.runs and not deadline.paused
    if limit.range is None or deadline.unit != limit.unit or not is_counted:
        return None
    return over_from(due_today(deadline, limit.range[0], working))


def limit_named(d: Definition, limit_id: str) -> Limit | None:
    return next((limit for limit in d.limits if limit.id == limit_id), None)


# -- who is told ------------------------------------------------------------------------------------------------


def tell_times(tells: Sequence[Notice], due: str, working: WorkingTime, noted: str = "") -> list[datetime]:
    """When each of them is told, in office hours only: counted from the end of the limit (or, `early`, from the end of
    its least), or from the last reaction."""
    since = over_from(due)
    if noted:
        since = max(since, parse_time(noted))
    opened = working.next_open(since)
    times = []
    for tell in tells:
        at = opened
        if tell.after:
            at = parse_time(due_text(tell.after, tell.unit, working, to_text(opened, tell.unit)))
        times.append(working.next_open(at))
    return times


# -- words ------------------------------------------------------------------------------------------------------


def amount_text(amount: int, unit: Unit) -> str:
    """`12 hari kerja`, `240 menit kerja`."""
    return f"{amount} {UNIT_WORDS[unit]}"


def due_words(due: str) -> str:
    """`Jumat, 6 Maret 2026`, with `pukul 15.30` where minutes are counted."""
    at = parse_time(due)
    if "T" in due:
        return f"{long_date(at.date())} pukul {clock_text(at, due)}"
    return long_date(at.date())


def clock_text(at: datetime, due: str) -> str:
    """`15.30`, or `15.30.20` where seconds are counted."""
    minute = minute_text(minute_of(at))
    if len(due) > SECOND_TEXT:
        return f"{minute}.{at.second:02d}"
    return minute


def deadline_words(
    deadline: Deadline, at: datetime, working: WorkingTime, early: datetime | None = None
) -> tuple[str, str]:
    """(state class, word) of a deadline at an office moment: kept, late, standing still, over, near or running.

    It is near from `early` on, the least of its range, else when its last hour begins.
    """
    stopped = None
    if deadline.stopped:
        stopped = parse_time(deadline.stopped).date()
    if not counts_minutes(deadline.unit) or stopped or stands_still(deadline):
        due = parse_time(deadline.due).date()
        if is_over(deadline, at) and due == at.date():  # clock hours end at a minute: 3 × 24 hours of a law
            return "bad", f"Lewat sejak pukul {clock_text(parse_time(deadline.due), deadline.due)}"
        late = False
        if stopped:
            late = deadline.stopped > deadline.due
        counted = counting_calendar(deadline.unit, working.calendar)
        return day_words(due, stopped, at.date(), counted, stands_still(deadline), late)
    moment = parse_time(deadline.due)
    fine = deadline.unit == "working_seconds"
    words: Callable[[int], str] = minutes_text
    count = working.minutes_between
    if fine:
        count = working.seconds_between
        words = seconds_text
    if moment.date() < at.date():  # whoever looks back over days counts days, as the desk does
        return "bad", relative_due(moment.date(), at.date(), working.calendar)
    if moment <= at:
        return "bad", f"Lewat {words(count(moment, at))}"
    left = count(at, moment)
    if early:
        near = at >= early
    else:
        near = fine or left <= NEAR_MINUTES
    return ("warn" if near else "wait"), f"{words(left)} lagi"


def day_words(
    due: date, done: date | None, today: date, counted: Calendar, paused: bool = False, late: bool = False
) -> tuple[str, str]:
    """The same of a limit that is counted in days; `counted` is the calendar that counts in its unit, `late` says that
    what was done on the due day came too late."""
    if done is not None:
        on = short_date(done)
        if late or done > due:
            return ("warn", f"Terlambat, {on}")
        return ("good", f"Ditepati {on}")
    if paused:
        return "idle", "Hitungan dijeda"
    if due < today:
        return "bad", relative_due(due, today, counted)
    if counted.workdays_between(today, due) <= 1:
        return "warn", relative_due(due, today, counted)
    return "wait", relative_due(due, today, counted)


def minutes_text(minutes: int) -> str:
    """`45 menit`, `2 jam`, `5 jam 20 menit` of working time."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} menit"
    if rest:
        return f"{hours} jam {rest} menit"
    return f"{hours} jam"


def seconds_text(seconds: int) -> str:
    """`20 detik`, or whole minutes of more than that."""
    if seconds < 60:
        return f"{seconds} detik"
    return minutes_text(seconds // 60)


def due_short(due: str) -> str:
    """`Jum 6 Mar`, with `15.30` where minutes are counted."""
    at = parse_time(due)
    if "T" in due:
        return f"{short_day(at.date())} {clock_text(at, due)}"
    return short_day(at.date())

"""What is due when: the running limits of cases, complaint lines and LTPPs in one table, whichever room they are of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import msgspec

from app.core.asked import Offered, Text
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.procedure.limits import Deadline, is_over
from app.core.workdays import wall_time
from app.platform.office.events import DeadlineNoted
from app.platform.office.tables import RunningDeadline
from app.room import office_command
from schema.database import Database
from sync.journal import Journal

RUNNING = "stopped = '' AND void = 0"
OVER = f"{RUNNING} AND (paused = '' OR paused > due) AND (due < ? OR (length(due) > 10 AND due <= ?))"
"""Asks the day and the second of now; a due day is over with its end. A pause that began later stops nothing."""


class DueItem(NamedTuple):
    """A limit that runs, as a room puts it on the list of what is due; `note` is the last reaction, `early` the
    least of a range."""

    title: str
    limit: str
    deadline: Deadline
    endpoint: str
    values: Mapping[str, Any]
    subject: str = ""
    note: str = ""
    early: datetime | None = None


def read_deadlines(db: Database, subject: str) -> dict[tuple[str, str], Deadline]:
    """The deadlines of a subject by limit and scope, ended ones too."""
    rows = RunningDeadline.rows(db, subject=subject, order="due")
    return {(row.limit_id, row.scope): to_deadline(row) for row in rows}


def to_deadline(row: RunningDeadline) -> Deadline:
    pauses = parse_pauses(row.pauses)
    return Deadline(
        row.limit_id, row.unit, row.since, row.due, row.scope, row.paused, pauses, row.stopped, bool(row.void)
    )


def parse_pauses(text: str) -> list[tuple[str, str]]:
    return msgspec.json.decode(text, type=list[tuple[str, str]])


def running_deadlines(db: Database, room: str, *, dated: bool = False) -> list[tuple[int, Deadline, str]]:
    """(id of the case, line or LTPP, deadline, last reaction) of what runs in a room's subjects, the nearest first.

    Promises are left out: they have lists of their own. `dated`: these limits are dates that somebody set, which have
    no unit of their own; their days are said in working days, as on *Meja kerja*.
    """
    rest = f"WHERE subject > ? AND subject < ? AND {RUNNING} AND limit_id <> 'promise' ORDER BY due, subject"
    rows = RunningDeadline.joined(db, "d", rest, (f"{room}/", f"{room}0"))
    if dated:
        said = {"unit": "working_days"}
    else:
        said = {}
    return [
        (int(row.subject.split("/")[1]), msgspec.structs.replace(to_deadline(row), **said), row.note) for row in rows
    ]


def reaction_to(db: Database, subject: str, deadline: Deadline) -> tuple[str, str]:
    """(when, what) somebody last wrote about a limit since it runs; empty texts for nobody."""
    row = RunningDeadline.first(db, subject=subject, limit_id=deadline.limit, scope=deadline.scope)
    if row and row.since == deadline.since:
        return (row.noted_at, row.note)
    return ("", "")


def over_params(at: datetime) -> tuple[str, str]:
    return at.date().isoformat(), at.isoformat(timespec="seconds")


@office_command("due.view")
def note_deadline(
    journal: Journal,
    actor: Actor,
    *,
    subject: Annotated[str, Offered("Perihal")],
    limit: Annotated[str, Offered("Batas")],
    scope: Annotated[str, Offered("Langkah")],
    note: Annotated[str, Text("Apa yang sedang dilakukan", "Tulis apa yang sedang dilakukan.", most=300)],
    now: datetime,
    duty: Deadline | None = None,
) -> None:
    """Write what is being done about a limit that is over; `duty` is one that no row holds. Raises Problem."""
    held = read_deadlines(journal.db, subject).get((limit, scope))
    kept = held is not None and not held.void
    deadline = held if kept else duty
    if deadline is None or not is_over(deadline, wall_time(now)):
        raise Problem.of("conflict", why="Batas itu tidak sedang lewat. Muat ulang halaman.")
    if kept:
        reckoned = ("", "", "")
    else:
        reckoned = (deadline.unit, deadline.since, deadline.due)
    body = DeadlineNoted(subject, limit, scope, note, *reckoned)
    journal.record(body, subject=subject, actor=actor.username, at=now)

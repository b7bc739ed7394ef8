"""What the KTP pages ask: counts for the rail, dispatches with their lines, answers typed and in conflict."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from app.cases.queries import step_counts
from app.core.permissions import Actor
from app.core.problems import Problem
from app.ktp.cards import NEWEST
from app.ktp.tables import CentreStateRow, Dispatch
from app.office import settings
from schema.database import Database
from schema.remembered import remembered
from sync.line import moment


def step_count(db: Database, actor: Actor, step: str) -> int:
    """Open cases in one step that this person may see."""
    return step_counts(db, actor).get(step, 0)


def number_of(db: Database, sql: str, params: tuple[Any, ...] = ()) -> int:
    """A single count."""
    row = db.one(sql, params)
    return int(row[0] or 0) if row else 0


# -- dispatches ------------------------------------------------------------------------------------------------


def dispatch(db: Database, dispatch_id: int) -> Dispatch:
    """One dispatch of any state. Raises Problem `not_found`."""
    found = Dispatch.first(db, Dispatch.id == dispatch_id)
    if found is None:
        raise Problem.of("not_found", what="Pengiriman itu")
    return found


def drafts(db: Database) -> list[tuple[Dispatch, int]]:
    """Dispatches that are being put together, with the number of their cases."""
    found = Dispatch.rows(db, Dispatch.state == "draft", order=Dispatch.id)
    count = "SELECT count(*) FROM dispatch_pick WHERE dispatch_id = ?"
    return [(one, number_of(db, count, (one.id,))) for one in found]


class Pick(NamedTuple):
    """A case in a draft, in its order."""

    id: int
    number: str
    name: str
    area: str
    key: str
    kind: str
    due_on: str | None


def picks(db: Database, dispatch_id: int) -> list[Pick]:
    """The ordered cases of a draft."""
    rows = db.run(
        "SELECT c.id, c.number, c.name, c.area, c.main_key, c.kind, c.due_on FROM dispatch_pick p"
        " JOIN case_file c ON c.id = p.case_id WHERE p.dispatch_id = ? ORDER BY p.ordinal",
        (dispatch_id,),
    )
    return [Pick(*row) for row in rows]


class Line(NamedTuple):
    """A line sent, with its case and what became of it. `key` is whole: mask it before it is shown."""

    ordinal: int
    case_id: int
    number: str
    name: str
    area: str
    key: str
    kind: str
    result: str
    reason: str
    biometric: int
    serial: str
    printed_on: str | None
    answered_at: str | None
    answered_by: str
    shipment: str
    arrived_on: str | None
    misprint: str
    recall: str
    again: str
    step: str
    closed: int
    newest: int
    conflicts: int
    typed: str | None
    typed_reason: str | None
    typed_serial: str | None
    typed_biometric: int | None
    typed_by: str | None
    checked_by: str | None

    @property
    def open(self) -> bool:
        """Whether the centre still owes the answer."""
        return self.result in ("waiting", "accepted")

    @property
    def unchecked(self) -> bool:
        """Whether a typed answer waits for the second person."""
        return self.typed is not None and not self.checked_by

    @property
    def attention(self) -> bool:
        """Whether somebody should look at this line: refused and not yet repaired, disputed, unchecked, open."""
        return (
            bool(self.conflicts)
            or self.unchecked
            or self.open
            or (self.result == "refused" and self.step == "repair")
        )


LINES = (
    "SELECT l.ordinal, c.id, c.number, c.name, c.area, c.main_key, c.kind, l.result, l.reason, l.biometric, l.serial,"
    " l.printed_on, l.answered_at, l.answered_by, l.shipment, l.arrived_on, l.misprint, l.recall, l.again, c.step,"
    f" c.closed, l.dispatch_id = {NEWEST}, (SELECT count(*) FROM answer_conflict a WHERE a.dispatch_id = l.dispatch_id"
    " AND a.ordinal = l.ordinal AND a.settled_by = ''), t.result, t.reason, t.serial, t.biometric,"
    " t.typed_by, t.checked_by FROM dispatch_line l JOIN case_file c ON c.id = l.case_id"
    " LEFT JOIN typed_answer t ON t.dispatch_id = l.dispatch_id AND t.ordinal = l.ordinal"
    " WHERE l.dispatch_id = ? ORDER BY l.ordinal"
)


def lines(db: Database, dispatch_id: int) -> list[Line]:
    """All lines of a sent dispatch in their order (at most 400)."""
    return [Line(*row) for row in db.run(LINES, (dispatch_id,))]


class LineFilter(NamedTuple):
    """One tab over the lines."""

    id: str
    label: str
    amount: int


FILTERS = {
    "semua": ("Semua", lambda one: True),
    "perhatian": ("Perlu perhatian", lambda one: one.attention),
    "menunggu": ("Menunggu", lambda one: one.open),
    "dicetak": ("Dicetak", lambda one: one.result == "printed"),
    "ditolak": ("Ditolak", lambda one: one.result == "refused"),
}


def filtered(found: list[Line], which: str) -> tuple[list[LineFilter], list[Line]]:
    """Tabs with their counts, and the lines under the chosen one."""
    tabs = [LineFilter(name, label, sum(map(fits, found))) for name, (label, fits) in FILTERS.items()]
    return tabs, [one for one in found if FILTERS[which][1](one)]


class Sent(NamedTuple):
    """A sent dispatch as the list shows it: its balance and whether the centre has said that it holds it."""

    id: int
    number: str
    sent_on: str
    sent: int
    printed: int
    refused: int
    waiting: int
    road: str
    received: int

    @property
    def agrees(self) -> bool:
        """Sent = printed + refused + waiting."""
        return self.sent == self.printed + self.refused + self.waiting


RECEIVED = (
    "(SELECT j.n <= k.n FROM journal j JOIN road_ack k ON k.origin = j.source AND k.epoch = j.epoch"
    " AND k.stream = j.stream WHERE j.subject = 'dispatch/' || d.id AND j.kind = 'dispatch.sent')"
)
"""Whether the other side has acknowledged the entry that closes a dispatch: 1, 0, or NULL before any answer."""


def sent(db: Database, limit: int, offset: int = 0, dispatch_id: int | None = None) -> list[Sent]:
    """Sent dispatches, the newest first; or the one that is named."""
    only, values = ("AND d.id = ?", [dispatch_id]) if dispatch_id is not None else ("", [])
    rows = db.run(
        "SELECT d.id, d.number, d.sent_on, d.count, coalesce(sum(l.result = 'printed'), 0),"
        " coalesce(sum(l.result = 'refused'), 0), coalesce(sum(l.result IN ('waiting', 'accepted')), 0), d.road,"
        f" coalesce({RECEIVED}, 0) FROM dispatch d LEFT JOIN dispatch_line l ON l.dispatch_id = d.id"
        f" WHERE d.state = 'sent' {only} GROUP BY d.id ORDER BY d.id DESC LIMIT ? OFFSET ?", [*values, limit, offset],
    )  # fmt: skip
    return [Sent(*row) for row in rows]


class Check(msgspec.Struct, frozen=True):
    """One daily check of a dispatch's balance."""

    on: str
    agrees: bool


def last_check(db: Database, dispatch_id: int) -> Check | None:
    """When the balance of a dispatch was checked last, and what came of it."""
    row = db.one("SELECT on_date, agrees FROM balance_check WHERE dispatch_id = ? ORDER BY on_date DESC LIMIT 1",
                 (dispatch_id,))  # fmt: skip
    return Check(row[0], bool(row[1])) if row else None


# -- balance -----------------------------------------------------------------------------------------------------


@remembered
def mismatches(db: Database) -> int:
    """Dispatches whose figures did not agree at their last check."""
    return number_of(db, "SELECT count(*) FROM balance_check b WHERE b.agrees = 0 AND b.on_date ="
                     " (SELECT max(n.on_date) FROM balance_check n WHERE n.dispatch_id = b.dispatch_id)")  # fmt: skip


def checked_on(db: Database) -> str | None:
    """The last day on which the balances were checked."""
    row = db.one("SELECT max(on_date) FROM balance_check")
    return row[0] if row else None


# -- the centre ------------------------------------------------------------------------------------------------


class Centre(NamedTuple):
    """Blanks in stock and queue length as the centre, by its name, last said, and when (aware UTC)."""

    name: str
    blanks: int
    queue: int
    as_of: Any


def centre_state(db: Database) -> Centre | None:
    """What citizens ask most, with its age; None when the centre has never said it."""
    rows = CentreStateRow.rows(db, order=CentreStateRow.as_of.desc(), limit=1)
    name = settings.get(db, "office.centre_name")
    return Centre(name, rows[0].blanks, rows[0].queue, moment(rows[0].as_of)) if rows else None

"""What the KTP pages ask: counts for the rail, dispatches with their lines, answers typed and in conflict."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from app.batches.products import NEWEST
from app.batches.tables import CentreStateRow, Dispatch
from app.core.permissions import Actor
from app.core.problems import Problem
from app.desk.queries import step_counts
from app.desk.tables import PaperPrint
from app.office import settings
from schema.database import Database
from schema.query_cache import cached_until_next_entry
from sync.entries import parse_utc_text


def step_count(db: Database, actor: Actor, step: str) -> int:
    return sum(count for (_, one), count in step_counts(db, actor).items() if one == step)


def count_rows(db: Database, sql: str, params: tuple[Any, ...] = ()) -> int:
    row = db.one(sql, params)
    return int(row[0] or 0) if row else 0


# -- dispatches ------------------------------------------------------------------------------------------------


def find_dispatch(db: Database, dispatch_id: int) -> Dispatch:
    found = Dispatch.first(db, Dispatch.id == dispatch_id)
    if found is None:
        raise Problem.of("not_found", what="Pengiriman itu")
    return found


def list_drafts(db: Database) -> list[tuple[Dispatch, int]]:
    found = Dispatch.rows(db, Dispatch.state == "draft", order=Dispatch.id)
    count = "SELECT count(*) FROM dispatch_pick WHERE dispatch_id = ?"
    return [(one, count_rows(db, count, (one.id,))) for one in found]


class Pick(NamedTuple):
    id: int
    number: str
    name: str
    area: str
    key: str
    kind: str
    due_on: str | None


def list_picks(db: Database, dispatch_id: int) -> list[Pick]:
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
        return self.typed is not None and not self.checked_by

    @property
    def attention(self) -> bool:
        """Whether somebody should look at this line: refused and not yet repaired, disputed, unchecked, open."""
        return (
            bool(self.conflicts) or self.unchecked or self.open or (self.result == "refused" and self.step == "repair")
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


def list_lines(db: Database, dispatch_id: int) -> list[Line]:
    return [Line(*row) for row in db.run(LINES, (dispatch_id,))]


class LineFilter(NamedTuple):
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


def filter_lines(found: list[Line], which: str) -> tuple[list[LineFilter], list[Line]]:
    tabs = [LineFilter(name, label, sum(map(fits, found))) for name, (label, fits) in FILTERS.items()]
    return tabs, [one for one in found if FILTERS[which][1](one)]


class SentDispatch(NamedTuple):
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
        return self.sent == self.printed + self.refused + self.waiting


RECEIVED = (
    "(SELECT j.n <= k.n FROM journal j JOIN road_ack k ON k.origin = j.source AND k.epoch = j.epoch"
    " AND k.stream = j.stream WHERE j.subject = 'dispatch/' || d.id AND j.kind = 'dispatch.sent')"
)
"""Whether the other side has acknowledged the entry that closes a dispatch: 1, 0, or NULL before any answer."""


def sent_dispatches(db: Database, limit: int, offset: int = 0, dispatch_id: int | None = None) -> list[SentDispatch]:
    """Sent dispatches, the newest first; or the one that is named."""
    only, values = ("AND d.id = ?", [dispatch_id]) if dispatch_id is not None else ("", [])
    rows = db.run(
        "SELECT d.id, d.number, d.sent_on, d.count, coalesce(sum(l.result = 'printed'), 0),"
        " coalesce(sum(l.result = 'refused'), 0), coalesce(sum(l.result IN ('waiting', 'accepted')), 0), d.road,"
        f" coalesce({RECEIVED}, 0) FROM dispatch d LEFT JOIN dispatch_line l ON l.dispatch_id = d.id"
        f" WHERE d.state = 'sent' {only} GROUP BY d.id ORDER BY d.id DESC LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    return [SentDispatch(*row) for row in rows]


class BalanceResult(msgspec.Struct, frozen=True):
    """One daily check of a dispatch's balance."""

    on: str
    agrees: bool


def last_check(db: Database, dispatch_id: int) -> BalanceResult | None:
    row = db.one(
        "SELECT on_date, agrees FROM balance_check WHERE dispatch_id = ? ORDER BY on_date DESC LIMIT 1", (dispatch_id,)
    )
    return BalanceResult(row[0], bool(row[1])) if row else None


# -- balance -----------------------------------------------------------------------------------------------------


@cached_until_next_entry
def count_mismatches(db: Database) -> int:
    """Dispatches whose figures did not agree at their last check."""
    return count_rows(
        db,
        "SELECT count(*) FROM balance_check b WHERE b.agrees = 0 AND b.on_date ="
        " (SELECT max(n.on_date) FROM balance_check n WHERE n.dispatch_id = b.dispatch_id)",
    )


def last_checked_on(db: Database) -> str | None:
    row = db.one("SELECT max(on_date) FROM balance_check")
    return row[0] if row else None


# -- the centre ------------------------------------------------------------------------------------------------


class CentreNews(NamedTuple):
    """Blanks in stock and queue length as the centre, by its name, last said, and when (aware UTC)."""

    name: str
    blanks: int
    queue: int
    as_of: Any


def centre_news(db: Database) -> CentreNews | None:
    """What citizens ask most, with its age; None when the centre has never said it."""
    rows = CentreStateRow.rows(db, order=CentreStateRow.as_of.desc(), limit=1)
    name = settings.get_setting(db, "office.centre_name")
    return CentreNews(name, rows[0].blanks, rows[0].queue, parse_utc_text(rows[0].as_of)) if rows else None


class Conflict(NamedTuple):
    """Two answers to one line that differ. What is in force stands on the line, what came beside it here."""

    id: int
    dispatch_id: int
    dispatch: str
    ordinal: int
    case_id: int
    number: str
    name: str
    area: str
    key: str
    held: str
    held_by: str
    held_reason: str
    held_serial: str
    received: str
    received_by: str
    reason: str
    serial: str
    at: str
    settled_by: str
    settled: str


CONFLICTS = (
    "SELECT a.id, a.dispatch_id, d.number, a.ordinal, c.id, c.number, c.name, c.area, c.main_key, a.held,"
    " l.answered_by, l.reason, l.serial, a.received, a.received_by, a.reason, a.serial, a.at, a.settled_by, a.settled"
    " FROM answer_conflict a JOIN dispatch d ON d.id = a.dispatch_id JOIN dispatch_line l"
    " ON l.dispatch_id = a.dispatch_id AND l.ordinal = a.ordinal JOIN case_file c ON c.id = l.case_id"
)


def list_conflicts(db: Database, *, settled: bool = False, limit: int = 100) -> list[Conflict]:
    """Differences that wait for a person, the newest of each line and side; or the settled ones, newest first."""
    newest = (
        "a.settled_by = '' AND a.id = (SELECT max(b.id) FROM answer_conflict b WHERE b.dispatch_id = a.dispatch_id"
        " AND b.ordinal = a.ordinal AND b.received_by = a.received_by AND b.settled_by = '')"
    )
    where, order = ("a.settled_by <> ''", "a.id DESC") if settled else (newest, "a.id")
    return [Conflict(*row) for row in db.run(f"{CONFLICTS} WHERE {where} ORDER BY {order} LIMIT ?", (limit,))]


def disputed_on_the_way(db: Database) -> dict[str, list[tuple[int, str]]]:
    """Shipment → (case id, name) of cards in it whose answers differ, so that nobody waits for them yet."""
    rows = db.run(
        "SELECT DISTINCT l.shipment, c.id, c.name FROM answer_conflict a JOIN dispatch_line l"
        " ON l.dispatch_id = a.dispatch_id AND l.ordinal = a.ordinal JOIN case_file c ON c.id = l.case_id"
        " WHERE a.settled_by = '' AND l.shipment <> '' AND c.step <> 'arrive' ORDER BY c.id"
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for shipment, case_id, name in rows:
        found.setdefault(shipment, []).append((case_id, name))
    return found


def unchecked_answers(db: Database, actor: Actor) -> list[tuple[int, str, int]]:
    """(dispatch id, number, count) of typed answers that this person may check: not those of the own hand."""
    return list(
        db.run(
            "SELECT d.id, d.number, count(*) FROM typed_answer t JOIN dispatch d ON d.id = t.dispatch_id"
            " WHERE t.checked_by = '' AND t.typed_by <> ? GROUP BY d.id ORDER BY d.id",
            (actor.username,),
        )
    )


class Refusal(NamedTuple):
    dispatch_id: int
    dispatch: str
    ordinal: int
    reason: str
    biometric: int
    answered_at: str | None
    answered_by: str


def list_refusals(db: Database, case_id: int) -> list[Refusal]:
    rows = db.run(
        "SELECT l.dispatch_id, d.number, l.ordinal, l.reason, l.biometric, l.answered_at, l.answered_by"
        " FROM dispatch_line l JOIN dispatch d ON d.id = l.dispatch_id WHERE l.case_id = ?"
        " AND l.result = 'refused' ORDER BY l.dispatch_id DESC",
        (case_id,),
    )
    return [Refusal(*row) for row in rows]


class PrintQuestion(NamedTuple):
    subject: str
    paper: str
    copies: int


def unjudged_prints(db: Database, subject: str) -> list[PrintQuestion]:
    rows = PaperPrint.rows(db, PaperPrint.subject == subject, PaperPrint.came_out.is_null(), order=PaperPrint.last_at)
    return [PrintQuestion(row.subject, row.paper, row.copies) for row in rows]


def print_counts(db: Database, subject: str) -> dict[str, int]:
    """Paper → how often it was printed, so that a button can say that the next one is a copy."""
    return {row.paper: row.copies for row in PaperPrint.rows(db, PaperPrint.subject == subject)}

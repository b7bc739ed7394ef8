"""What the pages of a partner ask: dispatches with their lines, answers typed and in conflict, balance."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from app.batches.partners import partner_of, standing
from app.batches.products import NEWEST
from app.batches.states import OPEN
from app.batches.tables import CentreStateRow, Dispatch
from app.core.permissions import Actor
from app.core.problems import Problem
from app.desk.tables import PaperPrint
from app.office import settings
from schema.database import Database
from schema.query_cache import cached_until_next_entry
from schema.service_procedure import Definition
from sync.enrolment import CENTRE_STREAM
from sync.entries import parse_utc_text


def count_rows(db: Database, sql: str, params: tuple[Any, ...] = ()) -> int:
    row = db.one(sql, params)
    return int(row[0] or 0) if row else 0


# -- dispatches ------------------------------------------------------------------------------------------------


def find_dispatch(db: Database, dispatch_id: int) -> Dispatch:
    found = Dispatch.first(db, Dispatch.id == dispatch_id)
    if found is None:
        raise Problem.of("not_found", what="Pengiriman itu")
    return found


def list_drafts(db: Database, service: str) -> list[tuple[Dispatch, int]]:
    found = Dispatch.rows(db, Dispatch.state == "draft", Dispatch.service == service, order=Dispatch.id)
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
    repairing: int
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
        return self.result in OPEN

    @property
    def unchecked(self) -> bool:
        return self.typed is not None and not self.checked_by

    @property
    def attention(self) -> bool:
        """Whether somebody should look at this line: refused and not yet repaired, disputed, unchecked, open."""
        return bool(self.conflicts or self.unchecked or self.open or (self.result == "refused" and self.repairing))


LINES = (
    "SELECT l.ordinal, c.id, c.number, c.name, c.area, c.main_key, c.kind, l.result, l.reason, l.biometric, l.serial,"
    " l.printed_on, l.answered_at, l.answered_by, l.shipment, l.arrived_on, l.misprint, l.recall, l.again, c.step,"
    f" c.closed, l.dispatch_id = {NEWEST}, %s,"
    " (SELECT count(*) FROM answer_conflict a WHERE a.dispatch_id = l.dispatch_id AND a.ordinal = l.ordinal"
    " AND a.settled_by = ''), t.result, t.reason, t.serial, t.biometric,"
    " t.typed_by, t.checked_by FROM dispatch_line l JOIN case_file c ON c.id = l.case_id"
    " LEFT JOIN typed_answer t ON t.dispatch_id = l.dispatch_id AND t.ordinal = l.ordinal"
    " WHERE l.dispatch_id = ? ORDER BY l.ordinal"
)


def list_lines(db: Database, dispatch_id: int) -> list[Line]:
    repairing, values = standing(db, "repair")
    return [Line(*row) for row in db.run(LINES % repairing, (*values, dispatch_id))]


class LineFilter(NamedTuple):
    id: str
    label: str
    amount: int


FILTERS = {
    "semua": ("Semua", lambda one: True),
    "perhatian": ("Perlu perhatian", lambda one: one.attention),
    "menunggu": ("Menunggu", lambda one: one.open),
    "dicetak": ("printed", lambda one: one.result == "printed"),
    "ditolak": ("refused", lambda one: one.result == "refused"),
}
"""Filter → its word, or the answer whose word the definition has, and which lines it shows."""


def filter_lines(found: list[Line], which: str, results: Mapping[str, str]) -> tuple[list[LineFilter], list[Line]]:
    tabs = [
        LineFilter(name, results.get(label, label), sum(map(fits, found))) for name, (label, fits) in FILTERS.items()
    ]
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
    service: str

    @property
    def agrees(self) -> bool:
        return self.sent == self.printed + self.refused + self.waiting


RECEIVED = (
    "(SELECT j.n <= k.n FROM journal j JOIN road_ack k ON k.origin = j.source AND k.epoch = j.epoch"
    " AND k.stream = j.stream WHERE j.subject = 'dispatch/' || d.id AND j.kind = 'dispatch.sent')"
)
"""Whether the other side has acknowledged the entry that closes a dispatch: 1, 0, or NULL before any answer."""


def sent_dispatches(db: Database, limit: int, offset: int = 0, service: str = "") -> list[SentDispatch]:
    """Sent dispatches of a service, or of all for the day's sheet, the newest first."""
    only, values = ("AND d.service = ?", [service]) if service else ("", [])
    return _sent(db, only, [*values, limit, offset])


def sent_dispatch(db: Database, dispatch_id: int) -> SentDispatch:
    return _sent(db, "AND d.id = ?", [dispatch_id, 1, 0])[0]


def _sent(db: Database, only: str, values: Sequence[Any]) -> list[SentDispatch]:
    rows = db.run(
        "SELECT d.id, d.number, d.sent_on, d.count, coalesce(sum(l.result = 'printed'), 0),"
        " coalesce(sum(l.result = 'refused'), 0), coalesce(sum(l.result IN ('waiting', 'accepted')), 0), d.road,"
        f" coalesce({RECEIVED}, 0), d.service FROM dispatch d LEFT JOIN dispatch_line l ON l.dispatch_id = d.id"
        f" WHERE d.state = 'sent' {only} GROUP BY d.id ORDER BY d.id DESC LIMIT ? OFFSET ?",
        values,
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
def count_mismatches(db: Database, service: str = "") -> int:
    """Dispatches, of a service or of all, whose figures did not agree at their last check."""
    return count_rows(
        db,
        "SELECT count(*) FROM balance_check b WHERE b.agrees = 0 AND b.on_date ="
        " (SELECT max(n.on_date) FROM balance_check n WHERE n.dispatch_id = b.dispatch_id)"
        " AND (? = '' OR b.dispatch_id IN (SELECT id FROM dispatch WHERE service = ?))",
        (service, service),
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


def centre_news(db: Database, definition: Definition) -> CentreNews | None:
    """What citizens ask most, with its age; None when the centre has never said it, or makes nothing of it."""
    if partner_of(definition).stream != CENTRE_STREAM:
        return None
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


def list_conflicts(db: Database, service: str, *, settled: bool = False, limit: int = 100) -> list[Conflict]:
    """Open differences of a service, the newest of each line and side; or the settled ones, newest first."""
    newest = (
        "a.settled_by = '' AND a.id = (SELECT max(b.id) FROM answer_conflict b WHERE b.dispatch_id = a.dispatch_id"
        " AND b.ordinal = a.ordinal AND b.received_by = a.received_by AND b.settled_by = '')"
    )
    where, order = ("a.settled_by <> ''", "a.id DESC") if settled else (newest, "a.id")
    sql = f"{CONFLICTS} WHERE {where} AND d.service = ? ORDER BY {order} LIMIT ?"
    return [Conflict(*row) for row in db.run(sql, (service, limit))]


def disputed_on_the_way(db: Database, service: str) -> dict[str, list[tuple[int, str]]]:
    """Shipment → (case id, name) of cards in it whose answers differ, so that nobody waits for them yet."""
    where, values = standing(db, "arrive", service)
    rows = db.run(
        "SELECT DISTINCT l.shipment, c.id, c.name FROM answer_conflict a JOIN dispatch_line l"
        " ON l.dispatch_id = a.dispatch_id AND l.ordinal = a.ordinal JOIN case_file c ON c.id = l.case_id"
        f" WHERE a.settled_by = '' AND l.shipment <> '' AND c.service = ? AND NOT ({where}) ORDER BY c.id",
        [service, *values],
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for shipment, case_id, name in rows:
        found.setdefault(shipment, []).append((case_id, name))
    return found


def unchecked_answers(db: Database, actor: Actor, service: str) -> list[tuple[int, str, int]]:
    """(dispatch id, number, count) of typed answers that this person may check: not those of the own hand."""
    return list(
        db.run(
            "SELECT d.id, d.number, count(*) FROM typed_answer t JOIN dispatch d ON d.id = t.dispatch_id"
            " WHERE t.checked_by = '' AND t.typed_by <> ? AND d.service = ? GROUP BY d.id ORDER BY d.id",
            (actor.username, service),
        )
    )


class CaseToRepair(NamedTuple):
    id: int
    name: str
    area: str
    key: str
    due_on: str | None


def cases_to_repair(db: Database, actor: Actor, service: str, limit: int) -> list[CaseToRepair]:
    """Refused files of a service that wait to be put right, the nearest promise first."""
    where, values = standing(db, "repair", service)
    own, mine = ("AND c.area = ?", [actor.area]) if actor.village_only else ("", [])
    sql = f"SELECT c.id, c.name, c.area, c.main_key, c.due_on FROM case_file c WHERE {where} {own}"
    rows = db.run(f"{sql} ORDER BY c.due_on IS NULL, c.due_on, c.id LIMIT ?", [*values, *mine, limit])
    return [CaseToRepair(*row) for row in rows]


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

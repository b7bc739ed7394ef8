"""Answers that need a person: differences between two of them, typed ones to be checked, refusals of a case."""

from __future__ import annotations

from typing import NamedTuple

from app.core.permissions import Actor
from schema.database import Database


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


def conflicts(db: Database, *, settled: bool = False, limit: int = 100) -> list[Conflict]:
    """Differences that wait for a person, the newest of each line and side; or the settled ones, newest first."""
    newest = (
        "a.settled_by = '' AND a.id = (SELECT max(b.id) FROM answer_conflict b WHERE b.dispatch_id = a.dispatch_id"
        " AND b.ordinal = a.ordinal AND b.received_by = a.received_by AND b.settled_by = '')"
    )
    where, order = ("a.settled_by <> ''", "a.id DESC") if settled else (newest, "a.id")
    return [Conflict(*row) for row in db.run(f"{CONFLICTS} WHERE {where} ORDER BY {order} LIMIT ?", (limit,))]


def on_the_way(db: Database) -> dict[str, list[tuple[int, str]]]:
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


def unchecked(db: Database, actor: Actor) -> list[tuple[int, str, int]]:
    """(dispatch id, number, count) of typed answers that this person may check: not those of the own hand."""
    return list(
        db.run(
            "SELECT d.id, d.number, count(*) FROM typed_answer t JOIN dispatch d ON d.id = t.dispatch_id"
            " WHERE t.checked_by = '' AND t.typed_by <> ? GROUP BY d.id ORDER BY d.id",
            (actor.username,),
        )
    )


class Refusal(NamedTuple):
    """A line of a case that was refused: where, why, when, and by whom it came."""

    dispatch_id: int
    dispatch: str
    ordinal: int
    reason: str
    biometric: int
    answered_at: str | None
    answered_by: str


def refusals(db: Database, case_id: int) -> list[Refusal]:
    """Refused lines of a case, the newest first."""
    rows = db.run(
        "SELECT l.dispatch_id, d.number, l.ordinal, l.reason, l.biometric, l.answered_at, l.answered_by"
        " FROM dispatch_line l JOIN dispatch d ON d.id = l.dispatch_id WHERE l.case_id = ?"
        " AND l.result = 'refused' ORDER BY l.dispatch_id DESC",
        (case_id,),
    )
    return [Refusal(*row) for row in rows]

"""Lists of lines, dispatches, shipments and blanks as the pages of the floor show them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from app.centre.queries import JOIN_OFFICE_NAMES, LINE_IS_HELD, QUEUE_ORDER
from app.centre.tables import IncomingDispatch, IncomingLine
from schema.database import Database, first_value
from schema.tables import select_structs


def line_id(epoch: int, n: int) -> str:
    """A line by the parts of its address: offices send in one stream."""
    return f"{epoch}/dukcapil/{n}"


def find_lines(
    db: Database, where: str, params: Sequence[Any], order: str, limit: int = 2000, offset: int = 0
) -> list[IncomingLine]:
    """Lines that satisfy a condition, in an order; both are text of ours, values go through `params`."""
    rest = f"{JOIN_OFFICE_NAMES.format('l.source')} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
    name = "coalesce(p.label, o.name, l.source)"
    return IncomingLine.joined(db, "l", rest, (*params, limit, offset), office=name)


def list_queue(db: Database, office: str = "", limit: int = 26, offset: int = 0) -> list[IncomingLine]:
    """The print queue of all offices or of one, the nearest promise first; held lines are not offered."""
    one = " AND l.source = ?" if office else ""
    where = f"l.state = 'accepted' AND NOT ({LINE_IS_HELD}){one}"
    return find_lines(db, where, (office,) if office else (), ORDER_OF_QUEUE, limit, offset)


ORDER_OF_QUEUE = ", ".join(f"l.{column}" for column in QUEUE_ORDER.split(", "))


def next_in_queue(db: Database, office: str = "") -> IncomingLine | None:
    """The line to print next, leaving out what is asked back."""
    one = " AND l.source = ?" if office else ""
    where = f"l.state = 'accepted' AND l.recall = '' AND NOT ({LINE_IS_HELD}){one}"
    return next(iter(find_lines(db, where, (office,) if office else (), ORDER_OF_QUEUE, 1)), None)


def list_dispatch_lines(db: Database, office: str, dispatch_id: int) -> list[IncomingLine]:
    return find_lines(db, "l.source = ? AND l.dispatch_id = ?", (office, dispatch_id), "l.ordinal")


def list_cards_to_ship(db: Database, office: str) -> list[IncomingLine]:
    return find_lines(db, "l.source = ? AND l.state = 'printed'", (office,), "l.dispatch_id, l.ordinal")


def list_shipment_lines(db: Database, office: str, number: str) -> list[IncomingLine]:
    where = "l.source = ? AND l.shipment = ? AND l.shipment <> ''"
    return find_lines(db, where, (office, number), "l.dispatch_id, l.ordinal")


def list_refused_lines(db: Database, limit: int = 26, offset: int = 0) -> list[IncomingLine]:
    return find_lines(db, "l.state = 'refused'", (), "l.changed_at DESC, l.source, l.line", limit, offset)


def list_recalled_lines(db: Database) -> list[IncomingLine]:
    return find_lines(db, "l.state IN ('waiting', 'accepted') AND l.recall <> ''", (), ORDER_OF_QUEUE, 50)


def list_lines_of_person(db: Database, line: IncomingLine) -> list[IncomingLine]:
    """Other lines of the same NIK, from whatever office, the newest first."""
    where = "l.main_key = ? AND l.main_key <> '' AND l.service = ? AND NOT (l.source = ? AND l.line = ?)"
    return find_lines(db, where, (line.main_key, line.service, line.source, line.line), "l.sent_on DESC, l.line", 5)


def find_line(db: Database, office: str, line: str) -> IncomingLine | None:
    return next(iter(find_lines(db, "l.source = ? AND l.line = ?", (office, line), "l.line", 1)), None)


def search_lines(db: Database, text: str) -> list[IncomingLine]:
    """Lines by NIK, number of the family card, case number, slip code, serial or the beginning of a name."""
    typed = " ".join(text.split()).upper()[:100]
    plain = typed.replace(" ", "").replace("-", "").replace(".", "")
    if not typed:
        return []
    if plain.isdigit() and len(plain) == 16:
        return find_lines(db, "l.main_key = ? OR l.kk = ?", (plain, plain), "l.sent_on DESC, l.line", 50)
    for column, value in (("number", typed), ("code", plain), ("serial", plain)):
        found = find_lines(db, f"l.{column} = ? AND l.{column} <> ''", (value,), "l.sent_on DESC, l.line", 50)
        if found:
            return found
    return find_lines(
        db, "l.name >= ? AND l.name < ?", (typed, typed + "\U0010ffff"), "l.name, l.sent_on DESC, l.line", 50
    )


DISPATCH_FIGURES = {
    "office": "coalesce(p.label, o.name, d.source)",
    "came": "count(l.line)",
    "undecided": "count(l.line) FILTER (WHERE l.state = 'waiting')",
    "queued": "count(l.line) FILTER (WHERE l.state = 'accepted')",
    "printed": "count(l.line) FILTER (WHERE l.state IN ('printed', 'shipped') OR l.answer = 'printed')",
    "refused": "count(l.line) FILTER (WHERE l.state = 'refused' OR l.answer = 'refused')",
    "due_on": "coalesce(min(l.due_on) FILTER (WHERE l.state IN ('waiting', 'accepted')), '')",
    "unanswered": "count(l.line) FILTER (WHERE l.state = 'paper' AND l.answer IN ('', 'accepted'))",
}
"""What lists add to a dispatch. One on `paper` has answers of the paper list; `unanswered` lines never got one."""


def find_dispatches(db: Database, where: str, params: Sequence[Any], order: str) -> list[IncomingDispatch]:
    rest = (
        "LEFT JOIN incoming_line l ON l.source = d.source AND l.dispatch_id = d.dispatch_id"
        f"{JOIN_OFFICE_NAMES.format('d.source')} WHERE {where}"
        f" GROUP BY d.source, d.dispatch_id, p.label, o.name {order}"
    )
    return IncomingDispatch.joined(db, "d", rest, params, **DISPATCH_FIGURES)


def list_undecided_dispatches(db: Database, office: str = "") -> list[IncomingDispatch]:
    """Dispatches with lines that nobody has decided, the nearest promise first."""
    one_office = " AND w.source = ?" if office else ""
    where = (
        "(d.source, d.dispatch_id) IN (SELECT w.source, w.dispatch_id FROM incoming_line w"
        f" WHERE w.state = 'waiting'{one_office})"
    )
    order = "ORDER BY due_on, d.sent_on, d.source, d.dispatch_id LIMIT 50"
    return find_dispatches(db, where, (office,) if office else (), order)


def list_dispatches(db: Database, office: str, limit: int = 26, offset: int = 0) -> list[IncomingDispatch]:
    order = "ORDER BY d.sent_on DESC, d.dispatch_id DESC LIMIT ? OFFSET ?"
    return find_dispatches(db, "d.source = ?", (office, limit, offset), order)


def find_dispatch(db: Database, office: str, dispatch_id: int) -> IncomingDispatch | None:
    return next(iter(find_dispatches(db, "d.source = ? AND d.dispatch_id = ?", (office, dispatch_id), "")), None)


class SilentOffice(msgspec.Struct, frozen=True):
    """An office that has not given back yet what it holds of our decisions, and its held lines."""

    code: str
    name: str
    last_contact_at: str
    held: int


def last_return_epoch(db: Database) -> int:
    return int(first_value(db, "SELECT max(epoch) FROM side_return") or 0)


def list_silent_offices(db: Database) -> list[SilentOffice]:
    held = f"(SELECT count(*) FROM incoming_line l WHERE l.source = p.name AND {LINE_IS_HELD})"
    rest = "FROM road_peer p WHERE p.heard_in < (SELECT max(epoch) FROM side_return) ORDER BY p.name"
    last = "coalesce(p.last_contact_at, '')"
    return select_structs(SilentOffice, db, rest, code="p.name", name="p.label", last_contact_at=last, held=held)


def list_held_lines(db: Database, limit: int = 26, offset: int = 0) -> list[IncomingLine]:
    return find_lines(db, LINE_IS_HELD, (), ORDER_OF_QUEUE, limit, offset)

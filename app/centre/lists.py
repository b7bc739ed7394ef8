"""Lists of lines, dispatches, shipments and blanks as the pages of the floor show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.centre.queries import JOIN_OFFICE_NAMES, LINE_IS_HELD, QUEUE_ORDER
from schema.database import Database


@dataclass(frozen=True, slots=True)
class Line:
    """One line as lists show it; `main_key` is the full NIK and is masked by the page. `answer` is that of the paper
    list, for a line that went on paper."""

    source: str
    office: str
    line: str
    dispatch_id: int
    ordinal: int
    number: str
    name: str
    area_name: str
    main_key: str
    kind_label: str
    again: str
    due_on: str
    sent_on: str
    state: str
    reason: str
    serial: str
    printed_on: str
    spoiled: int
    recall: str
    shipment: str
    changed_at: str
    answer: str
    explained: str
    service: str

    @property
    def doubtful(self) -> bool:
        return self.explained != "[]"

    @property
    def printable(self) -> bool:
        """Whether a card of this line was made, is being made or may still be: a second one would be one too many."""
        return self.state in ("waiting", "accepted") or (self.state == "paper" and self.answer != "refused")

    @property
    def place(self) -> dict[str, Any]:
        return line_place(self.source, self.line)


def line_place(source: str, line: str) -> dict[str, Any]:
    """`350807` and `1/dukcapil/12` as the parts of an address."""
    epoch, _stream, n = line.split("/")
    return {"office": source, "epoch": int(epoch), "n": int(n)}


def line_id(epoch: int, n: int) -> str:
    """The other way round: offices send in one stream."""
    return f"{epoch}/dukcapil/{n}"


SELECT_LINE = (
    "SELECT l.source, coalesce(p.label, o.name, l.source), l.line, l.dispatch_id, l.ordinal, l.number,"
    " l.name, l.area_name, l.main_key, l.kind_label, l.again, l.due_on, l.sent_on, l.state, l.reason, l.serial,"
    " l.printed_on, l.spoiled, l.recall, l.shipment, l.changed_at, l.answer, l.explained, l.service"
    " FROM incoming_line l" + JOIN_OFFICE_NAMES.format("l.source")
)


def find_lines(
    db: Database, where: str, params: Sequence[Any], order: str, limit: int = 2000, offset: int = 0
) -> list[Line]:
    """Lines that satisfy a condition, in an order; both are text of ours, values go through `params`."""
    rows = db.run(f"{SELECT_LINE} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", (*params, limit, offset))
    return [Line(*row) for row in rows]


def list_queue(db: Database, office: str = "", limit: int = 26, offset: int = 0) -> list[Line]:
    """The print queue of all offices or of one, the nearest promise first; held lines are not offered."""
    one = " AND l.source = ?" if office else ""
    where = f"l.state = 'accepted' AND NOT ({LINE_IS_HELD}){one}"
    return find_lines(db, where, (office,) if office else (), ORDER_OF_QUEUE, limit, offset)


ORDER_OF_QUEUE = ", ".join(f"l.{column}" for column in QUEUE_ORDER.split(", "))


def next_in_queue(db: Database, office: str = "") -> Line | None:
    """The line to print next, leaving out what is asked back."""
    one = " AND l.source = ?" if office else ""
    where = f"l.state = 'accepted' AND l.recall = '' AND NOT ({LINE_IS_HELD}){one}"
    return next(iter(find_lines(db, where, (office,) if office else (), ORDER_OF_QUEUE, 1)), None)


def list_dispatch_lines(db: Database, office: str, dispatch_id: int) -> list[Line]:
    return find_lines(db, "l.source = ? AND l.dispatch_id = ?", (office, dispatch_id), "l.ordinal")


def list_cards_to_ship(db: Database, office: str) -> list[Line]:
    return find_lines(db, "l.source = ? AND l.state = 'printed'", (office,), "l.dispatch_id, l.ordinal")


def list_shipment_lines(db: Database, office: str, number: str) -> list[Line]:
    where = "l.source = ? AND l.shipment = ? AND l.shipment <> ''"
    return find_lines(db, where, (office, number), "l.dispatch_id, l.ordinal")


def list_refused_lines(db: Database, limit: int = 26, offset: int = 0) -> list[Line]:
    return find_lines(db, "l.state = 'refused'", (), "l.changed_at DESC, l.source, l.line", limit, offset)


def list_recalled_lines(db: Database) -> list[Line]:
    return find_lines(db, "l.state IN ('waiting', 'accepted') AND l.recall <> ''", (), ORDER_OF_QUEUE, 50)


def list_lines_of_person(db: Database, line: Line) -> list[Line]:
    """Other lines of the same NIK, from whatever office, the newest first."""
    where = "l.main_key = ? AND l.main_key <> '' AND l.service = ? AND NOT (l.source = ? AND l.line = ?)"
    return find_lines(db, where, (line.main_key, line.service, line.source, line.line), "l.sent_on DESC, l.line", 5)


def find_line(db: Database, office: str, line: str) -> Line | None:
    return next(iter(find_lines(db, "l.source = ? AND l.line = ?", (office, line), "l.line", 1)), None)


def search_lines(db: Database, text: str) -> list[Line]:
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


@dataclass(frozen=True, slots=True)
class DispatchFigures:
    """A dispatch in figures. One on `paper` has answers of the paper list; `unanswered` lines have none in the end."""

    source: str
    office: str
    dispatch_id: int
    number: str
    sent_on: str
    closed: int
    complete: int
    count: int
    came: int
    undecided: int
    queued: int
    printed: int
    refused: int
    due_on: str
    road: str
    unanswered: int


SELECT_DISPATCH = (
    "SELECT d.source, coalesce(p.label, o.name, d.source), d.dispatch_id, d.number, d.sent_on, d.closed,"
    " d.complete, d.count, count(l.line), count(l.line) FILTER (WHERE l.state = 'waiting'),"
    " count(l.line) FILTER (WHERE l.state = 'accepted'),"
    " count(l.line) FILTER (WHERE l.state IN ('printed', 'shipped') OR l.answer = 'printed'),"
    " count(l.line) FILTER (WHERE l.state = 'refused' OR l.answer = 'refused'),"
    " coalesce(min(l.due_on) FILTER (WHERE l.state IN ('waiting', 'accepted')), ''), d.road,"
    " count(l.line) FILTER (WHERE l.state = 'paper' AND l.answer IN ('', 'accepted'))"
    " FROM incoming_dispatch d LEFT JOIN incoming_line l ON l.source = d.source AND l.dispatch_id = d.dispatch_id"
    + JOIN_OFFICE_NAMES.format("d.source")
)
GROUP_DISPATCH = (
    " GROUP BY d.source, p.label, o.name, d.dispatch_id, d.number, d.sent_on, d.closed, d.complete, d.count, d.road"
)


def list_undecided_dispatches(db: Database, office: str = "") -> list[DispatchFigures]:
    """Dispatches with lines that nobody has decided, the nearest promise first."""
    one_office = " AND w.source = ?" if office else ""
    rows = db.run(
        f"{SELECT_DISPATCH} WHERE (d.source, d.dispatch_id) IN (SELECT w.source, w.dispatch_id FROM incoming_line w"
        f" WHERE w.state = 'waiting'{one_office}){GROUP_DISPATCH} ORDER BY 14, d.sent_on, d.source, d.dispatch_id "
        "LIMIT 50",
        (office,) if office else (),
    )
    return [DispatchFigures(*row) for row in rows]


def list_dispatches(db: Database, office: str, limit: int = 26, offset: int = 0) -> list[DispatchFigures]:
    rows = db.run(
        f"{SELECT_DISPATCH} WHERE d.source = ?{GROUP_DISPATCH} ORDER BY d.sent_on DESC, d.dispatch_id DESC LIMIT "
        "? OFFSET ?",
        (office, limit, offset),
    )
    return [DispatchFigures(*row) for row in rows]


def find_dispatch(db: Database, office: str, dispatch_id: int) -> DispatchFigures | None:
    row = db.one(f"{SELECT_DISPATCH} WHERE d.source = ? AND d.dispatch_id = ?{GROUP_DISPATCH}", (office, dispatch_id))
    return DispatchFigures(*row) if row else None


@dataclass(frozen=True, slots=True)
class SilentOffice:
    """An office that has not given back yet what it holds of our decisions, and its held lines."""

    code: str
    name: str
    last_contact_at: str
    held: int


def last_return_epoch(db: Database) -> int:
    row = db.one("SELECT max(epoch) FROM side_return")
    return int(row[0] or 0) if row else 0


def list_silent_offices(db: Database) -> list[SilentOffice]:
    rows = db.run(
        "SELECT p.name, p.label, coalesce(p.last_contact_at, ''),"
        f" (SELECT count(*) FROM incoming_line l WHERE l.source = p.name AND {LINE_IS_HELD})"
        " FROM road_peer p WHERE p.heard_in < (SELECT max(epoch) FROM side_return) ORDER BY p.name"
    )
    return [SilentOffice(*row) for row in rows]


def list_held_lines(db: Database, limit: int = 26, offset: int = 0) -> list[Line]:
    return find_lines(db, LINE_IS_HELD, (), ORDER_OF_QUEUE, limit, offset)

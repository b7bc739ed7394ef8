"""Lists of lines, dispatches, shipments and blanks as the pages of the floor show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.centre.queries import HELD, ORDER
from schema.database import Database

NAMED = " LEFT JOIN road_peer p ON p.name = {0} LEFT JOIN centre_office o ON o.code = {0}"
"""Joins that know an office's name; `coalesce(p.label, o.name, code)` is the one to show."""


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

    @property
    def doubtful(self) -> bool:
        """Whether the office wrote a reason for something in it that contradicts itself."""
        return self.explained != "[]"

    @property
    def printable(self) -> bool:
        """Whether a card of this line was made, is being made or may still be: a second one would be one too many."""
        return self.state in ("waiting", "accepted") or (self.state == "paper" and self.answer != "refused")

    @property
    def place(self) -> dict[str, Any]:
        """The parts of the line's address."""
        return place(self.source, self.line)


def place(source: str, line: str) -> dict[str, Any]:
    """`350807` and `1/dukcapil/12` as the parts of an address."""
    epoch, _stream, n = line.split("/")
    return {"office": source, "epoch": int(epoch), "n": int(n)}


def line_id(epoch: int, n: int) -> str:
    """The other way round: offices send in one stream."""
    return f"{epoch}/dukcapil/{n}"


LINE = (
    "SELECT l.source, coalesce(p.label, o.name, l.source), l.line, l.dispatch_id, l.ordinal, l.number,"
    " l.name, l.area_name, l.main_key, l.kind_label, l.again, l.due_on, l.sent_on, l.state, l.reason, l.serial,"
    " l.printed_on, l.spoiled, l.recall, l.shipment, l.changed_at, l.answer, l.explained FROM incoming_line l"
    + NAMED.format("l.source")
)


def lines(
    db: Database, where: str, params: Sequence[Any], order: str, limit: int = 2000, offset: int = 0
) -> list[Line]:
    """Lines that satisfy a condition, in an order; both are text of ours, values go through `params`."""
    rows = db.run(f"{LINE} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", (*params, limit, offset))
    return [Line(*row) for row in rows]


def queue(db: Database, office: str = "", limit: int = 26, offset: int = 0) -> list[Line]:
    """The print queue of all offices or of one, the nearest promise first; held lines are not offered."""
    one = " AND l.source = ?" if office else ""
    where = f"l.state = 'accepted' AND NOT ({HELD}){one}"
    return lines(db, where, (office,) if office else (), ORDER_OF_QUEUE, limit, offset)


ORDER_OF_QUEUE = ", ".join(f"l.{column}" for column in ORDER.split(", "))


def next_in_queue(db: Database, office: str = "") -> Line | None:
    """The line to print next, leaving out what is asked back."""
    one = " AND l.source = ?" if office else ""
    where = f"l.state = 'accepted' AND l.recall = '' AND NOT ({HELD}){one}"
    return next(iter(lines(db, where, (office,) if office else (), ORDER_OF_QUEUE, 1)), None)


def of_dispatch(db: Database, office: str, dispatch_id: int) -> list[Line]:
    """All lines of a dispatch in its order."""
    return lines(db, "l.source = ? AND l.dispatch_id = ?", (office, dispatch_id), "l.ordinal")


def ready_to_ship(db: Database, office: str) -> list[Line]:
    """Printed cards that still lie here."""
    return lines(db, "l.source = ? AND l.state = 'printed'", (office,), "l.dispatch_id, l.ordinal")


def of_shipment(db: Database, office: str, number: str) -> list[Line]:
    """The cards of a shipment."""
    where = "l.source = ? AND l.shipment = ? AND l.shipment <> ''"
    return lines(db, where, (office, number), "l.dispatch_id, l.ordinal")


def refused(db: Database, limit: int = 26, offset: int = 0) -> list[Line]:
    """Refused lines, the newest first."""
    return lines(db, "l.state = 'refused'", (), "l.changed_at DESC, l.source, l.line", limit, offset)


def asked_back(db: Database) -> list[Line]:
    """Lines that an office wants back and that wait for an answer."""
    return lines(db, "l.state IN ('waiting', 'accepted') AND l.recall <> ''", (), ORDER_OF_QUEUE, 50)


def same_person(db: Database, line: Line) -> list[Line]:
    """Other lines of the same NIK, from whatever office, the newest first."""
    where = "l.main_key = ? AND l.main_key <> '' AND NOT (l.source = ? AND l.line = ?)"
    return lines(db, where, (line.main_key, line.source, line.line), "l.sent_on DESC, l.line", 5)


def one(db: Database, office: str, line: str) -> Line | None:
    """One line, or None."""
    return next(iter(lines(db, "l.source = ? AND l.line = ?", (office, line), "l.line", 1)), None)


def find(db: Database, text: str) -> list[Line]:
    """Lines by NIK, number of the family card, case number, slip code, serial or the beginning of a name."""
    typed = " ".join(text.split()).upper()[:100]
    plain = typed.replace(" ", "").replace("-", "").replace(".", "")
    if not typed:
        return []
    if plain.isdigit() and len(plain) == 16:
        return lines(db, "l.main_key = ? OR l.kk = ?", (plain, plain), "l.sent_on DESC, l.line", 50)
    for column, value in (("number", typed), ("code", plain), ("serial", plain)):
        found = lines(db, f"l.{column} = ? AND l.{column} <> ''", (value,), "l.sent_on DESC, l.line", 50)
        if found:
            return found
    return lines(
        db, "l.name >= ? AND l.name < ?", (typed, typed + "\U0010ffff"), "l.name, l.sent_on DESC, l.line", 50
    )


@dataclass(frozen=True, slots=True)
class Arrived:
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


ARRIVED = (
    "SELECT d.source, coalesce(p.label, o.name, d.source), d.dispatch_id, d.number, d.sent_on, d.closed,"
    " d.complete, d.count, count(l.line), count(l.line) FILTER (WHERE l.state = 'waiting'),"
    " count(l.line) FILTER (WHERE l.state = 'accepted'),"
    " count(l.line) FILTER (WHERE l.state IN ('printed', 'shipped') OR l.answer = 'printed'),"
    " count(l.line) FILTER (WHERE l.state = 'refused' OR l.answer = 'refused'),"
    " coalesce(min(l.due_on) FILTER (WHERE l.state IN ('waiting', 'accepted')), ''), d.road,"
    " count(l.line) FILTER (WHERE l.state = 'paper' AND l.answer IN ('', 'accepted'))"
    " FROM incoming_dispatch d LEFT JOIN incoming_line l ON l.source = d.source AND l.dispatch_id = d.dispatch_id"
    + NAMED.format("d.source")
)
GROUPED = (
    " GROUP BY d.source, p.label, o.name, d.dispatch_id, d.number, d.sent_on, d.closed, d.complete, d.count,"
    " d.road"
)


def undecided(db: Database, office: str = "") -> list[Arrived]:
    """Dispatches with lines that nobody has decided, the nearest promise first."""
    one_office = " AND w.source = ?" if office else ""
    rows = db.run(
        f"{ARRIVED} WHERE (d.source, d.dispatch_id) IN (SELECT w.source, w.dispatch_id FROM incoming_line w"
        f" WHERE w.state = 'waiting'{one_office}){GROUPED} ORDER BY 14, d.sent_on, d.source, d.dispatch_id LIMIT 50",
        (office,) if office else (),
    )
    return [Arrived(*row) for row in rows]


def dispatches(db: Database, office: str, limit: int = 26, offset: int = 0) -> list[Arrived]:
    """Dispatches of an office, the newest first."""
    rows = db.run(f"{ARRIVED} WHERE d.source = ?{GROUPED} ORDER BY d.sent_on DESC, d.dispatch_id DESC LIMIT ? OFFSET ?",
                  (office, limit, offset))  # fmt: skip
    return [Arrived(*row) for row in rows]


def dispatch(db: Database, office: str, dispatch_id: int) -> Arrived | None:
    """One dispatch, or None."""
    row = db.one(f"{ARRIVED} WHERE d.source = ? AND d.dispatch_id = ?{GROUPED}", (office, dispatch_id))
    return Arrived(*row) if row else None

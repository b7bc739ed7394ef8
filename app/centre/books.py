"""What the pages show of offices, shipments and the book of blanks."""

from __future__ import annotations

from dataclasses import dataclass

from app.centre.lists import NAMED
from app.centre.queries import stock
from app.centre.tables import BlankCount, BlankDay, OutgoingShipment
from schema.database import Database


@dataclass(frozen=True, slots=True)
class OfficeQueue:
    """What an office still waits for. `printed`: cards that lie here; times and dates are ISO text or empty."""

    code: str
    name: str
    undecided: int
    queued: int
    printed: int
    oldest_on: str
    due_on: str
    last_contact_at: str

    @property
    def waiting(self) -> int:
        """Lines without an answer."""
        return self.undecided + self.queued


def office_queues(db: Database) -> list[OfficeQueue]:
    """Every office with something on this desk, the nearest promise first."""
    rows = db.run(
        "SELECT l.source, coalesce(p.label, o.name, l.source), count(*) FILTER (WHERE l.state = 'waiting'),"
        " count(*) FILTER (WHERE l.state = 'accepted'), count(*) FILTER (WHERE l.state = 'printed'),"
        " coalesce(min(l.sent_on) FILTER (WHERE l.state <> 'printed'), ''),"
        " coalesce(min(l.due_on) FILTER (WHERE l.state <> 'printed'), '') AS due, coalesce(p.last_contact_at, '')"
        f" FROM incoming_line l{NAMED.format('l.source')} WHERE l.state IN ('waiting', 'accepted', 'printed')"
        " GROUP BY l.source, p.label, o.name, p.last_contact_at"
    )
    found = [OfficeQueue(*row) for row in rows]
    return sorted(found, key=lambda row: (not row.waiting, row.due_on, row.code))


def office_names(db: Database) -> dict[str, str]:
    """Code → name of every office that was invited or enrolled; the enrolled name holds."""
    return dict(db.run("SELECT code, name FROM centre_office")) | dict(
        db.run("SELECT name, label FROM road_peer")
    )


@dataclass(frozen=True, slots=True)
class Shipped:
    """A shipment as lists show it."""

    office: str
    name: str
    number: str
    on_date: str
    count: int
    carrier: str
    at: str
    actor: str


SHIPPED = (
    "SELECT s.office, coalesce(p.label, o.name, s.office), s.number, s.on_date, s.count, s.carrier, s.at, s.actor"
    " FROM outgoing_shipment s" + NAMED.format("s.office")
)


def shipments(db: Database, limit: int = 26, offset: int = 0) -> list[Shipped]:
    """Shipments, the newest first."""
    rows = db.run(f"{SHIPPED} ORDER BY s.at DESC, s.number DESC LIMIT ? OFFSET ?", (limit, offset))
    return [Shipped(*row) for row in rows]


def shipment(db: Database, number: str) -> Shipped | None:
    """One shipment, or None."""
    row = db.one(f"{SHIPPED} WHERE s.number = ?", (number,))
    return Shipped(*row) if row else None


def last_carrier(db: Database, office: str) -> str:
    """Who carried the cards of this office last time, as a suggestion."""
    rows = OutgoingShipment.rows(
        db, OutgoingShipment.office == office, order=OutgoingShipment.at.desc(), limit=1
    )
    return str(rows[0].carrier) if rows else ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the book of blanks; `left` is the stock at its end."""

    on_date: str
    received: int
    used: int
    spoiled: int
    corrected: int
    left: int


def days(db: Database, limit: int = 31) -> list[Day]:
    """The last days on which the book moved, the newest first."""
    found, left = [], stock(db)
    for day in BlankDay.rows(db, order=BlankDay.on_date.desc(), limit=limit):
        found.append(Day(day.on_date, day.received, day.used, day.spoiled, day.corrected, left))
        left -= day.received + day.corrected - day.used - day.spoiled
    return found


def deliveries(db: Database, limit: int = 20) -> list[tuple[str, str, int, str, str]]:
    """(kind, date, signed count, note, actor) of what came in or was put right, the newest first."""
    rows = db.run("SELECT kind, on_date, count, note, actor FROM blank_movement WHERE kind IN ('received', 'corrected')"
                  " ORDER BY at DESC, entry DESC LIMIT ?", (limit,))  # fmt: skip
    return [tuple(row) for row in rows]


def last_count(db: Database) -> BlankCount | None:
    """The last count of the drawer by hand."""
    rows = BlankCount.rows(db, order=(BlankCount.at.desc(), BlankCount.entry.desc()), limit=1)
    return rows[0] if rows else None


def cards_a_day(db: Database, since: str) -> float:
    """Blanks used on an average day of printing since a date, 0 when none was used."""
    row = db.one(
        "SELECT sum(used + spoiled), count(*) FROM blank_day WHERE used + spoiled > 0 AND on_date >= ?",
        (since,),
    )
    return float(row[0]) / row[1] if row and row[1] else 0.0

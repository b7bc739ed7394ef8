"""What the pages of the print floor read, in one statement each."""

from dataclasses import dataclass
from typing import Any

import msgspec

from app.centre.tables import BlankCount, BlankDay, BlankMovement, OutgoingShipment
from schema.database import Database, first_value
from schema.tables import select_structs

JOIN_OFFICE_NAMES = " LEFT JOIN road_peer p ON p.name = {0} LEFT JOIN centre_office o ON o.code = {0}"
"""Joins that know an office's name; `coalesce(p.label, o.name, code)` is the one to show."""


QUEUE_ORDER = "due_on, sent_on, source, dispatch_id, ordinal"
"""Order of the print queue: the nearest promise first, then whoever sent first."""


LINE_IS_HELD = (
    "l.state IN ('waiting', 'accepted') AND EXISTS (SELECT 1 FROM road_peer h WHERE h.name = l.source"
    " AND h.heard_in < (SELECT max(epoch) FROM side_return)) AND NOT EXISTS (SELECT 1 FROM line_release r"
    " WHERE r.source = l.source AND r.line = l.line AND r.return_epoch = (SELECT max(epoch) FROM side_return))"
)
"""SQL on a line `l`: it is held. Nothing is before the first return, for a number is never smaller than NULL."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Lines in figures. They agree when came = printed + refused + waiting (shipped cards count as printed)."""

    came: int
    printed: int
    refused: int
    waiting: int

    @property
    def agrees(self) -> bool:
        return self.came == self.printed + self.refused + self.waiting


def count_paper_lines(db: Database, office: str) -> int:
    return int(
        first_value(db, "SELECT count(*) FROM incoming_line WHERE source = ? AND state = 'paper'", (office,)) or 0
    )


@dataclass(frozen=True, slots=True)
class Blanks:
    """The book of blanks in figures: stock = before + received + corrected - used - spoiled."""

    before: int
    received: int
    used: int
    spoiled: int
    corrected: int

    @property
    def stock(self) -> int:
        return self.before + self.received + self.corrected - self.used - self.spoiled


LEFT_OVER = "coalesce(sum(received + corrected - used - spoiled), 0)"
"""What days leave over."""


def blank_stock(db: Database) -> int:
    return int(first_value(db, f"SELECT {LEFT_OVER} FROM blank_day") or 0)


def queue_length(db: Database) -> int:
    return int(first_value(db, "SELECT count(*) FROM incoming_line WHERE state = 'accepted'") or 0)


def is_line_held(db: Database, office: str, line: str) -> bool:
    sql = f"SELECT 1 FROM incoming_line l WHERE l.source = ? AND l.line = ? AND {LINE_IS_HELD}"
    return db.one(sql, (office, line)) is not None


def line_balance(db: Database, office: str = "", dispatch_id: int | None = None) -> Balance:
    """The balance of everything, of an office, or of one dispatch. Lines that went on paper are no work of this floor.

    Each part is counted by its own states, so that a line in no known state would show.
    """
    where, params = ["state <> 'paper'"], []
    for clause, value in (("source = ?", office or None), ("dispatch_id = ?", dispatch_id)):
        if value is not None:
            where.append(clause)
            params.append(value)
    row = db.one(
        "SELECT count(*), count(*) FILTER (WHERE state IN ('printed', 'shipped')),"
        " count(*) FILTER (WHERE state = 'refused'), count(*) FILTER (WHERE state IN ('waiting', 'accepted'))"
        f" FROM incoming_line WHERE {' AND '.join(where)}",
        params,
    )
    return Balance(*row) if row else Balance(0, 0, 0, 0)


def blank_figures(db: Database, since: str = "0000-00-00", until: str = "9999-12-31") -> Blanks:
    """The book of blanks between two office dates (both included); `before` is the stock at the start."""
    before = db.one(f"SELECT {LEFT_OVER} FROM blank_day WHERE on_date < ?", (since,))
    moved = db.one(
        "SELECT coalesce(sum(received), 0), coalesce(sum(used), 0), coalesce(sum(spoiled), 0),"
        " coalesce(sum(corrected), 0) FROM blank_day WHERE on_date >= ? AND on_date <= ?",
        (since, until),
    )
    return Blanks(int(before[0]) if before else 0, *(int(amount) for amount in moved or (0, 0, 0, 0)))


class OfficeQueue(msgspec.Struct, frozen=True):
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
        return self.undecided + self.queued


def list_office_queues(db: Database) -> list[OfficeQueue]:
    """Every office with something on this desk, the nearest promise first."""
    found = select_structs(
        OfficeQueue,
        db,
        f"FROM incoming_line l{JOIN_OFFICE_NAMES.format('l.source')}"
        " WHERE l.state IN ('waiting', 'accepted', 'printed') GROUP BY l.source, p.label, o.name, p.last_contact_at",
        code="l.source",
        name="coalesce(p.label, o.name, l.source)",
        undecided="count(*) FILTER (WHERE l.state = 'waiting')",
        queued="count(*) FILTER (WHERE l.state = 'accepted')",
        printed="count(*) FILTER (WHERE l.state = 'printed')",
        oldest_on="coalesce(min(l.sent_on) FILTER (WHERE l.state <> 'printed'), '')",
        due_on="coalesce(min(l.due_on) FILTER (WHERE l.state <> 'printed'), '')",
        last_contact_at="coalesce(p.last_contact_at, '')",
    )
    return sorted(found, key=lambda row: (not row.waiting, row.due_on, row.code))


def office_names(db: Database) -> dict[str, str]:
    """Code → name of every office that was invited or enrolled; the enrolled name holds."""
    return dict(db.run("SELECT code, name FROM centre_office")) | dict(db.run("SELECT name, label FROM road_peer"))


def find_shipments(db: Database, rest: str, params: tuple[Any, ...]) -> list[OutgoingShipment]:
    """Shipments with the `name` of their office."""
    joins = JOIN_OFFICE_NAMES.format("s.office")
    return OutgoingShipment.joined(db, "s", joins + rest, params, name="coalesce(p.label, o.name, s.office)")


def list_shipments(db: Database, limit: int = 26, offset: int = 0) -> list[OutgoingShipment]:
    return find_shipments(db, " ORDER BY s.at DESC, s.number DESC LIMIT ? OFFSET ?", (limit, offset))


def find_shipment(db: Database, number: str) -> OutgoingShipment | None:
    return next(iter(find_shipments(db, " WHERE s.number = ?", (number,))), None)


def last_carrier(db: Database, office: str) -> str:
    """Who carried the cards of this office last time, as a suggestion."""
    last = OutgoingShipment.first(db, office=office, order="at DESC")
    return str(last.carrier) if last else ""


def list_book_days(db: Database, limit: int = 31) -> list[BlankDay]:
    """The last days on which the book moved, the newest first; `left` is the stock at the end of the day."""
    days, left = BlankDay.rows(db, order="on_date DESC", limit=limit), blank_stock(db)
    for day in days:
        day.left = left
        left -= day.received + day.corrected - day.used - day.spoiled
    return days


def list_deliveries(db: Database, limit: int = 20) -> list[BlankMovement]:
    """What came in or was put right, the newest first."""
    return BlankMovement.rows(db, kind=("received", "corrected"), order="at DESC, entry DESC", limit=limit)


def last_count(db: Database) -> BlankCount | None:
    return BlankCount.first(db, order="at DESC, entry DESC")


def blanks_per_day(db: Database, since: str) -> float:
    """Blanks used on an average day of printing since a date, 0 when none was used."""
    row = db.one(
        "SELECT sum(used + spoiled), count(*) FROM blank_day WHERE used + spoiled > 0 AND on_date >= ?",
        (since,),
    )
    return float(row[0]) / row[1] if row and row[1] else 0.0

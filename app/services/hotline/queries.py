"""What pages and papers ask of contacts: the cases of the hotline with their way. Reads only."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from app.casework.desk.tables import CaseFile
from app.core.clock import office_date
from app.core.problems import Problem
from app.core.text import prefix_query
from app.platform.office import queries as office
from app.services.hotline import SERVICE
from app.services.hotline.tables import HotlineComplaint
from schema.database import Database

JUST_NOW = timedelta(minutes=2)


def is_in_use(db: Database) -> bool:
    """Whether this office has the procedure at all."""
    return any(standard.service == SERVICE for standard in office.list_standards(db))


class Moved(NamedTuple):
    """One move of a contact: moment in UTC, outcome, steps, who, and what was written."""

    at: datetime
    action: str
    step_from: str
    step_to: str
    actor: str
    note: str


class Contact(NamedTuple):
    """A contact with its moves, in order."""

    id: int
    number: str
    kind: str
    name: str
    phone: str
    fields: dict[str, str]
    received_on: date
    opened_at: datetime
    entered_by: str
    step: str
    closed: bool
    moves: list[Moved]

    @property
    def question(self) -> str:
        return self.fields["question"]

    @property
    def channel(self) -> str:
        return self.fields["channel"]

    def last(self, *actions: str) -> Moved | None:
        """The newest move with one of these outcomes."""
        return next((move for move in reversed(self.moves) if move.action in actions), None)


def contacts_between(db: Database, first: date, last: date) -> list[Contact]:
    """The contacts received from one day to another, in the order of the book."""
    where = "c.service = ? AND c.received_on BETWEEN ? AND ? ORDER BY c.received_on, c.id"
    return select_contacts(db, where, (SERVICE, first.isoformat(), last.isoformat()))


def open_contacts(db: Database, most: int, skip: int = 0) -> list[Contact]:
    return select_contacts(db, "c.service = ? AND c.closed = 0 ORDER BY c.id LIMIT ? OFFSET ?", (SERVICE, most, skip))


def contacts_asking(db: Database, text: str, most: int) -> list[Contact]:
    """Contacts whose question holds every word of a text, the newest first."""
    query = prefix_query(text)
    where = "c.id IN (SELECT rowid FROM contact_fts WHERE contact_fts MATCH ? ORDER BY rowid DESC LIMIT ?)"
    if not query:
        return []
    return select_contacts(db, f"{where} ORDER BY c.id DESC", (query, most))


def get_contact(db: Database, case_id: int) -> Contact:
    """Raises Problem `not_found` for a case of another service too."""
    found = select_contacts(db, "c.id = ? AND c.service = ?", (case_id, SERVICE))
    if not found:
        raise Problem.of("not_found", what="Kontak itu")
    return found[0]


def select_contacts(db: Database, where: str, params: Sequence[Any]) -> list[Contact]:
    """Contacts by a condition of this module's own text on `c`."""
    rows = CaseFile.joined(db, "c", f"WHERE {where}", params)
    moves = moves_of(db, [row.id for row in rows])
    return [
        Contact(
            row.id,
            row.number,
            row.kind,
            row.name,
            row.main_key,
            msgspec.json.decode(row.fields, type=dict[str, str]),
            date.fromisoformat(row.received_on),
            datetime.fromisoformat(row.entered_at),
            row.entered_by,
            row.step,
            bool(row.closed),
            moves.get(row.id, []),
        )
        for row in rows
    ]


def moves_of(db: Database, case_ids: Sequence[int]) -> dict[int, list[Moved]]:
    """Case id → its moves from one step to another, in order."""
    found: dict[int, list[Moved]] = {}
    for start in range(0, len(case_ids), 500):
        some = case_ids[start : start + 500]
        sql = (
            "SELECT case_id, at, action, step_from, step_to, actor, note FROM case_event"
            f" WHERE case_id IN ({', '.join('?' * len(some))}) AND step_from <> step_to ORDER BY id"
        )
        for case_id, at, *rest in db.run(sql, some):
            found.setdefault(case_id, []).append(Moved(datetime.fromisoformat(at), *rest))
    return found


def find_open_contact(db: Database, number: str) -> int | None:
    """The newest open contact of a telephone number, or None."""
    row = db.one(
        "SELECT c.id FROM case_key k JOIN case_file c ON c.id = k.case_id WHERE k.value = ? AND k.name = 'number'"
        " AND c.service = ? AND c.closed = 0 ORDER BY c.id DESC LIMIT 1",
        (number, SERVICE),
    )
    return int(row[0]) if row else None


def just_opened(db: Database, username: str, fields: dict[str, str], now: datetime) -> Contact | None:
    """The contact that the same person opened with the same words a moment ago: the first of two clicks."""
    today = contacts_between(db, office_date(now), office_date(now))
    mine = (contact for contact in today if contact.entered_by == username and contact.opened_at >= now - JUST_NOW)
    return next((contact for contact in mine if contact.fields == fields), None)


def complaint_of(db: Database, case_id: int) -> tuple[int, str] | None:
    """(id, number) of the line that a contact became."""
    row = db.one(
        "SELECT l.id, l.number FROM hotline_complaint h JOIN complaint l ON l.id = h.complaint_id WHERE h.case_id = ?",
        (case_id,),
    )
    if not row:
        return None
    return (int(row[0]), str(row[1]))


def contact_of_line(db: Database, complaint_id: int) -> int | None:
    row = HotlineComplaint.first(db, complaint_id=complaint_id)
    return row.case_id if row else None

"""The register book of a month: the same rows for the page, the paper and the spreadsheet. Keys stay masked."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from app.core.clock import office_date
from app.core.dates import month_year
from app.core.permissions import Actor
from app.core.workdays import Calendar
from app.desk.papers import paper_fields
from app.desk.queries import CaseRow, area_name, home_addresses, register_month
from app.office import queries as office
from app.office.papers import head_official, staff_official
from app.printing.data import books as shapes
from app.printing.spreadsheet import SheetColumn, write_sheet
from app.procedure import engine
from schema.database import Database
from schema.service_procedure import Definition

KEY = "key"
TITLES = ("No.", "Diterima", "Nomor", "Nama", KEY, "Desa", "Jenis", "Lengkap", "Janji", "Ditepati", "Keadaan")
"""Heads of the columns; that of the key is the one of the service's field."""
WIDTHS = (0, 0, 0, 2.5, 0, 2.4, 1.4, 0, 0, 0, 2.0)
SHEET_WIDTHS = (6, 12, 18, 32, 20, 30, 18, 12, 12, 12, 26)
DATES = ("Diterima", "Lengkap", "Janji", "Ditepati")


class Definitions:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[tuple[str, str], Definition] = {}

    def of(self, row: CaseRow) -> Definition:
        key = (row.service, row.revision)
        if key not in self._known:
            self._known[key] = office.adopted_definition(self._db, *key)
        return self._known[key]

    def state(self, row: CaseRow) -> str:
        return engine.state_named(self.of(row), row.step).state_label

    def key(self, row: CaseRow) -> str:
        return engine.mask_key(self.of(row), row.main_key)

    def kind(self, row: CaseRow) -> str:
        return engine.kind_named(self.of(row), row.kind).label


class RegisterLine(msgspec.Struct, frozen=True):
    number: int
    row: CaseRow
    key: str
    village: str
    kind: str
    state: str

    def cells(self) -> list[str | int | date | None]:
        row = self.row
        return [
            self.number,
            stored_day(row.received_on),
            row.number,
            row.name,
            self.key,
            self.village,
            self.kind,
            stored_day(row.completed_on),
            stored_day(row.due_on),
            stored_day(row.kept_on),
            self.state,
        ]


def stored_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def register_titles(definition: Definition) -> list[str]:
    key = engine.field_with_role(definition, "key")
    return [(key.heading if key else "Kunci") if title == KEY else title for title in TITLES]


def mask_note(definition: Definition) -> str:
    """That the book shows the key in part, where it does."""
    key = engine.field_with_role(definition, "key")
    return f"{key.heading} ditampilkan sebagian." if key and key.mask else ""


def register_lines(db: Database, actor: Actor, service: str, month: date) -> list[RegisterLine]:
    known, names = Definitions(db), office.area_names(db)
    rows = register_month(db, actor, service, month.year, month.month)
    away, calendar = home_addresses(db, rows, known.of), office.office_calendar(db)
    return [
        RegisterLine(
            number,
            row,
            known.key(row),
            area_name(names, row.area, away.get(row.id, "")),
            known.kind(row),
            known.state(row) + estimate_text(row, calendar),
        )
        for number, row in enumerate(rows, start=1)
    ]


def estimate_text(row: CaseRow, calendar: Calendar) -> str:
    """Behind the state of an open case: that its promise is an estimate, where its year waits for a decree."""
    promised = stored_day(row.due_on) if not row.closed and not row.kept_on else None
    note = calendar.estimate_note(promised) if promised else ""
    return f"; janji {note}" if note else ""


def register_totals(book: Sequence[RegisterLine], today: date) -> list[tuple[str, int]]:
    """Figures under the book; they add up: received = running + closed.

    A promise whose day is past counts as late also while nobody has kept it yet.
    """
    rows = [one.row for one in book]
    closed = sum(1 for row in rows if row.closed)
    late = sum(1 for row in rows if row.kept_on and row.due_on and row.kept_on > row.due_on)
    kept = sum(1 for row in rows if row.kept_on) - late
    overdue = sum(1 for row in rows if is_overdue(row, today))
    return [
        ("Diterima", len(rows)),
        ("Masih berjalan", len(rows) - closed),
        ("Ditutup atau selesai", closed),
        ("Janji ditepati", kept),
        ("Janji terlambat", late),
        ("Lewat, belum selesai", overdue),
    ]


def is_overdue(row: CaseRow, today: date) -> bool:
    return not row.closed and not row.kept_on and bool(row.due_on) and str(row.due_on) < today.isoformat()


def register_paper(db: Database, actor: Actor, definition: Definition, month: date, now: datetime) -> shapes.Register:
    """The month of a service as a paper, signed by the keeper and the head of the section."""
    book = register_lines(db, actor, definition.id, month)
    note = mask_note(definition)
    return shapes.Register(
        **paper_fields(db, definition, "register", actor, now),
        title="Buku Register Pelayanan",
        period=month_year(month),
        columns=tuple(
            shapes.Column(title=title, width=width, align="right" if title == "No." else "left")
            for title, width in zip(register_titles(definition), WIDTHS, strict=True)
        ),
        rows=tuple(tuple(one.cells()) for one in book),
        totals=tuple(
            shapes.Total(label=label, value=value) for label, value in register_totals(book, office_date(now))
        ),
        keeper=staff_official(db, actor.username),
        approver=head_official(db, office_date(now)),
        notes=(f"{note} Nomor lengkap ada di berkas masing-masing.",) if note else (),
    )


def register_sheet(db: Database, actor: Actor, definition: Definition, month: date, now: datetime) -> bytes:
    book = register_lines(db, actor, definition.id, month)
    rows: Iterable[list[str | int | date | None]] = (one.cells() for one in book)
    columns = [
        SheetColumn(title, width, "date" if title in DATES else "number" if title == "No." else "text")
        for title, width in zip(register_titles(definition), SHEET_WIDTHS, strict=True)
    ]
    return write_sheet(f"Register {month_year(month)}", columns, rows, made_at=now)

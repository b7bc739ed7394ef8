"""The register book of a month: the same rows for page, paper and spreadsheet; keys stay masked."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple

import msgspec

from app.casework.desk.form import key_heading
from app.casework.desk.paper_heads import paper_fields
from app.casework.desk.queries import (
    CaseRow,
    area_name,
    definitions_of,
    home_addresses,
    register_month,
)
from app.casework.desk.waiting import shown_state, waiting_cases
from app.core.clock import office_date
from app.core.dates import month_year, stored_date
from app.core.permissions import Actor
from app.core.procedure import engine
from app.core.workdays import Calendar
from app.platform.office import queries as office
from app.platform.office.papers import office_name, official_above, staff_official
from app.platform.printing.data import books
from app.platform.printing.spreadsheet import SheetColumn, write_sheet
from schema.database import Database
from schema.service_procedure import Definition


class RegisterColumn(NamedTuple):
    """A column of the book: its head, its share of the paper's width (0: as wide as it needs), its width on the sheet,
    and what it holds."""

    title: str
    share: float
    width: int
    kind: Literal["text", "date", "number"] = "text"


KEY = "key"
AREA = "area"
COLUMNS = (
    RegisterColumn("No.", 0, 6, "number"),
    RegisterColumn("Diterima", 0, 12, "date"),
    RegisterColumn("Nomor", 0, 18),
    RegisterColumn("Nama", 2.5, 32),
    RegisterColumn(KEY, 0, 20),
    RegisterColumn(AREA, 2.4, 30),
    RegisterColumn("Jenis", 1.4, 18),
    RegisterColumn("Lengkap", 0, 12, "date"),
    RegisterColumn("Janji", 0, 12, "date"),
    RegisterColumn("Ditepati", 0, 12, "date"),
    RegisterColumn("Keadaan", 2.0, 26),
)
"""The key's head is that of the service's field; a service that asks no village has no column for it."""


class RegisterLine(msgspec.Struct, frozen=True):
    number: int
    row: CaseRow
    key: str
    village: str
    kind: str
    state: str

    def cells(self, with_area: bool = True) -> list[str | int | date | None]:
        row = self.row
        area = [self.village] if with_area else []
        return [
            self.number,
            stored_date(row.received_on),
            row.number,
            row.name,
            self.key,
            *area,
            self.kind,
            stored_date(row.completed_on),
            stored_date(row.due_on),
            stored_date(row.kept_on),
            self.state,
        ]


def asks_area(definition: Definition) -> bool:
    return engine.field_with_role(definition, "area") is not None


def paper_column(column: RegisterColumn) -> books.Column:
    align: Literal["left", "right"] = "left"
    if column.kind == "number":
        align = "right"
    return books.Column(title=column.title, width=column.share, align=align)


def register_columns(definition: Definition) -> list[RegisterColumn]:
    heads = {KEY: key_heading(definition), AREA: "Desa"}
    shown = [column for column in COLUMNS if asks_area(definition) or column.title != AREA]
    return [shown_column._replace(title=heads.get(shown_column.title, shown_column.title)) for shown_column in shown]


def mask_note(definition: Definition) -> str:
    """That the book shows the key in part, where it does."""
    key = engine.field_with_role(definition, "key")
    if key and key.mask:
        return f"{key.heading} ditampilkan sebagian."
    return ""


def register_lines(db: Database, actor: Actor, service: str, month: date) -> list[RegisterLine]:
    names = office.area_names(db)
    rows = register_month(db, actor, service, month.year, month.month)
    known = definitions_of(db, rows)
    calendar = office.office_calendar(db)
    away = home_addresses(db, rows, known)
    waits = waiting_cases(db, [row.id for row in rows])
    lines = []
    for number, row in enumerate(rows, start=1):
        definition = known[row.service, row.revision]
        key = engine.mask_key(definition, row.main_key)
        kind = engine.kind_named(definition, row.kind).label
        state = shown_state(engine.state_named(definition, row.step), waits.get(row.id)).state_label
        state += estimate_text(row, calendar)
        village = area_name(names, row.area, away.get(row.id, ""))
        lines.append(RegisterLine(number, row, key, village, kind, state))
    return lines


def estimate_text(row: CaseRow, calendar: Calendar) -> str:
    """Behind the state of an open case: that its promise is an estimate, where its year waits for a decree."""
    promised = None
    if not row.closed and not row.kept_on:
        promised = stored_date(row.due_on)
    note = ""
    if promised:
        note = calendar.estimate_note(promised)
    return f"; janji {note}" if note else ""


def register_totals(book: Sequence[RegisterLine], today: date) -> list[tuple[str, int]]:
    """Figures under the book; they add up: received = running + closed.

    A promise whose day is past counts as late also while nobody has kept it yet.
    """
    rows = [line.row for line in book]
    day = today.isoformat()
    closed = sum(bool(row.closed) for row in rows)
    late = sum(bool(row.kept_on and row.due_on and row.kept_on > row.due_on) for row in rows)
    kept = sum(bool(row.kept_on) for row in rows) - late
    overdue = sum(bool(row.due_on and row.due_on < day and not (row.closed or row.kept_on)) for row in rows)
    return [
        ("Diterima", len(rows)),
        ("Masih berjalan", len(rows) - closed),
        ("Ditutup atau selesai", closed),
        ("Janji ditepati", kept),
        ("Janji terlambat", late),
        ("Lewat, belum selesai", overdue),
    ]


def register_paper(db: Database, actor: Actor, definition: Definition, month: date, now: datetime) -> books.Register:
    """The month of a service as a paper, signed by the keeper and the head of the section."""
    book = register_lines(db, actor, definition.id, month)
    note = mask_note(definition)
    keeper = staff_official(db, actor.username)
    totals = register_totals(book, office_date(now))
    notes: tuple[str, ...] = ()
    if note:
        notes = (f"{note} Nomor lengkap ada di berkas masing-masing.",)
    return books.Register(
        **paper_fields(db, definition, "register", actor, now),
        title="Buku Register Pelayanan",
        period=f"{definition.short_name}, {month_year(month)}",
        columns=tuple(map(paper_column, register_columns(definition))),
        rows=tuple(tuple(line.cells(asks_area(definition))) for line in book),
        totals=tuple(books.Total(label=label, value=value) for label, value in totals),
        keeper=keeper,
        approver=official_above(db, keeper, office_date(now)),
        notes=notes,
    )


def register_sheet(db: Database, actor: Actor, definition: Definition, month: date, now: datetime) -> bytes:
    book = register_lines(db, actor, definition.id, month)
    rows: Iterable[list[str | int | date | None]] = (line.cells(asks_area(definition)) for line in book)
    columns = [SheetColumn(column.title, column.width, column.kind) for column in register_columns(definition)]
    return write_sheet(f"Register {month_year(month)}", columns, rows, made_at=now, office=office_name(db))

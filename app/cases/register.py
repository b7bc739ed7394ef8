"""The register book of a month: the same rows for the page, the paper and the spreadsheet. NIKs stay masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from app.cases.areas import area_text, homes
from app.cases.paper_base import base
from app.cases.queries import CaseRow, register_month
from app.core.clock import office_date
from app.core.dates import month_year
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.workdays import Calendar
from app.office import service as office
from app.office.letterhead import signing, staff
from app.printing import data as shapes
from app.printing.spreadsheet import SheetColumn, write_sheet
from app.sop import engine
from schema.database import Database
from schema.service_flow import Definition

TITLES = (
    "No.",
    "Diterima",
    "Nomor",
    "Nama",
    "NIK",
    "Desa",
    "Jenis",
    "Lengkap",
    "Janji",
    "Ditepati",
    "Keadaan",
)
WIDTHS = (0, 0, 0, 2.5, 0, 2.4, 1.4, 0, 0, 0, 2.0)
SHEET_WIDTHS = (6, 12, 18, 32, 20, 30, 18, 12, 12, 12, 26)
DATES = ("Diterima", "Lengkap", "Janji", "Ditepati")


class Definitions:
    """Definitions by (service, revision), each read once: a list names many cases of few revisions."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[tuple[str, str], Definition] = {}

    def of(self, row: CaseRow) -> Definition:
        """The definition with which a row's case started."""
        key = (row.service, row.revision)
        if key not in self._known:
            self._known[key] = office.definition(self._db, *key)
        return self._known[key]

    def state(self, row: CaseRow) -> str:
        """The row's state in the words of its definition."""
        return engine.state(self.of(row), row.step).state_label

    def kind(self, row: CaseRow) -> str:
        """The row's kind in the words of its definition."""
        return engine.kind(self.of(row), row.kind).label


class Line(msgspec.Struct, frozen=True):
    """One line of the book, dates as dates."""

    number: int
    row: CaseRow
    village: str
    kind: str
    state: str

    def cells(self) -> list[str | int | date | None]:
        """The line as cells in the order of :data:`TITLES`."""
        row = self.row
        return [
            self.number,
            day(row.received_on),
            row.number,
            row.name,
            masked(row.main_key),
            self.village,
            self.kind,
            day(row.completed_on),
            day(row.due_on),
            day(row.kept_on),
            self.state,
        ]


def day(text: str | None) -> date | None:
    """A stored date."""
    return date.fromisoformat(text) if text else None


def masked(number: str) -> str:
    """`350899******0003`."""
    return f"{number[:6]}******{number[-4:]}" if len(number) == 16 else "*" * len(number)


def lines(db: Database, actor: Actor, month: date) -> list[Line]:
    """The book of one month, numbered from 1."""
    known, names = Definitions(db), office.area_names(db)
    rows = register_month(db, actor, month.year, month.month)
    away, calendar = homes(db, rows, known.of), office.calendar(db)
    return [
        Line(number, row, area_text(names, row.area, away.get(row.id, "")), known.kind(row),
             known.state(row) + estimated(row, calendar))
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip


def estimated(row: CaseRow, calendar: Calendar) -> str:
    """Behind the state of an open case: that its promise is an estimate, where its year waits for a decree."""
    promised = day(row.due_on) if not row.closed and not row.kept_on else None
    note = calendar.estimate_note(promised) if promised else ""
    return f"; janji {note}" if note else ""


def totals(book: Sequence[Line], today: date) -> list[tuple[str, int]]:
    """Figures under the book; they add up: received = running + closed.

    A promise whose day is past counts as late also while nobody has kept it yet.
    """
    rows = [one.row for one in book]
    closed = sum(1 for row in rows if row.closed)
    late = sum(1 for row in rows if row.kept_on and row.due_on and row.kept_on > row.due_on)
    kept = sum(1 for row in rows if row.kept_on) - late
    overdue = sum(1 for row in rows if overdue_on(row, today))
    return [
        ("Diterima", len(rows)),
        ("Masih berjalan", len(rows) - closed),
        ("Ditutup atau selesai", closed),
        ("Janji ditepati", kept),
        ("Janji terlambat", late),
        ("Lewat, belum selesai", overdue),
    ]


def overdue_on(row: CaseRow, today: date) -> bool:
    """Whether an open case has a promise that fell due before today and is not kept."""
    return not row.closed and not row.kept_on and bool(row.due_on) and str(row.due_on) < today.isoformat()


def paper(db: Database, actor: Actor, month: date, now: datetime) -> shapes.Register:
    """The month as a paper, signed by the keeper and the head of the section. Raises Problem `standard`."""
    book = lines(db, actor, month)
    running = office.services(db, max(month, office_date(now)))
    if not running:
        raise Problem.of("standard")
    return shapes.Register(
        **base(db, running[0], "register", actor, now),
        title="Buku Register Pelayanan",
        period=month_year(month),
        columns=tuple(
            shapes.Column(title=title, width=width, align="right" if title == "No." else "left")
            for title, width in zip(TITLES, WIDTHS, strict=True)
        ),
        rows=tuple(tuple(one.cells()) for one in book),
        totals=tuple(
            shapes.Total(label=label, value=value) for label, value in totals(book, office_date(now))
        ),
        keeper=staff(db, actor.username),
        approver=signing(db, "kasi", office_date(now)),
        notes=("NIK ditampilkan sebagian. Nomor lengkap ada di berkas masing-masing.",),
    )


def sheet(db: Database, actor: Actor, month: date, now: datetime) -> bytes:
    """The month as an XLSX file."""
    rows: Iterable[list[str | int | date | None]] = (one.cells() for one in lines(db, actor, month))
    columns = [
        SheetColumn(title, width, "date" if title in DATES else "number" if title == "No." else "text")
        for title, width in zip(TITLES, SHEET_WIDTHS, strict=True)
    ]
    return write_sheet(f"Register {month_year(month)}", columns, rows, made_at=now)

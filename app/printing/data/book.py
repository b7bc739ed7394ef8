"""Books and documents: monthly register, service standard with flowchart, guarantee and policy statements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from app.printing.data.common import Official, Paper, Part

Cell = str | int | date | datetime | None


class Column(Part):
    """A column; `width` is its share of the free width, 0 as narrow as its content."""

    title: str
    width: float = 1
    align: Literal["left", "center", "right"] = "left"


class Total(Part):
    """One line of the summary below a register."""

    label: str
    value: int


class Register(Paper):
    """A register for one period, landscape, with column numbers. Every row has one cell per column."""

    title: str
    period: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Total, ...]
    keeper: Official
    approver: Official
    notes: tuple[str, ...] = ()


class LegalEntry(Part):
    """An entry of clause 1: as printed, how it is to be read, what supersedes it, and what is not certain."""

    number: str
    printed: str
    reading: str = ""
    superseded: str = ""
    note: str = ""


class ClauseItem(Part):
    """One numbered sentence as printed; `number` may be empty, `reading` is how it must be read if that differs."""

    number: str
    text: str
    reading: str = ""
    note: str = ""


class ClauseTable(Part):
    """A small table inside a clause; without headers it is a list of name and value."""

    rows: tuple[tuple[str, ...], ...]
    headers: tuple[str, ...] = ()


class Clause(Part):
    """One of the fourteen clauses: numbered items, then tables."""

    number: int
    title: str
    items: tuple[ClauseItem, ...] = ()
    tables: tuple[ClauseTable, ...] = ()
    legal: tuple[LegalEntry, ...] = ()


class Standard(Paper):
    """The service standard in full. `charts` are the sheets of the flowchart as SVG, each on its own page across;
    an empty `in_force` prints that the revision is not in force yet."""

    title: str
    service: str
    number: str
    revised_on: date | None
    maker: Official
    checker: Official
    approver: Official
    clauses: tuple[Clause, ...]
    charts: tuple[str, ...] = ()
    in_force: str = ""


class Statement(Paper):
    """A document of one page in the name of the Camat: service guarantee, quality policy."""

    title: str
    clause: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]
    on: date
    signer: Official

"""The PATEN report on paper and as a spreadsheet: the same columns on both, and on the page."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from app.core.clock import office_date
from app.core.dates import format_number, plain_date
from app.core.text import in_small_letters
from app.platform.office.papers import chief_official, office_letterhead, overseer_official, shared_control
from app.platform.office.queries import services_in_force
from app.platform.printing.data import books
from app.platform.printing.spreadsheet import Sheet, SheetColumn, write_book
from app.quality.paten.queries import Line, Report, Span
from schema.database import Database

FORM = "F-27"


class Column(NamedTuple):
    """A column of the report: its head, what it holds of a line, and whether that is a number."""

    head: str
    value: Callable[[Line], str | int]
    number: bool = True


def index_text(line: Line) -> str:
    if line.satisfaction is None:
        return "belum ada"
    return f"{format_number(line.satisfaction, 2)} ({line.mark})"


def on_time_text(line: Line) -> str:
    return f"{line.on_time} dari {line.promised}"


SERVICE = Column("Layanan", lambda line: line.label, number=False)
CASES = (
    SERVICE,
    Column("Tunggakan awal", lambda line: line.opening),
    Column("Masuk", lambda line: line.received),
    Column("Selesai", lambda line: line.finished),
    Column("Selesai tepat waktu", on_time_text, number=False),
    Column("Ditolak", lambda line: line.refused),
    Column("Berhenti lainnya", lambda line: line.ended),
    Column("Tunggakan akhir", lambda line: line.backlog),
    Column("Lewat janji", lambda line: line.overdue),
)
VOICES = (
    SERVICE,
    Column("Pengaduan masuk", lambda line: line.complaints),
    Column("Pengaduan selesai", lambda line: line.settled),
    Column("Indeks kepuasan", index_text, number=False),
    Column("Responden", lambda line: line.respondents),
)
COLUMNS = (*CASES, *VOICES[1:])
BALANCE = "Tunggakan awal ditambah yang masuk sama dengan yang selesai, ditolak, berhenti lainnya, dan tunggakan akhir."
TO_BUPATI = "Disampaikan kepada Bupati melalui Sekretaris Daerah."
NOTES = (
    BALANCE,
    "Selesai tepat waktu: dari yang selesai dan berjanji hari, yang janjinya dipenuhi paling lambat pada tanggalnya.",
    "Pengaduan: diterima dalam masa ini dan selesai sampai hari terakhirnya; jumlahnya termasuk yang tanpa layanan.",
)


def span_words(span: Span) -> str:
    return f"{plain_date(span.start)} sampai {plain_date(span.end)}"


def report_paper(db: Database, report: Report, printed_by: str, printed_at: datetime) -> books.Register:
    on = office_date(printed_at)
    endings = (f"{ending.service}, {in_small_letters(ending.label)}: {ending.cases}." for ending in report.endings)
    columns = [books.Column(title=column.head, width=0, align="right") for column in COLUMNS]
    columns[0] = books.Column(title=SERVICE.head, width=0)
    return books.Register(
        head=office_letterhead(db),
        control=shared_control(services_in_force(db, on), FORM),
        printed_at=printed_at,
        printed_by=printed_by,
        title="Laporan Pelayanan Administrasi Terpadu Kecamatan (PATEN)",
        period=span_words(report.span),
        columns=tuple(columns),
        rows=tuple(line_cells(line) for line in (*report.lines, report.total)),
        totals=(),
        keeper=overseer_official(db, on),
        approver=chief_official(db, on),
        notes=(TO_BUPATI, *NOTES, *endings),
    )


def line_cells(line: Line) -> tuple[str | int, ...]:
    return tuple(column.value(line) for column in COLUMNS)


def report_book(report: Report, made_at: datetime, office: str) -> bytes:
    """The figures as numbers, so that a regency can add them up."""
    head: list[SheetColumn] = []
    for column in COLUMNS:
        kind: Literal["text", "number"] = "number" if column.number else "text"
        head.append(SheetColumn(column.head, 12, kind))
    head[0] = SheetColumn(SERVICE.head, 24)
    exact = [SheetColumn(title, 12, "number") for title in ("Tepat waktu", "Berjanji hari", "Nilai indeks")]
    rows = [
        (*line_cells(line), line.on_time, line.promised, as_number(line.satisfaction))
        for line in (*report.lines, report.total)
    ]
    endings = [SheetColumn("Layanan", 24), SheetColumn("Berakhir", 32), SheetColumn("Berkas", 12, "number", sum=True)]
    sheets = (
        Sheet("Layanan", (*head, *exact), rows),
        Sheet("Tidak selesai", endings, [tuple(ending) for ending in report.endings]),
    )
    return write_book(f"Laporan PATEN {span_words(report.span)}", sheets, made_at=made_at, office=office)


def as_number(value: Decimal | None) -> float | None:
    if value is None:
        return None
    return float(value)

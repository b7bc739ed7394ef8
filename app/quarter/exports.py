"""A recap as a spreadsheet (one sheet a table, real dates) and as CSV, and the year as four quarters added."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter

from app.complaints.papers import paper_fields
from app.core.quarters import ROMAN, Quarter
from app.office.papers import chief_official, staff_official
from app.printing.data import books as shapes
from app.printing.spreadsheet import Sheet, SheetColumn, write_book
from app.quarter.figures import Figures, parse_figures
from app.quarter.membership import book_agreement
from app.quarter.shape import ASIDE, COUNTS, SHEETS, TABLES, TOTALS, Column
from app.quarter.tables import Recap
from schema.database import Database


def sheet_columns(*titles: str, wide: int = -1) -> list[SheetColumn]:
    """Columns of words, then numbers from the third on; the one at `wide` is wide."""
    return [
        SheetColumn(title, 50 if n == wide else 28 if n == 0 else 14, "number" if n > max(wide, 0) else "text")
        for n, title in enumerate(titles)
    ]


def row_sheet(title: str, columns: Sequence[Column], rows: Iterable[object]) -> Sheet:
    shown = [column for column in columns if column.head]
    heads = [SheetColumn(column.head, column.width, column.kind) for column in shown]
    return Sheet(title, heads, [[column.cell(row) for column in shown] for row in rows])


def recap_xlsx(recap: Recap, made_at: datetime) -> bytes:
    figures = parse_figures(recap.figures)
    return write_book(f"Rekap {figures.period.label}", recap_sheets(figures, recap), made_at=made_at)


def recap_sheets(figures: Figures, recap: Recap) -> list[Sheet]:
    sums = figures.sums
    totals = [(one.head, *(one.cell(of) for of in (sums.totals, sums.before, sums.year_ago))) for one in TOTALS]
    apart = [(ASIDE, figures.aside, None, None)] if figures.aside else []
    first = sheet_columns("Uraian", "Triwulan ini", "Triwulan lalu", "Tahun lalu")
    about = [("Nomor", recap.number), ("Dihitung per (UTC)", figures.as_of), ("Sidik SHA-256", recap.digest)]
    return [
        Sheet("Jumlah", first, [*totals, *apart]),
        *(row_sheet(one.title, one.columns, getattr(sums, one.field)) for one in TABLES),
        *(row_sheet(title, columns, attrgetter(field)(figures)) for field, title, columns in SHEETS),
        Sheet("Keterangan", sheet_columns("Uraian", "Isi", wide=1), about),
    ]


CSV = (
    "tabel",
    "kunci",
    "uraian",
    "masuk",
    "selesai",
    "berjalan",
    "lewat_batas",
    "triwulan_lalu",
    "tahun_lalu",
)


def recap_csv(figures: Figures) -> str:
    """All counts in one table for other programs, with the columns of CSV, separated by semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV)
    now, sums = figures.totals, figures.sums
    counts = (now.received, now.settled, now.process, now.late, sums.before.received, sums.year_ago.received)
    writer.writerow(("jumlah", "", "Semua", *counts))
    if figures.aside:
        writer.writerow(("jumlah", "aside", ASIDE, figures.aside, "", "", "", "", ""))
    for table in TABLES:
        for row in getattr(sums, table.field):
            writer.writerow((table.title, row.key, *(column.shown(row) for column in COUNTS)))
    return out.getvalue()


# -- the year --------------------------------------------------------------------------------------------------


def year_rows(found: Sequence[Figures | None]) -> Iterable[tuple[str | int | None, ...]]:
    """(table, label, I, II, III, IV, sum) of four quarters; a quarter without a recap is empty.

    Categories are counted, not the satisfaction elements too: most elements have one category, of the same name.
    """
    for column in TOTALS[:6]:
        counts = [column.shown(one.totals) if one else None for one in found]
        yield ("Jumlah", column.head, *counts, sum(count or 0 for count in counts))
    apart = [one.aside if one else None for one in found]
    if any(apart):
        yield ("Jumlah", ASIDE, *apart, sum(count or 0 for count in apart))
    for one_table in TABLES:
        if one_table.field == "elements":
            continue
        labels: dict[str, str] = {}
        table: list[dict[str, int] | None] = []
        for one in found:
            rows = getattr(one.sums, one_table.field) if one else []
            labels |= {row.key: row.label for row in rows}
            table.append({row.key: row.received for row in rows} if one else None)
        for key, label in labels.items():
            counts = [None if rows is None else rows.get(key, 0) for rows in table]
            if any(counts):
                yield (one_table.title, label, *counts, sum(count or 0 for count in counts))


def year_figures(db: Database, year: int) -> list[Figures | None]:
    rows = Recap.rows(db, Recap.quarter.startswith(f"{year}-"), Recap.state.in_(("approved", "published")))
    known = {row.quarter: parse_figures(row.figures) for row in rows}
    return [known.get(str(Quarter(year, n))) for n in range(1, 5)]


def year_xlsx(db: Database, year: int, made_at: datetime) -> bytes:
    titles = sheet_columns("Tabel", "Uraian", *(f"Triwulan {one}" for one in ROMAN), "Setahun", wide=1)
    found = year_figures(db, year)
    against = Sheet("Cocok dengan buku", sheet_columns("Uraian", "Baris"), against_the_book(db, year, found))
    return write_book(
        f"Laporan pengaduan {year}", [Sheet(f"Tahun {year}", titles, year_rows(found)), against], made_at=made_at
    )


def against_the_book(db: Database, year: int, found: Sequence[Figures | None]) -> list[tuple[str, int]]:
    return book_agreement(db, year, sum(one.totals.received for one in found if one))


def year_paper(db: Database, year: int, keeper: str, printed_by: str, printed_at: datetime) -> shapes.Register:
    found = year_figures(db, year)
    column = shapes.Column
    missing = [f"Triwulan {ROMAN[n]} belum disetujui." for n, one in enumerate(found) if one is None]
    against = [f"{words}: {lines}." for words, lines in against_the_book(db, year, found)]
    total = sum(one.totals.received for one in found if one)
    return shapes.Register(
        **paper_fields(db, "annual", printed_by, printed_at),
        title="Laporan Tahunan Pengaduan",
        period=f"Tahun {year}",
        columns=(
            column(title="Tabel", width=0),
            column(title="Uraian", width=1),
            *(column(title=f"Triwulan {one}", width=0, align="right") for one in ROMAN),
            column(title="Setahun", width=0, align="right"),
        ),
        rows=tuple(year_rows(found)) if total else (),
        totals=(shapes.Total(label="Pengaduan setahun", value=total),),
        keeper=staff_official(db, keeper),
        approver=chief_official(db, printed_at.date()),
        notes=(*missing, *against, "Angka dari rekap triwulan yang sudah disetujui; tidak dihitung ulang."),
    )

"""A recap as a spreadsheet (one sheet a table, real dates) and as CSV, and the year as four quarters added."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from app.complaints.papers import paper_fields
from app.core.quarters import ROMAN, Quarter
from app.office.papers import chief_official, staff_official
from app.printing.data import books as shapes
from app.printing.spreadsheet import Sheet, SheetCell, SheetColumn, write_book
from app.quarter.figures import Figures, Item, Row, Totals, parse_figures
from app.quarter.membership import book_agreement
from app.quarter.papers import CAPA_STATES, RESULTS, STATES
from app.quarter.tables import Recap
from schema.database import Database

DIMENSIONS = {
    "categories": "Kategori",
    "elements": "Unsur kepuasan",
    "channels": "Sarana",
    "types": "Jenis",
    "weights": "Kadar",
    "services": "Layanan",
    "villages": "Desa",
    "sections": "Seksi",
}
TOTALS = {
    "received": "Masuk",
    "settled": "Selesai",
    "process": "Berjalan",
    "late": "Lewat batas",
    "settled_late": "Selesai sesudah batas",
    "first_late": "Jawaban pertama lewat batas",
    "median": "Nilai tengah (hari kerja)",
    "p90": "90 % dalam (hari kerja)",
}

ASIDE = "Disisihkan, di luar hitungan"


def parse_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def sheet_columns(
    *titles: str, wide: Sequence[int] = (), dates: Sequence[int] = (), numbers: Sequence[int] = ()
) -> list[SheetColumn]:
    """Columns by their titles; `wide`, `dates`, `numbers` are places."""
    kinds: dict[int, Literal["date", "number"]] = {
        **dict.fromkeys(dates, "date"),
        **dict.fromkeys(numbers, "number"),
    }
    return [
        SheetColumn(title, 50 if n in wide else 28 if n == 0 else 14, kinds.get(n, "text"))
        for n, title in enumerate(titles)
    ]


def recap_xlsx(recap: Recap, made_at: datetime) -> bytes:
    """The spreadsheet of a recap: totals, every table, the list, carry-over, LTPP, pledges, promise."""
    figures = parse_figures(recap.figures)
    return write_book(f"Rekap {figures.period.label}", recap_sheets(figures, recap), made_at=made_at)


COUNTS = ("Uraian", "Masuk", "Selesai", "Berjalan", "Lewat batas", "Triwulan lalu", "Tahun lalu")
LINES = (
    "Nomor",
    "Diterima",
    "Kategori",
    "Pokok pengaduan",
    "Tindak lanjut",
    "Tanggal",
    "Batas",
    "Selesai",
    "Keadaan",
)
CAPAS = ("Nomor", "Dibuka", "Masalah", "Sebab", "Tindakan", "Batas", "Keadaan", "Tanggal")


def recap_sheets(figures: Figures, recap: Recap) -> list[Sheet]:
    sums = figures.sums
    first = sheet_columns("Uraian", "Triwulan ini", "Triwulan lalu", "Tahun lalu", numbers=(1, 2, 3))
    counts = sheet_columns(*COUNTS, numbers=range(1, 7))
    apart = [(ASIDE, figures.aside, None, None)] if figures.aside else []
    found = [Sheet("Jumlah", first, [*total_rows(sums.totals, sums.before, sums.year_ago), *apart])]
    for name, title in DIMENSIONS.items():
        rows = [count_row(row, name) for row in getattr(sums, name)]
        found.append(Sheet(title, counts + village_columns(name), rows))
    lines = sheet_columns(*LINES, wide=(3, 4), dates=(1, 5, 6, 7))
    found.append(Sheet("Daftar", lines, map(line_row, figures.lines)))
    found.append(Sheet("Sisa", lines, map(line_row, figures.carried.lines)))
    about = [("Nomor", recap.number), ("Dihitung per (UTC)", figures.as_of), ("Sidik SHA-256", recap.digest)]
    return [
        *found,
        *follow_up_sheets(figures),
        Sheet("Keterangan", sheet_columns("Uraian", "Isi", wide=(1,)), about),
    ]


def follow_up_sheets(figures: Figures) -> list[Sheet]:
    causes = [(one.label, one.count, one.before, ", ".join(one.capas)) for one in figures.causes]
    capas = [
        (
            one.number,
            parse_day(one.opened_on),
            one.problem,
            one.cause,
            one.action,
            parse_day(one.due_on),
            CAPA_STATES[one.state],
            parse_day(one.on),
        )
        for one in figures.capas
    ]
    pledges = [
        (one.what, one.who, parse_day(one.by_on), parse_day(one.kept_on), RESULTS[one.state]) for one in figures.pledges
    ]
    promises = [(Quarter.parse(one.quarter).label, one.due, one.kept) for one in figures.promises]
    return [
        Sheet("Sebab berulang", sheet_columns("Kategori", "Kali", "Triwulan lalu", "LTPP", numbers=(1, 2)), causes),
        Sheet("LTPP", sheet_columns(*CAPAS, wide=(2, 3, 4), dates=(1, 5, 7)), capas),
        Sheet("Janji lalu", sheet_columns("Janji", "Oleh", "Batas", "Ditepati", "Hasil", dates=(2, 3)), pledges),
        Sheet("Janji KTP", sheet_columns("Triwulan", "Jatuh tempo", "Ditepati", numbers=(1, 2)), promises),
    ]


def total_rows(*totals: Totals) -> list[tuple[SheetCell, ...]]:
    return [(title, *(getattr(one, name) for one in totals)) for name, title in TOTALS.items()]


def village_columns(name: str) -> list[SheetColumn]:
    return sheet_columns("Permohonan", "Per 100", numbers=(0, 1)) if name == "villages" else []


def count_row(row: Row, name: str) -> tuple[SheetCell, ...]:
    counts: tuple[SheetCell, ...] = (
        row.label,
        row.received,
        row.settled,
        row.process,
        row.late,
        row.before,
        row.year_ago,
    )
    if name != "villages":
        return counts
    share = float(row.per_hundred.replace(",", ".")) if row.per_hundred else None
    return (*counts, row.applications, share)


def line_row(item: Item) -> tuple[SheetCell, ...]:
    return (
        item.number,
        parse_day(item.received_on),
        item.category,
        item.gist,
        item.follow_up,
        parse_day(item.followed_on),
        parse_day(item.due_on),
        parse_day(item.closed_on),
        STATES[item.state],
    )


CSV_TITLES = (
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
    for name, title in DIMENSIONS.items():
        for row in getattr(sums, name):
            counts = (row.received, row.settled, row.process, row.late, row.before, row.year_ago)
            writer.writerow((title, row.key, row.label, *counts))
    return out.getvalue()


# -- the year --------------------------------------------------------------------------------------------------


def year_rows(found: Sequence[Figures | None]) -> Iterable[tuple[str | int | None, ...]]:
    """(table, label, I, II, III, IV, sum) of four quarters; a quarter without a recap is empty.

    Categories are counted, not the satisfaction elements too: most elements have one category, of the same name.
    """
    for name, title in list(TOTALS.items())[:6]:
        counts = [getattr(one.totals, name) if one else None for one in found]
        yield ("Jumlah", title, *counts, sum(count or 0 for count in counts))
    apart = [one.aside if one else None for one in found]
    if any(apart):
        yield ("Jumlah", ASIDE, *apart, sum(count or 0 for count in apart))
    for name, title in DIMENSIONS.items():
        if name == "elements":
            continue
        labels: dict[str, str] = {}
        table: list[dict[str, int] | None] = []
        for one in found:
            rows = getattr(one.sums, name) if one else []
            labels |= {row.key: row.label for row in rows}
            table.append({row.key: row.received for row in rows} if one else None)
        for key, label in labels.items():
            counts = [None if rows is None else rows.get(key, 0) for rows in table]
            if any(counts):
                yield (title, label, *counts, sum(count or 0 for count in counts))


def year_figures(db: Database, year: int) -> list[Figures | None]:
    rows = Recap.rows(db, Recap.quarter.startswith(f"{year}-"), Recap.state.in_(("approved", "published")))
    known = {row.quarter: parse_figures(row.figures) for row in rows}
    return [known.get(str(Quarter(year, n))) for n in range(1, 5)]


def year_xlsx(db: Database, year: int, made_at: datetime) -> bytes:
    titles = sheet_columns(
        "Tabel", "Uraian", *(f"Triwulan {one}" for one in ROMAN), "Setahun", wide=(1,), numbers=range(2, 7)
    )
    found = year_figures(db, year)
    against = Sheet(
        "Cocok dengan buku", sheet_columns("Uraian", "Baris", numbers=(1,)), against_the_book(db, year, found)
    )
    return write_book(
        f"Laporan pengaduan {year}", [Sheet(f"Tahun {year}", titles, year_rows(found)), against], made_at=made_at
    )


def against_the_book(db: Database, year: int, found: Sequence[Figures | None]) -> list[tuple[str, int]]:
    """From the lines that the recaps of a year count to those that the book holds, every difference named."""
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

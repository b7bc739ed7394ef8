"""The quarter on paper and as files: recap, poster, spreadsheet, CSV, year. All counts come from the snapshot."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter

from app.complaints.papers import paper_fields
from app.core.clock import office_date
from app.core.dates import numeric_date
from app.core.quarters import ROMAN, Quarter
from app.office.papers import chief_official, staff_official
from app.printing.data import books as shapes
from app.printing.spreadsheet import Sheet, SheetColumn, write_book
from app.quarter import charts
from app.quarter import frame as frames
from app.quarter.figures import Figures, Totals, parse_figures
from app.quarter.frame import Frame, PublicPledge, public_pledges
from app.quarter.membership import book_agreement
from app.quarter.queries import addenda_of
from app.quarter.service import FROZEN, figures_of_recap, load_ready_recap
from app.quarter.shape import (
    ASIDE,
    CAPAS,
    COUNTS,
    LINES,
    ON_PAPER,
    PLEDGES,
    SHEETS,
    TABLES,
    TOTALS,
    VILLAGES,
    Column,
    shown_rows,
    sorted_rows,
)
from app.quarter.tables import Recap
from schema.database import Database
from sync.entries import parse_utc_text

MOST_DONE = 4


def grouped_digest(digest: str) -> str:
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def recap_paper(db: Database, recap: Recap, printed_by: str, printed_at: datetime) -> shapes.RecapSheet:
    figures, frame = figures_of_recap(recap), frames.frame_of_recap(db, recap)
    quarter, sums, approved = figures.period, figures.sums, recap.approved_at
    return shapes.RecapSheet(
        **paper_fields(db, "recap", printed_by, printed_at, frame),
        number=recap.number,
        period=quarter.label,
        span=quarter.span,
        digest=grouped_digest(recap.digest),
        summary=summary_sentence(figures),
        facts=headline_facts(figures),
        charts=(charts.months_chart(sums.months), charts.trend_chart(figures.promises)),
        tables=count_tables(figures),
        notes=table_notes(figures),
        lines=shown_rows(LINES, figures.lines),
        carried=shown_rows(LINES, figures.carried.lines),
        carried_note=carried_note(figures.carried.totals),
        causes=tuple(cause_lines(figures)),
        capas=tuple(
            row | {"person": frame.names.get(row["person"], row["person"])} for row in shown_rows(CAPAS, figures.capas)
        ),
        old_pledges=shown_rows(PLEDGES, figures.pledges),
        pledges=shown_rows(PLEDGES[:3], frame.pledges),
        addenda=tuple(
            f"{numeric_date(office_date(parse_utc_text(at)))}: {text}" for at, text in later_notes(db, recap, frame)
        ),
        made_on=office_date(parse_utc_text(approved)) if approved else date.fromisoformat(recap.drafted_on),
        maker=frame.maker,
        checker=frame.checker,
        approver=frame.approver,
        draft=recap.state not in FROZEN,
        nihil=figures.nihil,
    )


def later_notes(db: Database, recap: Recap, frame: Frame) -> list[tuple[str, str]]:
    """(moment, text) of what an approved recap got later, oldest first: addenda, pledges given or withdrawn."""
    if recap.state not in FROZEN:
        return []
    found = [(one.at, one.text) for one in addenda_of(db, Quarter.parse(recap.quarter))]
    for each in frames.later_pledges(db, recap, frame):
        one, by_on = each.pledge, numeric_date(date.fromisoformat(each.pledge.by_on))
        found.append((each.given_at, f"Janji {each.words}: {one.what} ({one.who}), paling lambat {by_on}."))
    found += [
        (one.withdrawn_at or "", f"Janji ditarik: {one.what}. Alasan: {one.withdrawn_why}")
        for one in frames.withdrawn_pledges(db, recap).values()
    ]
    return sorted(found)


def summary_sentence(figures: Figures) -> str:
    now, before = figures.totals, figures.sums.before
    if figures.nihil:
        return "Nihil: tidak ada pengaduan dalam triwulan ini."
    more = now.received - before.received
    change = "sama banyak dengan" if not more else f"{abs(more)} lebih {'banyak' if more > 0 else 'sedikit'} daripada"
    text = f"{now.received} pengaduan, {change} triwulan lalu. {now.settled} selesai"
    text += f", separuhnya dalam {now.median} hari kerja." if now.median is not None else "."
    if now.late:
        text += f" {now.late} lewat batas."
    levies = next((row.received for row in figures.sums.categories if row.key == "levy"), 0)
    return text + (f" {levies} tentang pungutan liar." if levies else "")


def headline_facts(figures: Figures) -> tuple[shapes.Fact, ...]:
    now, before, year_ago, promise = (
        figures.totals,
        figures.sums.before,
        figures.sums.year_ago,
        figures.promise,
    )
    return (
        shapes.Fact(
            label="Masuk",
            value=str(now.received),
            note=f"triwulan lalu {before.received}, tahun lalu {year_ago.received}",
        ),
        shapes.Fact(label="Selesai", value=str(now.settled), note=f"{now.process} berjalan, {now.late} lewat batas"),
        shapes.Fact(
            label="Nilai tengah selesai",
            value="–" if now.median is None else f"{now.median} hari",
            note="hari kerja" + ("" if now.p90 is None else f"; 90% dalam {now.p90} hari"),
        ),
        shapes.Fact(
            label="KTP sesuai janji",
            value=f"{promise.percent}%" if promise.due else "–",
            note=f"{promise.kept} dari {promise.due} yang jatuh tempo",
        ),
    )


def count_tables(figures: Figures) -> tuple[shapes.CountTable, ...]:
    return tuple(
        shapes.CountTable(
            title=one.heading,
            rows=shown_rows(one.columns, sorted_rows(one, getattr(figures.sums, one.field))),
            extra=VILLAGES.columns[-1].head if one is VILLAGES else "",
            note=one.note,
        )
        for one in ON_PAPER
    )


def table_notes(figures: Figures) -> tuple[str, ...]:
    box, now = figures.box, figures.totals
    opened = f"Kotak saran dibuka {box.opened} dari {box.working_days} hari kerja"
    found = [f"{opened}, {box.empty} kali nihil, {box.slips} lembar."]
    if now.received:
        found.append(
            f"Jawaban pertama lewat batas {now.first_late} kali; selesai sesudah batas {now.settled_late} kali."
        )
    if figures.aside:
        found.append(f"{figures.aside} baris disisihkan karena bukan pengaduan; di luar hitungan, tetap di buku.")
    return tuple(found)


def carried_note(totals: Totals) -> str:
    if not totals.received:
        return ""
    days = "" if totals.median is None else f", separuhnya dalam {totals.median} hari kerja"
    rest = f"{totals.process} berjalan, {totals.late} lewat batas."
    return f"{totals.received} pengaduan: {totals.settled} selesai{days}, {rest}"


def cause_lines(figures: Figures) -> Iterable[str]:
    for one in figures.causes:
        with_what = f"LTPP {', '.join(one.capas)}" if one.capas else "belum ada LTPP"
        yield f"{one.label}: {one.count} kali (triwulan lalu {one.before}), {with_what}"


# -- poster -----------------------------------------------------------------------------------------------------------


def poster_paper(db: Database, quarter: Quarter, printed_by: str, printed_at: datetime) -> shapes.Poster:
    recap = load_ready_recap(db, quarter)
    figures, frame = figures_of_recap(recap), frames.frame_of_recap(db, recap)
    now, approved_at = figures.totals, parse_utc_text(recap.approved_at or figures.as_of)
    announced = public_pledges(db, recap, frame)
    half = "" if now.median is None else f"separuhnya dalam {now.median} hari kerja"
    return shapes.Poster(
        **paper_fields(db, "poster", printed_by, printed_at, frame),
        number=recap.number,
        span=quarter.span,
        digest=grouped_digest(recap.digest),
        facts=(
            shapes.Fact(label="masuk", value=str(now.received), note=f"triwulan lalu {figures.sums.before.received}"),
            shapes.Fact(label="sudah selesai", value=str(now.settled), note=half),
            shapes.Fact(label="lewat batas", value=str(now.late), note=f"{now.process} masih berjalan"),
        ),
        charts=(charts.squares_chart(now), charts.poster_bars(figures.sums.categories)),
        done=tuple(done_works(figures)[:MOST_DONE]),
        pledges=tuple(board_pledge(one) for one in announced if not one.later),
        added=tuple(board_pledge(one) for one in announced if one.later),
        approved_on=office_date(approved_at),
        signer=frame.approver,
        nihil=not now.received,
    )


def board_pledge(one: PublicPledge) -> dict[str, object]:
    return {"what": one.text, "by_on": date.fromisoformat(one.by_on)}


def done_works(figures: Figures) -> list[str]:
    kept = [one.what for one in figures.pledges if one.kept_on]
    return kept + [one.action for one in figures.capas if one.state in ("effective", "done") and one.action]


# -- files ------------------------------------------------------------------------------------------------------------


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
    about = [("Nomor", recap.number), ("Dihitung per (UTC)", figures.as_of), ("Kode pengaman SHA-256", recap.digest)]
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


# -- the year ---------------------------------------------------------------------------------------------------------


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

"""The annual report: the year told in sentences, tables and a chart, on paper and as a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from app.capa.tables import Capa
from app.complaints.papers import paper_fields
from app.complaints.words import TYPES
from app.core.dates import MONTHS, format_number, numeric_date, plain_date
from app.core.quarters import ROMAN, Quarter
from app.office.papers import chief_official, staff_official
from app.printing.data import books as shapes
from app.printing.spreadsheet import Sheet, write_book
from app.quarter import charts, wording
from app.quarter.figures import Figures, Totals, parse_figures
from app.quarter.papers import sheet_columns
from app.quarter.shape import ASIDE, TOTALS
from app.quarter.tables import Pledge, Recap
from app.quarter.year import YearCount, YearRow, book_agreement, count_year, cut_of
from schema.database import Database

MOST_NAMED = 3
MONTHS_SHORT = [name[:3] for name in MONTHS]


def year_figures(db: Database, year: int, cut: str = "9") -> list[Figures | None]:
    """The approved recaps of a year, as far as they were approved by a moment (UTC stamp)."""
    rows = Recap.rows(db, Recap.quarter.startswith(f"{year}-"), Recap.state.in_(("approved", "published")))
    known = {row.quarter: parse_figures(row.figures) for row in rows if (row.approved_at or "") <= cut}
    return [known.get(str(Quarter(year, n))) for n in range(1, 5)]


def against_recaps(db: Database, year: int, cut: str) -> list[tuple[str, int]]:
    """From the approved recaps of a year to its book, as known at a moment."""
    return book_agreement(db, year, sum(one.totals.received for one in year_figures(db, year, cut) if one), cut)


# -- sentences -----------------------------------------------------------------------------------------------------


def year_sentences(db: Database, count: YearCount, before: YearCount) -> Iterator[str]:
    """The year told: how much, how it ended, about what, when, what was done and promised."""
    yield day_sentence(count)
    if not count.has_data:
        yield f"Tahun {count.year} {wording.NO_DATA}: buku pengaduan belum dipakai."
        return
    yield book_sentence(count, before)
    now = count.complaints
    if now.received:
        yield f"Dari {format_number(now.received)} pengaduan itu {ended_words(now)}."
        yield f"Yang paling sering diadukan: {named_rows(dict(count.tables)['Tentang apa'])}. {busiest_month(count)}"
    yield from duty_sentences(db, count)


def day_sentence(count: YearCount) -> str:
    stated = f"Angka dalam laporan ini dihitung dari buku pengaduan menurut keadaan {plain_date(count.on)}"
    return f"{stated}; tahunnya belum berakhir." if count.on < date(count.year, 12, 31) else f"{stated}."


def book_sentence(count: YearCount, before: YearCount) -> str:
    kinds = [(TYPES[kind].lower(), count.whole[kind].received) for kind in TYPES]
    told = wording.join_words([f"{format_number(n)} {word}" for word, n in kinds])
    apart = f", dan {format_number(count.aside)} baris yang disisihkan karena bukan pengaduan" if count.aside else ""
    text = f"Buku pengaduan tahun {count.year} memuat {format_number(count.book)} baris: {told}{apart}."
    if not before.has_data:
        return f"{text} Tahun {before.year} {wording.NO_DATA}."
    begun = f" (buku sejak {numeric_date(date.fromisoformat(before.since))})" if before.begun_within else ""
    return f"{text} Tahun {before.year} ada {format_number(before.complaints.received)} pengaduan{begun}."


def ended_words(now: Totals) -> str:
    late = f"{format_number(now.late)} lewat batas" if now.late else "tidak ada yang lewat batas"
    after = f" ({format_number(now.settled_late)} sesudah batasnya)" if now.settled_late else ""
    text = wording.settled_words(now)
    return f"{text[0].lower()}{text[1:]}{after}; {format_number(now.process)} masih berjalan dan {late}"


def named_rows(rows: Sequence[YearRow]) -> str:
    return wording.join_words([f"{row.label.lower()} ({format_number(row.total)})" for row in rows[:MOST_NAMED]])


def busiest_month(count: YearCount) -> str:
    most = max(count.months)
    names = [MONTHS[n] for n, received in enumerate(count.months) if received == most]
    if len(names) > MOST_NAMED:
        return f"Paling banyak {format_number(most)} pengaduan dalam sebulan."
    return f"Bulan teramai: {wording.join_words(names)}, {format_number(most)} pengaduan."


def duty_sentences(db: Database, count: YearCount) -> Iterator[str]:
    box, until = count.box, count.on.isoformat()
    yield (
        f"Kotak saran dibuka di akhir pelayanan pada {format_number(box.opened)} dari"
        f" {format_number(box.working_days)} hari kerja dan berisi {format_number(box.slips)} lembar."
    )
    last = min(until, f"{count.year}-12-31")
    opened = Capa.rows(db, Capa.opened_on >= f"{count.year}-01-01", Capa.opened_on <= last)
    if opened:
        ended = sum(one.state == "effective" for one in opened)
        yield f"Dibuka {len(opened)} LTPP; {ended} sudah diverifikasi efektif saat laporan ini dibuat."
    known = Pledge.rows(db, Pledge.quarter.startswith(f"{count.year}-"), Pledge.void == 0)
    given = [one for one in known if one.given_at[:10] <= until]
    due = [one for one in given if not (one.withdrawn_on and one.withdrawn_on <= until) and one.by_on <= until]
    if given:
        kept = sum(bool(one.kept_on and one.kept_on <= until) for one in due)
        yield (
            f"Dalam rekap tahun ini dijanjikan {len(given)} perbaikan; dari {len(due)} yang sudah jatuh tempo"
            f" {kept} ditepati."
        )


# -- paper and spreadsheet -----------------------------------------------------------------------------------------


def quarter_rows(count: YearCount) -> tuple[shapes.Row, ...]:
    """A row for each quarter that had begun, then the year: kinds, all, and what became of them."""
    parts = [(f"Triwulan {ROMAN[n]}", {kind: count.kinds[kind][n] for kind in count.kinds}) for n in range(count.begun)]
    return tuple(totals_row(label, of) for label, of in [*parts, ("Jumlah", dict(count.whole))])


def totals_row(label: str, of: dict[str, Totals]) -> shapes.Row:
    whole = of[""]
    kinds = {kind: of[kind].received for kind in TYPES}
    rest = {"settled": whole.settled, "process": whole.process, "late": whole.late}
    return {"label": label, "received": whole.received} | kinds | rest


def month_bars(count: YearCount) -> list[tuple[str, int | None]]:
    """Complaints of each month; None for one before the book or after the stated day."""
    first, last = count.since[:7], f"{count.on:%Y-%m}"
    months = [(f"{count.year}-{n:02d}", MONTHS_SHORT[n - 1], count.months[n - 1]) for n in range(1, 13)]
    return [(word, received if received or "" < first <= month <= last else None) for month, word, received in months]


def counted_tables(count: YearCount) -> tuple[shapes.YearTable, ...]:
    return tuple(
        shapes.YearTable(
            title=title,
            rows=tuple((row.label, *row.counts, row.total) for row in rows),
            total=(count.complaints.received if rows else 0),
        )
        for title, rows in count.tables
    )


def year_paper(
    db: Database, year: int, keeper: str, printed_by: str, printed_at: datetime, on: date
) -> shapes.AnnualReport:
    count = count_year(db, year, on, printed_at)
    before = count_year(db, year - 1, on, printed_at)
    cut = cut_of(on, printed_at)
    missing = [f"Triwulan {ROMAN[n]}" for n, one in enumerate(year_figures(db, year, cut)) if one is None]
    return shapes.AnnualReport(
        **paper_fields(db, "annual", printed_by, printed_at),
        year=year,
        on=on,
        sentences=tuple(year_sentences(db, count, before)),
        quarters=quarter_rows(count),
        charts=(charts.year_chart(month_bars(count)),),
        tables=counted_tables(count),
        agreement=tuple(against_recaps(db, year, cut)),
        missing=wording.join_words(missing),
        keeper=staff_official(db, keeper),
        approver=chief_official(db, on),
        nihil=not count.book,
    )


def year_rows(count: YearCount) -> Iterable[tuple[str | int | None, ...]]:
    """(table, label, I, II, III, IV, year); a quarter that had not begun is empty.

    Kinds and what became of all lines; then the complaints by category, channel and village.
    """
    for kind, word in (*TYPES.items(), ("", "Semua baris")):
        for column in TOTALS[:6]:
            counts = [column.shown(one) for one in count.kinds[kind]]
            yield (word, column.head, *counts, *[None] * (4 - count.begun), column.shown(count.whole[kind]))
    if count.aside:
        yield (ASIDE, "Masuk", *count.asides, *[None] * (4 - count.begun), count.aside)
    for title, rows in count.tables:
        for row in rows:
            yield (title, row.label, *row.counts, row.total)


def year_xlsx(db: Database, year: int, made_at: datetime, on: date) -> bytes:
    count, cut = count_year(db, year, on, made_at), cut_of(on, made_at)
    titles = sheet_columns("Tabel", "Uraian", *(f"Triwulan {one}" for one in ROMAN), "Setahun", wide=1)
    book = [("Baris dihitung", count.whole[""].received), (ASIDE, count.aside)]
    book += [("Baris di buku", count.book)]
    sheets = [
        Sheet(f"Tahun {year}", titles, year_rows(count)),
        Sheet("Cocok dengan buku", sheet_columns("Uraian", "Baris"), [*book, *against_recaps(db, year, cut)]),
        Sheet("Keterangan", sheet_columns("Uraian", "Isi", wide=1), [("Menurut keadaan", plain_date(on))]),
    ]
    return write_book(f"Laporan pengaduan {year}", sheets, made_at=made_at)

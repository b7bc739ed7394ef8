"""The annual report: the year of the book, counted anew at a stated day by day of receipt, with its way to the approved
recaps; told in sentences, tables and a chart, on paper and as a spreadsheet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from app.core.clock import at_office, office_date
from app.core.dates import MONTHS, format_number, numeric_date, plain_date, stored_date
from app.core.problems import Problem
from app.core.quarters import ROMAN, Quarter
from app.platform.office import queries as office
from app.platform.office.papers import chief_official, office_name, staff_official
from app.platform.printing.data import books as shapes
from app.platform.printing.spreadsheet import Sheet, write_book
from app.quality.capa.tables import Capa
from app.quality.quarter import charts, wording
from app.quality.quarter.beside import count_box
from app.quality.quarter.counting import (
    COUNTED,
    PAST,
    Tallies,
    Tally,
    book_since,
    folded_sql,
    kind_totals,
    read_tallies,
    seen_sql,
    totals_of,
)
from app.quality.quarter.figures import Box, Figures, Totals, parse_figures
from app.quality.quarter.papers import sheet_columns
from app.quality.quarter.shape import ASIDE, TOTALS
from app.quality.quarter.tables import Pledge, Recap
from app.services.complaints.limits import area_names
from app.services.complaints.papers import paper_fields
from app.services.complaints.words import CATEGORIES, CHANNELS, TYPES
from schema.database import Database
from sync.entries import to_utc_text

SQL = (
    "WITH span (q, since, until, stand) AS (SELECT column1, column2, column3, ?2 FROM"
    " (VALUES (1, ?3, ?4), (2, ?5, ?6), (3, ?7, ?8), (4, ?9, ?10))),"
    + seen_sql("c.received_on BETWEEN span.since AND span.until", now="?2", form="3")
    + folded_sql("3")
)
TABLES = (("category", "Tentang apa"), ("channel", "Sarana"), ("area", "Dari desa mana"))


class YearRow(msgspec.Struct, frozen=True):
    """Received in each of the four quarters; None for one that had not begun, and for one before the book."""

    label: str
    counts: tuple[int | None, int | None, int | None, int | None]

    @property
    def total(self) -> int:
        return sum(count or 0 for count in self.counts)


class YearCount(msgspec.Struct, frozen=True):
    """A year as the book stands on a day. `kinds`: kind → quarter → its totals, of the quarters that had begun and that
    the book knows; `whole`: kind → of the year, empty kind for all; `months`: complaints of each month; `asides`:
    quarter → its lines that are set aside; `book`: all lines of the year."""

    year: int
    on: date
    since: str
    kinds: Mapping[str, Mapping[int, Totals]]
    whole: Mapping[str, Totals]
    months: Sequence[int]
    tables: Sequence[tuple[str, Sequence[YearRow]]]
    asides: Mapping[int, int]
    book: int
    box: Box

    @property
    def aside(self) -> int:
        return sum(self.asides.values())

    @property
    def complaints(self) -> Totals:
        return self.whole["complaint"]

    @property
    def quarters(self) -> list[int]:
        """Those that had begun and that the book knows."""
        return list(self.kinds["complaint"])

    @property
    def begun_within(self) -> bool:
        """Whether the book came into use in this year, after its first day."""
        return f"{self.year}-01-01" < self.since <= f"{self.year}-12-31"

    @property
    def has_data(self) -> bool:
        return self.book > 0 or "" < self.since <= f"{self.year}-12-31"


def check_year_day(year: int, on: date, today: date) -> None:
    if not date(year, 1, 1) <= on <= today:
        raise Problem.of("invalid", {"per": f"Isi hari antara 1 Januari {year} dan hari ini."})


def cut_of(on: date, now: datetime) -> str:
    """The moment (UTC stamp) up to which a day knows the book: its end, or now."""
    end = at_office(on + timedelta(days=1), 0) - timedelta(seconds=1)
    return to_utc_text(min(end, now))


def count_year(db: Database, year: int, on: date, now: datetime) -> YearCount:
    """Count a year as the book stood at the end of a day (`now`, where it is today). Raises Problem `invalid`."""
    check_year_day(year, on, office_date(now))
    quarters = [Quarter(year, n) for n in range(1, 5)]
    cut = cut_of(on, now)
    days = [day.isoformat() for quarter in quarters for day in (quarter.start, quarter.end)]
    found, settled = read_tallies(db, SQL, (cut, on.isoformat(), *days))
    lines = book_lines(db, year, cut)
    since = book_since(db, cut)
    known = [
        quarter.n
        for quarter in quarters
        if quarter.start <= on and (quarter.n in lines or quarter.end.isoformat() >= since)
    ]
    kinds = {}
    whole = {}
    for kind in ("", *TYPES):
        kinds[kind] = {n: kind_totals(found, settled, kind, n) for n in known}
        whole[kind] = totals_of(sum_tallies(found, kind), sum_days(settled, kind))
    months = [received_in_month(found, f"{year}-{n:02d}", known) for n in range(1, 13)]
    labels: dict[str, Mapping[str, str]] = {
        "category": {key: category.label for key, category in CATEGORIES.items()},
        "channel": CHANNELS,
        "area": {**area_names(db), "": "Tidak disebut"},
    }
    asked = TABLES if office.village_names(db) else TABLES[:-1]
    tables = [(title, year_table(found, name, labels[name], known)) for name, title in asked]
    asides = dict.fromkeys(known, 0)
    asides |= {n: lines[n][0] for n in known if n in lines}
    book = sum(count for _, count in lines.values())
    box = box_of_year(db, known, year, on, since)
    return YearCount(year, on, since, kinds, whole, months, tables, asides, book, box)


def received_in_month(found: Tallies, month: str, quarters: Sequence[int]) -> int:
    return sum(found.get(("month", month, n), Tally()).received for n in quarters)


def sum_tallies(found: Tallies, kind: str) -> Tally:
    """The four quarters of a kind together; "" are all kinds."""
    dimension = "type" if kind else "total"
    parts = [found.get((dimension, kind, n), Tally()) for n in range(1, 5)]
    return Tally(*(sum(values) for values in zip(*parts, strict=True)))


def sum_days(settled: Mapping[tuple[str, int], Counter[int]], kind: str) -> Counter[int]:
    return sum((settled.get((kind, q), Counter()) for q in range(1, 5)), Counter[int]())


def year_table(found: Tallies, name: str, labels: Mapping[str, str], known: Sequence[int]) -> list[YearRow]:
    """Complaints by a dimension, the most frequent first; keys that nobody knows any more by themselves."""
    keys = dict.fromkeys([*labels, *sorted(key for kind, key, _ in found if kind == name)])
    rows = []
    for key in keys:
        counts: list[int | None] = [None] * 4
        for n in known:
            counts[n - 1] = found.get((name, key, n), Tally()).received
        rows.append(YearRow(labels.get(key, key), (counts[0], counts[1], counts[2], counts[3])))
    return sorted((row for row in rows if row.total), key=lambda row: -row.total)


def book_lines(db: Database, year: int, cut: str) -> dict[int, tuple[int, int]]:
    """Quarter → (lines that are set aside, all lines) of a year as known at a moment."""
    rows = db.run(
        "SELECT (substr(c.received_on, 6, 2) + 2) / 3, count(*) FILTER (WHERE NOT (" + COUNTED + ")), count(*)"
        f" FROM complaint c LEFT JOIN {PAST} WHERE c.received_on BETWEEN ?2 AND ?3 AND c.entered_at <= ?1 GROUP BY 1",
        (cut, f"{year}-01-01", f"{year}-12-31"),
    )
    return {quarter: (aside, lines) for quarter, aside, lines in rows}


def box_of_year(db: Database, known: Sequence[int], year: int, on: date, since: str) -> Box:
    """The box of the year's days up to the stated one."""
    parts = [count_box(db, Quarter(year, n), stored_date(since), on) for n in known]
    sums = {}
    for name in Box.__struct_fields__:
        sums[name] = sum(getattr(part, name) for part in parts)
    return Box(**sums)


def book_agreement(db: Database, year: int, received: int, cut: str) -> list[tuple[str, int]]:
    """How the recaps of a year, which together count `received` lines, agree with the book of that year at a moment:
    (words, lines) from the recaps to the book; a last row names what cannot be explained, if anything."""
    kept = "recap_line l JOIN recap r ON r.quarter = l.quarter AND r.approved_at <= ?1"
    row = db.one(
        f"SELECT (SELECT count(*) FROM {kept} WHERE l.quarter BETWEEN ?2 AND ?3 AND own NOT BETWEEN ?2 AND ?3),"
        f" (SELECT count(*) FROM {kept} WHERE own BETWEEN ?2 AND ?3 AND l.quarter NOT BETWEEN ?2 AND ?3),"
        f" count(*) FILTER (WHERE l.quarter IS NULL AND {COUNTED}),"
        f" count(*) FILTER (WHERE l.quarter IS NULL AND NOT ({COUNTED})), count(*)"
        f" FROM complaint c LEFT JOIN {PAST} LEFT JOIN ({kept}) l ON l.complaint_id = c.id"
        " WHERE c.received_on BETWEEN ?4 AND ?5 AND c.entered_at <= ?1",
        (cut, f"{year}-Q1", f"{year}-Q4", f"{year}-01-01", f"{year}-12-31"),
    )
    others, later, waiting, aside, book = row or (0, 0, 0, 0, 0)
    found = [
        ("Baris menurut rekap yang disetujui", received),
        ("Dikurangi: diterima tahun lain, ditulis sesudah rekapnya disetujui", -others),
        ("Ditambah: ditulis sesudah rekapnya disetujui, dihitung rekap tahun lain", later),
        ("Ditambah: belum masuk rekap yang disetujui", waiting),
        ("Ditambah: disisihkan, bukan pengaduan, di luar rekap", aside),
        ("Baris tahun ini menurut buku", book),
    ]
    rest = book - (received - others + later + waiting + aside)
    if rest:
        return [*found, ("Selisih yang tidak dapat dijelaskan", rest)]
    return found


MOST_NAMED = 3
MONTHS_SHORT = [name[:3] for name in MONTHS]


def year_figures(db: Database, year: int, cut: str = "9") -> list[Figures | None]:
    """The approved recaps of a year, as far as they were approved by a moment (UTC stamp)."""
    rows = Recap.rows(db, Recap.quarter.startswith(f"{year}-"), Recap.state.in_(("approved", "published")))
    known = {row.quarter: parse_figures(row.figures) for row in rows if (row.approved_at or "") <= cut}
    return [known.get(str(Quarter(year, n))) for n in range(1, 5)]


def against_recaps(db: Database, year: int, cut: str) -> list[tuple[str, int]]:
    """From the approved recaps of a year to its book, as known at a moment."""
    received = [figures.totals.received for figures in year_figures(db, year, cut) if figures]
    return book_agreement(db, year, sum(received), cut)


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
    if count.on < date(count.year, 12, 31):
        return f"{stated}; tahunnya belum berakhir."
    return f"{stated}."


def book_sentence(count: YearCount, before: YearCount) -> str:
    kinds = [(TYPES[kind].lower(), count.whole[kind].received) for kind in TYPES]
    told = wording.join_words([f"{format_number(n)} {word}" for word, n in kinds])
    apart = ""
    if count.aside:
        apart = f", dan {format_number(count.aside)} baris yang disisihkan karena bukan pengaduan"
    start = ""
    if count.begun_within:
        start = f", dipakai sejak {plain_date(date.fromisoformat(count.since))},"
    text = f"Buku pengaduan tahun {count.year}{start} memuat {format_number(count.book)} baris: {told}{apart}."
    if not before.has_data:
        return f"{text} Tahun {before.year} {wording.NO_DATA}."
    begun = ""
    if before.begun_within:
        begun = f" (buku sejak {numeric_date(date.fromisoformat(before.since))})"
    return f"{text} Tahun {before.year} ada {format_number(before.complaints.received)} pengaduan{begun}."


def ended_words(now: Totals) -> str:
    late = "tidak ada yang lewat batas"
    if now.late:
        late = f"{format_number(now.late)} lewat batas"
    after = ""
    if now.settled_late:
        after = f" ({format_number(now.settled_late)} sesudah batasnya)"
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
    box = count.box
    until = count.on.isoformat()
    yield (
        f"Kotak saran dibuka di akhir pelayanan pada {format_number(box.opened)} dari"
        f" {format_number(box.working_days)} hari kerja dan berisi {format_number(box.slips)} lembar."
    )
    last = min(until, f"{count.year}-12-31")
    opened = Capa.rows(db, Capa.opened_on >= f"{count.year}-01-01", Capa.opened_on <= last)
    if opened:
        ended = sum(row.state == "effective" for row in opened)
        yield f"Dibuka {len(opened)} LTPP; {ended} sudah diverifikasi efektif saat laporan ini dibuat."
    known = Pledge.rows(db, Pledge.quarter.startswith(f"{count.year}-"), Pledge.void == 0)
    given = [row for row in known if row.given_at[:10] <= until]
    due = [row for row in given if not (row.withdrawn_on and row.withdrawn_on <= until) and row.by_on <= until]
    if given:
        kept = sum(bool(row.kept_on and row.kept_on <= until) for row in due)
        fate = "belum ada yang jatuh tempo"
        if due:
            fate = f"dari {len(due)} yang sudah jatuh tempo {kept} ditepati"
        yield f"Dalam rekap tahun ini dijanjikan {len(given)} perbaikan; {fate}."


# -- paper and spreadsheet -----------------------------------------------------------------------------------------


def quarter_rows(count: YearCount) -> tuple[shapes.Row, ...]:
    """A row for each quarter that had begun, without numbers for one before the book, then the year: kinds, all, and
    what became of them."""
    rows = []
    for n in range(1, max(count.quarters, default=0) + 1):
        of = {kind: count.kinds[kind][n] for kind in count.kinds if n in count.kinds[kind]}
        rows.append(totals_row(f"Triwulan {ROMAN[n - 1]}", of))
    return (*rows, totals_row("Jumlah", dict(count.whole)))


def totals_row(label: str, of: dict[str, Totals]) -> shapes.Row:
    if not of:
        return {"label": label} | dict.fromkeys((*TYPES, "received", "settled", "process", "late"))
    whole = of[""]
    kinds = {kind: of[kind].received for kind in TYPES}
    rest = {"settled": whole.settled, "process": whole.process, "late": whole.late}
    return {"label": label, "received": whole.received} | kinds | rest


def month_bars(count: YearCount) -> list[tuple[str, int | None]]:
    """Complaints of each month; None for one before the book or after the stated day."""
    first = count.since[:7]
    last = f"{count.on:%Y-%m}"
    bars: list[tuple[str, int | None]] = []
    for n, (word, received) in enumerate(zip(MONTHS_SHORT, count.months, strict=True), start=1):
        within = "" < first <= f"{count.year}-{n:02d}" <= last
        shown = received if received or within else None
        bars.append((word, shown))
    return bars


def counted_tables(count: YearCount) -> tuple[shapes.YearTable, ...]:
    tables = []
    for title, rows in count.tables:
        lines = tuple((row.label, *row.counts, row.total) for row in rows)
        total = 0
        if rows:
            total = count.complaints.received
        tables.append(shapes.YearTable(title=title, rows=lines, total=total))
    return tuple(tables)


def year_paper(
    db: Database, year: int, keeper: str, printed_by: str, printed_at: datetime, on: date
) -> shapes.AnnualReport:
    count = count_year(db, year, on, printed_at)
    before = count_year(db, year - 1, on, printed_at)
    cut = cut_of(on, printed_at)
    recaps = year_figures(db, year, cut)
    missing = [f"Triwulan {ROMAN[n - 1]}" for n in count.quarters if recaps[n - 1] is None]
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
    """(table, label, I, II, III, IV, year); a quarter that had not begun, or lies before the book, is empty.

    Kinds and what became of all lines; then the complaints by category, channel and village.
    """
    for kind, word in (*TYPES.items(), ("", "Semua baris")):
        for column in TOTALS[:6]:
            counts = {n: column.shown(totals) for n, totals in count.kinds[kind].items()}
            yield (word, column.head, *(counts.get(n) for n in range(1, 5)), column.shown(count.whole[kind]))
    if count.aside:
        yield (ASIDE, "Masuk", *(count.asides.get(n) for n in range(1, 5)), count.aside)
    for title, rows in count.tables:
        for row in rows:
            yield (title, row.label, *row.counts, row.total)


def year_xlsx(db: Database, year: int, made_at: datetime, on: date) -> bytes:
    """The annual report as a spreadsheet: tables, how they agree with book and recaps, the day it speaks of."""
    count = count_year(db, year, on, made_at)
    cut = cut_of(on, made_at)
    titles = sheet_columns("Tabel", "Uraian", *(f"Triwulan {numeral}" for numeral in ROMAN), "Setahun", wide=1)
    of_book = [("Baris dihitung", count.whole[""].received), (ASIDE, count.aside), ("Baris di buku", count.book)]
    sheets = [
        Sheet(f"Tahun {year}", titles, year_rows(count)),
        Sheet("Cocok dengan buku", sheet_columns("Uraian", "Baris"), [*of_book, *against_recaps(db, year, cut)]),
        Sheet("Keterangan", sheet_columns("Uraian", "Isi", wide=1), [("Menurut keadaan", on)]),
    ]
    return write_book(f"Laporan pengaduan {year}", sheets, made_at=made_at, office=office_name(db))

"""The year of the book, counted anew at a stated day: by day of receipt, with its way to the approved recaps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from app.complaints.limits import area_names
from app.complaints.words import CATEGORIES, CHANNELS, TYPES
from app.core.clock import at_office, office_date
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.quarter.beside import count_box
from app.quarter.counting import (
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
from app.quarter.figures import Box, Totals
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
    """Received in each of the four quarters; None for one that had not begun."""

    label: str
    counts: tuple[int | None, int | None, int | None, int | None]

    @property
    def total(self) -> int:
        return sum(count or 0 for count in self.counts)


class YearCount(msgspec.Struct, frozen=True):
    """A year as the book stands on a day. `kinds`: kind → totals of each quarter that had begun; `whole`: kind → of the
    year, empty kind for all; `months`: complaints of each month; `asides`: lines of each quarter that are set aside;
    `book`: all lines of the year."""

    year: int
    on: date
    since: str
    kinds: Mapping[str, Sequence[Totals]]
    whole: Mapping[str, Totals]
    months: Sequence[int]
    tables: Sequence[tuple[str, Sequence[YearRow]]]
    asides: Sequence[int]
    book: int
    box: Box

    @property
    def aside(self) -> int:
        return sum(self.asides)

    @property
    def complaints(self) -> Totals:
        return self.whole["complaint"]

    @property
    def begun(self) -> int:
        """How many quarters had begun."""
        return len(self.kinds["complaint"])

    @property
    def begun_within(self) -> bool:
        """Whether the book came into use in this year, after its first day."""
        return f"{self.year}-01-01" < self.since <= f"{self.year}-12-31"

    @property
    def has_data(self) -> bool:
        return self.book > 0 or "" < self.since <= f"{self.year}-12-31"


def check_year_day(year: int, on: date, today: date) -> None:
    if not date(year, 1, 1) <= on <= today:
        why = f"Isi hari antara 1 Januari {year} dan hari ini."
        raise Problem.of("invalid", {"per": why})


def cut_of(on: date, now: datetime) -> str:
    """The moment (UTC stamp) up to which a day knows the book: its end, or now."""
    end = at_office(on + timedelta(days=1), 0) - timedelta(seconds=1)
    return to_utc_text(min(end, now))


def count_year(db: Database, year: int, on: date, now: datetime) -> YearCount:
    """Count a year as the book stood at the end of a day (`now`, where it is today). Raises Problem `invalid`."""
    check_year_day(year, on, office_date(now))
    quarters = [Quarter(year, n) for n in range(1, 5)]
    cut = cut_of(on, now)
    days = [day.isoformat() for one in quarters for day in (one.start, one.end)]
    found, settled = read_tallies(db, SQL, (cut, on.isoformat(), *days))
    begun = [one.n for one in quarters if one.start <= on]
    kinds = {kind: [kind_totals(found, settled, kind, n) for n in begun] for kind in ("", *TYPES)}
    whole = {kind: totals_of(added(found, kind), sum_days(settled, kind)) for kind in kinds}
    months = [sum(found.get(("month", f"{year}-{n:02d}", q), Tally()).received for q in begun) for n in range(1, 13)]
    labels: dict[str, Mapping[str, str]] = {
        "category": {key: one.label for key, one in CATEGORIES.items()},
        "channel": CHANNELS,
        "area": {**area_names(db), "": "Tidak disebut"},
    }
    tables = [(title, year_table(found, name, labels[name], begun)) for name, title in TABLES]
    lines, since = book_lines(db, year, cut), book_since(db, cut)
    asides, book = [lines.get(n, (0, 0))[0] for n in begun], sum(count for _, count in lines.values())
    box = box_of_year(db, begun, year, on, since)
    return YearCount(year, on, since, kinds, whole, months, tables, asides, book, box)


def added(found: Tallies, kind: str) -> Tally:
    parts = [found.get(("type" if kind else "total", kind, q), Tally()) for q in range(1, 5)]
    return Tally(*(sum(values) for values in zip(*parts, strict=True)))


def sum_days(settled: Mapping[tuple[str, int], Counter[int]], kind: str) -> Counter[int]:
    return sum((settled.get((kind, q), Counter()) for q in range(1, 5)), Counter[int]())


def year_table(found: Tallies, name: str, labels: Mapping[str, str], begun: Sequence[int]) -> list[YearRow]:
    """Complaints by a dimension, the most frequent first; keys that nobody knows any more by themselves."""
    keys = dict.fromkeys([*labels, *sorted(key for kind, key, _ in found if kind == name)])
    rows = []
    for key in keys:
        counts = [found.get((name, key, n), Tally()).received if n in begun else None for n in range(1, 5)]
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


def box_of_year(db: Database, begun: Sequence[int], year: int, on: date, since: str) -> Box:
    """The box of the year's days up to the stated one."""
    first = date.fromisoformat(since) if since else None
    parts = [count_box(db, Quarter(year, n), first, on) for n in begun]
    return Box(*(sum(getattr(part, name) for part in parts) for name in Box.__struct_fields__))


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
    return [*found, ("Selisih yang tidak dapat dijelaskan", rest)] if rest else found

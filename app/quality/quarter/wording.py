"""What the figures of a quarter say in words, for page, paper, poster and screen alike; targets and what was met."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from app.core.dates import format_number, numeric_date
from app.core.quarters import Quarter
from app.quality.quarter.figures import Figures, Kept, Row, Totals
from app.services.complaints.words import TYPES

NO_DATA = "belum ada data"
FEW = 10
"""Below so many cases a percentage says less than the cases themselves."""


def days_words(days: int) -> str:
    """`dalam 8 hari kerja`; nought working days are the day of receipt."""
    if not days:
        return "pada hari yang sama"
    return f"dalam {format_number(days)} hari kerja"


def percent_words(kept: Kept) -> str:
    """`97,0%`; of few cases the cases: `2 dari 3`."""
    if not kept.due:
        return "–"
    if kept.due >= FEW:
        return f"{kept.percent}%"
    return f"{kept.kept} dari {kept.due}"


def kept_words(kept: Kept) -> str:
    """Beside it, with its own lateness: `195 dari 201 yang jatuh tempo, 6 lewat janji`."""
    if not kept.due:
        return "tidak ada yang jatuh tempo"
    late = kept.due - kept.kept
    after = "tidak ada yang lewat janji"
    if late:
        after = f"{format_number(late)} lewat janji"
    if kept.due < FEW:
        return f"yang jatuh tempo; {after}"
    return f"{format_number(kept.kept)} dari {format_number(kept.due)} yang jatuh tempo, {after}"


def join_words(parts: Sequence[str]) -> str:
    """`a, b, dan c`; `a dan b`."""
    if len(parts) < 3:
        return " dan ".join(parts)
    return f"{', '.join(parts[:-1])}, dan {parts[-1]}"


SPOKEN = {"aspiration": "aspirasi", "information": "pertanyaan"}


def other_kinds(rows: Iterable[Row]) -> str:
    """`6 aspirasi dan 4 pertanyaan`, empty without any."""
    found = [(SPOKEN[row.key], row.received) for row in rows if row.key in SPOKEN and row.received]
    return join_words([f"{format_number(count)} {word}" for word, count in found])


def earlier_words(figures: Figures, quarter: Quarter, found: Totals) -> str:
    """How many there were in an earlier quarter; a book that began later or in its midst says so."""
    if not figures.has_data(quarter, found):
        return NO_DATA
    begun = ""
    if quarter.start.isoformat() < figures.since <= quarter.end.isoformat():
        begun = figures.since
    count = format_number(found.received)
    if begun:
        return f"{count} (buku sejak {numeric_date(date.fromisoformat(begun))})"
    return count


def unknown_columns(figures: Figures) -> frozenset[str]:
    """Columns of the count tables that say nothing, because the book was not yet kept then."""
    unknown = set()
    if not figures.has_data(figures.period.before, figures.sums.before):
        unknown |= {"before", "change"}
    if not year_known(figures):
        unknown.add("year_ago")
    return frozenset(unknown)


def year_known(figures: Figures) -> bool:
    return figures.has_data(figures.period.year_ago, figures.sums.year_ago)


def digest_sentence(figures: Figures) -> str:
    """The recap in one breath: complaints against the quarter before, settled and late, then what is no complaint."""
    if figures.nihil:
        return "Nihil: tidak ada pengaduan, aspirasi, atau pertanyaan, dan tidak ada sisa dari triwulan sebelumnya."
    now = figures.complaints.now
    parts = [f"{received_words(figures)}."]
    if now.received:
        parts.append(f"{settled_words(now)}. {late_words(now)}.")
    if figures.kinds and (others := other_kinds(figures.sums.types)):
        parts.append(f"Di luar pengaduan ada {others}.")
    levies = next((row.received for row in figures.sums.categories if row.key == "levy"), 0)
    if levies:
        parts.append(f"{format_number(levies)} tentang pungutan liar.")
    if figures.carried.totals.received:
        parts.append(f"{format_number(figures.carried.totals.received)} baris dibawa dari triwulan sebelumnya.")
    return " ".join(parts)


def most_frequent(figures: Figures) -> str:
    """`persyaratan pelayanan, 10`: what was complained of most."""
    row = max(figures.sums.categories, key=lambda row: row.received, default=None)
    if row and row.received:
        return f"{row.label.lower()}, {format_number(row.received)}"
    return ""


def received_words(figures: Figures) -> str:
    """`40 pengaduan, 10 lebih banyak daripada triwulan lalu`."""
    now = figures.complaints.now
    before = figures.complaints.before
    text = "Tidak ada pengaduan baru"
    if now.received:
        text = f"{format_number(now.received)} pengaduan"
    if not figures.has_data(figures.period.before, figures.sums.before):
        return f"{text}; triwulan lalu {NO_DATA}"
    more = now.received - before.received
    if not more:
        return f"{text}, sama banyak dengan triwulan lalu"
    compared = "banyak" if more > 0 else "sedikit"
    return f"{text}, {format_number(abs(more))} lebih {compared} daripada triwulan lalu"


def settled_words(now: Totals) -> str:
    """`33 selesai, separuhnya dalam 8 hari kerja`."""
    if not now.settled:
        return "Belum ada yang selesai"
    half = ""
    if now.median is not None and now.settled > 1:
        half = f", separuhnya {days_words(now.median)}"
    return f"{format_number(now.settled)} selesai{half}"


def late_words(now: Totals) -> str:
    if not now.late:
        return "Tidak ada yang lewat batas"
    return f"{format_number(now.late)} lewat batas"


class Headline(NamedTuple):
    """A figure of the first row: its label, its value, what stands below."""

    label: str
    value: str
    note: str


def headlines(figures: Figures) -> tuple[Headline, ...]:
    kind = figures.complaints
    quarter = figures.period
    promise = figures.promise
    now = kind.now
    before, year_ago = (earlier_words(figures, *earlier) for earlier in earlier_quarters(figures))
    apart = ""
    if figures.aside:
        apart = f"; {format_number(figures.aside)} baris disisihkan, di luar hitungan"
    half = "–"
    if now.median is not None:
        half = "hari yang sama"
        if now.median:
            half = f"{now.median} hari kerja"
    if now.p90 is None:
        tenth = ""
    else:
        tenth = f"; 9 dari 10 {days_words(now.p90)}"
    known = figures.has_data(quarter.before, kind.before) and kind.before.median is not None
    was = ""
    if known:
        was = f"; triwulan lalu {days_words(kind.before.median or 0)}"
    shown = [
        Headline("Pengaduan", format_number(now.received), f"triwulan lalu {before}, setahun lalu {year_ago}{apart}"),
        Headline("Selesai", format_number(now.settled), f"{now.process} berjalan, {now.late} lewat batas"),
        Headline("Sampai selesai", half, f"nilai tengah{tenth}{was}"),
    ]
    if figures.promised:
        shown.append(Headline("KTP jadi dalam janji", percent_words(promise), kept_words(promise)))
    return tuple(shown)


def earlier_quarters(figures: Figures) -> tuple[tuple[Quarter, Totals], tuple[Quarter, Totals]]:
    kind = figures.complaints
    quarter = figures.period
    return (quarter.before, kind.before), (quarter.year_ago, kind.year_ago)


class Target(NamedTuple):
    """What the standard asks, what was reached, and what lies between."""

    what: str
    target: int
    reached: int

    @property
    def difference(self) -> int:
        return self.reached - self.target


def targets(figures: Figures) -> tuple[Target, ...]:
    """The targets of the standard that a quarter can count: nothing late, each promise kept, each box opened."""
    now = figures.complaints.now
    box = figures.box
    promise = figures.promise
    due = [pledge for pledge in figures.pledges if pledge.state in ("kept", "late", "broken")]
    kept = sum(pledge.state == "kept" for pledge in due)
    always = (
        Target("Pengaduan lewat batas pada hari terakhir triwulan", 0, now.late),
        Target("Pengaduan selesai sesudah batas", 0, now.settled_late),
    )
    counted = (
        Target("Jawaban pertama lewat batas", 0, now.first_late),
        Target("KTP jadi dalam janji, dari yang jatuh tempo", promise.due, promise.kept),
        Target("Kotak saran dibuka di akhir pelayanan", box.working_days, box.opened),
        Target("Janji perbaikan yang jatuh tempo, ditepati", len(due), kept),
    )
    return *always, *(target for target in counted if target.target or target.reached)


def carried_sentence(figures: Figures) -> str:
    """`11 baris (9 pengaduan dan 2 aspirasi): 7 selesai, separuhnya dalam 16 hari kerja; 0 berjalan, 4 lewat batas.`"""
    totals = figures.carried.totals
    if not totals.received:
        return ""
    counts = Counter(line.type for line in figures.carried.lines)
    kinds = [f"{counts[kind]} {word.lower()}" for kind, word in TYPES.items() if counts[kind]]
    of = ""
    if kinds:
        of = f" ({join_words(kinds)})"
    rest = f"{totals.process} berjalan, {totals.late} lewat batas"
    return f"{totals.received} baris{of}: {settled_words(totals).lower()}; {rest}."

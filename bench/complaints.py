"""Figure `complaints`: the counts of a quarter at 100,000 complaints, against the same sums in plain SQL.

The reference asks the table once for each table of the recap, with nothing but SELECT, WHERE and GROUP BY: for this
quarter, the one before and the same one a year ago. Ours counts the same in one statement and knows besides what every
line was at the moment of drafting, which clocks stood still, and how many working days each settlement took.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import apsw

from app import compose
from app.core.quarters import Quarter
from app.quality.quarter.counting import count_sums
from app.quality.quarter.figures import Sums
from app.services.complaints import limits
from app.services.complaints.words import CATEGORIES, CHANNELS, TYPES, WEIGHTS
from bench.aims import judged
from bench.an_office import NOW, found, opened, villages
from bench.measuring import Figure, bare_connection, in_turn, ratio, spread, timed, typical
from bench.pages import figure, serving
from schema.database import Database

LINES, YEARS, QUARTER = 100_000, 3, Quarter(2025, 4)
REQUESTS = 240
CUT = "2026-03-02T02:00:00Z"
PART = 10_000
COLUMNS = (
    "id, year, n, epoch, number, received_on, entered_at, entered_by, channel, anonymous, confidential, area, service,"
    " words, type, category, weight, levy, section, first_due_on, settle_due_on, state, first_answer_on, followed_on,"
    " closed_on"
)
LINE = f"INSERT INTO complaint ({COLUMNS}) VALUES ({', '.join('?' * 25)})"
COLUMN = (
    "INSERT INTO complaint_column (complaint_id, name, text, on_date, at, actor)"
    " VALUES (?, 'follow_up', 'Loket ditambah.', ?, ?, 'kasi')"
)
BARE = (
    "SELECT {0}, count(*), sum(closed_on IS NOT NULL AND closed_on <= ?2), sum((closed_on IS NULL OR closed_on > ?2)"
    " AND settle_due_on < ?2) FROM complaint WHERE received_on BETWEEN ?1 AND ?2{1} GROUP BY 1"
)
ALL_KINDS = ("type", "1")
OF_COMPLAINTS = ("channel", "weight", "category", "service", "area", "section", "substr(received_on, 1, 7)")
"""Dimensions of all lines, and those in which only complaints count, as in the recap."""


def main(rounds: int, folder: Path) -> list[Figure]:
    """The figures against plain sums, and a page of the book against a bare page of the same rows."""
    data = folder / "complaints"
    fill(data, LINES)
    return [counting(data, rounds), book_page(data, max(3, rounds // 2))]


def book_page(data: Path, rounds: int) -> Figure:
    """Pages of the book of a full year, anywhere in it, asked by eight clients."""
    pick = Random(5)
    paths = [f"/pengaduan?tahun=2025&hal={pick.randint(1, 2000) if turn % 2 else 1}" for turn in range(REQUESTS)]
    with (
        serving("an_office_serving.py", str(data)) as site,
        serving("bare/app.py", str(data / compose.FILES["office"]), "0") as bare,
    ):
        return figure("book", site, bare, paths, rounds)


def counting(data: Path, rounds: int) -> Figure:
    """How much longer the figures take than the plain sums; less is better."""
    with opened(data) as journal:
        bare = bare_connection(data / compose.FILES["office"], fresh=False)
        pairs = in_turn(
            lambda: timed(lambda: count_sums(journal.db, QUARTER, CUT)), lambda: timed(lambda: plain(bare)), rounds
        )
        counted, alone = count_sums(journal.db, QUARTER, CUT)[0], plain(bare)
        bare.close()
    check(counted, alone)
    usual = typical(pairs)
    lines = counted.totals.received
    told = f"{usual.ours * 1000:.0f} against {usual.bare * 1000:.0f} ms for {lines} lines; {spread(pairs)}"
    return judged("quarter", ratio(pairs), told)


def plain(bare: apsw.Connection) -> dict[tuple[str, str], int]:
    """The same sums, table by table and quarter by quarter: (table, key) → received in this quarter."""
    counts: dict[tuple[str, str], int] = {}
    for quarter in (QUARTER, QUARTER.before, QUARTER.year_ago):
        span = (quarter.start.isoformat(), quarter.end.isoformat())
        for name in (*ALL_KINDS, *OF_COMPLAINTS):
            kinds = " AND type = 'complaint'" if name in OF_COMPLAINTS else ""
            for key, received, *_ in bare.execute(BARE.format(name, kinds), span):
                if quarter == QUARTER:
                    counts[name, str(key)] = int(str(received))
    return counts


def check(counted: Sums, alone: dict[tuple[str, str], int]) -> None:
    """Both must say the same, or the comparison is worth nothing."""
    ours = {("1", "1"): counted.totals.received} | {("channel", row.key): row.received for row in counted.channels}
    ours |= {("category", row.key): row.received for row in counted.categories if row.received}
    if any(alone.get(key) != number for key, number in ours.items()):
        raise ValueError("the recap and the plain sums do not agree")


def fill(data: Path, count: int) -> None:
    """Complaints of three years, written straight into the tables: what is measured only reads them."""
    journal = found(data)
    limits.seed_office(journal, NOW)
    with journal.transaction(), journal.db.applying():
        write(journal.db, list(drawn(count, villages(journal.db))))
    journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.db.run("ANALYZE")
    journal.db.close()


def write(db: Database, rows: list[tuple[object, ...]]) -> None:
    """Lines with their follow-ups."""
    for start in range(0, len(rows), PART):
        part = rows[start : start + PART]
        db.many(LINE, part)
        db.many(COLUMN, [(row[0], row[23], f"{row[23]}T03:00:00Z") for row in part if row[23]])


def drawn(count: int, areas: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    """Lines in the order of their receipt: most are settled within weeks, some never."""
    pick, first = Random(11), QUARTER.after.start - timedelta(days=365 * YEARS)
    for number in range(1, count + 1):
        received = first + timedelta(days=(365 * YEARS + 59) * number // (count + 1))
        settled = received + timedelta(days=pick.randint(1, 40)) if pick.random() < 0.93 else None
        closed = settled.isoformat() if settled is not None and settled < date(2026, 3, 1) else None
        category, on = pick.choice(tuple(CATEGORIES)), received.isoformat()
        yield (
            number,
            received.year,
            number,
            1,
            f"{number:06d}/ADUAN",
            on,
            f"{on}T02:10:00Z",
            "loket",
            pick.choice(tuple(CHANNELS)),
            0,
            0,
            pick.choice(areas),
            "ktp-el",
            "Saya menunggu lama di loket.",
            pick.choice(tuple(TYPES)),
            category,
            pick.choice(tuple(WEIGHTS)),
            int(category == "levy"),
            CATEGORIES[category].section,
            (received + timedelta(days=5)).isoformat(),
            (received + timedelta(days=20)).isoformat(),
            "open" if closed is None else "closed",
            closed,
            closed,
            closed,
        )

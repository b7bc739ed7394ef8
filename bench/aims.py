"""The aims that `bench` holds the program to: one row for each, whether a run takes its figure or not.

Figures without a row here (small PC, growth, sizing, the centre's pages) have their aim where they are taken.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bench.measuring import Figure, amount


class Aim(NamedTuple):
    """`name`: the figure by which a run takes it (`bench --only NAME`). `at_least`: more is better."""

    name: str
    what: str
    aim: float
    at_least: bool
    unit: str

    @property
    def text(self) -> str:
        """Such as `≥ 0.70 ×`."""
        return f"{'≥' if self.at_least else '≤'} {amount(self.aim, self.unit)}"


SYNC, PAGES, START, ENCRYPTION = "sync", "pages", "start", "encryption"
TEN_YEARS, MILLION, OFFICES = "ten_years", "million", "offices"
AIMS = {
    "rate": Aim(SYNC, "10,000 entries office to centre, entries/s", 0.7, True, "×"),
    "entry": Aim(SYNC, "bytes an entry on the wire", 110, False, "B"),
    "idle trips": Aim(SYNC, "nothing new, in bare round trips of the same stack", 3, False, "trips"),
    "idle bytes": Aim(SYNC, "nothing new, bytes both ways", 500, False, "B"),
    "ten trips": Aim(SYNC, "ten new lines, in bare round trips of the same stack", 6, False, "trips"),
    "ten bytes": Aim(SYNC, "ten new lines, bytes both ways", 3000, False, "B"),
    "list": Aim(PAGES, "list page, 100,000 cases, 8 clients, requests/s", 0.85, True, "×"),
    "case": Aim(PAGES, "case page, 100,000 cases, 8 clients, requests/s", 0.85, True, "×"),
    "book": Aim("complaints", "page of the complaint book, 100,000 complaints, requests/s", 0.85, True, "×"),
    "desk": Aim(MILLION, "desk at 1,000,000 cases against 10,000, time", 1.2, False, "×"),
    "dispatch": Aim(MILLION, "dispatch page at 1,000,000 cases against 10,000, time", 1.2, False, "×"),
    "registration": Aim("registration", "one registration, in FULL commits of its rows", 2.5, False, "×"),
    "import": Aim("import", "20,000 lines of a register, lines/s", 0.5, True, "×"),
    "quarter": Aim("complaints", "figures of a quarter, 100,000 complaints, time", 1.2, False, "×"),
    "first page": Aim(START, "process start to first page, all services, time", 1.8, False, "×"),
    "memory": Aim(START, "memory when idle (RSS), all services", 1.5, False, "×"),
    "backup memory": Aim(TEN_YEARS, "a backup's memory at most", 150, False, "MB"),
    "backup disk": Aim(TEN_YEARS, "a backup's disk beside the database, of its file", 1.2, False, "×"),
    "restore memory": Aim(TEN_YEARS, "a restore's memory at most", 150, False, "MB"),
    "restore disk": Aim(TEN_YEARS, "a restore's disk, of the file", 1.2, False, "×"),
    "proof": Aim("proof", "the whole form, time", 3, False, "×"),
    "covered list": Aim(ENCRYPTION, "list page, 100,000 cases, 8 clients, time", 1.3, False, "×"),
    "covered case": Aim(ENCRYPTION, "case page, 100,000 cases, 8 clients, time", 1.3, False, "×"),
    "covered commits": Aim(ENCRYPTION, "one registration among 100,000 cases, time", 1.3, False, "×"),
    "covered sync": Aim(ENCRYPTION, "10,000 entries office to centre, time", 1.3, False, "×"),
    "crowd": Aim(OFFICES, "50 offices at once, p95, in bare upserts of the same lines", 4, False, "×"),
}


def judged(key: str, value: float, context: str = "") -> Figure:
    """A figure with the aim of its row. Raises KeyError for a row that is not there."""
    row = AIMS[key]
    return Figure(row.name, row.what, row.aim, row.at_least, value, row.unit, context)


def left_out(names: Sequence[str]) -> list[Aim]:
    """The aims whose figures a run of these names does not take."""
    return [row for row in AIMS.values() if row.name not in names]

"""Case numbers for imported lines: the register's own number where it is free, else the next one after all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from app.core.problems import Problem
from app.ktp.importing.judge import Report
from app.ktp.importing.known import chunks, marks
from app.office.events import Number
from app.office.numbers import fill
from app.office.tables import NumberSeries
from schema.database import Database

SERIES = "case"
HIGHEST = 99_999
_COUNTER = re.compile(r"\s*+0*([0-9]{1,5})\s*+(?:[.)]\s*+)?")


def counter_of(text: str) -> int:
    """`12`, `12.` or `0012` as 12; 0 for anything that is no counter."""
    match = _COUNTER.fullmatch(text)
    return int(match[1]) if match else 0


def highest_told(report: Report) -> int:
    """The highest number in the register, refused lines included: once repaired they come back under theirs."""
    told = (counter_of(line.source.at(line.layout.columns.get("number", -1)).text) for line in report.lines)
    return max(told, default=0)


class Numbering:
    """Hands out the numbers of one batch within its transaction; it reads no more than the batch needs."""

    def __init__(self, db: Database, epoch: int, above: int, wanted: Iterable[tuple[str, date]]) -> None:
        row = NumberSeries.first(db, NumberSeries.name == SERIES)
        if row is None:
            raise Problem.of("series", name=SERIES)
        self.db, self.epoch, self.above = db, epoch, above
        self.pattern: str = row.pattern
        self._texts: dict[tuple[int, int, int], str] = {}
        texts = sorted({self._text(counter_of(told), on) for told, on in wanted})
        self.taken = {
            text
            for part in chunks(texts)
            for (text,) in db.run(
                f"SELECT text FROM number_used WHERE series = ? AND text IN ({marks(part)})"
                f" UNION SELECT number FROM case_file WHERE number IN ({marks(part)})",
                [SERIES, *part, *part],
            )
        }
        self.last: dict[int, int] = {}

    def take(self, told: str, on: date) -> Number:
        """The number of a line received on a day; `told` is what stands in its number column."""
        n = counter_of(told)
        if not n or self._text(n, on) in self.taken:
            n = max(self._last(on), self.above) + 1
            while self._used(self._text(n, on)):
                n += 1
        text = self._text(n, on)
        self.taken.add(text)
        self.last[self._period(on)] = max(self._last(on), n)
        return Number(SERIES, on.year, n, text)

    def _period(self, on: date) -> int:
        """Numbers begin again each year only where the pattern names the year; else all years share one count."""
        return on.year if "{year}" in self.pattern else 0

    def _last(self, on: date) -> int:
        """The highest number of a period, those of this batch included."""
        period = self._period(on)
        if period not in self.last:
            asked = "SELECT max(n) FROM number_used WHERE series = ? AND epoch = ? AND (year = ? OR ? = 0)"
            row = self.db.one(asked, (SERIES, self.epoch, period, period))
            self.last[period] = (row[0] or 0) if row else 0
        return self.last[period]

    def _used(self, text: str) -> bool:
        asked = "SELECT 1 FROM number_used WHERE series = ? AND text = ? UNION SELECT 1 FROM case_file WHERE number = ?"
        return text in self.taken or self.db.one(asked, (SERIES, text, text)) is not None

    def _text(self, n: int, on: date) -> str:
        key = (n, on.year, on.month)
        if key not in self._texts:
            self._texts[key] = fill(self.pattern, n, on, self.epoch)
        return self._texts[key]

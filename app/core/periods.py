"""Periods of measuring: month, quarter, semester, year, the end points of an academic year, and single activities.

A period belongs to the year in which it ends; the target of that year holds for it. So the odd semester that ends in
January 2026 and the even one that ends in July 2026 are both of 2026, as is the academic year that they make up.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Literal, get_args

import msgspec
from msgspec.structs import replace

from app.core.dates import MONTHS
from app.core.problems import ValueProblem
from app.core.quarters import ROMAN

PeriodKind = Literal[
    "month", "quarter", "semester", "year", "semester_end", "study_end", "after_graduation", "activity"
]
KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)
IN_A_YEAR: dict[PeriodKind, int] = {"month": 12, "quarter": 4, "semester": 2, "semester_end": 2}
"""How many of a kind a year has; every other has one, and of activities any number."""
SIGNS: dict[str, PeriodKind] = {"Q": "quarter", "S": "semester", "A": "semester_end"}
ENDS: dict[str, PeriodKind] = {"A": "study_end", "W": "after_graduation"}
MOST_ACTIVITIES = 99
_CODE = re.compile(
    r"((?:19|20)[0-9]{2})(?:-(?:([QSA])([1-4])|([AW])|(0[1-9]|1[0-2])(?:-K(0[1-9]|[1-9][0-9]))?))?", re.ASCII
)
UNREADABLE = "Periode tidak terbaca. Tulis misalnya 2026, 2026-S1, 2026-Q3, atau 2026-07."


class Period(msgspec.Struct, frozen=True):
    """A span of days in which something is measured; `n` counts within its year.

    `after_graduation` are the six months after the end of an academic year, an `activity` the `nth` of the month `n`.
    """

    kind: PeriodKind
    year: int
    n: int = 0
    nth: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """`2026`, `2026-S1`, `2026-Q3`, `2026-07`, `2026-A1`, `2026-A`, `2026-W`, `2026-07-K02`, or ValueProblem."""
        match = _CODE.fullmatch(text.strip())
        if match is None:
            raise ValueProblem(UNREADABLE)
        year = int(match[1])
        sign = match[2]
        n = int(match[3] or 0)
        end = match[4]
        month = match[5]
        nth = match[6]
        if sign and n > IN_A_YEAR[SIGNS[sign]]:
            raise ValueProblem(UNREADABLE)
        if sign:
            return cls(SIGNS[sign], year, n)
        if month:
            kind: PeriodKind = "activity" if nth else "month"
            return cls(kind, year, int(month), int(nth or 0))
        return cls(ENDS.get(end, "year"), year)

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Period:
        """The period of a kind in which a day lies; of an activity the first of its month."""
        known = [
            period for year in (day.year, day.year + 1) for period in periods_of_year(kind, year) if day <= period.end
        ]
        return known[0]

    @property
    def code(self) -> str:
        signs = {"quarter": f"-Q{self.n}", "semester": f"-S{self.n}", "semester_end": f"-A{self.n}"}
        ends = {"year": "", "study_end": "-A", "after_graduation": "-W", "month": f"-{self.n:02d}"}
        return f"{self.year}{(signs | ends).get(self.kind, f'-{self.n:02d}-K{self.nth:02d}')}"

    @property
    def start(self) -> date:
        first, year = self.first_month
        return date(year, first, 1)

    @property
    def first_month(self) -> tuple[int, int]:
        match self.kind:
            case "quarter":
                return self.n * 3 - 2, self.year
            case "semester":
                return self.n * 6 - 5, self.year
            case "month" | "activity":
                return self.n, self.year
            case "semester_end" if self.n == 2:
                return 2, self.year
            case "year":
                return 1, self.year
        return 8, self.year - 1

    @property
    def end(self) -> date:
        lengths = {"quarter": 3, "semester": 6, "semester_end": 6, "after_graduation": 6, "month": 1, "activity": 1}
        first, year = self.first_month
        last = first + lengths.get(self.kind, 12) - 2
        year = year + last // 12
        month = last % 12 + 1
        return date(year, month, calendar.monthrange(year, month)[1])

    @property
    def label(self) -> str:
        """`Triwulan III 2026`, `Semester ganjil 2025/2026`."""
        year = self.year
        studies = f"{self.year - 1}/{self.year}"
        match self.kind:
            case "month":
                return f"{MONTHS[self.n - 1]} {year}"
            case "quarter":
                return f"Triwulan {ROMAN[self.n - 1]} {year}"
            case "semester":
                return f"Semester {ROMAN[self.n - 1]} {year}"
            case "semester_end" if self.n == 1:
                return f"Semester ganjil {studies}"
            case "semester_end":
                return f"Semester genap {studies}"
            case "study_end":
                return f"Akhir masa studi {studies}"
            case "after_graduation":
                return f"Enam bulan setelah wisuda {year - 1}"
            case "activity":
                return f"Kegiatan ke-{self.nth} {MONTHS[self.n - 1]} {year}"
        return f"Tahun {year}"

    @property
    def before(self) -> Period:
        if self.n > 1:
            return replace(self, n=self.n - 1)
        return replace(self, year=self.year - 1, n=IN_A_YEAR.get(self.kind, 0))


def periods_of_year(kind: PeriodKind, year: int) -> list[Period]:
    """All periods of a kind that end in a year; of activities the first of each month."""
    if kind == "activity":
        return [Period(kind, year, month, 1) for month in range(1, 13)]
    if kind not in IN_A_YEAR:
        return [Period(kind, year)]
    return [Period(kind, year, n) for n in range(1, IN_A_YEAR[kind] + 1)]


def last_ended(kind: PeriodKind, today: date) -> Period:
    """The newest period of a kind that is over."""
    known = periods_of_year(kind, today.year - 1) + periods_of_year(kind, today.year)
    return [period for period in known if period.end < today][-1]

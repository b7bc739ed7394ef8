"""Quarters of the calendar year (triwulan): `2026-Q3`, its first and last day, its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.dates import MONTHS
from app.core.problems import ValueProblem

ROMAN = ("I", "II", "III", "IV")
_NAME = re.compile(r"((?:19|20)[0-9]{2})-?[Qq]([1-4])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months. Ordered by time; `str` gives `2026-Q3`."""

    year: int
    n: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """`2026-Q3`. Raises ValueProblem for anything else."""
        match = _NAME.fullmatch(text.strip())
        if match is None:
            raise ValueProblem("Triwulan tidak terbaca. Tulis misalnya 2026-Q3.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.n}"

    @property
    def code(self) -> str:
        return str(self)

    @property
    def start(self) -> date:
        return date(self.year, self.n * 3 - 2, 1)

    @property
    def end(self) -> date:
        return self.after.start - timedelta(days=1)

    @property
    def before(self) -> Quarter:
        if self.n == 1:
            return Quarter(self.year - 1, 4)
        return Quarter(self.year, self.n - 1)

    @property
    def after(self) -> Quarter:
        if self.n == 4:
            return Quarter(self.year + 1, 1)
        return Quarter(self.year, self.n + 1)

    @property
    def year_ago(self) -> Quarter:
        return Quarter(self.year - 1, self.n)

    @property
    def months(self) -> tuple[str, str, str]:
        """The three months as `2026-07`."""
        last = self.n * 3
        return f"{self.year}-{last - 2:02d}", f"{self.year}-{last - 1:02d}", f"{self.year}-{last:02d}"

    @property
    def label(self) -> str:
        """`Triwulan III 2026`."""
        return f"Triwulan {ROMAN[self.n - 1]} {self.year}"

    @property
    def span(self) -> str:
        """`Juli sampai September 2026`."""
        return f"{MONTHS[self.n * 3 - 3]} sampai {MONTHS[self.n * 3 - 1]} {self.year}"

"""Dates, times and numbers as an Indonesian office writes them.

Small tables instead of a locale library: a list page formats hundreds of dates, and a test compares
every form with CLDR. All results are cached.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from app.core.clock import office_time
from app.core.date_input import MONTHS
from app.core.workdays import WEEKDAYS, Calendar

_SHORT_DAYS = tuple(name[:3] for name in WEEKDAYS)
_SHORT_MONTHS = tuple(name[:3] for name in MONTHS)
_ONES = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)
_CACHED = 4096


@lru_cache(_CACHED)
def long_date(day: date) -> str:
    """`Rabu, 25 Maret 2026`."""
    return f"{WEEKDAYS[day.weekday()]}, {plain_date(day)}"


@lru_cache(_CACHED)
def plain_date(day: date) -> str:
    """`25 Maret 2026`, as under a letterhead."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@lru_cache(_CACHED)
def short_date(day: date) -> str:
    """`25 Mar 2026`."""
    return f"{day.day} {_SHORT_MONTHS[day.month - 1]} {day.year}"


@lru_cache(_CACHED)
def short_day(day: date) -> str:
    """`Rab 25 Mar`, where the year is clear."""
    return f"{_SHORT_DAYS[day.weekday()]} {day.day} {_SHORT_MONTHS[day.month - 1]}"


@lru_cache(_CACHED)
def numeric_date(day: date) -> str:
    """`25-03-2026`, as forms and registers carry it and fields read it back."""
    return f"{day.day:02d}-{day.month:02d}-{day.year}"


@lru_cache(_CACHED)
def month_year(day: date) -> str:
    """`Maret 2026`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def stored_date(value: object) -> date | None:
    """A date, or the ISO text of one, as a date; None for anything else."""
    try:
        return (
            date.fromisoformat(value)
            if isinstance(value, str)
            else value
            if isinstance(value, date)
            else None
        )
    except ValueError:
        return None


def clock_time(at: datetime) -> str:
    """`08.14` in office time; `at` is an aware moment. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone has no office time")
    local = office_time(at)
    return f"{local.hour:02d}.{local.minute:02d}"


def long_moment(at: datetime) -> str:
    """`Rabu, 25 Maret 2026 pukul 08.14` in office time."""
    return f"{long_date(office_time(at).date())} pukul {clock_time(at)}"


def relative_workdays(due: date, today: date, calendar: Calendar) -> str:
    """How far away a due date is, as the office says it: `Hari ini`, `Besok`, `3 hari kerja lagi`,
    `Lewat 2 hari`. Both directions count working days; on a weekend after the due date it says one."""
    if due == today:
        return "Hari ini"
    if (due - today).days == 1:
        return "Besok"
    count = max(1, abs(calendar.workdays_between(today, due)))
    return f"{count} hari kerja lagi" if due > today else f"Lewat {count} hari"


@lru_cache(_CACHED)
def spelled_date(day: date) -> str:
    """`Kamis tanggal dua belas Maret tahun dua ribu dua puluh enam`, for a berita acara."""
    weekday, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    return f"{weekday} tanggal {spelled_number(day.day)} {month} tahun {spelled_number(day.year)}"


@lru_cache(_CACHED)
def spelled_number(n: int) -> str:
    """A whole number from 0 to 999.999.999 in words: 21 is `dua puluh satu`, 1100 `seribu seratus`."""
    if not 0 <= n < 1_000_000_000:
        raise ValueError("spelled numbers run from 0 to 999.999.999")
    if n < 12:
        return _ONES[n]
    if n < 20:
        return f"{_ONES[n - 10]} belas"
    for size, word in ((1_000_000, "juta"), (1000, "ribu"), (100, "ratus"), (10, "puluh")):
        if n >= size:
            head, rest = divmod(n, size)
            first = f"se{word}" if head == 1 and size in (100, 1000) else f"{spelled_number(head)} {word}"
            return f"{first} {spelled_number(rest)}" if rest else first
    raise AssertionError("every number from 20 has a size")


@lru_cache(_CACHED)
def number(value: float, decimals: int = 0) -> str:
    """`1.234` or, with decimals, `1.234,5`; halves of binary fractions round as Python rounds them."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))

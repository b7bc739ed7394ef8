"""Dates as clerks type them, and what follows from a birth date."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Literal

from app.core.value_problem import ValueProblem

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_SPELLINGS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_SPELLINGS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
_SPELLINGS |= {"pebruari": 2, "peb": 2, "agt": 8, "ags": 8, "agst": 8, "aug": 8}
_SPELLINGS |= {"sept": 9, "oct": 10, "nopember": 11, "nop": 11, "dec": 12}
_WEEKDAY = re.compile(r"(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)[\s,]+", re.IGNORECASE)
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_NUMBERS = re.compile(r"([0-9]{1,2})[-/.\s]+([0-9]{1,2})[-/.\s]+([0-9]{4}|[0-9]{2})")
_RUN = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})")
_WORDS = re.compile(r"([0-9]{1,2})[-/.\s]*([a-z]+)\.?[-/\s]*([0-9]{4}|[0-9]{2})", re.IGNORECASE)
_TOO_LONG = 40
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_EXAMPLE = "Ketik hari, bulan, tahun, misalnya 17-08-1990."


def parse_date(text: str, today: date, *, future: bool = False) -> date:
    """Read `17081990`, `17-08-1990`, `17/8/90`, `1990-08-17`, `17 Agustus 1990` or `17 Agt 1990`.

    A two-digit year means the latest date not after `today`; with `future` (appointments, decrees) the
    date nearest to `today`. Whether the date may lie in the future is the caller's rule.
    Raises ValueProblem with a sentence.
    """
    if len(text) > _TOO_LONG:
        raise ValueProblem(f"Tanggal terlalu panjang. {_EXAMPLE}")
    typed = _WEEKDAY.sub("", text.strip().lstrip("'\u2019"), count=1).strip()
    if not typed:
        raise ValueProblem("Tanggal belum diisi.")
    day, month, year = _parts(typed)
    if len(year) == 2:
        return _two_digit_year(day, month, int(year), today, future)
    return _real_date(day, month, int(year))


def _parts(typed: str) -> tuple[int, int, str]:
    if match := _ISO.fullmatch(typed):
        return int(match[3]), int(match[2]), match[1]
    if match := _NUMBERS.fullmatch(typed) or _RUN.fullmatch(typed):
        return int(match[1]), int(match[2]), match[3]
    if match := _WORDS.fullmatch(typed):
        month = _SPELLINGS.get(match[2].lower())
        if month is None:
            raise ValueProblem(f"Bulan “{match[2]}” tidak dikenal. {_EXAMPLE}")
        return int(match[1]), month, match[3]
    raise ValueProblem(f"Tanggal tidak terbaca. {_EXAMPLE}")


def _real_date(day: int, month: int, year: int) -> date:
    if not 1 <= month <= 12:
        raise ValueProblem(f"Bulan {month} tidak ada. {_EXAMPLE}")
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueProblem(f"Tahun {year} di luar {_FIRST_YEAR} sampai {_LAST_YEAR}. {_EXAMPLE}")
    if (day, month) == (29, 2) and not calendar.isleap(year):
        raise ValueProblem(f"29 Februari {year} tidak ada. Tahun {year} bukan tahun kabisat.")
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise ValueProblem(f"{day} {MONTHS[month - 1]} tidak ada.")
    return date(year, month, day)


def _two_digit_year(day: int, month: int, year2: int, today: date, future: bool) -> date:
    century = today.year - today.year % 100
    found: list[date] = []
    problem: ValueProblem | None = None
    for base in (century + 100, century, century - 100):
        try:
            found.append(_real_date(day, month, base + year2))
        except ValueProblem as error:
            problem = error
    if not future:
        found = [one for one in found if one <= today]
    if found:
        return min(found, key=lambda one: abs((one - today).days))
    raise problem or ValueProblem(f"Tanggal tidak terbaca. {_EXAMPLE}")


def age_on(birth_on: date, on: date) -> int:
    """Whole years of age on a day; someone born on 29 February grows older on 1 March of common years.

    Negative before birth.
    """
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def birthday(birth_on: date, age: int) -> date:
    """The day on which somebody reaches an age in whole years, as :func:`age_on` counts it."""
    try:
        return birth_on.replace(year=birth_on.year + age)
    except ValueError:
        return date(birth_on.year + age, 3, 1)


def photo_background(birth_on: date) -> Literal["red", "blue"]:
    """Background of the pas foto: odd birth year red, even blue (Standar Pelayanan clause 2.2)."""
    return "red" if birth_on.year % 2 else "blue"

"""NIK and No. KK: sixteen digits that name a person or a family, and what can be read from them.

Structure (PP 40/2019 and practice of SIAK): six digits of the region of first registration, six of a
date, four of a serial number. In a NIK the date is the birth date with 40 added to the day of a woman;
in a No. KK it is the day of recording. Neither has a check digit. A NIK never changes, not even when
the holder moves or the birth date is corrected, so everything that merely differs is a warning.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from app.core.value_problem import ValueProblem, describe_character

LENGTH = 16
YOUNGEST = 16  # years: recording ahead of the seventeenth birthday starts here
_NOISE = re.compile(r"[\s.\-\u2010-\u2015\u200b-\u200d\ufeff]+")
_APOSTROPHES = "'\u2018\u2019`\u00b4"
_DIGITS = re.compile(r"[0-9]{16}")
_SPREADSHEET_FLOAT = re.compile(r"([0-9]+)\.0")
_SPREADSHEET_ROUNDED = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]+")
_TOO_LONG = 64

Sex = Literal["female", "male"]


@dataclass(frozen=True, slots=True, order=True, repr=False)
class SixteenDigits:
    """Base of both numbers. `full` is the only way to the whole number; `str` and `repr` are masked."""

    full: str

    label = "Nomor"

    def __post_init__(self) -> None:
        if not isinstance(self.full, str) or not _DIGITS.fullmatch(self.full):
            raise ValueProblem(f"{self.label} harus 16 angka.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what was typed or pasted: spaces, dots, dashes and a leading apostrophe are forgiven.

        Raises ValueProblem when it is not sixteen digits; the sentence never repeats the number.
        """
        return cls(_sixteen_digits(text, cls.label))

    @property
    def masked(self) -> str:
        """`350899******0003`, for lists, logs and every page that was not asked for the whole number."""
        return f"{self.full[:6]}******{self.full[-4:]}"

    @property
    def region6(self) -> str:
        """Six digits: province, regency and kecamatan of first registration (NIK) or of issue (KK)."""
        return self.full[:6]

    @property
    def serial(self) -> str:
        """The last four digits."""
        return self.full[12:]

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked})"


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Nik(SixteenDigits):
    """Nomor Induk Kependudukan. `Nik(text)` trusts the date inside, `Nik.parse(text)` checks it too."""

    label = "NIK"

    @classmethod
    def parse(cls, text: str) -> Self:
        """As the base, and refuse a birth date that cannot exist (31 February, month 13, day 75)."""
        nik = cls(_sixteen_digits(text, cls.label))
        problem = _birth_problem(*nik.birth_day_month_year2)
        if problem:
            raise ValueProblem(problem)
        return nik

    @property
    def birth_day_month_year2(self) -> tuple[int, int, int]:
        """Day (40 already taken off), month and the two last digits of the year of birth."""
        day = int(self.full[6:8])
        return (day - 40 if day > 40 else day), int(self.full[8:10]), int(self.full[10:12])

    @property
    def sex(self) -> Sex:
        return "female" if int(self.full[6:8]) > 40 else "male"

    def suggest_birth_on(self, today: date) -> date:
        """The birth date meant by the six digits. The number does not say the century: take the latest
        date at which the holder is at least 16, or else the latest that is not in the future.

        Raises ValueProblem for a number that was not checked by `parse` and holds no real date.
        """
        day, month, year2 = self.birth_day_month_year2
        century = today.year - today.year % 100
        years = [year for year in (century + year2, century - 100 + year2) if _exists(year, month, day)]
        past = [born for born in (date(year, month, day) for year in years) if born <= today]
        grown = [born for born in past if _reached(born, YOUNGEST, today)]
        if not past:
            raise ValueProblem(
                _birth_problem(day, month, year2) or "Tanggal lahir di dalam NIK ada di masa depan."
            )
        return max(grown or past)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class NoKK(SixteenDigits):
    """Nomor Kartu Keluarga. The date inside is the day of recording and nothing is added to it."""

    label = "No. KK"

    @property
    def recorded_day_month_year2(self) -> tuple[int, int, int]:
        """Day, month and two-digit year of recording, as written; the date may be impossible."""
        return int(self.full[6:8]), int(self.full[8:10]), int(self.full[10:12])


def _sixteen_digits(text: str, label: str) -> str:
    if len(text) > _TOO_LONG:
        raise ValueProblem(f"{label} terlalu panjang: harus 16 angka.")
    typed = text.strip().lstrip(_APOSTROPHES).strip()
    if not typed:
        raise ValueProblem(f"{label} belum diisi.")
    if _SPREADSHEET_ROUNDED.fullmatch(typed):
        raise ValueProblem(f"{label} sudah dibulatkan oleh lembar kerja. Ketik ulang 16 angkanya dari KK.")
    number = _SPREADSHEET_FLOAT.fullmatch(typed)
    digits = number[1] if number else _NOISE.sub("", typed)
    for position, character in enumerate(digits, start=1):
        if character not in "0123456789":
            raise ValueProblem(
                f"{label} hanya berisi angka. Yang ke-{position} adalah {describe_character(character)}."
            )
    if len(digits) != LENGTH:
        raise ValueProblem(f"{label} harus 16 angka. Yang diketik {len(digits)} angka.")
    return digits


def _birth_problem(day: int, month: int, year2: int) -> str:
    """Empty when the date exists in some century."""
    if not 1 <= month <= 12:
        return f"Bulan lahir di dalam NIK (angka ke-9 dan 10) adalah {month:02d}. Bulan itu tidak ada."
    if any(_exists(century + year2, month, day) for century in (1900, 2000)):
        return ""
    written = f"{day:02d}-{month:02d}-{year2:02d}"
    return f"Tanggal lahir di dalam NIK (angka ke-7 sampai 12) adalah {written}. Tanggal itu tidak ada."


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _reached(born: date, years: int, on: date) -> bool:
    return (on.year - years, on.month, on.day) >= (born.year, born.month, born.day)

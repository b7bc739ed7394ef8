"""Dates as clerks type them, and what follows from a birth date."""

import calendar
import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from app.core.clock import office_time
from app.core.problems import ValueProblem
from app.core.workdays import WEEKDAYS, Calendar
from schema.service_words import number_in_words

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
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
_FIRST_YEAR = 1900
_LAST_YEAR = 2199
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
    day, month, year = _date_parts(typed)
    if len(year) == 2:
        return _two_digit_year(day, month, int(year), today, future)
    return _real_date(day, month, int(year))


def date_or_none(text: str, today: date, *, future: bool = False) -> date | None:
    """As :func:`parse_date`; None for what is empty or no date."""
    try:
        return parse_date(text, today, future=future)
    except ValueProblem:
        return None


def _date_parts(typed: str) -> tuple[int, int, str]:
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
    if is_date(year, month, day):
        return date(year, month, day)
    if (day, month) == (29, 2):
        raise ValueProblem(f"29 Februari {year} tidak ada. Tahun {year} bukan tahun kabisat.")
    raise ValueProblem(f"{day} {MONTHS[month - 1]} tidak ada.")


def _two_digit_year(day: int, month: int, year2: int, today: date, future: bool) -> date:
    """The date nearest to today, without `future` the latest that is past. Raises ValueProblem."""
    first = max(_FIRST_YEAR, today.year - today.year % 100 - 100) + year2
    meant = [date(year, month, day) for year in range(first, first + 201, 100) if is_date(year, month, day)]
    known = [day_meant for day_meant in meant if future or day_meant <= today]
    if not known:
        return _real_date(day, month, first)
    return min(known, key=lambda day_meant: abs((day_meant - today).days))


def is_date(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def age_on(birth_on: date, on: date) -> int:
    """Whole years of age on a day; someone born on 29 February grows older on 1 March of common years.

    Negative before birth.
    """
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def birthday_at(birth_on: date, age: int) -> date:
    """The day on which somebody reaches an age in whole years, as :func:`age_on` counts it."""
    try:
        return birth_on.replace(year=birth_on.year + age)
    except ValueError:
        return date(birth_on.year + age, 3, 1)


def photo_background(birth_on: date) -> Literal["red", "blue"]:
    """Background of the pas foto: odd birth year red, even blue (Standar Pelayanan clause 2.2)."""
    return "red" if birth_on.year % 2 else "blue"


_SHORT_DAYS = tuple(name[:3] for name in WEEKDAYS)
_SHORT_MONTHS = tuple(name[:3] for name in MONTHS)
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
def age_words(days: int) -> str:
    """How long ago something was: `hari ini`, `kemarin`, `9 hari lalu`, `8 minggu lalu`, `5 bulan lalu`."""
    if days <= 0:
        return "hari ini"
    if days < 14:
        if days == 1:
            return "kemarin"
        return f"{days} hari lalu"
    if days < 92:
        return f"{days // 7} minggu lalu"
    return f"{days // 30} bulan lalu"


def short_date(day: date) -> str:
    """`25 Mar 2026`."""
    return f"{day.day} {_SHORT_MONTHS[day.month - 1]} {day.year}"


@lru_cache(_CACHED)
def short_day(day: date) -> str:
    """`Rab 25 Mar`, where the year is clear."""
    return f"{_SHORT_DAYS[day.weekday()]} {day.day} {_SHORT_MONTHS[day.month - 1]}"


def moment_words(at: datetime, this_year: int) -> str:
    """`Kam 12 Mar 09.42` of a moment in office time; of another year than this one `Kam 20 Nov 2025 09.42`."""
    year = ""
    if at.year != this_year:
        year = f" {at.year}"
    return f"{short_day(at.date())}{year} {at.hour:02d}.{at.minute:02d}"


@lru_cache(_CACHED)
def numeric_date(day: date) -> str:
    """`25-03-2026`, as forms and registers carry it and fields read it back."""
    return f"{day.day:02d}-{day.month:02d}-{day.year}"


@lru_cache(_CACHED)
def month_year(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def stored_date(value: object) -> date | None:
    """A date, or the ISO text of one, as a date; None for anything else."""
    if isinstance(value, date):
        return value
    try:
        if not isinstance(value, str):
            return None
        return date.fromisoformat(value)
    except ValueError:
        return None


def parse_clock(text: str) -> time:
    """A time of day as it is typed: `9.40`, `09:40`, `0940`. Raises ValueProblem."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[.:]?([0-5][0-9])", text.strip(), re.ASCII)
    if found is None:
        raise ValueProblem("Tulis jamnya seperti 09.40.")
    return time(int(found[1]), int(found[2]))


def clock_time(at: datetime) -> str:
    """`08.14` in office time; `at` is an aware moment. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone has no office time")
    local = office_time(at)
    return f"{local.hour:02d}.{local.minute:02d}"


def long_moment(at: datetime) -> str:
    """`Rabu, 25 Maret 2026 pukul 08.14` in office time."""
    return f"{long_date(office_time(at).date())} pukul {clock_time(at)}"


def days_apart(first: date, last: date, counted: Calendar) -> str:
    """`7 hari kerja`, in the unit in which the calendar counts; where only days off lie between, it says one."""
    return f"{format_number(max(1, counted.workdays_between(first, last)))} {counted.unit_words}"


def relative_due(due: date, today: date, counted: Calendar) -> str:
    """How far away a due date is, the one way in which a page says it: `Hari ini`, `Besok`, `3 hari kerja lagi`,
    `Lewat 2 hari kerja`. `counted` is the calendar that counts in the unit of the limit (`counting_calendar`)."""
    if due == today:
        return "Hari ini"
    if (due - today).days == 1:
        return "Besok"
    if due > today:
        return f"{days_apart(today, due, counted)} lagi"
    return f"Lewat {days_apart(due, today, counted)}"


@lru_cache(_CACHED)
def spelled_date(day: date) -> str:
    """`Kamis, tanggal dua belas, bulan Maret, tahun dua ribu dua puluh enam`, for a berita acara."""
    weekday = WEEKDAYS[day.weekday()]
    month = MONTHS[day.month - 1]
    return f"{weekday}, tanggal {number_in_words(day.day)}, bulan {month}, tahun {number_in_words(day.year)}"


@lru_cache(_CACHED)
def format_number(value: float, decimals: int = 0) -> str:
    """`1.234` or, with decimals, `1.234,5`; halves of binary fractions round as Python rounds them."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


CLOCK_GOES_ON = "Pekerjaan boleh diteruskan dan tidak ada isian yang hilang, tetapi setiap tanggal baru belum pasti."
CLOCK_BATTERY = "Bila jamnya kembali ke tahun lama setiap komputer dinyalakan, ganti baterai CMOS-nya."


def clock_title(verdict: str, differs: bool) -> str:
    """The headline; `verdict` is `behind` or `unsure`, `differs` when the centre's time says so."""
    if differs:
        return "Jam komputer ini salah menurut mitra"
    if verdict == "behind":
        return "Jam komputer ini mundur"
    return "Jam komputer ini perlu dipastikan"


def clock_facts(now: datetime, last: datetime | None, centre: datetime | None, own: datetime | None) -> str:
    """What was compared: the centre's time when it answered (`centre`, when this PC said `own`), or the last entry."""
    if centre and own:
        span = clock_span(own - centre)
        return f"Saat di sini {long_moment(own)}, di mitra {long_moment(centre)}: selisih {span}."
    since = ""
    if last:
        since = f", sedangkan waktu terakhir yang dapat dipercaya {long_moment(last)}"
    return f"Komputer menunjuk {long_moment(now)}{since}."


def clock_advice(verdict: str, differs: bool) -> str:
    right = "Betulkan tanggal dan jam komputer."
    if differs:
        right = "Betulkan tanggal dan jam komputer, lalu bertukar lagi dengan mitra."
    if verdict == "behind":
        return f"{right} {CLOCK_BATTERY}"
    if differs:
        return right
    return "Cocokkan dengan jam dinding. Bila salah, betulkan; bila benar, Sekretaris atau administrator memastikannya."


def clock_span(difference: timedelta) -> str:
    """How far two clocks are apart: `56 tahun`, `3 hari`, `2 jam`, `25 menit`."""
    seconds = abs(difference).total_seconds()
    for size, name in ((365.25 * 86_400, "tahun"), (86_400, "hari"), (3600, "jam")):
        if seconds >= size:
            return f"{int(seconds // size)} {name}"
    return f"{int(seconds // 60)} menit"

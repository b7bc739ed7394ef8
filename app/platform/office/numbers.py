"""Number series: pattern, start value, next number, numbers typed from the paper agenda."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from app.core.problems import Problem
from app.platform.office.events import Number, SeriesData
from app.platform.office.tables import NumberSeries
from schema.database import Database, first_value
from schema.definitions import load_all
from schema.profiles import Profile
from schema.service_procedure import Definition
from sync.entries import own_identity
from sync.journal import Journal

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
COUNTER = re.compile(r"\{n(?::0(\d))?\}")
PART = re.compile(r"[0-9A-Z]+")
COUNTED = re.compile(r"([0-9]{1,9})[A-Z]{0,3}")
"""A counter as it stands in a number: its digits, and the letter of a later epoch."""

FIRST_SERVICE = "ktp-el"
"""The service whose cases were counted before services had series of their own; its series keeps its stored name."""
CASES = "case"


@lru_cache(maxsize=8)
def usual_series(profile: Profile) -> Mapping[str, str]:
    """Pattern of every series with which an office of this kind begins; later services count as their files say."""
    patterns = {
        CASES: case_pattern(load_all()[FIRST_SERVICE]),
        "dispatch": "{n:03}/KIRIM/{year}",
        "letter": profile.letter_number,
        "minutes": profile.minutes_number,
    }
    return MappingProxyType(patterns)


CODED = "letter_out"
LATER_SERIES = MappingProxyType(
    {
        "letter_in": "{n:03}/SM/{year}",
        CODED: "{code}/{n}/{year}",
        "check": "{n:02}/PI/{year}",
        "destruction": "{n:02}/BA-MUSNAH/{year}",
    }
)
"""Series that nobody is asked for at the set-up, with the patterns that hold until the office gives others; in that of
outgoing letters {code} is the classification of each letter."""


def case_pattern(definition: Definition) -> str:
    return definition.case_number.replace("{code}", definition.case_code)


def case_series(service: str) -> str:
    if service == FIRST_SERVICE:
        return CASES
    return f"{CASES}.{service}"


def epoch_letter(epoch: int) -> str:
    """Nothing in the first epoch, then B to Z, BA, BB and on: a restored PC never gives a number again."""
    letters = ""
    rest = epoch - 1
    while rest:
        rest, place = divmod(rest, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def check_pattern(pattern: str, series: str = "") -> str:
    """The pattern itself when it holds {n} once and only known parts. Raises Problem `invalid`."""
    rest = COUNTER.sub("", pattern).replace("{year}", "").replace("{month}", "")
    if series == CODED:
        rest = rest.replace("{code}", "")
    if len(COUNTER.findall(pattern)) != 1 or "{" in rest or "}" in rest or len(pattern) > 60:
        raise Problem.of("invalid", {"pattern": "Pola harus memuat {n} satu kali; boleh memakai {year} dan {month}."})
    return pattern


class NumberPreview(NamedTuple):
    """The next number of a series as it will read, or what is wrong with what was typed."""

    text: str
    wrong: str = ""


def preview_number(db: Database, row: NumberSeries, pattern: str, start: int, on: date, epoch: int) -> NumberPreview:
    """The next number of a series after a change of its pattern and start, which nobody has saved yet."""
    try:
        check_pattern(pattern, row.name)
    except Problem as problem:
        return NumberPreview("", problem.fields["pattern"])
    changed = NumberSeries(name=row.name, pattern=pattern, start=start, start_year=on.year)
    return NumberPreview(number_after(db, changed, on, epoch).text.replace("{code}", "kode"))


def fill_pattern(pattern: str, n: int, on: date, epoch: int) -> str:
    """The number as printed. From the second epoch on the counter carries the epoch's letter (B, C, …)."""
    letter = epoch_letter(epoch)

    def counter(match: re.Match[str]) -> str:
        if match.group(1):
            return f"{n:0{match.group(1)}d}{letter}"
        return f"{n}{letter}"

    text = COUNTER.sub(counter, pattern)
    return text.replace("{year}", str(on.year)).replace("{month}", ROMAN[on.month - 1])


def next_number(db: Database, series: str, on: date, epoch: int, ahead: int = 0) -> Number:
    """The next free number of a series in the year of `on`; `ahead` skips numbers taken in the same transaction.

    A pattern without its year keeps its start for ever, as it counts on over the years. A number that somebody typed
    from the paper agenda is stepped over. Raises Problem `series`.
    """
    return number_after(db, series_named(db, series, on), on, epoch, ahead)


def series_named(db: Database, name: str, on: date) -> NumberSeries:
    """A series as the office set it, else as it begins. Raises Problem `series`."""
    row = NumberSeries.first(db, name=name)
    if row is None and name not in LATER_SERIES:
        raise Problem.of("series", name=name)
    if name == CODED:
        pattern = coded_pattern(db)
    else:
        pattern = LATER_SERIES.get(name, "")
    return row or NumberSeries(name=name, pattern=pattern, start=1, start_year=on.year)


def coded_pattern(db: Database) -> str:
    """Letters of one office are numbered alike: as its covering letters are, each under its own classification."""
    row = NumberSeries.first(db, name="letter")
    pattern = row.pattern if row else ""
    code, _, rest = pattern.partition("/")
    if COUNTER.search(rest) and "{" not in code:
        return f"{{code}}/{rest}"
    if COUNTER.search(pattern):
        if "{code}" in pattern:
            return pattern
        return f"{{code}}/{pattern}"
    return LATER_SERIES[CODED]


def next_coded_number(db: Database, series: str, on: date, epoch: int, code: str, pattern: str = "") -> Number:
    """The next number of a series whose pattern holds a {code}; `pattern` in place of the office's own."""
    row = series_named(db, series, on)
    row.pattern = (pattern or row.pattern).replace("{code}", code)
    return number_after(db, row, on, epoch)


def next_case_number(db: Database, definition: Definition, on: date, ahead: int = 0) -> Number:
    """The next number of a service's cases, as its file says until the office gives the series another pattern."""
    usual = case_series_of(definition, on)
    row = NumberSeries.first(db, name=usual.name) or usual
    _, epoch = own_identity(db)
    return number_after(db, row, on, epoch, ahead)


def case_series_of(definition: Definition, on: date) -> NumberSeries:
    """The series of a service's cases as its file says it."""
    return NumberSeries(name=case_series(definition.id), pattern=case_pattern(definition), start=1, start_year=on.year)


def yearly_number(journal: Journal, series: str, suffix: str, year: int) -> Number:
    """`03/LTPP/2026`: the next number of a book that begins anew each year; a later epoch adds its letter."""
    epoch = journal.epoch
    letter = epoch_letter(epoch)
    n = last_used(journal.db, series, year, epoch) + 1
    return Number(series, year, n, f"{n:02d}{letter}/{suffix}/{year}")


def number_after(db: Database, row: NumberSeries, on: date, epoch: int, ahead: int = 0) -> Number:
    first = 1
    if epoch == 1 and (row.start_year == on.year or "{year}" not in row.pattern):
        first = row.start
    n = max(last_used(db, row.name, counted_year(row.pattern, on), epoch) + 1, first)
    return free_number(db, row.name, row.pattern, n, on, epoch, ahead)


def free_number(db: Database, series: str, pattern: str, n: int, on: date, epoch: int, ahead: int = 0) -> Number:
    while True:
        text = fill_pattern(pattern, n, on, epoch)
        if not is_taken(db, series, text):
            if not ahead:
                return Number(series, on.year, n, text)
            ahead -= 1
        n += 1


def new_start(db: Database, name: str, pattern: str, start: int, on: date, epoch: int) -> SeriesData:
    """A series with its start as typed; the start that it had stays that of its own year.

    Raises Problem `invalid` for a new start that would give a number twice.
    """
    row = series_named(db, name, on) if name in LATER_SERIES else NumberSeries.first(db, name=name)
    if row and row.start == start:
        return SeriesData(name, pattern, start, row.start_year)
    last = last_used(db, name, counted_year(pattern, on), epoch)
    if start <= last:
        coming = free_number(db, name, pattern, last + 1, on, epoch)
        why = f"Nomor {last} sudah dipakai. Berikutnya {coming.text}: isi {coming.n} atau lebih."
        raise Problem.of("invalid", {"start": why})
    return SeriesData(name, pattern, start, on.year)


def find_numbered(db: Database, kind: str, text: str) -> list[int]:
    """Ids of what bears a number that holds a typed part of it with its counter: `0728`, `728/KTP` of `0728/KTP/2026`.

    The newest first. `kind` is the first word of the journal's subjects (`case`, `dispatch`). Numbers typed from the
    paper agenda have no counter (0), so these are looked through.
    """
    asked = number_parts(text)
    counters = [int(found[1]) for part in asked if (found := COUNTED.fullmatch(part))]
    if not counters:
        return []
    marks = ", ".join("?" * len(counters))
    rows = db.run(
        f"SELECT text, subject FROM number_used WHERE n IN (0, {marks}) AND subject > ? AND subject < ?"
        " ORDER BY year DESC, n DESC",
        [*counters, f"{kind}/", f"{kind}0"],
    )
    subjects = [subject for number, subject in rows if holds_parts(number_parts(number), asked)]
    return [int(subject.partition("/")[2]) for subject in dict.fromkeys(subjects)]


def is_word_of_numbers(db: Database, series: str, text: str) -> bool:
    """Whether a typed word is one that stands in every number of a series: `KIRIM` of `{n:03}/KIRIM/{year}`."""
    row = NumberSeries.first(db, name=series)
    if row:
        words = PART.findall(re.sub(r"\{[^{}]*\}", " ", row.pattern.upper()))
    else:
        words = []
    return text.strip().upper() in words


def number_parts(text: str) -> list[str]:
    """`0728/KTP/2026` as 728, KTP, 2026: leading zeros and signs between do not matter."""
    return [part.lstrip("0") or "0" for part in PART.findall(text.upper())]


def holds_parts(number: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether the asked parts stand in a number one after the other; the last one may be unfinished if it is a word."""
    starts = range(len(number) - len(asked) + 1)
    return any(is_begun(number[start : start + len(asked)], asked) for start in starts)


def is_begun(parts: Sequence[str], asked: Sequence[str]) -> bool:
    whole = parts[:-1] == asked[:-1]
    return whole and (parts[-1] == asked[-1] or (asked[-1].isalpha() and parts[-1].startswith(asked[-1])))


def counted_year(pattern: str, on: date) -> int | None:
    if "{year}" not in pattern:
        return None
    return on.year


def last_used(db: Database, series: str, year: int | None, epoch: int) -> int:
    """The highest number given from a series in a year; a pattern without its year counts on over the years (None)."""
    sql = "SELECT max(n) FROM number_used WHERE series = ? AND epoch = ?"
    params = [series, epoch]
    if year is not None:
        sql = f"{sql} AND year = ?"
        params = [*params, year]
    return int(first_value(db, sql, params) or 0)


def is_taken(db: Database, series: str, text: str) -> bool:
    return first_value(db, "SELECT 1 FROM number_used WHERE series = ? AND text = ?", (series, text)) is not None


def typed_number(db: Database, series: str, text: str, on: date) -> Number:
    """A number typed from the paper agenda. Raises Problem when it is empty, too long or taken."""
    text = " ".join(text.split())
    if not text or len(text) > 60:
        raise Problem.of("invalid", {"number": "Tulis nomor surat, paling panjang 60 huruf."})
    if is_taken(db, series, text):
        raise Problem.of("number_taken", number=text)
    return Number(series, on.year, 0, text)

"""What templates may call on values: dates in office words, masks, numbers, states."""

import re
from calendar import SATURDAY
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import Flask, current_app, has_request_context

from app.core import dates
from app.core.clock import office_date, office_time
from app.core.codes import show_code
from app.core.dates import MONTHS
from app.core.procedure.deadline import counting_calendar
from app.core.procedure.engine import applicant_word
from app.core.text import end_sentence, in_small_letters, mask_phone, sentence_case
from app.core.workdays import Day
from app.platform.people.queries import profile_of
from app.platform.web.context import current_date, current_db
from schema.service_words import number_in_words


def as_date(value: date | datetime | str) -> date:
    if isinstance(value, datetime):
        return office_date(value)
    if isinstance(value, date):
        return value
    if "T" in value:
        return as_date(datetime.fromisoformat(value))
    return date.fromisoformat(value)


def as_moment(value: datetime | str) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value


def mask_number(number: object) -> str:
    """`350899******0003` of a NIK or No. KK; of anything shorter only stars."""
    text = str(number)
    if len(text) == 16:
        return f"{text[:6]}******{text[-4:]}"
    return "*" * len(text)


def format_moment(at: datetime) -> str:
    local = office_time(at)
    year = local.year
    if has_request_context():
        year = current_date().year
    return dates.moment_words(local, year)


def estimate_words(due: date | datetime | str | None) -> str:
    """What a due date says after itself where the days off of its year are not decreed: `, perkiraan: hari libur 2027
    belum ditetapkan`; else nothing. The side names its calendar in `loket_calendar`; the centre has none."""
    ask = current_app.extensions.get("loket_calendar")
    note = ""
    if ask and due:
        note = ask().estimate_note(as_date(due))
    return f", {note}" if note else ""


def due_words(due: date | str, unit: str = "working_days") -> str:
    """`Lewat 4 hari kerja`, `3 hari lagi`: how far a date of the office's own work is from today. A date that a person
    set counts in working days."""
    calendar = counting_calendar(unit, current_app.extensions["loket_calendar"]())
    return dates.relative_due(as_date(due), current_date(), calendar)


def unless_empty(form: Callable[[Any], str]) -> Callable[[Any], str]:
    """A filter that makes an empty text of what is empty or None."""

    def formatted(value: Any) -> str:
        if not value:
            return ""
        return form(value)

    return formatted


def to_iso(value: date | datetime | str) -> str:
    if isinstance(value, str):
        return value
    return value.isoformat()


def install_filters(app: Flask) -> None:
    def dated(form: Callable[[date], str]) -> Callable[[date | str | None], str]:
        return unless_empty(lambda value: form(as_date(value)))

    def timed(form: Callable[[datetime], str]) -> Callable[[datetime | str | None], str]:
        return unless_empty(lambda value: form(as_moment(value)))

    app.jinja_env.filters |= {
        "long_date": dated(dates.long_date),
        "plain_date": dated(dates.plain_date),
        "short_date": dated(dates.short_date),
        "short_day": dated(dates.short_day),
        "relative_due": lambda due, today, counted: dates.relative_due(date.fromisoformat(due), today, counted),
        "due_words": due_words,
        "numeric_date": dated(dates.numeric_date),
        "month_year": dated(dates.month_year),
        "clock": timed(dates.clock_time),
        "moment": timed(format_moment),
        "long_moment": timed(dates.long_moment),
        "iso": to_iso,
        "number": dates.format_number,
        "spelled": number_in_words,
        "weeks": calendar_weeks,
        "hyphenable": hyphenable,
        "show_code": show_code,
        "days_ago": lambda value, today: (today - office_date(as_moment(value))).days,
        "age": dates.age_words,
        "estimate": estimate_words,
        "mask_number": mask_number,
        "applicant": lambda definition: applicant_word(definition, profile_of(current_db()).words.applicant),
        "sentence_case": sentence_case,
        "end_sentence": end_sentence,
        "lower": in_small_letters,
        "followed": unless_empty(lambda text: f"{text}, "),
        "mask_phone": unless_empty(mask_phone),
    }


OPEN_SYLLABLE = re.compile(r"(?<=[aiueo])(?=(?:ng|ny|[b-df-hj-np-tv-z])[aiueo])", re.IGNORECASE)


def hyphenable(text: str) -> str:
    """Indonesian words that may be parted in a narrow cell, with a hyphen and after an open syllable: no browser knows
    how by itself."""
    return " ".join(map(hyphenable_word, text.split(" ")))


def hyphenable_word(word: str) -> str:
    if len(word) <= 6:
        return word
    return OPEN_SYLLABLE.sub("\u00ad", word)


class Cell(NamedTuple):
    """One day: what stands above (`2 Mar`), the running number, words below, and classes of the stylesheet."""

    day: str
    number: int | None
    words: tuple[str, ...]
    classes: str


WEEKEND = ("Sabtu", "Minggu")
BLANK = Cell("", None, (), "")


def calendar_weeks(days: Sequence[Day], today: date) -> list[list[Cell]]:
    """Rows of seven cells, Monday first, from the week of the start to the week of the promise."""
    if not days:
        return []
    first = days[0].date
    due = next((day for day in reversed(days) if day.number is not None), days[-1])
    cells = [BLANK] * first.weekday() + [day_cell(day, today, day is days[0], day is due) for day in days]
    for weekday in range(days[-1].date.weekday() + 1, 7):
        if weekday < SATURDAY:
            cells.append(BLANK)
        else:
            cells.append(Cell("", None, (), "off"))
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def day_cell(day: Day, today: date, first: bool, last: bool) -> Cell:
    label = str(day.date.day)
    number = day.number
    if first or day.date.day == 1:
        label += f" {MONTHS[day.date.month - 1][:3]}"
    classes = []
    words = []
    if first:
        number = 0
        classes.append("start")
        words.append("mulai")
    elif day.kind == "late":
        classes.append("late")
        words.append("lewat")
    elif day.number is None:
        classes.append("off")
        if holiday := short_holiday(day.reason):
            label = f"{label} {holiday}"
            words = []
    elif last:
        classes.append("due")
        words.append("janji")
    elif day.date <= today:
        classes.append("done")
    if day.date == today:
        classes.append("today")
        words.append("hari ini")
    return Cell(label, number, tuple(words), " ".join(classes))


def short_holiday(reason: str) -> str:
    """Why a day does not count, as it fits into a cell: `Minggu, Hari kedua dari Hari Raya Idul Fitri` → `Idul Fitri`.

    A plain weekend needs no word.
    """
    name = next((reason.removeprefix(f"{day}, ") for day in WEEKEND if reason.startswith(f"{day}, ")), reason)
    if name in WEEKEND:
        return ""
    if name.lower().startswith("cuti bersama"):
        return "Cuti bersama"
    return name.split("(")[0].split("Hari Raya ")[-1].split("Hari Suci ")[-1].strip()

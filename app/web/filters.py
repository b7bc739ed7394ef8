"""What templates may call on values: dates in office words, masks, numbers, states."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask, current_app, has_request_context

from app.core import dates
from app.core.clock import office_date, office_time
from app.core.text import mask_phone
from app.web.context import today
from app.web.weeks import weeks


def as_date(value: date | datetime | str) -> date:
    """A date of what tables hold: ISO text, a date, or a moment (then the office's date)."""
    if isinstance(value, datetime):
        return office_date(value)
    if isinstance(value, date):
        return value
    return as_date(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value)


def as_moment(value: datetime | str) -> datetime:
    """A moment of what tables hold."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def mask_nik(number: object) -> str:
    """`350899******0003` of a NIK or No. KK; of anything shorter only stars."""
    text = str(number)
    return f"{text[:6]}******{text[-4:]}" if len(text) == 16 else "*" * len(text)


def moment(at: datetime) -> str:
    """`Kam 12 Mar 09.42` in office time; of another year than this one `Kam 20 Nov 2025 09.42`."""
    local = office_time(at)
    year = f" {local.year}" if has_request_context() and local.year != today().year else ""
    return f"{dates.short_day(local.date())}{year} {local.hour:02d}.{local.minute:02d}"


def estimate(due: date | datetime | str | None) -> str:
    """What a due date says after itself where the days off of its year are not decreed: `, perkiraan: hari libur 2027
    belum ditetapkan`; else nothing. The side names its calendar in `loket_calendar`; the centre has none."""
    ask = current_app.extensions.get("loket_calendar")
    note = ask().estimate_note(as_date(due)) if ask and due else ""
    return f", {note}" if note else ""


def install(app: Flask) -> None:
    """Name the filters as templates use them. Empty values stay empty."""

    def dated(form: object) -> object:
        return lambda value: form(as_date(value)) if value else ""  # type: ignore[operator]

    app.jinja_env.filters |= {
        "long_date": dated(dates.long_date),
        "plain_date": dated(dates.plain_date),
        "short_date": dated(dates.short_date),
        "short_day": dated(dates.short_day),
        "numeric_date": dated(dates.numeric_date),
        "month_year": dated(dates.month_year),
        "clock": lambda value: dates.clock_time(as_moment(value)) if value else "",
        "moment": lambda value: moment(as_moment(value)) if value else "",
        "long_moment": lambda value: dates.long_moment(as_moment(value)) if value else "",
        "iso": lambda value: value if isinstance(value, str) else value.isoformat(),
        "number": dates.number,
        "spelled": dates.spelled_number,
        "weeks": weeks,
        "estimate": estimate,
        "mask_nik": mask_nik,
        "mask_phone": lambda value: mask_phone(value) if value else "",
    }  # fmt: skip

"""The only place that asks the PC what time it is. Everything else gets the moment as an argument."""

from datetime import UTC, date, datetime, time, timedelta, timezone

OFFICE_ZONE = timezone(timedelta(hours=7), "WIB")
"""Western Indonesian time, which knows no summer time."""


def now() -> datetime:
    """This moment in UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def office_date(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()


def office_time(at: datetime) -> datetime:
    return at.astimezone(OFFICE_ZONE)


def at_office(on: date, hour: int, minute: int = 0) -> datetime:
    """The moment in UTC of an office date and wall-clock time."""
    return datetime.combine(on, time(hour, minute), OFFICE_ZONE).astimezone(UTC)

"""The only place that asks the PC what time it is. Everything else gets the moment as an argument."""

from datetime import UTC, date, datetime, time

from schema.zone import IN_USE


def now() -> datetime:
    """This moment in UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def office_date(at: datetime) -> date:
    return at.astimezone(IN_USE.zone).date()


def office_time(at: datetime) -> datetime:
    return at.astimezone(IN_USE.zone)


def at_office(on: date, hour: int, minute: int = 0) -> datetime:
    """The moment in UTC of an office date and wall-clock time."""
    return datetime.combine(on, time(hour, minute), IN_USE.zone).astimezone(UTC)

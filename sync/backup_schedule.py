"""When a backup is due and which ones are kept: pure functions over moments and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime, timedelta, timezone

ENDING = ".loket-cadangan"
NAME = re.compile(r"\A(?P<source>.+)-(?P<at>\d{8}-\d{6})(?:-\d+)?" + re.escape(ENDING))
WIB = timezone(timedelta(hours=7))
NIGHT = 18, 30
"""Hour and minute (WIB) of the nightly backup; a PC that is off then makes it at its next start."""
RETRY = timedelta(minutes=30)
JUST_MADE = timedelta(hours=1)
"""Closing the program so soon after a backup makes no second one."""
DAYS, WEEKS, MONTHS = 7, 8, 24


def last_slot(now: datetime) -> datetime:
    """The latest nightly moment at or before `now`."""
    slot = now.astimezone(WIB).replace(hour=NIGHT[0], minute=NIGHT[1], second=0, microsecond=0)
    return slot if slot <= now else slot - timedelta(days=1)


def is_due(made_at: datetime | None, failed_at: datetime | None, now: datetime) -> bool:
    """Whether the nightly backup is to be made now. A moment in the future (the clock was wrong) counts as none."""
    if made_at and last_slot(now) <= made_at <= now:
        return False
    return failed_at is None or failed_at > now or failed_at + RETRY <= now


def is_due_at_closing(made_at: datetime | None, now: datetime) -> bool:
    """Whether the program shall make one before it ends."""
    return made_at is None or made_at > now or made_at + JUST_MADE <= now


def moment_of(name: str, source: str) -> datetime | None:
    """When a backup of this source was made, from its file name (UTC); None for another's file."""
    found = NAME.fullmatch(name)
    if found is None or found["source"] != source:
        return None
    try:
        return datetime.strptime(found["at"], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def choose_kept(made: Iterable[tuple[datetime, str]]) -> set[str]:
    """Names to keep out of (moment, name): of the last 7 days, 8 weeks and 24 months with a backup the newest each."""
    newest_first = sorted(made, reverse=True)
    periods: tuple[tuple[Callable[[datetime], Hashable], int], ...] = (
        (lambda at: at.date(), DAYS),
        (lambda at: at.isocalendar()[:2], WEEKS),
        (lambda at: (at.year, at.month), MONTHS),
    )
    keep: set[str] = set()
    for period, count in periods:
        first: dict[Hashable, str] = {}
        for at, name in newest_first:
            first.setdefault(period(at.astimezone(WIB)), name)
        keep.update(list(first.values())[:count])
    return keep

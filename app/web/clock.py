"""The warning on every page while this PC's clock is not trusted: what was compared, and what to do."""

from __future__ import annotations

import msgspec

from app.core import clock_words
from app.web import context


class ClockWarning(msgspec.Struct, frozen=True):
    """A headline, sentences, and the endpoint of the page where a person settles it."""

    title: str
    lines: tuple[str, ...]
    endpoint: str


def warning() -> ClockWarning | None:
    """The warning of this moment, or None."""
    loket, now = context.loket(), context.now()
    if not loket.shell.clock or not loket.journal.founded:
        return None
    one = loket.journal.clock_standing(now)
    if one.verdict == "ok":
        return None
    lines = (
        clock_words.facts(now, one.last, one.told, one.here),
        clock_words.advice(one.verdict, one.differs),
        clock_words.GOES_ON,
    )
    return ClockWarning(clock_words.title(one.verdict, one.differs), lines, loket.shell.clock)

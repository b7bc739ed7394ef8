"""The warning on every page after this side came back from a backup, a copy or an old disk, until it is confirmed."""

from __future__ import annotations

import msgspec

from app.core import return_words
from app.core.dates import long_moment
from app.people.returns import unconfirmed
from app.web import context


class ReturnWarning(msgspec.Struct, frozen=True):
    """A headline, sentences, and the endpoint of the page where a person confirms it."""

    title: str
    lines: tuple[str, ...]
    endpoint: str


def warning() -> ReturnWarning | None:
    """The warning of this side, or None."""
    loket = context.loket()
    waiting = unconfirmed(loket.journal.db) if loket.shell.returned else ()
    if not waiting:
        return None
    facts = [f"{return_words.cause(one.cause)} Diketahui {long_moment(one.at)}." for one in waiting[:3]]
    return ReturnWarning(
        return_words.TITLE, (*facts, *return_words.advice(loket.shell.side)), loket.shell.returned
    )

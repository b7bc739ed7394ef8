"""How far a long piece of work is, told to whoever waits: a page, a console, or nobody."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how much is done, of how much."""
WHOLE = 100


def unheard(_done: int, _all: int) -> None:
    """Nobody waits for it."""


def part_of(progress: Progress, start: int, end: int) -> Progress:
    """For a piece of a longer work: its own beginning and end are `start` and `end` of :data:`WHOLE`."""
    return lambda done, everything: progress(start + (end - start) * done // max(everything, 1), WHOLE)

"""How a figure is taken: ours and the reference in turn, several times, and the median of the ratios.

A machine is faster or slower from one minute to the next; a pair measured side by side is not. Absolute times are
given as context only.
"""

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import apsw

Seconds = float
Timed = Callable[[], Seconds]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its aim. `at_least`: more is better, else less is better. `context` is never judged."""

    name: str
    what: str
    aim: float
    at_least: bool
    value: float
    unit: str
    context: str = ""

    @property
    def met(self) -> bool:
        """Whether the aim is reached."""
        return self.value >= self.aim if self.at_least else self.value <= self.aim

    @property
    def margin(self) -> float:
        """How far the result is on the good side of the aim, as a share of the aim; below 0 it is missed."""
        difference = self.value - self.aim if self.at_least else self.aim - self.value
        return difference / self.aim

    @property
    def aim_text(self) -> str:
        """The aim as the table prints it, such as `≥ 0.40 ×`."""
        return f"{'≥' if self.at_least else '≤'} {amount(self.aim, self.unit)}"

    @property
    def result_text(self) -> str:
        """The result as the table prints it."""
        return amount(self.value, self.unit)


def amount(value: float, unit: str) -> str:
    """A number with its unit; bytes and megabytes are whole, ratios have two decimals."""
    return f"{value:.0f} {unit}" if unit in ("B", "MB") else f"{value:.2f} {unit}"


def bare_connection(path: Path, *, fresh: bool = True) -> apsw.Connection:
    """A (fresh) database as a careful but bare program opens it: WAL, every commit on the disk."""
    for end in ("", "-wal", "-shm") if fresh else ():
        path.with_name(path.name + end).unlink(missing_ok=True)
    connection = apsw.Connection(str(path))
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    return connection


@dataclass(frozen=True, slots=True)
class Pair:
    """What one round measured, in seconds (or any other unit that both share)."""

    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        """Ours divided by the reference."""
        return self.ours / self.bare


def in_turn(ours: Timed, bare: Timed, rounds: int, *, warm: bool = True) -> list[Pair]:
    """Measure both `rounds` times, each round beginning with the other one; a first pass is not counted."""
    if warm:
        ours(), bare()
    pairs = []
    for turn in range(rounds):
        first, second = (ours, bare) if turn % 2 == 0 else (bare, ours)
        gc.collect()
        first_result = first()
        gc.collect()
        two = second()
        pairs.append(Pair(first_result, two) if turn % 2 == 0 else Pair(two, first_result))
    return pairs


def typical(pairs: list[Pair]) -> Pair:
    """Medians of both sides, for the context line only: the ratio is the median of the ratios."""
    return Pair(median(pair.ours for pair in pairs), median(pair.bare for pair in pairs))


def ratio(pairs: list[Pair]) -> float:
    """The median of ours / reference."""
    return median(pair.ratio for pair in pairs)


def spread(pairs: list[Pair]) -> str:
    """How far the rounds lie apart, to be read beside the median."""
    ratios = sorted(pair.ratio for pair in pairs)
    return f"{ratios[0]:.2f} to {ratios[-1]:.2f} in {len(ratios)} rounds"


def timed(work: Callable[[], object]) -> Seconds:
    """Seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def load() -> str:
    """How busy the machine was: figures taken beside other work scatter."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f"machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end"

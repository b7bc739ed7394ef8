"""The shape of one part of `prove doors` and `prove privacy`: what was measured, and what was wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """Figures for the one line that is printed ("slow clients: 18 of 18 honest, slowest 0,4 s"), and every fault."""

    figures: str
    faults: list[str] = field(default_factory=list)


ProvePart = Callable[[Path, int], Part]

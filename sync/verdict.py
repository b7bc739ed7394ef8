"""What a proof found, and how far it came."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.journal import Tail

StreamKey = tuple[str, int, str]
"""(source, epoch, stream)."""
Place = tuple[str, int, str, int]
"""(source, epoch, stream, n)."""


@dataclass
class Verdict:
    """`digest` is over all official tables (empty for the everyday form); `faults` are Indonesian sentences.

    `heads`: where each stream stood when it was hashed.
    """

    entries: int = 0
    streams: int = 0
    digest: str = ""
    faults: list[str] = field(default_factory=list)
    heads: dict[StreamKey, Tail] = field(default_factory=dict)

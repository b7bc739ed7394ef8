"""Both sides in one process: for tests and for measuring without a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class MemoryCarrier:
    """Hands each call straight to the other side's three functions."""

    on_send: Callable[[bytes], bytes]
    on_fetch: Callable[[str], bytes]
    on_state: Callable[[], bytes]

    def send(self, data: bytes) -> bytes:
        """The other side's answer to one file."""
        return self.on_send(data)

    def fetch(self, after: str) -> bytes:
        """The other side's next file after a place."""
        return self.on_fetch(after)

    def state(self) -> bytes:
        """The other side's state as JSON."""
        return self.on_state()

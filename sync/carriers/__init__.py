"""Carriers bring bytes to the other side and back; they need no trust and know nothing of what they carry.

One contract for the network, the stick and tests. A carrier raises CarrierError with a sentence; what it returns has
still to be opened and verified, so a cut or foreign answer never counts.
"""

from __future__ import annotations

from typing import Protocol


class Carrier(Protocol):
    """`b""` means: nothing there (or, on a stick, nothing yet)."""

    def send(self, data: bytes) -> bytes:
        """Bring one sealed file across; the other side's sealed answer."""

    def fetch(self, after: str) -> bytes:
        """The other side's next sealed file, with lines after `epoch/stream/n`."""

    def state(self) -> bytes:
        """The other side's small signed state, verified, as JSON."""

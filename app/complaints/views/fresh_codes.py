"""Slip codes that were just made, for as long as it takes to print them; in memory only, for whoever made them.

The office keeps only their digests. When the quarter of an hour is over, or the program was restarted, the information
officer issues another code to a complainant who stands there without the slip.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

HELD = timedelta(minutes=15)
MOST = 500
GONE = (
    "Kode slip ini tidak disimpan kantor, jadi tidak bisa ditampilkan atau dicetak lagi. Pengadu yang kehilangan "
    "slipnya dibuatkan kode baru oleh petugas layanan informasi."
)


class FreshCodes:
    """Line → code, holder and moment; the oldest goes first."""

    def __init__(self) -> None:
        self.kept: OrderedDict[int, tuple[str, str, datetime]] = OrderedDict()
        self.lock = threading.Lock()

    def put(self, complaint_id: int, code: str, holder: str, now: datetime) -> None:
        """Hold a code for one person."""
        with self.lock:
            self.kept.pop(complaint_id, None)
            self.kept[complaint_id] = (code, holder, now)
            while len(self.kept) > MOST:
                self.kept.popitem(last=False)

    def get(self, complaint_id: int, holder: str, now: datetime) -> str:
        """The code, where this person made it a short while ago; else nothing."""
        with self.lock:
            code, whose, at = self.kept.get(complaint_id, ("", "", now))
        return code if whose == holder and timedelta(0) <= now - at <= HELD else ""

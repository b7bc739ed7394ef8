"""Answers that are shown once: every form of the kiosk leads on to an address that gives its page a single time.

So nobody who comes after a visitor finds that visitor's words, code or answer by going back, reloading or sending
again: the form is not in the browser's history, and the page is gone. What waits is kept in memory for a minute.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from time import monotonic

MOST, SECONDS = 50, 60.0


@dataclass(frozen=True)
class Shown:
    """A page that waits to be fetched: its HTML, its status, after how many seconds it leaves the screen."""

    page: bytes
    status: int
    refresh: str
    until: float = field(default_factory=lambda: monotonic() + SECONDS)


class Once:
    """Pages that wait, by a random key; few, and not for long."""

    def __init__(self) -> None:
        self.waiting: OrderedDict[str, Shown] = OrderedDict()
        self.keys: OrderedDict[str, str] = OrderedDict()
        self.lock = threading.Lock()

    def keep(self, page: bytes, status: int, refresh: str, mark: str = "") -> str:
        """Let a page wait; its key. `mark`: what was pressed for it, so that a second press leads to the same page."""
        key = secrets.token_urlsafe(16)
        with self.lock:
            self.forget()
            self.waiting[key] = Shown(page, status, refresh)
            if mark:
                self.keys[mark] = key
            for known in (self.waiting, self.keys):
                while len(known) > MOST:
                    known.popitem(last=False)
        return key

    def take(self, key: str) -> Shown | None:
        """A page that waits, for the only time."""
        with self.lock:
            self.forget()
            return self.waiting.pop(key, None)

    def key_of(self, mark: str) -> str:
        """Where the page of a mark waits or waited."""
        with self.lock:
            return self.keys.get(mark, "-")

    def forget(self) -> None:
        """Drop what nobody fetched in time."""
        now = monotonic()
        for key in [key for key, shown in self.waiting.items() if shown.until < now]:
            del self.waiting[key]

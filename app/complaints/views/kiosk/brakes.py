"""Form tokens without a cookie, and brakes on how often an address may do a thing."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from itsdangerous import BadData, URLSafeTimedSerializer

TOKEN_HOURS = 2
Value = TypeVar("Value")


class Tokens:
    """Signs what a form carries with a key that lives as long as the program: no cookie, nothing to steal."""

    def __init__(self) -> None:
        self.signer = URLSafeTimedSerializer(secrets.token_hex(32), salt="loket-kiosk")

    def new(self, purpose: str, value: object = None) -> str:
        """A token of one form. Two forms never share one: it also tells a second press of the button."""
        return str(self.signer.dumps([purpose, secrets.token_hex(8), value]))

    def read(self, purpose: str, text: str) -> tuple[str, object] | None:
        """(mark, value) of a token of ours that is not too old, else None."""
        try:
            named, mark, value = self.signer.loads(text[:600], max_age=TOKEN_HOURS * 3600)
        except (BadData, ValueError, TypeError):
            return None
        return (mark, value) if named == purpose else None


class Brake:
    """At most `most` deeds of one key within a span; remembers a bounded number of keys."""

    def __init__(self, most: int, span: timedelta, keys: int = 2000) -> None:
        self.most, self.span, self.keys = most, span, keys
        self.seen: OrderedDict[Hashable, deque[datetime]] = OrderedDict()
        self.lock = threading.Lock()

    def full(self, key: Hashable, now: datetime) -> bool:
        """Whether a key has used up its deeds."""
        with self.lock:
            times = self.seen.get(key, deque())
            while times and now - times[0] > self.span:
                times.popleft()
            return len(times) >= self.most

    def note(self, key: Hashable, now: datetime) -> None:
        """Count one deed."""
        with self.lock:
            self.seen.setdefault(key, deque(maxlen=self.most)).append(now)
            self.seen.move_to_end(key)
            while len(self.seen) > self.keys:
                self.seen.popitem(last=False)


class Recent(Generic[Value]):
    """What was done under the last marks, so that pressing a button twice does the thing once."""

    def __init__(self, size: int = 200) -> None:
        self.size = size
        self.kept: OrderedDict[str, Value] = OrderedDict()
        self.lock = threading.RLock()

    def get(self, mark: str) -> Value | None:
        """What was done under a mark."""
        return self.kept.get(mark)

    def put(self, mark: str, value: Value) -> None:
        """Remember it; the oldest goes."""
        self.kept[mark] = value
        while len(self.kept) > self.size:
            self.kept.popitem(last=False)

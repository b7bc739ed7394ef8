"""What pages without accounts remember for a while and write nowhere: values, and how often somebody did something."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """The newest values under their keys: at most `most`, each for `span`. `lock` holds several steps together."""

    def __init__(self, most: int, span: timedelta) -> None:
        self.most = most
        self.span = span
        self.lock = threading.RLock()
        self.kept: OrderedDict[Hashable, tuple[datetime, Value]] = OrderedDict()

    def put(self, key: Hashable, value: Value, now: datetime) -> None:
        with self.lock:
            self.kept[key] = (now, value)
            self.kept.move_to_end(key)
            while len(self.kept) > self.most or now - next(iter(self.kept.values()))[0] > self.span:
                self.kept.popitem(last=False)

    def get(self, key: Hashable, now: datetime) -> Value | None:
        with self.lock:
            at, value = self.kept.get(key, (now, None))
        if timedelta(0) <= now - at <= self.span:
            return value
        return None

    def take(self, key: Hashable, now: datetime) -> Value | None:
        with self.lock:
            value = self.get(key, now)
            self.kept.pop(key, None)
        return value


class Brake:
    """At most `most` deeds of one key within a span; remembers a bounded number of keys."""

    def __init__(self, most: int, span: timedelta, keys: int = 2000) -> None:
        self.most = most
        self.span = span
        self.deeds: Memory[tuple[datetime, ...]] = Memory(keys, span)

    def is_full(self, key: Hashable, now: datetime) -> bool:
        deeds = self.deeds.get(key, now) or ()
        return len(deeds) >= self.most and now - min(deeds) <= self.span

    def count_deed(self, key: Hashable, now: datetime) -> None:
        with self.deeds.lock:
            self.deeds.put(key, (*(self.deeds.get(key, now) or ()), now)[-self.most :], now)


class GuessBrake:
    """How often codes that open nothing may be asked for: by one address in a short while and in a day, and by all
    other computers together in a day. The office's own kiosk has a count of its own, so that nobody in the network can
    use it up (docs/decisions/0080-no-digest-of-a-secret.md)."""

    OWN = ("127.0.0.1", "::1")

    def __init__(self) -> None:
        self.short = Brake(20, timedelta(minutes=10))
        self.day = Brake(100, timedelta(days=1), keys=500)
        self.network = Brake(300, timedelta(days=1))

    def is_full(self, address: str, now: datetime) -> bool:
        if self.short.is_full(address, now) or self.day.is_full(address, now):
            return True
        return address not in self.OWN and self.network.is_full("", now)

    def count_miss(self, address: str, now: datetime) -> None:
        self.short.count_deed(address, now)
        self.day.count_deed(address, now)
        if address not in self.OWN:
            self.network.count_deed("", now)

"""What a room hands to the composition root for the journal: its kinds and what it does beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from sync.entries import Kind
from sync.journal import Handler, Journal


class Room(msgspec.Struct, frozen=True):
    """A room without its pages. `handlers` run after a received entry was applied, by kind.

    `begin(journal, now)` writes what the room begins with when an office is set up, once. `daily` are jobs of the
    night, each `(journal, now)`.
    """

    kinds: Sequence[Kind]
    handlers: Mapping[str, Handler] = {}
    begin: Callable[[Journal, datetime], None] | None = None
    daily: Sequence[Callable[[Journal, datetime], object]] = ()

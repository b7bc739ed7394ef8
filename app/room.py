"""What a room hands to the composition root for the journal: its kinds and what it does beside them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from sync.entries import Apply, Kind
from sync.journal import Handler, Journal


class Room(msgspec.Struct, frozen=True):
    """A room without its pages. `handlers` run after a received entry was applied, by kind.

    `begin(journal, now)` writes what the room begins with when an office is set up, once. `daily` are jobs of the
    night, each `(journal, now)`. `also` is what a kind of a lower room does to tables of this one, after its own apply.
    `partner_rules` are what the room's services add when their cases go to a partner, by service.
    """

    kinds: Sequence[Kind]
    handlers: Mapping[str, Handler] = {}
    begin: Callable[[Journal, datetime], None] | None = None
    daily: Sequence[Callable[[Journal, datetime], object]] = ()
    also: Mapping[str, Apply] = {}
    partner_rules: Mapping[str, Any] = {}

"""What a changed calendar means for promises already given: the room of the cases answers, the calendar page asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from schema.database import Database


class DueChange(NamedTuple):
    """An open promise whose date the present calendar would set otherwise; `endpoint` with `values` is its page."""

    number: str
    promised: date
    would_be: date
    endpoint: str
    values: Mapping[str, Any]


Provider = Callable[[Database], list[DueChange]]

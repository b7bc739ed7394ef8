"""The wall clock of this process: one of Indonesia's three zones, of which none knows summer time.

A process serves one side, and a side has one zone from its set-up on. It is read when the journal is opened and again
when the entry of the set-up is applied, so a replay into an empty database reckons its days as the side did.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from schema.database import Database
    from schema.migrations import Side

HOURS = {"WIB": 7, "WITA": 8, "WIT": 9}
USUAL = "WIB"
ZONES = {name: timezone(timedelta(hours=hours), name) for name, hours in HOURS.items()}
CHOICES = {
    "WIB": "WIB, Waktu Indonesia Barat (UTC+7)",
    "WITA": "WITA, Waktu Indonesia Tengah (UTC+8)",
    "WIT": "WIT, Waktu Indonesia Timur (UTC+9)",
}
SETTINGS: dict[Side, tuple[str, str]] = {
    "office": ("setting", "office.zone"),
    "centre": ("centre_setting", "centre.zone"),
}


class ZoneInUse:
    """The zone in which this process reckons."""

    name = USUAL
    zone = ZONES[USUAL]


IN_USE = ZoneInUse()


def use_zone(name: str) -> None:
    """From here on this process reckons in a zone. Raises KeyError for an unknown one."""
    if name not in ZONES:
        raise KeyError(name)
    IN_USE.name = name
    IN_USE.zone = ZONES[name]


def sql_shift() -> str:
    """What SQLite adds to a stored moment to get the office's wall clock: `'+8 hours'`."""
    return f"'+{HOURS[IN_USE.name]} hours'"


def stored_zone(db: Database, side: Side) -> str:
    """The zone that a side was set up with; the usual one before that, and of a side that is older than the choice."""
    table, key = SETTINGS[side]
    if not cast(Any, db).table_exists(table):  # both engines are peewee databases
        return USUAL
    row = db.one(f"SELECT value FROM {table} WHERE key = ?", (key,))
    if row:
        return str(row[0]).strip('"')
    return USUAL

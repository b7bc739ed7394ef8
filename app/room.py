"""What a room hands to the composition root for the journal: its kinds, what it does beside them, and usual applies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from schema.database import Database
from schema.tables import Table, to_column
from sync.entries import Apply, Entry, Kind, to_utc_text
from sync.journal import Handler, Journal

NOTHING: Mapping[str, Any] = {}


class Room(msgspec.Struct, frozen=True):
    """A room without its pages. Everything stands there as `late("module:name")`: a start loads none of it.

    `handlers` run after a received entry was applied, by kind.

    `begin(journal, now)` writes what the room begins with when an office is set up, once. `daily` are jobs of the
    night, each `(journal, now)`. `also` is what a kind of a lower room does to tables of this one, after its own apply.
    `partner_rules` make what the room's services add when their cases go to a partner, by service. `outcome_checks` are
    asked before a case takes an outcome or leaves by an exit, each `(db, case, definition, outcome, actor, today)`;
    the actor is None where an answer moves the case. They raise Problem. `letter_facts` are what the room knows of a
    case for its letters, each `(db, case, definition, now)` → name → text (names in
    `schema.service_letters.LETTER_FACTS`). `receipt_codes` give the code that the receipt of a handed-over case carries
    for the visitor, each `(db, case, now)` → text, or nothing.
    """

    kinds: Iterable[Kind]
    handlers: Mapping[str, Handler] = {}
    begin: Callable[[Journal, datetime], None] | None = None
    daily: Sequence[Callable[[Journal, datetime], object]] = ()
    also: Mapping[str, Apply] = {}
    partner_rules: Mapping[str, Callable[[], Any]] = {}
    outcome_checks: Sequence[Callable[..., None]] = ()
    letter_facts: Sequence[Callable[..., Mapping[str, str]]] = ()
    receipt_codes: Sequence[Callable[..., str]] = ()


def add_row_of(table: type[Table], fixed: Mapping[str, Any] = NOTHING, **fields: str) -> Apply:
    """The apply of a kind that adds one row: the body's fields that are columns, and the entry's `at` and `actor`.

    `fields` says of a column which field of the body it holds, where the two are spelled unlike; `fixed` are values.
    """
    own = {"at", "actor"} & set(table.columns()) - fields.keys() - fixed.keys()

    def apply(db: Database, entry: Entry) -> None:
        values = {"at": to_utc_text(entry.at), "actor": entry.actor}
        table.add(db, **row_values(table, entry, fields) | {name: values[name] for name in own} | dict(fixed))

    return apply


def alter_row_of(table: type[Table], fixed: Mapping[str, Any] = NOTHING, key: str = "id", **fields: str) -> Apply:
    """The apply of a kind that changes the row with the body's `key`; the rest as in :func:`add_row_of`."""

    def apply(db: Database, entry: Entry) -> None:
        values = row_values(table, entry, fields)
        table.alter(db, {key: values.pop(key)}, **values | dict(fixed))

    return apply


def row_values(table: type[Table], entry: Entry, fields: Mapping[str, str]) -> dict[str, Any]:
    """Columns of a table that the body of an entry fills; `fields` as in :func:`add_row_of`."""
    return table.take(entry.body, **{column: to_column(getattr(entry.body, name)) for column, name in fields.items()})

"""What a room says of the records that it keeps: kinds with their usual period, which are closed, what holds one back.

Each room's `records.py` has `rules()`, named by `Room.records`; the room of retention asks them all
(docs/decisions/0079-erasure.md).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from app.room import hooks_of
from schema.database import Database

OFFICE_DECIDES = "Angka awal program; kantor menetapkannya menurut JRA pemerintah daerahnya."
"""Where no text of an archive schedule with a number for this kind could be read."""


class ClosedRecord(NamedTuple):
    """`subject` is that of its entries (`case/12`), `number` how the office calls it, `closed_on` an ISO date."""

    subject: str
    number: str
    closed_on: str


class RecordKind(msgspec.Struct, frozen=True):
    """`years` after a record was closed it is due, until the office sets another period; `source` says whose number it
    is. `closed` gives the records that were closed before a day; `page` is where one is shown: endpoint and the name of
    its number there."""

    id: str
    label: str
    years: int
    closed: Callable[[Database, str], Iterable[ClosedRecord]]
    source: str = OFFICE_DECIDES
    page: tuple[str, str] | None = None


def give_none(*_asked: object) -> tuple[()]:
    """What a room answers to a question about records that it has no rule for."""
    return ()


class RecordRules(msgspec.Struct, frozen=True):
    """`holds` give subjects that are not ready to go, each with the reason. `subjects` are those whose entries belong
    to a record besides its own, `entries` further ones by their id in the journal; `beside` clears what lies about
    these records beside the journal."""

    kinds: Callable[[Database], Iterable[RecordKind]] = give_none
    holds: Callable[[Database], Iterable[tuple[str, str]]] = give_none
    subjects: Callable[[Database, str], Iterable[str]] = give_none
    entries: Callable[[Database, str], Iterable[int]] = give_none
    beside: Callable[[Database, Sequence[str]], object] = give_none


def record_rules(db: Database) -> list[RecordRules]:
    return [kept.rules() for kept in hooks_of(db).kept if kept.rules is not None]


def closed_by(sql: str) -> Callable[[Database, str], Iterable[ClosedRecord]]:
    """What a statement with one `?`, the day, gives as (subject, number, day)."""
    return lambda db, before: (ClosedRecord(*row) for row in db.run(sql, (before,)))


def ids_of(subjects: Sequence[str], sort: str) -> list[int]:
    """Numbers of the subjects of a sort: `case` → those of `case/12`."""
    return [int(subject.partition("/")[2]) for subject in subjects if subject.partition("/")[0] == sort]

"""What a room hands to the composition root for the journal, how its commands run, and usual applies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import update_wrapper
from operator import attrgetter
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import msgspec

from app.core.asked import clean_values, questions_of
from app.core.clock import office_date
from app.core.holdings import Holding, Processing, Sought
from app.core.permissions import SYSTEM, Actor, require_one
from app.core.procedure.engine import worked_out_of
from schema.database import Database, Table, to_column
from schema.service_procedure import Definition
from sync.chains import Place
from sync.entries import Also, Apply, Entry, Kind, to_utc_text
from sync.journal import Acknowledged, Handler, Journal

P = ParamSpec("P")
T = TypeVar("T")
Command = Callable[Concatenate[Journal, Actor, P], T]
NOTHING: Mapping[str, Any] = {}


class OfService(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a room adds to cases of the service with an id, or of those whose definition `named_by` finds it
    in: a step, a list of people. Without either it concerns every case."""

    service: str = ""
    named_by: Callable[[Definition], bool] | None = None

    def concerns(self, definition: Definition) -> bool:
        """Whether cases of this definition ask it; no other case does."""
        if self.service:
            return definition.id == self.service
        return self.named_by is None or self.named_by(definition)


Part = TypeVar("Part", bound=OfService)


def those_of_case(parts: tuple[Part, ...], definition: Definition) -> tuple[Part, ...]:
    """Those of what rooms add that concern the cases of a definition; each part is asked once for a definition."""
    known = worked_out_of(definition)
    if parts not in known:
        known[parts] = tuple(part for part in parts if part.concerns(definition))
    mine: tuple[Part, ...] = known[parts]
    return mine


class CaseHooks(OfService, frozen=True, kw_only=True):
    """What a room does for cases of the services that it concerns.

    `check` is asked before a case takes an outcome or leaves by an exit, each `(db, case, definition, outcome, actor,
    today)`; the actor is None where an answer moves the case. It raises Problem. `letter_facts` are what the room knows
    of a case for its letters: `(db, case, definition, now)` → name → text (names in
    `schema.service_fields.LETTER_FACTS`). `receipt_code` gives the code that the receipt of a handed-over case carries
    for the visitor: `(db, case, now)` → text, or nothing. Of one `service` alone: `partner_rules` make what is added
    when its cases go to a partner, `step_wait` what cases of a step wait for
    (:class:`app.casework.desk.waiting.StepWait`).
    """

    check: Callable[..., None] | None = None
    letter_facts: Callable[..., Mapping[str, str]] | None = None
    receipt_code: Callable[..., str] | None = None
    partner_rules: Callable[[], Any] | None = None
    step_wait: Callable[[], Any] | None = None


class Kept(msgspec.Struct, frozen=True):
    """What a room keeps of people. `rules` says which of its records are kept how long
    (:class:`app.platform.office.records.RecordRules`), `find` what it holds of a person, `(db, actor, sought)`;
    `processing` is what it does with data of people, for the register of processing."""

    rules: Callable[[], Any] | None = None
    find: Callable[[Database, Actor, Sought], Sequence[Holding]] | None = None
    processing: Iterable[Processing] = ()


class Room(msgspec.Struct, frozen=True):
    """A room without its pages. Everything stands there as `late("module:name")`: a start loads none of it.

    `handlers` run after a received entry was applied, by kind; `acknowledged` when a partner's signed file says what of
    ours it holds, each `(journal, moment the file was written, now)`.

    `begin(journal, now)` writes what the room begins with when an office is set up, once. `daily` are jobs of the
    night, each `(journal, now)`. `also` is what a kind of a lower room does to tables of this one, after its own apply.
    `redactions` clean the tables of what old entries hold and nobody keeps any more, and give the bodies that take
    their place, each `(journal, now)` → place → body.
    """

    kinds: Iterable[Kind]
    handlers: Mapping[str, Handler] = {}
    acknowledged: Sequence[Acknowledged] = ()
    begin: Callable[[Journal, datetime], None] | None = None
    daily: Sequence[Callable[[Journal, datetime], object]] = ()
    also: Mapping[str, Also] = {}
    redactions: Sequence[Callable[[Journal, datetime], Mapping[Place, bytes]]] = ()
    cases: Sequence[CaseHooks] = ()
    kept: Kept = Kept()


class SideHooks(msgspec.Struct, frozen=True):
    """What the rooms of a side do for each other's cases, and keep of people; the database carries it along."""

    cases: tuple[CaseHooks, ...] = ()
    kept: tuple[Kept, ...] = ()

    def of_case(self, definition: Definition) -> tuple[CaseHooks, ...]:
        return those_of_case(self.cases, definition)


NO_HOOKS = SideHooks()


def hooks_of(db: Database) -> SideHooks:
    """Of the side whose database this is, as `app.compose.journal` put them there; a lone database has none."""
    return db.hooks or NO_HOOKS


class OfficeCommand(Generic[P, T]):
    """A command of the office: it asks the actor for a permission (the program itself, SYSTEM, needs none), looks at
    what was typed, and is one transaction.

    Of several permissions one is enough. `asks` is the function as it was written; a page reads there what to ask
    (:mod:`app.core.asked`).
    """

    def __init__(self, asks: Command[P, T], *permissions: str) -> None:
        self.asks = asks
        self.name = asks.__name__
        self.permissions = permissions
        update_wrapper(self, asks)

    def __call__(self, journal: Journal, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> T:
        if actor is not SYSTEM:
            require_one(actor, self.permissions)
        with journal.transaction():
            return self.run(journal, actor, *args, **kwargs)

    def run(self, journal: Journal, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> T:
        """Look through what was told and run the lines of the command, inside a transaction."""
        told: Any = dict(kwargs)
        if questions_of(self.asks):
            told = clean_values(self.asks, journal.db, office_date(told["now"]), told)
        return self.asks(journal, actor, *args, **told)


def office_command(*permissions: str) -> Callable[[Command[P, T]], OfficeCommand[P, T]]:
    """Make a function a command of the office (:class:`OfficeCommand`)."""
    return lambda command: OfficeCommand(command, *permissions)


AT = "entry.at"
BY = "entry.actor"
ON = "entry.on"
SOURCE = "entry.source"
EPOCH = "entry.epoch"
STREAM = "entry.stream"
LINE = "entry.line"
SUBJECT = "entry.subject"
OF_ENTRY: dict[str, Callable[[Entry], str | int]] = {
    AT: lambda entry: to_utc_text(entry.at),
    BY: lambda entry: entry.actor,
    ON: lambda entry: office_date(entry.at).isoformat(),
    SOURCE: lambda entry: entry.source,
    EPOCH: lambda entry: entry.epoch,
    STREAM: lambda entry: entry.stream,
    LINE: lambda entry: entry.line_id,
    SUBJECT: lambda entry: entry.subject,
}
"""What a column may take in the place of a field of the body: moment and person of the entry, its day in the office;
who wrote it, its epoch and stream, its own id in it, and what it is about."""


def add_row_of(
    table: type[Table], fixed: Mapping[str, Any] = NOTHING, *, inside: str = "", conflict: str = "", **fields: str
) -> Apply:
    """The apply of a kind that adds one row: the body's fields that are columns, and the entry's `at` and `actor`.

    `fields` says of a column which field of the body it holds (`number.text`: a part of one) where the two are spelled
    unlike, or what of the entry it holds (`AT` …); `fixed` are values. `inside`: the field of the
    body with the struct that the row is of. `conflict`: empty, or `DO NOTHING` where its key is there already.
    """
    sources = own_columns(table, fixed) | fields

    def apply(db: Database, entry: Entry) -> None:
        if inside:
            struct = getattr(entry.body, inside)
        else:
            struct = entry.body
        table.add_from(db, struct, conflict, **entry_columns(entry, sources) | dict(fixed))

    return apply


def put_row_of(table: type[Table], fixed: Mapping[str, Any] = NOTHING, **fields: str) -> Apply:
    """As :func:`add_row_of`, in the place of the row that has its key."""
    sources = own_columns(table, fixed) | fields

    def apply(db: Database, entry: Entry) -> None:
        table.put_from(db, entry.body, **entry_columns(entry, sources) | dict(fixed))

    return apply


def add_rows_of(table: type[Table], part: str, nth: str = "", each: str = "", **fields: str) -> Apply:
    """The apply of a kind whose body holds a list, `part`: a row for each; the column `nth` counts them from 1.

    `each`: the list holds no structs but values of this column.
    """
    sources = own_columns(table, NOTHING) | fields

    def apply(db: Database, entry: Entry) -> None:
        shared = entry_columns(entry, sources)
        for n, item in enumerate(getattr(entry.body, part), start=1):
            if nth:
                shared[nth] = n
            if each:
                table.add(db, **{each: item}, **shared)
            else:
                table.add_from(db, item, **shared)

    return apply


def alter_row_of(
    table: type[Table], fixed: Mapping[str, Any] = NOTHING, key: str | tuple[str, ...] = "id", **fields: str
) -> Apply:
    """The apply of a kind that changes the row with the body's `key`; the rest as in :func:`add_row_of`."""
    keys = (key,) if isinstance(key, str) else key

    def apply(db: Database, entry: Entry) -> None:
        values = row_values(table, entry, fields)
        table.alter(db, {name: values.pop(name) for name in keys}, **values | dict(fixed))

    return apply


def stamp_row_of(
    table: type[Table], fixed: Mapping[str, Any] = NOTHING, key: str | tuple[str, ...] = "id", **fields: str
) -> Apply:
    """As :func:`alter_row_of`, but nothing of the body beside `fields` is written: others may bear a column's name."""
    keys = (key,) if isinstance(key, str) else key

    def apply(db: Database, entry: Entry) -> None:
        columns = entry_columns(entry, {name: name for name in keys} | fields)
        values = {name: to_column(value) for name, value in columns.items()}
        table.alter(db, {name: values.pop(name) for name in keys}, **values | dict(fixed))

    return apply


def in_turn(*applies: Apply) -> Apply:
    def apply(db: Database, entry: Entry) -> None:
        for apply_one in applies:
            apply_one(db, entry)

    return apply


def own_columns(table: type[Table], fixed: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: source for name, source in (("at", AT), ("actor", BY)) if name in table.columns() and name not in fixed
    }


def row_values(table: type[Table], entry: Entry, fields: Mapping[str, str]) -> dict[str, Any]:
    """Columns of a table that an entry fills; `fields` as in :func:`add_row_of`."""
    return table.take(entry.body, **entry_columns(entry, fields))


def entry_columns(entry: Entry, sources: Mapping[str, str]) -> dict[str, Any]:
    """What columns hold of an entry or its body, by the source of each."""
    return {column: entry_value(entry, source) for column, source in sources.items()}


def entry_value(entry: Entry, source: str) -> Any:
    if source in OF_ENTRY:
        return OF_ENTRY[source](entry)
    return attrgetter(source)(entry.body)

"""Old registers: `schema/registers/*.toml` say what the headings and words of a service's spreadsheets mean.

The fields of the structs are the keys of the file; unknown keys are refused, each fault with its line.
"""

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path

import msgspec

from schema.definitions import SERVICES, Definition, definition_text, load_definition, read_structs
from schema.faults import Fault, ids_of
from schema.toml_lines import KeyPath

REGISTERS = Path(__file__).parent / "registers"


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a column can mean: its label for the officer, its headings, and the field of the form that it fills.

    `copies_down`: a ditto mark stands for the cell above. `plain`: its text fills the field as it stands; the other
    ids are those that `app/casework/importing/lines.py` reads, each in its own way. `default` fills a plain one whose
    cell is empty or that the file does not have; that of `received` is `today`.
    """

    id: str
    label: str
    headings: tuple[str, ...]
    field: str = ""
    needed: bool = False
    copies_down: bool = False
    plain: bool = False
    default: str = ""


class KindWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for a kind; `warning` is said unless `unless` stands in the cell too."""

    kind: str
    words: tuple[str, ...]
    warning: str = ""
    unless: str = ""


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the column of the kind is read: `prefixes` do not matter, `example` stands in the refusal."""

    words: tuple[KindWords, ...]
    example: str
    prefixes: tuple[str, ...] = ()


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step of the service, or an exit (`closed`). What it `proves` is known to the room of the service."""

    step: str
    label: str
    closed: bool = False
    proves: str = ""


class StateWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pattern of Python's `re` over small letters; the first that fits decides."""

    step: str
    pattern: str


class States(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`unknown`: nothing is said that is understood. `handed_over`: the register names the day of handing over."""

    unknown: str
    handed_over: str
    list: tuple[State, ...]
    words: tuple[StateWords, ...]


class OfAge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is younger gets `warning`, but for some kinds."""

    age: int
    warning: str
    kinds_excepted: tuple[str, ...] = ()


class Elsewhere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Kinds of people whose home may lie elsewhere, the fields that then hold it, and the warnings of both cases."""

    kinds: tuple[str, ...]
    address: str
    village: str
    outside: str
    inside: str


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file, called `title`. `key` is the column by whose value a person's cases are found; `paper` settles doubts.

    `once`: whoever has a case of the service already is not taken again, whatever day the list is of.
    A list of `people` fills the fields of the people of one request instead of the form; it has neither states nor
    days.
    """

    format: int
    service: str
    key: str
    paper: str
    columns: tuple[Column, ...]
    states: States = States("", "", (), ())
    title: str = "Register lama"
    people: bool = False
    once: bool = False
    kinds: Kinds | None = None
    youngest: int = 0
    of_age: OfAge | None = None
    elsewhere: Elsewhere | None = None


@lru_cache
def load_register(service: str) -> Register:
    """The register of a service. Raises LookupError where there is none, DefinitionError for a wrong file."""
    path = REGISTERS / f"{service}.toml"
    if not path.is_file():
        raise LookupError(service)
    return parse_register(definition_text(path), path.name, load_definition(SERVICES / path.name))


def parse_register(text: str, file: str, definition: Definition) -> Register:
    """The register of a service with this definition. Raises DefinitionError with every fault."""
    return read_structs(text, file, Register, partial(_register_faults, definition=definition))


def _register_faults(register: Register, definition: Definition) -> Iterator[Fault]:
    if register.people:
        return _people_faults(register, definition)
    faults = chain(_column_faults(register, definition), _kind_faults(register, definition))
    faults = chain(faults, _state_faults(register.states, definition))
    return ((path, f"{why}; perbaiki.") for path, why in faults)


def _column_faults(register: Register, definition: Definition) -> Iterator[Fault]:
    """Columns that are missing, stand twice, share a heading, or fill a field that the service does not have."""
    if register.service != definition.id:
        yield ("service",), f"dokumen ini untuk layanan {definition.id}"
    fields = {"", *ids_of(definition.fields)}
    ids: set[str] = set()
    headings: set[str] = set()
    for at, column in enumerate(register.columns):
        path: KeyPath = ("columns", at)
        if column.id in ids:
            yield (*path, "id"), f"kolom {column.id} sudah ada"
        if column.field not in fields:
            yield (*path, "field"), f"isian {column.field} tidak ada di layanan ini"
        if twice := headings.intersection(column.headings):
            yield (*path, "headings"), f"judul {', '.join(sorted(twice))} sudah dipakai kolom lain"
        ids.add(column.id)
        headings.update(column.headings)
    for needed in (register.key, "received", "name"):
        if needed not in ids:
            yield ("columns",), f"kolom {needed} belum ada"


def _kind_faults(register: Register, definition: Definition) -> Iterator[Fault]:
    known = ids_of(definition.kinds)
    if register.kinds is None:
        return
    for at, row in enumerate(register.kinds.words):
        if row.kind not in known:
            yield ("kinds", "words", at, "kind"), f"jenis {row.kind} tidak ada di layanan ini"


def _state_faults(states: States, definition: Definition) -> Iterator[Fault]:
    """States that the service does not have, words for a state that is not listed, patterns that cannot be read."""
    steps = ids_of(definition.steps)
    exits = ids_of(definition.exits)
    listed = [state.step for state in states.list]
    for at, state in enumerate(states.list):
        known = exits if state.closed else steps
        if state.step not in known:
            yield ("states", "list", at, "step"), f"{state.step} tidak ada di layanan ini"
    for at, row in enumerate(states.words):
        if row.step not in listed:
            yield ("states", "words", at, "step"), f"{row.step} tidak ada di states.list"
        if not _is_pattern(row.pattern):
            yield ("states", "words", at, "pattern"), "pola ini tidak terbaca"
    for key in ("unknown", "handed_over"):
        step = getattr(states, key)
        if step not in listed:
            yield ("states", key), f"{step} tidak ada di states.list"


def _people_faults(register: Register, definition: Definition) -> Iterator[Fault]:
    people = definition.people
    fields = set[str]()
    needed = set[str]()
    if people:
        fields = {*ids_of(people.fields)}
        needed = {people.key, people.name}
    if lacking := needed - {column.field for column in register.columns}:
        yield ("columns",), f"kolom untuk {', '.join(sorted(lacking))} belum ada; tulis."
    for at, column in enumerate(register.columns):
        if column.field and column.field not in fields:
            yield ("columns", at, "field"), f"isian {column.field} tidak ada di daftar orang layanan ini; perbaiki."


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True

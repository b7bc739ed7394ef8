"""Old registers: `schema/registers/*.toml` say what the headings and words of a service's spreadsheets mean.

The fields of the structs are the keys of the file; unknown keys are refused, each fault with its line.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from schema.definitions import SERVICES, Definition, definition_text, load_definition, read_structs
from schema.faults import Fault
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
    return read_structs(
        text, file, Register, lambda register, partly: () if partly else _register_faults(register, definition)
    )


def _register_faults(register: Register, definition: Definition) -> Iterator[Fault]:
    if register.people:
        return _people_faults(register, definition)
    columns, states, kinds = register.columns, register.states, register.kinds.words if register.kinds else ()
    fields = {"", *(field.id for field in definition.fields)}
    steps = {(step.id, False) for step in definition.steps} | {(one.id, True) for one in definition.exits}
    stands, known = {one.step for one in states.list}, {kind.id for kind in definition.kinds}
    checks: list[tuple[KeyPath, bool, str]] = [
        (("service",), register.service == definition.id, f"dokumen ini untuk layanan {definition.id}"),
        *(
            (("columns",), id_ in {column.id for column in columns}, f"kolom {id_} belum ada")
            for id_ in (register.key, "received", "name")
        ),
        *(
            (
                ("columns", at, "id"),
                column.id not in {other.id for other in columns[:at]},
                f"kolom {column.id} sudah ada",
            )
            for at, column in enumerate(columns)
        ),
        *(
            (("columns", at, "field"), column.field in fields, f"isian {column.field} tidak ada di layanan ini")
            for at, column in enumerate(columns)
        ),
        *(
            (("columns", at, "headings"), not twice, f"judul {', '.join(sorted(twice))} sudah dipakai kolom lain")
            for at, column in enumerate(columns)
            for twice in [{word for other in columns[:at] for word in other.headings} & {*column.headings}]
        ),
        *(
            (("kinds", "words", at, "kind"), kind.kind in known, f"jenis {kind.kind} tidak ada di layanan ini")
            for at, kind in enumerate(kinds)
        ),
        *(
            (("states", "list", at, "step"), (one.step, one.closed) in steps, f"{one.step} tidak ada di layanan ini")
            for at, one in enumerate(states.list)
        ),
        *(
            (("states", "words", at, "step"), one.step in stands, f"{one.step} tidak ada di states.list")
            for at, one in enumerate(states.words)
        ),
        *(
            (("states", "words", at, "pattern"), _is_pattern(one.pattern), "pola ini tidak terbaca")
            for at, one in enumerate(states.words)
        ),
        (("states", "unknown"), states.unknown in stands, f"{states.unknown} tidak ada di states.list"),
        (("states", "handed_over"), states.handed_over in stands, f"{states.handed_over} tidak ada di states.list"),
    ]
    return ((path, f"{why}; perbaiki.") for path, holds, why in checks if not holds)


def _people_faults(register: Register, definition: Definition) -> Iterator[Fault]:
    fields = {field.id for field in definition.people.fields} if definition.people else set[str]()
    needed = {definition.people.key, definition.people.name} if definition.people else set[str]()
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

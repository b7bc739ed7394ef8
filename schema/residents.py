"""Lists of residents: what their headings mean (`schema/residents.toml`); `schema/residents.sql` keeps them."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from schema.definitions import definition_text, read_structs
from schema.register import Column
from schema.service_checks import Fault

RESIDENTS = Path(__file__).with_suffix(".toml")
TABLES = Path(__file__).with_suffix(".sql")
READ = frozenset(
    [
        *("nik", "kk", "name", "birth", "birth_place", "birth_on", "sex", "hamlet", "street", "rt", "rw", "rt_rw"),
        *("village", "relation"),
    ]
)
"""The columns that `app/casework/residents/rows.py` knows."""


class ResidentsList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a list of residents means. `paper` settles doubts; a reference is called old after `old_after_days`;
    `words_left_out` do not count when addresses are compared."""

    format: int
    paper: str
    old_after_days: int
    words_left_out: tuple[str, ...]
    columns: tuple[Column, ...]


@lru_cache
def load_residents_list() -> ResidentsList:
    """The file as it ships. Raises DefinitionError with every fault."""
    return parse_residents_list(definition_text(RESIDENTS), RESIDENTS.name)


def parse_residents_list(text: str, file: str) -> ResidentsList:
    return read_structs(text, file, ResidentsList, residents_faults)


def residents_faults(made: ResidentsList) -> Iterator[Fault]:
    """Columns that nobody reads, stand twice or share a heading; NIK and name that are missing."""
    seen: set[str] = set()
    for at, column in enumerate(made.columns):
        if column.id not in READ:
            yield ("columns", at, "id"), f"kolom {column.id} tidak dikenal program ini; hapus."
        if column.id in {other.id for other in made.columns[:at]}:
            yield ("columns", at, "id"), f"kolom {column.id} sudah ada; hapus salah satunya."
        if twice := seen & {*column.headings}:
            yield ("columns", at, "headings"), f"judul {', '.join(sorted(twice))} sudah dipakai kolom lain; hapus."
        seen |= {*column.headings}
    for id_ in ("nik", "name"):
        if id_ not in {column.id for column in made.columns}:
            yield ("columns",), f"kolom {id_} belum ada; tulis."

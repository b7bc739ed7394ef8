"""Every key that a definition file may hold, by table, with its words: for the page of administrators and the page that
teaches writing a procedure (`python -m app.core.procedure.format_keys` writes its last part anew)."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec
from msgspec.structs import fields

from app.core.procedure.revisions import WORDS
from schema.service_procedure import Definition

TEACHING_PAGE = Path(__file__).parents[3] / "docs/writing-a-procedure.md"
HEADING = "## 7. Semua kunci\n"
INTRODUCTION = """
Yang tebal wajib ada. `tabel[]` ditulis berulang, misalnya `[[requirements]]`; tabel yang berisi sama disebut bersama.
"""
TOP = "(paling atas)"


class Key(NamedTuple):
    name: str
    words: str
    required: bool


class Keys(NamedTuple):
    """The keys of one kind of table, and where in a file it stands."""

    places: tuple[str, ...]
    keys: tuple[Key, ...]


def definition_keys() -> list[Keys]:
    """Every table of a definition with its keys, in the order of the file."""
    places: dict[type[msgspec.Struct], list[str]] = {}
    for place, kind in _tables_below(Definition, ""):
        places.setdefault(kind, []).append(place)
    return [Keys(tuple(found), _keys_of(kind)) for kind, found in places.items()]


def _tables_below(kind: type[msgspec.Struct], place: str) -> Iterator[tuple[str, type[msgspec.Struct]]]:
    yield place or TOP, kind
    for name, hint in get_type_hints(kind, include_extras=True).items():
        for inner, many in _tables_in(hint):
            below = f"{place}.{name}".lstrip(".")
            if many:
                below += "[]"
            yield from _tables_below(inner, below)


def _tables_in(hint: Any, many: bool = False) -> Iterator[tuple[type[msgspec.Struct], bool]]:
    """The structs in a type, and whether it holds several of them."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint, many
    for inner in get_args(hint):
        yield from _tables_in(inner, many or getattr(hint, "__origin__", None) is tuple)


def _keys_of(kind: type[msgspec.Struct]) -> tuple[Key, ...]:
    return tuple(Key(field.name, WORDS[field.name], field.required) for field in fields(kind))


def keys_as_text() -> str:
    """The last part of the teaching page."""
    parts = []
    for table in definition_keys():
        where = ", ".join(f"`{place}`" for place in table.places)
        told = ", ".join(f"{mark_key(key)} {key.words}" for key in table.keys)
        parts.append(textwrap.fill(f"- {where}: {told}.", 118, subsequent_indent="  ", break_on_hyphens=False))
    return f"{HEADING}{INTRODUCTION}\n" + "\n".join(parts) + "\n"


def mark_key(key: Key) -> str:
    if key.required:
        return f"**`{key.name}`**"
    return f"`{key.name}`"


if __name__ == "__main__":
    page = TEACHING_PAGE.read_text(encoding="utf-8")
    TEACHING_PAGE.write_text(page.split(HEADING)[0] + keys_as_text(), encoding="utf-8")

"""Faults of a definition file: where they are, names that nothing stands behind, and how to find values by a path."""

from collections.abc import Iterable, Iterator
from typing import Any

from schema.refusals import shortened
from schema.toml_lines import KeyPath

Fault = tuple[KeyPath, str]
MOST_NAMED = 60
"""So many names that a definition has are told; a longer list is a fault of its own."""


def values_at(value: Any, path: str, at: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every value below a path such as `steps[].outcomes[].place`, with the path of its key."""
    first, _, rest = path.partition(".")
    name = first.removesuffix("[]")
    values = [((*at, name), getattr(value, name))]
    if first != name:
        key, items = values[0]
        values = [((*key, i), item) for i, item in enumerate(items)]
    for key, inner in values:
        if not rest:
            yield key, inner
        elif inner is not None:
            yield from values_at(inner, rest, key)


def unknown_names(path: KeyPath, names: Iterable[str | int | None], known: Iterable[str], what: str) -> Iterator[Fault]:
    choices = list(known)
    named = [shortened(name) for name in choices[:MOST_NAMED] if name and name != "None"]
    shown = ", ".join(named)
    for name in names:
        if name not in (None, "") and str(name) not in choices:
            yield path, f"{what} {shortened(str(name))} tidak ada; yang ada: {shown or 'belum satu pun'}."


def ids_of(items: Iterable[Any]) -> list[str]:
    return [item.id for item in items]

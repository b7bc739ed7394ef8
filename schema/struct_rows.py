"""Rows of a query as structs."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from schema.database import Database
from schema.sql_texts import Columns
from schema.structs import convert_values

T = TypeVar("T")


def select_structs(kind: type[T], db: Database, rest: str, params: Sequence[Any] = (), **expressions: str) -> list[T]:
    """Rows as structs: each field is a column of that name, or what `expressions` says of it in SQL.

    `rest` goes on after the columns (`FROM … WHERE …`). Text becomes dates and moments, 0 and 1 truth, as the struct
    says. Raises msgspec.ValidationError for a value that is not what it says.
    """
    names, sql = select_list(kind, tuple(expressions.items()))  # type: ignore[arg-type]  # every class is hashable
    return [
        convert_values(dict(zip(names, row, strict=True)), kind, strict=False)
        for row in db.run(f"{sql} {rest}", params)
    ]


def select_struct(kind: type[T], db: Database, rest: str, params: Sequence[Any] = (), **expressions: str) -> T | None:
    """The first of :func:`select_structs`, or None."""
    return next(iter(select_structs(kind, db, rest, params, **expressions)), None)


@lru_cache(maxsize=512)
def select_list(kind: type, expressions: tuple[tuple[str, str], ...]) -> tuple[Columns, str]:
    """Field names of a struct and its `SELECT …`."""
    known = dict(expressions)
    names = tuple(field.name for field in msgspec.structs.fields(kind))
    if strange := known.keys() - set(names):
        raise TypeError(f"{kind.__name__} has no {', '.join(strange)}")
    columns = []
    for name in names:
        if name in known:
            columns.append(f"{known[name]} AS {name}")
        else:
            columns.append(name)
    return names, f"SELECT {', '.join(columns)}"

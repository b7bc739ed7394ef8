"""The SQL of ordinary statements. It is built once for each set of columns and kept, for peewee would write it anew
each time, which costs ten times the query; the names in it are our own, never a person's."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import peewee

from schema.structs import fields_reader

COMPARED = {"=", "!=", "<", "<=", ">", ">="}
Columns = tuple[str, ...]
Reads = Callable[[Any], Sequence[Any]]


@lru_cache(maxsize=512)
def select_sql(table: str, columns: Columns, where: Columns, order: str, limit: int | None) -> str:
    """SELECT of whole rows; the names are our own, never a person's."""
    sql = f"SELECT {', '.join(columns)} FROM {table}"
    if where:
        sql += f" WHERE {' AND '.join(where)}"
    if order:
        sql += f" ORDER BY {order}"
    if limit is not None:
        sql += f" LIMIT {limit:d}"
    return sql


@lru_cache(maxsize=512)
def insert_sql(table: str, columns: Columns, conflict: str = "") -> str:
    end = ""
    if conflict:
        end = f" ON CONFLICT {conflict}"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}){end}"


@lru_cache(maxsize=512)
def update_sql(table: str, columns: Columns, where: Columns) -> str:
    return f"UPDATE {table} SET {', '.join(f'{column} = ?' for column in columns)} WHERE {' AND '.join(where)}"


def to_comparison(condition: Any) -> tuple[str, tuple[Any, ...]] | None:
    """(`column = ?`, its value) of a column compared with a plain value or NULL; None for anything richer."""
    if type(condition) is not peewee.Expression or not isinstance(condition.lhs, peewee.Field):
        return None
    field = condition.lhs
    op = condition.op
    value = condition.rhs
    if value is None:
        if op not in ("IS", "IS NOT"):
            return None
        return (f"{field.column_name} {op} NULL", ())
    if op not in COMPARED or isinstance(value, peewee.Node):
        return None
    return f"{field.column_name} {op} ?", (field.db_value(value),)


def compare_field(field: peewee.Field, value: Any) -> Any:
    """The condition of peewee that a column has this value, or one of those in a tuple."""
    if isinstance(value, tuple):
        return field << value
    return field == value


@lru_cache(maxsize=512)
def shared_fields(model: type[peewee.Model], kind: type[msgspec.Struct]) -> tuple[Columns, Reads]:
    """Fields of a struct that are columns of a table, and what reads them all at once."""
    names = tuple(name for name in kind.__struct_fields__ if name in model._meta.columns)
    return names, fields_reader(names)

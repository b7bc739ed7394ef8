"""Base of all peewee models. No model knows a database: every query names it in `.execute(db)`.

:meth:`Table.first` and :meth:`Table.rows` write the SQL of ordinary questions (columns compared with values, ordered
by columns) themselves and keep it; peewee would write it anew each time, which costs ten times the query. Anything
richer still goes through peewee.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Self

import peewee

from schema.database import Database


class Table(peewee.Model):
    """A table that exactly one room writes; DDL lives in SQL files, the model only names the columns."""

    class Meta:
        legacy_table_names = False

    @classmethod
    def first(cls, db: Database, *where: Any) -> Self | None:
        return next(iter(cls.rows(db, *where, limit=1)), None)

    @classmethod
    def add(cls, db: Database, conflict: str = "", **values: Any) -> None:
        """Insert one row, as `insert(...).execute(db)` does, with a statement that is built once: for hot paths.

        `conflict` is empty or `DO NOTHING`.
        """
        db.run(insert_sql(cls._meta.table_name, tuple(values), conflict), tuple(values.values()))

    @classmethod
    def alter(cls, db: Database, where: dict[str, Any], **values: Any) -> None:
        sql = update_sql(cls._meta.table_name, tuple(values), tuple(where))
        db.run(sql, (*values.values(), *where.values()))

    @classmethod
    def rows(cls, db: Database, *where: Any, order: Any = None, limit: int | None = None) -> list[Self]:
        orders = order if isinstance(order, tuple) else () if order is None else (order,)
        compared, ordered = [to_comparison(one) for one in where], [to_ordering(one) for one in orders]
        if None not in compared and None not in ordered:
            conditions = tuple(one[0] for one in compared if one)
            values = [value for one in compared if one for value in one[1]]
            names = tuple(field.column_name for field in cls._meta.sorted_fields)
            sql = select_sql(cls._meta.table_name, names, conditions, tuple(ordered), limit)
            return [cls.of_row(row) for row in db.run(sql, values)]
        query = cls.select()
        if where:
            query = query.where(*where)
        return list(query.order_by(*orders).limit(limit).execute(db))

    @classmethod
    def of_row(cls, row: tuple[Any, ...]) -> Self:
        """An object from the values of all columns, in the order of the fields."""
        made = cls(__no_default__=1)
        made.__data__ = {field.name: value for field, value in zip(cls._meta.sorted_fields, row, strict=True)}
        return made


COMPARED = {"=", "!=", "<", "<=", ">", ">="}


def to_comparison(condition: Any) -> tuple[str, tuple[Any, ...]] | None:
    """(`column = ?`, its value) of a column compared with a plain value or NULL; None for anything richer."""
    if type(condition) is not peewee.Expression or not isinstance(condition.lhs, peewee.Field):
        return None
    field, op, value = condition.lhs, condition.op, condition.rhs
    if value is None:
        return (f"{field.column_name} {op} NULL", ()) if op in ("IS", "IS NOT") else None
    if op not in COMPARED or isinstance(value, peewee.Node):
        return None
    return f"{field.column_name} {op} ?", (field.db_value(value),)


def to_ordering(order: Any) -> str | None:
    """`column` or `column DESC`; None for anything richer."""
    if isinstance(order, peewee.Field):
        return str(order.column_name)
    plain = type(order) is peewee.Ordering and not (order.collation or order.nulls)
    if plain and isinstance(order.node, peewee.Field):
        return f"{order.node.column_name} {order.direction}"
    return None


@lru_cache(maxsize=512)
def select_sql(
    table: str, columns: tuple[str, ...], where: tuple[str, ...], order: tuple[str, ...], limit: int | None
) -> str:
    sql = f"SELECT {', '.join(columns)} FROM {table}"
    sql += f" WHERE {' AND '.join(where)}" if where else ""
    sql += f" ORDER BY {', '.join(order)}" if order else ""
    return sql + (f" LIMIT {limit:d}" if limit is not None else "")


@lru_cache(maxsize=512)
def insert_sql(table: str, columns: tuple[str, ...], conflict: str = "") -> str:
    end = f" ON CONFLICT {conflict}" if conflict else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}){end}"


@lru_cache(maxsize=512)
def update_sql(table: str, columns: tuple[str, ...], where: tuple[str, ...]) -> str:
    changes, conditions = (
        ", ".join(f"{one} = ?" for one in columns),
        " AND ".join(f"{one} = ?" for one in where),
    )
    return f"UPDATE {table} SET {changes} WHERE {conditions}"

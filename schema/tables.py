"""Base of all peewee models, and rows as structs. A column is declared once, in the SQL steps: models read it there.

A model names its table and says in words what SQL cannot; it is then row, list and writes. No model knows a database:
every call names it. Its SQL is built once for each set of columns and kept, for peewee would write it anew each time,
which costs ten times the query; anything richer goes through peewee's own queries (`.execute(db)`) or plain SQL.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple, Self, TypeVar

import msgspec
import peewee

from schema.database import Database
from schema.migrations import step_files
from schema.structs import convert_values, fields_reader

T = TypeVar("T")
FIELDS = {"TEXT": peewee.TextField, "INTEGER": peewee.IntegerField, "BLOB": peewee.BlobField}
COMPARED = {"=", "!=", "<", "<=", ">", ">="}
PLAIN = {str, int, bytes, type(None)}
Columns = tuple[str, ...]
as_json = msgspec.json.Encoder().encode
COMMENT = re.compile(r"--[^\n]*")
SIGN = re.compile(r"[(),]")
BRACKETS = re.compile(r"\(.*\)", re.DOTALL)
"""A check or a list of choices: its words say nothing of the column."""
NO_COLUMN = ("PRIMARY", "UNIQUE", "CHECK", "FOREIGN")


class Column(NamedTuple):
    """`kind` is SQLite's word: TEXT, INTEGER, BLOB."""

    name: str
    kind: str
    null: bool


class TableShape(NamedTuple):
    """Columns in their order, and the names of those that make up the primary key."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]


@cache
def declared_tables() -> dict[str, TableShape]:
    """Table → its shape after all steps. A table of both sides that differs between them is the office's."""
    parts: dict[str, list[str]] = {}
    steps = [path for folder in ("common", "centre", "office") for path in step_files(folder, "sqlite")]
    for path in steps:
        for statement in COMMENT.sub("", path.read_text(encoding="utf-8")).split(";"):
            match statement.split(None, 6):
                case ["CREATE", "TABLE", table, *_]:
                    parts[table] = split_parts(statement.partition("(")[2].rpartition(")")[0])
                case ["ALTER", "TABLE", table, "ADD", "COLUMN", *column] if table in parts:
                    parts[table].append(" ".join(column))
                case ["ALTER", "TABLE", table, "DROP", "COLUMN", gone]:
                    parts[table] = [part for part in parts[table] if part.split()[0] != gone]
                case ["ALTER", "TABLE", table, "RENAME", "TO", name]:
                    parts[name] = parts.pop(table)
                case ["DROP", "TABLE", table]:
                    del parts[table]
    return {name: to_shape(each) for name, each in parts.items()}


def split_parts(body: str) -> list[str]:
    """What stands between the commas that are in no brackets."""
    depth, start, parts = 0, 0, []
    for sign in SIGN.finditer(body + ","):
        depth += (sign[0] == "(") - (sign[0] == ")")
        if sign[0] == "," and not depth:
            parts.append(body[start : sign.start()].strip())
            start = sign.end()
    return parts


def to_shape(parts: list[str]) -> TableShape:
    """The shape of a table from the parts of its CREATE TABLE and what was added."""
    columns: list[Column] = []
    key: tuple[str, ...] = ()
    for part in parts:
        words = part.split()
        if part.startswith("PRIMARY KEY"):
            key = tuple(re.findall(r"\w+", part.partition("(")[2]))
        elif words[0] not in NO_COLUMN:
            said = BRACKETS.sub("", part)
            is_key = "PRIMARY KEY" in said
            key = (words[0],) if is_key else key
            columns.append(Column(words[0], words[1], not is_key and "NOT NULL" not in said))
    return TableShape(tuple(columns), key)


class FromSql(type(peewee.Model)):  # type: ignore[misc]  # peewee has no types
    """Gives a model the columns and the key of its table; `table` names one that is spelled unlike the class."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], table: str = "") -> Any:
        table = table or getattr(attrs.get("Meta"), "table_name", "") or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        shape = declared_tables().get(table)
        if peewee.Model in bases:
            return super().__new__(mcs, name, bases, attrs)
        if shape is None:
            raise TypeError(f"no SQL step makes the table {table}")
        single = shape.key[0] if len(shape.key) == 1 else ""
        fields = {
            column.name: FIELDS[column.kind](null=column.null, primary_key=column.name == single)
            for column in shape.columns
        }
        options: dict[str, Any] = {"table_name": table}
        if not single:
            options["primary_key"] = peewee.CompositeKey(*shape.key) if shape.key else False
        return super().__new__(mcs, name, bases, fields | attrs | {"Meta": type("Meta", (), options)})


class Table(peewee.Model, metaclass=FromSql):
    """A table that exactly one room writes. Named conditions compare columns: a tuple means one of these, None NULL."""

    @classmethod
    def first(cls, db: Database, *where: Any, order: Any = (), **equal: Any) -> Self | None:
        """First row that satisfies all conditions, or None."""
        return next(iter(cls.rows(db, *where, order=order, limit=1, **equal)), None)

    @classmethod
    def rows(cls, db: Database, *where: Any, order: Any = (), limit: int | None = None, **equal: Any) -> list[Self]:
        """All rows that satisfy the conditions, as objects. `order` is SQL (`at DESC`), or columns of peewee.

        Plain comparisons become SQL here, which is several times quicker; what is more than that, peewee writes.
        """
        orders = order if isinstance(order, tuple) else () if order is None else (order,)
        compared, ordered = [*map(to_comparison, where)], [*map(to_ordering, orders)]
        if None in compared or None in ordered:
            fields = [(getattr(cls, name), value) for name, value in equal.items()]
            known = [field << value if isinstance(value, tuple) else field == value for field, value in fields]
            query = cls.select().where(*where, *known) if where or known else cls.select()
            return list(query.order_by(*orders).limit(limit).execute(db))
        conditions, values = compared_columns(equal)
        for condition, compared_values in filter(None, compared):
            conditions += (condition,)
            values += compared_values
        sql = select_sql(cls._meta.table_name, cls.columns(), conditions, tuple(filter(None, ordered)), limit)
        return [cls.of_row(row) for row in db.run(sql, values)]

    @classmethod
    def joined(cls, db: Database, alias: str, rest: str, params: Sequence[Any] = (), **more: str) -> list[Self]:
        """Rows with further attributes: `more` says in SQL what each is, `rest` goes on after `FROM table alias`."""
        own = ", ".join(f"{alias}.{name}" for name in cls.columns())
        added = "".join(f", {sql} AS {name}" for name, sql in more.items())
        joined_rows = []
        for row in db.run(f"SELECT {own}{added} FROM {cls._meta.table_name} {alias} {rest}", params):
            made = cls.of_row(row[: len(row) - len(more)])
            for name, value in zip(more, row[len(row) - len(more) :], strict=True):
                setattr(made, name, value)
            joined_rows.append(made)
        return joined_rows

    @classmethod
    @cache
    def columns(cls) -> Columns:
        return tuple(cls._meta.columns)

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Self:
        """An object from the values of all columns, in their order."""
        made = cls(__no_default__=1)
        made.__data__ = dict(zip(cls._meta.columns, row, strict=True))
        return made

    @classmethod
    def take(cls, struct: msgspec.Struct, **others: Any) -> dict[str, Any]:
        """Values for a row: the struct's fields that are columns here, lists and dicts as JSON, and `others`."""
        names, read = shared_fields(cls, type(struct))
        taken = dict(zip(names, read(struct), strict=True)) | others
        for name, value in taken.items():
            if type(value) not in PLAIN:
                taken[name] = to_column(value)
        return taken

    @classmethod
    def add(cls, db: Database, conflict: str = "", **values: Any) -> None:
        """Insert one row. `conflict` is empty or `DO NOTHING`."""
        db.run(insert_sql(cls._meta.table_name, tuple(values), conflict), tuple(values.values()))

    @classmethod
    def add_from(cls, db: Database, struct: msgspec.Struct, conflict: str = "", /, **others: Any) -> None:
        """Insert one row with what :meth:`take` gives."""
        cls.add(db, conflict, **cls.take(struct, **others))

    @classmethod
    def put_from(cls, db: Database, struct: msgspec.Struct, /, **others: Any) -> None:
        """As :meth:`add_from`, in the place of the row that has its key."""
        cls.put(db, **cls.take(struct, **others))

    @classmethod
    def add_all(cls, db: Database, rows: Sequence[dict[str, Any]], conflict: str = "") -> None:
        """Insert rows that all have the same columns in the same order."""
        if rows:
            sql = insert_sql(cls._meta.table_name, tuple(rows[0]), conflict)
            db.many(sql, [tuple(row.values()) for row in rows])

    @classmethod
    def put(cls, db: Database, **values: Any) -> None:
        """Insert a row, or give the one that has its key the other values."""
        cls.add(db, cls.taking_place(values), **values)

    @classmethod
    def put_all(cls, db: Database, rows: Sequence[dict[str, Any]]) -> None:
        """As :meth:`put`, rows that all have the same columns in the same order; of one key the last one stays."""
        if rows:
            cls.add_all(db, rows, cls.taking_place(rows[0]))

    @classmethod
    def taking_place(cls, values: Mapping[str, Any]) -> str:
        """What is done where a row has the key of a new one."""
        key = cls._meta.primary_key
        names = key.field_names if isinstance(key, peewee.CompositeKey) else (key.name,)
        others = ", ".join(f"{name} = excluded.{name}" for name in values if name not in names)
        change = f"UPDATE SET {others}" if others else "NOTHING"
        return f"({', '.join(names)}) DO {change}"

    @classmethod
    def alter(cls, db: Database, where: dict[str, Any], **values: Any) -> None:
        """Change the rows whose columns equal `where`."""
        conditions, known = compared_columns(where)
        db.run(update_sql(cls._meta.table_name, tuple(values), conditions), (*values.values(), *known))

    @classmethod
    def remove(cls, db: Database, **equal: Any) -> None:
        """Delete the rows whose columns equal the values. Raises ValueError when there are none: that is every row."""
        if not equal:
            raise ValueError("every row of a table is not removed by chance")
        conditions, known = compared_columns(equal)
        db.run(f"DELETE FROM {cls._meta.table_name} WHERE {' AND '.join(conditions)}", known)


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
    return names, "SELECT " + ", ".join(f"{known[name]} AS {name}" if name in known else name for name in names)


@lru_cache(maxsize=512)
def shared_fields(model: type[Table], kind: type[msgspec.Struct]) -> tuple[Columns, Callable[[Any], Sequence[Any]]]:
    """Fields of a struct that are columns of a table, and what reads them all at once."""
    names = tuple(name for name in kind.__struct_fields__ if name in model._meta.columns)
    return names, fields_reader(names)


def to_column(value: Any) -> Any:
    kind = type(value)
    if kind in (list, dict, tuple):
        return as_json(value).decode()
    return int(value) if kind is bool else value


def compared_columns(equal: dict[str, Any]) -> tuple[Columns, list[Any]]:
    """(`column = ?`, …) and the values for columns that must equal them."""
    conditions: list[str] = []
    values: list[Any] = []
    for name, value in equal.items():
        if value is None:
            conditions.append(f"{name} IS NULL")
        elif isinstance(value, tuple):
            conditions.append(f"{name} IN ({', '.join('?' * len(value))})")
            values += value
        else:
            conditions.append(f"{name} = ?")
            values.append(value)
    return tuple(conditions), values


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
    if isinstance(order, str):
        return order
    if isinstance(order, peewee.Field):
        return str(order.column_name)
    plain = type(order) is peewee.Ordering and not (order.collation or order.nulls)
    if plain and isinstance(order.node, peewee.Field):
        return f"{order.node.column_name} {order.direction}"
    return None


@lru_cache(maxsize=512)
def select_sql(table: str, columns: Columns, where: Columns, order: Columns, limit: int | None) -> str:
    """SELECT of whole rows; the names are our own, never a person's."""
    sql = f"SELECT {', '.join(columns)} FROM {table}"
    sql += f" WHERE {' AND '.join(where)}" if where else ""
    sql += f" ORDER BY {', '.join(order)}" if order else ""
    return sql + (f" LIMIT {limit:d}" if limit is not None else "")


@lru_cache(maxsize=512)
def insert_sql(table: str, columns: Columns, conflict: str = "") -> str:
    end = f" ON CONFLICT {conflict}" if conflict else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}){end}"


@lru_cache(maxsize=512)
def update_sql(table: str, columns: Columns, where: Columns) -> str:
    return f"UPDATE {table} SET {', '.join(f'{column} = ?' for column in columns)} WHERE {' AND '.join(where)}"

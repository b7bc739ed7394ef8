"""A column is declared once, in SQL: models are what the database says, and their writes and rows are plain SQL."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import new_class

import msgspec
import peewee
import pytest

from app.platform.office.tables import HolidayRow, NumberUsed
from app.platform.people.tables import Person, PersonRole, SignInAttempt
from schema.database import SqliteDatabase, Table, open_office
from schema.migrations import migrate_database
from schema.sql_steps import declared_tables, split_parts, to_shape
from schema.struct_rows import select_struct, select_structs
from tests.schema.models import OFFICE_ROOMS, models, said_by_database, said_by_model


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """An empty office that lets every table be written."""
    made = open_office(tmp_path / "a.sqlite3")
    migrate_database(made, "office")
    with made.applying():
        yield made
    made.close()


def test_every_model_of_an_office_is_its_table(db: SqliteDatabase) -> None:
    found = models(*OFFICE_ROOMS)
    assert {model.__name__: said_by_model(model) for model in found} == {
        model.__name__: said_by_database(db, model._meta.table_name) for model in found
    }


def test_the_steps_are_read_as_the_database_reads_them(db: SqliteDatabase) -> None:
    """Every table but the list of migrations, which makes itself, and the parts of the index of names."""
    real = {
        name
        for (name,) in db.run(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )
        if name != "migration" and "_fts" not in name
    }
    assert real <= declared_tables().keys()
    order = {name: [row[1] for row in db.run(f"PRAGMA table_info({name})")] for name in real}
    assert {name: [column.name for column in declared_tables()[name].columns] for name in real} == order


def test_kinds_keys_and_what_may_be_empty_are_read_too(db: SqliteDatabase) -> None:
    """What SQLite itself says of each column, against what is read from the steps; read anew, not remembered."""
    told = declared_tables.__wrapped__()
    names = [name for (name,) in db.run("SELECT name FROM sqlite_master WHERE type = 'table'") if name in told]
    assert len(names) > 100
    for name in names:
        rows = list(db.run(f"PRAGMA table_info({name})"))
        shape = told[name]
        assert [(one.name, one.kind) for one in shape.columns] == [(row[1], row[2]) for row in rows], name
        keys = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
        assert list(shape.key) == keys, name
        single = keys if len(keys) == 1 else []
        for column, row in zip(shape.columns, rows, strict=True):
            assert column.null == (not row[3] and column.name not in single), (name, column.name)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("", [""]),
        (" a TEXT, b INTEGER ", ["a TEXT", "b INTEGER"]),
        (
            "a TEXT CHECK (a IN ('x', 'y')), CHECK ((a, b) <> (1, 2)), b",
            ["a TEXT CHECK (a IN ('x', 'y'))", "CHECK ((a, b) <> (1, 2))", "b"],
        ),
    ],
)
def test_parts_end_at_commas_that_are_in_no_brackets(body: str, parts: list[str]) -> None:
    assert split_parts(body) == parts


def test_a_shape_knows_its_key_where_it_stands_at_the_column_or_below() -> None:
    assert to_shape(["id INTEGER PRIMARY KEY", "name TEXT NOT NULL", "note TEXT"]) == (
        (("id", "INTEGER", False), ("name", "TEXT", False), ("note", "TEXT", True)),
        ("id",),
    )
    both = ["a TEXT NOT NULL", "b BLOB", "PRIMARY KEY (a, b)", "UNIQUE (b)", "FOREIGN KEY (a) REFERENCES x (a)"]
    assert to_shape(both) == ((("a", "TEXT", False), ("b", "BLOB", True)), ("a", "b"))


def test_a_model_without_a_table_is_refused() -> None:
    with pytest.raises(TypeError, match="no SQL step makes the table no_such_thing"):
        new_class("NoSuchThing", (Table,))


def add_person(db: SqliteDatabase, number: int, area: str | None = None) -> None:
    Person.add(db, id=number, username=f"petugas{number}", name=f"Petugas {number}", area=area, added_at="2026-01-05")


def test_rows_by_values_by_one_of_several_and_by_nothing(db: SqliteDatabase) -> None:
    for number, area in ((1, None), (2, "3508992001"), (3, None)):
        add_person(db, number, area)
    assert [row.id for row in Person.rows(db, area=None, order="id DESC")] == [3, 1]
    assert [row.id for row in Person.rows(db, id=(1, 2), order="id")] == [1, 2]
    assert [row.id for row in Person.rows(db, Person.id > 1, area=None)] == [3]
    assert [row.id for row in Person.rows(db, Person.id << [2, 3], active=1, order="id DESC", limit=1)] == [3]
    assert [row.area for row in Person.rows(db, username="petugas2")] == ["3508992001"]
    assert Person.first(db, username="nobody") is None


def test_a_row_is_put_by_its_key_and_the_rest_changes(db: SqliteDatabase) -> None:
    day = {"name": "Nyepi", "kind": "libur", "basis": "SKB", "source": "seed"}
    HolidayRow.put(db, on_date="2026-03-19", **day)
    HolidayRow.put(db, on_date="2026-03-19", **(day | {"name": "Hari Suci Nyepi"}))
    assert [(row.on_date, row.name) for row in HolidayRow.rows(db)] == [("2026-03-19", "Hari Suci Nyepi")]


def test_a_row_that_is_all_key_is_put_once(db: SqliteDatabase) -> None:
    add_person(db, 1)
    for _ in range(2):
        PersonRole.put(db, person_id=1, role="counter")
    assert len(PersonRole.rows(db)) == 1


def test_changing_and_removing_touch_what_equals(db: SqliteDatabase) -> None:
    for n in (1, 2):
        NumberUsed.add(db, series="case", year=2026, epoch=1, n=n, text=f"{n:04}/KTP/2026", subject="case/1")
    NumberUsed.alter(db, {"series": "case", "n": (1, 9)}, subject="case/9")
    assert [row.subject for row in NumberUsed.rows(db, order="n")] == ["case/9", "case/1"]
    NumberUsed.remove(db, series="case", n=1)
    assert [row.n for row in NumberUsed.rows(db)] == [2]
    with pytest.raises(ValueError, match="every row"):
        NumberUsed.remove(db)


class Attempt(msgspec.Struct, frozen=True):
    """An attempt as a list shows it."""

    name_key: str
    at: datetime
    day: date
    ok: bool
    words: str | None


def test_rows_as_structs_have_the_types_of_the_struct(db: SqliteDatabase) -> None:
    SignInAttempt.add(db, name_key="null", address="10.0.0.1", at="2026-03-06T03:30:00Z", ok=1)
    rows = select_structs(Attempt, db, "FROM sign_in_attempt WHERE ok = ?", (1,), day="substr(at, 1, 10)", words="NULL")
    assert rows == [Attempt("null", datetime(2026, 3, 6, 3, 30, tzinfo=UTC), date(2026, 3, 6), True, None)]
    assert select_struct(Attempt, db, "FROM sign_in_attempt WHERE ok = 0", day="at", words="NULL") is None


def test_an_expression_for_no_field_is_refused(db: SqliteDatabase) -> None:
    with pytest.raises(TypeError, match="Attempt has no colour"):
        select_structs(Attempt, db, "FROM sign_in_attempt", colour="'red'")


def test_a_richer_condition_goes_through_peewee(db: SqliteDatabase) -> None:
    for number in (7, 8):
        add_person(db, number)
    named = peewee.fn.lower(Person.name) << ["petugas 7", "petugas 8"]
    assert [row.id for row in Person.rows(db, named, area=None, order="id DESC", limit=1)] == [8]
    assert [row.id for row in Person.rows(db, named, id=(6, 7), order="name, id")] == [7]

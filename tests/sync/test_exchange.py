"""An exchange brings both sides level, whatever was lost before."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from schema.database import SqliteDatabase
from sync.scheduler import note_result
from tests.sync.world import CENTRE, World


def test_there_and_back(world: World) -> None:
    world.ask(1203)
    report = world.sync()
    assert (report.ok, report.sent, report.files) == (True, 1203, 3)
    assert report.sentences == ["1.203 catatan terkirim dan diakui Dispenduk Capil Lumajang."]
    world.print_cards(700)
    report = world.sync()
    assert (report.ok, report.received) == (True, 700)
    assert world.level()


def test_an_exchange_with_nothing_new_waits_for_no_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.ask(3)
    world.sync()
    waited, writing, learning = list[SqliteDatabase](), SqliteDatabase.writing, SqliteDatabase.learning
    learns: list[SqliteDatabase] = []

    @contextmanager
    def watched_writing(db: SqliteDatabase) -> Iterator[None]:
        waited.extend([db] if db not in learns and not db.in_transaction() else [])
        with writing(db):
            yield

    @contextmanager
    def watched_learning(db: SqliteDatabase) -> Iterator[None]:
        learns.append(db)
        with learning(db):
            yield
        learns.remove(db)

    monkeypatch.setattr(SqliteDatabase, "writing", watched_writing)
    monkeypatch.setattr(SqliteDatabase, "learning", watched_learning)
    for road in (world.office, world.centre):
        monkeypatch.setattr(road.journal, "transaction", road.db.writing)
    for lines, commits in ((0, 0), (10, 2)):
        waited.clear()
        world.ask(lines, start=4)
        own = len(waited)
        note_result(world.office.db, CENTRE, world.sync(), world.now, 0.5)
        assert len(waited) - own == commits  # the file at the centre, the receipt at the office


def test_nothing_new_says_so(world: World) -> None:
    world.ask(3)
    world.sync()
    report = world.sync()
    assert report.sentences == ["Tidak ada yang baru di kedua pihak."]
    assert report.ok

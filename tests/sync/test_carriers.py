"""One suite for every carrier: memory, HTTP on loopback, and a folder that walks to and fro."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.carriers import REPLY, REQUEST, CarrierError, FolderCarrier
from sync.exchange import sync_now
from sync.http_client import HttpCarrier
from sync.runs import read_stick, write_stick
from tests.sync.http import serving
from tests.sync.world import World, make_world

Bring = Callable[[], None]


def by_network(world: World, address: str) -> Bring:
    def bring() -> None:
        carrier = HttpCarrier(address, world.office.keys, world.centre.keys.public, lambda: world.now)
        report = sync_now(world.office, world.peer, carrier, world.now)
        carrier.close()
        assert report.ok, report.sentences

    return bring


def by_stick(world: World, folder: Path) -> Bring:
    def bring() -> None:
        for report in (
            write_stick(world.office, world.peer, folder, world.now),
            read_stick(world.centre, folder, world.now),
            write_stick(world.centre, world.office_peer, folder, world.now),
            read_stick(world.office, folder, world.now),
        ):
            assert report.ok, report.sentences

    return bring


def by_memory(world: World) -> Bring:
    def bring() -> None:
        report = world.sync()
        assert report.ok, report.sentences

    return bring


@pytest.fixture(params=["memory", "network", "stick"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, Bring]]:
    world = make_world(tmp_path)
    with ExitStack() as stack:
        if request.param == "memory":
            yield world, by_memory(world)
        elif request.param == "network":
            yield world, by_network(world, stack.enter_context(serving(world.centre, lambda: world.now)))
        else:
            (tmp_path / "stick").mkdir()
            yield world, by_stick(world, tmp_path / "stick")


def test_nothing_at_all(pair: tuple[World, Bring]) -> None:
    world, bring = pair
    bring()
    bring()
    assert world.level()


def test_more_than_one_file_both_ways(pair: tuple[World, Bring]) -> None:
    world, bring = pair
    world.ask(1100)
    world.later(minutes=1)
    bring()
    world.print_cards(600)
    world.later(minutes=1)
    bring()
    assert world.level()
    assert world.centre.db.one("SELECT count(*) FROM card WHERE state LIKE 'S%'") == (600,)


def test_again_and_again_changes_nothing(pair: tuple[World, Bring]) -> None:
    world, bring = pair
    for start in (1, 11, 21):
        world.ask(10, start=start)
        for _ in range(2):
            world.later(minutes=1)
            bring()
        world.print_cards(10, start=start)
    world.later(minutes=1)
    bring()
    assert world.level()
    assert world.centre.db.one("SELECT count(*) FROM journal WHERE kind = 'card.asked'") == (30,)


def test_both_sides_know_what_was_acknowledged(pair: tuple[World, Bring]) -> None:
    from sync.acknowledgements import sync_status

    world, bring = pair
    world.ask(4)
    assert sync_status(world.office.db).unsent == 4
    assert sync_status(world.office.db).oldest_at == world.now
    world.later(minutes=1)
    bring()
    assert sync_status(world.office.db).unsent == 0
    world.print_cards(3)
    world.later(minutes=1)
    bring()
    world.later(minutes=1)
    bring()
    assert sync_status(world.centre.db).unsent == 0
    assert sync_status(world.centre.db).last_contact_at == world.now


def test_a_stick_that_was_pulled_out_is_missed_before_anything_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "STIK"
    gone = FolderCarrier(folder, "Yosowilangun")
    for work in (lambda: gone.send(b"x"), gone.waiting):
        with pytest.raises(CarrierError) as missing:
            work()
        assert missing.value.code == "stick_missing"
        assert "STIK" in missing.value.sentence
    assert (gone.written, gone.number, folder.exists()) == ([], 1, False)
    folder.mkdir()
    (folder / "yosowilangun-002.loket").write_bytes(b"")
    for _ in range(2):
        assert gone.send(b"x") == b""
    assert [path.name for path in gone.written] == ["yosowilangun-001.loket", "yosowilangun-003.loket"]
    names = ["b-antar.loket", "a-jawaban.LOKET", "c.loket", "lain.txt"]
    for name in names:
        (folder / name).write_bytes(b"")
    assert {path.name for path in gone.waiting()} == {
        *names[:3],
        "yosowilangun-001.loket",
        "yosowilangun-002.loket",
        "yosowilangun-003.loket",
    }
    for name in (f"a{REQUEST}.loket", f"z{REPLY}.loket"):
        (folder / name).write_bytes(b"")
    read = [path.name for path in gone.waiting()]
    assert (read[0], read[-1]) == (f"z{REPLY}.loket", f"a{REQUEST}.loket"), "they change whose key counts between"
    assert read[1:-1] == sorted(read[1:-1])
    many = FolderCarrier(folder, "Dispenduk Capil Lumajang", 7, "Yosowilangun")
    many.send(b"y")
    assert [path.name for path in many.written] == ["dispenduk-capil-lumajang-yosowilangun-007.loket"]

"""Either side comes back from yesterday's copy: what the other side holds is not lost."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from sync import enrolment
from sync.epochs import MAX_EPOCH, open_provisional
from sync.keys import make_keys
from sync.nodes import Node, read_peers
from sync.problems import SyncError
from tests.sync.world import ADDRESS, CENTRE, NOW, OFFICE, OUT, World, digest, enrol, lines, open_side


def copy_of(road: Node, target: Path) -> Path:
    """Yesterday's backup of a side's database."""
    road.db.run("VACUUM INTO '" + str(target) + "'")
    return target


def back(world: World, road: Node, copy: Path, name: str) -> Node:
    """The side as it was when the copy was made, keys kept."""
    road.db.close()
    path = world.folder / f"{name}-restored.db"
    shutil.copy(copy, path)
    return replace(road, journal=open_side(path, name, road.name))


def open_next_epoch(world: World, road: Node, other: Node) -> None:
    """An epoch of a side that closes the one before, known to the other side too."""
    road.journal.open_epoch(road.name, world.now, epoch=road.journal.epoch + 1, actor="restore")
    with other.db.writing():
        for table, column in (("road_peer", "name"), ("road_key", "peer")):
            other.db.run(f"UPDATE {table} SET epoch = ? WHERE {column} = ?", (road.journal.epoch, road.name))


def heard_in(world: World) -> int:
    """In which of the centre's epochs the office has told everything that it holds."""
    row = world.centre.db.one("SELECT heard_in FROM road_peer")
    assert row is not None
    return int(row[0])


def test_centre_restored_from_yesterday(world: World) -> None:
    world.ask(40)
    world.sync()
    world.print_cards(10)
    world.sync()
    yesterday = copy_of(world.centre, world.folder / "yesterday.db")
    world.ask(60, start=41)
    world.sync()
    world.print_cards(25, start=11)
    world.sync()
    today = digest(world.centre.db), lines(world.centre, CENTRE, OFFICE)
    world.centre = back(world, world.centre, yesterday, "centre")
    world.later(hours=1)
    report = world.sync()
    assert report.ok
    assert (report.sent, report.given_back) == (60, 25)
    assert (digest(world.centre.db), lines(world.centre, CENTRE, OFFICE)) == today
    assert world.level()
    assert world.centre.journal.epoch > 1  # noticed by what the office had acknowledged; no fork was made of it
    assert heard_in(world) == world.centre.journal.epoch
    world.print_cards(1, start=36)
    world.later(hours=1)
    assert world.sync().received == 1
    assert world.level()


def test_office_restored_from_yesterday_with_its_keys(world: World) -> None:
    world.ask(40)
    world.sync()
    yesterday = copy_of(world.office, world.folder / "yesterday.db")
    world.ask(60, start=41)
    world.sync()
    world.print_cards(25)
    world.sync()
    today = digest(world.office.db)
    world.office = back(world, world.office, yesterday, "office")
    world.later(hours=1)
    report = world.sync()
    assert (report.code, report.returned, report.received) == ("new_code", 60, 25)
    assert digest(world.office.db) == today
    epoch = world.office.journal.epoch
    assert 1 < epoch <= 1 + 17_576
    world.ask(5, start=101)
    assert world.sync().sent == 0  # nothing leaves before the centre has granted the epoch
    assert world.office.journal.epoch == epoch
    world.office = replace(world.office, keys=make_keys(OFFICE))
    enrol(world.office, world.centre, world.now)
    assert world.office.journal.epoch == epoch + 1  # the centre had heard of the provisional one, so goes above it
    assert world.sync().sent == 5
    assert world.level()


def test_lost_pc_gets_its_stream_back_under_new_keys(world: World) -> None:
    """Nothing but the code is left: a blank database, new keys, the next epoch."""
    world.ask(30)
    world.print_cards(0)
    world.sync()
    world.print_cards(12)
    world.sync()
    today = digest(world.office.db)
    old = world.office
    blank = open_side(world.folder / "blank.db", "office", OFFICE, NOW)
    world.office = Node(blank, make_keys(OFFICE), "Yosowilangun")
    world.later(hours=1)
    enrol(world.office, world.centre, world.now)
    assert world.office.journal.epoch == 2
    report = world.sync()
    assert (report.ok, report.returned, report.received) == (True, 30, 12)
    assert digest(world.office.db) == today
    world.ask(4, start=31)
    assert world.sync().sent == 4
    assert world.level()
    old.db.close()


def test_restored_pc_sends_what_its_backup_had_not_sent(world: World) -> None:
    world.ask(10)
    world.sync()
    world.ask(5, start=11)
    yesterday = copy_of(world.office, world.folder / "yesterday.db")
    world.ask(5, start=16)
    world.sync()
    restored = back(world, world.office, yesterday, "office")
    world.office = replace(restored, keys=make_keys(OFFICE))
    world.later(hours=1)
    enrol(world.office, world.centre, world.now)
    world.ask(1, start=90)
    report = world.sync()
    assert report.ok
    assert report.returned == 5
    assert world.level()
    assert [(epoch, n) for epoch, n, _ in lines(world.centre, OFFICE, OUT)][-2:] == [(1, 20), (2, 1)]


def test_an_old_stick_does_not_rewind_but_a_fresh_answer_does(world: World) -> None:
    from sync.acknowledgements import known_ack
    from sync.incoming_files import receive_file
    from sync.outgoing_files import make_note

    world.ask(3)
    world.sync()
    old = make_note(world.centre, world.office_peer, world.now)
    world.later(days=1)
    world.ask(3, start=4)
    world.sync()
    receive_file(world.office, old.sealed, world.now)
    known = known_ack(world.office, world.peer, OFFICE, 1, OUT)
    assert known is not None
    assert known.n == 6


def carried(writer: Node, reader: Node, at: datetime) -> None:
    """Everything that one side has for the other, by stick."""
    from sync.incoming_files import receive_file
    from sync.outgoing_files import make_note, make_parcels

    peer = read_peers(writer.db)[0]
    for made in [*make_parcels(writer, peer, at), make_note(writer, peer, at)]:
        receive_file(reader, made.sealed, at)


@pytest.mark.parametrize("who", ["centre", "office"])
def test_a_trip_to_2099_and_a_restore_lose_nothing_by_stick(world: World, who: str) -> None:
    """A stick written in 2099 speaks last for ever, if clocks decide: then nobody hears that its writer came back."""
    world.ask(10)
    carried(world.office, world.centre, world.now)
    world.print_cards(5)
    carried(world.centre, world.office, world.now)
    yesterday = copy_of(getattr(world, who), world.folder / "yesterday.db")
    world.ask(10, start=11)
    carried(world.office, world.centre, world.now)
    world.print_cards(10, start=6)
    far = datetime(2099, 1, 1, tzinfo=UTC)
    carried(world.centre, world.office, far)
    carried(world.office, world.centre, far)
    today = digest(world.office.db)
    restored = back(world, getattr(world, who), yesterday, who)
    open_provisional(restored.journal, "restored", world.now)
    setattr(world, who, restored)
    if who == "office":
        world.office = replace(restored, keys=make_keys(OFFICE))
        enrol(world.office, world.centre, world.now)
    for _ in range(2):
        world.later(hours=1)
        carried(world.centre, world.office, world.now)
        carried(world.office, world.centre, world.now)
    assert digest(world.office.db) == digest(world.centre.db) == today
    assert world.level()


def test_an_old_stick_of_an_earlier_epoch_says_nothing_any_more(world: World) -> None:
    from sync.acknowledgements import known_ack
    from sync.incoming_files import receive_file
    from sync.outgoing_files import make_note

    world.ask(5)
    world.sync()
    old = make_note(world.centre, world.office_peer, world.later(days=300)).sealed
    world.now -= timedelta(days=300)
    yesterday = copy_of(world.centre, world.folder / "yesterday.db")
    world.ask(5, start=6)
    world.sync()
    newer = make_note(world.centre, world.office_peer, world.now).sealed
    world.centre = back(world, world.centre, yesterday, "centre")
    open_provisional(world.centre.journal, "restored", world.now)
    carried(world.centre, world.office, world.now)
    for stale in (old, newer):
        receive_file(world.office, stale, world.now)
        known = known_ack(world.office, world.peer, OFFICE, 1, OUT)
        assert known is not None
        assert known.n == 5
    assert world.sync().sent == 5
    assert world.level()


def test_epochs_are_granted_above_everything_that_was_heard(world: World) -> None:
    """Two PCs that by chance share a provisional epoch, and a request beyond the last number."""
    first, second = (
        Node(open_side(world.folder / f"{name}.db", "office", OFFICE, NOW), make_keys(OFFICE), "Y") for name in "ab"
    )
    open_provisional(first.journal, "restored", world.now)
    second.journal.open_epoch(OFFICE, world.now, epoch=first.journal.epoch)  # the same number, by chance
    enrol(first, world.centre, world.now)
    public = world.centre.keys.public
    fresh = enrolment.issue_code(world.centre, OFFICE, "Y", address=ADDRESS, actor="admin", now=world.now)
    request, _ = enrolment.request_file(second, fresh, public, world.now)
    answer = enrolment.finish_enrolment(
        second, enrolment.accept_office(world.centre, request, world.now), public, ADDRESS, world.now
    )
    assert answer.epoch == second.journal.epoch == first.journal.epoch + 1
    code = enrolment.issue_code(world.centre, OFFICE, "Y", address=ADDRESS, actor="admin", now=world.now)
    second.journal.open_epoch(OFFICE, world.now, epoch=MAX_EPOCH + 1)
    request, _ = enrolment.request_file(second, code, public, world.now)
    with pytest.raises(SyncError) as full:
        enrolment.accept_office(world.centre, request, world.now)
    assert full.value.code == "bad_header"
    for road in (first, second):
        road.db.close()


@pytest.mark.parametrize("by_stick", [False, True])
def test_epochs_that_a_restored_side_never_heard_of_come_back_too(world: World, by_stick: bool) -> None:
    """Since the office's backup the centre came back twice: the office does not even know those epochs."""
    world.ask(6)
    world.sync()
    yesterday = copy_of(world.office, world.folder / "yesterday.db")
    for place in (1, 3):
        open_provisional(world.centre.journal, "restored", world.now)
        world.print_cards(2, start=place)
        assert world.sync().received == 2
    today = digest(world.office.db)
    world.office = replace(back(world, world.office, yesterday, "office"), keys=make_keys(OFFICE))
    open_provisional(world.office.journal, "restored", world.now)
    enrol(world.office, world.centre, world.later(hours=1))
    if by_stick:
        carried(world.office, world.centre, world.now)
        carried(world.centre, world.office, world.now)
    else:
        assert world.sync().ok
    assert digest(world.office.db) == today
    assert world.level()
    assert [row[0] for row in world.office.db.run("SELECT cause FROM side_return")] == ["restored"]

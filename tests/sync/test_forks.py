"""Two PCs wrote for one office: both versions are shown, a person decides, the new epoch flows."""

import shutil
from collections.abc import Iterator
from dataclasses import replace as with_office

import pytest
from msgspec.structs import replace

from sync.acknowledgements import open_forks, sync_status
from sync.epochs import open_provisional
from sync.evidence import history_faults
from sync.forks import Versions, read_versions, settle_fork
from sync.journal import Journal
from sync.keys import make_keys
from sync.runs import read_stick, write_stick
from tests.sync.world import CENTRE, OFFICE, OUT, World, enrol, lines, open_side

WHERE = (OFFICE, 1, OUT)


@pytest.fixture
def pair(world: World) -> Iterator[tuple[World, World]]:
    """Two PCs with one office's database and keys, two lines ago; the first one has sent its three lines since."""
    world.ask(2)
    world.sync()
    world.office.db.run("VACUUM INTO '" + str(world.folder / "clone.db") + "'")
    twin = with_office(world, office=replace(world.office, journal=reopened(world, "clone.db")))
    world.ask(3, start=3)
    world.sync()
    twin.ask(4, start=50)
    yield world, twin
    twin.office.db.close()


def reopened(world: World, name: str) -> Journal:
    return open_side(world.folder / name, "office", OFFICE)


def numbers(both: Versions) -> tuple[int, list[int], list[int]]:
    return both.shared, [line.n for line in both.held], [version.n for version in both.other]


def decide(world: World, goes_on: str) -> None:
    settle_fork(
        world.centre.journal,
        world.office_peer,
        WHERE,
        goes_on=goes_on,
        note="Disepakati lewat telepon.",
        carried={"card.asked"},
        actor="eko",
        now=world.now,
    )


def goes_on(world: World) -> None:
    """The PC gets new keys with a code; the other one, with the old keys, is fenced."""
    world.office = replace(world.office, keys=make_keys(OFFICE))
    enrol(world.office, world.centre, world.later(minutes=5))


def test_both_sides_show_both_versions(pair: tuple[World, World]) -> None:
    first, twin = pair
    report = twin.sync()
    assert not report.ok
    assert "fork" in [problem.code for problem in report.problems]
    assert numbers(read_versions(twin.office.journal, WHERE)) == (2, [3, 4, 5, 6], [3, 4, 5])
    assert numbers(read_versions(first.centre.journal, WHERE)) == (2, [3, 4, 5], [3, 4, 5, 6])
    assert {line.kind for line in read_versions(first.centre.journal, WHERE).other} == {"card.asked"}
    again = twin.sync()
    assert (again.ok, again.code) == (False, "stopped")
    first.ask(1, start=90)
    report = first.sync()  # this PC holds what the centre holds, and still waits for the decision
    assert (report.code, open_forks(first.office.db)) == ("stopped", [])


@pytest.mark.parametrize("who", ["held", "other"])
def test_after_the_decision_the_new_epoch_flows(pair: tuple[World, World], who: str) -> None:
    first, twin = pair
    twin.sync()
    first.ask(1, start=90)
    decide(first, who)
    chosen, beside = (first, twin) if who == "held" else (twin, first)
    goes_on(chosen)
    chosen.ask(1, start=91)
    report = chosen.sync()
    assert report.ok
    assert report.sent == (2 if who == "held" else 1)  # what it wrote before it was asked to wait goes with it
    assert chosen.sync().sentences == ["Tidak ada yang baru di kedua pihak."]
    assert (open_forks(chosen.office.db), open_forks(chosen.centre.db)) == ([], [])
    assert (sync_status(chosen.office.db).unsent, sync_status(chosen.centre.db).missing) == (0, 0)
    held = lines(chosen.centre, OFFICE, OUT)
    assert [(epoch, n) for epoch, n, _ in held][-1] == (2, 1)
    report = beside.sync()
    assert report.code in ("fenced", "unsigned", "wrong_centre", "unknown_key")
    assert lines(chosen.centre, OFFICE, OUT) == held
    told = list(chosen.office.db.run("SELECT n, held, line <> '' FROM twin_line ORDER BY held DESC, n"))
    assert [(n, held) for n, held, kept in told if kept] == [(3, 1), (4, 1), (5, 1), (3, 0), (4, 0), (5, 0), (6, 0)]
    assert (history_faults(chosen.office.journal), history_faults(chosen.centre.journal)) == ([], [])


def test_by_stick_both_versions_reach_the_other_side(pair: tuple[World, World]) -> None:
    first, twin = pair
    to_centre, to_office = twin.folder / "to-centre", twin.folder / "to-office"
    to_centre.mkdir()
    to_office.mkdir()
    write_stick(twin.office, twin.peer, to_centre, twin.now)
    assert not read_stick(first.centre, to_centre, first.now).ok
    assert numbers(read_versions(first.centre.journal, WHERE)) == (2, [3, 4, 5], [3, 4, 5, 6])
    write_stick(first.centre, first.office_peer, to_office, first.now)
    read_stick(twin.office, to_office, twin.now)
    assert numbers(read_versions(twin.office.journal, WHERE)) == (2, [3, 4, 5, 6], [3, 4, 5])
    decide(first, "held")
    shutil.rmtree(to_office)
    to_office.mkdir()
    write_stick(first.centre, first.office_peer, to_office, first.now)
    read_stick(first.office, to_office, first.now)
    assert [line.n for line in read_versions(first.office.journal, WHERE).other] == []
    assert first.office.db.one("SELECT goes_on FROM fork_settled") == ("held",)


def test_a_twin_that_was_shorter_or_longer_is_found_too(world: World) -> None:
    """Its line is under a number that the centre does not hold yet, or the centre holds more than it wrote."""
    world.ask(1)
    world.sync()
    world.office.db.run("VACUUM INTO '" + str(world.folder / "clone.db") + "'")
    twin = with_office(world, office=replace(world.office, journal=reopened(world, "clone.db")))
    world.ask(1, start=2)
    world.sync()
    twin.ask(4, start=50)
    twin.sync()
    assert numbers(read_versions(twin.office.journal, WHERE)) == (1, [2, 3, 4, 5], [2])
    assert numbers(read_versions(world.centre.journal, WHERE)) == (1, [2], [2, 3, 4, 5])
    twin.office.db.close()


def test_a_twin_that_wrote_less_works_on_in_an_epoch_of_its_own(world: World) -> None:
    """The centre holds more than it wrote: it takes itself for restored, and its lines are shown all the same."""
    world.ask(1)
    world.sync()
    world.office.db.run("VACUUM INTO '" + str(world.folder / "clone.db") + "'")
    twin = with_office(world, office=replace(world.office, journal=reopened(world, "clone.db")))
    world.ask(4, start=2)
    world.sync()
    twin.ask(2, start=50)
    for _ in range(2):
        assert not twin.sync().ok
    assert numbers(read_versions(world.centre.journal, WHERE)) == (1, [2, 3, 4, 5], [2, 3])
    decide(world, "other")
    goes_on(twin)
    twin.ask(1, start=60)
    assert twin.sync().ok
    assert twin.sync().sentences == ["Tidak ada yang baru di kedua pihak."]
    assert twin.office.db.one("SELECT count(*) FROM twin_line WHERE held = 1") == (4,)
    twin.office.db.close()


def test_the_same_version_is_kept_once_and_within_bounds(
    pair: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, twin = pair
    monkeypatch.setattr("sync.forks.MOST_KEPT", 1)
    twin.sync()
    twin.sync()
    assert twin.centre.db.one("SELECT count(*) FROM fork_line") == (1,)


def test_the_centres_own_stream_goes_on_in_an_epoch_of_its_own(world: World) -> None:
    """Two copies of the centre answered one office: the administrator closes the epoch, answers flow again."""
    world.ask(9)
    world.sync()
    world.centre.db.run("VACUUM INTO '" + str(world.folder / "clone.db") + "'")
    world.print_cards(2)
    world.sync()
    world.sync()
    world.centre.db.close()
    world.centre = replace(world.centre, journal=open_side(world.folder / "clone.db", "centre", CENTRE))
    world.print_cards(3, start=5)
    where = (CENTRE, 1, OFFICE)
    for _ in range(2):
        assert not world.sync().ok
    assert numbers(read_versions(world.centre.journal, where)) == (0, [1, 2, 3], [1, 2])
    assert numbers(read_versions(world.office.journal, where)) == (0, [1, 2], [1, 2, 3])
    world.ask(1, start=10)
    world.sync()
    assert world.centre.journal.tail(*WHERE).n == 10  # what the office sends flows meanwhile
    settle_fork(
        world.centre.journal,
        world.office_peer,
        where,
        goes_on="held",
        note="Salinan dimatikan.",
        carried=(),
        actor="eko",
        now=world.now,
    )
    world.sync()
    world.print_cards(1, start=8)
    assert world.sync().ok
    assert world.sync().sentences == ["Tidak ada yang baru di kedua pihak."]
    assert (open_forks(world.office.db), open_forks(world.centre.db)) == ([], [])
    assert world.office.db.one("SELECT state FROM card WHERE number = 8") == ("S8",)


def centre_back(world: World, copy: str) -> None:
    """The centre comes back from a backup, and remembers nothing of the fork."""
    world.centre.db.close()
    world.centre = replace(world.centre, journal=open_side(world.folder / copy, "centre", CENTRE))
    open_provisional(world.centre.journal, "restored", world.later(hours=1))


def test_a_centre_from_before_the_other_version_takes_ours_and_its_lines_wait(world: World) -> None:
    world.ask(2)
    world.sync()
    world.office.db.run("VACUUM INTO '" + str(world.folder / "clone.db") + "'")
    world.centre.db.run("VACUUM INTO '" + str(world.folder / "early.db") + "'")
    world.ask(3, start=3)
    world.sync()
    world.office.db.close()
    world.office = replace(world.office, journal=reopened(world, "clone.db"))
    world.ask(4, start=50)
    assert "fork" in [problem.code for problem in world.sync().problems]
    centre_back(world, "early.db")
    world.sync()
    assert world.sync().ok
    assert lines(world.centre, OFFICE, OUT) == lines(world.office, OFFICE, OUT)
    assert open_forks(world.office.db) == open_forks(world.centre.db) == []
    rows = world.office.db.run("SELECT n, held, line <> '' FROM twin_line ORDER BY n")
    assert [tuple(row) for row in rows] == [(3, 0, 1), (4, 0, 1), (5, 0, 1)]


def test_a_centre_that_forgot_a_fork_is_shown_our_version_again(pair: tuple[World, World]) -> None:
    first, twin = pair
    first.centre.db.run("VACUUM INTO '" + str(first.folder / "forgot.db") + "'")
    twin.sync()
    assert open_forks(first.centre.db) != []
    centre_back(twin, "forgot.db")
    twin.sync()
    assert open_forks(twin.centre.db) != []
    assert numbers(read_versions(twin.centre.journal, WHERE)) == (2, [3, 4, 5], [3, 4, 5, 6])

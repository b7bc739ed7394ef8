"""Files that came too early or from a fenced key: nobody else pays for them, and they never fill the disk."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from sync import answers, incoming_files
from sync.carriers import MemoryCarrier
from sync.exchange import sync_now
from sync.incoming_files import receive_file
from sync.journal import Journal
from sync.keys import make_keys
from sync.nodes import Node, read_peers
from sync.outgoing_files import make_parcels
from sync.problems import SyncError
from sync.runs import read_stick, write_stick
from tests.sync.world import OFFICE, World, enrol, keys_of, open_side

OTHER = "350898"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def early_file(world: World, stick: Path) -> None:
    """The centre read the second file of an office whose first never came."""
    world.ask(700)
    write_stick(world.office, world.peer, stick, world.now)
    (stick / "yosowilangun-001.loket").unlink()
    assert read_stick(world.centre, stick, world.now).code == "gap"


def kept(world: World) -> list[tuple[str, int, int]]:
    """(code, times, size) of what the centre keeps."""
    return list(world.centre.db.run("SELECT code, times, length(sealed) FROM road_aside ORDER BY code, digest"))


def second_office(world: World) -> World:
    other = Node(open_side(world.folder / "other.db", "office", OTHER), keys_of(world.folder, OTHER), "Kunir")
    enrol(other, world.centre, world.now)
    return World(world.folder, other, world.centre)


def test_a_kept_file_of_one_office_costs_the_others_nothing(world: World, stick: Path) -> None:
    """The office of the early file got new keys meanwhile: its kept file is refused whenever it is tried."""
    early_file(world, stick)
    enrol(replace(world.office, keys=make_keys(OFFICE)), world.centre, world.later(days=1))
    other = second_office(world)
    other.ask(3, start=5000)
    carrier = MemoryCarrier(
        lambda data: answers.answer_batch(world.centre, OTHER, data, world.now),
        lambda after: answers.answer_fetch(world.centre, OTHER, after, world.now),
        lambda: answers.answer_state(world.centre, OTHER, world.now),
    )
    report = sync_now(other.office, other.peer, carrier, world.now)
    assert (report.problems, report.sent) == ([], 3)
    assert [row[0] for row in kept(world)] == ["gap"]


def test_a_kept_file_that_is_of_no_use_is_tried_once(world: World, stick: Path) -> None:
    early_file(world, stick)
    fenced = world.office
    world.office = replace(world.office, keys=make_keys(OFFICE))
    enrol(world.office, world.centre, world.later(days=1))
    sent = [made.sealed for made in make_parcels(world.office, world.peer, world.now)]
    answers.answer_batch(world.centre, OFFICE, sent[0], world.now)
    assert kept(world) == [("fenced", 1, 0)]
    answers.answer_batch(world.centre, OFFICE, sent[1], world.now)
    assert world.level()
    assert kept(world) == [("fenced", 1, 0)]
    assert fenced.keys.public.signer != world.office.keys.public.signer


def test_early_files_are_kept_within_bounds(world: World, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming_files, "MOST_FILES", 2)
    world.ask(2200)
    write_stick(world.office, world.peer, stick, world.now)
    first = (stick / "yosowilangun-001.loket").read_bytes()
    (stick / "yosowilangun-001.loket").unlink()
    report = read_stick(world.centre, stick, world.now)
    assert sorted(problem.code for problem in report.problems) == ["gap", "gap", "gap_full", "gap_full"]
    assert len(kept(world)) == 2
    (stick / "yosowilangun-001.loket").write_bytes(first)
    assert read_stick(world.centre, stick, world.now).received == 2200
    assert (kept(world), world.level()) == ([], True)
    monkeypatch.setattr(incoming_files, "MOST_BYTES", 100)
    world.ask(600, start=3000)
    late = list(make_parcels(world.office, world.peer, world.now))
    (stick / "z.loket").write_bytes(late[-1].sealed)
    assert [problem.code for problem in read_stick(world.centre, stick, world.now).problems] == ["gap_full"]
    assert kept(world) == []


def test_a_file_kept_for_too_long_is_forgotten(world: World, stick: Path) -> None:
    early_file(world, stick)
    assert len(kept(world)) == 1
    world.later(days=61)
    world.sync()  # the office's clock vouches for the day
    world.ask(700, start=800)
    late = list(make_parcels(world.office, world.peer, world.now))
    (stick / "yosowilangun-002.loket").write_bytes(late[-1].sealed)
    assert read_stick(world.centre, stick, world.now).code == "gap"
    assert [row[0] for row in world.centre.db.run("SELECT first FROM road_aside")] == [1201]


def test_a_fenced_key_stores_nothing_however_often_it_comes(world: World) -> None:
    fenced = world.office
    world.office = replace(world.office, keys=make_keys(OFFICE))
    enrol(world.office, world.centre, world.now)
    for number in range(1, 6):
        world.ask(100, start=number * 1000)
        for made in make_parcels(fenced, read_peers(fenced.db)[0], world.now):
            with pytest.raises(SyncError) as refused:
                receive_file(world.centre, made.sealed, world.now + timedelta(minutes=number))
            assert "Catatannya tetap ada di komputer itu" in refused.value.sentence
    assert [(code, size) for code, _times, size in kept(world)] == [("fenced", 0)]
    assert kept(world)[0][1] == 5


def test_junk_on_sticks_leaves_a_bounded_trace(world: World, stick: Path) -> None:
    for number in range(60):
        (stick / f"sampah-{number}.loket").write_bytes(b"junk %d" % number)
    report = read_stick(world.centre, stick, world.now)
    assert len(report.problems) == 60
    assert [(code, size) for code, _times, size in kept(world)] == [("not_loket", 0)] * incoming_files.MOST_NOTES


def test_the_last_byte_and_the_last_file_within_the_bounds_are_kept(
    world: World, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`most` is what may lie here: exactly so much is kept, one byte or one file more is not."""
    world.ask(1700)
    early = [made.sealed for made in make_parcels(world.office, world.peer, world.now)][1:]
    for n, sealed in enumerate(early):
        (stick / f"awal-{n}.loket").write_bytes(sealed)

    def told() -> list[str]:
        world.centre.db.run("DELETE FROM road_aside")
        return sorted(problem.code for problem in read_stick(world.centre, stick, world.now).problems)

    assert len(early) == 3
    for bound, more in (("MOST_BYTES", sum(map(len, early))), ("MOST_FILES", len(early))):
        monkeypatch.setattr(incoming_files, bound, more - 1)
        assert told() == ["gap", "gap", "gap_full"], bound
        monkeypatch.setattr(incoming_files, bound, more)
        assert told() == ["gap"] * 3, bound


def test_the_bounds_are_those_of_the_documents() -> None:
    """docs/batch-format.md: 40 files and 48 MiB for each sender, 60 days, 20 notes of files that were refused."""
    bounds = (incoming_files.MOST_FILES, incoming_files.MOST_BYTES, incoming_files.KEPT_FOR, incoming_files.MOST_NOTES)
    assert bounds == (40, 50_331_648, timedelta(days=60), 20)


@pytest.mark.parametrize(
    ("verdict", "over", "left"),
    [
        ("ok", timedelta(0), 1),
        ("ok", timedelta(seconds=1), 0),
        ("unsure", timedelta(days=9), 1),
        ("behind", timedelta(days=9), 1),
    ],
)
def test_an_early_file_is_forgotten_after_sixty_days_of_a_clock_that_is_right(
    world: World, stick: Path, monkeypatch: pytest.MonkeyPatch, verdict: str, over: timedelta, left: int
) -> None:
    early_file(world, stick)
    monkeypatch.setattr(Journal, "clock_at", lambda *_: verdict)
    incoming_files.drop_old_files(world.centre, OTHER, world.now + timedelta(days=90))
    assert len(kept(world)) == 1, "another sender's file"
    incoming_files.drop_old_files(world.centre, OFFICE, world.now + timedelta(days=60) + over)
    assert len(kept(world)) == left

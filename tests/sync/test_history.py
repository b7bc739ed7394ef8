"""Whoever rewrites an entry that was acknowledged or anchored is noticed: at the next exchange, and by the proof."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.core.messages import HeadsAnchored
from sync.entries import GENESIS, Kind, apply_nothing, link_hash
from sync.evidence import history_faults, keep_checkpoint, rewritten_history
from sync.forks import read_versions
from sync.journal import LOCAL, Journal
from sync.nodes import Node
from tests.sync.world import CARDS, CENTRE, OFFICE, OUT, World, open_side

ANCHORING = [*CARDS, Kind("heads.anchored", 1, HeadsAnchored, apply_nothing)]
BY_ACK = (3, 6, 9)
"""Places of the office's stream that the centre acknowledged; two lines more are not sent."""


def rewrite(journal: Journal, source: str, stream: str, n: int) -> None:
    """Change one entry as somebody with the database and the program would: every hash after it is made new."""
    db = journal.db
    for (name,) in list(db.run("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        db.run(f"DROP TRIGGER {name}")
    with db.writing(), db.applying():
        previous = GENESIS
        sql = "SELECT j.id, j.n, j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        rows = list(db.run(f"{sql} WHERE j.source = ? AND j.stream = ? ORDER BY j.n", (source, stream)))
        for number, place, head, body in rows:
            text = bytes(body).replace(b"{", b'{"x":1,', 1) if place == n else bytes(body)
            previous = link_hash(previous, bytes(head), text)
            db.run("UPDATE journal_body SET body = ? WHERE id = ?", (text, number))
            db.run("UPDATE journal SET hash = ? WHERE id = ?", (previous, number))


def copied(road: Node, path: Path, side: str = "office") -> Node:
    """The same side on a copy of its database."""
    path.unlink(missing_ok=True)
    road.db.run("VACUUM INTO '" + str(path) + "'")
    return replace(road, journal=open_side(path, side, road.name, cards=ANCHORING))


def between(n: int, places: tuple[int, ...]) -> tuple[int, int]:
    """(last place before n, first place from n on)."""
    return max([place for place in places if place < n], default=0), min(place for place in places if place >= n)


@pytest.fixture
def acknowledged(world: World) -> World:
    """Nine lines acknowledged in three exchanges, answers of the centre after each, two lines unsent."""
    for start in (1, 4, 7):
        world.ask(3, start=start)
        world.sync()
        world.print_cards(3, start=start)
        world.sync()
    world.sync()
    world.ask(2, start=10)
    return world


def test_every_acknowledged_entry_is_guarded_on_both_sides(acknowledged: World, tmp_path: Path) -> None:
    world = acknowledged
    for source, stream in ((OFFICE, OUT), (CENTRE, OFFICE)):
        for road, side in ((world.office, "office"), (world.centre, "centre")):
            assert history_faults(road.journal) == []
            for n in range(1, 10):
                changed = copied(road, tmp_path / "rewritten.db", side)
                rewrite(changed.journal, source, stream, n)
                (one,) = rewritten_history(changed.journal, whole=True)
                assert (one.source, one.stream, one.agreed, one.n) == (source, stream, *between(n, BY_ACK))
                assert rewritten_history(changed.journal) == [one]
                changed.db.close()


def test_two_hashes_signed_of_one_place_are_noticed_whichever_comes_first(acknowledged: World) -> None:
    journal = acknowledged.office.journal
    for other in (b"\x00" * 32, b"\xff" * 32):
        with journal.transaction():
            keep_checkpoint(journal.db, "another", (OFFICE, 1, OUT), 9, other, acknowledged.now)
        assert [one.n for one in rewritten_history(journal)] == [9]
        journal.db.run("DELETE FROM road_checkpoint WHERE peer = 'another'")
    assert rewritten_history(journal) == []


def test_what_nobody_has_seen_yet_proves_nothing(acknowledged: World, tmp_path: Path) -> None:
    changed = copied(acknowledged.office, tmp_path / "rewritten.db")
    rewrite(changed.journal, OFFICE, OUT, 10)
    assert rewritten_history(changed.journal, whole=True) == []
    changed.db.close()


@pytest.mark.parametrize("n", [1, 5, 9])
def test_the_next_exchange_names_the_first_entry(acknowledged: World, tmp_path: Path, n: int) -> None:
    changed = copied(acknowledged.office, tmp_path / "rewritten.db")
    rewrite(changed.journal, OFFICE, OUT, n)
    acknowledged.office = changed
    report = acknowledged.sync()
    last, _ = between(n, BY_ACK)
    assert {"fork", "rewritten"} <= {problem.code for problem in report.problems}
    assert any(
        f"{OFFICE} 1/{OUT} ditulis ulang: sampai catatan {last} sama" in sentence for sentence in report.sentences
    )
    assert "Warga" not in " ".join(report.sentences)
    for road in (changed, acknowledged.centre):
        assert read_versions(road.journal, (OFFICE, 1, OUT)).shared == n - 1
    changed.db.close()


def test_every_entry_of_the_own_stream_up_to_the_anchor_is_guarded(world: World, tmp_path: Path) -> None:
    road = copied(world.office, tmp_path / "anchoring.db")
    journal, places = road.journal, []
    for day in (1, 2, 3):
        with journal.transaction():
            for _ in range(4):
                journal.record(HeadsAnchored("2026-03-01", 0, "", ""), subject="note", actor="x", at=world.now)
            head = journal.tail(OFFICE, 1, LOCAL)
            body = HeadsAnchored(f"2026-03-0{day}", head.n, head.hash.hex(), "")
            journal.record(body, subject="anchor", actor="system", at=world.now, stream=OUT)
        places.append(head.n)
    assert history_faults(journal) == []
    for n in range(1, places[-1] + 1):
        changed = copied(road, tmp_path / "rewritten.db")
        rewrite(changed.journal, OFFICE, LOCAL, n)
        (one,) = rewritten_history(changed.journal)
        assert (one.stream, one.agreed, one.n) == (LOCAL, *between(n, tuple(places)))
        assert history_faults(changed.journal) == [one.sentence]
        changed.db.close()
    road.db.close()


def test_the_centre_compares_anchors_with_the_earlier_ones(world: World, tmp_path: Path) -> None:
    office = copied(world.office, tmp_path / "anchoring.db")
    centre = copied(world.centre, tmp_path / "comparing.db", "centre")
    world.office, world.centre = office, centre
    for n, digest in ((5, "aa"), (5, "aa"), (9, "bb"), (9, "cc"), (7, "dd")):
        with office.journal.transaction():
            body = HeadsAnchored("2026-03-01", n, digest * 32, "ab" * 32)
            office.journal.record(body, subject="anchor", actor="system", at=world.now, stream=OUT)
    world.sync()
    faults = history_faults(centre.journal)
    assert ["1/dukcapil/4 menyebut catatan 9" in faults[0], "1/dukcapil/5 menyebut catatan 7" in faults[1]] == [
        True,
        True,
    ]
    assert len(faults) == 2
    office.db.close()
    centre.db.close()

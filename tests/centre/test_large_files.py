"""A file with thousands of claims, a dispatch without end: each costs what it brings, whatever lies here already."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.centre import events
from app.centre.tables import IncomingDispatch, IncomingLine
from app.core import messages
from sync.file_format import Ack, LineVerdict, seal_file
from sync.incoming_files import receive_file
from sync.outgoing_files import make_header
from tests.centre.print_centre import OFFICE, PrintCentre, a_line
from tests.sync.world import CENTRE, OUT, World, make_world
from tests.sync.world import OFFICE as SENDER


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every dispatch whose digest was reckoned."""
    seen: list[str] = []
    real = events.stored_digest

    def noted(*where: object) -> str:
        seen.append(str(where[2]))
        return real(*where)

    monkeypatch.setattr(events, "stored_digest", noted)
    return seen


def test_a_closed_dispatch_without_end_is_never_read_again(print_centre: PrintCentre, asked: list[str]) -> None:
    first = [a_line(1, ordinal, ordinal) for ordinal in range(1, 4)]
    print_centre.office.dispatch(first, count=1_000_000, digest="0" * 64)
    for batch in range(1, 5):
        begin = 10 * batch
        print_centre.office.dispatch([a_line(1, n, n) for n in range(begin, begin + 5)], close=False)
    assert asked == []
    known = IncomingDispatch.first(print_centre.db, IncomingDispatch.dispatch_id == 1)
    assert known is not None
    assert (known.held, known.complete) == (23, 0)


def test_a_dispatch_is_compared_when_its_last_line_is_here(print_centre: PrintCentre, asked: list[str]) -> None:
    lines = [a_line(1, ordinal, ordinal) for ordinal in range(1, 5)]
    ids = [f"1/dukcapil/{n}" for n in (1, 2, 4, 5)]
    print_centre.office.dispatch(lines[:2], count=4, digest=messages.dispatch_digest(lines, ids))
    print_centre.office.dispatch(lines[2:3], close=False)
    assert asked == []
    print_centre.office.dispatch(lines[3:], close=False)
    known = IncomingDispatch.first(print_centre.db, IncomingDispatch.dispatch_id == 1)
    assert known is not None
    assert (known.held, known.complete, asked) == (4, 1, ["1"])


def test_lines_that_follow_a_paper_dispatch_are_history_too(print_centre: PrintCentre) -> None:
    print_centre.office.dispatch([a_line(1, 1, 1)], count=3, digest="0" * 64, road="paper")
    print_centre.office.dispatch([a_line(1, 2, 2), a_line(2, 1, 7)], close=False)
    states = print_centre.db.run("SELECT number, state FROM incoming_line WHERE source = ? ORDER BY number", (OFFICE,))
    assert [state for _number, state in states] == ["paper", "paper", "waiting"]
    assert IncomingLine.first(print_centre.db, IncomingLine.dispatch_id == 2) is not None


# -- claims in a header ------------------------------------------------------------------------------------------


@pytest.fixture
def pair(where: Path | str, tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, where)
    yield made
    made.office.db.close()
    made.centre.db.close()


@pytest.fixture
def statements(pair: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement of the centre's database."""
    seen: list[str] = []
    for name in ("run", "many"):
        real = getattr(pair.centre.db, name)

        def noted(sql: str, *values: object, real: object = real) -> object:
            seen.append(sql)
            return real(sql, *values)

        monkeypatch.setattr(pair.centre.db, name, noted)
    return seen


def claims(world: World, **said: object) -> bytes:
    header = msgspec.structs.replace(make_header(world.office, world.peer, "state", world.now), **said)
    return seal_file(header, [], world.office.keys, world.peer.keys)[0]


def test_thousands_of_receipts_are_recorded_together(pair: World, statements: list[str]) -> None:
    pair.print_cards(2500)
    statements.clear()
    said = [LineVerdict(CENTRE, 1, SENDER, n, n, "set_aside") for n in range(1, 2501)]
    said += [LineVerdict(CENTRE, 1, SENDER, 1, 1_000_000, "set_aside")] * 50
    taken = receive_file(pair.centre, claims(pair, receipts=said), pair.now)
    assert taken.newly_aside == 2500
    assert pair.centre.db.one("SELECT count(*) FROM set_aside_line") == (2500,)
    few = [sql for sql in statements if "INSERT INTO set_aside_line" not in sql]
    assert len(few) < 60
    assert receive_file(pair.centre, claims(pair, receipts=said), pair.now).newly_aside == 0


def test_thousands_of_acknowledgements_cost_a_few(pair: World, statements: list[str]) -> None:
    pair.print_cards(3)
    statements.clear()
    many = [Ack(SENDER, epoch, OUT, 0, "0" * 64) for epoch in range(1, 1500)]
    receive_file(pair.centre, claims(pair, ack=many), pair.now)
    assert len(statements) < 3 * 200 + 60
    assert pair.centre.db.one("SELECT count(*) FROM road_ack WHERE peer = ?", (SENDER,)) is not None

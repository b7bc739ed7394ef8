"""Where a file of the exchange closes by the weight of its lines."""

import pytest

from sync import outgoing_files
from tests.sync.world import World


@pytest.mark.parametrize(
    ("whole", "short", "count"), [(1, 0, 1), (1, 1, 1), (3, 0, 3), (3, 1, 2), (5, 0, 5), (5, 1, 4)]
)
def test_a_file_closes_before_the_line_with_which_it_would_be_too_heavy(
    world: World, monkeypatch: pytest.MonkeyPatch, whole: int, short: int, count: int
) -> None:
    """Lines fill it to the last byte; one that is too heavy alone still goes, or it would never go."""
    world.ask(5)
    [span] = outgoing_files.missing_spans(world.office, world.peer)
    _prev, last, lines = outgoing_files.read_lines(world.office, span.where, span.after)
    assert len(lines) == 5
    monkeypatch.setattr(outgoing_files, "BATCH_BYTES", sum(map(len, lines[:whole])) - short)
    _prev, head, fitting = outgoing_files.read_lines(world.office, span.where, span.after)
    assert fitting == lines[:count]
    assert (head == last) is (count == 5)
    monkeypatch.undo()
    begun, _head, rest = outgoing_files.read_lines(world.office, span.where, span.after + count)
    assert (begun, rest) == (head, lines[count:])

"""Three processes of the centre on one PostgreSQL with rolling restarts, twenty offices and a liar (short form of a
part of `prove sync`)."""

from pathlib import Path

from tests.postgres import Server
from tests.proof.processes import line_of, prove_processes
from tests.world.nightly import by_day


def test_nothing_is_held_lost_or_doubled(tmp_path: Path, postgres: Server) -> None:
    with postgres.database() as address:
        crowd = prove_processes(tmp_path, address, offices=20, entries=20, restarts=by_day(3, 9), seed=1)
    assert crowd.faults == []
    assert crowd.figures.lost == 0
    assert (len(crowd.figures.seconds), crowd.restarts) == (20, by_day(3, 9)), line_of(crowd, 1)

"""Replay gives the live tables after 1,000 random sequences of work on both sides (short form of the release proof)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.centre.queries import balance
from app.ktp.answers import balances
from sync.verifying import verify
from tests.proof.pair import pair
from tests.proof.work import DEEDS
from tests.proof.worker import Worker

SEQUENCES, LONG = 50, 12
"""Sequences of each stage, and deeds of each sequence; twenty stages make the thousand."""


@pytest.mark.parametrize("seed", range(20))
def test_replay_equals_live_after_random_sequences(seed: int, tmp_path: Path) -> None:
    stage = pair(tmp_path)
    worker = Worker(stage, random.Random(seed))
    for _ in range(SEQUENCES):
        for _ in range(LONG):
            worker.step(DEEDS)
    for _ in range(3):
        stage.sync()
    office = verify(stage.office.journal, "office", tmp_path / "a.sqlite3")
    centre = verify(stage.centre.journal, "centre", tmp_path / "b.sqlite3")
    assert (office.faults, centre.faults) == ([], [])
    assert all(one.agrees for one in balances(stage.office.db, limit=1000))
    assert balance(stage.centre.db).agrees
    assert min(worker.done["print_card"], worker.done["hand_over"]) > 0, (worker.done, worker.refused)
    held_twice = stage.office.db.run(
        "SELECT line, count(*) FROM dispatch_line GROUP BY line HAVING count(*) > 1"
    )
    assert list(held_twice) == []
    stage.close()

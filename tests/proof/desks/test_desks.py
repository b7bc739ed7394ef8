"""The short form of `prove desks`: a few officers of every kind of office wander, and no check finds a fault."""

from pathlib import Path

import pytest

from tests.proof.desks.run import CHECKS, limits_run, prove_desks
from tests.proof.desks.world import DAYS, EMPTY, KINDS
from tests.world.nightly import NIGHTLY, by_day

ACTS = by_day(20, 600)
BY_DAY = ("kecamatan", "biro", EMPTY)
"""Kinds of offices that are walked through by day; the others meet the same desks."""
BEHIND = DAYS if NIGHTLY else DAYS | {"semua": 8, "poltekkes": 8, "biro": 8}
"""Days behind an office; a kecamatan needs so many until its first card is done."""


@pytest.mark.parametrize("kind", KINDS if NIGHTLY else BY_DAY)
def test_officers_who_wander_meet_no_fault(tmp_path: Path, kind: str) -> None:
    checks = CHECKS if NIGHTLY or kind == "biro" else (limits_run,)  # reading all desks of the others takes long
    figures = prove_desks(tmp_path, 1, ACTS, [kind], checks, BEHIND)
    assert figures.told() == []
    assert figures.acts == ACTS
    assert len(figures.done) > ACTS // 8, "most of what is offered can be done"

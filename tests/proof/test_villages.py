"""Villages, kecamatan and centre through some days (short form of a part of `prove sync`), and that this can fail."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from app.casework.villages import service
from app.casework.villages.own_folder import VillageFolder
from tests.proof.program import World
from tests.proof.villages import Stage, Village, prove_villages, village_faults


def test_three_levels_lose_and_double_nothing(tmp_path: Path) -> None:
    part = prove_villages(tmp_path, villages=3, rounds=3, seed=1, whole=False)
    assert part.faults == []
    for happened in ("kills 1", "replaced 1", "copied 1", "put back 1", "held and taken 3", "taken back"):
        assert happened in part.figures
    for missed in ("drafts lost 0", "registered 0", "lines 0", "originals 0"):
        assert missed not in part.figures


def test_the_proof_finds_a_kecamatan_that_loses_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or does not hold to the number that went home."""
    monkeypatch.setattr(service, "put_draft", lambda *_given: None)
    monkeypatch.setattr(service.Reading, "is_free", lambda *_given: False)
    part = prove_villages(tmp_path, villages=1, rounds=2, seed=3, whole=False)
    for fault in ("is there 0 times", "lost its number"):
        assert any(fault in told for told in part.faults)


def test_programs_end_whatever_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = list[bool]()
    monkeypatch.setattr(Stage, "start", lambda _stage, _side: ended.append)
    stage = Stage(tmp_path, Random(1), World(tmp_path), {}, whole=True)
    with pytest.raises(KeyboardInterrupt), stage.running("office"):
        raise KeyboardInterrupt
    with stage.running("office") as end:
        end(False)
    assert ended == [True, False], "once each"


def test_the_proof_finds_a_draft_that_is_there_twice(tmp_path: Path) -> None:
    village = Village("3508993001", VillageFolder(tmp_path), tmp_path, typed={"a", "b"}, back={"b"})
    held = Counter({"3508993001/a": 1})
    assert village_faults(village, held, Counter()) == ["draft 3508993001/a: the list says nothing, it is registered"]
    [twice, _, late, _] = village_faults(village, held, Counter({"3508993001/a": 1, "3508993001/b": 1}))
    assert (twice, late) == ("draft 3508993001/a is there 2 times", "draft 3508993001/b is there 1 times")

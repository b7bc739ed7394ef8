"""An office with two partners through random months (short form of a part of `prove sync`), and that this can fail."""

from pathlib import Path

import pytest

from sync import loss_claims
from tests.proof.partners import prove_partners
from tests.world.nightly import by_day


def test_what_happens_with_one_partner_costs_the_other_nothing(tmp_path: Path) -> None:
    part = prove_partners(tmp_path, seed=1, rounds=by_day(3, 10))
    assert part.faults == []
    assert "lies 0" not in part.figures
    assert "restores 0" not in part.figures


def test_the_proof_finds_an_office_that_believes_every_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loss_claims, "proved_loss", lambda _node, _peer, header: max(a.epoch for a in header.ack))
    assert prove_partners(tmp_path, seed=1, rounds=1).faults

"""Rounds with restores, copies, kills, sticks and a hostile neighbour (short form of `prove sync`), and that this proof
can fail."""

from pathlib import Path

import pytest

from app.centre import events
from app.room import Room
from schema.database import Database
from tests.proof.incidents import INCIDENTS, Figures, prove_sync
from tests.world.nightly import by_day


def test_nobody_is_lost_and_no_card_is_printed_twice(tmp_path: Path) -> None:
    figures = prove_sync(tmp_path, rounds=by_day(7, 12), seed=by_day(4, 7))  # seed 4 has every kind below in 7 rounds
    assert figures.faults == []
    assert figures.is_proved
    assert figures.forks_found == figures.forks_settled > 0
    assert set(figures.incidents) >= {
        "restore_office",
        "restore_centre",
        "clone",
        "disk_image",
        "kill",
        "hostile",
    }


def test_every_incident_has_a_weight() -> None:
    assert all(weight > 0 for weight in INCIDENTS.values())


def test_the_proof_finds_a_floor_that_prints_what_two_pcs_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rule that a file is taken once, a copied PC costs a second card."""

    def taken_twice(_db: Database, _entry: object) -> None:
        """What must never be."""

    kinds = [
        kind
        if kind.name != "dispatch.line"
        else type(kind)(
            kind.name,
            kind.version,
            kind.body,
            kind.apply,
            apply_many=kind.apply_many,
            check=taken_twice,
        )
        for kind in events.KINDS
    ]
    monkeypatch.setattr("app.centre.ROOM", Room(kinds))
    figures = prove_sync(tmp_path, rounds=3, seed=1)
    assert figures.doubled > 0
    assert not figures.is_proved


def test_a_line_of_figures_names_them_all() -> None:
    assert Figures(3, 9).line(5) == (
        "sync: seed 5, rounds 3, entries 9, lost 0, doubled 0, wrong citizen 0, stuck 0, forks found 0, forks settled 0"
    )
    assert not Figures().is_proved

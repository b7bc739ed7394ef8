"""Power cuts at random moments of a disk (short form of `prove power`), and that this proof can fail."""

from pathlib import Path

from tests.proof.lost_disk import prove_lost_disk
from tests.proof.power import prove_power


def test_every_image_of_a_power_cut_holds_every_commit(tmp_path: Path) -> None:
    figures = prove_power(tmp_path, points=150, seed=1)
    assert figures.faults == []
    assert figures.is_proved


def test_the_proof_finds_a_database_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    """What must never be set: without the sync of each commit the images lack commits that had returned."""
    figures = prove_power(tmp_path, points=60, seed=1, synchronous="NORMAL")
    assert figures.lost > 0
    assert not figures.is_proved


def test_an_office_whose_disk_is_lost_comes_back_from_its_stick_up_to_the_last_minute(tmp_path: Path) -> None:
    figures = prove_lost_disk(tmp_path, rounds=1, seed=5, minutes=30)
    assert figures.faults == []
    assert figures.lost == 0
    assert figures.kills > 0
    assert figures.entries > 20

"""The short form of the lock-outs of `prove doors`: one officer of each side, six strangers."""

from pathlib import Path

from tests.proof.lock_outs import prove_lock_outs


def test_no_officer_is_locked_out_of_the_own_desk(tmp_path: Path) -> None:
    part = prove_lock_outs(tmp_path, strangers=6, officers=1)
    assert part.faults == []
    assert part.figures == (
        "lock-outs: 6 of 6 officers at their own desk signed in, at most 30 strange guesses of 36 at one name looked at"
    )

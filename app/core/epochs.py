"""The letters behind numbers of a side that came back."""

from __future__ import annotations


def epoch_letter(epoch: int) -> str:
    """Nothing in the first epoch, then B to Z, BA, BB and on: a restored PC never gives a number again."""
    letters, rest = "", epoch - 1
    while rest:
        rest, place = divmod(rest, 26)
        letters = chr(ord("A") + place) + letters
    return letters

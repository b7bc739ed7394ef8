"""From which likeness on a heading that nobody listed is taken for a known one."""

import pytest

from app.casework.importing.headings import LIKE_ENOUGH, spelling_likeness


@pytest.mark.parametrize(
    ("form", "known", "taken"),
    [
        ("tanggallahir", "tanggallahir", True),
        ("tgllahiranak", "lahir", True),  # five letters of a known one stand in it
        ("tgllahir", "ahir", False),  # four letters stand in many words
        ("nomorkk", "nomorkx", True),
        ("abc", "abd", False),  # too short to be alike
        ("abc", "abcd", False),
        ("abcd", "abcd", True),
        ("alamat", "namaibu", False),
    ],
)
def test_a_heading_is_known_by_a_long_part_or_by_almost_all_of_its_letters(form: str, known: str, taken: bool) -> None:
    assert (spelling_likeness(form, known) >= LIKE_ENOUGH) is taken


def test_of_two_known_parts_the_longer_one_is_liker() -> None:
    assert spelling_likeness("tempattanggallahir", "tanggallahir") > spelling_likeness("tempattanggallahir", "lahir")
    assert spelling_likeness("tanggallahir", "lahir") > spelling_likeness("tempattanggallahir", "lahir")

"""Settings of a centre: what is kept of what was typed, and what is refused at which field."""

import pytest

from app.centre.settings import SETTING_LIMIT, check_settings
from app.core.problems import Problem


def test_settings_are_kept_without_the_blanks_around_them() -> None:
    typed = {"centre.name": "  Pusat Cetak ", "paper.size": "A4", "centre.zone": "WITA"}
    assert check_settings(typed) == {"centre.name": "Pusat Cetak", "paper.size": "A4", "centre.zone": "WITA"}
    assert check_settings({"centre.name": "x" * SETTING_LIMIT}) == {"centre.name": "x" * SETTING_LIMIT}


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"centre.name": "x" * (SETTING_LIMIT + 1), "paper.size": "F4"}, ["centre.name"]),
        ({"paper.size": "A5"}, ["paper.size"]),
        ({"centre.zone": "WIX"}, ["centre.zone"]),
        ({"paper.size": "", "centre.zone": ""}, ["centre.zone", "paper.size"]),
    ],
)
def test_each_wrong_setting_is_refused_at_its_field(typed: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(Problem) as refused:
        check_settings(typed)
    assert (refused.value.code, sorted(refused.value.fields)) == ("invalid", fields)


def test_a_setting_that_a_centre_does_not_have_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        check_settings({"office.name": "x"})

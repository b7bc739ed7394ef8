"""What a setting may hold: the last value that is right beside the first that is not."""

import pytest

from app.core.problems import Problem
from app.platform.office.settings import ARMS_LIMIT, LISTED, TEXT_LIMIT, check_setting, to_data_address


@pytest.mark.parametrize(
    ("key", "right", "wrong"),
    [
        ("recording.slots_per_day", [1, 999], [0, 1000, -1, True, "5", 1.0, None]),
        ("office.name", ["", "x" * TEXT_LIMIT], ["x" * (TEXT_LIMIT + 1), 5, None]),
        ("paper.size", ["A4", "F4"], ["A5", "", "a4"]),
        ("tickets.on", [True, False], [1, 0, "True"]),
        ("tickets.counters", [[], ["x" * LISTED]], [["x" * (LISTED + 1)], [5], "x"]),
        ("no.such", [], ["x"]),
    ],
)
def test_a_setting_holds_what_its_kind_allows(key: str, right: list[object], wrong: list[object]) -> None:
    assert [check_setting(key, value) for value in right] == right
    for value in wrong:
        with pytest.raises(Problem) as caught:
            check_setting(key, value)
        assert list(caught.value.fields) == [key], value


def test_arms_of_exactly_their_limit_are_taken() -> None:
    picture = b'<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'
    fill = ARMS_LIMIT - len(picture) + 2
    assert to_data_address(picture % (b" " * fill)).startswith("data:image/svg+xml")
    with pytest.raises(Problem):
        to_data_address(picture % (b" " * (fill + 1)))
    assert to_data_address(b"") == ""

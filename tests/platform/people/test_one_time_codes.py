"""The vectors of RFC 6238 and RFC 4226, and the key as apps read it."""

from datetime import UTC, datetime

import pytest

from app.platform.people.one_time_codes import code_of, find_step, spoken_key, step_at

RFC_KEY = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_rfc_6238_hold(seconds: int, code: str) -> None:
    """Appendix B with SHA-1; six digits are the last six of its eight."""
    step = step_at(datetime.fromtimestamp(seconds, UTC))
    assert code_of(RFC_KEY, step) == code
    assert find_step(RFC_KEY, code, [step - 1, step]) == step


@pytest.mark.parametrize(("count", "code"), [(0, "755224"), (1, "287082"), (2, "359152"), (9, "520489")])
def test_the_vectors_of_rfc_4226_hold(count: int, code: str) -> None:
    assert code_of(RFC_KEY, count) == code


def test_the_key_is_told_as_apps_read_it() -> None:
    assert spoken_key(RFC_KEY) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"

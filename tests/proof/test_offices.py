"""Eight offices at once, one hostile and one slow (short form of `prove offices`), on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.proof.offices import prove_offices


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the centre keeps its tables: nothing said is SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    started: Server = request.getfixturevalue("postgres")
    with started.database() as where:
        yield where


def test_nobody_else_notices_the_hostile_and_the_slow_one(tmp_path: Path, address: str) -> None:
    figures = prove_offices(tmp_path, offices=8, entries=40, address=address)
    assert figures.faults == []
    assert figures.is_proved, figures.line()
    assert len(figures.seconds) == 6 * 2

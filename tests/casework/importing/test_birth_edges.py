"""A year of two digits in a register, at the edge of the youngest who may ask."""

from datetime import date

import pytest

from app.casework.importing.cells import clean_birth
from app.casework.importing.spreadsheet import Cell
from app.core.problems import ValueProblem


@pytest.mark.parametrize(
    ("typed", "received", "born"),
    [
        ("12-03-09", date(2026, 3, 12), date(2009, 3, 12)),  # seventeen today
        ("13-03-09", date(2026, 3, 12), date(1909, 3, 13)),
        ("28-02-11", date(2028, 2, 29), date(2011, 2, 28)),  # no 29 February seventeen years before
        ("01-03-11", date(2028, 2, 29), date(1911, 3, 1)),
        ("12-03-2009", date(2026, 3, 12), date(2009, 3, 12)),
    ],
)
def test_it_is_the_latest_year_at_which_he_was_old_enough(typed: str, received: date, born: date) -> None:
    assert clean_birth(Cell(typed), None, received, 17, []) == born


RECEIVED = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("born", "warned"), [("12-03-2026", 0), ("13-03-1925", 0), ("12-03-1925", 1), ("13-03-1905", 1)]
)
def test_a_great_age_asks_for_the_paper(born: str, warned: int) -> None:
    """A hundred years are nothing unusual until the day before the next birthday."""
    warn: list[str] = []
    clean_birth(Cell(born), None, RECEIVED, 0, warn)
    assert len(warn) == warned


@pytest.mark.parametrize("born", ["13-03-2026", "12-03-1905"])
def test_who_is_not_born_or_older_than_anybody_is_refused(born: str) -> None:
    with pytest.raises(ValueProblem):
        clean_birth(Cell(born), None, RECEIVED, 0, [])

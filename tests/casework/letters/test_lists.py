"""Pages of an agenda: 25 lines each, and the words that a list is asked for."""

from app.casework.letters.queries import Asked, asked_conditions, page_limits


def test_each_page_shows_twenty_five_and_reads_one_more() -> None:
    assert [page_limits(number, 0) for number in (1, 2, 3)] == [(26, 0), (26, 25), (26, 50)]
    assert page_limits(3, 500) == (500, 0), "so many at once, for the paper"


def test_words_are_looked_for_in_every_column_and_state_and_words_together() -> None:
    columns = ("number", "subject")
    assert asked_conditions(Asked(2026), columns) == ("", [])
    assert asked_conditions(Asked(2026, "open"), columns) == (" AND l.state = ?", ["open"])
    either = " AND (instr(lower(l.number), ?) > 0 OR instr(lower(l.subject), ?) > 0)"
    assert asked_conditions(Asked(2026, text="  Rapat "), columns) == (either, ["rapat", "rapat"])
    assert asked_conditions(Asked(2026, "open", "x" * 101), columns) == (
        f" AND l.state = ?{either}",
        ["open", "x" * 100, "x" * 100],
    )

"""The way of a call through files is followed as one would by hand."""

from datetime import date

from app.core.asked import Look, Text
from app.core.problems import Problem
from tests.world.path import follow


def test_a_call_and_what_it_calls_are_followed_there_and_back() -> None:
    """A text that is asked for is limited in another file."""
    look = Look(None, date(2026, 3, 2), {})
    way = follow(lambda: Text("Catatan").clean(look, "note", "ya"))
    assert [path for path, _ in way.steps] == ["app/core/asked.py", "app/core/text.py", "app/core/asked.py"]
    assert (len(way.files), way.changes) == (2, 2)


def test_what_is_not_of_the_program_is_no_station() -> None:
    assert follow(lambda: date(2026, 3, 2).isoformat()).steps == []
    assert follow(lambda: Problem.__name__).steps == []

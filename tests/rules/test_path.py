"""The way of a call through files is followed as one would by hand, and grows by no hop unseen (decision 90)."""

from datetime import date
from pathlib import Path

import pytest

from app.compose_office import make_office_app
from app.core.asked import Look, Text
from app.core.problems import Problem
from app.platform.web.context import Shell, WebRoom
from app.room import Room
from sync.journal import Journal
from tests.platform.people import Clock
from tests.rules.source import ROOT, late_targets, modules
from tests.world.path import POSTS, draw_for_page, follow, follow_posts

MOST_NAMED_LATE = 243
"""What rooms name without importing it, their pages included."""
MOST_FIELDS = {Room: 9, WebRoom: 16, Shell: 22}
"""What a room hands over for the journal, for the pages, and a side for what stands around every page."""


@pytest.fixture(scope="session")
def office_file(adopted_office: Path) -> Path:
    return adopted_office


def test_the_posts_that_are_followed_pass_no_more_than_they_did(journal: Journal, clock: Clock, tmp_path: Path) -> None:
    ways = follow_posts(make_office_app(journal, tmp_path, {"CLOCK": clock}))
    page = (ROOT / "docs/developers.md").read_text(encoding="utf-8")
    assert draw_for_page(ways["an LTPP"]) in page, "python -m tests.world.path prints what stands there"
    passed = {name: (len(way.files), way.changes) for name, way in ways.items()}
    longer = {
        name: now
        for name, now in passed.items()
        if any(n > most for n, most in zip(now, POSTS[name].most, strict=True))
    }
    assert longer == {}, "python -m tests.world.path --draw prints the way; a longer one needs a reason"


def test_a_room_hands_over_few_things() -> None:
    assert {kind: len(kind.__struct_fields__) for kind in MOST_FIELDS} == MOST_FIELDS
    assert len([target for path in modules("app/") for target in late_targets(path)]) <= MOST_NAMED_LATE


def test_a_call_and_what_it_calls_are_followed_there_and_back() -> None:
    """A text that is asked for is limited in another file."""
    look = Look(None, date(2026, 3, 2), {})
    way = follow(lambda: Text("Catatan").clean(look, "note", "ya"))
    assert [step.path for step in way.steps] == ["app/core/asked.py", "app/core/text.py", "app/core/asked.py"]
    assert (len(way.files), way.changes) == (2, 2)


def test_what_is_not_of_the_program_is_no_station() -> None:
    assert follow(lambda: date(2026, 3, 2).isoformat()).steps == []
    assert follow(lambda: Problem.__name__).steps == []

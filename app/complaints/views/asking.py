"""Papers that somebody printed and has not judged yet: the page asks him whether they came out right."""

from __future__ import annotations

from typing import Any

from app.cases import service as cases
from app.printing.papers import PAPERS
from app.web.context import current_actor, db

SIZES = {"a3": "poster A3", "f4": "poster F4"}


def questions(*subjects: str) -> list[tuple[Any, str]]:
    """(print, title) of papers of these subjects that this person printed last and has not judged: nobody else held
    them in his hands, and the kiosk's prints nobody here saw."""
    mine = current_actor().username
    return [(one, title(one)) for subject in subjects for one in cases.prints(db(), subject)
            if one.came_out is None and one.paper in PAPERS and one.actor == mine]  # fmt: skip


def title(one: Any) -> str:
    """What the question calls a paper; a poster by its size."""
    return SIZES.get(one.subject.rpartition("-")[2], "") or PAPERS[one.paper].title.lower()

"""Papers that were printed and that nobody has judged yet: the page asks whether they came out right."""

from __future__ import annotations

from typing import Any

from app.cases import service as cases
from app.core.permissions import SYSTEM
from app.printing.papers import PAPERS
from app.web.context import db


def questions(*subjects: str) -> list[tuple[Any, str]]:
    """(print, title) of papers of these subjects that nobody has judged yet; what the kiosk printed nobody here saw."""
    return [(one, PAPERS[one.paper].title.lower()) for subject in subjects for one in cases.prints(db(), subject)
            if one.came_out is None and one.paper in PAPERS and one.actor != SYSTEM.username]  # fmt: skip

"""The PIN of whoever decides, asked before the command and outside of its transaction."""

from __future__ import annotations

from flask import request

from app.core.problems import Problem
from app.people import service as people
from app.web.context import current_actor, db, now

MENDABLE = (409, 422, 423, 429)
"""Statuses that a page with a decision draws again with everything typed: a blocked PIN (423) too."""


def confirm_pin(typed: str | None) -> None:
    """Confirm a decision. Raises Problem `pin_missing`, `wrong_pin`, `pin_locked`.

    An empty field is told at the field and does not count as a wrong try.
    """
    if has_pin() and not (typed or "").strip():
        raise Problem.of("invalid", {"pin": "Isi PIN."})
    people.confirm_pin(db(), current_actor(), typed or "", now=now(), address=request.remote_addr or "")


def has_pin() -> bool:
    """Whether this person has a PIN that is not blocked."""
    return people.has_pin(db(), current_actor().person_id)

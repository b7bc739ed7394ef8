"""Traces that pages leave in the access log while they are looked at, or refused."""

from __future__ import annotations

from flask import current_app, request

from app.core.storage import storage_problem
from app.people.access_log import log_access_once
from app.web import space
from app.web.context import current_session, db, now

ROUTE_PART = 60


def note_access(action: str, subject: str, detail: str = "") -> None:
    """Leave a line for whoever is signed in, once an hour for the same; a full disk stops nobody from looking."""
    known = current_session()
    if known is None:
        return
    try:
        log_access_once(db(), at=now(), person_id=known.actor.person_id, action=action, subject=subject,
                        detail=detail, address=request.remote_addr or "")  # fmt: skip
    except Exception as error:
        stored = storage_problem(error)
        if stored is None:
            raise
        space.given_up(stored)


def note_refused() -> None:
    """Leave a line about what this person may not open or do: the rule of the route, never what was typed."""
    rule = request.url_rule
    if rule is None or "loket" not in current_app.extensions:
        return
    case_id = (request.view_args or {}).get("case_id")
    subject = f"case/{case_id}" if isinstance(case_id, int) else f"page{rule.rule}"
    note_access("access.refused", subject[:ROUTE_PART], f"{request.method} {rule.rule}"[:ROUTE_PART])

"""The notice board: slip codes of what lies ready for its applicant. No name and no number of a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from app.cases.paper_base import base
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.permissions import Actor
from app.office import service as office
from app.printing import data as shapes
from app.sop import engine
from schema.database import Database


def ready_codes(db: Database) -> list[tuple[str, str]]:
    """(service, slip code as printed) of open cases that only their applicant still has to fetch, by code.

    That is the last step of the main line, when it waits for the applicant; each case follows its own revision.
    """
    found: list[tuple[str, str]] = []
    for service, revision in db.run("SELECT DISTINCT service, revision FROM case_file WHERE closed = 0"):
        last = engine.main_line(office.definition(db, service, revision))[-1]
        if last.waits_for == "applicant":
            rows = db.run("SELECT code FROM case_file WHERE closed = 0 AND service = ? AND revision = ? AND step = ?",
                          (service, revision, last.id))  # fmt: skip
            found += [(service, show_code(code)) for (code,) in rows]
    return sorted(found, key=lambda one: one[1])


def codes_of(db: Database, service: str) -> list[str]:
    """The ready codes of one service."""
    return [code for each, code in ready_codes(db) if each == service]


def print_subject(service: str, on: date, codes: Iterable[str]) -> str:
    """What is printed: the same list of the same day once more is a copy, a list that has changed is not."""
    trace = hashlib.sha256(" ".join(codes).encode()).hexdigest()[:8]
    return f"board/{service}/{on.isoformat()}/{trace}"


def paper(db: Database, actor: Actor, service: str, now: datetime) -> shapes.ReadyCodes:
    """The list of one service for the board. Raises Problem `standard` for an unknown service."""
    definition = office.current_definition(db, service, office_date(now))
    return shapes.ReadyCodes(
        **base(db, definition, "ready_codes", actor, now),
        service=definition.short_name,
        on=office_date(now),
        codes=tuple(codes_of(db, service)),
    )

"""Where a case stands on its way to the partner and back."""

from __future__ import annotations

from datetime import date, datetime

from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.desk.events import CaseAdvanced
from app.desk.moving import plan_move
from app.desk.tables import CaseFile
from app.ktp.names import SERVICE
from schema.database import Database
from sync.journal import Journal


def case_at(db: Database, case_id: int, step: str) -> CaseFile:
    """An open KTP case in a step. Raises Problem `not_found` or `state`."""
    case = CaseFile.first(db, CaseFile.id == case_id, CaseFile.service == SERVICE)
    if case is None:
        raise Problem.of("not_found", what="Berkas itu")
    if case.closed or case.step != step:
        from app.desk.moving import case_definition, state_label

        raise Problem.of("state", what=f"Berkas {case.number}", state=state_label(case_definition(db, case), case.step))
    return case


def advance_case(
    journal: Journal,
    case: CaseFile,
    outcome: str,
    special: str,
    now: datetime,
    *,
    actor: Actor | None = None,
    on: date | None = None,
    note: str = "",
    place_number: str = "",
    by_role: bool = True,
) -> CaseAdvanced:
    """Record the move inside the open transaction; without an actor it is an answer that arrived by the road.

    `by_role` false: the caller has asked for a permission of its own (second check), the step's roles are not asked.
    """
    today = office_date(now)
    if actor is None:
        # It comes once: a clock that fell back behind the case must not leave it where it stands.
        today = max(today, date.fromisoformat(case.received_on))
    # A road answer may carry the day of the centre; the desk's rule on back-dating is for people, not for it.
    body = plan_move(
        journal.db,
        case,
        outcome,
        on or today,
        today,
        actor=actor if by_role else None,
        note=note,
        place_number=place_number,
        now=now,
        special=special,
    )
    who = actor or SYSTEM
    journal.record(body, subject=f"case/{case.id}", actor=who.username, at=now)
    return body

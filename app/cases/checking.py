"""The counter check in one transaction: the checklist as found, and the decision that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from app.cases.disagreements import disagreements
from app.cases.events import CaseAdvanced
from app.cases.explaining import record_explained
from app.cases.moving import advance, definition_of, form_values
from app.cases.opening import NONE, get_case
from app.cases.service import check_items
from app.core.permissions import Actor
from app.core.problems import Problem
from sync.journal import Journal

SEPARATOR = "; "
"""Between several reasons in one note; the return slip takes them apart again."""


def joined(reasons: Sequence[str], note: str) -> str:
    """Ticked reasons and a typed one as the note of a move. A bare "Lainnya" says nothing and is left out."""
    own = " ".join(note.split())
    ticked = [one for one in reasons if one != "Lainnya"]
    return SEPARATOR.join([*ticked, own] if own else ticked)


def apart(note: str) -> list[str]:
    """The single reasons of a note written by :func:`joined`."""
    return [one.strip() for one in note.split(SEPARATOR) if one.strip()]


def check(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    states: Mapping[str, tuple[str, str]],
    outcome: str,
    now: datetime,
    seen: Mapping[str, str] | None = None,
    note: str = "",
    on: date | None = None,
    seen_step: str = "",
    place_number: str = "",
    reasons: Mapping[str, str] = NONE,
) -> CaseAdvanced | None:
    """Note the checklist and, when an outcome is given, end the step with it. Both or neither is written.

    `place_number` is the number of the folder into which the papers go, where the office numbers its folders;
    `reasons` explain what contradicts itself (finding → reason).
    """
    with journal.transaction():
        if seen_step:
            require_step(journal, case_id, seen_step)
        check_items(journal, actor, case_id=case_id, states=states, now=now, seen=seen)
        case = get_case(journal.db, actor, case_id)
        notices = disagreements(definition_of(journal.db, case), form_values(case))
        record_explained(journal, actor.username, case_id=case_id, notices=notices, reasons=reasons, now=now)
        if not outcome:
            return None
        return advance(
            journal, actor, case_id=case_id, outcome=outcome, now=now, on=on, note=note, seen_step=seen_step,
            place_number=place_number,
        )  # fmt: skip


def require_step(journal: Journal, case_id: int, seen_step: str) -> None:
    """Raise Problem `state` when the case has left the step that the page showed."""
    from app.cases.moving import definition_of, label_of
    from app.cases.service import case_by_id

    case = case_by_id(journal.db, case_id)
    if case is not None and case.step != seen_step:
        label = label_of(definition_of(journal.db, case), case.step)
        raise Problem.of("state", what=f"Berkas {case.number}", state=label)

"""The reason that a person gives for what contradicts itself in a case; without one the case does not pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from app.cases.events import CaseExplained
from app.cases.notices import Notice
from app.cases.tables import CaseExplanation
from app.core.clock import office_date
from app.core.problems import Problem
from schema.database import Database
from sync.journal import Journal

LONGEST = 300
"""Letters of a reason: it is read at check, dispatch and print."""


def explanations(db: Database, case_id: int) -> dict[str, CaseExplanation]:
    """Finding → the reason that was given for it."""
    return {row.finding: row for row in CaseExplanation.rows(db, CaseExplanation.case_id == case_id)}


def unexplained(db: Database, case_id: int, notices: Iterable[Notice]) -> dict[str, str]:
    """Finding → sentence, of findings for which nobody has given a reason."""
    asked = [one for one in notices if one.level == "explain"]
    known = explanations(db, case_id) if asked else {}
    return {one.id: one.sentence for one in asked if one.id not in known}


def record_explained(journal: Journal, username: str, *, case_id: int, notices: Iterable[Notice],
                     reasons: Mapping[str, str], now: datetime) -> None:  # fmt: skip
    """Write down the reasons given for findings of a case, inside the open transaction; none writes nothing.

    What was said before and not changed is not written again. Raises Problem `invalid` for a reason too long.
    """
    known = explanations(journal.db, case_id)
    typed = {one.id: " ".join(reasons.get(one.id, "").split()) for one in notices if one.level == "explain"}
    if wrong := [key for key, text in typed.items() if len(text) > LONGEST]:
        raise Problem.of("invalid", dict.fromkeys(wrong, f"Alasan paling panjang {LONGEST} huruf."))
    said = [(key, text) for key, text in typed.items()
            if text and (key not in known or known[key].reason != text)]  # fmt: skip
    if said:
        journal.record(CaseExplained(case_id, said, office_date(now).isoformat()), subject=f"case/{case_id}",
                       actor=username, at=now)  # fmt: skip

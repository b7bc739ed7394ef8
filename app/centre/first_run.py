"""First run of an empty centre: identity and the first administrator, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.centre.offices import set_up_centre
from app.core.permissions import SYSTEM
from app.people.hashing import OFFICE_PC, Cost
from app.people.service import add_person
from sync.journal import Journal


def found_centre(journal: Journal, *, identity: Mapping[str, str], name: str, username: str, password: str,
                 now: datetime, cost: Cost = OFFICE_PC) -> None:  # fmt: skip
    """Found the journal, write who we are and who may enter. Raises Problem with one sentence per wrong field."""
    try:
        with journal.transaction():
            set_up_centre(journal, identity=identity, now=now)
            add_person(journal, SYSTEM, username=username, name=name, roles=["centre_admin", "printer"],
                       password=password, must_change=False, cost=cost, now=now)  # fmt: skip
    except BaseException:
        journal.forget()
        raise

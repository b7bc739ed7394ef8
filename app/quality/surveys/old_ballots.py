"""Votes of earlier releases, kept under a digest of their code: who found out a code would find its vote.

Votes lie under random numbers. Those of earlier releases get their own id in its place, in the tables and in the
journal.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from app.core.permissions import SYSTEM
from app.platform.office.redactions import held_entries, was_cleared
from app.quality.surveys.events import BallotsCleared, VotesCounted
from sync.chains import Place
from sync.journal import Journal


def redact_ballots(journal: Journal, now: datetime) -> Mapping[Place, bytes]:
    """Clear the tables once, and give the bodies without the digests of their codes."""
    found = {place: entry.body for place, entry in held_entries(journal, "survey.votes_counted")}
    if found and not was_cleared(journal, "survey.ballots_cleared"):
        last = max(answer.id for body in found.values() for answer in body.answers)
        with journal.transaction():
            journal.record(BallotsCleared(last), subject="survey", actor=SYSTEM.username, at=now)
    return {place: msgspec.json.encode(without_ballots(body)) for place, body in found.items()}


def without_ballots(body: VotesCounted) -> VotesCounted:
    return replace(body, answers=[replace(answer, ballot=str(answer.id)) for answer in body.answers])

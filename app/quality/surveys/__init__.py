"""Satisfaction of visitors: IKM and SKM."""

from app.core.late import late
from app.room import CaseHooks, Room

ROOM = Room(
    late("app.quality.surveys.events:KINDS"),
    daily=(late("app.quality.surveys.votes:count_votes"),),
    cases=(CaseHooks(receipt_code=late("app.quality.surveys.votes:receipt_code")),),
    redactions=(late("app.quality.surveys.old_ballots:redact_ballots"),),
    kept=late("app.quality.surveys.holdings:KEPT"),
)

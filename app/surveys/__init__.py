"""Satisfaction of visitors: IKM and SKM."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.surveys.events:KINDS"),
    daily=(late("app.surveys.votes:count_votes"),),
    receipt_codes=(late("app.surveys.votes:receipt_code"),),
    redactions=(late("app.surveys.old_ballots:redact_ballots"),),
    records=late("app.surveys.records:rules"),
    processing=late("app.surveys.holdings:PROCESSING"),
)

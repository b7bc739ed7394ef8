"""Satisfaction of visitors: IKM and SKM."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.quality.surveys.events:KINDS"),
    daily=(late("app.quality.surveys.votes:count_votes"),),
    receipt_codes=(late("app.quality.surveys.votes:receipt_code"),),
    redactions=(late("app.quality.surveys.old_ballots:redact_ballots"),),
    records=late("app.quality.surveys.records:rules"),
    processing=late("app.quality.surveys.holdings:PROCESSING"),
)

"""Calls, messages and walk-in questions: contacts, their clocks, desk information, reports."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.services.hotline.events:KINDS"),
    also=dict.fromkeys(("case.opened", "case.corrected"), late("app.services.hotline.events:index_question")),
    daily=(late("app.services.hotline.messages:exchange_messages"),),
    outcome_checks=(
        late("app.services.hotline.service:check_complaint_exit"),
        late("app.services.hotline.team:check_team"),
    ),
    records=late("app.services.hotline.records:rules"),
    holdings=(late("app.services.hotline.holdings:find_holdings"),),
    processing=late("app.services.hotline.holdings:PROCESSING"),
)

"""Calls, messages and walk-in questions: contacts, their clocks, desk information, reports."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.hotline.events:KINDS"),
    also=dict.fromkeys(("case.opened", "case.corrected"), late("app.hotline.events:index_question")),
    daily=(late("app.hotline.messages:exchange_messages"),),
    outcome_checks=(late("app.hotline.service:check_complaint_exit"), late("app.hotline.team:check_team")),
    records=late("app.hotline.records:rules"),
    holdings=(late("app.hotline.holdings:find_holdings"),),
    processing=late("app.hotline.holdings:PROCESSING"),
)

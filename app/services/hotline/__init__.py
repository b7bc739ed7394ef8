"""Calls, messages and walk-in questions: contacts, their clocks, desk information, reports."""

from app.core.late import late
from app.room import CaseHooks, Room
from sync.entries import Also

SERVICE = "hotline"
"""The service whose cases are contacts."""

ROOM = Room(
    late("app.services.hotline.events:KINDS"),
    also=dict.fromkeys(
        ("case.opened", "case.corrected"), Also(late("app.services.hotline.events:index_question"), SERVICE)
    ),
    daily=(late("app.services.hotline.messages:exchange_messages"),),
    cases=(
        CaseHooks(service=SERVICE, check=late("app.services.hotline.service:check_complaint_exit")),
        CaseHooks(service=SERVICE, check=late("app.services.hotline.team:check_team")),
    ),
    kept=late("app.services.hotline.holdings:KEPT"),
)

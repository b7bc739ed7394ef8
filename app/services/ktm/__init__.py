"""Student cards: intakes, cards with their validity, papers, and the report of an intake."""

from app.core.late import late
from app.room import CaseHooks, Room
from app.services.ktm.words import is_card_service
from sync.entries import Also

ROOM = Room(
    late("app.services.ktm.events:KINDS"),
    also={"card.misprinted": Also(late("app.services.ktm.events:withdraw_misprint"))},
    cases=(CaseHooks(named_by=is_card_service, check=late("app.services.ktm.service:check_card_outcome")),),
    kept=late("app.services.ktm.holdings:KEPT"),
)

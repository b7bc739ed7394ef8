"""Student cards: intakes, cards with their validity, papers, and the report of an intake."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.services.ktm.events:KINDS"),
    also={"card.misprinted": late("app.services.ktm.events:withdraw_misprint")},
    outcome_checks=(late("app.services.ktm.service:check_card_outcome"),),
    records=late("app.services.ktm.records:rules"),
    holdings=(late("app.services.ktm.holdings:find_holdings"),),
)

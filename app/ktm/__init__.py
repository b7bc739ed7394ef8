"""Student cards: intakes, cards with their validity, papers, and the report of an intake."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.ktm.events:KINDS"),
    also={"card.misprinted": late("app.ktm.events:withdraw_misprint")},
    outcome_checks=(late("app.ktm.service:check_card_outcome"),),
    records=late("app.ktm.records:rules"),
    holdings=(late("app.ktm.holdings:find_holdings"),),
)

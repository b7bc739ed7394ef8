"""Letters of the office: agenda of incoming and outgoing ones, dispositions, drafts up to their sending."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.letters.events:KINDS"),
    outcome_checks=(late("app.letters.cases:check_letter"),),
    records=late("app.letters.records:rules"),
    holdings=(late("app.letters.holdings:find_holdings"),),
    processing=late("app.letters.holdings:PROCESSING"),
)

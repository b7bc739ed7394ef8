"""Letters of the office: agenda of incoming and outgoing ones, dispositions, drafts up to their sending."""

from app.core.late import late
from app.room import Room

ROOM = Room(
    late("app.casework.letters.events:KINDS"),
    outcome_checks=(late("app.casework.letters.cases:check_letter"),),
    records=late("app.casework.letters.records:rules"),
    holdings=(late("app.casework.letters.holdings:find_holdings"),),
    processing=late("app.casework.letters.holdings:PROCESSING"),
)

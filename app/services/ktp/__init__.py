"""Identity cards: rules of the form, the recording, the old register."""

from app.core.late import late
from app.core.messages import FIRST_SERVICE
from app.room import Room

# What kinds of the room that sends cases do to the recordings of this one besides.
ROOM = Room(
    late("app.services.ktp.events:KINDS"),
    also={
        "dispatch.line": late("app.services.ktp.events:recover_from_line"),
        "twin.taken_over": late("app.services.ktp.events:recover_from_taken_over"),
    },
    outcome_checks=(late("app.services.ktp.rules:check_against_residents"),),
    partner_rules={FIRST_SERVICE: late("app.services.ktp.rules:KtpPartnerRules")},
    step_waits={FIRST_SERVICE: late("app.services.ktp.queries:status_wait")},
    holdings=(late("app.services.ktp.holdings:find_holdings"),),
    processing=late("app.services.ktp.holdings:PROCESSING"),
)

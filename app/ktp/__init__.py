"""KTP: rules of the form, recording once, dispatch to the centre and its answers, cards and hand-over."""

from app.core.late import late
from app.core.messages import FIRST_SERVICE
from app.room import Room

# What kinds of the room that sends cases do to the recordings of this one besides.
ROOM = Room(
    late("app.ktp.events:KINDS"),
    also={
        "dispatch.line": late("app.ktp.events:recover_from_line"),
        "twin.taken_over": late("app.ktp.events:recover_from_taken_over"),
    },
    outcome_checks=(late("app.ktp.rules:check_against_residents"),),
    partner_rules={FIRST_SERVICE: late("app.ktp.rules:KtpPartnerRules")},
    step_waits={FIRST_SERVICE: late("app.ktp.queries:status_wait")},
    holdings=(late("app.ktp.holdings:find_holdings"),),
    processing=late("app.ktp.holdings:PROCESSING"),
)

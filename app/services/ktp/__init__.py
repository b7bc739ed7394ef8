"""Identity cards: rules of the form, the recording, the old register."""

from app.core.late import late
from app.core.messages import FIRST_SERVICE
from app.room import CaseHooks, Room
from sync.entries import Also

# What kinds of the room that sends cases do to the recordings of this one besides.
ROOM = Room(
    late("app.services.ktp.events:KINDS"),
    also={
        "dispatch.line": Also(late("app.services.ktp.events:recover_from_line")),
        "twin.taken_over": Also(late("app.services.ktp.events:recover_from_taken_over")),
    },
    cases=(
        CaseHooks(
            service=FIRST_SERVICE,
            check=late("app.services.ktp.rules:check_against_residents"),
            partner_rules=late("app.services.ktp.rules:KtpPartnerRules"),
            step_wait=late("app.services.ktp.queries:status_wait"),
        ),
    ),
    kept=late("app.services.ktp.holdings:KEPT"),
)

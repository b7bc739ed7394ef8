"""Letters of the office: agenda of incoming and outgoing ones, dispositions, drafts up to their sending."""

from app.core.late import late
from app.room import CaseHooks, Room

ROOM = Room(
    late("app.casework.letters.events:KINDS"),
    cases=(CaseHooks(named_by=lambda it: bool(it.letters), check=late("app.casework.letters.cases:check_letter")),),
    kept=late("app.casework.letters.holdings:KEPT"),
)

"""What leaves the office for a partner and comes back."""

from app.core.late import late
from app.room import Room

# A paper answer is received by a restored PC only: it gets its own entries back.
ANSWERS = ("line.accepted", "line.refused", "line.printed", "line.paper_answered")
ROOM = Room(
    late("app.casework.batches.other_version_events:KINDS"),
    {kind: late("app.casework.batches.answers:after_answer") for kind in ANSWERS}
    | {"shipment.sent": late("app.casework.batches.answers:after_shipment")},
    acknowledged=(late("app.casework.batches.receipts:note_acknowledged"),),
    daily=late("app.casework.batches.daily:DAILY"),
    kept=late("app.casework.batches.holdings:KEPT"),
)

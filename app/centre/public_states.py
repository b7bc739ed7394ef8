"""What the public page may tell: the newest sealed state of each case of an office, and what a slip's code opens.

The database alone neither lists codes nor says how a case stands: place and key come from the slip.
"""

from app.centre.tables import PublicState
from app.core.messages import StatePublished
from schema.database import Database
from sync import slip_seal
from sync.entries import Entry

HEARD = "r.heard_in >= coalesce((SELECT max(epoch) FROM side_return), 0)"
"""After the centre was restored: an office whose states it holds as they are now, not as the backup had them."""
OPEN_OFFICES = (
    "SELECT r.name, coalesce(o.name, r.label) FROM road_peer r LEFT JOIN centre_office o ON o.code = r.name"
    f" WHERE {HEARD} AND EXISTS (SELECT 1 FROM public_state p WHERE p.source = r.name)"
    " AND NOT EXISTS (SELECT 1 FROM road_bar b WHERE b.office = r.name) ORDER BY 2, 1"
)


def apply_published(db: Database, entry: Entry) -> None:
    """The newest state of a case stands alone; an empty one takes it away. An office writes its own rows only."""
    body: StatePublished = entry.body
    PublicState.remove(db, source=entry.source, case_id=body.case_id)
    if body.sealed:
        PublicState.add(db, source=entry.source, case_id=body.case_id, slot=body.slot, sealed=body.sealed)


def telling_offices(db: Database) -> dict[str, str]:
    """Code → name of the offices that let the page tell something; one that is barred does not, nor one that a restored
    centre has not heard again: what its applicants took back since would stand there once more."""
    return dict(db.run(OPEN_OFFICES))


def find_state(db: Database, office: str, code: str) -> slip_seal.PublicState | None:
    """What the page tells of a slip's code (stored form); None for a code that is unknown or was taken away.

    Slow by intention, and as slow for a code that nobody has. Two states in one place come of a hostile office alone:
    the first that the key opens is told.
    """
    slip = slip_seal.derive_key(office, code)
    rows = PublicState.rows(db, source=office, slot=slip.slot, order="case_id")[:MOST_IN_A_PLACE]
    opened = (slip_seal.open_state(slip.key, row.sealed) for row in rows)
    return next((state for state in opened if state is not None), None)


MOST_IN_A_PLACE = 3

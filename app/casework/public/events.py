"""Journal kinds of the public page, on the office's side. `apply` sees only the entry and the tables."""

from app.casework.public.tables import ToldState
from app.core.messages import StatePublished
from schema.database import Database
from sync.entries import NOBODY, Entry, Kind


def apply_published(db: Database, entry: Entry) -> None:
    """Our own line: sent now, or returned by the centre to a PC that lost its last days."""
    body: StatePublished = entry.body
    ToldState.remove(db, case_id=body.case_id)
    if body.sealed:
        ToldState.add(db, case_id=body.case_id, slot=body.slot, changed=body.changed)


KINDS = [Kind("case.state_published", 1, StatePublished, apply_published, NOBODY)]

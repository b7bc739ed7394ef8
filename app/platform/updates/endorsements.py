"""Releases that the centre endorsed in its signed files: the second signature, come by itself (decision 95)."""

from app.core.messages import ReleaseEndorsed
from app.room import SOURCE, STREAM, add_row_of
from schema.database import Database, Table
from sync.entries import NOBODY, Kind

ENDORSED = "release.endorsed"
CENTRE = "dukcapil-"
"""What the code of a printing centre begins with. A bank answers for cards, not for the program."""


class ReleaseEndorsement(Table):
    """A release that a centre endorsed, in its own stream or in that of the office that was told."""


ADDED = add_row_of(ReleaseEndorsement, conflict="DO NOTHING", stream=STREAM, source=SOURCE)
"""Who says the same twice says it once."""
KINDS = [Kind(ENDORSED, 1, ReleaseEndorsed, ADDED, NOBODY)]


def endorsed_releases(db: Database, stream: str) -> list[ReleaseEndorsement]:
    """What stands in a stream, newest first: an office's own code, or the centre's own stream."""
    rows = ReleaseEndorsement.rows(db, stream=stream, order="at DESC, version DESC")
    return [row for row in rows if row.source.startswith(CENTRE)]

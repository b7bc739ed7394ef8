"""Journal kinds of trusted roots."""

import msgspec

from app.platform.signatures.tables import TrustedRoot
from app.room import AT, BY, add_row_of, stamp_row_of
from schema.person_fields import PersonText
from sync.entries import NOBODY, Kind


class RootProposed(msgspec.Struct, frozen=True):
    """A root certificate, its DER in base64; `digest` is its SHA-256, `source` where it came from."""

    id: int
    digest: str
    certificate: str
    subject: str
    valid_from: str
    valid_until: str
    source: PersonText


class RootConfirmed(msgspec.Struct, frozen=True):
    id: int


class RootWithdrawn(msgspec.Struct, frozen=True):
    id: int
    reason: PersonText


KINDS = [
    Kind("root.proposed", 1, RootProposed, add_row_of(TrustedRoot)),
    Kind("root.confirmed", 1, RootConfirmed, stamp_row_of(TrustedRoot, confirmed_at=AT, confirmed_by=BY), NOBODY),
    Kind(
        "root.withdrawn",
        1,
        RootWithdrawn,
        stamp_row_of(TrustedRoot, withdrawn_at=AT, withdrawn_by=BY, withdrawn_why="reason"),
    ),
]

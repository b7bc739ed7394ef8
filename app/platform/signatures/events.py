"""Journal kinds of trusted roots and of papers that go out for an electronic signature and come back."""

import msgspec

from app.platform.signatures.tables import PaperSigning, TrustedRoot
from app.room import AT, BY, add_row_of, alter_row_of, stamp_row_of
from schema.database import Database
from schema.person_fields import OfficialName, PersonText
from sync.entries import NOBODY, Entry, Kind, to_utc_text


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


class PaperHandedOut(msgspec.Struct, frozen=True):
    """The PDF of a paper leaves for an electronic signature: a kept file."""

    subject: str
    handed_file_id: int


class SignedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The signed PDF is the paper from now on; the rest as its check found it (decision 93)."""

    file_id: int
    signer: OfficialName
    organisation: str
    issuer: str
    root: str
    valid_from: str
    valid_until: str
    claimed_at: str
    stamped_at: str
    unchecked: list[str]


class PaperTakenBack(SignedFacts, frozen=True, kw_only=True):
    subject: str


class LetterHandedOut(msgspec.Struct, frozen=True):
    """As :class:`PaperHandedOut`, of a letter: written before other papers could be signed so."""

    letter_id: int
    handed_file_id: int


class LetterTakenBack(SignedFacts, frozen=True, kw_only=True):
    """As :class:`PaperTakenBack`, of a letter: written before other papers could be signed so."""

    letter_id: int


def apply_letter_handed_out(db: Database, entry: Entry) -> None:
    handed = {"handed_at": to_utc_text(entry.at), "handed_by": entry.actor}
    PaperSigning.add_from(db, entry.body, subject=f"outgoing/{entry.body.letter_id}", **handed)


def apply_letter_taken_back(db: Database, entry: Entry) -> None:
    columns = PaperSigning.take(entry.body, taken_at=to_utc_text(entry.at), taken_by=entry.actor)
    PaperSigning.alter(db, {"subject": f"outgoing/{entry.body.letter_id}"}, **columns)


HANDED_OUT = add_row_of(PaperSigning, handed_at=AT, handed_by=BY)
TAKEN_BACK = alter_row_of(PaperSigning, key="subject", taken_at=AT, taken_by=BY)

KINDS = [
    Kind("root.proposed", 1, RootProposed, add_row_of(TrustedRoot)),
    Kind("root.confirmed", 1, RootConfirmed, stamp_row_of(TrustedRoot, confirmed_at=AT, confirmed_by=BY), NOBODY),
    Kind(
        "root.withdrawn",
        1,
        RootWithdrawn,
        stamp_row_of(TrustedRoot, withdrawn_at=AT, withdrawn_by=BY, withdrawn_why="reason"),
    ),
    Kind("paper.handed_out", 1, PaperHandedOut, HANDED_OUT, NOBODY),
    Kind("paper.taken_back", 1, PaperTakenBack, TAKEN_BACK),
    Kind("letter.handed_out", 1, LetterHandedOut, apply_letter_handed_out, NOBODY),
    Kind("letter.taken_back", 1, LetterTakenBack, apply_letter_taken_back),
]

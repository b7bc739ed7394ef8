"""Journal kinds: whose key a village has, what it was told of, which of its drafts came. No person stands in them."""

import msgspec

from app.casework.villages.tables import BroughtDraft, VillageKey, VillageList, VillageTold
from app.room import put_row_of
from schema.database import Database
from sync.entries import NOBODY, Entry, Kind, to_utc_text


class KeyNoted(msgspec.Struct, frozen=True):
    """These keys are the village's from now on; earlier ones count no more."""

    village: str
    signing: str
    recipient: str
    signer: str


class ListSealed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A list was made for a village: the cases of which it was told for the first time, by id, and how many others
    the list holds again; `digest` is that of all it says (hex)."""

    id: int
    village: str
    case_ids: list[int]
    again: int = 0
    digest: str = ""


class SetAside(msgspec.Struct, frozen=True):
    """A draft that was not taken, and the sentence for whoever typed it."""

    code: str
    reason: str


WITHDRAWN = "Desa membatalkan draf ini."


class DraftsTaken(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file of a village was read, by its digest: codes of the drafts that stand here now, of those that were not
    taken, and of those that the village takes back."""

    village: str
    file: str
    taken: list[str]
    set_aside: list[SetAside] = []
    withdrawn: list[str] = []


class DraftReturned(msgspec.Struct, frozen=True):
    """A clerk gave a draft back to the village; `reason` is one of a list."""

    village: str
    code: str
    reason: str


def apply_sealed(db: Database, entry: Entry) -> None:
    body: ListSealed = entry.body
    at = to_utc_text(entry.at)
    cases = len(body.case_ids) + body.again
    VillageList.add(db, id=body.id, village=body.village, cases=cases, at=at, actor=entry.actor, digest=body.digest)
    rows = [{"village": body.village, "case_id": case_id} for case_id in body.case_ids]
    VillageTold.add_all(db, rows, "DO NOTHING")


def apply_taken(db: Database, entry: Entry) -> None:
    body: DraftsTaken = entry.body
    at = to_utc_text(entry.at)
    for code in body.taken:
        BroughtDraft.put(db, village=body.village, code=code, state="taken", reason="", at=at)
    for aside in body.set_aside:
        BroughtDraft.put(db, village=body.village, code=aside.code, state="set_aside", reason=aside.reason, at=at)
    for code in body.withdrawn:
        BroughtDraft.put(db, village=body.village, code=code, state="returned", reason=WITHDRAWN, at=at)


def apply_returned(db: Database, entry: Entry) -> None:
    body: DraftReturned = entry.body
    key = {"village": body.village, "code": body.code}
    BroughtDraft.alter(db, key, state="returned", reason=body.reason, at=to_utc_text(entry.at))


KINDS = [
    Kind("village.key_noted", 1, KeyNoted, put_row_of(VillageKey), NOBODY),
    Kind("village.list_sealed", 1, ListSealed, apply_sealed, NOBODY),
    Kind("village.draft_taken", 1, DraftsTaken, apply_taken, NOBODY),
    Kind("village.draft_returned", 1, DraftReturned, apply_returned, NOBODY),
]

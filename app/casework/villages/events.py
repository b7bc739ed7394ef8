"""Journal kinds: whose key a village has, what it was told of, which of its drafts came. No person stands in them."""

from typing import Annotated

import msgspec
from msgspec import Meta

from app.casework.batches.tables import DispatchLineRow
from app.casework.desk.events import put_original
from app.casework.desk.tables import CaseFile
from app.casework.villages.tables import (
    BroughtDraft,
    VillageBlock,
    VillageFile,
    VillageHeld,
    VillageHeldDraft,
    VillageKey,
    VillageList,
    VillageTold,
)
from app.core.messages import OriginalForwarded
from app.platform.office.numbers import epoch_letter
from app.room import add_row_of
from schema.database import Database, first_value
from sync.entries import BIGGEST, NO_LINE, NOBODY, AuthorityError, Entry, Epoch, Kind, to_utc_text


class GivenNumber(msgspec.Struct, frozen=True, order=True):
    """A number that a village gave a draft by itself: of a block that a kecamatan granted in its epoch `series`."""

    series: Epoch
    n: Annotated[int, Meta(ge=1, le=BIGGEST)]

    def text(self, village: str) -> str:
        """As it stands on the receipt: `2001-017`, with a letter in a later epoch of the kecamatan. The villages of one
        kecamatan differ in the last four digits of their codes."""
        return f"{village[-4:]}-{self.n:03}{epoch_letter(self.series)}"


class KeyNoted(msgspec.Struct, frozen=True, omit_defaults=True):
    """These keys are the village's from now on, in its epoch `epoch`; earlier ones count no more. Entries of before
    there were epochs have none: theirs is the next one."""

    village: str
    signing: str
    recipient: str
    signer: str
    epoch: int = 0


class NumbersGranted(msgspec.Struct, frozen=True):
    """The village gives the numbers of this block by itself from now on, in its epoch `epoch`."""

    village: str
    epoch: int
    series: int
    nth: int


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
    taken, and of those that the village takes back; code → the number that the village gave a draft, where it is its
    to give. `count`: the how-manieth file of its epoch it is, where the village counts and the file was not held."""

    village: str
    file: str
    taken: list[str]
    set_aside: list[SetAside] = []
    withdrawn: list[str] = []
    numbers: dict[str, GivenNumber] = {}
    epoch: int = 0
    count: int = 0
    written_at: str = ""


class DraftReturned(msgspec.Struct, frozen=True):
    """A clerk gave a draft back to the village; `reason` is one of a list."""

    village: str
    code: str
    reason: str


EARLIER_KEY = "earlier_key"
DOUBLED = "doubled"


class CopyNoticed(msgspec.Struct, frozen=True):
    """Two computers work as this epoch of the village, or its folder was put back to an earlier state."""

    village: str
    epoch: int


class FileHeld(msgspec.Struct, frozen=True):
    """A file of a village waits for a decision: signed in which epoch, its digest, when it says it was written, codes
    of the drafts that are not here and of those that it takes `back`; `why` it was not taken."""

    id: int
    village: str
    epoch: int
    file: str
    written_at: str
    codes: list[str]
    back: list[str]
    why: str


class HeldFileJudged(msgspec.Struct, frozen=True):
    """Somebody decided: its drafts were taken, or it was dropped."""

    id: int
    verdict: str


def apply_held(db: Database, entry: Entry) -> None:
    body: FileHeld = entry.body
    VillageHeld.add(
        db,
        id=body.id,
        village=body.village,
        epoch=body.epoch,
        digest=body.file,
        written_at=body.written_at,
        drafts=len(body.codes),
        why=body.why,
        at=to_utc_text(entry.at),
    )
    rows = [(code, 0) for code in body.codes] + [(code, 1) for code in body.back]
    VillageHeldDraft.add_all(db, [{"held_id": body.id, "code": code, "takes_back": back} for code, back in rows])


def apply_judged(db: Database, entry: Entry) -> None:
    body: HeldFileJudged = entry.body
    VillageHeld.alter(db, {"id": body.id}, state=body.verdict)


def apply_copy_noticed(db: Database, entry: Entry) -> None:
    body: CopyNoticed = entry.body
    key = {"village": body.village, "epoch": body.epoch}
    VillageKey.alter(db, key, doubled_at=to_utc_text(entry.at))


def apply_key(db: Database, entry: Entry) -> None:
    body: KeyNoted = entry.body
    at = to_utc_text(entry.at)
    last = int(first_value(db, "SELECT coalesce(max(epoch), 0) FROM village_key WHERE village = ?", (body.village,)))
    VillageKey.alter(db, {"village": body.village, "ended_at": ""}, ended_at=at)
    VillageKey.add(
        db,
        village=body.village,
        epoch=body.epoch or last + 1,
        signing=body.signing,
        recipient=body.recipient,
        signer=body.signer,
        at=at,
    )


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
    if body.count:
        counted = {"village": body.village, "epoch": body.epoch, "count": body.count}
        VillageFile.put(db, **counted, digest=body.file, written_at=body.written_at)
    for code in body.taken:
        given = body.numbers.get(code)
        if given:
            series = given.series
            n = given.n
        else:
            series = 0
            n = 0
        BroughtDraft.put(db, village=body.village, code=code, state="taken", reason="", at=at, series=series, n=n)
    for aside in body.set_aside:
        BroughtDraft.put(db, village=body.village, code=aside.code, state="set_aside", reason=aside.reason, at=at)
    for code in body.withdrawn:
        BroughtDraft.put(db, village=body.village, code=code, state="returned", reason=WITHDRAWN, at=at)


def apply_returned(db: Database, entry: Entry) -> None:
    body: DraftReturned = entry.body
    key = {"village": body.village, "code": body.code}
    BroughtDraft.alter(db, key, state="returned", reason=body.reason, at=to_utc_text(entry.at))


def check_forwarded(db: Database, entry: Entry) -> None:
    """One that comes back belongs to a line that is here and to the case of that line. Raises AuthorityError: where two
    PCs gave one id to two people, the line was set aside, and this goes with it."""
    line = DispatchLineRow.first(db, line=entry.body.line)
    if line is None or line.case_id != entry.body.case_id:
        raise AuthorityError(NO_LINE)


def apply_forwarded(db: Database, entry: Entry) -> None:
    """Known here, unless this PC was restored and gets its own line back: then its case knows its draft again, with the
    number on the applicant's receipt, so that the village's next file makes no second case of it, and the next list
    says so."""
    body: OriginalForwarded = entry.body
    put_original(db, body.case_id, body.sealed, body.signing)
    draft = {"village": body.village, "code": body.code, "series": body.series, "n": body.given}
    BroughtDraft.add(db, "DO NOTHING", **draft, state="taken", reason="", at=to_utc_text(entry.at))
    brought = f"{body.village}/{body.code}"
    if CaseFile.first(db, CaseFile.brought != "", brought=brought) is None:
        CaseFile.alter(db, {"id": body.case_id, "brought": ""}, brought=brought)


KINDS = [
    Kind("village.key_noted", 1, KeyNoted, apply_key, NOBODY),
    Kind("village.numbers_granted", 1, NumbersGranted, add_row_of(VillageBlock), NOBODY),
    Kind("village.list_sealed", 1, ListSealed, apply_sealed, NOBODY),
    Kind("village.draft_taken", 1, DraftsTaken, apply_taken, NOBODY),
    Kind("village.draft_returned", 1, DraftReturned, apply_returned, NOBODY),
    Kind("line.original_forwarded", 1, OriginalForwarded, apply_forwarded, check=check_forwarded),
    Kind("village.copy_noticed", 1, CopyNoticed, apply_copy_noticed, NOBODY),
    Kind("village.file_held", 1, FileHeld, apply_held, NOBODY),
    Kind("village.held_file_judged", 1, HeldFileJudged, apply_judged, NOBODY),
]

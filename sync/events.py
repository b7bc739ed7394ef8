"""The exchange's own journal kinds: what was received, and which of our lines the other side could not use."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import msgspec

from schema.database import Database, Table
from schema.person_fields import EMPTIED
from schema.structs import Count, Hex64, Named, Short, Travel, number_within, text_like, text_up_to
from sync.entries import (
    NOBODY,
    Entry,
    Kind,
    apply_nothing,
    check_shared_stream,
    own_source,
    parse_line_id,
    stored_hash,
    stream_columns,
)
from sync.keys import KeyAnnouncement


class KeySuccession(Table):
    """Announcements of our own keys, one after the other."""


class BarredOffice(Table, table="road_bar"):
    """An office whose files are not taken for the time being."""


class SetAsideLine(Table):
    """A line of ours that the other side could not use."""


class ForkDecision(Table, table="fork_settled"):
    """What was decided about two versions of a stream."""


class ForkStop(Table, table="road_stop"):
    """A place at which two versions of a stream differ, with both hashes; `settled_at`: a person has decided."""


class TwinLine(Table):
    """A line that one version of a decided stream holds alone."""


class LossClaim(Table):
    """What a peer said that this side held once and lacks, without our signature; `decided_at`: a person answered."""


class EntriesReceived(msgspec.Struct, frozen=True, omit_defaults=True):
    """Lines first..last of a stream came in and were applied at this place of our own order.

    `head` is the stream's hash after them (hex); `set_aside` and `waiting` name the lines that were not applied.
    """

    origin: str
    epoch: int
    stream: str
    first: int
    last: int
    head: str
    set_aside: list[int] = []
    waiting: list[int] = []


class EntriesCaughtUp(msgspec.Struct, frozen=True):
    origin: str
    lines: list[str]


class Destroyed(msgspec.Struct, frozen=True):
    """A body that goes: its place, the body `redacted` that replay uses from now on, the SHA-256 (hex) of what went.

    The digest keeps the chain provable; a personal body held a salt, so that it tells nothing.
    """

    source: str
    epoch: int
    stream: str
    n: int
    redacted: str
    digest: str


class BodyDestroyed(msgspec.Struct, frozen=True):
    bodies: list[Destroyed]
    reason: str


class LineSetAside(msgspec.Struct, frozen=True):
    epoch: int
    stream: str
    n: int
    kind: str
    reason: str
    told_by: str


class LineSettled(msgspec.Struct, frozen=True):
    epoch: int
    stream: str
    n: int
    note: str


class KeysRotated(msgspec.Struct, frozen=True, omit_defaults=True):
    """This side changed its own keys. `succession` announces them; without it every peer needs an enrolment code."""

    node: str
    signer: str
    sealed_to: str
    reason: str
    succession: KeyAnnouncement | None = None


class KeysFollowed(msgspec.Struct, frozen=True):
    peer: str
    before: str
    signers: list[str]
    since: str


class KeysRecalled(msgspec.Struct, frozen=True):
    named_by: str
    signers: list[str]


class OfficeBarred(msgspec.Struct, frozen=True):
    office: str
    reason: str


class OfficeAdmitted(OfficeBarred, frozen=True):
    """It is let in again."""


class ClockDiffered(msgspec.Struct, frozen=True):
    here: str
    told: str
    centre: str


class ReturnConfirmed(msgspec.Struct, frozen=True):
    epoch: int
    note: str


class LossClaimed(msgspec.Struct, frozen=True):
    """A peer says that we held `said` lines of `origin`'s stream in our `epoch`, and we hold `held`."""

    peer: str
    epoch: int
    origin: str
    of_epoch: int
    stream: str
    said: int
    held: int


class LossDecided(msgspec.Struct, frozen=True):
    peer: str
    believed: bool
    note: str


def apply_loss_claimed(db: Database, entry: Entry) -> None:
    LossClaim.add_from(db, entry.body, said_at=entry.at)


def apply_loss_decided(db: Database, entry: Entry) -> None:
    body: LossDecided = entry.body
    decided = {"decided_at": entry.at, "decided_by": entry.actor, "note": body.note}
    LossClaim.alter(db, {"peer": body.peer, "decided_at": ""}, believed=int(body.believed), **decided)


def apply_keys_rotated(db: Database, entry: Entry) -> None:
    said: KeyAnnouncement | None = entry.body.succession
    if said is None:
        db.run("DELETE FROM key_succession")
    else:
        KeySuccession.add_from(db, said, seq=entry.seq)


def apply_office_barred(db: Database, entry: Entry) -> None:
    BarredOffice.put_from(db, entry.body, barred_at=entry.at, barred_by=entry.actor)


def apply_office_admitted(db: Database, entry: Entry) -> None:
    BarredOffice.remove(db, office=entry.body.office)


def apply_set_aside(db: Database, entry: Entry) -> None:
    apply_set_aside_many(db, [entry])


def apply_set_aside_many(db: Database, entries: Sequence[Entry]) -> None:
    """Put the lines on the list: one file may name thousands."""
    rows = [
        SetAsideLine.take(entry.body, source=entry.source, subject=entry.subject, told_at=entry.at) for entry in entries
    ]
    SetAsideLine.add_all(db, rows)


def apply_line_settled(db: Database, entry: Entry) -> None:
    body: LineSettled = entry.body
    where = {"source": entry.source, "epoch": body.epoch, "stream": body.stream, "n": body.n}
    SetAsideLine.alter(db, where, settled_at=entry.at, note=body.note)


def apply_bodies_destroyed(db: Database, entry: Entry) -> None:
    """Put the redacted bodies in the place of the bodies. A replay holds no bodies, so there nothing changes."""
    for body in entry.body.bodies:
        sql = "SELECT id FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?"
        row = db.one(sql, (body.source, body.epoch, body.stream, body.n))
        if row is not None:
            db.run("INSERT INTO journal_redaction (id, body) VALUES (?, ?)", (row[0], body.redacted.encode()))
            db.run("DELETE FROM journal_body WHERE id = ?", (row[0],))


def received_lines_fault(db: Database, entry: Entry) -> str:
    body: EntriesReceived = entry.body
    if stored_hash(db, (body.origin, body.epoch, body.stream), body.last).hex() == body.head:
        return ""
    return f"Baris {body.origin} {body.epoch}/{body.stream}/{body.last} tidak sama dengan yang diterima dulu."


def apply_return_confirmed(db: Database, entry: Entry) -> None:
    db.run(
        "UPDATE side_return SET confirmed_at = ?, confirmed_by = ?, note = ? WHERE epoch <= ? AND confirmed_at = ''",
        (entry.at, entry.actor, entry.body.note, entry.body.epoch),
    )


ABOUT = "a stream that both sides share"

Code = Annotated[str, text_like("[a-z0-9-]{1,40}")]
Epoch = Annotated[int, number_within(1, 99_999_999)]


class ForkSettled(msgspec.Struct, frozen=True):
    """Who decided about two versions of a stream: it goes on from `held_last` (hash in hex) of the centre.

    `shared`: lines that both versions have alike; `goes_on`: the PC whose lines the centre holds, or the other one.
    """

    TRAVEL: ClassVar = Travel("centre", "road/{stream}", ABOUT)

    source: Code
    epoch: Epoch
    stream: Code
    shared: Count
    held_last: Count
    held_hash: Hex64
    goes_on: Literal["held", "other"]
    note: Named


class TwinTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line beyond the shared ones. `held`: the centre works with it; `line`: its bytes as text, for the kinds that
    a person may take over; `hash` in hex is the chain's hash at that line."""

    TRAVEL: ClassVar = Travel("centre", "road/{stream}", ABOUT)

    source: Code
    epoch: Epoch
    stream: Code
    n: Annotated[int, number_within(1)]
    hash: Hex64
    held: bool
    kind: Short
    line: Annotated[Annotated[str, text_up_to(262_144)], EMPTIED] = ""


def apply_fork_settled(db: Database, entry: Entry) -> None:
    """Keep the decision; the newest holds. The note of the stop ends with it."""
    body: ForkSettled = entry.body
    ForkDecision.put_from(db, body, settled_at=entry.at, settled_by=entry.actor)
    where = stream_columns((body.source, body.epoch, body.stream))
    ForkStop.alter(db, where | {"settled_at": None}, settled_at=entry.at)


def check_told_stream(db: Database, entry: Entry) -> None:
    """Two versions of a stream are told and settled by whoever shares it. Raises AuthorityError."""
    body: ForkSettled | TwinTold = entry.body
    if entry.source != own_source(db):  # ours come back as they were written
        check_shared_stream(db, entry, body.source, body.stream)


def apply_twin_told(db: Database, entry: Entry) -> None:
    TwinLine.add_from(db, entry.body, "DO NOTHING")


KINDS = [
    Kind("entries.received", 1, EntriesReceived, apply_nothing, NOBODY, proved_by=received_lines_fault),
    Kind("body.destroyed", 1, BodyDestroyed, apply_bodies_destroyed, NOBODY),
    Kind("entries.caught_up", 1, EntriesCaughtUp, apply_nothing, NOBODY),
    Kind("line.set_aside", 1, LineSetAside, apply_set_aside, NOBODY, apply_many=apply_set_aside_many),
    Kind("line.settled", 1, LineSettled, apply_line_settled, NOBODY),
    Kind("keys.rotated", 1, KeysRotated, apply_keys_rotated, NOBODY),
    Kind("keys.followed", 1, KeysFollowed, apply_nothing, NOBODY),
    Kind("office.barred", 1, OfficeBarred, apply_office_barred, NOBODY),
    Kind("office.admitted", 1, OfficeAdmitted, apply_office_admitted, NOBODY),
    Kind("keys.recalled", 1, KeysRecalled, apply_nothing, NOBODY),
    Kind("return.confirmed", 1, ReturnConfirmed, apply_return_confirmed, NOBODY),
    Kind("clock.differed", 1, ClockDiffered, apply_nothing, NOBODY),
    Kind("loss.claimed", 1, LossClaimed, apply_loss_claimed, NOBODY),
    Kind("loss.decided", 1, LossDecided, apply_loss_decided, NOBODY),
    Kind("fork.settled", 1, ForkSettled, apply_fork_settled, NOBODY, check=check_told_stream),
    Kind("twin.told", 1, TwinTold, apply_twin_told, check=check_told_stream),
]


def put_decision(db: Database, entry: Entry, place: str, digest: str, state: str, became: str, reason: str) -> None:
    """In an `apply`: what a person made of a line; its bytes are no longer needed."""
    epoch, stream, n = parse_line_id(place)
    where = {"source": entry.source, "epoch": epoch, "stream": stream, "n": n, "hash": digest}
    TwinLine.add(db, "DO NOTHING", **where, held=1, kind="?")
    decided = {"state": state, "became": became, "reason": reason, "decided_at": entry.at, "decided_by": entry.actor}
    TwinLine.alter(db, where, line="", **decided)

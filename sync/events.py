"""The road's own journal kinds: what was received, and which of our lines the other side could not use."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from schema.database import Database
from sync.fork_events import FORK_KINDS
from sync.journal import Entry, Kind, nothing
from sync.kinds import hash_at
from sync.line import stamp
from sync.succession import Succession


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
    """Lines of a newer program (`epoch/stream/n` of `origin`) were applied now, after the update."""

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
    """Bodies destroyed for a reason, such as a retention period that is over."""

    bodies: list[Destroyed]
    reason: str


class LineSetAside(msgspec.Struct, frozen=True):
    """`told_by` could not use our line and says why; the line itself is stored there and counts as sent."""

    epoch: int
    stream: str
    n: int
    kind: str
    reason: str
    told_by: str


class LineSettled(msgspec.Struct, frozen=True):
    """A person has dealt with a line that was set aside, usually by a later entry that repairs it."""

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
    succession: Succession | None = None


class KeysFollowed(msgspec.Struct, frozen=True):
    """We followed a peer's announcement: from the key `before` to `signers`, the last of which is in force `since`."""

    peer: str
    before: str
    signers: list[str]
    since: str


class KeysRecalled(msgspec.Struct, frozen=True):
    """Earlier keys of ours (fingerprints) that we had lost and the centre named when we enrolled again."""

    named_by: str
    signers: list[str]


class OfficeBarred(msgspec.Struct, frozen=True):
    """The centre's administrator takes nothing from an office and gives it nothing from now on."""

    office: str
    reason: str


class OfficeAdmitted(msgspec.Struct, frozen=True):
    """The bar is lifted; what waited goes on from where it stood."""

    office: str
    reason: str


class ClockDiffered(msgspec.Struct, frozen=True):
    """This PC's clock said `here` when the centre's signed answer said `told`: both times are kept."""

    here: str
    told: str
    centre: str


class ReturnConfirmed(msgspec.Struct, frozen=True):
    """A person has read that this side came back up to this epoch, and says what was done about it."""

    epoch: int
    note: str


def apply_rotated(db: Database, entry: Entry) -> None:
    """Keep the statement for all who hold an earlier key; a change that is not announced ends the row."""
    one: Succession | None = entry.body.succession
    if one is None:
        db.run("DELETE FROM key_succession")
        return
    db.run(
        "INSERT INTO key_succession (seq, before, signing, recipient, since, by_old, by_new)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry.seq, one.before, one.signing, one.recipient, one.since, one.by_old, one.by_new),
    )


def apply_barred(db: Database, entry: Entry) -> None:
    """Put the office on the list, or change the reason."""
    db.run("DELETE FROM road_bar WHERE office = ?", (entry.body.office,))
    db.run("INSERT INTO road_bar (office, reason, barred_at, barred_by) VALUES (?, ?, ?, ?)",
           (entry.body.office, entry.body.reason, stamp(entry.at), entry.actor))  # fmt: skip


def apply_admitted(db: Database, entry: Entry) -> None:
    """Take the office off the list."""
    db.run("DELETE FROM road_bar WHERE office = ?", (entry.body.office,))


def apply_set_aside(db: Database, entry: Entry) -> None:
    """Put the line on the list of the desk."""
    apply_set_aside_many(db, [entry])


def apply_set_aside_many(db: Database, entries: Sequence[Entry]) -> None:
    """Put the lines on the list: one file may name thousands."""
    bodies: list[tuple[Entry, LineSetAside]] = [(entry, entry.body) for entry in entries]
    db.many(
        "INSERT INTO set_aside_line (source, epoch, stream, n, kind, subject, reason, told_by, told_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(entry.source, body.epoch, body.stream, body.n, body.kind, entry.subject, body.reason, body.told_by, entry.at)
         for entry, body in bodies],
    )  # fmt: skip


def apply_settled(db: Database, entry: Entry) -> None:
    """Take the line off the list, keeping who settled it in the journal."""
    body: LineSettled = entry.body
    db.run(
        "UPDATE set_aside_line SET settled_at = ?, note = ? WHERE source = ? AND epoch = ? AND stream = ? AND n = ?",
        (entry.at, body.note, entry.source, body.epoch, body.stream, body.n),
    )


def apply_destroyed(db: Database, entry: Entry) -> None:
    """Put the redacted bodies in the place of the bodies. A replay holds no bodies, so there nothing changes."""
    for one in entry.body.bodies:
        sql = "SELECT id FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?"
        row = db.one(sql, (one.source, one.epoch, one.stream, one.n))
        if row is not None:
            db.run("INSERT INTO journal_redaction (id, body) VALUES (?, ?)", (row[0], one.redacted.encode()))
            db.run("DELETE FROM journal_body WHERE id = ?", (row[0],))


def check_received(db: Database, entry: Entry) -> str:
    """Whether received lines still have the hash that was recorded when they came in."""
    body: EntriesReceived = entry.body
    if hash_at(db, body.origin, body.epoch, body.stream, body.last) == body.head:
        return ""
    return f"Baris {body.origin} {body.epoch}/{body.stream}/{body.last} tidak sama dengan yang diterima dulu."


def apply_confirmed(db: Database, entry: Entry) -> None:
    """A person has read that this side came back, and everything before it."""
    db.run(
        "UPDATE side_return SET confirmed_at = ?, confirmed_by = ?, note = ? WHERE epoch <= ? AND confirmed_at = ''",
        (entry.at, entry.actor, entry.body.note, entry.body.epoch),
    )


KINDS = [
    Kind("entries.received", 1, EntriesReceived, nothing, proved_by=check_received),
    Kind("body.destroyed", 1, BodyDestroyed, apply_destroyed),
    Kind("entries.caught_up", 1, EntriesCaughtUp, nothing),
    Kind("line.set_aside", 1, LineSetAside, apply_set_aside, apply_many=apply_set_aside_many),
    Kind("line.settled", 1, LineSettled, apply_settled),
    Kind("keys.rotated", 1, KeysRotated, apply_rotated),
    Kind("keys.followed", 1, KeysFollowed, nothing),
    Kind("office.barred", 1, OfficeBarred, apply_barred),
    Kind("office.admitted", 1, OfficeAdmitted, apply_admitted),
    Kind("keys.recalled", 1, KeysRecalled, nothing),
    Kind("return.confirmed", 1, ReturnConfirmed, apply_confirmed),
    Kind("clock.differed", 1, ClockDiffered, nothing),
    *FORK_KINDS,
]

"""The road's own journal kinds: what was received, and which of our lines the other side could not use."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import msgspec

from schema.database import Database, to_stored_value
from schema.structs import Count, Hex64, Named, Short, Travel, number_within, text_like, text_up_to
from sync.entries import Entry, Kind, apply_nothing, parse_line_id, stored_hash, to_utc_text
from sync.keys import KeyAnnouncement


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


class OfficeAdmitted(msgspec.Struct, frozen=True):
    office: str
    reason: str


class ClockDiffered(msgspec.Struct, frozen=True):
    here: str
    told: str
    centre: str


class ReturnConfirmed(msgspec.Struct, frozen=True):
    epoch: int
    note: str


def apply_keys_rotated(db: Database, entry: Entry) -> None:
    one: KeyAnnouncement | None = entry.body.succession
    if one is None:
        db.run("DELETE FROM key_succession")
        return
    db.run(
        "INSERT INTO key_succession (seq, before, signing, recipient, since, by_old, by_new)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry.seq, one.before, one.signing, one.recipient, one.since, one.by_old, one.by_new),
    )


def apply_office_barred(db: Database, entry: Entry) -> None:
    db.run("DELETE FROM road_bar WHERE office = ?", (entry.body.office,))
    db.run(
        "INSERT INTO road_bar (office, reason, barred_at, barred_by) VALUES (?, ?, ?, ?)",
        (entry.body.office, entry.body.reason, to_utc_text(entry.at), entry.actor),
    )


def apply_office_admitted(db: Database, entry: Entry) -> None:
    db.run("DELETE FROM road_bar WHERE office = ?", (entry.body.office,))


def apply_set_aside(db: Database, entry: Entry) -> None:
    apply_set_aside_many(db, [entry])


def apply_set_aside_many(db: Database, entries: Sequence[Entry]) -> None:
    """Put the lines on the list: one file may name thousands."""
    bodies: list[tuple[Entry, LineSetAside]] = [(entry, entry.body) for entry in entries]
    db.many(
        "INSERT INTO set_aside_line (source, epoch, stream, n, kind, subject, reason, told_by, told_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                entry.source,
                body.epoch,
                body.stream,
                body.n,
                body.kind,
                entry.subject,
                body.reason,
                body.told_by,
                entry.at,
            )
            for entry, body in bodies
        ],
    )


def apply_line_settled(db: Database, entry: Entry) -> None:
    body: LineSettled = entry.body
    db.run(
        "UPDATE set_aside_line SET settled_at = ?, note = ? WHERE source = ? AND epoch = ? AND stream = ? AND n = ?",
        (entry.at, body.note, entry.source, body.epoch, body.stream, body.n),
    )


def apply_bodies_destroyed(db: Database, entry: Entry) -> None:
    """Put the redacted bodies in the place of the bodies. A replay holds no bodies, so there nothing changes."""
    for one in entry.body.bodies:
        sql = "SELECT id FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?"
        row = db.one(sql, (one.source, one.epoch, one.stream, one.n))
        if row is not None:
            db.run("INSERT INTO journal_redaction (id, body) VALUES (?, ?)", (row[0], one.redacted.encode()))
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
    line: Annotated[str, text_up_to(262_144)] = ""


def apply_fork_settled(db: Database, entry: Entry) -> None:
    """Keep the decision; the newest holds. The road's own note of the stop ends with it."""
    body: ForkSettled = entry.body
    where = (body.source, body.epoch, body.stream)
    db.run("DELETE FROM fork_settled WHERE source = ? AND epoch = ? AND stream = ?", where)
    db.run(
        "INSERT INTO fork_settled (source, epoch, stream, shared, held_last, held_hash, goes_on, note, settled_at,"
        " settled_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *where,
            body.shared,
            body.held_last,
            body.held_hash,
            body.goes_on,
            body.note,
            to_stored_value(entry.at),
            entry.actor,
        ),
    )
    db.run(
        "UPDATE road_stop SET settled_at = ? WHERE source = ? AND epoch = ? AND stream = ? AND settled_at IS NULL",
        (to_stored_value(entry.at), *where),
    )


def apply_twin_told(db: Database, entry: Entry) -> None:
    body: TwinTold = entry.body
    db.run(
        "INSERT INTO twin_line (source, epoch, stream, n, hash, held, kind, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, epoch, stream, n, hash) DO NOTHING",
        (body.source, body.epoch, body.stream, body.n, body.hash, int(body.held), body.kind, body.line),
    )


FORK_KINDS = [
    Kind("fork.settled", 1, ForkSettled, apply_fork_settled),
    Kind("twin.told", 1, TwinTold, apply_twin_told, personal=True),
]


KINDS = [
    Kind("entries.received", 1, EntriesReceived, apply_nothing, proved_by=received_lines_fault),
    Kind("body.destroyed", 1, BodyDestroyed, apply_bodies_destroyed),
    Kind("entries.caught_up", 1, EntriesCaughtUp, apply_nothing),
    Kind("line.set_aside", 1, LineSetAside, apply_set_aside, apply_many=apply_set_aside_many),
    Kind("line.settled", 1, LineSettled, apply_line_settled),
    Kind("keys.rotated", 1, KeysRotated, apply_keys_rotated),
    Kind("keys.followed", 1, KeysFollowed, apply_nothing),
    Kind("office.barred", 1, OfficeBarred, apply_office_barred),
    Kind("office.admitted", 1, OfficeAdmitted, apply_office_admitted),
    Kind("keys.recalled", 1, KeysRecalled, apply_nothing),
    Kind("return.confirmed", 1, ReturnConfirmed, apply_return_confirmed),
    Kind("clock.differed", 1, ClockDiffered, apply_nothing),
    *FORK_KINDS,
]


def put_decision(db: Database, entry: Entry, place: str, digest: str, state: str, became: str, reason: str) -> None:
    """In an `apply`: what a person made of a line; its bytes are no longer needed."""
    epoch, stream, n = parse_line_id(place)
    db.run(
        "INSERT INTO twin_line (source, epoch, stream, n, hash, held, kind, state, became, reason, decided_at,"
        " decided_by) VALUES (?, ?, ?, ?, ?, 1, '?', ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, epoch, stream, n, hash) DO UPDATE SET state = excluded.state, line = '',"
        " became = excluded.became, reason = excluded.reason, decided_at = excluded.decided_at,"
        " decided_by = excluded.decided_by",
        (
            entry.source,
            int(epoch),
            stream,
            int(n),
            digest,
            state,
            became,
            reason,
            to_stored_value(entry.at),
            entry.actor,
        ),
    )

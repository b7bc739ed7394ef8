"""Journal kinds of a decided fork: the centre writes them into its stream for the office, so both sides apply them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec

from schema.database import Database, plain
from schema.fields import Count, Hex64, Named, Short, like, text, within
from schema.travel import Travel
from sync.kinds import Entry, Kind

Code = Annotated[str, like("[a-z0-9-]{1,40}")]
Epoch = Annotated[int, within(1, 99_999_999)]
ABOUT = "a stream that both sides share"


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
    n: Annotated[int, within(1)]
    hash: Hex64
    held: bool
    kind: Short
    line: Annotated[str, text(262_144)] = ""


def apply_settled(db: Database, entry: Entry) -> None:
    """Keep the decision; the newest holds. The road's own note of the stop ends with it."""
    body: ForkSettled = entry.body
    where = (body.source, body.epoch, body.stream)
    db.run("DELETE FROM fork_settled WHERE source = ? AND epoch = ? AND stream = ?", where)
    db.run(
        "INSERT INTO fork_settled (source, epoch, stream, shared, held_last, held_hash, goes_on, note, settled_at,"
        " settled_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*where, body.shared, body.held_last, body.held_hash, body.goes_on, body.note, plain(entry.at),
         entry.actor),
    )  # fmt: skip
    db.run(
        "UPDATE road_stop SET settled_at = ? WHERE source = ? AND epoch = ? AND stream = ? AND settled_at IS NULL",
        (plain(entry.at), *where),
    )


def apply_told(db: Database, entry: Entry) -> None:
    """Put the line on the list of what a person decides; what was told before stays as it is."""
    body: TwinTold = entry.body
    db.run(
        "INSERT INTO twin_line (source, epoch, stream, n, hash, held, kind, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, epoch, stream, n, hash) DO NOTHING",
        (body.source, body.epoch, body.stream, body.n, body.hash, int(body.held), body.kind, body.line),
    )


def put_decision(
    db: Database, entry: Entry, place: str, digest: str, state: str, became: str, reason: str
) -> None:
    """In an `apply`: what a person made of a line; its bytes are no longer needed."""
    epoch, rest = place.split("/", 1)
    stream, n = rest.rsplit("/", 1)
    db.run(
        "INSERT INTO twin_line (source, epoch, stream, n, hash, held, kind, state, became, reason, decided_at,"
        " decided_by) VALUES (?, ?, ?, ?, ?, 1, '?', ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, epoch, stream, n, hash) DO UPDATE SET state = excluded.state, line = '',"
        " became = excluded.became, reason = excluded.reason, decided_at = excluded.decided_at,"
        " decided_by = excluded.decided_by",
        (entry.source, int(epoch), stream, int(n), digest, state, became, reason, plain(entry.at), entry.actor),
    )  # fmt: skip


FORK_KINDS = [
    Kind("fork.settled", 1, ForkSettled, apply_settled),
    Kind("twin.told", 1, TwinTold, apply_told, personal=True),
]

"""Whether what both sides once agreed on still stands: signed acknowledgements and anchors against our own chain.

An acknowledgement that agrees with our chain is kept, one row for each place. Whoever rewrites an entry changes every
hash after it, so the newest place of a stream tells; the earlier ones say between which two places it happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec

from schema.database import Database
from sync.journal import LOCAL, Journal
from sync.line import stamp

Where = tuple[str, int, str]

ANCHOR_KIND, ANCHOR_SUBJECT = "heads.anchored", "anchor"
REWRITTEN = (
    "Aliran {source} {epoch}/{stream} ditulis ulang: sampai catatan {agreed} sama dengan yang {by}, tetapi catatan "
    "{first} sampai {n} tidak. Yang pertama berbeda paling awal catatan {first} ({kind})."
)
CONTRADICTS = (
    "Tambatan {source} bertentangan: {line} menyebut catatan {n}, tidak cocok dengan {before} sebelumnya."
)
ACKED, ANCHORED = "sudah diakui pihak lain", "tertambat"


class Rewritten(msgspec.Struct, frozen=True):
    """A stream whose chain is no longer the one that was agreed: alike up to `agreed`, different at `n`.

    `kind`: of our first entry after `agreed`; `by`: an acknowledgement or an anchor, in words.
    """

    source: str
    epoch: int
    stream: str
    agreed: int
    n: int
    kind: str
    by: str

    @property
    def sentence(self) -> str:
        """What is wrong, by place and kind."""
        return REWRITTEN.format(source=self.source, epoch=self.epoch, stream=self.stream, agreed=self.agreed,
                                first=self.agreed + 1, n=self.n, kind=self.kind, by=self.by)  # fmt: skip


class Anchor(msgspec.Struct, frozen=True):
    """What an anchor says of the stream that stays at its side: last number and hash (hex)."""

    n: int
    hash: str


# -- acknowledgements -------------------------------------------------------------------------------------------


def keep_checkpoint(db: Database, peer: str, where: Where, n: int, digest: bytes, now: datetime) -> None:
    """In the open transaction: the peer signed that it holds our chain up to n."""
    db.run(
        "INSERT INTO road_checkpoint (peer, source, epoch, stream, n, hash, said_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (peer, source, epoch, stream, n, hash) DO NOTHING",
        (peer, *where, n, digest, stamp(now)),
    )


CHECKED = (
    "SELECT c.n, j.hash IS NOT NULL AND j.hash = c.hash FROM road_checkpoint c LEFT JOIN journal j"
    " ON j.source = c.source AND j.epoch = c.epoch AND j.stream = c.stream AND j.n = c.n"
    " WHERE c.source = ? AND c.epoch = ? AND c.stream = ? ORDER BY c.n"
)
"""(n, whether our chain is what was signed) of every kept place of a stream."""


def rewritten_streams(db: Database, *, whole: bool) -> list[Rewritten]:
    """Streams whose acknowledged lines changed. `whole`: every kept place; else the newest of each stream first.

    A place beyond our last line is a loss (a restore), not a rewriting, and is left to the exchange.
    """
    found = []
    for source, epoch, stream in list(
        db.run("SELECT DISTINCT source, epoch, stream FROM road_checkpoint ORDER BY source, epoch, stream")
    ):
        where = (source, epoch, stream)
        last = last_held(db, where)
        if not whole and newest_agrees(db, where, last):
            continue
        places = [(n, bool(same)) for n, same in db.run(CHECKED, where) if n <= last]
        if one := first_unlike(db, where, places, ACKED):
            found.append(one)
    return found


def last_held(db: Database, where: Where) -> int:
    """Last number of a stream that we hold."""
    row = db.one("SELECT max(n) FROM journal WHERE source = ? AND epoch = ? AND stream = ?", where)
    return int(row[0] or 0) if row else 0


def newest_agrees(db: Database, where: Where, last: int) -> bool:
    """Whether our chain is still the one that was signed last, of the lines that we hold."""
    row = db.one(
        "SELECT c.hash, j.hash FROM road_checkpoint c JOIN journal j ON j.source = c.source AND j.epoch = c.epoch"
        " AND j.stream = c.stream AND j.n = c.n WHERE c.source = ? AND c.epoch = ? AND c.stream = ? AND c.n <= ?"
        " ORDER BY c.n DESC LIMIT 1",
        (*where, last),
    )
    return row is None or bytes(row[0]) == bytes(row[1])


def first_unlike(db: Database, where: Where, places: list[tuple[int, bool]], by: str) -> Rewritten | None:
    """The first place of a stream that no longer agrees, with the last one before it that does."""
    agreed_n = 0
    for n, same in places:
        if not same:
            return Rewritten(*where, agreed_n, n, kind_at(db, where, agreed_n + 1), by)
        agreed_n = n
    return None


def kind_at(db: Database, where: Where, n: int) -> str:
    """Kind of an entry that we hold, `?` for none."""
    row = db.one(
        "SELECT kind FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?", (*where, n)
    )
    return str(row[0]) if row else "?"


# -- anchors ----------------------------------------------------------------------------------------------------


def anchors(db: Database, newest: int = 0) -> Iterator[tuple[str, int, str, Anchor]]:
    """(source, epoch, entry, what it says) of the anchors in our journal, oldest first; `newest`: so many only."""
    sql = (
        "SELECT j.id, j.source, j.epoch, j.stream, j.n, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        " WHERE j.subject = ? AND j.kind = ? AND j.verdict = 'stored' ORDER BY j.id"
    )
    params: tuple[Any, ...] = (ANCHOR_SUBJECT, ANCHOR_KIND)
    if newest:
        sql, params = sql + " DESC LIMIT ?", (*params, newest)
    for _, source, epoch, stream, n, body in sorted(db.run(sql, params), key=lambda row: (*row[1:3], row[4])):
        try:
            yield source, epoch, f"{epoch}/{stream}/{n}", msgspec.json.decode(bytes(body), type=Anchor)
        except msgspec.MsgspecError:
            continue


def rewritten_anchored(journal: Journal, *, whole: bool) -> list[Rewritten]:
    """Our own stream that stays here, against what was anchored of it at the other side, epoch by epoch.

    What was anchored beyond the end of an epoch that a return closed is lost, and told as such; it is no rewriting.
    """
    epochs: dict[int, list[tuple[int, bool]]] = {}
    for source, epoch, _, anchor in anchors(journal.db, 0 if whole else 1):
        lost = epoch < journal.epoch and anchor.n > last_held(journal.db, (source, epoch, LOCAL))
        if source == journal.source and anchor.n and not lost:
            row = journal.db.one(
                "SELECT hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?",
                (source, epoch, LOCAL, anchor.n),
            )
            epochs.setdefault(epoch, []).append(
                (anchor.n, row is not None and bytes(row[0]).hex() == anchor.hash)
            )
    if not whole and any(not same for places in epochs.values() for _, same in places):
        return rewritten_anchored(journal, whole=True)
    found = [first_unlike(journal.db, (journal.source, epoch, LOCAL), places, ANCHORED)
             for epoch, places in epochs.items()]  # fmt: skip
    return [one for one in found if one]


def contradicting_anchors(journal: Journal) -> list[str]:
    """Sentences for anchors of another side that cannot all be true: a head that went back, or two under one number."""
    by_stream: dict[tuple[str, int], list[tuple[str, Anchor]]] = {}
    for source, epoch, line, anchor in anchors(journal.db):
        if source != journal.source:
            by_stream.setdefault((source, epoch), []).append((line, anchor))
    return [
        CONTRADICTS.format(source=source, line=line, n=later.n, before=before)
        for (source, _), said in by_stream.items()
        for (before, earlier), (line, later) in pairwise(said)
        if later.n < earlier.n or (later.n == earlier.n and later.hash != earlier.hash)
    ]


# -- both -------------------------------------------------------------------------------------------------------


def rewritten(journal: Journal, *, whole: bool = False) -> list[Rewritten]:
    """Every stream of which something agreed has changed. Without `whole` a few reads, unless something is wrong."""
    return rewritten_streams(journal.db, whole=whole) + rewritten_anchored(journal, whole=whole)


def history_faults(journal: Journal) -> list[str]:
    """All that contradicts what was signed and anchored, as sentences, for the proof of the journal."""
    return [one.sentence for one in rewritten(journal, whole=True)] + contradicting_anchors(journal)

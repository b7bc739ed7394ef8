"""What a database must agree with besides itself: its identity, what the other side acknowledged, the marker.

Whoever can write the database can make it agree with itself. What stands here was told to somebody else, or lies
beside the file: a database that lost its last commits (a deleted WAL, an older file put back) does not fit it.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from schema.database import Database, SqliteDatabase, first_value
from sync.chains import ProofResult
from sync.database_marker import OLDER, Marker, marker_beside, read_marker, return_cause
from sync.entries import StreamKey, stored_hash, to_utc_text
from sync.journal import LOCAL, Journal

LOST = (
    "Basis data lebih tua daripada penandanya (berkas .penanda): catatan terakhir hilang, WAL terhapus, atau berkas "
    "lain dipasang."
)


def prove_evidence(db: Database, marker: Marker | None, verdict: ProofResult) -> None:
    known = {str(row[0]): str(row[1]) for row in db.run("SELECT key, value FROM identity")}
    source, epoch = known.get("source", ""), known.get("epoch", "")
    verdict.faults += identity_faults(db, source, epoch)
    verdict.faults += acknowledged_faults(db, source, epoch)
    verdict.faults += marker_faults(db, marker)


def identity_faults(db: Database, source: str, epoch: str) -> list[str]:
    """Name and epoch of this side are those under which it wrote last, and every epoch of ours was opened."""
    row = db.one("SELECT source, epoch FROM journal WHERE seq IS NOT NULL ORDER BY id DESC LIMIT 1")
    if row is None:
        return []
    faults = []
    if (source, epoch) != (row[0], str(row[1])):
        faults.append(
            f"Identitas ({source}, epos {epoch}) bukan yang terakhir menulis jurnal ({row[0]}, epos {row[1]})."
        )
    for (one,) in db.run("SELECT DISTINCT epoch FROM journal WHERE seq IS NOT NULL AND source = ?", (row[0],)):
        opened = "SELECT 1 FROM journal WHERE subject = ? AND kind = 'epoch.opened' AND seq IS NOT NULL AND n = 1"
        if db.one(opened, (f"epoch/{row[0]}/{one}",)) is None:
            faults.append(f"Epos {one} tidak pernah dibuka di jurnal.")
    return faults


def acknowledged_faults(db: Database, source: str, epoch: str) -> list[str]:
    """What the other side signed for in this epoch is still here; whether it is the same says `sync.evidence`.

    A closed epoch may lack lines: they were lost with a PC, and come back from the other side.
    """
    rows = db.run(
        "SELECT peer, epoch, stream, n FROM road_ack WHERE origin = ? AND n > 0 ORDER BY peer, epoch, stream",
        (source,),
    )
    return [
        f"{peer} sudah mengakui baris {one}/{stream}/{n}, tetapi di sini baris itu tidak ada."
        for peer, one, stream, n in list(rows)
        if str(one) == epoch and not stored_hash(db, (source, one, stream), n)
    ]


def read_own_marker(db: Database) -> Marker | None:
    """The marker beside a database file, read before the moment that is proved; PostgreSQL has none beside it."""
    return read_marker(marker_beside(Path(str(db.database)))) if isinstance(db, SqliteDatabase) else None


def marker_faults(db: Database, known: Marker | None) -> list[str]:
    """Whether the database is older than its marker. After a restore a new epoch is open, and the marker is past."""
    older = known is not None and return_cause(db, known, "") == OLDER
    return [LOST] if older else []


ANCHOR_KIND, ANCHOR_SUBJECT = "heads.anchored", "anchor"
REWRITTEN = (
    "Aliran {source} {epoch}/{stream} ditulis ulang: sampai catatan {agreed} sama dengan yang {by}, tetapi catatan "
    "{first} sampai {n} tidak. Yang pertama berbeda paling awal catatan {first} ({kind})."
)
CONTRADICTS = "Tambatan {source} bertentangan: {line} menyebut catatan {n}, tidak cocok dengan {before} sebelumnya."
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
        return REWRITTEN.format(
            source=self.source,
            epoch=self.epoch,
            stream=self.stream,
            agreed=self.agreed,
            first=self.agreed + 1,
            n=self.n,
            kind=self.kind,
            by=self.by,
        )


class Anchor(msgspec.Struct, frozen=True):
    n: int
    hash: str


# -- acknowledgements -------------------------------------------------------------------------------------------


def keep_checkpoint(db: Database, peer: str, where: StreamKey, n: int, digest: bytes, now: datetime) -> None:
    db.run(
        "INSERT INTO road_checkpoint (peer, source, epoch, stream, n, hash, said_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (peer, source, epoch, stream, n, hash) DO NOTHING",
        (peer, *where, n, digest, to_utc_text(now)),
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
        if one := first_rewritten(db, where, places, ACKED):
            found.append(one)
    return found


def last_held(db: Database, where: StreamKey) -> int:
    return int(first_value(db, "SELECT max(n) FROM journal WHERE source = ? AND epoch = ? AND stream = ?", where) or 0)


def newest_agrees(db: Database, where: StreamKey, last: int) -> bool:
    row = db.one(
        "SELECT c.hash, j.hash FROM road_checkpoint c JOIN journal j ON j.source = c.source AND j.epoch = c.epoch"
        " AND j.stream = c.stream AND j.n = c.n WHERE c.source = ? AND c.epoch = ? AND c.stream = ? AND c.n <= ?"
        " ORDER BY c.n DESC LIMIT 1",
        (*where, last),
    )
    return row is None or bytes(row[0]) == bytes(row[1])


def first_rewritten(db: Database, where: StreamKey, places: list[tuple[int, bool]], by: str) -> Rewritten | None:
    agreed_n = 0
    for n, same in places:
        if not same:
            return Rewritten(*where, agreed_n, n, kind_at(db, where, agreed_n + 1), by)
        agreed_n = n
    return None


def kind_at(db: Database, where: StreamKey, n: int) -> str:
    return str(
        first_value(db, "SELECT kind FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?", (*where, n))
        or "?"
    )


# -- anchors ----------------------------------------------------------------------------------------------------


def read_anchors(db: Database, newest: int = 0) -> Iterator[tuple[str, int, str, Anchor]]:
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


def rewritten_anchored_streams(journal: Journal, *, whole: bool) -> list[Rewritten]:
    """Our own stream that stays here, against what was anchored of it at the other side, epoch by epoch.

    What was anchored beyond the end of an epoch that a return closed is lost, and told as such; it is no rewriting.
    """
    epochs: dict[int, list[tuple[int, bool]]] = {}
    for source, epoch, _, anchor in read_anchors(journal.db, 0 if whole else 1):
        lost = epoch < journal.epoch and anchor.n > last_held(journal.db, (source, epoch, LOCAL))
        if source == journal.source and anchor.n and not lost:
            row = journal.db.one(
                "SELECT hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?",
                (source, epoch, LOCAL, anchor.n),
            )
            epochs.setdefault(epoch, []).append((anchor.n, row is not None and bytes(row[0]).hex() == anchor.hash))
    if not whole and any(not same for places in epochs.values() for _, same in places):
        return rewritten_anchored_streams(journal, whole=True)
    found = [
        first_rewritten(journal.db, (journal.source, epoch, LOCAL), places, ANCHORED)
        for epoch, places in epochs.items()
    ]
    return [one for one in found if one]


def contradicting_anchors(journal: Journal) -> list[str]:
    """Sentences for anchors of another side that cannot all be true: a head that went back, or two under one number."""
    by_stream: dict[tuple[str, int], list[tuple[str, Anchor]]] = {}
    for source, epoch, line, anchor in read_anchors(journal.db):
        if source != journal.source:
            by_stream.setdefault((source, epoch), []).append((line, anchor))
    return [
        CONTRADICTS.format(source=source, line=line, n=later.n, before=before)
        for (source, _), said in by_stream.items()
        for (before, earlier), (line, later) in pairwise(said)
        if later.n < earlier.n or (later.n == earlier.n and later.hash != earlier.hash)
    ]


# -- both -------------------------------------------------------------------------------------------------------


def rewritten_history(journal: Journal, *, whole: bool = False) -> list[Rewritten]:
    return rewritten_streams(journal.db, whole=whole) + rewritten_anchored_streams(journal, whole=whole)


def history_faults(journal: Journal) -> list[str]:
    """All that contradicts what was signed and anchored, as sentences, for the proof of the journal."""
    return [one.sentence for one in rewritten_history(journal, whole=True)] + contradicting_anchors(journal)

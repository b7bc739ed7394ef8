"""What a database must agree with besides itself: its identity, what the other side acknowledged, a witness file.

Whoever can write the database can make it agree with itself. What stands here was told to somebody else, or lies
beside the file: a database that lost its last commits (a deleted WAL, an older file put back) does not fit it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from schema.database import Database, SqliteDatabase
from sync.files import write_whole
from sync.kinds import hash_at
from sync.verdict import Verdict

ENDING = ".saksi"


class Witness(msgspec.Struct, frozen=True):
    """The newest row of the journal when this was written: its number, its hash (hex), and our epoch then."""

    source: str
    epoch: int
    id: int
    hash: str


def check_evidence(db: Database, verdict: Verdict) -> None:
    """Compare with everything that is known outside the journal; one sentence for each difference."""
    known = {str(row[0]): str(row[1]) for row in db.run("SELECT key, value FROM identity")}
    source, epoch = known.get("source", ""), known.get("epoch", "")
    verdict.faults += identity_faults(db, source, epoch)
    verdict.faults += acknowledged_faults(db, source, epoch)
    verdict.faults += witness_faults(db)


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
    for (one,) in db.run(
        "SELECT DISTINCT epoch FROM journal WHERE seq IS NOT NULL AND source = ?", (row[0],)
    ):
        opened = (
            "SELECT 1 FROM journal WHERE subject = ? AND kind = 'epoch.opened' AND seq IS NOT NULL AND n = 1"
        )
        if db.one(opened, (f"epoch/{row[0]}/{one}",)) is None:
            faults.append(f"Epos {one} tidak pernah dibuka di jurnal.")
    return faults


def acknowledged_faults(db: Database, source: str, epoch: str) -> list[str]:
    """What the other side signed for still stands here; only a stream that is stopped at a fork is told elsewhere.

    A closed epoch may lack lines: they were lost with a PC, and come back from the other side.
    """
    faults = []
    rows = db.run(
        "SELECT a.peer, a.epoch, a.stream, a.n, a.head FROM road_ack a WHERE a.origin = ? AND a.n > 0 AND NOT EXISTS"
        " (SELECT 1 FROM road_stop s WHERE s.source = a.origin AND s.epoch = a.epoch AND s.stream = a.stream)"
        " ORDER BY a.peer, a.epoch, a.stream",
        (source,),
    )
    for peer, one, stream, n, head in list(rows):
        held = hash_at(db, source, one, stream, n)
        if not held and str(one) == epoch:
            faults.append(
                f"{peer} sudah mengakui baris {one}/{stream}/{n}, tetapi di sini baris itu tidak ada."
            )
        elif held and held != head:
            faults.append(f"Baris {one}/{stream}/{n} tidak sama dengan yang diakui {peer}.")
    return faults


# -- the witness -----------------------------------------------------------------------------------------------


def witness_path(db: Database) -> Path | None:
    """Where the witness of a database lies: beside its file. PostgreSQL keeps its own."""
    return Path(str(db.database) + ENDING) if isinstance(db, SqliteDatabase) else None


def read_witness(path: Path) -> Witness | None:
    """The witness, or None where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Witness)
    except (OSError, ValueError):
        return None


def witness_faults(db: Database) -> list[str]:
    """Whether the database is older than its witness. After a restore a new epoch is open, and the old one is past."""
    path = witness_path(db)
    known = read_witness(path) if path else None
    if known is None:
        return []
    row = db.one("SELECT source, epoch FROM journal WHERE seq IS NOT NULL ORDER BY id DESC LIMIT 1")
    if row and (row[0] != known.source or row[1] > known.epoch):
        return []
    held = db.one("SELECT hash FROM journal WHERE id = ?", (known.id,))
    if held is None:
        return [
            "Basis data lebih tua daripada saksinya: catatan terakhir hilang (WAL terhapus, atau berkas lama dipasang)."
        ]
    return (
        []
        if bytes(held[0]).hex() == known.hash
        else ["Baris jurnal yang disaksikan berkas saksi sudah berbeda."]
    )


def renew_witness(db: Database) -> bool:
    """Write down how far the journal is, when it has grown; whether it was written.

    A database that does not fit its witness leaves it alone: it is the evidence. Raises OSError.
    """
    path = witness_path(db)
    row = db.one("SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1")
    own = db.one("SELECT source, epoch FROM journal WHERE seq IS NOT NULL ORDER BY id DESC LIMIT 1")
    if path is None or row is None or own is None:
        return False
    fresh = Witness(own[0], own[1], row[0], bytes(row[1]).hex())
    if fresh == read_witness(path) or witness_faults(db):
        return False
    write_whole(path, msgspec.json.encode(fresh), 0o600)
    return True

"""What a database must agree with besides itself: its identity, what the other side acknowledged, the marker.

Whoever can write the database can make it agree with itself. What stands here was told to somebody else, or lies
beside the file: a database that lost its last commits (a deleted WAL, an older file put back) does not fit it.
"""

from __future__ import annotations

from pathlib import Path

from schema.database import Database, SqliteDatabase
from sync.kinds import hash_at
from sync.marker import OLDER, Marker, cause_of, marker_beside, read_marker
from sync.verdict import Verdict

LOST = (
    "Basis data lebih tua daripada penandanya (berkas .penanda): catatan terakhir hilang, WAL terhapus, atau berkas "
    "lain dipasang."
)


def check_evidence(db: Database, marker: Marker | None, verdict: Verdict) -> None:
    """Compare with everything that is known outside the journal; one sentence for each difference."""
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
    """What the other side signed for in this epoch is still here; whether it is the same says `sync.history`.

    A closed epoch may lack lines: they were lost with a PC, and come back from the other side.
    """
    rows = db.run(
        "SELECT peer, epoch, stream, n FROM road_ack WHERE origin = ? AND n > 0 ORDER BY peer, epoch, stream",
        (source,),
    )
    return [
        f"{peer} sudah mengakui baris {one}/{stream}/{n}, tetapi di sini baris itu tidak ada."
        for peer, one, stream, n in list(rows)
        if str(one) == epoch and not hash_at(db, source, one, stream, n)
    ]


def marker_of(db: Database) -> Marker | None:
    """The marker beside a database file, read before the moment that is proved; PostgreSQL has none beside it."""
    return read_marker(marker_beside(Path(str(db.database)))) if isinstance(db, SqliteDatabase) else None


def marker_faults(db: Database, known: Marker | None) -> list[str]:
    """Whether the database is older than its marker. After a restore a new epoch is open, and the marker is past."""
    older = known is not None and cause_of(db, known, "") == OLDER
    return [LOST] if older else []

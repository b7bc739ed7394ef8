"""Proof of a side, in two forms. Nothing is changed on this side; what is found is told by place, never with the data.

The **whole** form reads every page, hashes every chain from its beginning, compares what stands beside the hash, the
shape of the database and the evidence outside it, replays the journal into a scratch database and compares every
official table. The **everyday** form does all of that but replay and tables, and hashes only what is new since the
last proof without a fault (docs/decisions/0017-proofs.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from schema.bulk import is_damage, is_environment
from schema.database import CentrePostgres, Database
from schema.migrate import Side
from schema.shape import check_schema
from sync.chains import (
    check_chains,
    check_counts,
    check_intakes,
    check_order,
    check_redactions,
    check_waiting,
    hash_held,
)
from sync.comparing import beside_faults, compare, digest, official_tables
from sync.evidence import check_evidence, marker_of
from sync.history import history_faults
from sync.journal import Journal, Tail
from sync.replaying import Progress, as_it_stood, copy_of, replay, scratch_side
from sync.verdict import StreamKey, Verdict

__all__ = ["Verdict", "as_it_stood", "digest", "official_tables", "verify", "verify_fresh"]
DAMAGED = "Berkas basis data rusak: {what}. Hentikan pekerjaan dan pulihkan cadangan."


def verify(
    journal: Journal, side: Side, scratch: Path, progress: Progress = lambda _done, _all: None
) -> Verdict:
    """The whole form. `scratch` names a database file that does not exist yet; the caller removes it."""

    def work(empty: Database, verdict: Verdict) -> None:
        declared = check_chains(journal, verdict)
        check_redactions(journal.db, declared, verdict)
        check_waiting(journal.db, declared, verdict)
        check_intakes(declared, verdict)
        check_order(journal.db, verdict)
        if replay(journal, copy_of(journal, empty), verdict, progress):
            compare(journal.db, empty, verdict)
        else:
            verdict.digest = digest(journal.db)

    return proved(journal, side, scratch, "integrity_check", work)


def verify_fresh(journal: Journal, side: Side, scratch: Path, since: Mapping[StreamKey, Tail]) -> Verdict:
    """The everyday form: what is new since the heads of an earlier proof, on which it builds."""

    def work(_empty: Database, verdict: Verdict) -> None:
        for key, tail in sorted(since.items()):
            if hash_held(journal.db, key, tail.n) != tail.hash:
                name = f"{key[0]} {key[1]}/{key[2]}/{tail.n}"
                verdict.faults.append(f"Baris {name} tidak sama dengan pemeriksaan sebelumnya.")
        declared = check_chains(journal, verdict, since)
        check_redactions(journal.db, declared, verdict)
        check_intakes(declared, verdict)
        check_counts(journal.db, verdict)

    return proved(journal, side, scratch, "quick_check", work)


def proved(
    journal: Journal, side: Side, scratch: Path, check: str, work: Callable[[Database, Verdict], None]
) -> Verdict:
    """What both forms begin with, around their own work; a damaged file ends either with its sentence."""
    verdict, marker = Verdict(), marker_of(journal.db)
    try:
        verdict.faults += check_schema(journal.db, side)  # type: ignore[arg-type]
        with scratch_side(scratch, side) as empty, snapshot(journal.db):
            damaged = [DAMAGED.format(what=what) for what in damages(journal.db, check)]
            verdict.faults += damaged
            if not damaged:
                verdict.faults += [*beside_faults(journal.db, empty), *history_faults(journal)]
                check_evidence(journal.db, marker, verdict)
                work(empty, verdict)
    except Exception as error:
        if is_damage(error):
            verdict.faults.append(DAMAGED.format(what=type(error).__name__))
        elif not verdict.faults or is_environment(error):
            raise  # else a table or column is missing, and what is missing is the answer
    return verdict


def damages(db: Database, check: str) -> list[str]:
    """What SQLite finds wrong with its pages and indexes, by place. PostgreSQL looks after its own."""
    if isinstance(db, CentrePostgres):
        return []
    return [str(row[0]) for row in db.run(f"PRAGMA {check}(5)") if row[0] != "ok"]


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """One moment of the database for all reads inside, however much is written meanwhile."""
    db.run("BEGIN ISOLATION LEVEL REPEATABLE READ" if isinstance(db, CentrePostgres) else "BEGIN")
    try:
        yield
    finally:
        db.run("ROLLBACK")

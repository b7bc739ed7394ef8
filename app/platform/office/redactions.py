"""Entries whose bodies are not to be kept: those of earlier releases, and what a person orders destroyed.

A room whose entries are meant gives `Room.redactions`; the nightly proof puts the bodies in their place
(`app/cli/proving.py`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.platform.office.tables import RedactionDue
from schema.data_folder import scratch_folder
from schema.database import Database
from schema.migrations import Side
from sync.chains import Place
from sync.entries import Entry, JournalError
from sync.erasure import StillNeededError, destroy_bodies
from sync.journal import Journal
from sync.verification import redacted_body

HELD = (
    "SELECT j.source, j.epoch, j.stream, j.n, j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
    " WHERE j.kind = ? AND j.seq IS NOT NULL AND j.id <= ? ORDER BY j.id"
)


def is_redaction_due(db: Database) -> bool:
    return RedactionDue.first(db) is not None


def held_entries(journal: Journal, kind: str) -> Iterator[tuple[Place, Entry]]:
    """Our own entries of a kind whose bodies are held and may be of an earlier release, each with its place."""
    due = RedactionDue.first(journal.db)
    if due is not None:
        rows = journal.db.run(HELD, (kind, due.last_id))
    else:
        rows = ()
    for source, epoch, stream, n, head, body in rows:
        yield (source, epoch, stream, n), journal.decode(bytes(head), bytes(body))


def was_cleared(journal: Journal, kind: str) -> bool:
    """Whether an entry of this kind has cleaned the tables since."""
    sql = "SELECT 1 FROM journal j, redaction_due d WHERE j.kind = ? AND j.seq IS NOT NULL AND j.id > d.last_id"
    return journal.db.one(sql, (kind,)) is not None


def end_redaction(db: Database) -> None:
    """Nothing of an earlier release is held."""
    with db.writing():
        db.run("DELETE FROM redaction_due")


MOST_REASON = 300
STILL_NEEDED = (
    "Isi itu masih dipakai tabel kantor, jadi tidak dimusnahkan: {first} Betulkan atau kosongkan dulu datanya dari "
    "halaman berkasnya."
)
CANNOT_BE_DESTROYED = (
    "Isi itu tidak dapat dimusnahkan di sini: barisnya tidak ada, sudah dimusnahkan, bukan milik kantor ini sendiri, "
    "atau jenisnya tidak memuat orang."
)


def destroy_entries(
    journal: Journal,
    side: Side,
    actor: Actor,
    places: Sequence[tuple[int, str, int]],
    *,
    reason: str,
    folder: Path,
    now: datetime,
) -> None:
    """Destroy the bodies of entries of our own, (epoch, stream, n) each. The caller has asked for the PIN.

    The journal is replayed in `folder` first, which takes minutes where it holds ten years.
    Raises Problem; then nothing was destroyed.
    """
    require(actor, "office.settings")
    if not reason.strip() or len(reason) > MOST_REASON:
        raise Problem.of("invalid", {"reason": f"Tulis alasannya, paling panjang {MOST_REASON} huruf."})
    try:
        redacted = {(journal.source, *place): redacted_body(journal, (journal.source, *place)) for place in places}
        with scratch_folder(folder) as scratch:
            destroy_bodies(
                journal,
                side,
                redacted,
                reason=reason.strip(),
                actor=actor.username,
                at=now,
                scratch=scratch / "scratch.sqlite3",
            )
    except StillNeededError as needed:
        raise Problem.of("conflict", why=STILL_NEEDED.format(first=needed)) from needed
    except JournalError as error:
        raise Problem.of("conflict", why=CANNOT_BE_DESTROYED) from error

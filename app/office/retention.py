"""Personal bodies of the journal destroyed on request or when a period is over: by whom, why, and only when unused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.migrate import Side
from schema.scratch import scratch
from sync.destroying import StillNeededError, destroy_bodies, redacted_body
from sync.journal import Journal, JournalError

MOST = 300
NEEDED = (
    "Isi itu masih dipakai tabel kantor, jadi tidak dimusnahkan: {first} Betulkan atau kosongkan dulu datanya dari "
    "halaman berkasnya."
)
NOT_POSSIBLE = (
    "Isi itu tidak dapat dimusnahkan di sini: barisnya tidak ada, sudah dimusnahkan, bukan milik kantor ini sendiri, "
    "atau jenisnya tidak memuat orang."
)


def destroy(
    journal: Journal, side: Side, actor: Actor, places: Sequence[tuple[int, str, int]], *, reason: str, folder: Path,
    now: datetime,
) -> None:  # fmt: skip
    """Destroy the bodies of entries of our own, (epoch, stream, n) each. The PIN was asked before.

    The journal is replayed in `folder` first, minutes at ten years. Raises Problem; then nothing was destroyed.
    """
    require(actor, "office.settings")
    if not reason.strip() or len(reason) > MOST:
        raise Problem.of("invalid", {"reason": f"Tulis alasannya, paling panjang {MOST} huruf."})
    named = [(journal.source, *place) for place in places]
    try:
        redacted = {place: redacted_body(journal, place) for place in named}
        with scratch(folder) as own:
            destroy_bodies(journal, side, redacted, reason=reason.strip(), actor=actor.username, at=now,
                           scratch=own / "scratch.sqlite3")  # fmt: skip
    except StillNeededError as needed:
        raise Problem.of("conflict", why=NEEDED.format(first=needed)) from needed
    except JournalError as error:
        raise Problem.of("conflict", why=NOT_POSSIBLE) from error

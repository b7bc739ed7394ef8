"""What the last proofs came to, kept beside the journal, and when the next whole one is due.

The whole form runs by itself every night, or as soon as the PC is on again after a night switched off.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from schema.database import Database
from sync.journal import Tail
from sync.line import moment, stamp
from sync.scheduler import TICK_SECONDS, night_slot
from sync.verdict import StreamKey, Verdict

log = logging.getLogger(__name__)

Form = Literal["whole", "fresh"]
WARM_UP = timedelta(minutes=10)
"""A PC that was switched on proves what the night missed a little later, not while the first page is waited for."""
AGAIN = timedelta(hours=1)
MOST_FAULTS = 50


class Kept(msgspec.Struct, frozen=True):
    """The last proof of one form. `faults` are Indonesian sentences, at most :data:`MOST_FAULTS`."""

    ended_at: datetime
    seconds: int
    entries: int
    digest: str
    faults: list[str]


def last_proof(db: Database, form: Form = "whole") -> Kept | None:
    """What the last proof of a form came to."""
    row = db.one("SELECT ended_at, seconds, entries, digest, faults FROM proof WHERE form = ?", (form,))
    return Kept(moment(row[0]), row[1], row[2], row[3], msgspec.json.decode(row[4])) if row else None


def newest_fault(db: Database) -> str:
    """The first fault of the last proofs, the whole one's first; empty when they found none."""
    forms: tuple[Form, Form] = ("whole", "fresh")
    return next((kept.faults[0] for form in forms if (kept := last_proof(db, form)) and kept.faults), "")


def proved_heads(db: Database) -> dict[StreamKey, Tail]:
    """How far each stream was proved without a fault."""
    rows = db.run("SELECT source, epoch, stream, n, hash FROM proof_head")
    return {(row[0], row[1], row[2]): Tail(row[3], bytes(row[4])) for row in rows}


def keep_proof(db: Database, form: Form, verdict: Verdict, began: datetime, now: datetime) -> None:
    """Keep a result; a proof without a fault moves the heads on which the next everyday form builds."""
    seconds = max(0, round((now - began).total_seconds()))
    faults = msgspec.json.encode(verdict.faults[:MOST_FAULTS]).decode()
    with db.writing():
        db.run(
            "INSERT INTO proof (form, ended_at, seconds, entries, digest, faults) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (form) DO UPDATE SET ended_at = excluded.ended_at, seconds = excluded.seconds,"
            " entries = excluded.entries, digest = excluded.digest, faults = excluded.faults",
            (form, stamp(now), seconds, verdict.entries, verdict.digest, faults),
        )
        if form == "whole":
            db.run("DELETE FROM proof WHERE form = 'fresh'")  # it is older and says less
        if not verdict.faults:
            db.run("DELETE FROM proof_head")
            db.many("INSERT INTO proof_head (source, epoch, stream, n, hash) VALUES (?, ?, ?, ?, ?)",
                    [(*key, tail.n, tail.hash) for key, tail in verdict.heads.items()])  # fmt: skip


def due(kept: Kept | None, name: str, now: datetime) -> bool:
    """Whether the whole proof of this night is still to be made; one from the future counts as none."""
    ended = kept.ended_at if kept and kept.ended_at <= now else None
    return ended is None or ended < night_slot(f"proof/{name}", now)


class NightlyProof:
    """Runs `prove` when it is due. `prove` keeps its own result, and gives up when the event is set."""

    def __init__(
        self, db: Database, name: Callable[[], str], *, prove: Callable[[threading.Event], None],
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.db, self.name, self.prove, self.clock = db, name, prove, clock
        self.wait_until: datetime | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proof", daemon=True)

    def tick(self, now: datetime) -> bool:
        """Prove if it is due; whether it was. Not in the first minutes, and not twice within an hour."""
        if self.wait_until is None or self.wait_until > now + AGAIN:  # just begun, or the clock fell back
            self.wait_until = now + WARM_UP
        if now < self.wait_until or not due(last_proof(self.db), self.name(), now):
            return False
        self.wait_until = now + AGAIN
        self.prove(self._stopped)
        return True

    def start(self) -> None:
        """Begin in the background; ends with the program or with :meth:`stop`."""
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.tick(self.clock())
            except Exception:  # a full disk tonight must not end all later nights
                log.exception("the nightly proof could not be made")
            self._stopped.wait(TICK_SECONDS)

    def stop(self) -> None:
        """End the thread and the proof that it is at."""
        self._stopped.set()
        self._thread.join()

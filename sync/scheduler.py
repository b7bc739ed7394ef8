"""When to go: at night at a time of the office's own, when the network returns, and by button.

The state lies in the database, so that a night switched off is made up for at the next start. `due` is pure; the
runner is a small thread around it. A success in the future (the clock was wrong) counts as none.
"""

import hashlib
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from schema.database import Database
from schema.tables import select_struct
from sync.chains import ProofResult, StreamKey
from sync.entries import WIB, parse_utc_text, to_utc_text
from sync.journal import Tail
from sync.problems import SyncReport

log = logging.getLogger(__name__)
NIGHT_STARTS = 18
NIGHT_MINUTES = 11 * 60
BACKOFF = timedelta(minutes=1)
LONGEST = timedelta(minutes=30)
TICK_SECONDS = 60.0


class RunState(msgspec.Struct, frozen=True):
    last_attempt_at: datetime | None = None
    last_success_at: datetime | None = None
    failures: int = 0
    retry: bool = True
    next_at: datetime | None = None


def night_slot(name: str, now: datetime) -> datetime:
    """The latest nightly moment of an office at or before `now`: between 18.00 and 05.00 WIB, spread by its code."""
    minutes = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % NIGHT_MINUTES
    local = now.astimezone(WIB)
    slot = local.replace(hour=NIGHT_STARTS, minute=0, second=0, microsecond=0) + timedelta(minutes=minutes)
    while slot > local:
        slot -= timedelta(days=1)
    return slot


def is_exchange_due(state: RunState, name: str, now: datetime, returned: bool = False) -> bool:
    slot, success = night_slot(name, now), state.last_success_at
    if success and success > now:
        success = None
    if state.failures:
        attempt = state.last_attempt_at
        if attempt is None or attempt > now:
            return True
        if not state.retry:
            return attempt < slot
        wait = state.next_at
        return returned or wait is None or wait <= now or wait > attempt + LONGEST
    return returned or success is None or success < slot


def after_failure(failures: int, now: datetime, chance: float) -> datetime:
    """When to try again: doubling from a minute to half an hour, spread by `chance` (0 to 1)."""
    wait = min(BACKOFF * 2 ** min(failures - 1, 10), LONGEST)
    return now + wait * (0.5 + chance / 2)


def read_run_state(db: Database, peer: str) -> RunState:
    return select_struct(RunState, db, "FROM road_run WHERE peer = ?", (peer,)) or RunState()


def note_result(db: Database, peer: str, report: SyncReport, now: datetime, chance: float) -> None:
    old = read_run_state(db, peer)
    failures = 0 if report.ok else old.failures + 1
    success = now if report.ok else old.last_success_at
    later = None if report.ok else after_failure(failures, now, chance)
    with db.writing():
        db.run(
            "INSERT INTO road_run (peer, last_attempt_at, last_success_at, failures, retry, next_at, code, sentence)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (peer) DO UPDATE SET"
            " last_attempt_at = excluded.last_attempt_at, last_success_at = excluded.last_success_at,"
            " failures = excluded.failures, retry = excluded.retry, next_at = excluded.next_at,"
            " code = excluded.code, sentence = excluded.sentence",
            (
                peer,
                to_utc_text(now),
                to_utc_text(success) if success else None,
                failures,
                int(report.ok or report.retry),
                to_utc_text(later) if later else None,
                report.code,
                " ".join(report.sentences)[:1000],
            ),
        )


class Scheduler:
    """Runs `go` when it is due. `reachable` says whether the centre answers a knock; `clock` gives aware UTC."""

    def __init__(
        self,
        db: Database,
        name: str,
        peer: str,
        *,
        go: Callable[[datetime], SyncReport],
        reachable: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self.db, self.name, self.peer = db, name, peer
        self.go, self.reachable, self.clock = go, reachable, clock
        self._was_reachable = True
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def tick(self, now: datetime) -> SyncReport | None:
        there = self.reachable()
        returned, self._was_reachable = there and not self._was_reachable, there
        if not is_exchange_due(read_run_state(self.db, self.peer), self.name, now, returned):
            return None
        return self.go(now)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="road", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.tick(self.clock())
            except Exception:  # a full disk or a locked file tonight must not end all later nights
                log.exception("the road's scheduler could not finish a round")
            self._stopped.wait(TICK_SECONDS)

    def stop(self) -> None:
        self._stopped.set()
        if self._thread:
            self._thread.join()


proof_log = logging.getLogger(__name__)

Form = Literal["whole", "fresh"]
WARM_UP = timedelta(minutes=10)
"""A PC that was switched on proves what the night missed a little later, not while the first page is waited for."""
AGAIN = timedelta(hours=1)
MOST_FAULTS = 50


class KeptProof(msgspec.Struct, frozen=True):
    ended_at: datetime
    seconds: int
    entries: int
    digest: str
    faults: list[str]


def last_proof(db: Database, form: Form = "whole") -> KeptProof | None:
    row = db.one("SELECT ended_at, seconds, entries, digest, faults FROM proof WHERE form = ?", (form,))
    return KeptProof(parse_utc_text(row[0]), row[1], row[2], row[3], msgspec.json.decode(row[4])) if row else None


def newest_fault(db: Database) -> str:
    """The first fault of the last proofs, the whole one's first; empty when they found none."""
    forms: tuple[Form, Form] = ("whole", "fresh")
    return next((kept.faults[0] for form in forms if (kept := last_proof(db, form)) and kept.faults), "")


def proved_heads(db: Database) -> dict[StreamKey, Tail]:
    rows = db.run("SELECT source, epoch, stream, n, hash FROM proof_head")
    return {(row[0], row[1], row[2]): Tail(row[3], bytes(row[4])) for row in rows}


def keep_proof(db: Database, form: Form, verdict: ProofResult, began: datetime, now: datetime) -> None:
    seconds = max(0, round((now - began).total_seconds()))
    faults = msgspec.json.encode(verdict.faults[:MOST_FAULTS]).decode()
    with db.writing():
        db.run(
            "INSERT INTO proof (form, ended_at, seconds, entries, digest, faults) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (form) DO UPDATE SET ended_at = excluded.ended_at, seconds = excluded.seconds,"
            " entries = excluded.entries, digest = excluded.digest, faults = excluded.faults",
            (form, to_utc_text(now), seconds, verdict.entries, verdict.digest, faults),
        )
        if form == "whole":
            db.run("DELETE FROM proof WHERE form = 'fresh'")  # it is older and says less
        if not verdict.faults:
            db.run("DELETE FROM proof_head")
            db.many(
                "INSERT INTO proof_head (source, epoch, stream, n, hash) VALUES (?, ?, ?, ?, ?)",
                [(*key, tail.n, tail.hash) for key, tail in verdict.heads.items()],
            )


def is_proof_due(kept: KeptProof | None, name: str, now: datetime) -> bool:
    ended = kept.ended_at if kept and kept.ended_at <= now else None
    return ended is None or ended < night_slot(f"proof/{name}", now)


class NightlyProof:
    def __init__(
        self,
        db: Database,
        name: Callable[[], str],
        *,
        prove: Callable[[threading.Event], None],
        clock: Callable[[], datetime],
    ) -> None:
        self.db, self.name, self.prove, self.clock = db, name, prove, clock
        self.wait_until: datetime | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proof", daemon=True)

    def tick(self, now: datetime) -> bool:
        """Prove if it is due; whether it was. Not in the first minutes, and not twice within an hour."""
        if self.wait_until is None or self.wait_until > now + AGAIN:  # just begun, or the clock fell back
            self.wait_until = now + WARM_UP
        if now < self.wait_until or not is_proof_due(last_proof(self.db), self.name(), now):
            return False
        self.wait_until = now + AGAIN
        self.prove(self._stopped)
        return True

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.tick(self.clock())
            except Exception:  # noqa: BLE001  # a full disk tonight must not end all later nights
                proof_log.exception("the nightly proof could not be made")
            self._stopped.wait(TICK_SECONDS)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

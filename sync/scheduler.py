"""When to go: at night at a time of the office's own, when the network returns, and by button.

The state lies in the database, so that a night switched off is made up for at the next start. `due` is pure; the
runner is a small thread around it. A success in the future (the clock was wrong) counts as none.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import msgspec

from schema.database import Database
from sync.line import moment, stamp
from sync.report import SyncReport

log = logging.getLogger(__name__)

WIB = timezone(timedelta(hours=7))
NIGHT_STARTS = 18
NIGHT_MINUTES = 11 * 60
BACKOFF = timedelta(minutes=1)
LONGEST = timedelta(minutes=30)
TICK_SECONDS = 60.0


class RunState(msgspec.Struct, frozen=True):
    """What the last attempts came to; `retry` says whether the last failure may pass by itself."""

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


def due(state: RunState, name: str, now: datetime, returned: bool = False) -> bool:
    """Whether to go now. `returned`: the network was away and is back."""
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


def load(db: Database, peer: str) -> RunState:
    """The state of one peer's runs."""
    row = db.one("SELECT last_attempt_at, last_success_at, failures, retry, next_at FROM road_run WHERE peer = ?",
                 (peer,))  # fmt: skip
    if row is None:
        return RunState()
    return RunState(at(row[0]), at(row[1]), row[2], bool(row[3]), at(row[4]))


def at(text: str | None) -> datetime | None:
    """A stored moment or None."""
    return moment(text) if text else None


def note_result(db: Database, peer: str, report: SyncReport, now: datetime, chance: float) -> None:
    """Keep what an attempt came to, whoever asked for it."""
    old = load(db, peer)
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
            (peer, stamp(now), stamp(success) if success else None, failures, int(report.ok or report.retry),
             stamp(later) if later else None, report.code, " ".join(report.sentences)[:1000]),
        )  # fmt: skip


class Scheduler:
    """Runs `go` when it is due. `reachable` says whether the centre answers a knock; `clock` gives aware UTC."""

    def __init__(
        self, db: Database, name: str, peer: str, *, go: Callable[[datetime], SyncReport],
        reachable: Callable[[], bool], clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.db, self.name, self.peer = db, name, peer
        self.go, self.reachable, self.clock = go, reachable, clock
        self._was_reachable = True
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def tick(self, now: datetime) -> SyncReport | None:
        """Go if it is due; what came of it, or None. `go` keeps its own result with :func:`note_result`."""
        there = self.reachable()
        returned, self._was_reachable = there and not self._was_reachable, there
        if not due(load(self.db, self.peer), self.name, now, returned):
            return None
        return self.go(now)

    def start(self) -> None:
        """Begin in the background; ends with the program or with :meth:`stop`."""
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
        """End the thread and wait for the exchange that it is in."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

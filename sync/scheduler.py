"""When to go: at night at a time of the office's own, when the network returns, and by button.

The state lies in the database, so that a night switched off is made up for at the next start. `due` is pure; the
runner is a small thread around it. A success in the future (the clock was wrong) counts as none.
"""

import hashlib
import json
import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from schema.database import Database, Table, to_column
from schema.database_errors import is_busy, is_server_away, is_storage_failure
from schema.struct_rows import select_struct
from schema.zone import IN_USE
from sync.chains import ProofResult, StreamKey
from sync.entries import parse_utc_text, stream_columns
from sync.journal import Tail
from sync.problems import SyncReport

log = logging.getLogger(__name__)
NIGHT_STARTS = 18
NIGHT_MINUTES = 11 * 60
BACKOFF = timedelta(minutes=1)
LONGEST = timedelta(minutes=30)
TICK_SECONDS = 60.0


class ExchangeRun(Table, table="road_run"):
    """How the last attempts with a peer went."""


class Proof(Table):
    """The last proof of each form."""


class ProofHead(Table):
    """Where each stream ended in the last proof without a fault."""


class RunState(msgspec.Struct, frozen=True):
    last_attempt_at: datetime | None = None
    last_success_at: datetime | None = None
    failures: int = 0
    retry: bool = True
    next_at: datetime | None = None


def night_slot(name: str, now: datetime) -> datetime:
    """The latest nightly moment of an office at or before `now`: between 18.00 and 05.00, spread by its code."""
    minutes = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % NIGHT_MINUTES
    local = now.astimezone(IN_USE.zone)
    slot = local.replace(hour=NIGHT_STARTS, minute=0, second=0, microsecond=0) + timedelta(minutes=minutes)
    while slot > local:
        slot -= timedelta(days=1)
    return slot


def is_exchange_due(state: RunState, name: str, now: datetime, returned: bool = False) -> bool:
    slot = night_slot(name, now)
    success = state.last_success_at
    if success and success > now:
        success = None
    if state.failures:
        attempt = state.last_attempt_at
        if attempt is None or attempt > now:
            return True
        if not state.retry:
            return attempt < slot
        wait = state.next_at
        is_waiting = wait is not None and now < wait <= attempt + LONGEST
        return returned or not is_waiting
    return returned or success is None or success < slot


def after_failure(failures: int, now: datetime, chance: float) -> datetime:
    """When to try again: doubling from a minute to half an hour, spread by `chance` (0 to 1)."""
    wait = min(BACKOFF * 2 ** min(failures - 1, 10), LONGEST)
    return now + wait * (0.5 + chance / 2)


def read_run_state(db: Database, peer: str) -> RunState:
    return select_struct(RunState, db, "FROM road_run WHERE peer = ?", (peer,)) or RunState()


def note_result(db: Database, peer: str, report: SyncReport, now: datetime, chance: float) -> None:
    old = read_run_state(db, peer)
    values = {"failures": 0, "retry": 1, "next_at": None, "last_success_at": now}
    if not report.ok:
        later = after_failure(old.failures + 1, now, chance)
        values = {"failures": old.failures + 1, "retry": int(report.retry), "next_at": later}
    sentence = " ".join(report.sentences)[:1000]
    with db.learning():
        ExchangeRun.put(db, peer=peer, last_attempt_at=now, code=report.code, sentence=sentence, **values)


class MinuteThread(ABC):
    """Calls `tick` once a minute until it is stopped. `clock` gives aware UTC."""

    def __init__(self, name: str, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def tick(self, now: datetime) -> object:
        """What is to be done at this moment."""

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.tick(self.clock())
            except Exception as error:  # a full disk or a locked file tonight must not end all later nights
                known = is_storage_failure(error) or is_busy(error) or is_server_away(error)
                log.warning("the thread %s could not finish a round: %s", self._thread.name, error, exc_info=not known)
            self._stopped.wait(TICK_SECONDS)

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.ident:
            self._thread.join()


class Scheduler(MinuteThread):
    """Runs `go` when it is due. `reachable` says whether the centre answers a knock."""

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
        super().__init__("sync", clock)
        self.db = db
        self.name = name
        self.peer = peer
        self.go = go
        self.reachable = reachable
        self._was_reachable = True

    def tick(self, now: datetime) -> SyncReport | None:
        can_reach = self.reachable()
        returned = can_reach and not self._was_reachable
        self._was_reachable = can_reach
        due = is_exchange_due(read_run_state(self.db, self.peer), self.name, now, returned)
        return self.go(now) if due else None


Form = Literal["whole", "fresh"]
WARM_UP = timedelta(minutes=10)
"""A PC that was switched on proves what the night missed a little later, not while the first page is waited for."""
SECOND = 2
"""The round, a minute after the start, in which the everyday form runs."""
AGAIN = timedelta(hours=1)
MOST_FAULTS = 50


class KeptProof(msgspec.Struct, frozen=True):
    ended_at: datetime
    seconds: int
    entries: int
    digest: str
    faults: list[str]


def last_proof(db: Database, form: Form = "whole") -> KeptProof | None:
    row = Proof.first(db, form=form)
    if row is None:
        return None
    return KeptProof(parse_utc_text(row.ended_at), row.seconds, row.entries, row.digest, json.loads(row.faults))


def newest_fault(db: Database) -> str:
    """The first fault of the last proofs, the whole one's first; empty when they found none."""
    faults = [fault for row in Proof.rows(db, order="form DESC") for fault in json.loads(row.faults)[:1]]
    if faults:
        return faults[0]
    return read_unkept_fault(db.folder)


UNKEPT = "basis-data-rusak.txt"
"""Beside a database that is too damaged to take the result of its proof: the first fault."""


def read_unkept_fault(folder: Path | None) -> str:
    if folder is None:
        return ""
    try:
        return (folder / UNKEPT).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def proved_heads(db: Database) -> dict[StreamKey, Tail]:
    return {(row.source, row.epoch, row.stream): Tail(row.n, bytes(row.hash)) for row in ProofHead.rows(db)}


def keep_proof(db: Database, form: Form, verdict: ProofResult, began: datetime, now: datetime) -> None:
    values = {
        "ended_at": now,
        "seconds": max(0, round((now - began).total_seconds())),
        "entries": verdict.entries,
        "digest": verdict.digest,
        "faults": to_column(verdict.faults[:MOST_FAULTS]),
    }
    with db.writing():
        Proof.put(db, form=form, **values)
        if form == "whole":
            Proof.remove(db, form="fresh")  # it is older and says less
        if not verdict.faults:
            db.run("DELETE FROM proof_head")
            heads = [stream_columns(key) | {"n": tail.n, "hash": tail.hash} for key, tail in verdict.heads.items()]
            ProofHead.add_all(db, heads)


def is_proof_due(kept: KeptProof | None, name: str, now: datetime) -> bool:
    ended = None
    if kept and kept.ended_at <= now:
        ended = kept.ended_at
    return ended is None or ended < night_slot(f"proof/{name}", now)


class NightlyProof(MinuteThread):
    """The everyday form a minute after each start, seconds of work that find a damaged page; the whole form at night.

    `prove` does one of them and ends early when the event is set.
    """

    def __init__(
        self,
        db: Database,
        name: Callable[[], str],
        *,
        prove: Callable[[Form, threading.Event], None],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__("proof", clock)
        self.db = db
        self.name = name
        self.prove = prove
        self.rounds = 0
        self.wait_until: datetime | None = None

    def tick(self, now: datetime) -> Form | None:
        """Prove what is due; which form it was. The whole one not in the first minutes, nor twice within an hour."""
        self.rounds += 1
        form = self.due_form(now)
        if form == "whole":
            self.wait_until = now + AGAIN
        if form:
            self.prove(form, self._stopped)
        return form

    def due_form(self, now: datetime) -> Form | None:
        if self.wait_until is None or self.wait_until > now + AGAIN:  # just begun, or the clock fell back
            self.wait_until = now + WARM_UP
        if now >= self.wait_until and is_proof_due(last_proof(self.db), self.name(), now):
            return "whole"
        if self.rounds == SECOND:
            return "fresh"
        return None

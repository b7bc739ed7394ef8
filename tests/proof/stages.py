"""One stage of the proof: both sides work through random sequences, then every journal is replayed and compared."""

import logging
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app import compose
from app.centre.queries import line_balance
from schema.migrations import Side
from sync.verification import verify_side
from tests.proof.card_work import unexplained_gaps
from tests.proof.pair import Pair, pair
from tests.proof.sync_work import SENT_TO, journal_of, update
from tests.proof.work import EVERYTHING
from tests.proof.worker import Worker

STAGES, SEQUENCES, LONG = 20, 50, 14
"""Twenty stages of fifty sequences make the thousand; a sequence has fourteen deeds."""
TRIES = 3
STRANGE = 0.1
"""Share of the sequences after which something happens under clocks that jumped."""


@dataclass
class Proof:
    """What a stage came to. `done`: deed → how often; `kinds`: side → kinds of the entries that its database holds.

    `unanswered`: received entries to which a room could not react.
    """

    done: Counter[str]
    faults: list[str] = field(default_factory=list)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    unbalanced: int = 0
    held_twice: int = 0


def open_stage(folder: Path, seed: int) -> Worker:
    """Both sides with what every room begins with, and their people."""
    stage = pair(folder)
    compose.begin_rooms(stage.office.journal, stage.now)
    return Worker(stage, random.Random(seed))


def work(worker: Worker, sequences: int, long: int) -> None:
    """Random sequences of work; in the end both programs are up to date and level."""
    for _ in range(sequences):
        for _ in range(long):
            worker.step(EVERYTHING, TRIES)
        if worker.chance.random() < STRANGE:
            worker.strange_hour(EVERYTHING)
    for side in SENT_TO:
        update(worker, side)
    for _ in range(3):
        worker.pair.sync()


def prove(folder: Path, seed: int) -> Proof:
    """Work through a stage and prove it."""
    worker = open_stage(folder, seed)
    proof, stage = Proof(worker.done), worker.pair
    with heard(proof.unanswered):
        work(worker, SEQUENCES, LONG)
    sides: tuple[Side, Side] = ("office", "centre")
    for side in sides:
        verdict = verify_side(journal_of(stage, side), side, folder / f"{side}-again.sqlite3")
        proof.faults += verdict.faults
        proof.kinds[side] = kinds_in(stage, side)
    proof.unbalanced = int(unexplained_gaps(stage.office.db) != 0)
    proof.unbalanced += not line_balance(stage.centre.db).agrees
    twice = "SELECT line FROM dispatch_line GROUP BY line HAVING count(*) > 1"
    proof.held_twice = len(list(stage.office.db.run(twice)))
    stage.close()
    return proof


@contextmanager
def heard(said: list[str]) -> Iterator[None]:
    """Keep what the exchange writes into the program's log meanwhile."""
    handler, log = logging.Handler(), logging.getLogger("loket.sync")
    handler.emit = lambda record: said.append(record.getMessage())
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


def kinds_in(stage: Pair, side: str) -> set[str]:
    """The kinds of a side's entries that were applied there; what was set aside does not count."""
    rows = journal_of(stage, side).db.run("SELECT DISTINCT kind FROM journal WHERE verdict = 'stored'")
    return {row[0] for row in rows}

"""The proofs of a running program in a process of their own: no page at a desk may feel them.

`python -m app.cli.proving DIR FORM` proves what lies in a data folder with low priority and keeps the result there:
`fresh` soon after each start, `whole` at night (minutes at ten years).
"""

import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal

from app import compose, paths
from app.cli.serving import ending_on_signals
from app.cli.unlocking import hand_over, take_over
from app.core import clock
from app.core.permissions import SYSTEM
from app.platform.office.redactions import end_redaction, is_redaction_due
from schema.cipher import is_encrypted
from schema.data_folder import program_scratch, scratch_folder, write_whole
from schema.database_errors import is_environment_error, is_file_damage
from schema.migrations import Side
from sync.chains import Place, ProofResult
from sync.erasure import destroy_bodies
from sync.journal import Journal
from sync.progress import Progress, unheard
from sync.scheduler import UNKEPT, Form, NightlyProof, keep_proof, proved_heads
from sync.verification import DAMAGED, UNREADABLE, verify_new_entries, verify_side

log = logging.getLogger(__name__)


def prove_side(side: Side, data: Path, *, fresh: bool, progress: Progress = unheard) -> ProofResult:
    """Prove one side of a data folder and keep what it came to, where the database can still be written.

    The scratch copy lies beside the database: it holds the same personal data.
    """
    db = compose.open_side(side, data)
    journal = compose.journal(side, db)
    began = clock.now()
    with scratch_folder(data) as folder:
        copy = folder / "scratch.sqlite3"
        form: Literal["whole", "fresh"]
        if fresh:
            form = "fresh"
            verdict = verify_new_entries(journal, side, copy, proved_heads(db))
        else:
            form = "whole"
            verdict = verify_side(journal, side, copy, progress)
    try:
        keep_proof(db, form, verdict, began, clock.now())
        (data / UNKEPT).unlink(missing_ok=True)
    except Exception as error:
        if not is_environment_error(error):
            raise
        keep_beside(data, verdict)
    return verdict


def keep_beside(data: Path, verdict: ProofResult) -> None:
    """Where the database takes nothing any more, its first fault stands in a file, and on every page."""
    if verdict.faults:
        with suppress(OSError):
            write_whole(data / UNKEPT, verdict.faults[0].encode(), 0o600)


def prove_or_tell_damage(side: Side, data: Path, *, fresh: bool) -> ProofResult:
    """As `prove_side`; a file so damaged that it does not open is a verdict too."""
    try:
        return prove_side(side, data, fresh=fresh)
    except Exception as error:
        if not is_file_damage(error):
            raise
        verdict = ProofResult(faults=[DAMAGED.format(what=UNREADABLE)])
        keep_beside(data, verdict)
        return verdict


WHY = "Kode pengaman isi kertas dan suara dari sebelum November 2026 tidak disimpan lagi."


def redact_old_bodies(side: Side, data: Path) -> None:
    """Put redacted bodies in the place of those that hold what is not to be kept; once for a database.

    Killed on the way, it goes on at the next call. Raises JournalError when the tables still rest on one.
    """
    db = compose.open_side(side, data)
    if side != "office" or not is_redaction_due(db):
        return
    journal = compose.journal(side, db)
    now = clock.now()
    redacted: dict[Place, bytes] = {}
    for room in compose.rooms(side):
        for redactions in room.redactions:
            redacted.update(redactions(journal, now))
    if redacted:
        with scratch_folder(data) as folder:
            scratch = folder / "scratch.sqlite3"
            destroy_bodies(journal, side, redacted, reason=WHY, actor=SYSTEM.username, at=now, scratch=scratch)
    end_redaction(db)
    db.run("PRAGMA wal_checkpoint(TRUNCATE)")


def carry_out_destruction(side: Side, data: Path) -> None:
    """Destroy what two people decided, once the whole proof holds. Nothing where none waits.

    Killed before the destruction nothing was changed, killed after it the next call clears the file. Raises
    JournalError.
    """
    from app.records.retention import service

    if side != "office":
        return
    db = compose.open_side(side, data)
    if service.is_destruction_due(db) and not prove_side(side, data, fresh=False).faults:
        service.carry_out(compose.journal(side, db), data, clock.now())
    if service.are_traces_left(db):
        service.clear_traces(db)


def nightly_proof(journal: Journal, data: Path) -> NightlyProof:

    def name() -> str:
        if not journal.has_identity:
            return ""
        return journal.source

    def run(form: Form, stopped: threading.Event) -> None:
        if journal.has_identity:
            call = [sys.executable, "-m", "app.cli.proving", str(data.resolve()), form]
            run_child(call, stopped, hand_over(data))

    return NightlyProof(journal.db, name, prove=run, clock=clock.now)


def run_child(call: list[str], stopped: threading.Event, said: bytes = b"") -> int:
    """Run a program until it ends or `stopped`; `said` is all that it hears on its standard input."""
    child = subprocess.Popen(
        call,
        stdin=subprocess.PIPE,
        cwd=paths.CHECKOUT,  # the folder of the package, so that `-m` finds it wherever the office was started
        stdout=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no black window on Windows
    )
    assert child.stdin is not None  # it is a pipe
    with suppress(OSError):  # ended before it had read
        child.stdin.write(said)
        child.stdin.close()
    while True:
        try:
            return child.wait(0.5)
        except subprocess.TimeoutExpired:
            if stopped.is_set():
                child.terminate()


def destroy_unkept(data: Path) -> None:
    """Destroy what the sides no longer keep."""
    for side in compose.sides_in(data):
        try:
            redact_old_bodies(side, data)
            carry_out_destruction(side, data)
        except Exception:  # the proof tells what is wrong with the database; the next night tries again
            log.exception("what the %s no longer keeps could not be destroyed", side)


def main(data: Path, form: str) -> int:
    if hasattr(os, "nice"):
        os.nice(10)
    if is_encrypted(data):
        take_over(data, sys.stdin.buffer.readline())
    verdicts = list[ProofResult]()
    # Whoever stops Loket ends its proof in the middle; the next start proves anew.
    with suppress(KeyboardInterrupt), ending_on_signals(), program_scratch(data):
        if form == "whole":
            destroy_unkept(data)
        verdicts = [prove_or_tell_damage(side, data, fresh=form == "fresh") for side in compose.sides_in(data)]
    return int(any(verdict.faults for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))

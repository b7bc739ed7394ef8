"""The nightly proof in a process of its own: minutes of work at ten years, which no page at a desk may feel.

`python -m app.cli.proving DIR` proves what lies in a data folder with low priority and keeps the result there.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

from app import compose, paths
from app.cli.serving import ending_on_signals
from app.core import clock
from schema.data_folder import program_scratch, scratch_folder
from schema.database import is_environment_error
from schema.migrations import Side
from sync.chains import ProofResult
from sync.journal import Journal
from sync.scheduler import NightlyProof, keep_proof, proved_heads
from sync.verification import Progress, verify_new_entries, verify_side


def prove_side(side: Side, data: Path, *, fresh: bool, progress: Progress = lambda _done, _all: None) -> ProofResult:
    """Prove one side of a data folder and keep what it came to, where the database can still be written.

    The scratch copy lies beside the database: it holds the same personal data.
    """
    db = compose.open_side(side, data)
    journal, began = compose.journal(side, db), clock.now()
    with scratch_folder(data) as folder:
        copy = folder / "scratch.sqlite3"
        if fresh:
            verdict = verify_new_entries(journal, side, copy, proved_heads(db))
        else:
            verdict = verify_side(journal, side, copy, progress)
    try:
        keep_proof(db, "fresh" if fresh else "whole", verdict, began, clock.now())
    except Exception as error:
        if not is_environment_error(error):
            raise
    return verdict


def nightly_proof(journal: Journal, data: Path) -> NightlyProof:

    def name() -> str:
        return journal.source if journal.has_identity else ""

    def run(stopped: threading.Event) -> None:
        if journal.has_identity:
            run_child([sys.executable, "-m", "app.cli.proving", str(data.resolve())], stopped)

    return NightlyProof(journal.db, name, prove=run, clock=clock.now)


def run_child(call: list[str], stopped: threading.Event) -> int:
    child = subprocess.Popen(
        call,
        cwd=paths.CHECKOUT,  # the folder of the package, so that `-m` finds it wherever the office was started
        stdout=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no black window on Windows
    )
    while True:
        try:
            return child.wait(0.5)
        except subprocess.TimeoutExpired:
            if stopped.is_set():
                child.terminate()


def main(data: Path) -> int:
    if hasattr(os, "nice"):
        os.nice(10)
    os.umask(0o077)
    with ending_on_signals(), program_scratch(data):
        verdicts = [prove_side(side, data, fresh=False) for side in compose.sides_in(data)]
    return int(any(verdict.faults for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""The nightly proof in a process of its own: minutes of work at ten years, which no page at a desk may feel.

`python -m app.cli.proving DIR` proves what lies in a data folder with low priority and keeps the result there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from app import compose, paths
from app.cli.serving import ended_politely
from app.core import clock
from schema.bulk import is_environment
from schema.migrate import Side
from schema.scratch import program_scratch, scratch
from sync.journal import Journal
from sync.proof_state import NightlyProof, keep_proof, proved_heads
from sync.replaying import Progress
from sync.verdict import Verdict
from sync.verifying import verify, verify_fresh


def prove(side: Side, data: Path, *, fresh: bool, progress: Progress = lambda _done, _all: None) -> Verdict:
    """Prove one side of a data folder and keep what it came to, where the database can still be written.

    The scratch copy lies beside the database: it holds the same personal data.
    """
    db = compose.open_side(side, data)
    journal, began = compose.journal(side, db), clock.now()
    with scratch(data) as folder:
        copy = folder / "scratch.sqlite3"
        if fresh:
            verdict = verify_fresh(journal, side, copy, proved_heads(db))
        else:
            verdict = verify(journal, side, copy, progress)
    try:
        keep_proof(db, "fresh" if fresh else "whole", verdict, began, clock.now())
    except Exception as error:
        if not is_environment(error):
            raise
    return verdict


def nightly(journal: Journal, data: Path) -> NightlyProof:
    """The nightly proof of the side that runs, not yet started."""

    def name() -> str:
        return journal.source if journal.founded else ""

    def run(stopped: threading.Event) -> None:
        if journal.founded:
            in_child([sys.executable, "-m", "app.cli.proving", str(data.resolve())], stopped)

    return NightlyProof(journal.db, name, prove=run, clock=clock.now)


def in_child(call: list[str], stopped: threading.Event) -> int:
    """Run a process until it ends, or end it when the program does; its exit code."""
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
    """Prove every side in a folder; 1 when something was found."""
    if hasattr(os, "nice"):
        os.nice(10)
    os.umask(0o077)
    with ended_politely(), program_scratch(data):
        verdicts = [prove(side, data, fresh=False) for side in compose.sides_in(data)]
    return int(any(verdict.faults for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

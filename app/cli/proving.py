"""The nightly proof in a process of its own: minutes of work at ten years, which no page at a desk may feel.

`python -m app.cli.proving DIR` proves what lies in a data folder with low priority and keeps the result there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from app import compose, paths
from app.cli.serving import ended_politely
from app.core import clock
from schema.bulk import is_environment
from schema.migrate import Side
from sync.journal import Journal
from sync.proof_state import NightlyProof, keep_proof, proved_heads
from sync.replaying import Progress
from sync.verdict import Verdict
from sync.verifying import verify, verify_fresh

PREFIX = "verify-"
LEFT_BEHIND = 86_400
"""Seconds after which a scratch folder belongs to nobody: its proof was ended by a power cut."""


def prove(side: Side, data: Path, *, fresh: bool, progress: Progress = lambda _done, _all: None) -> Verdict:
    """Prove one side of a data folder and keep what it came to, where the database can still be written.

    The scratch copy lies beside the database: it holds the same personal data.
    """
    db = compose.open_side(side, data)
    journal, began = compose.journal(side, db), clock.now()
    clear(data)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=data) as folder:
        scratch = Path(folder) / "scratch.sqlite3"
        if fresh:
            verdict = verify_fresh(journal, side, scratch, proved_heads(db))
        else:
            verdict = verify(journal, side, scratch, progress)
    try:
        keep_proof(db, "fresh" if fresh else "whole", verdict, began, clock.now())
    except Exception as error:
        if not is_environment(error):
            raise
    return verdict


def clear(data: Path) -> None:
    """Remove scratch folders that a power cut left behind."""
    for folder in data.glob(f"{PREFIX}*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > LEFT_BEHIND:
            shutil.rmtree(folder, ignore_errors=True)


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
    with ended_politely():
        verdicts = [prove(side, data, fresh=False) for side in compose.sides_in(data)]
    return int(any(verdict.faults for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

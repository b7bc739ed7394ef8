"""What several tests need and nobody changes is made once in a run, by the worker that needs it first."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest


def made_once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder of this run, filled by `make` once; the other workers wait for it and find it ready.

    It belongs to everybody: a test that writes works on a copy. What `make` raises, the next one raises anew.
    """
    own = folders.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    place = shared / f"shared-{name}"
    with (shared / f"shared-{name}.lock").open("w") as lock:
        wait_for_turn(lock)
        if not place.is_dir():
            half = folders.mktemp(f"half-{name}")
            make(half)
            half.rename(place)
    return place


def wait_for_turn(lock: TextIO) -> None:
    """Hold a lock file among the workers of a run; on Windows a run has no workers."""
    if os.name != "posix":
        return
    import fcntl

    fcntl.flock(lock, fcntl.LOCK_EX)

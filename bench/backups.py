"""Figure `ten_years`: memory and disk of one backup and one restore at ten years: `run.py bench --only ten_years`.

A synthetic office: journal entries of the size that a registration has, on nobody's data. The backup runs in a process
of its own; the disk is the folder of the data, sampled while it runs.
"""

import multiprocessing
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from app import compose
from bench.aims import judged
from bench.an_office import NOW, found, villages
from bench.citizens import Citizens
from bench.measuring import Figure
from sync.backup import WORK, make_backup
from sync.entries import ClockSettled
from sync.restore import draw_key, restore_backup

ENTRIES = 250_000
TOGETHER = 10_000


def fill(data: Path, entries: int) -> None:
    """Entries with what two registrations say of made-up citizens."""
    journal = found(data)
    people = Citizens(villages(journal.db))
    for start in range(0, entries, TOGETHER):
        with journal.transaction():
            for number in range(start, start + TOGETHER):
                words = " ".join(str(people.next().stored()) for _ in range(2))
                journal.record(ClockSettled(words), subject="clock", actor="bench", at=NOW + timedelta(seconds=number))
    journal.db.close()


def back_up(data: Path, recipient: str) -> None:
    """One backup."""
    journal = compose.journal("office", compose.open_side("office", data))
    make_backup(journal, "office", data / "cadangan", recipient, NOW, data / WORK)


def bring_back(data: Path, secret: str) -> None:
    """One restore into an empty folder."""
    [sealed] = (data / "cadangan").iterdir()
    place = data / "pulih"
    restore_backup(
        sealed,
        secret,
        place / "kantor.sqlite3",
        place / "keys",
        "office",
        lambda db: compose.journal("office", db),
        NOW,
    )


class Used(NamedTuple):
    """What one piece of work took: seconds, megabytes of memory at most, bytes on the disk beside what was there."""

    seconds: float
    memory: float
    disk: int


def measured(name: str, data: Path, run: Callable[..., object], *given: object) -> Used:
    """Run in a process of its own, whose folder is watched. Raises RuntimeError where it fails."""
    before = folder_size(data)
    spawn = multiprocessing.get_context("spawn")
    said = spawn.SimpleQueue()
    child = spawn.Process(target=peak, args=(said, run, *given))
    begun, most, stopped = time.perf_counter(), [0], threading.Event()

    def watch() -> None:
        while not stopped.wait(0.05):
            most[0] = max(most[0], folder_size(data) - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    child.start()
    child.join()
    stopped.set()
    watcher.join()
    if child.exitcode:
        raise RuntimeError(f"{name} failed")
    return Used(time.perf_counter() - begun, said.get(), most[0])


def peak(said: Any, run: Callable[..., object], *given: object) -> None:
    """Call, and tell the peak memory of this process."""
    run(*given)
    said.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def folder_size(folder: Path) -> int:
    """Bytes of all files."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def main(_rounds: int) -> list[Figure]:
    """Memory and disk of a backup and a restore."""
    recipient, secret = draw_key()
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as folder:
        data = Path(folder)
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(data, ENTRIES))
        filling.start()  # not here: a child's peak begins with what its parent holds
        filling.join()
        size = (data / "kantor.sqlite3").stat().st_size
        backup = measured("backup", data, back_up, data, recipient)
        restore = measured("restore", data, bring_back, data, secret)
    told = f"{ENTRIES:,} entries, database {size / 1e6:.0f} MB"
    return [
        judged("backup memory", backup.memory, told),
        judged("backup disk", backup.disk / size, f"{backup.disk / 1e6:.0f} MB in {backup.seconds:.0f} s"),
        judged("restore memory", restore.memory, told),
        judged("restore disk", restore.disk / size, f"{restore.disk / 1e6:.0f} MB in {restore.seconds:.0f} s"),
    ]

"""Memory, disk and time of one backup and one restore at ten years: `python -m bench.backups [ENTRIES]`.

A synthetic office: journal entries of the size that a registration has, on nobody's data. The backup runs in a process
of its own; the disk is the folder of the data, sampled while it runs.
"""

import multiprocessing
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from app import compose
from bench.an_office import NOW, found, villages
from bench.citizens import Citizens
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


def measured(name: str, data: Path, size: int, run: object, *given: object) -> str:
    """Run in a process; one line with its seconds, peak memory and the highest disk beside the database."""
    before = folder_size(data)
    child = multiprocessing.get_context("spawn").Process(target=peak, args=(run, *given))
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
        raise SystemExit(f"{name} failed")
    seconds = time.perf_counter() - begun
    return f"{name}: {seconds:.0f} s, disk {most[0] / 1e6:.0f} MB = {most[0] / size:.2f} x the database"


def peak(run: Callable[..., object], *given: object) -> None:
    """Call and tell the peak memory of this process."""
    run(*given)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", flush=True)


def folder_size(folder: Path) -> int:
    """Bytes of all files."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def main() -> None:
    """Fill, measure, print."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    recipient, secret = draw_key()
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        data = Path(folder)
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(data, entries))
        filling.start()  # not here: a child's peak begins with what its parent holds
        filling.join()
        size = (data / "kantor.sqlite3").stat().st_size
        print(f"{entries} entries, database {size / 1e6:.0f} MB", flush=True)
        print(measured("backup", data, size, back_up, data, recipient), flush=True)
        [sealed] = (data / "cadangan").iterdir()
        print(f"sealed {sealed.stat().st_size / 1e6:.0f} MB", flush=True)
        print(measured("restore", data, size, bring_back, data, secret), flush=True)


if __name__ == "__main__":
    main()

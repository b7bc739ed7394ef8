"""Figure `million`: the desk and the page of dispatches at 1,000,000 cases against 10,000, signed in and over HTTP.

`run.py bench --only million`: two offices are filled first, some minutes. Told beside the ratio: milliseconds of one
page for one client (5 and 10 are the aims on the bench's machine, as context).
"""

import tempfile
from pathlib import Path

from bench.aims import judged
from bench.an_office import fill, found
from bench.clients import Line, Site
from bench.measuring import Figure, Seconds, in_turn, ratio, spread, timed, typical
from bench.pages import serving

FEW, MANY = 10_000, 1_000_000
LOOKS = 40
PATHS = {"desk": "/", "dispatch": "/pengiriman/"}


def main(rounds: int) -> list[Figure]:
    """Both pages."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as folder:
        many, few = (filled(Path(folder) / str(count), count) for count in (MANY, FEW))
        with (
            serving("an_office_serving.py", str(many)) as large,
            serving("an_office_serving.py", str(few)) as small,
        ):
            return [figure(key, path, large, small, rounds) for key, path in PATHS.items()]


def filled(data: Path, count: int) -> Path:
    """A new office with so many cases; nobody waits for the disk while it is filled, and the indexes stay in memory."""
    journal = found(data)
    for setting in ("synchronous = OFF", "cache_size = -600000"):
        journal.db.run(f"PRAGMA {setting}")
    fill(journal, count)
    journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.db.close()
    return data


def figure(key: str, path: str, large: Site, small: Site, rounds: int) -> Figure:
    pairs = in_turn(lambda: looks(large, path), lambda: looks(small, path), rounds)
    usual = typical(pairs)
    told = f"{1000 * usual.ours / LOOKS:.1f} against {1000 * usual.bare / LOOKS:.1f} ms a page; {spread(pairs)}"
    return judged(key, ratio(pairs), told)


def looks(site: Site, path: str) -> Seconds:
    """Seconds of some looks at a page, one after the other."""
    line = Line(site)
    try:
        return timed(lambda: [line.get(path) for _ in range(LOOKS)])
    finally:
        line.close()

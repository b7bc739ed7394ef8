"""Figure `offices`: 50 offices at one centre at the same moment, against bare upserts of the same lines.

`run.py bench --only offices`. Ours: the centre's own program in a process, an exchange of twenty entries each time,
sealed and signed both ways. The reference: as many clients that send the same lines as JSON lines after gzip to a
bare server, which writes each request with one FULL commit. Compared is what 95 of 100 did not exceed.
"""

import gzip
import json
import tempfile
import threading
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

import msgspec
import requests

from bench.aims import judged
from bench.measuring import Figure, Pair, Seconds, in_turn, ratio, spread, timed, typical
from bench.pages import serving
from tests.centre.print_centre import a_line, closing
from tests.proof import offices

OFFICES, EXCHANGES = 50, 4


def main(rounds: int) -> list[Figure]:
    """One figure."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as folder:
        places = (Path(folder) / str(number) for number in range(1_000))
        pairs = in_turn(lambda: ours(next(places)), lambda: bare(next(places)), rounds, warm=False)
    return [judged("crowd", ratio(pairs), told(pairs))]


def told(pairs: list[Pair]) -> str:
    usual = typical(pairs)
    return (
        f"p95 of {OFFICES * EXCHANGES} exchanges {1000 * usual.ours:.0f} against {1000 * usual.bare:.0f} ms;"
        f" {spread(pairs)}"
    )


def percentile(seconds: list[float]) -> Seconds:
    """What 95 of 100 did not exceed."""
    return sorted(seconds)[ceil(0.95 * len(seconds)) - 1]


def ours(folder: Path) -> Seconds:
    """p95 of the exchanges. Raises RuntimeError where one went wrong."""
    entries = EXCHANGES * offices.TOGETHER
    figures = offices.Figures("sqlite", OFFICES, entries)
    stage = offices.found(folder, OFFICES, entries, "")
    with offices.serving(folder / "pusat", "") as address:
        at_once([lambda one=one: one.live(address, figures) for one in stage])  # type: ignore[misc]  # a loop's variable
    if figures.faults:
        raise RuntimeError(figures.faults[0])
    return percentile(figures.seconds)


def bare(folder: Path) -> Seconds:
    """p95 of the requests."""
    folder.mkdir()
    seconds: list[float] = []
    with serving("bare/upserts.py", str(folder / "bare.db"), "0") as site:
        address = f"http://127.0.0.1:{site.port}/"
        at_once([lambda number=number: send(address, number, seconds) for number in range(OFFICES)])  # type: ignore[misc]
    return percentile(seconds)


def at_once(works: list[Callable[[], None]]) -> None:
    """Each in a thread of its own, until all are done."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def send(address: str, office: int, seconds: list[float]) -> None:
    """What one office sends, request by request."""
    with requests.Session() as session:
        session.trust_env = False
        for number in range(1, EXCHANGES + 1):
            rows = plain_lines(office, number)
            seconds.append(timed(lambda rows=rows: post(session, address, rows)))  # type: ignore[misc]


def plain_lines(office: int, number: int) -> list[dict[str, Any]]:
    """The lines of one dispatch with the entry that closes it, as a bare program would send them."""
    begin = number * offices.TOGETHER
    lines = [a_line(number, at, begin + at) for at in range(1, offices.TOGETHER)]
    bodies = [*lines, closing(lines, [f"1/dukcapil/{at}" for at in range(len(lines))])]
    return [{"id": f"{office}/{begin + at}", "content": msgspec.to_builtins(body)} for at, body in enumerate(bodies)]


def post(session: requests.Session, address: str, rows: list[dict[str, Any]]) -> None:
    body = gzip.compress("\n".join(map(json.dumps, rows)).encode(), 6)
    session.post(address, data=body, timeout=120).raise_for_status()

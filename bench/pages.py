"""Figure `pages`: list and case page at 100,000 cases with eight clients, against bare pages of the same rows.

Both run behind waitress with eight threads and a kept connection per thread, one after the other on the same file.
Ours asks for session, role, rail, exchange, calendar and definition on the way. The bare list shows the fifty rows and
nothing around them. The bare case page shows what ours shows (place, promise day by day, way, checklist, fields, forms)
in plain markup, with its words in the source and nobody to sign in; how it would stand against the rows alone is
measured beside it and told as context.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from app import compose
from bench.aims import judged
from bench.clients import Line, Site, crowd
from bench.measuring import Figure, Pair, in_turn, ratio, spread, typical

HERE = Path(__file__).parent
CASES, REQUESTS = 100_000, 240


def main(data: Path, rounds: int) -> list[Figure]:
    """Requests a second of both pages against the reference."""
    pick = Random(3)
    newest = range(CASES - 900, CASES + 1)  # what a desk looks at: half still running, half older
    cases = [pick.choice(newest) if turn % 2 else pick.randint(1, CASES) for turn in range(REQUESTS)]
    lists = [f"/berkas?sebelum={pick.randint(60, CASES)}" if turn % 2 else "/berkas" for turn in range(REQUESTS)]
    paths = {"list": lists, "case": [f"/berkas/{case_id}" for case_id in cases]}
    with (
        serving("an_office_serving.py", str(data)) as site,
        serving("bare/app.py", str(data / compose.FILES["office"]), "0") as bare,
    ):
        found = [figure(key, site, bare, asked, rounds) for key, asked in paths.items()]
        rows_alone = [path.replace("berkas", "kerangka") for path in paths["case"]]
        alone = in_turn(lambda: crowd(site, paths["case"]), lambda: crowd(bare, rows_alone), 2, warm=False)
    told = f"{found[1].context}; against the rows alone, without a word around them: {1 / ratio(alone):.2f} ×"
    return [found[0], replace(found[1], context=told)]


def figure(key: str, site: Site, bare: Site, paths: list[str], rounds: int) -> Figure:
    """One page, ours against the reference; `key`: its row among the aims."""
    pairs = in_turn(lambda: crowd(site, paths), lambda: crowd(bare, paths), 3 * rounds)
    rates = [Pair(len(paths) / pair.ours, len(paths) / pair.bare) for pair in pairs]
    usual = typical(rates)
    weights = [len(fetched(site_side, paths[0])) / 1000 for site_side in (site, bare)]
    told = (
        f"{usual.ours:.0f} against {usual.bare:.0f} requests/s; {spread(rates)};"
        f" {weights[0]:.0f} against {weights[1]:.0f} kB of HTML"
    )
    return judged(key, ratio(rates), told)


def fetched(site: Site, path: str) -> bytes:
    """One page."""
    line = Line(site)
    try:
        return line.get(path)
    finally:
        line.close()


@contextmanager
def serving(script: str, *arguments: str) -> Iterator[Site]:
    """A server in a process of its own; it prints its port and, when it has one, a cookie."""
    call = [sys.executable, str(HERE / script), *arguments]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:
        try:
            told = (process.stdout.readline() if process.stdout else "").split()
            if not told:
                raise RuntimeError(f"{script} did not start")
            yield Site(int(told[0]), told[1] if len(told) > 1 else "")
        finally:
            process.kill()

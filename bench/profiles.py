"""`python3 run.py bench profiles`: what the processor does in the commonest acts, part by part.

Nothing is judged: milliseconds are of this machine and minute, shares of any. Each act is timed without a profiler (the
least of its rounds, for other work on the machine only adds) and then run once more under Python's own profiler, which
says in whose code its time went. Functions of C count where they belong by name: statements of SQLite, signatures and
envelopes, JSON; what is left of them stands under the code that called them, as far as the profiler can tell.
"""

import cProfile
import io
import pstats
import tempfile
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from app.compose_office import make_office_app
from bench import registration, sync
from bench.an_office import NOW, fill, found, villages
from bench.an_office_serving import cookie
from bench.citizens import Citizens
from sync.exchange import sync_now
from sync.nodes import read_peers

CASES, LOOKS, ROUNDS = 20_000, 40, 12
Work = Callable[[], object]
Act = Callable[[int], Work]
"""Prepares one of its kind, by its number; what it gives is timed."""

PARTS = {
    "SQLite": ("'apsw.",),
    "signatures, envelopes, packing": (
        "nacl",
        "pyrage",
        "_sodium",
        "{encrypt}",
        "{decrypt}",
        "hashlib",
        "zlib",
        "gzip",
    ),
    "JSON": ("msgspec",),
    "templates": ("/templates/", "/jinja2/", "/markupsafe/", "markupsafe."),
    "Flask, Werkzeug": ("/flask", "/werkzeug/", "/itsdangerous/", "/wtforms/", "/htmx_flask"),
    "database layer": (
        "/peewee.py",
        "/playhouse/",
        "/schema/database.py",
        "/schema/sql_texts.py",
        "/schema/postgres.py",
    ),
    "sync": ("/sync/",),
    "rooms": ("/app/",),
}
"""Part → what stands in the name of a function or its file, the first that fits."""
REST = "Python's own"


def part_of(file: str, function: str) -> str:
    """The part that a function of the profile belongs to."""
    name = f"{file} {function}"
    fitting = (part for part, marks in PARTS.items() if any(mark in name for mark in marks))
    return next(fitting, REST)


def least(act: Act) -> float:
    """Milliseconds of the processor for one act: rounds of some, the quickest round."""
    return 1000 * min(timed_round(act, at * LOOKS) for at in range(ROUNDS))


def timed_round(act: Act, first: int) -> float:
    """Seconds of the processor for one act, of some in turn."""
    taken = 0.0
    for number in range(first, first + LOOKS):
        work = act(number)
        begun = time.process_time()
        work()
        taken += time.process_time() - begun
    return taken / LOOKS


def shares(act: Act) -> dict[str, float]:
    """Part → its share of the processor's time of some acts, under the profiler."""
    profile, taken = cProfile.Profile(), Tally[str]()
    for number in range(LOOKS):
        work = act(ROUNDS * LOOKS + number)
        profile.enable()
        work()
        profile.disable()
    functions: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # what its reports are drawn from
    for (file, _, function), (_, _, seconds, _, _) in functions.items():
        taken[part_of(file, function)] += seconds
    whole = sum(taken.values())
    return {part: seconds / whole for part, seconds in taken.items()}


def page_act(app: Flask, signed_in: str, paths: list[str]) -> Act:
    """Looks at pages, as a server asks for them."""
    asked = EnvironBuilder(headers=[("Cookie", signed_in), ("Host", "127.0.0.1")]).get_environ()

    def prepare(number: int) -> Work:
        path, _, query = paths[number % len(paths)].partition("?")
        environ: dict[Any, Any] = {**asked, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": io.BytesIO()}
        return partial(look, app, environ)

    return prepare


def look(app: Flask, environ: dict[Any, Any]) -> None:
    """One answer. Raises RuntimeError where no page came."""
    answer = Response.from_app(app, environ)
    if answer.status_code != 200:
        raise RuntimeError(f"{environ['PATH_INFO']}: {answer.status_code}")


@contextmanager
def office_acts(folder: Path) -> Iterator[dict[str, Act]]:
    """Pages and a registration, in an office with its cases."""
    journal = found(folder / "office")
    fill(journal, CASES)
    app = make_office_app(journal, folder / "office", {"CLOCK": lambda: NOW})
    clerk, pick = cookie(app, journal, 3), Random(3)
    people = Citizens(villages(journal.db), seed=99)
    older = [f"/berkas?sebelum={pick.randint(60, CASES)}" for _ in range(LOOKS)]
    yield {
        "list page": page_act(app, clerk, older),
        "case page": page_act(app, clerk, [f"/berkas/{pick.randint(CASES - 900, CASES)}" for _ in range(LOOKS)]),
        "desk": page_act(app, clerk, ["/"]),
        "dispatch page": page_act(app, clerk, ["/pengiriman/"]),
        "registration": lambda _number: partial(registration.register, journal, registration.typed(people.next())),
    }
    journal.db.close()


@contextmanager
def exchange_acts(folder: Path) -> Iterator[dict[str, Act]]:
    """Exchanges of an office with its centre, both sides in this process, without HTTP."""
    base, people = folder / "sides", Citizens(sync.VILLAGES)
    sync.prepare(base, 400)
    with sync.copied(base, folder / "copy") as (office, centre):

        def exchange() -> None:
            report = sync_now(office, read_peers(office.db)[0], sync.Counter(centre).carrier, sync.NOW)
            if not report.ok:
                raise RuntimeError(" ".join(report.sentences))

        def written(number: int, count: int) -> Work:
            with office.journal.transaction():
                sent = office.journal.tail(sync.OFFICE, 1, sync.STREAM).n
                lines = sync.one_dispatch(people, 10_000 + number, count, sent)
                named = [(body, sync.subject_of(body)) for body in lines]
                office.journal.record_many(named, actor="agung", at=sync.NOW, stream=sync.STREAM)
            return exchange

        exchange()
        yield {
            "exchange, nothing new": lambda _number: exchange,
            "exchange, ten new lines": lambda number: written(number, 10),
            "exchange, 400 new lines": lambda number: written(100_000 + number, 400),
        }


def main() -> int:
    """Print the table."""
    heads = [*PARTS, REST]
    print(f"{'act':26}{'ms':>8}  " + "  ".join(heads))
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as folder:
        for acts in (office_acts, exchange_acts):
            with acts(Path(folder)) as named:
                for name, act in named.items():
                    print_act(name, act, heads)
    return 0


def print_act(name: str, act: Act, heads: list[str]) -> None:
    act(-1)()  # what comes late has come
    took, parts = least(act), shares(act)
    cells = (f"{parts.get(part, 0):.0%}".rjust(len(part)) for part in heads)
    print(f"{name:26}{took:8.2f}  " + "  ".join(cells), flush=True)

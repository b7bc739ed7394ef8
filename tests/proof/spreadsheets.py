"""Hostile spreadsheets: each ends in a sentence, within bounds, and the office answers others meanwhile."""

import resource
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

import requests

from app.casework.importing import isolated_reading
from app.casework.importing.isolated_reading import MEMORY, SECONDS, TOO_LONG, read_limited
from app.casework.importing.spreadsheet import ImportProblem
from app.cli.demo.sides import FOLDERS, make_sides
from tests.proof.bombs import SAID
from tests.proof.parts import Part
from tests.proof.program import World, memory_of
from tests.world.browser import Browser, Page, read_page
from tests.world.cast import PASSWORD

MEGABYTE = 1024 * 1024
MOST_GROWTH = 150
"""Megabytes that the office may grow by while bombs are read: it holds the upload, never what is in it."""
SLOWEST_PAGE = 2.0
"""Seconds within which the office answers somebody else."""
PATIENCE = 20
"""How many times its limit a reader may take on the wall while the machine is at work on something else: what it must
keep to here is processor time."""
SENDINGS = 20
"""How often a bomb is sent to the office, which also keeps to the clock on the wall: what it ended by that, beside
other work of the machine, is sent again."""
FOUNDED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
UPLOADED = ("20 million blank rows", "12 million cells", "cells below the count", "20 million columns")


def prove_spreadsheets(
    folder: Path, _seed: int, names: Iterable[str] = tuple(SAID), uploaded: Iterable[str] = UPLOADED
) -> Part:
    """Every bomb through the reader, then some through the pages of a running office."""
    chosen = list(names)
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:  # so that its children are the readers alone
        faults, longest, most = apart.submit(read_all, chosen).result()
    if most > MEMORY // MEGABYTE:
        faults.append(f"a reader held {most} MB")
    growth, slowest = upload_all(folder, uploaded, faults)
    return Part(
        f"spreadsheets: {len(chosen)} bombs, most memory {most} MB, longest {longest:.1f} processor s, office grew "
        f"{growth} MB, slowest page meanwhile {slowest:.1f} s",
        faults,
    )


def read_all(names: list[str]) -> tuple[list[str], float, int]:
    """(faults, processor seconds of the longest, megabytes of the largest reader) over some bombs."""
    isolated_reading.SECONDS = SECONDS * PATIENCE  # of this process alone; a reader bounds its own processor time
    faults: list[str] = []
    longest = max(read_one(name, faults) for name in names)
    return faults, longest, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def read_one(name: str, faults: list[str]) -> float:
    """Read a bomb in a limited process; seconds of the processor that it took."""
    make, said = SAID[name]
    content, began = make(), readers_time()
    try:
        read_limited(content)
        told = "it was read"
    except ImportProblem as problem:
        told = problem.sentence
    took = readers_time() - began
    if said not in told:
        faults.append(f"{name}: {told}")
    if took > SECONDS:
        faults.append(f"{name}: {took:.0f} s")
    return took


def readers_time() -> float:
    """Processor seconds of all readers that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def upload_all(folder: Path, names: Iterable[str], faults: list[str]) -> tuple[int, float]:
    """Bombs sent to a running office; megabytes that it grew by, seconds of the slowest page for somebody else."""
    make_sides(folder / "data", centre_address="127.0.0.1:9", now=FOUNDED, on=date(2026, 3, 2)).close()
    world, slowest = World(folder / "world"), 0.0
    with world.serving("office", folder / "data" / FOLDERS["office"], "--no-kiosk") as (base, program):
        kasi = Browser(base, "agung", PASSWORD)
        kasi.sign_in()
        kasi.get("/impor")
        before = memory_of(program.pid)
        for name in names:
            make, said = SAID[name]
            content = make()
            for _ in range(SENDINGS):
                page = upload(kasi, content)
                while "/kemajuan" in page.text:
                    began = time.monotonic()
                    requests.get(f"{base}masuk", timeout=SECONDS).raise_for_status()
                    slowest = max(slowest, time.monotonic() - began)
                    page = kasi.get(page.path)
                if TOO_LONG not in page.text:
                    break
            if said not in page.text:
                faults.append(f"{name}: the page says {page.problems}")
        growth = memory_of(program.pid) - before
    if growth > MOST_GROWTH:
        faults.append(f"the office grew by {growth} MB")
    if slowest > SLOWEST_PAGE:
        faults.append(f"a page took {slowest:.1f} s")
    return growth, slowest


def upload(browser: Browser, content: bytes, name: str = "register.xlsx") -> Page:
    """Send a file to the import as a browser does; the page that comes."""
    page = browser.get("/impor")
    token = dict(page.form("/impor").fields)
    answer = browser.session.post(f"{browser.base}impor", data=token, files={"file": (name, content)}, timeout=60)
    return read_page(browser.checked(answer))

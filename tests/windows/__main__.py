"""`python -m tests.windows CACHE [package|PYTEST...]`: the program in a CPython of Windows, under Wine.

First the walk, then that of the package, then the tests that make sense there; where tests are named, only those, and
`package` names the package alone. What ran is printed, and kept in the cache for `run.py test` to tell. Ends with 1 on
a fault.
"""

import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import playwright.sync_api

from app.cli.source_tree import keep_note
from tests.windows import packaged
from tests.windows.interpreter import CannotBuild, build
from tests.windows.program import Program, put_program, put_test_packages
from tests.windows.suite import CHOSEN
from tests.windows.walk import STEPS, install
from tests.windows.wine import Windows
from tests.world.browser import Astray

PACKAGE = "package"
FAULTS = (AssertionError, OSError, subprocess.SubprocessError, playwright.sync_api.Error, Astray)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def went_well(what: str, work: Callable[[], object]) -> bool:
    """Do one thing and say how it went."""
    began = time.monotonic()
    try:
        work()
    except FAULTS:
        say(f"FAULT  {what}, {time.monotonic() - began:.0f} s: {traceback.format_exc(limit=-2)}")
        return False
    say(f"ok     {what}, {time.monotonic() - began:.0f} s")
    return True


def walk(program: Program, steps: tuple[Callable[[Program], None], ...]) -> bool:
    """Whether every step went well; each needs the one before."""
    return all(went_well(step.__name__.replace("_", " "), partial(step, program)) for step in steps)


def walk_package(windows: Windows, cache: Path) -> bool:
    """Whether the package for Windows works where nothing else is."""
    say("the package:")
    return walk(packaged.put_package(windows, cache), packaged.STEPS)


def run_tests(program: Program, arguments: list[str]) -> bool:
    """Whether pytest was content; its own last line says how many there were."""
    began = time.monotonic()
    said = program.pytest(*arguments)
    if said.code:
        say(said.text[-20_000:])
    last = said.text.strip().rpartition("\n")[2]
    say(f"{'FAULT' if said.code else 'ok   '}  tests, {time.monotonic() - began:.0f} s: {last}")
    return said.code == 0


def main(cache: Path, named: list[str]) -> int:
    """The exit code of the command."""
    cache.mkdir(parents=True, exist_ok=True)
    try:
        windows = build(cache)
        program = put_program(windows, cache)
        put_test_packages(windows, cache)
    except (CannotBuild, click.ClickException) as problem:
        say(str(problem))
        return 1
    version = windows.call("cmd", "/c", "ver").text.strip()
    say(f"{version}, by {subprocess.run(['wine', '--version'], capture_output=True, text=True).stdout.strip()}")
    try:
        if named == [PACKAGE]:
            return 0 if walk_package(windows, cache) else 1
        good = went_well("install", partial(install, program)) if named else walk(program, STEPS)
        good = (bool(named) or walk_package(windows, cache)) and good
        good = run_tests(program, named or list(CHOSEN)) and good
    finally:
        windows.pull_the_plug()
    if not named:
        keep_note(cache, good)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))

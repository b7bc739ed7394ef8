"""`python -m tests.windows CACHE [package|PYTEST...]`: the program in a CPython of Windows, under Wine.

First a day of an office, then the lines of the page for Windows, the package, and the tests that make sense there.
Where tests are named, only those; `package` names the package alone. What ran is printed, and kept in the cache for
`run.py test` to tell. Ends with 1 on a fault.
"""

import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import click
import playwright.sync_api

from app.cli.source_tree import keep_note
from tests.book.rules import never_typed_on_windows
from tests.windows import packaged, typed
from tests.windows.interpreter import CannotBuild, build
from tests.windows.program import Program, put_program, put_test_packages
from tests.windows.suite import CHOSEN
from tests.windows.walk import STEPS, install
from tests.windows.wine import Windows
from tests.world.browser import Astray

PACKAGE = "package"
Walker = TypeVar("Walker", Program, typed.Desk)
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


def walk(program: Walker, steps: tuple[Callable[[Walker], None], ...]) -> bool:
    """Whether every step went well; each needs the one before."""
    return all(went_well(step.__name__.replace("_", " "), partial(step, program)) for step in steps)


def walk_package(windows: Windows, cache: Path) -> bool:
    """Whether the package for Windows works where nothing else is."""
    say("the package:")
    with windows.with_stick():
        return walk(packaged.put_package(windows, cache), packaged.STEPS)


def walk_page(windows: Windows, cache: Path) -> bool:
    """Whether all that stands on the page for Windows works as it stands there."""
    say("the page, as it stands:")
    with windows.with_stick():
        return walk(typed.put_desk(windows, cache), typed.STEPS)


def is_page_typed() -> bool:
    """Whether the walks came by every command of the page that has no reason to be left out."""
    missing = never_typed_on_windows()
    say(f"{'FAULT' if missing else 'ok   '}  of the page nobody typed {missing}")
    return not missing


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
        if named:
            good = went_well("install", partial(install, program))
        else:
            good = all([walk(program, STEPS), walk_page(windows, cache), walk_package(windows, cache), is_page_typed()])
        good = run_tests(program, named or list(CHOSEN)) and good
    finally:
        windows.pull_the_plug()
    if not named:
        keep_note(cache, good)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))

"""`python -m tests.debian CACHE`: the package for Debian in a Debian 12 and a Debian 13 of their own. Ends with 1 on a
fault."""

import subprocess
import sys
import time
import traceback
from pathlib import Path

import click

from app.cli.source_tree import keep_note
from tests.debian.machine import SUITES, CannotBoot, booted, make_base
from tests.debian.walk import STEPS, Installed, make_packages

FAULTS = (AssertionError, OSError, subprocess.SubprocessError)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def walk(there: Installed, now: Path, later: Path) -> bool:
    """Whether every step went well; each needs the one before."""
    for step in STEPS:
        began, what = time.monotonic(), step.__name__.replace("_", " ")
        try:
            step(there, now, later)
        except FAULTS:
            say(f"FAULT  {what}, {time.monotonic() - began:.0f} s: {traceback.format_exc(limit=-2)}")
            return False
        say(f"ok     {what}, {time.monotonic() - began:.0f} s")
    return True


def main(cache: Path) -> int:
    """The exit code of the command; each Debian is tried, also after a fault in another."""
    cache.mkdir(parents=True, exist_ok=True)
    try:
        now, later = make_packages(cache)
        good = [walk_in(cache, suite, now, later) for suite in SUITES]
    except (CannotBoot, click.ClickException) as problem:
        say(str(problem))
        return 1
    keep_note(cache, all(good))
    return 0 if all(good) else 1


def walk_in(cache: Path, suite: str, now: Path, later: Path) -> bool:
    """Whether the package works in a fresh Debian of that name. Raises CannotBoot."""
    say(SUITES[suite])
    with booted(make_base(cache, suite), cache / "machine") as machine:
        return walk(Installed(machine), now, later)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

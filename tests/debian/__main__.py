"""`python -m tests.debian CACHE`: the package for Debian in a Debian of its own, without a network. Ends with 1 on a
fault."""

import subprocess
import sys
import time
import traceback
from pathlib import Path

import click

from tests.debian.machine import CannotBoot, booted, make_base
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
    """The exit code of the command."""
    try:
        base = make_base(cache)
        now, later = make_packages(cache)
        with booted(base, cache / "machine") as machine:
            return 0 if walk(Installed(machine), now, later) else 1
    except (CannotBoot, click.ClickException) as problem:
        say(str(problem))
        return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

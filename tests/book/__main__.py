"""`python -m tests.book CACHE`: the administrators' page followed on computers of its own. As root on Linux.

Base and wheels come first, with the network. Then everything goes on in namespaces of a second process, in which
there is none: what ends that process ends its computers. Ends with 1 on a fault.
"""

import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import requests

from app.cli.source_tree import keep_note
from tests.book.base import CannotBuild, build_base, build_wheelhouses, wheelhouses
from tests.book.page import ADMINISTRATORS, TAKEN, commands
from tests.book.rules import EXCEPTIONS
from tests.book.walk import Book, follow
from tests.rules.source import ROOT
from tests.world.browser import Astray

APART = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
AND_BURY = ("sh", "-c", '"$@"; exit $?', "sh")
"""The first process of the namespaces takes leave of those whose parent has ended; a computer cannot end before."""
APART_WORD = "apart"
FAULTS = (
    AssertionError,
    OSError,
    LookupError,
    ValueError,
    subprocess.SubprocessError,
    requests.RequestException,
    Astray,
)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def untyped() -> list[str]:
    """Commands of the page that no part took, and that have no reason for it. What filled the wheelhouses was typed by
    the process before, or on an earlier day."""
    wheelhouses()
    known = {text for _, text in TAKEN} | set(EXCEPTIONS)
    return [text for _, text in commands(ADMINISTRATORS) if text not in known]


def follow_apart(base: Path, wheels: Path) -> int:
    """The book itself, in namespaces of this process's own."""
    with tempfile.TemporaryDirectory(prefix="loket-buku-") as folder:
        book = Book(Path(folder), base, say)
        try:
            follow(book, wheels)
        except FAULTS:
            say(f"FAULT  {traceback.format_exc()}")
            return 1
        finally:
            book.close()
    missing = untyped()
    say(f"{'FAULT' if missing else 'ok   '}  {len(book.typed)} commands typed; of the page nobody typed {missing}")
    return 1 if missing else 0


def main(cache: Path) -> int:
    """The exit code of the command."""
    os.umask(0o022)  # the program's own, 077, would make roots of computers that only root may enter
    cache.mkdir(parents=True, exist_ok=True)
    try:
        base, wheels = build_base(cache), build_wheelhouses(cache)
    except (CannotBuild, OSError) as problem:
        say(str(problem))
        return 1
    call = [*APART, *AND_BURY, sys.executable, "-m", "tests.book", APART_WORD, str(base), str(wheels)]
    code = subprocess.run(call, cwd=ROOT).returncode
    keep_note(cache, code == 0)
    return code


if __name__ == "__main__":
    if sys.argv[1] == APART_WORD:
        sys.exit(follow_apart(Path(sys.argv[2]), Path(sys.argv[3])))
    sys.exit(main(Path(sys.argv[1])))

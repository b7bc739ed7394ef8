"""One typesetter for a whole test session: the work of `app.platform.printing.child` in a process that stays.

A paper then costs a hundredth of a second instead of a tenth. That a fresh process does the same is tested where papers
are made from other programs (tests/platform/printing/test_images_and_memory.py) and in every demo.
"""

import json
import re
import struct
import subprocess
import sys
import threading
from typing import IO

from app import paths
from app.platform.printing import papers

PLAIN_LIMIT = papers.TIME_LIMIT
fresh_child = papers._run_child
WORDLESS = re.compile(rb'"[^"]{0,60}\b(?:None|Undefined|nan)\b[^"]{0,20}')
"""In what a paper is told, the word that Python writes where nobody chose one."""
NARROWER = re.compile(rb'"width": ?-')
"""A column with less than no share of the width, which is drawn like one without any."""


class Typesetter:
    """Started with the first paper; a program that sets another time limit gets a fresh process as ever."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, paper: str, job: bytes) -> subprocess.CompletedProcess[bytes]:
        assert not (wordless := WORDLESS.search(job)), f"{paper} says {wordless[0]!r}"
        assert not NARROWER.search(job), f"{paper} has a column of less than no width"
        if papers.TIME_LIMIT != PLAIN_LIMIT:
            return fresh_child(paper, job)
        with self.lock:
            stdin, stdout = self.pipes()
            stdin.write(struct.pack(">I", len(job)) + job)
            stdin.flush()
            status, size = struct.unpack(">BI", stdout.read(5))
            answer = stdout.read(size)
        return subprocess.CompletedProcess([], status, b"" if status else answer, answer if status else b"")

    def pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self.process is None:
            command = [sys.executable, "-m", "tests.world.typesetter"]
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=paths.CHECKOUT)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        return self.process.stdin, self.process.stdout

    def close(self) -> None:
        if self.process is not None:
            stdin, stdout = self.pipes()
            stdin.close()
            self.process.wait()
            stdout.close()


def main() -> None:
    """Jobs on stdin, each after its length; status, length and PDF (or one line of complaint) on stdout."""
    import typst

    from app.platform.printing.child import compile_paper

    while length := sys.stdin.buffer.read(4):
        job = json.loads(sys.stdin.buffer.read(*struct.unpack(">I", length)))
        try:
            status, answer = 0, compile_paper(job)
        except (typst.TypstError, ValueError, OSError) as error:
            status, answer = 1, type(error).__name__.encode()
        sys.stdout.buffer.write(struct.pack(">BI", status, len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

"""Ends a real process at one line after another of some modules, as a power cut or a kill would."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any, Literal

KILLED = 9


def end_at_each_line(
    run: Callable[[], object], files: Sequence[str], step: int = 1, how: Literal["fork", "spawn"] = "spawn"
) -> Iterator[int]:
    """Run `run` in a process that ends without a word before the n-th line inside `files`; yields each n.

    The last run comes to its own end and is yielded too. `fork` is quick, and only for what uses no database.
    """
    context, number = multiprocessing.get_context(how), 1
    while True:
        child = context.Process(target=end_before, args=(run, files, number))
        child.start()
        child.join(60)
        assert child.exitcode in (0, KILLED), f"the run failed by itself before line {number}"
        yield number
        if child.exitcode == 0:
            return
        number += step


def end_before(run: Callable[[], object], files: Sequence[str], number: int) -> None:
    """What the process does."""
    left = number

    def watch(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal left
        if not frame.f_code.co_filename.endswith(tuple(files)):
            return None
        if event == "line":
            left -= 1
            if not left:
                os._exit(KILLED)
        return watch

    sys.settrace(watch)
    run()
    sys.settrace(None)
    os._exit(0)

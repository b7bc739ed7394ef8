"""What a process that reads foreign bytes does first: it bounds itself."""

import os
from contextlib import suppress


def restrain_process(seconds: int, memory: int) -> None:
    """Bound this process as far as the system can: processor seconds, bytes of address space, no file, no core.

    Windows knows no such limits, there the parent's clock ends it.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # the system's own limit is lower still, or it knows none
            resource.setrlimit(kind, (most, most))
    os.nice(10)

"""How much of a proof a run of the tests takes: a part by day, all of it with `python3 run.py test --nightly`."""

import os

NIGHTLY = bool(os.environ.get("LOKET_NIGHTLY"))


def by_day(count: int, nightly: int) -> int:
    """Seeds, examples or steps: `count` by day, `nightly` with `--nightly`."""
    return nightly if NIGHTLY else count

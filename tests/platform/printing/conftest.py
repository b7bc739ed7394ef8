"""What the papers are tested with: what the running program printed on a walk through every service."""

from collections.abc import Callable, Mapping
from functools import cache

import pytest

from app.platform.printing.data.common import Paper
from app.platform.printing.papers import PAPERS, render_paper
from tests.world.walked import walk_once


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Paper]:
    """Paper → the data of one that an officer printed."""
    walked = walk_once(tmp_path_factory)
    return {name: walked.sample(name) for name in PAPERS if name in walked.printed}


@pytest.fixture(scope="session")
def printed(samples: Mapping[str, Paper]) -> Callable[..., bytes]:
    """The PDF of a paper's sample, in the first of its sizes or in another: set once, many tests look at it."""

    @cache
    def set_once(name: str, size: str) -> bytes:
        return render_paper(name, samples[name], size=size)

    return lambda name, size="": set_once(name, size or PAPERS[name].sizes[0])

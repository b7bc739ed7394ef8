"""What the papers are tested with: what the running program printed on a walk through every service."""

from collections.abc import Mapping

import pytest

from app.platform.printing.data.common import Paper
from app.platform.printing.papers import PAPERS
from tests.world.walked import walk_once


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Paper]:
    """Paper → the data of one that an officer printed."""
    walked = walk_once(tmp_path_factory)
    return {name: walked.sample(name) for name in PAPERS if name in walked.printed}

"""The walk through every service, once in a test run: what it said, its papers, the data that each was made from."""

import pickle
from pathlib import Path
from typing import NamedTuple

import pytest

from app.cli.demo.command import WALK_DAY
from app.cli.demo.half_year import make_half_year
from app.cli.demo.offices import OFFICES
from app.cli.demo.walk import walk_main_job
from app.cli.demo.walks import WALKS
from app.cli.serving import free_port
from app.platform.printing import papers
from app.platform.printing.data.common import Paper
from schema.zone import use_zone
from tests.world.shared import made_once

Printed = dict[str, list[Paper]]
"""Paper → what it was made from, in the order of printing."""


class Walked(NamedTuple):
    ended_well: bool
    said: str
    papers: list[Path]
    printed: Printed

    def sample(self, name: str) -> Paper:
        """Of all prints of a paper the one that says most."""
        return max(self.printed[name], key=lambda data: len(repr(data)))


def walk_once(folders: pytest.TempPathFactory) -> Walked:
    return walk_of(folders, "semua")


def walk_of(folders: pytest.TempPathFactory, kind: str) -> Walked:
    """The walk of an office: `semua` has every service, `poltekkes` and `biro` are those of their profile."""
    return walked_of(made_once(folders, f"walk-{kind}", lambda folder: walk_through(folder, kind)))


def walked_of(folder: Path) -> Walked:
    """What came of the walk in this folder."""
    ended_well, said, printed = pickle.loads((folder / "walked.pickle").read_bytes())
    return Walked(ended_well, said, sorted(folder.glob("*.pdf")), printed)


def walk_through(folder: Path, kind: str) -> None:
    """An office of one day and its partners, in this process."""
    data, centre = folder / "data", free_port(0)
    data.mkdir()
    make_half_year(data, OFFICES[kind], WALK_DAY, centre_address=f"127.0.0.1:{centre}", days=1)
    said: list[str] = []
    printed: Printed = {}
    make_job = papers.job_for

    def keep_and_make(paper: papers.PaperKind, content: Paper, *more: object, **named: object) -> dict[str, object]:
        printed.setdefault(paper.name, []).append(content)
        return make_job(paper, content, *more, **named)  # type: ignore[arg-type]  # passed on as given

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(papers, "job_for", keep_and_make)
        ended_well = walk_main_job(data, folder, WALK_DAY, (free_port(0), centre), said.append, WALKS[kind])
    use_zone("WIB")  # an office of another zone leaves this process as it found it
    (folder / "walked.pickle").write_bytes(pickle.dumps((ended_well, "\n".join(said), printed)))

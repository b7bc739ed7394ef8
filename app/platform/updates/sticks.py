"""Releases on the sticks that are plugged in: which version they would make, or why they are not taken."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from app.core.problems import Problem
from app.platform.updates.releases import RELEASE_ENDING, Release, find_release
from schema.data_folder import files_named
from sync.carriers import removable_drives

MOST_STICKS = 4
"""Whose releases are read while somebody waits for the page."""


class FoundRelease(Struct, frozen=True):
    """The newest release on a stick; `refused` is the sentence why it is not taken."""

    label: str
    folder: str
    version: str = ""
    digest: str = ""
    refused: str = ""

    @property
    def typed(self) -> str:
        """The folder as one types it in a command."""
        if " " in self.folder:
            return f'"{self.folder}"'
        return self.folder


Check = Callable[[Path], Release]
"""Raises Problem where a release is not taken."""


def releases_on_sticks(check: Check) -> list[FoundRelease]:
    """One for each stick that has a release."""
    sticks = [(folder, label) for folder, label in removable_drives() if files_named(folder, f"*{RELEASE_ENDING}")]
    return [judge_release(folder, label, check) for folder, label in sticks[:MOST_STICKS]]


def judge_release(folder: Path, label: str, check: Check) -> FoundRelease:
    try:
        release = check(find_release(folder))
    except Problem as problem:
        return FoundRelease(label, str(folder), refused=problem.sentence)
    return FoundRelease(label, str(folder), release.version, release.digest)

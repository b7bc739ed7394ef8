"""Releases on the sticks that are plugged in: which version they would make, or why they are not taken."""

from pathlib import Path

from msgspec import Struct

from app.core.problems import Problem
from app.platform.updates.releases import RELEASE_ENDING, Keys, check_release, find_release
from sync.carriers import removable_drives

MOST_STICKS = 4
"""Whose releases are read while somebody waits for the page."""


class FoundRelease(Struct, frozen=True):
    """The newest release on a stick; `refused` is the sentence why it is not taken. `folder` as it is typed."""

    label: str
    folder: str
    version: str = ""
    refused: str = ""


def releases_on_sticks(keys: Keys) -> list[FoundRelease]:
    """One for each stick that has a release; none where nobody could have signed one."""
    if keys.development:
        return []
    sticks = [(folder, label) for folder, label in removable_drives() if any(folder.glob(f"*{RELEASE_ENDING}"))]
    return [judge_release(folder, label, keys) for folder, label in sticks[:MOST_STICKS]]


def judge_release(folder: Path, label: str, keys: Keys) -> FoundRelease:
    place = f'"{folder}"' if " " in str(folder) else str(folder)
    try:
        release = check_release(find_release(folder), keys)
    except Problem as problem:
        return FoundRelease(label, place, refused=problem.sentence)
    return FoundRelease(label, place, release.version)

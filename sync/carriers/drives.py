"""Which removable drives are plugged in, by path and label, on Linux and Windows."""

from __future__ import annotations

import string
import sys
from pathlib import Path

MOUNTS = ("/media", "/run/media")
REMOVABLE = 2
"""GetDriveType's number for a removable drive."""


def drives() -> list[tuple[Path, str]]:
    """(folder, label) of each removable drive, by label."""
    found = windows_drives() if sys.platform == "win32" else linux_drives()
    return sorted(found, key=lambda one: one[1])


def linux_drives() -> list[tuple[Path, str]]:
    """What a desktop mounts: /media/LABEL, /media/USER/LABEL and /run/media/USER/LABEL."""
    places = [path for top in MOUNTS for depth in ("*", "*/*") for path in Path(top).glob(depth)]
    return [(path, path.name) for path in places if path.is_mount()]


def windows_drives() -> list[tuple[Path, str]]:
    """Drive letters that Windows calls removable."""
    import ctypes

    kind = ctypes.windll.kernel32.GetDriveTypeW  # type: ignore[attr-defined]
    letters = (f"{letter}:\\" for letter in string.ascii_uppercase)
    return [(Path(letter), letter) for letter in letters if kind(letter) == REMOVABLE]

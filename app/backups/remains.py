"""What lies beside a database that knows nobody: keys, backups, earlier databases. With those nobody founds anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.core.dates import long_moment
from sync.backup_schedule import ENDING
from sync.keys import AGE_FILE, SIGNING_FILE

KEYS = "keys"
BACKUPS = "cadangan"


class Remain(msgspec.Struct, frozen=True):
    """One file that was found: what it is in words, its path below the data folder, when it was written."""

    what: str
    path: str
    at: datetime

    @property
    def words(self) -> str:
        """The line for a person."""
        return f"{self.what}: {self.path}, {long_moment(self.at)}"


def remains(data: Path) -> list[Remain]:
    """What an earlier office or centre left in a data folder, backups first, the newest first."""
    places = (
        ("Cadangan", data / BACKUPS, f"*{ENDING}"),
        ("Basis data sebelumnya", data, "*.sqlite3.lama*"),
        ("Penanda basis data", data, "*.penanda"),
        ("Kunci", data / KEYS, SIGNING_FILE),
        ("Kunci", data / KEYS, AGE_FILE),
    )
    found: list[Remain] = []
    for what, folder, pattern in places:
        paths = [path for path in folder.glob(pattern) if not path.name.endswith(("-wal", "-shm"))]
        lines = [Remain(what, path.relative_to(data).as_posix(), written(path)) for path in paths]
        found += sorted(lines, key=lambda one: one.at, reverse=True)
    return found


def written(path: Path) -> datetime:
    """When a file was written last."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def set_apart(data: Path, now: datetime) -> Path:
    """Move everything that was found, and the empty database, into a folder of its own; nothing is deleted."""
    apart = data / f"sebelum-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    apart.mkdir(mode=0o700)
    for path in [data / KEYS, data / BACKUPS, *data.glob("*.sqlite3*"), *data.glob("*.penanda")]:
        if path.exists():
            path.rename(apart / path.name)
    return apart

"""Definition files of an office's own: in its data folder, where an update of the program leaves them.

They are an office's data. Backups hold them (`own_definition`, beside the journal), a restore puts them back where
they are missing (docs/decisions/0095-releases.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from schema.data_folder import write_whole

if TYPE_CHECKING:
    from schema.database import Database

FOLDER = "definisi"
INDICATORS = "indikator"
PROFILES = "profil"
PARTNER_LISTS = "lembar"
PARTS = (INDICATORS, PROFILES, PARTNER_LISTS)
"""Folders below it; a file stands in one of them."""
MOST_FILES = 40
MOST_BYTES = 400_000


def own_files(data: Path | None, part: str) -> list[Path]:
    """The own files of one part, by name; none where the database lies in no data folder."""
    if data is None:
        return []
    found = sorted((data / FOLDER / part).glob("*.toml"))
    return [path for path in found if path.is_file() and path.stat().st_size <= MOST_BYTES][:MOST_FILES]


def keep_own_files(db: Database) -> None:
    """Let the database hold what lies in its folder, so that a backup does."""
    files = {f"{part}/{path.name}": path.read_bytes() for part in PARTS for path in own_files(db.folder, part)}
    held = dict(db.run("SELECT name, content FROM own_definition"))
    if files == held:
        return
    with db.writing():
        db.run("DELETE FROM own_definition")
        for name, content in files.items():
            db.run("INSERT INTO own_definition (name, content) VALUES (?, ?)", (name, content))


def put_own_files_back(db: Database) -> list[str]:
    """Write the files that a restored database holds and its folder lacks; returns their names."""
    if db.folder is None:
        return []
    held = dict(db.run("SELECT name, content FROM own_definition ORDER BY name"))
    missing = {name: content for name, content in held.items() if not (db.folder / FOLDER / name).exists()}
    for name, content in missing.items():
        path = db.folder / FOLDER / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, content, mode=0o600)
    return list(missing)

"""What disk, database and the ground below the rooms suffer, as the sentences of a command."""

from __future__ import annotations

import re

from app.core.storage import causes, storage_problem
from schema.folder_lock import FolderHeld
from schema.migrate import MigrationError

OTHER_SCHEMA = (
    "Susunan basis data tidak cocok dengan program ini. Jalankan dulu: python3 run.py migrate. Bila tetap begini, "
    "python3 run.py verify menyebut yang kurang."
)


def in_words(error: Exception) -> str | None:
    """The sentence for an error that an administrator can do something about; None for a fault of the program."""
    if isinstance(error, FolderHeld):
        return error.sentence
    stored = storage_problem(error)
    if stored is not None:
        steps = [f"  {n}. {step}" for n, step in enumerate(stored.fields.values(), 1)]
        return "\n".join([stored.sentence, *places(error), *steps])
    if isinstance(error, MigrationError):
        return str(error)
    if any(re.match("no such (table|column)", str(one)) for one in causes(error)):
        return OTHER_SCHEMA
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} tidak dapat dipakai. Periksa tempat, nama, dan izinnya, lalu ulangi."
    return None


def places(error: BaseException) -> list[str]:
    """The files that the system itself named."""
    named = [str(one.filename) for one in causes(error) if isinstance(one, OSError) and one.filename]
    return [f"Tempatnya: {name}" for name in dict.fromkeys(named)]

"""What a command says of an error that an administrator can do something about."""

import re

from app.core.problems import Problem, error_chain, storage_problem
from schema.cipher import LockedFolderError
from schema.data_folder import FolderHeld
from schema.migrations import MigrationError
from sync.problems import SyncError

OTHER_SCHEMA = (
    "Susunan basis data tidak cocok dengan program ini. Jalankan dulu: python3 run.py migrate. Bila tetap begini, "
    "python3 run.py verify menyebut yang kurang."
)


def error_sentence(error: Exception) -> str | None:
    """The sentence for an error that an administrator can do something about; None for a fault of the program."""
    if isinstance(error, Problem):
        return " ".join(error.fields.values()) or error.sentence
    if isinstance(error, FolderHeld | SyncError | LockedFolderError):
        return error.sentence
    stored = storage_problem(error)
    if stored is not None:
        steps = [f"  {n}. {step}" for n, step in enumerate(stored.fields.values(), 1)]
        return "\n".join([stored.sentence, *named_files(error), *steps])
    if isinstance(error, MigrationError):
        return str(error)
    if any(re.match("no such (table|column)", str(cause)) for cause in error_chain(error)):
        return OTHER_SCHEMA
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} tidak dapat dipakai. Periksa tempat, nama, dan izinnya, lalu ulangi."
    return None


def named_files(error: BaseException) -> list[str]:
    named = [str(cause.filename) for cause in error_chain(error) if isinstance(cause, OSError) and cause.filename]
    return [f"Tempatnya: {name}" for name in dict.fromkeys(named)]

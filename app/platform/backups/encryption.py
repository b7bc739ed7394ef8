"""Before the founding: whether the databases of this PC are encrypted with a passphrase."""

from pathlib import Path

from app.core.problems import Problem
from schema.cipher import LockedFolderError, is_encrypted
from schema.database import Database, SqliteDatabase
from sync.database_key import encrypt_before_founding

DIFFERENT = "Kedua isian tidak sama. Ketik keduanya lagi."
LOCKED_ALREADY = (
    "Basis data di komputer ini sudah terkunci. Kata sandinya diganti dengan: python3 run.py encrypt --new-passphrase"
)


def encryption_state(db: Database, data: Path) -> str:
    """`plain`, `encrypted`, or nothing where the program has no say in it (PostgreSQL)."""
    if not isinstance(db, SqliteDatabase):
        return ""
    if is_encrypted(data):
        return "encrypted"
    return "plain"


def encrypt_now(db: Database, data: Path, passphrase: str, again: str) -> None:
    """Encrypt what nobody works with yet. Raises Problem `invalid`, `conflict`; then it is plain as before."""
    if encryption_state(db, data) != "plain" or not isinstance(db, SqliteDatabase):
        raise Problem.of("conflict", why=LOCKED_ALREADY)
    if passphrase != again:
        raise Problem.of("invalid", {"again": DIFFERENT})
    try:
        encrypt_before_founding(db, data, passphrase)
    except LockedFolderError as error:
        raise Problem.of("invalid", {"passphrase": error.sentence}) from error

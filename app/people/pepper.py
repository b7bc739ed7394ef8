"""The pepper of the PINs: a secret file in the data folder, in no database and in no backup (docs/decisions/0021).

Six digits are tried through in seconds by whoever holds their hash; without this file he holds nothing to try against.
"""

from __future__ import annotations

import re
import secrets

from app.people.hashing import pepper_mark, pepper_of
from schema.database import Database
from sync.files import write_whole

FILE = "rahasia-pin"
SHAPE = re.compile(r"[0-9a-f]{64}")


def read_pepper(db: Database) -> bytes:
    """The pepper of this data folder; nothing where there is none or the file is damaged."""
    try:
        text = (db.folder / FILE).read_text(encoding="ascii", errors="replace").strip() if db.folder else ""
    except FileNotFoundError:
        return b""
    return bytes.fromhex(text) if SHAPE.fullmatch(text) else b""


def make_pepper(db: Database) -> bytes:
    """The pepper, made at the first need; nothing for a database without a data folder. Raises OSError.

    Two programs over one database may need it at the same moment: the second waits and takes the first one's.
    """
    if db.folder is None:
        return b""
    with db.writing():
        db.hold("pepper")
        known = read_pepper(db)
        if not known:
            write_whole(db.folder / FILE, secrets.token_hex(32).encode(), mode=0o600)
    return known or read_pepper(db)


def is_from_here(db: Database, stored: str) -> bool:
    """Whether a PIN's hash was made with this folder's pepper, or before there was one."""
    made_with = pepper_of(stored)
    return not made_with or made_with == pepper_mark(read_pepper(db))

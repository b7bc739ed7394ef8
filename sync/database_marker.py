"""The marker beside the database: it notices a copied, restored or exchanged database file at the start.

The marker is a small file in the data folder, outside the database, so a database that is put back from an older copy
does not know it. Both hold a token, renewed at each start and clean stop; the file also names the newest journal entry
that it has seen and a hash of the machine's own id. Renewing writes the file with the old and the new token first and
commits the new one afterwards: whatever is killed in between, the file knows the token of the database.
docs/decisions/0012 lists every case, and those that only the first exchange can notice.
"""

import hashlib
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from schema.database import Database, is_environment_error
from schema.structs import decode_json
from sync import identity
from sync.files import write_whole
from sync.journal import Journal, open_provisional
from sync.keys import SIGNING_FILE, renew_keys

TOKEN, BEGUN = "marker.token", "marker.begun"
"""Marks in the database: the token now; the token with which an epoch was opened after a return."""

RESTORED, OLDER, COPIED, MOVED = "restored", "older", "copied", "moved"
"""Why a side came back: by the command, by an older or foreign database file, by a database file without its marker,
by a data folder on another machine. `rewound` (sync/acknowledgements.py) is what a peer noticed."""

MACHINE = "LOKET_MACHINE"
"""Environment variable with another machine id, for tests."""


class Marker(msgspec.Struct, frozen=True):
    """What the file says: tokens that the database may have, the newest entry seen (id, hash in hex), the machine, and
    the token of the last return that was taken over."""

    source: str
    tokens: list[str]
    entry: int
    hash: str
    machine: str
    begun: str = ""


def machine_id() -> str:
    """A hash of this machine's own id; empty where the system tells none."""
    raw = os.environ.get(MACHINE) or (windows_id() if sys.platform == "win32" else linux_id())
    return hashlib.sha256(f"loket-machine-1 {raw}".encode()).hexdigest()[:32] if raw else ""


def linux_id() -> str:
    for path in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
    return ""


def windows_id() -> str:
    registry: Any = import_module("winreg")
    try:
        with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(registry.QueryValueEx(key, "MachineGuid")[0])
    except OSError:
        return ""


def marker_beside(database: Path) -> Path:
    return database.with_suffix(".penanda")


def read_marker(path: Path) -> Marker | None:
    try:
        return decode_json(path.read_bytes(), Marker)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


# -- at the start ----------------------------------------------------------------------------------------------


def begin_session(journal: Journal, path: Path, keys: Path, now: datetime, machine: str | None = None) -> str:
    """At each start of a side that was founded: notice a return, open its epoch, renew the marker. Returns the cause.

    An office on another machine makes new keys; a centre keeps its own, so that no office is cut off.
    """
    here = machine_id() if machine is None else machine
    cause = return_cause(journal.db, read_marker(path), here)
    if cause:
        if cause == MOVED and not is_centre(journal):
            renew_keys(keys, journal.source)
        open_return_epoch(journal, cause, now)
    with disk_failure_ignored():
        renew_marker(journal, path, here)
    return cause


@contextmanager
def disk_failure_ignored() -> Iterator[None]:
    """A full, locked or read-only disk costs the marker its news, never a start: the old tokens go on being right."""
    try:
        yield
    except Exception as error:
        if not (isinstance(error, OSError) or is_environment_error(error)):
            raise


def return_cause(db: Database, known: Marker | None, machine: str) -> str:
    """Why this database cannot simply go on, or an empty text."""
    token = identity.read_fact(db, TOKEN)
    if token and token == identity.read_fact(db, BEGUN) and (known is None or known.begun != token):
        return ""  # its epoch was opened when it came back; nobody has worked with it since
    if known is None:
        return COPIED if token else ""  # neither: the first start, or data of a program without markers
    if known.machine and machine and known.machine != machine:
        return MOVED
    if token not in known.tokens or not has_marked_entry(db, known):
        return OLDER
    return ""


def has_marked_entry(db: Database, known: Marker) -> bool:
    row = db.one("SELECT hash FROM journal WHERE id = ?", (known.entry,))
    return known.entry == 0 or (row is not None and bytes(row[0]).hex() == known.hash)


def is_centre(journal: Journal) -> bool:
    """Whether this is the side that grants epochs: an office's code is a number."""
    return not journal.source.isdigit()


def open_return_epoch(journal: Journal, cause: str, now: datetime) -> None:
    """Open a provisional epoch and note with the database that this was done. Raises RoadError("epoch_full")."""
    with journal.transaction():
        token = secrets.token_hex(16)
        open_provisional(journal, cause, now)
        identity.keep_fact(journal.db, TOKEN, token)
        identity.keep_fact(journal.db, BEGUN, token)


# -- while it runs, and at its end -----------------------------------------------------------------------------


def renew_marker(journal: Journal, path: Path, machine: str | None = None) -> None:
    """A new token in file and database; at each start and clean stop of a side that was founded."""
    token = secrets.token_hex(16)
    with journal.transaction():
        journal.db.hold("marker")
        write_marker(journal, path, [identity.read_fact(journal.db, TOKEN), token], machine)
        identity.keep_fact(journal.db, TOKEN, token)
    update_marker(journal, path, machine)


def update_marker(journal: Journal, path: Path, machine: str | None = None) -> None:
    """Let the marker name the newest entry; once a minute while the program runs."""
    with journal.transaction():
        journal.db.hold("marker")
        write_marker(journal, path, [identity.read_fact(journal.db, TOKEN)], machine)


def write_marker(journal: Journal, path: Path, tokens: list[str], machine: str | None) -> None:
    row = journal.db.one("SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1")
    entry, digest = (int(row[0]), bytes(row[1]).hex()) if row else (0, "")
    here = machine_id() if machine is None else machine
    begun = identity.read_fact(journal.db, BEGUN)
    taken_over = "" if begun in tokens[:1] and len(tokens) > 1 else begun  # not before the new token is committed
    made = msgspec.json.encode(Marker(journal.source, tokens, entry, digest, here, taken_over))
    if not path.exists() or path.read_bytes() != made:
        write_whole(path, made, 0o600)


# -- after a restore -------------------------------------------------------------------------------------------


def begin_after_restore(journal: Journal, keys: Path, now: datetime) -> None:
    """The one call after a restored database is in place (or just before, on the file that will be put in place).

    Opens an epoch that no other PC restored from the same backup shares, and makes new keys; a centre that still has
    its keys keeps them. The side works at once; an office sends after a new enrolment code. The marker is written by
    the next start. Calling it twice costs a number. Raises RoadError("epoch_full") and OSError.
    """
    open_return_epoch(journal, RESTORED, now)
    if not (is_centre(journal) and (keys / SIGNING_FILE).exists()):
        renew_keys(keys, journal.source)
